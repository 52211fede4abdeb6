"""A small shop logs what its customers do in batches, trains at night, writes a list for each, and erases one.

The shop is made up: 60 customers of a coffee shop who restock what they use every one to three weeks.
"""

import random
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pyarrow.parquet as pq

from examples.conversation import Conversation, conversation, say

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
BATCH = 500
CUSTOMERS = 60
VISITS = 12
SHELVES = {
    "beans": ["House espresso beans", "Ethiopia filter beans", "Decaf beans", "Monsooned Malabar beans"],
    "tea": ["Assam loose tea", "Sencha green tea", "Peppermint tea", "Rooibos tea"],
    "equipment": ["Hand grinder", "Paper filters", "Milk jug", "Moka pot", "Cleaning tablets"],
    "sweets": ["Almond biscotti", "Dark chocolate", "Ginger shortbread", "Oat cookies"],
}


def catalogue() -> list[dict[str, object]]:
    """Give the shop's items."""
    return [
        {"item_id": f"{shelf}-{number}", "title": title, "categories": [shelf]}
        for shelf, titles in SHELVES.items()
        for number, title in enumerate(titles)
    ]


def purchases(seed: int = 7) -> list[dict[str, object]]:
    """Give what was bought: each customer has two staples, bought at most visits, and tries other things between."""
    chance = random.Random(seed)
    item_ids = [str(item["item_id"]) for item in catalogue()]
    events: list[dict[str, object]] = []
    for customer in range(CUSTOMERS):
        staples = chance.sample(item_ids, 2)
        day = chance.randrange(14)
        for _ in range(VISITS):
            basket = [item for item in staples if chance.random() < 0.8] + chance.sample(item_ids, 1)
            moment = START + timedelta(days=day, hours=chance.randrange(9))
            for item in dict.fromkeys(basket):
                events.append(
                    {
                        "user_id": f"customer-{customer}",
                        "item_id": item,
                        "action": "purchase",
                        "timestamp": moment.isoformat(),
                        "value": round(chance.uniform(3, 25), 2),
                        "event_id": f"order-{len(events)}",
                    }
                )
            day += chance.choice([7, 7, 14, 21])
    return events


async def main() -> None:
    """Tell the story."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        async with conversation(home) as talk:
            await log_in_batches(talk)
            await train_at_night(talk)
            await greet(talk)
        lists = write_lists(home, Path(folder) / "lists.parquet")
        assert lists == CUSTOMERS
        async with conversation(home) as talk:
            await erase(talk)


async def log_in_batches(talk: Conversation) -> None:
    """Send everything, one batch of it twice, as a shop does when the line breaks."""
    say("The shop sends its catalogue and its orders in batches; one batch is sent twice.")
    events = purchases()
    await talk.call("log_behavior", items=catalogue())
    for start in range(0, len(events), BATCH):
        sent = await talk.call("log_behavior", events=events[start : start + BATCH])
        assert sent["accepted"] == len(events[start : start + BATCH])
    again = await talk.call("log_behavior", events=events[:BATCH])
    assert (again["accepted"], again["duplicates"]) == (0, BATCH)


async def train_at_night(talk: Conversation) -> None:
    """Train on what was sent."""
    say("At night it trains.")
    run = await talk.call("train_model", preset="quick", seed=1, wait_seconds=45)
    assert run["status"] == "completed", run


async def greet(talk: Conversation) -> None:
    """A customer who comes back is offered what that customer restocks, without being asked to."""
    say("In the morning customer 3 opens the page.")
    bought = [str(event["item_id"]) for event in purchases() if event["user_id"] == "customer-3"]
    staple = max(set(bought), key=bought.count)
    answer = await talk.call("recommend", user_id="customer-3", k=3, at="2026-09-01T09:00:00Z")
    assert staple in [item["item_id"] for item in answer["items"]]


def write_lists(home: Path, output: Path) -> int:
    """Write a list for every customer with the command line; give how many customers have one."""
    say("The newsletter needs a list for everybody: temporec-mcp recommend --all-users.")
    command = [str(Path(sys.executable).with_name("temporec-mcp")), "--home", str(home), "recommend", "--all-users"]
    subprocess.run([*command, "-k", "5", "--at", "last", "--output", str(output)], check=True)
    table = pq.read_table(output)
    print(f"  {table.num_rows} rows: {', '.join(table.column_names)}")
    return len(set(table.column("user_id").to_pylist()))


async def erase(talk: Conversation) -> None:
    """A customer wants to be forgotten."""
    say("Customer 3 asks to be forgotten.")
    preview = await talk.call("forget_user", user_id="customer-3")
    await talk.call("forget_user", user_id="customer-3", confirm=preview["confirm"])
    await talk.refused("summarize_user_timeline", user_id="customer-3")


if __name__ == "__main__":
    anyio.run(main)
