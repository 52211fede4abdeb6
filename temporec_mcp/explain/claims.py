"""What may be claimed about changes of rank: other moments, missing periods, one more event."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from temporec_mcp.domain.events import DEFAULT_USER
from temporec_mcp.domain.ranking import Explanation
from temporec_mcp.domain.reasons import Lift, MomentEffect, PeriodEffect
from temporec_mcp.explain.words import (
    LATER,
    Telling,
    day_of,
    days_said,
    hour_of,
    month_of,
    short_title,
    signed,
    weekday_of,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A change of rank, as it is said in pieces."""

    kind: str
    """The group of the pattern that opens it."""
    opening: str
    """The words that open it; empty allows any of that group."""
    ranks: tuple[int, ...]
    """In the order in which they are said, the rank now last."""
    where: str
    """Whether it leaves or enters the list, in the words for it; empty for neither."""
    figure: str | None = None
    titles: frozenset[str] = frozenset()
    """What may be quoted between opening and ranks; for one more event it must be."""
    when: str | None = None
    count: int | None = None


def change_claims(facts: Explanation, telling: Telling) -> list[Claim]:
    """Give all claims about changes that the facts allow."""
    language = telling.language
    later = [
        Claim("when", LATER[language][moment.shift_days], ranks, _where(ranks, facts.k, telling))
        for moment in facts.temporal
        for ranks in [(moment.rank_then, moment.rank_now)]
    ]
    lift = facts.lift
    if lift:
        ranks, titles = (lift.rank_after, lift.rank_before), frozenset({short_title(lift.title, language)})
        later.append(
            Claim("lift", _lift_opening(lift, facts, telling), ranks, _where(ranks, facts.k, telling), titles=titles)
        )
    moments = [_moment_claim(moment, facts, telling) for moment in facts.moments]
    return [*later, *moments, *(_period_claim(period, facts, telling) for period in facts.periods)]


def _moment_claim(moment: MomentEffect, facts: Explanation, telling: Telling) -> Claim:
    is_english = telling.language == "en"
    weekday, hour = weekday_of(facts.as_of, telling), hour_of(facts.as_of, telling)
    days = days_said(moment.pause_days)
    opening = {
        "weekday": f"That it is {weekday}" if is_english else f"提问时是{weekday}",
        "hour": f"The hour, {hour}" if is_english else f"提问的钟点{hour}",
        "pause": f"The pause of {days} days" if is_english else f"距上次已有{days}天",
    }[moment.kind]
    best, worst = moment.best_then, moment.worst_then
    ranks = (best, moment.rank_now) if best == worst else (best, worst, moment.rank_now)
    return Claim(moment.kind, opening, ranks, "", signed(moment.effect))


def _period_claim(period: PeriodEffect, facts: Explanation, telling: Telling) -> Claim:
    ranks = (period.rank_then, period.rank_now)
    day, month = day_of(period.first, telling), month_of(period.first, telling)
    english = {"month": f"in {month}", "week": f"in the week with {day}", "day": f"on the day {day}"}
    chinese = {"month": month, "week": f"{day}那一周", "day": f"{day}当天"}
    is_english = telling.language == "en"
    return Claim(
        kind="period",
        opening="came back to" if period.is_return and is_english else "",
        ranks=ranks,
        where=_where(ranks, facts.k, telling),
        figure=signed(period.effect),
        titles=frozenset({short_title(period.label, telling.language)} if period.label else ()),
        when=(english if is_english else chinese)[period.unit],
        count=period.event_count,
    )


def _lift_opening(lift: Lift, facts: Explanation, telling: Telling) -> str:
    is_own = facts.user_id in (None, DEFAULT_USER)
    if telling.language == "zh":
        return f"如果{'您' if is_own else '该用户'}{'又' if lift.is_repeat else '还'}"
    return f"If {'you' if is_own else 'the user'}{'' if lift.is_repeat else ' also'}"


def _where(ranks: tuple[int, ...], k: int, telling: Telling) -> str:
    then, now = ranks
    leaving, entering = (
        (", beyond the list", ", on the list") if telling.language == "en" else ("，离开列表", "，进入列表")
    )
    return leaving if then > k >= now else entering if now > k >= then else ""


class OpenClaims:
    """Narrows the allowed claims down while a sentence is read piece by piece."""

    def __init__(self, allowed: Iterable[Claim]) -> None:
        """Start with no claim open."""
        self._allowed = tuple(allowed)
        self._open: tuple[Claim, ...] = ()

    @property
    def awaits_figure(self) -> bool:
        """A claim is open whose figure was not said yet."""
        return any(claim.figure for claim in self._open)

    def open(self, kind: str, words: str) -> bool:
        """Open the claims that start with these words; say whether there are any."""
        is_return = words == "came back to"
        self._open = tuple(
            claim
            for claim in self._allowed
            if claim.kind == kind and claim.opening in ("", words) and (not is_return or claim.opening == words)
        )
        return bool(self._open)

    def has_when(self, words: str) -> bool:
        """Keep the claims about that time; say whether there are any."""
        return self._keep(lambda claim: claim.when == words)

    def has_count(self, count: str) -> bool:
        """Keep the claims about that many events; say whether there are any."""
        return self._keep(lambda claim: claim.count == int(count))

    def has_ranks(self, ranks: tuple[int, ...], where: str, titles: frozenset[str]) -> bool:
        """Keep the claims with these ranks, about these titles; say whether there are any."""
        return self._keep(
            lambda claim: (
                claim.ranks == ranks
                and where == claim.where
                and (titles == claim.titles if claim.kind == "lift" else titles <= claim.titles or not claim.figure)
            )
        )

    def has_figure(self, figure: str) -> bool:
        """Close the open claims with that figure; say whether there were any."""
        held = any(claim.figure == figure for claim in self._open)
        self._open = ()
        return held

    def _keep(self, holds: Callable[[Claim], bool]) -> bool:
        self._open = tuple(claim for claim in self._open if holds(claim))
        return bool(self._open)
