"""Tasks: what to learn from and what is asked, as files that any environment can read.

Axes: N events, C cases, H events of all histories, K places of a list, V items.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality import five_core, log_of, read, text_vectors
from temporec_mcp.domain.events import Item
from temporec_mcp.domain.log import EventLog, Flags, Floats, HistoryBatch, Indices
from temporec_mcp.domain.training import Split
from temporec_mcp.pipeline.evaluate import Evaluation, evaluate
from temporec_mcp.pipeline.fit import case_limit
from temporec_mcp.pipeline.split import Cases, HeldOut, how_repeating, make_split

WEIGHTS = np.ones(1, dtype=np.float32)
NEW_USER_EVENTS = 5
NEW_USER_TARGETS = 10
LISTS = "lists"


@dataclass(frozen=True)
class Prepared:
    """A data set, ready to be split."""

    name: str
    log: EventLog
    vectors_VD: Floats | None


def prepare(name: str, folder: Path, *, has_text: bool) -> Prepared:
    """Read a folder, leave out what is rare, encode the titles."""
    rows, known = read(folder)
    log = log_of(five_core(rows))
    vectors_VD = None
    if has_text:
        vectors_VD = text_vectors([known.get(item_id, Item(item_id)) for item_id in log.item_ids])
    return Prepared(name, log, vectors_VD)


def held_out(log: EventLog, split: Split, seed: int) -> HeldOut:
    """Give the cases of a protocol, sampled as our own evaluation does."""
    held = make_split(log, split, WEIGHTS, keeps_seen=how_repeating(log) != "none")
    return replace(held, cases=held.cases.sample(case_limit(log), seed))


def new_users(log: EventLog, count: int, seed: int, targets: int = NEW_USER_TARGETS) -> HeldOut:
    """Take `count` users out of training and ask for them after their first five events.

    Their history is these five, the moment is that of the sixth, the targets are the next `targets` events; everyone
    else's events are fitted on. Drawn among the users with enough events.
    """
    chance = np.random.default_rng(seed)
    enough = np.flatnonzero(np.diff(log.offsets_U) >= NEW_USER_EVENTS + targets)
    users_C = np.sort(chance.choice(enough, min(count, len(enough)), replace=False)).astype(np.int32)
    is_new_U = np.zeros(len(log.user_ids), dtype=np.bool_)
    is_new_U[users_C] = True
    starts_C = log.offsets_U[users_C]
    ends_C = starts_C + NEW_USER_EVENTS
    rows_T = (ends_C[:, None] + np.arange(targets)[None, :]).ravel()
    cases = Cases(
        users_C,
        starts_C,
        ends_C,
        log.times_N[ends_C],
        np.arange(0, len(rows_T) + 1, targets, dtype=np.int64),
        log.items_N[rows_T],
    )
    return HeldOut("temporal", log.keep(~is_new_U[log.users_N]), log, cases, keeps_seen=False)


def write(held: HeldOut, folder: Path) -> None:
    """Write the fitting rows, the cases with their whole histories, oldest event first, and all rows.

    Of all rows only those before the moment of a case may be counted for it, and nothing may be learnt from them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    fit, log, cases = held.fit, held.log, held.cases
    for name, rows in (("fit", fit), ("log", log)):
        np.savez(
            folder / f"{name}.npz",
            users=rows.users_N,
            items=rows.items_N,
            times=rows.times_N,
            user_count=len(rows.user_ids),
            item_count=len(rows.item_ids),
        )
    counts_C = cases.ends_C - cases.starts_C
    starts = np.concatenate(([0], np.cumsum(counts_C)))
    rows_H = np.repeat(cases.starts_C - starts[:-1], counts_C) + np.arange(starts[-1])
    np.savez(
        folder / "cases.npz",
        starts=starts,
        items=log.items_N[rows_H],
        times=log.times_N[rows_H],
        users=cases.users_C,
        as_of=cases.as_of_C,
        keeps_seen=held.keeps_seen,
    )
    (folder / "task.json").write_text(json.dumps({"split": held.name}))


def judge(held: HeldOut, lists_CK: Indices) -> Evaluation:
    """Let our own evaluation compare lists with the targets; what is no candidate counts nothing."""
    rows = _in_order(lists_CK)

    def score(batch: HistoryBatch, candidates_BV: Flags) -> dict[str, Floats]:
        scores_BV = np.full(candidates_BV.shape, -np.inf, dtype=np.float32)
        for row, items_K in enumerate(next(rows) for _ in range(len(candidates_BV))):
            places = np.flatnonzero(items_K >= 0)
            scores_BV[row, items_K[places]] = -places.astype(np.float32)
        return {LISTS: scores_BV}

    return evaluate(score, held, WEIGHTS)[LISTS]


def _in_order(lists_CK: Indices) -> Iterator[NDArray[np.int32]]:
    yield from lists_CK
