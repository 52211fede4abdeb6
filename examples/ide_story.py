"""An IDE agent asks which command usually comes next.

The history is made up: weeks of a developer's commands in two projects, each with its own way of working.
"""

import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio

from examples.conversation import Conversation, conversation, say

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
ROUNDS = 60
HABITS = {
    "web-shop": ["git pull", "npm install", "npm test", "git commit", "git push"],
    "data-pipeline": ["git pull", "make fix", "make test", "git commit", "git push"],
}
DETOURS = ["git status", "git diff", "ls", "git log"]


def commands(seed: int = 3) -> list[dict[str, object]]:
    """Give the commands of all rounds, one project a day, with a detour now and then."""
    chance = random.Random(seed)
    events: list[dict[str, object]] = []
    for number in range(ROUNDS):
        project = chance.choice(list(HABITS))
        moment = START + timedelta(days=number, minutes=chance.randrange(300))
        for command in HABITS[project]:
            steps = [chance.choice(DETOURS), command] if chance.random() < 0.2 else [command]
            for step in steps:
                moment += timedelta(seconds=chance.randrange(20, 400))
                events.append({"item_id": step, "action": "run", "timestamp": moment.isoformat(), "context": project})
    return events


async def main() -> None:
    """Tell the story."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        async with conversation(Path(home)) as talk:
            say("The IDE logs commands as they are run.")
            logged = await talk.call("log_behavior", events=commands())
            assert logged["rejected"] == 0
            run = await talk.call("train_model", preset="quick", seed=1, wait_seconds=45)
            assert run["status"] == "completed", run
            await ask_next(talk)


async def ask_next(talk: Conversation) -> None:
    """The same first command, in two projects: what comes next depends on where it was run."""
    monday = START + timedelta(days=ROUNDS + 1)
    for project, following in (("data-pipeline", "make fix"), ("web-shop", "npm install")):
        say(f"In {project}, git pull has just run. What comes next?")
        pulled = {"item_id": "git pull", "action": "run", "timestamp": monday.isoformat(), "context": project}
        await talk.call("log_behavior", events=[pulled])
        asked_at = (monday + timedelta(minutes=1)).isoformat()
        answer = await talk.call("recommend", k=3, at=asked_at, context=project)
        assert answer["items"][0]["item_id"] == following
        monday += timedelta(days=1)
    say("And why that?")
    why = await talk.call("explain_recommendation", recommendation_id=answer["recommendation_id"], item_id=following)
    assert why["verified"] is True


if __name__ == "__main__":
    anyio.run(main)
