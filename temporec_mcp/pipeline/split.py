"""Held-out cases: which events a model may learn from, and what it is then asked.

Every split gives a `HeldOut`: the log to fit on, and cases over the log that was split. Splitting the fitting log again
gives the validation split, one step back in time.

Axes: N events, C cases, B histories, L positions, V items, T targets.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import HISTORY_LENGTH, PADDING, EventLog, Flags, Floats, HistoryBatch, Indices, Times
from temporec_mcp.domain.training import Split
from temporec_mcp.models.registry import REPEAT_SHARE, Repeats
from temporec_mcp.models.repeats import visit_numbers
from temporec_mcp.pipeline.context import in_context

FIT_SHARE = 0.9
"""Part of the events that lies before a temporal cut."""
BASKET_SECONDS = 5.0
"""Events of one user that are no further apart share their moment: nobody chose the second after the first."""
BASKET_SHARE = 0.5
"""From this part of events that share their moment on, users act in baskets and not step by step."""


@dataclass(frozen=True, slots=True)
class Cases:
    """Questions with known answers: user's history up to a row, and the items that came next."""

    users_C: Indices
    starts_C: NDArray[np.int64]
    """Row of the log where the user's events begin."""
    ends_C: NDArray[np.int64]
    """Row of the log where the history ends; it is not part of the history."""
    as_of_C: Times
    """The moment asked for, seconds since 1970."""
    target_starts_C: NDArray[np.int64]
    """C + 1 places in `targets_T`."""
    targets_T: Indices

    def __len__(self) -> int:
        """Count the cases."""
        return len(self.users_C)

    def take(self, chosen: NDArray[np.intp]) -> "Cases":
        """Give the cases with these numbers, in this order."""
        counts = np.diff(self.target_starts_C)[chosen]
        starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        moved = np.repeat(self.target_starts_C[:-1][chosen] - starts[:-1], counts)
        places = moved + np.arange(len(moved))
        return Cases(
            self.users_C[chosen],
            self.starts_C[chosen],
            self.ends_C[chosen],
            self.as_of_C[chosen],
            starts,
            self.targets_T[places],
        )

    def sample(self, count: int, seed: int) -> "Cases":
        """Give at most `count` cases, drawn evenly, in their order."""
        if len(self) <= count:
            return self
        return self.take(np.sort(np.random.default_rng(seed).choice(len(self), count, replace=False)))


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What to fit on and what to ask."""

    name: Split
    fit: EventLog
    log: EventLog
    """The log that the cases' rows are of."""
    cases: Cases
    keeps_seen: bool
    """What the history holds stays a candidate."""


def make_split(
    log: EventLog, name: Split, action_weights: Floats, *, keeps_seen: bool, fit_share: float = FIT_SHARE
) -> HeldOut:
    """Split `log` by the protocol `name`; events of actions that speak against their item are never targets.

    With `keeps_seen` False a target that the history already holds is no case, because it is no candidate. A cut in
    time leaves `fit_share` of the events before it.
    """
    is_target_N = action_weights[log.actions_N] > 0.0
    if not keeps_seen:
        is_target_N &= ~is_repeat(log)
    if name == "leave-last-out":
        return _leave_last_out(log, is_target_N, keeps_seen=keeps_seen)
    cut = quantile_cut(log, fit_share)
    cases = CASE_MAKERS[name](log, is_target_N & _known_users(log, cut), cut)
    return HeldOut(name, log.before(cut), log, cases, keeps_seen)


def newcomer_cases(held: HeldOut, action_weights: Floats, longest: int) -> Cases:
    """Give cases of the split's protocol with at most `longest` events of history, users unknown at the cut included.

    None for protocols whose histories do not grow after a cut in time.
    """
    if held.name not in ("temporal", "next-basket"):
        return held.cases.take(np.zeros(0, dtype=np.intp))
    log = held.log
    is_target_N = action_weights[log.actions_N] > 0.0
    if not held.keeps_seen:
        is_target_N &= ~is_repeat(log)
    after = float(np.nextafter(held.fit.times_N.max(initial=-np.inf), np.inf))
    cases = CASE_MAKERS[held.name](log, is_target_N, after)
    lengths_C = cases.ends_C - cases.starts_C
    return cases.take(np.flatnonzero((lengths_C > 0) & (lengths_C <= longest)))


