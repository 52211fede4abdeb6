"""What is out of the user's own habit: silences, bursts, an unheard-of hour, unusual values. Strict on purpose.

Axes: N events, S sessions, D active days, M values of one action.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.actions import ACTIONS
from temporec_mcp.domain.log import DAY_SECONDS, Indices, Times
from temporec_mcp.domain.timeline import Anomaly
from temporec_mcp.timeline.chance import FEWEST_VALUES, TIMES_THE_NEXT, find_outliers, normal_tail, one_in, tail_p_value
from temporec_mcp.timeline.inputs import Foresee
from temporec_mcp.timeline.labels import Labelled
from temporec_mcp.timeline.local_time import HOUR_SECONDS, date_of, days_of
from temporec_mcp.timeline.sessions import MINUTE_SECONDS, Sessions
from temporec_mcp.timeline.surprises import find_surprise, find_unlikely

ALPHA = 0.006
"""Chance of a false finding that each kind is allowed."""
LEAST_SILENCE_DAYS = 3.0
LEAST_BURST_EVENTS = 10
TIMES_THE_MEDIAN = 3.0
FEWEST_HOURS = 50
LEAST_HOURS_OFF = 6.0
LEAST_HOURS_ALONE = 3.0
FEWEST_RATINGS = 50
Z_LIMIT = 4.0
IQR_LIMIT = 3.0
_NONE = np.array([], dtype=np.int64)
_SHORTEST_PAUSE = 1.0 / 86_400.0  # a day's part; keeps logarithms finite


@dataclass(frozen=True, slots=True)
class Observed:
    """One user's events in time order, as anomalies are looked for."""

    wall_N: Times
    actions_N: Indices
    action_names: tuple[str, ...]
    values_N: Times
    items_N: Indices
    title_of: Callable[[int], str]
    """Title by item number, empty when there is none."""
    sessions: Sessions
    wall_now: float
    """Wall-clock seconds up to which the events are complete."""
    foresee: Foresee
    """Asks a model about events, by their positions here."""


def find_anomalies(seen: Observed, labelled: Labelled) -> tuple[Anomaly, ...]:
    """Give all anomalies in order of their date."""
    found: list[Anomaly] = []
    surprises = [*_surprises(seen, labelled), *_unlikely(seen, labelled)]
    for anomaly in (*_silences(seen), *_bursts(seen), *_odd_hours(seen.sessions), *_odd_values(seen), *surprises):
        if anomaly not in found:  # the same thing at the same price twice a day is one finding
            found.append(anomaly)
    return tuple(sorted(found, key=lambda anomaly: anomaly.date))


def standing_out(values_S: Times) -> tuple[NDArray[np.int64], float]:
    """Give the places of the largest values that stand out by test and by a plain factor, and how rare that is."""
    order = np.argsort(-values_S, kind="stable")
    count, p_value = find_outliers(values_S, ALPHA)
    if count == 0:
        return order[:0], 1.0
    return order[:count][values_S[order[:count]] >= TIMES_THE_MEDIAN * float(np.median(values_S))], one_in(p_value)


def _silences(seen: Observed) -> Iterator[Anomaly]:
    pauses = np.maximum(seen.sessions.pauses, _SHORTEST_PAUSE)
    if len(pauses) < FEWEST_VALUES:
        return
    usual = float(np.median(pauses))
    # The wall clock of a session's end lies as far from its start as the UTC one but for a clock change inside it.
    wall_ends_S = seen.sessions.wall_starts_S + seen.sessions.ends_S - seen.sessions.starts_S
    places, rarity = standing_out(pauses)
    for place in places:
        if pauses[place] >= LEAST_SILENCE_DAYS:
            until = date_of(int(days_of(seen.sessions.wall_starts_S)[place + 1])).isoformat()
            days = float(pauses[place])
            facts: dict[str, str | float] = {"days": days, "usual_days": usual, "until": until, "one_in": rarity}
            yield Anomaly(date_of(int(days_of(wall_ends_S)[place])), "silence", facts)
    lasting = (seen.wall_now - float(wall_ends_S[-1])) / DAY_SECONDS
    chance = _chance_of_lasting(lasting, pauses)
    if chance < ALPHA:
        facts = {"days": lasting, "usual_days": usual, "one_in": one_in(chance)}
        yield Anomaly(date_of(int(days_of(wall_ends_S)[-1])), "silence", facts)


def _chance_of_lasting(lasting: float, pauses: Times) -> float:
    longest = float(pauses.max())
    if lasting < max(LEAST_SILENCE_DAYS, TIMES_THE_NEXT * longest, TIMES_THE_MEDIAN * float(np.median(pauses))):
        return 1.0
    return tail_p_value(lasting, np.sort(pauses)[::-1], 1)


def _bursts(seen: Observed) -> Iterator[Anomaly]:
    days_D, counts_D = np.unique(days_of(seen.wall_N), return_counts=True)
    places, rarity = standing_out(counts_D.astype(np.float64))
    for place in places:
        if counts_D[place] >= LEAST_BURST_EVENTS:
            facts: dict[str, str | float] = {
                "events": float(counts_D[place]),
                "usual_events": float(np.median(counts_D)),
                "one_in": rarity,
            }
            yield Anomaly(date_of(int(days_D[place])), "burst", facts)


