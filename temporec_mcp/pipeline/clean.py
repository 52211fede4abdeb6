"""Make a log fit to learn from, and say in numbers what was done. The store keeps every event as it came.

Axes: N events of the log that came, M events kept, U users, F fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from temporec_mcp.domain.actions import ACTIONS
from temporec_mcp.domain.log import EventLog, Flags, Floats, Indices
from temporec_mcp.pipeline.encode import rating_top
from temporec_mcp.pipeline.values import Keyed, fill, fill_rule, mark_outliers, min_max, outlier_rule

SECONDS_ACTIONS = frozenset({"view", "play", "listen", "watch", "read"})
"""Actions whose value is a duration, which cannot be below 0."""
RATING_ACTION = "rate"


@dataclass(frozen=True, slots=True)
class CleanConfig:
    """The numbers of cleaning."""

    duplicate_window_seconds: float = 10.0
    """The same user doing the same with the same item again within it did it once; 0 keeps all but equal times."""
    own_scale_ratings: int = 20
    """Ratings a user needs before a scale shorter than the most common one is believed; fewer may be a stern judge."""
    reported_fields: int = 5
    """Fields of numbers that the report tells of, those with most values first; only of known actions."""


@dataclass(frozen=True, slots=True)
class Field:
    """One kind of number and what was done to it."""

    name: str
    """The action, for ratings with the end of the scale: `rate/5`."""
    value_count: int
    missing_count: int
    fill: str
    """Rule by which the gaps were filled; empty when there were none."""
    outlier_count: int
    outlier_test: str
    """Empty for ratings, whose scale is bounded."""
    low: float
    """What became 0."""
    high: float
    """What became 1."""

    def __str__(self) -> str:
        """Tell it in words."""
        gaps = f"{self.missing_count} missing, filled by {self.fill}" if self.missing_count else "none missing"
        test = f"{self.outlier_count} outliers by {self.outlier_test} kept but not scaled by"
        outliers = f", {test}" if self.outlier_test else ""
        return f"{self.value_count} values, {gaps}{outliers}, {self.low:g} to {self.high:g} scaled to 0 to 1"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A log that can be learnt from, and its numbers on one scale."""

    log: EventLog
    """The M events kept; `values_N` holds what was given, less impossible values, never a filled gap."""
    scaled_M: Floats
    """Each value on its field's scale of 0 to 1, gaps filled; NaN where the action never has a value."""
    is_filled_M: Flags
    """The value was missing and `scaled_M` holds a stand-in."""
    is_outlier_M: Flags
    """The value lies outside its field's habit: it did not set the scale and was clipped to it."""
    fields: tuple[Field, ...]
    """Largest first."""
    report: dict[str, str | float]
    """What was kept, dropped and filled, in flat numbers and words."""


def clean_log(log: EventLog, config: CleanConfig | None = None) -> Cleaned:
    """Drop unusable rows and duplicates, mark outliers, fill and scale the values.

    Nothing is dropped for its value: outliers are marked only, and an impossible value leaves its event in place.
    """
    config = config or CleanConfig()
    faults = unusable_rows(log)
    usable = log.keep(~np.logical_or.reduce(list(faults.values())))
    is_duplicate_N = duplicates(usable, config.duplicate_window_seconds)
    kept = usable.keep(~is_duplicate_N)
    is_impossible_M = _impossible_values(kept)
    kept = replace(kept, values_N=np.where(is_impossible_M, np.float32(np.nan), kept.values_N).astype(np.float32))
    scaled_M, is_outlier_M, fields = _scale_fields(kept, config)
    counts: dict[str, float] = {"events": len(log.items_N), "kept": len(kept.items_N)}
    counts |= {f"dropped_{reason}": int(mask_N.sum()) for reason, mask_N in faults.items() if mask_N.any()}
    counts |= {"dropped_duplicates": int(is_duplicate_N.sum())} if is_duplicate_N.any() else {}
    counts |= {"impossible_values": int(is_impossible_M.sum())} if is_impossible_M.any() else {}
    # An action of somebody's own is a word of that history, and this report is for everybody.
    told = [field for field in fields if field.name.partition("/")[0] in ACTIONS][: config.reported_fields]
    words = {f"values_{field.name}": str(field) for field in told}
    is_filled_M = np.isfinite(scaled_M) & ~np.isfinite(kept.values_N)
    return Cleaned(kept, scaled_M, is_filled_M, is_outlier_M, fields, {**counts, **words})


def unusable_rows(log: EventLog) -> Mapping[str, Flags]:
    """Mark by reason the rows that nothing can be learnt from; a row has one reason, the first that holds.

    no_item: the item is not in the catalogue. no_time: the time is missing, infinite, or exactly 1970-01-01T00:00Z,
    which programs write for "unknown".
    """
    no_item_N = (log.items_N < 0) | (log.items_N >= len(log.item_ids))
    no_time_N = ~np.isfinite(log.times_N) | (log.times_N == 0)
    return {"no_item": no_item_N, "no_time": no_time_N & ~no_item_N}


