"""Small exact rankers whose causes are known, and targets to explain on them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np

from temporec_mcp.domain.log import DAY_SECONDS, PADDING, Floats, History, Times
from temporec_mcp.domain.ranking import Strategy
from temporec_mcp.explain import ExplainTarget

AS_OF = datetime(2026, 3, 20, 18, tzinfo=UTC)
ACTIONS = ("watch", "rate", "purchase", "dislike", "pin_to_board")


@dataclass
class PlantedRanker:
    """Score = popularity + what each distinct event's item adds + what planted groups add.

    A group of mode `any` adds its gain when any member is in the history, `all` only when all are. With `half_life`
    an event's weight halves over that many days. A calendar gain holds on its weekday (0 is Monday) or in its hour of
    the moment asked for, in UTC. Members of the history are no candidates unless they may repeat.
    """

    weights_VV: Floats
    """[item of the history, item to score]"""
    popularity_V: Floats
    seen: frozenset[int] = frozenset()
    groups: list[tuple[frozenset[int], int, float, str]] = field(default_factory=list)
    half_life: float = float("inf")
    is_saturating: bool = False
    calendar: list[tuple[int, str, int, float]] = field(default_factory=list)
    """Item, weekday or hour, which one, gain."""
    calls: int = 0
    rows: int = 0

    @property
    def item_ids(self) -> Sequence[str]:
        return [f"i{number}" for number in range(len(self.popularity_V))]

    def score(self, histories: Sequence[History], as_of_B: Times) -> Floats:
        self.calls += 1
        self.rows += len(histories)
        scores_BV = np.stack([sum(self._parts(h, t).values()) for h, t in zip(histories, as_of_B, strict=True)])
        scores_BV[:, sorted(self.seen)] = -np.inf
        return scores_BV.astype(np.float32)

    def score_items(self, histories: Sequence[History], as_of_B: Times, items: Sequence[int]) -> Floats:
        return self.score(histories, as_of_B)[:, items]

    def contributions(self, history: History, as_of: float, item: int) -> dict[str, float]:
        return {name: float(values[item]) for name, values in self._parts(history, as_of).items()}

    def contributions_at(self, history: History, as_of_B: Times, item: int) -> list[dict[str, float]]:
        return [self.contributions(history, as_of, item) for as_of in as_of_B]

    def select(self, scores_V: Floats, k: int) -> list[tuple[int, float]]:
        return [(item, float(scores_V[item])) for item in self.top(scores_V, k)]

    def top(self, scores_V: Floats, k: int) -> list[int]:
        order = np.lexsort((np.arange(len(scores_V)), -scores_V))
        return [int(item) for item in order[:k] if np.isfinite(scores_V[item])]

    def _parts(self, history: History, as_of: float) -> dict[str, np.ndarray]:
        age_L = np.maximum(as_of - history.times_L, 0) / DAY_SECONDS
        decay_L = 0.5 ** (age_L / self.half_life)
        linear_V = (self.weights_VV[history.items_L] * decay_L[:, None]).sum(axis=0)
        if self.is_saturating:
            linear_V = np.tanh(linear_V)
        grouped_V = np.zeros_like(self.popularity_V)
        present = set(history.items_L.tolist())
        for members, item, gain, mode in self.groups:
            holds = members <= present if mode == "all" else bool(members & present)
            grouped_V[item] += gain * holds
        moment = datetime.fromtimestamp(as_of, UTC)
        for item, kind, which, gain in self.calendar:
            grouped_V[item] += gain * (which == (moment.weekday() if kind == "weekday" else moment.hour))
        return {"popularity": self.popularity_V, "transitions": linear_V, "net": grouped_V}


def history_of(items: Sequence[int], actions: Sequence[int] | None = None, gap_days: float = 1.0) -> History:
    """One event per item, the last half a gap before the moment asked for."""
    count = len(items)
    times = AS_OF.timestamp() - DAY_SECONDS * gap_days * (np.arange(count, 0, -1) - 0.5)
    return History(
        items_L=np.array(items, dtype=np.int32),
        times_L=times,
        actions_L=np.array(actions if actions is not None else [0] * count, dtype=np.int32),
        values_L=np.full(count, np.nan, dtype=np.float32),
        contexts_L=np.full(count, PADDING, dtype=np.int32),
        seqs_L=np.arange(count, dtype=np.int64),
    )


@dataclass
class World:
    """A ranker with a history, ready to be asked about."""

    ranker: PlantedRanker
    history: History
    k: int = 5
    user_id: str | None = "me"
    strategy: Strategy = "trained"

    def target(self, item: int, compare_item: int | None = None) -> ExplainTarget:
        return ExplainTarget(
            item=item,
            k=self.k,
            user_id=self.user_id,
            model_id="m1",
            strategy=self.strategy,
            history=self.history,
            action_names=ACTIONS,
            titles=[f"Film {number} ({1950 + number})" for number in range(len(self.ranker.item_ids))],
            as_of=AS_OF,
            compare_item=compare_item,
            labels=[(f"Genre {number % 3}",) for number in range(len(self.ranker.item_ids))],
            rebind=self.rebind,
            rating_top=5.0,
        )

    def rebind(self, history: History, action_names: Sequence[str]) -> PlantedRanker:
        del action_names
        seen = self.ranker.seen | set(history.items_L.tolist()) if self.ranker.seen else self.ranker.seen
        return replace(self.ranker, seen=frozenset(seen))

    def best(self, place: int = 1) -> int:
        scores = self.ranker.score([self.history], np.array([AS_OF.timestamp()]))[0]
        return self.ranker.top(scores, place)[place - 1]


def noisy_world(seed: int, length: int = 12, items: int = 60, noise: float = 0.1) -> World:
    """Random small weights everywhere, nothing planted yet."""
    random = np.random.default_rng(seed)
    ranker = PlantedRanker(
        weights_VV=random.normal(0, noise, (items, items)).astype(np.float32),
        popularity_V=random.normal(0, 0.3, items).astype(np.float32),
        seen=frozenset(range(length)),
    )
    return World(ranker, history_of(random.permutation(length).tolist(), random.integers(0, 3, length).tolist()))
