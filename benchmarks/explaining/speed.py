"""How long an explanation takes beside a single score of the same user, at a catalogue of 10,000 items."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import numpy as np
import torch

from temporec_mcp.domain.catalogue import Catalogue
from temporec_mcp.domain.log import DAY_SECONDS, PADDING, EventLog, Floats, History
from temporec_mcp.domain.ranking import Explanation
from temporec_mcp.explain import ExplainTarget, explain
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.net import SequenceNet
from temporec_mcp.models.net_config import NAME, NetConfig
from temporec_mcp.models.net_part import SequencePart
from temporec_mcp.models.part import FitData
from temporec_mcp.models.registry import blend_kinds, default_weights
from temporec_mcp.models.torch_facade import tensor_of
from temporec_mcp.pipeline.bound import BoundHistory
from temporec_mcp.pipeline.bridge import build_bridge
from temporec_mcp.pipeline.rank import Question, Ranked
from temporec_mcp.pipeline.rescored import OpenRows, Rescored
from temporec_mcp.pipeline.served import Served
from temporec_mcp.pipeline.weighing import is_bindable

ITEMS = 10_000
USERS = 2_500
EVENTS = 50
LONG = 1_000
WIDTH = 64
THEMES = 40
START, SPAN = 1.7e9, 3e7
ROUNDS = 20


def speed(seed: int) -> None:
    """Print the times at 50 and at 1,000 events."""
    rng = np.random.default_rng(seed)
    log = _log(rng)
    vectors_VD = rng.normal(size=(ITEMS, WIDTH)).astype(np.float32)
    vectors_VD /= np.linalg.norm(vectors_VD, axis=1, keepdims=True)
    served = _served(log, vectors_VD)
    print(f"\n{ITEMS} items, all closed-form parts and a net; wall and processor milliseconds, one thread")
    for length in (EVENTS, LONG):
        histories = [_history(rng, length) for _ in range(ROUNDS)]
        _print(served, histories)


def _print(served: Served, histories: list[History]) -> None:
    found = [_measured(served, history, place) for place, history in enumerate(histories)]
    one_wall, one_cpu = np.median([single for singles, _, _ in found for single in singles], axis=0)
    whole = [explained for _, explained, _ in found]
    wall, cpu = np.quantile(whole, 0.95, axis=0)
    middle_wall, middle_cpu = np.median(whole, axis=0)
    print(f"history {len(histories[0])}: one score {one_wall:.1f} wall {one_cpu:.1f} cpu; explanation median ", end="")
    print(f"{middle_wall:.0f} wall {middle_cpu:.0f} cpu, p95 {wall:.0f} wall {cpu:.0f} cpu, ", end="")
    print(f"p95 is {wall / one_wall:.0f} times one score ({cpu / one_cpu:.0f} by cpu); ", end="")
    print(f"events in blocks only: {found[0][2]}", flush=True)


Times = tuple[float, float]


def _measured(served: Served, history: History, place: int) -> tuple[list[Times], Times, int]:
    """Give the times of single scores, that of one explanation, and the events that it left out in blocks."""
    ranker = _ranker(served, None, history, ())
    as_of = datetime.fromtimestamp(float(history.times_L[-1]) + DAY_SECONDS, UTC)
    moment = np.array([as_of.timestamp()])
    single = [_timed(lambda: ranker.score([history], moment)) for _ in range(5)]
    item = ranker.top(ranker.score([history], moment)[0], 10)[place % 10]
    target = ExplainTarget(
        item=item,
        k=10,
        user_id="u",
        model_id="m",
        strategy="trained",
        history=history,
        action_names=("watch",),
        titles=served.catalogue.titles,
        as_of=as_of,
    )

    def explained() -> Explanation:
        rows = OpenRows(BoundHistory(served, history)) if is_bindable(served, history) else None
        rebound = partial(_ranker, served, rows)
        return explain(rebound(history, ()), replace(target, rebind=rebound))

    return single, _timed(explained), explained().grouped_count


def _ranker(served: Served, rows: OpenRows | None, history: History, names: Sequence[str]) -> Ranked:
    """Give what ranks for a history, of which nothing is a candidate."""
    candidates_V = np.ones(ITEMS, dtype=np.bool_)
    candidates_V[history.items_L] = False
    ranker = Ranked(served, Question(candidates_V, np.ones(1, dtype=np.float32)))
    return ranker if rows is None else Rescored(ranker, rows)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return 1e3 * (time.perf_counter() - wall), 1e3 * (time.process_time() - cpu)


def _log(rng: np.random.Generator) -> EventLog:
    popularity = 1 / np.arange(1, ITEMS + 1) ** 0.8
    themes = rng.integers(0, THEMES, ITEMS)
    rows = []
    for _ in range(USERS):
        weights = popularity * (1 + 30 * (themes == rng.integers(THEMES)))
        rows.append(rng.choice(ITEMS, EVENTS, replace=False, p=weights / weights.sum()))
    count = USERS * EVENTS
    return EventLog(
        user_ids=tuple(f"u{user}" for user in range(USERS)),
        item_ids=tuple(f"i{item}" for item in range(ITEMS)),
        action_names=("watch",),
        context_names=(),
        offsets_U=np.arange(0, count + 1, EVENTS, dtype=np.int64),
        items_N=np.concatenate(rows).astype(np.int32),
        times_N=np.concatenate([np.sort(START + SPAN * rng.random(EVENTS)) for _ in rows]),
        actions_N=np.zeros(count, dtype=np.int32),
        values_N=np.full(count, np.nan, dtype=np.float32),
        contexts_N=np.full(count, PADDING, dtype=np.int32),
        seqs_N=np.arange(count, dtype=np.int64),
        date_only_N=np.zeros(count, dtype=np.bool_),
    )


def _served(log: EventLog, vectors_VD: Floats) -> Served:
    """Fit the closed-form parts; the net has its first weights, which score as fast as learnt ones."""
    data = FitData(log, vectors_VD, np.ones(1, dtype=np.float32))
    kinds = blend_kinds(has_vectors=True, repeats="none", horizon="next")
    torch.manual_seed(0)
    net = SequencePart([SequenceNet(NetConfig(), ITEMS, tensor_of(vectors_VD))])
    parts = (*(kind.fit(data) for kind in kinds), net)
    blend = Blend(parts, default_weights(tuple(part.name for part in parts), "none"), frozenset({NAME}))
    everything_V = np.ones(ITEMS, dtype=np.bool_)
    catalogue = Catalogue(
        item_ids=log.item_ids,
        titles=log.item_ids,
        categories=((),) * ITEMS,
        labels=((),) * ITEMS,
        texts=("",) * ITEMS,
        public_V=everything_V,
        available_V=everything_V,
    )
    return Served(catalogue, vectors_VD, blend, build_bridge(log.item_ids, log.item_ids, None), "speed")


def _history(rng: np.random.Generator, length: int) -> History:
    return History(
        items_L=rng.choice(ITEMS, length, replace=False).astype(np.int32),
        times_L=np.sort(START + SPAN * rng.random(length)),
        actions_L=np.zeros(length, dtype=np.int32),
        values_L=np.full(length, np.nan, dtype=np.float32),
        contexts_L=np.full(length, PADDING, dtype=np.int32),
        seqs_L=np.arange(length, dtype=np.int64),
    )