def quantile_cut(log: EventLog, share: float = FIT_SHARE) -> float:
    """Give the time before which about `share` of the events lie, in seconds since 1970; inf without events."""
    if not len(log.times_N):
        return float("inf")
    place = min(int(share * len(log.times_N)), len(log.times_N) - 1)
    return float(np.partition(log.times_N, place)[place])


def is_repeat(log: EventLog) -> Flags:
    """Tell for each event whether its user had its item before."""
    keys = log.users_N.astype(np.int64) * max(1, len(log.item_ids)) + log.items_N
    repeats_N = np.ones(len(keys), dtype=np.bool_)
    repeats_N[np.unique(keys, return_index=True)[1]] = False
    return repeats_N


def repeat_share(log: EventLog) -> float:
    """Give the part of what users did in their later visits that was with an item of an earlier visit, 0 to 1.

    Several events of one item in one visit (viewed, added, bought) count once, so they are no repetition.
    """
    again_U, later_U = repeat_counts(log)
    return float(again_U.sum() / later_U.sum()) if later_U.any() else 0.0


def repeat_counts(log: EventLog) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give how many items each user's later visits had that an earlier one had [U], and how many in all [U]."""
    visits_N = visit_numbers(log)
    _, firsts = np.unique(visits_N * max(1, len(log.item_ids)) + log.items_N, return_index=True)
    visits, users, items = visits_N[firsts], log.users_N[firsts].astype(np.int64), log.items_N[firsts]
    is_first_visit = visits == visits_N[log.offsets_U[:-1][users]]
    order = np.lexsort((visits, items, users))
    is_again = np.zeros(len(order), dtype=np.bool_)
    is_again[order[1:]] = (np.diff(users[order]) == 0) & (np.diff(items[order]) == 0)
    count = len(log.user_ids)
    return np.bincount(users[is_again], minlength=count), np.bincount(users[~is_first_visit], minlength=count)


def basket_share(log: EventLog) -> float:
    """Give the part of the events that share their moment with an event of the same user on another item, 0 to 1."""
    users_N = log.users_N
    if not len(users_N):
        return 0.0
    is_close = (np.diff(users_N) == 0) & (np.diff(log.times_N) <= BASKET_SECONDS) & (np.diff(log.items_N) != 0)
    return float((np.append(is_close, False) | np.insert(is_close, 0, False)).mean())


def how_repeating(log: EventLog) -> Repeats:
    """Tell whether the data repeat, and then whether users take baskets or go step by step."""
    if repeat_share(log) < REPEAT_SHARE:
        return "none"
    return "baskets" if basket_share(log) >= BASKET_SHARE else "sequences"


def case_histories(log: EventLog, cases: Cases, action_weights: Floats, length: int = HISTORY_LENGTH) -> HistoryBatch:
    """Give the newest `length` events before each case's end, newest first, as wide as the longest of them.

    A case is asked in the context of its newest event, the best guess at the one that a client would give.
    """
    longest = int((cases.ends_C - cases.starts_C).max(initial=1))
    rows_BL = cases.ends_C[:, None] - 1 - np.arange(max(1, min(length, longest)))[None, :]
    is_event_BL = rows_BL >= cases.starts_C[:, None]
    rows_BL = np.where(is_event_BL, rows_BL, 0)
    if not len(log.items_N):
        raise ValueError("cases need a log with events")
    batch = HistoryBatch(
        items_BL=np.where(is_event_BL, log.items_N[rows_BL], PADDING).astype(np.int32),
        times_BL=np.where(is_event_BL, log.times_N[rows_BL], 0.0),
        weights_BL=np.where(is_event_BL, action_weights[log.actions_N[rows_BL]], 0.0).astype(np.float32),
        values_BL=np.where(is_event_BL, log.values_N[rows_BL], np.nan).astype(np.float32),
        actions_BL=np.where(is_event_BL, log.actions_N[rows_BL], 0).astype(np.int32),
        contexts_BL=np.where(is_event_BL, log.contexts_N[rows_BL], PADDING).astype(np.int32),
        as_of_B=cases.as_of_C,
    )
    return in_context(batch, batch.contexts_BL[:, 0])


def case_candidates(held: HeldOut, cases: Cases, allowed_V: Flags | None = None) -> Flags:
    """Give the candidates [B, V]: the whole catalogue (or `allowed_V`), without all that the history holds."""
    item_count = len(held.log.item_ids)
    allowed = np.ones(item_count, dtype=np.bool_) if allowed_V is None else allowed_V
    candidates_BV = np.repeat(allowed[None, :], len(cases), axis=0)
    if not held.keeps_seen:
        for row, (start, end) in enumerate(zip(cases.starts_C, cases.ends_C, strict=True)):
            candidates_BV[row, held.log.items_N[start:end]] = False
    return candidates_BV


