"""One person's film ratings, from the import to the erasure, on MovieLens 100K (943 people, 100,000 ratings)."""

import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio

from examples.conversation import Conversation, Fields, conversation, say
from examples.movielens import movielens_100k

USER = "207"
"""A person who came back on 28 days from September 1997 to April 1998."""


async def main(data: Path, preset: str = "quick") -> None:
    """Tell the story on the ratings in `data`."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        async with conversation(Path(home)) as talk:
            await bring_in(talk, data)
            await learn(talk, preset)
            await look_back(talk)
            await pick(talk)
            await leave(talk)
    say(f"Done in {time.monotonic() - started:.0f} seconds. Nothing left this machine.")


async def bring_in(talk: Conversation, data: Path) -> None:
    """Try the import, then do it, then do it again."""
    say("Bring the ratings in: first a try that keeps nothing, then for good, then once more by mistake.")
    tried = await talk.call("import_history", path=str(data))
    done = await talk.call("import_history", path=str(data), dry_run=False)
    again = await talk.call("import_history", path=str(data), dry_run=False)
    assert tried["kept"] == done["kept"] == 100_000
    assert (again["kept"], again["duplicates"]) == (0, 100_000)


async def learn(talk: Conversation, preset: str) -> None:
    """Train, and hold the result against the baselines."""
    say("Learn from them. The figures are for ratings that lie later in time than all it learnt from.")
    run = await talk.call("train_model", preset=preset, seed=1, wait_seconds=45)
    while run["status"] in ("queued", "running"):
        run = await talk.call("get_training_status", job_id=run["job_id"], wait_seconds=45)
    assert run["status"] == "completed", run
    best = max(_ndcg(metrics) for metrics in _named(run["baselines"]).values())
    assert _ndcg(run["metrics"]) > best, "the model does not beat its baselines"


async def look_back(talk: Conversation) -> None:
    """See what one person's timeline says."""
    say(f"What has person {USER} been up to?")
    timeline = await talk.call("summarize_user_timeline", user_id=USER)
    assert timeline["events"] == 230


async def pick(talk: Conversation) -> None:
    """Get a list, ask why, answer it, and see it change."""
    say("What next, as of the evening after the last rating?")
    asked_at = datetime(1998, 4, 6, 20, tzinfo=UTC)
    first = await talk.call("recommend", user_id=USER, at=asked_at.isoformat(), k=5)
    answer_id, films = first["recommendation_id"], _items(first)
    say("Why the first one?")
    why = await talk.call("explain_recommendation", recommendation_id=answer_id, item_id=films[0])
    assert why["verified"] is True
    say("The first was watched and liked; the second is not for this person. The next list knows at once.")
    watched = {
        "user_id": USER,
        "recommendation_id": answer_id,
        "timestamp": (asked_at + timedelta(hours=3)).isoformat(),
    }
    await talk.call(
        "log_behavior",
        events=[
            watched | {"item_id": films[0], "action": "watch"},
            watched | {"item_id": films[0], "action": "rate", "value": 5},
            watched | {"item_id": films[1], "action": "dismiss"},
        ],
    )
    later = (asked_at + timedelta(hours=4)).isoformat()
    second = await talk.call("recommend", user_id=USER, at=later, k=5)
    assert not {films[0], films[1]} & set(_items(second))
    say("And something quieter, in words:")
    steered = await talk.call("recommend", user_id=USER, at=later, k=5, query="a slow romantic drama", diversity=0.3)
    assert _items(steered) != _items(second)


async def leave(talk: Conversation) -> None:
    """Erase the person and see that nothing is left."""
    say(f"Erase person {USER}: first what would go, then for good.")
    preview = await talk.call("forget_user", user_id=USER)
    await talk.call("forget_user", user_id=USER, confirm=preview["confirm"])
    assert USER in await talk.refused("summarize_user_timeline", user_id=USER)
    say("The others are still there, and get a list without that model while a new one is fitted to what is left.")
    other = await talk.call("recommend", user_id="13", k=3)
    assert other["strategy"] == "zero_shot"


def _items(answer: Fields) -> list[str]:
    return [str(item["item_id"]) for item in answer["items"]]


def _named(metrics: object) -> dict[str, Fields]:
    assert isinstance(metrics, dict)
    return metrics


def _ndcg(metrics: object) -> float:
    assert isinstance(metrics, dict)
    return float(metrics["ndcg_at_10"])


if __name__ == "__main__":
    anyio.run(main, movielens_100k())