def _odd_hours(sessions: Sessions) -> Iterator[Anomaly]:
    """Find the one session start that is far from all others where these keep close to their usual hours."""
    starts_S = sessions.wall_starts_S[sessions.has_clock_S]
    if len(starts_S) < FEWEST_HOURS:
        return
    points_S = np.exp(2j * np.pi * starts_S / DAY_SECONDS)
    others_S = (points_S.sum() - points_S) / (len(points_S) - 1)
    off_S = np.abs(np.angle(points_S * np.conj(others_S))) * 12 / np.pi
    place = int(off_S.argmax())
    deviation = float(np.sqrt(-2 * np.log(np.clip(np.abs(others_S[place]), 1e-9, 1 - 1e-9)))) * 12 / np.pi
    alone_S = np.abs(np.angle(np.delete(points_S, place) * np.conj(points_S[place]))) * 12 / np.pi
    chance = len(points_S) * normal_tail(float(off_S[place]) / deviation)
    if off_S[place] < LEAST_HOURS_OFF or alone_S.min() < LEAST_HOURS_ALONE or chance >= ALPHA:
        return
    second = float(starts_S[place]) % DAY_SECONDS
    facts: dict[str, str | float] = {
        "hour": float(second // HOUR_SECONDS),
        "minute": float(second % HOUR_SECONDS // MINUTE_SECONDS),
        "sessions": float(len(starts_S)),
        "one_in": one_in(chance),
    }
    yield Anomaly(date_of(int(days_of(starts_S)[place])), "hour", facts)


def _odd_values(seen: Observed) -> Iterator[Anomaly]:
    has_value_N = ~np.isnan(seen.values_N)
    for number, action in enumerate(seen.action_names):
        rows = np.flatnonzero(has_value_N & (seen.actions_N == number))
        values_M = seen.values_N[rows]
        if len(values_M) == 0:
            continue
        meaning = ACTIONS[action].value if action in ACTIONS else None
        if meaning is None:
            continue
        odd, rarity = _odd_rating(values_M) if meaning == "rating" else _odd_amounts(values_M)
        for place in odd.tolist():
            facts: dict[str, str | float] = {
                "action": action,
                "value": float(values_M[place]),
                "usual_value": float(np.median(values_M)),
                "count": float(len(values_M)),
                "one_in": rarity,
            }
            item = int(seen.items_N[rows[place]])
            title = seen.title_of(item) if item >= 0 else ""
            facts |= {"title": title} if title else {}
            yield Anomaly(date_of(int(days_of(seen.wall_N)[rows[place]])), "value", facts)


def _surprises(seen: Observed, labelled: Labelled) -> Iterator[Anomaly]:
    surprise = find_surprise(labelled, seen.sessions.session_of_N)
    if surprise is not None:
        title = seen.title_of(int(seen.items_N[surprise.row]))
        facts: dict[str, str | float] = {
            "label": labelled.names[surprise.label],
            "label_events": float(surprise.label_events),
            "events": float(labelled.event_count),
            "one_in": one_in(surprise.p_value),
        }
        facts |= {"title": title} if title else {}
        yield Anomaly(date_of(int(days_of(seen.wall_N)[surprise.row])), "surprise", facts)


def _unlikely(seen: Observed, labelled: Labelled) -> Iterator[Anomaly]:
    for found in find_unlikely(labelled, seen.foresee):
        title = seen.title_of(int(seen.items_N[found.row]))
        facts: dict[str, str | float] = {
            "place": float(found.place),
            "choices": float(found.choices),
            "usual_place": float(found.usual_place),
            "count": float(found.count),
            "one_in": one_in(1 / (found.count + 1)),
        }
        facts |= {"title": title} if title else {}
        yield Anomaly(date_of(int(days_of(seen.wall_N)[found.row])), "surprise", facts)


def _odd_rating(values_M: Times) -> tuple[NDArray[np.int64], float]:
    """Give the one rating that is far from all others by z-score and by IQR, both without it, and how rare it is.

    Nothing is known of a rating that was never given but that it is rarer than one in all of them.
    """
    if len(values_M) < FEWEST_RATINGS:
        return _NONE, 1.0
    place = int(np.abs(values_M - np.median(values_M)).argmax())
    others = np.delete(values_M, place)
    low, high = np.quantile(others, (0.25, 0.75))
    step = float(np.diff(np.unique(values_M)).min()) if len(np.unique(values_M)) > 1 else 0.0
    fence = max(IQR_LIMIT * float(high - low), TIMES_THE_NEXT * step)
    is_far = abs(values_M[place] - others.mean()) > Z_LIMIT * max(float(others.std()), step / 2)
    is_outside = values_M[place] < low - fence or values_M[place] > high + fence
    is_alone = float(np.abs(others - values_M[place]).min()) > step
    is_odd = is_far and is_outside and is_alone
    return np.array([place] if is_odd else [], dtype=np.int64), one_in(1 / len(values_M))


def _odd_amounts(values_M: Times) -> tuple[NDArray[np.int64], float]:
    """Give the prices or durations far above the others by tail, z-score and IQR, on a log scale; and how rare."""
    positive = np.flatnonzero(values_M > 0)
    if len(positive) < FEWEST_VALUES:
        return _NONE, 1.0
    amounts = values_M[positive]
    places, rarity = standing_out(amounts)
    logs = np.log(amounts)
    low, high = np.quantile(logs, (0.25, 0.75))
    others = np.delete(logs, places)
    is_far = logs[places] > max(float(others.mean() + Z_LIMIT * others.std()), float(high + IQR_LIMIT * (high - low)))
    return positive[places[is_far]], rarity