def case_targets(cases: Cases, item_count: int) -> Flags:
    """Give the targets [B, V]."""
    targets_BV = np.zeros((len(cases), item_count), dtype=np.bool_)
    targets_BV[np.repeat(np.arange(len(cases)), np.diff(cases.target_starts_C)), cases.targets_T] = True
    return targets_BV


def _single_target_cases(log: EventLog, rows_C: NDArray[np.intp]) -> Cases:
    users_C = log.users_N[rows_C]
    return Cases(
        users_C,
        log.offsets_U[users_C],
        rows_C.astype(np.int64),
        log.times_N[rows_C],
        np.arange(len(rows_C) + 1, dtype=np.int64),
        log.items_N[rows_C],
    )


def _leave_last_out(log: EventLog, is_target_N: Flags, *, keeps_seen: bool) -> HeldOut:
    """The last event of every user with one before it is a target and all before it is fitted on."""
    counts_U = np.diff(log.offsets_U)
    last_U = log.offsets_U[1:][counts_U > 1] - 1
    is_kept_N = np.ones(len(log.items_N), dtype=np.bool_)
    is_kept_N[last_U] = False
    cases = _single_target_cases(log, last_U[is_target_N[last_U]])
    return HeldOut("leave-last-out", log.keep(is_kept_N), log, cases, keeps_seen)


def _known_users(log: EventLog, cut: float) -> Flags:
    """Tell for each event whether its user has an event before the cut."""
    has_past_U = np.zeros(len(log.user_ids), dtype=np.bool_)
    has_past_U[log.users_N[log.times_N < cut]] = True
    return has_past_U[log.users_N]


def _rolling_cases(log: EventLog, is_target_N: Flags, cut: float) -> Cases:
    """One case per later event of users known by the cut, the history extended as it happens."""
    return _single_target_cases(log, np.flatnonzero(is_target_N & (log.times_N >= cut)))


def _static_cases(log: EventLog, is_target_N: Flags, cut: float) -> Cases:
    """One case per known user, the history frozen at the cut, all later items targets."""
    rows_T = np.flatnonzero(is_target_N & (log.times_N >= cut))
    users_T = log.users_N[rows_T]
    ends_U = log.offsets_U[:-1] + np.bincount(log.users_N[log.times_N < cut], minlength=len(log.user_ids))
    return _grouped_cases(log, rows_T, users_T.astype(np.int64), ends_U[users_T], np.full(len(rows_T), cut))


def _basket_cases(log: EventLog, is_target_N: Flags, cut: float) -> Cases:
    """One case per later visit of known users: all its items are targets, all earlier visits are history."""
    visits_N = visit_numbers(log)
    first_rows = np.unique(visits_N, return_index=True)[1]
    begins_N = log.times_N[first_rows][visits_N]
    rows_T = np.flatnonzero(is_target_N & (begins_N >= cut))
    ends_T = first_rows[visits_N[rows_T]].astype(np.int64)
    return _grouped_cases(log, rows_T, visits_N[rows_T], ends_T, begins_N[rows_T])


def _grouped_cases(
    log: EventLog, rows_T: NDArray[np.intp], groups_T: NDArray[np.int64], ends_T: NDArray[np.int64], as_of_T: Times
) -> Cases:
    """Make one case of the targets of each group (groups ascend with the rows); a repeated target counts once."""
    _, distinct = np.unique(groups_T * max(1, len(log.item_ids)) + log.items_N[rows_T], return_index=True)
    chosen = np.sort(distinct)
    groups, firsts, counts = np.unique(groups_T[chosen], return_index=True, return_counts=True)
    heads = chosen[firsts] if len(groups) else np.zeros(0, dtype=np.intp)
    users_C = log.users_N[rows_T[heads]]
    return Cases(
        users_C,
        log.offsets_U[users_C],
        ends_T[heads],
        as_of_T[heads],
        np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        log.items_N[rows_T[chosen]],
    )


CASE_MAKERS = {"temporal": _rolling_cases, "temporal-static": _static_cases, "next-basket": _basket_cases}
"""For each protocol with a cut in time, what makes its cases of the targets allowed."""
