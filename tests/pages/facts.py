"""Histories whose pictures the tests know, and the results that a client gets of them."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, cast

import numpy as np

from temporec_mcp.domain.ranking import Explanation
from temporec_mcp.domain.timeline import Timeline
from temporec_mcp.explain import explain
from temporec_mcp.server.work import reply_result
from temporec_mcp.timeline.inputs import TimelineInput
from temporec_mcp.timeline.summary import summarise
from temporec_mcp.tools.base import Call
from temporec_mcp.tools.registry import TOOLS
from temporec_mcp.tools.use_cases import UseCases
from tests.explain.rankers import World, noisy_world

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
DAY = 86_400.0
FIXTURE = Path(__file__).parents[1] / "fixtures" / "hostile_titles.csv"
LABELS = ("Drama", "Comedy", "Action")
MARKUP = (
    "<img src=x onerror=alert(1)><script>alert(2)</script>",
    '"><svg onload=alert(3)>&amp;<b>bold</b>',
    "</script><style>*{display:none}</style>]]>",
    "{{7*7}} ${alert(4)} javascript:alert(5)",
)


def hostile_titles() -> list[str]:
    """Give titles that would do harm if anything read them as more than text."""
    with FIXTURE.open(newline="", encoding="utf-8") as stream:
        return [*MARKUP, *(row["Title"] for row in csv.DictReader(stream))]


@dataclass(frozen=True, slots=True)
class Past:
    """A made-up history: one event after the other, newest last."""

    times: Sequence[float]
    labels: Sequence[str] = LABELS
    is_date_only: bool = False
    user_id: str = "ann"

    def timeline(self) -> Timeline:
        """Give what is found in it."""
        count = len(self.times)
        items = np.arange(count, dtype=np.int32)
        return summarise(
            TimelineInput(
                user_id=self.user_id,
                timezone="UTC",
                times_N=np.array(self.times, dtype=np.float64),
                items_N=items,
                actions_N=np.zeros(count, dtype=np.int32),
                action_names=("watch",),
                values_N=np.full(count, np.nan, dtype=np.float32),
                date_only_N=np.full(count, self.is_date_only),
                titles=[f"Film {number}" for number in range(count)],
                categories=[(self.labels[number % len(self.labels)],) for number in range(count)],
                now=NOW,
            )
        )


def evenings(days: int = 120) -> Past:
    """Give two events each second evening, the second one an hour after the first."""
    start = NOW.timestamp() - days * DAY
    return Past([start + day * DAY + hour * 3_600 for day in range(0, days, 2) for hour in (8, 9)])


def quick() -> Past:
    """Give sixty events, the next one after 40 to 95 minutes."""
    return Past((NOW.timestamp() + 60.0 * np.cumsum([40, 45, 50, 95] * 15)).tolist())


def explanation(titles: Sequence[str] | None = None, world: World | None = None) -> Explanation:
    """Give the reasons of a ranker that can be read through, with a cause of its own for each direction."""
    world = world or noisy_world(3, length=14, noise=0.15)
    target = world.target(world.best())
    if titles is not None:
        target = replace(target, titles=[titles[number % len(titles)] for number in range(len(target.titles))])
    times: list[float] = world.history.times_L.tolist()
    return replace(explain(world.ranker, target), event_times=tuple(times))


@dataclass
class OneAnswer:
    """An application that knows one timeline and one explanation."""

    found: Timeline | Explanation

    def timeline(self, *asked: object) -> Timeline:
        return cast(Timeline, self.found)

    def explain(self, *asked: object) -> Explanation:
        return cast(Explanation, self.found)

    def retell(self, *asked: object) -> None:
        """No language model was chosen."""

    def user_zone(self, user_id: str) -> tzinfo:
        return UTC


def result_of(found: Timeline | Explanation, with_pictures: bool = True, **arguments: object) -> dict[str, Any]:
    """Give the result that a client which shows pages gets over the wire."""
    name = "summarize_user_timeline" if isinstance(found, Timeline) else "explain_recommendation"
    asked = {"user_id": found.user_id} if isinstance(found, Timeline) else {"user_id": "ann", "item_id": found.item_id}
    app = cast(UseCases, OneAnswer(found))
    reply = TOOLS[name].answer(app, asked | arguments, Call(NOW, lambda part, phase: None, lambda: False))
    result = reply_result(reply, with_pictures)
    return result.model_dump(by_alias=True, mode="json", exclude_none=True)
