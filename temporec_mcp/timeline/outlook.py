"""When the user will likely be active again, and what with.

Axes: P pauses in order, S sessions with labels, K labels.
"""

import math
from datetime import UTC, datetime

import numpy as np

from temporec_mcp.domain.log import DAY_SECONDS, Times
from temporec_mcp.domain.timeline import Interest, Outlook
from temporec_mcp.timeline.interests import SessionShares
from temporec_mcp.timeline.pace import FEWEST_PAUSES
from temporec_mcp.timeline.sessions import Sessions

LOW, MEDIAN, HIGH = 0.1, 0.5, 0.9
HALF_LIFE_PAUSES = 8.0
"""A pause counts half as much as one so many pauses later."""
HALF_LIFE_SESSIONS = 20.0
"""The same for what a session was about."""
PRIOR_EVENTS = 5.0
"""The whole history counts as so many events of the present."""
LEAST_LEAD = 0.05
"""By so much the chance of an interest is above that of the next one before it is called the likeliest."""
TAIL = 1.5
"""Index of the power law by which pauses longer than any before go on."""
MOST_LAPSED = 3.0
"""After a silence of so many times the longest pause nothing is foretold."""
_SHORTEST_PAUSE = 1.0 / 1_440.0  # of a day: a minute


def look_ahead(
    sessions: Sessions, by_session: SessionShares, interests: tuple[Interest, ...], now: float
) -> Outlook | None:
    """Foretell the next session from the user's own pauses; None when there are too few.

    `now` is the present in UTC seconds.
    """
    pauses_P = sessions.pauses
    if len(pauses_P) < FEWEST_PAUSES:
        return None
    low, median, high = (float(value) for value in np.quantile(pauses_P, (LOW, MEDIAN, HIGH)))
    rising = next((interest.label for interest in interests if interest.trend == "rising"), None)
    silence = max((now - float(sessions.ends_S[-1])) / DAY_SECONDS, 0.0)
    doing, share = _next_interest(by_session) if interests else (None, None)
    when: list[datetime | None] = [None, None, None]
    if silence <= MOST_LAPSED * float(pauses_P.max()):
        ends = foretell(pauses_P, silence)
        # Further ahead than the history is long, a range would be a guess that helps nobody.
        known = float(sessions.ends_S[-1] - sessions.starts_S[0]) / DAY_SECONDS
        if ends[-1] - silence <= known:
            when = [datetime.fromtimestamp(float(sessions.ends_S[-1]) + days * DAY_SECONDS, UTC) for days in ends]
    return Outlook(median, low, high, rising, len(pauses_P), when[0], when[1], when[2], doing, share)


def foretell(pauses_P: Times, silence: float) -> tuple[float, float, float]:
    """Give a low, middle and high quantile of the pause that is going on, in days from its start.

    The distribution is that of the earlier pauses, newer ones counting more, on ranks as of conformal prediction (the
    one to come is one more of them; Vovk et al., Algorithmic Learning in a Random World, 2.2), given that it has
    lasted for `silence` days. Beyond the longest it goes on as a power law. The fewer of them lasted as long, the
    nearer to the ends of what is left lie the low and the high quantile: it is one more of those few.
    """
    age_P = np.arange(len(pauses_P))[::-1]
    order = np.argsort(pauses_P, kind="stable")
    weights_P = 0.5 ** (age_P / HALF_LIFE_PAUSES)[order]
    logs_P = np.log(np.maximum(pauses_P[order], _SHORTEST_PAUSE))
    total = float(weights_P.sum())
    effective = total**2 / float((weights_P**2).sum())
    below_P = ((np.cumsum(weights_P) - weights_P / 2) / total * effective + 0.5) / (effective + 1)
    longest, beyond = float(logs_P[-1]), 1.0 - float(below_P[-1])
    lasted = math.log(max(silence, _SHORTEST_PAUSE))
    if lasted < float(logs_P[0]):
        passed = 0.0
    elif lasted < longest:
        passed = float(np.interp(lasted, logs_P, below_P))
    else:
        passed = 1.0 - beyond * math.exp(-TAIL * (lasted - longest))

    as_long = (1.0 - passed) * effective
    slack = as_long / (as_long + 1.0)

    def quantile(part: float) -> float:
        place = passed + part * (1.0 - passed)
        if place <= 1.0 - beyond:
            return math.exp(max(float(np.interp(place, below_P, logs_P)), lasted))
        return math.exp(longest + math.log(beyond / (1.0 - place)) / TAIL)

    return quantile(LOW * slack), quantile(MEDIAN), quantile(1.0 - (1.0 - HIGH) * slack)


def _next_interest(by_session: SessionShares) -> tuple[str, float] | tuple[None, None]:
    """Give the likeliest interest of the next event with its chance, where it leads by LEAST_LEAD.

    Chances are the shares of the events, newer sessions first.
    """
    age_S = np.arange(len(by_session.sizes_S))[::-1]
    weights_S = 0.5 ** (age_S / HALF_LIFE_SESSIONS) * by_session.sizes_S
    present_K: Times = weights_S @ by_session.shares_SK
    whole_K: Times = by_session.sizes_S @ by_session.shares_SK / by_session.sizes_S.sum()
    shares_K = (present_K + PRIOR_EVENTS * whole_K) / (float(weights_S.sum()) + PRIOR_EVENTS)
    best, others_K = int(shares_K.argmax()), np.sort(shares_K)[:-1]
    if float(shares_K[best] - others_K.max(initial=0.0)) < LEAST_LEAD:
        return None, None
    return by_session.names[best], float(shares_K[best])