def duplicates(log: EventLog, window_seconds: float) -> Flags:
    """Mark [N] the events that repeat the user's same action on the same item at most `window_seconds` before.

    Of a chain of such repetitions only the first stays, however long the chain (a player that reports every few
    seconds played once). For training only: the store keeps every event.
    """
    is_duplicate_N = np.zeros(len(log.items_N), dtype=np.bool_)
    users_N = log.users_N
    order = np.lexsort((log.seqs_N, log.times_N, log.actions_N, log.items_N, users_N))
    before, after = order[:-1], order[1:]
    is_same = (
        (users_N[before] == users_N[after])
        & (log.items_N[before] == log.items_N[after])
        & (log.actions_N[before] == log.actions_N[after])
    )
    is_duplicate_N[after] = is_same & (log.times_N[after] - log.times_N[before] <= window_seconds)
    return is_duplicate_N


def _impossible_values(log: EventLog) -> Flags:
    is_seconds_A = np.array([name in SECONDS_ACTIONS for name in log.action_names] or [False], dtype=np.bool_)
    is_given_N = ~np.isnan(log.values_N)
    return is_given_N & (np.isinf(log.values_N) | (is_seconds_A[log.actions_N] & (log.values_N < 0)))


def _scale_fields(log: EventLog, config: CleanConfig) -> tuple[Floats, Flags, tuple[Field, ...]]:
    names, fields_N = _fields(log, config)
    scaled_N = np.full(len(log.items_N), np.nan, dtype=np.float32)
    is_outlier_N = np.zeros(len(log.items_N), dtype=np.bool_)
    told: list[Field] = []
    for number, name in enumerate(names):
        rows = np.flatnonzero(fields_N == number)
        keyed = Keyed(log.values_N[rows], log.items_N[rows], log.times_N[rows])
        if not np.isfinite(keyed.values_N).any():
            continue
        scaled_N[rows], is_outlier_N[rows], field = _scale_field(name, keyed)
        told.append(field)
    return scaled_N, is_outlier_N, tuple(sorted(told, key=lambda field: -field.value_count))


def _scale_field(name: str, keyed: Keyed) -> tuple[Floats, Flags, Field]:
    is_rating = name.startswith(RATING_ACTION + "/")
    given_N = np.isfinite(keyed.values_N)
    missing_count = int((~given_N).sum())
    is_outlier_N = np.zeros(len(given_N), dtype=np.bool_) if is_rating else mark_outliers(keyed.values_N)
    usual = replace(keyed, values_N=np.where(is_outlier_N, np.float32(np.nan), keyed.values_N).astype(np.float32))
    rule = fill_rule(usual)
    # Gaps are filled from the usual values only; the outliers themselves are put back before scaling.
    filled_N = np.where(is_outlier_N, keyed.values_N, fill(usual, rule)).astype(np.float32)
    field = Field(
        name=name,
        value_count=int(given_N.sum()),
        missing_count=missing_count,
        fill=rule if missing_count else "",
        outlier_count=int(is_outlier_N.sum()),
        outlier_test="" if is_rating else outlier_rule(keyed.values_N),
        low=float(np.nanmin(usual.values_N)),
        high=float(np.nanmax(usual.values_N)),
    )
    return min_max(filled_N, is_outlier_N), is_outlier_N, field


def _fields(log: EventLog, config: CleanConfig) -> tuple[list[str], Indices]:
    """Give the F field names and the field [N] of each event: its action, for ratings split by the user's scale."""
    names = list(log.action_names)
    fields_N = log.actions_N.copy()
    if RATING_ACTION not in names:
        return names, fields_N
    is_rating_N = fields_N == names.index(RATING_ACTION)
    tops_U = _rating_tops(log, is_rating_N, config.own_scale_ratings)
    for top in np.unique(tops_U[np.isfinite(tops_U)]):
        fields_N[is_rating_N & (tops_U[log.users_N] == top)] = len(names)
        names.append(f"{RATING_ACTION}/{top:g}")
    return names, fields_N


def _rating_tops(log: EventLog, is_rating_N: Flags, least_ratings: int) -> Floats:
    """Give the end of each user's rating scale [U]; the most common one for who rated little, NaN when nobody rated."""
    ratings_N = np.where(is_rating_N, log.values_N, np.float32(np.nan)).astype(np.float32)
    tops_U = np.full(len(log.user_ids), np.nan, dtype=np.float32)
    is_sure_U = np.zeros(len(log.user_ids), dtype=np.bool_)
    for user in np.unique(log.users_N[np.isfinite(ratings_N)]):
        values = ratings_N[log.offsets_U[user] : log.offsets_U[user + 1]]
        tops_U[user] = rating_top(values) or np.nan
        is_sure_U[user] = np.isfinite(values).sum() >= least_ratings
    believed = tops_U[is_sure_U] if is_sure_U.any() else tops_U[np.isfinite(tops_U)]
    if len(believed):
        ends, counts = np.unique(believed, return_counts=True)
        common = ends[counts.argmax()]
        # A rating above the common scale proves a larger one, however few there are.
        tops_U = np.where(is_sure_U | (tops_U > common), tops_U, common).astype(np.float32)
    return tops_U
