"""English sentences."""

from itertools import pairwise

from temporec_mcp.domain.events import DEFAULT_USER
from temporec_mcp.domain.ranking import Counterfactual, Explanation, Reason, ReasonGroup, TimeEffect
from temporec_mcp.domain.reasons import Exclusion, Lift, MomentEffect, PeriodEffect
from temporec_mcp.explain.statements import Against, Cause, Note, Parts, Placement, Statement, Versus, shared_day
from temporec_mcp.explain.words import (
    ITSELF,
    LATER,
    ORDINALS,
    Telling,
    day_of,
    days_said,
    hour_of,
    is_visible,
    month_of,
    past_tense,
    quoted,
    rating_said,
    signed,
    title_or_itself,
    unsigned,
    weekday_of,
)

STAND_IN_REST = 0.2
"""Stand-ins are called so without `partly` when this share of their joint effect at most shows one at a time."""
TRIED = "tried"
"""What who rated something low is said to have done with it; no word of liking."""
NAMED = 3
"""Titles of a counterfactual that are named; more are counted."""


class English:
    """Says statements about one explanation."""

    def __init__(self, explanation: Explanation, telling: Telling) -> None:
        """Speak to the person when the explanation is the person's own, else of the user."""
        self._facts = explanation
        self._telling = telling
        is_own = explanation.user_id in (None, DEFAULT_USER)
        self._you, self._your, self._have = ("you", "your", "have") if is_own else ("the user", "the user's", "has")

    def say(self, statement: Statement) -> str:
        """Give the sentence, or sentences, of a statement."""
        match statement:
            case Placement():
                return self._placement(statement)
            case Counterfactual():
                return self._without(statement)
            case Parts():
                return self._parts(statement)
            case Versus():
                return self._versus(statement)
            case Against():
                return f"Holding it back: {self._event(statement.reason)}."
            case TimeEffect() | MomentEffect() | PeriodEffect() | Lift():
                return self.change(statement)
            case Note():
                return self._note(statement)

    def later(self, moment: TimeEffect) -> str:
        """Say what the same question gives later."""
        when = LATER["en"][moment.shift_days]
        return f"Asked {when} later it would be {self._rank(moment.rank_then, moment.rank_now)}."

    def change(self, change: TimeEffect | MomentEffect | PeriodEffect | Lift) -> str:
        """Say what another moment, the lack of a period, or one more event does to the rank."""
        match change:
            case TimeEffect():
                return self.later(change)
            case Lift():
                more, again = ("", " again") if change.is_repeat else (" also", "")
                done = f"{self._you}{more} {past_tense(change.action)} {quoted(change.title, 'en')}{again}"
                return f"If {done}, it would be {self._rank(change.rank_after, change.rank_before)}."
            case PeriodEffect():
                return self._period(change)
            case MomentEffect():
                return self._moment(change)

    def _moment(self, moment: MomentEffect) -> str:
        as_of, telling = self._facts.as_of, self._telling
        lead = {
            "weekday": f"That it is {weekday_of(as_of, telling)} matters: on other weekdays",
            "hour": f"The hour, {hour_of(as_of, telling)}, matters: at other hours",
            "pause": f"The pause of {days_said(moment.pause_days)} days matters: without one",
        }[moment.kind]
        best, worst = moment.best_then, moment.worst_then
        ranks = f"rank {best}" if best == worst else f"rank {best} to {worst}"
        return f"{lead} it would be at {ranks} instead of {moment.rank_now} ({signed(moment.effect)})."

    def _period(self, period: PeriodEffect) -> str:
        when = {
            "month": f"in {month_of(period.first, self._telling)}",
            "week": f"in the week with {day_of(period.first, self._telling)}",
            "day": f"on the day {day_of(period.first, self._telling)}",
        }[period.unit]
        label = quoted(period.label, "en") if period.label else ""
        mostly = f", mostly {label}," if label and not period.is_return else ""
        lead = (
            f"{self._you} came back to {label} {when}" if period.is_return else f"what {self._you} did {when} matters"
        )
        rank = self._rank(period.rank_then, period.rank_now)
        absence = f"without these {period.event_count} events{mostly} it would be {rank}"
        return f"{lead[:1].upper()}{lead[1:]}: {absence} ({signed(period.effect)})."

    def _rank(self, then: int, now: int) -> str:
        k = self._facts.k
        where = ", beyond the list" if then > k >= now else ", on the list" if now > k >= then else ""
        return f"at rank {then} instead of {now}{where}"

    def _placement(self, said: Placement) -> str:
        place, causes = self._place(), self._causes(said.causes)
        whole = f"{place} because of {self._your} history as a whole ({signed(self._facts.history_effect)})"
        match said.basis:
            case "mostly":
                return f"{place} mostly because {causes}."
            case "whole":
                return f"{whole}; above all, {causes}."
            case "small":
                return f"{whole}, of which no single event gives much; the most: {causes}."
            case "outside":
                return self._outside(said, causes)
            case "no_history":
                part = f" because of {_figure(said.part)}" if said.part else ""
                return f"{place}{part}; there is no history of {self._your_own()} to draw on."
            case "beyond":
                return f"{place}. {_speaking(causes)}"
            case "barred":
                return f"{self._barred()} {_speaking(causes)}"

    def _barred(self) -> str:
        bars = _listed([self._bar(exclusion) for exclusion in self._facts.excluded_by])
        title = quoted(self._facts.title, "en")
        allowed = f"If it were allowed, it would be at rank {self._facts.rank}."
        return f"{title} is not on {self._your} list because {bars}. {allowed}"

    def _bar(self, exclusion: Exclusion) -> str:
        return {
            "seen": f"{self._you} had it before and the list offers only what is new",
            "refused": f"the latest thing {self._you} did with it was to refuse it",
            "excluded": "the request left it out by its id",
            "category": "it has none of the categories asked for",
            "unavailable": "it is marked as not available",
        }[exclusion]

    def _outside(self, said: Placement, causes: str) -> str:
        part = f", above all {_figure(said.part)}" if said.part else ""
        effect = self._facts.history_effect
        history = f"{self._your} history {f'gives {signed(effect)}' if is_visible(effect) else 'changes nothing'}"
        strongest = f", most of all because {causes}" if causes and effect > 0 else ""
        return f"{self._place()} mostly for reasons outside {self._your} history{part}; {history}{strongest}."

    def _place(self) -> str:
        title, rank = quoted(self._facts.title, "en"), self._facts.rank
        if rank > self._facts.k:
            return f"{title} is number {rank} for {self._you}, beyond the list of {self._facts.k}"
        return f"{title} is {ORDINALS.get(rank, f'number {rank}')} on {self._your} list"

    def _your_own(self) -> str:
        return "yours" if self._you == "you" else "the user"

    def _causes(self, causes: tuple[Cause, ...]) -> str:
        if not causes:
            return ""
        day = shared_day(causes, self._telling)
        phrases = [self._cause(causes[0], day)]
        for before, cause in pairwise(causes):
            phrase = self._cause(cause, day)
            if isinstance(before, Reason) and isinstance(cause, Reason):
                same = f"{self._you} {_verb(before)} "
                phrase = phrase.removeprefix(same).removeprefix(f"{self._you} ")
            elif isinstance(before, ReasonGroup) and len(before.titles) == 1:
                phrase = phrase.removeprefix(f"{self._you} {self._have} ")
            phrases.append(phrase)
        if day is not None:
            return f"{_listed(phrases)}, {'both' if len(causes) == 2 else 'all'} on {day}"
        if all(isinstance(cause, Reason) for cause in causes):
            return _listed(phrases)
        return ", and ".join(part for part in (", ".join(phrases[:-1]), phrases[-1]) if part)

    def _cause(self, cause: Cause, day: str | None) -> str:
        return self._event(cause, day) if isinstance(cause, Reason) else self._group(cause)

    def _event(self, reason: Reason, said_day: str | None = None) -> str:
        """Say an event with its day, unless that is said for all."""
        title, rating = title_or_itself(reason.title, reason.item_id, self._facts, "en"), reason.rating
        done = f"{self._you} {_verb(reason)} {title}"
        if rating is not None and rating.is_low:
            they = "you" if self._you == "you" else "they"
            link = f"though {they} rated it" if reason.effect > 0 else f"which {they} rated"
            done += f", {link}"
        said = f" {rating_said(rating, 'en')}" if rating is not None else ""
        day = "" if said_day else f" on {day_of(reason.time, self._telling)}"
        return f"{done}{said}{day} ({signed(reason.effect)})"

    def _group(self, group: ReasonGroup) -> str:
        pairs = zip(group.titles, group.item_ids, strict=True)
        titles = _listed([title_or_itself(title, item_id, self._facts, "en") for title, item_id in pairs])
        if len(group.titles) == 1:
            return (
                f"{self._you} {self._have} {group.event_count} events with {titles} (together {signed(group.effect)})"
            )
        alone = sum(abs(reason.effect) for reason in self._facts.reasons if reason.item_id in group.item_ids)
        partly = "" if alone <= STAND_IN_REST * group.effect else "partly "
        others = "each other" if len(group.titles) == 2 else "one another"
        link = f"which {partly}stand in for {others} (together {signed(group.effect)})"
        return f"{self._your} history holds {titles}, {link}"

    def _without(self, claim: Counterfactual) -> str:
        pairs = list(zip(claim.titles, claim.item_ids, strict=True))[:NAMED]
        own = ITSELF["en"][1]
        titles = [own if item_id == self._facts.item_id else quoted(title, "en") for title, item_id in pairs]
        more = len(claim.titles) - len(titles)
        names = _listed([*titles, f"{more} more"] if more else titles)
        ranks = f"(rank {claim.rank_before} to {claim.rank_after})"
        return f"Without {names} it would leave the top {self._facts.k} {ranks}."

    def _versus(self, said: Versus) -> str:
        other = said.comparison
        side = "above" if other.difference > 0 else "below"
        part = f", above all through {_figure(said.part)}" if said.part else ""
        rank = f"(rank {other.rank})"
        return f"Its score is {unsigned(other.difference)} {side} that of {quoted(other.title, 'en')} {rank}{part}."

    def _parts(self, said: Parts) -> str:
        figures = [f"{words} {signed(value)}" for words, value in said.figures]
        rest = ["smaller parts"] if said.has_more else []
        return f"Its score, {signed(self._facts.value)}, is the sum of {_listed([*figures, *rest])}."

    def _note(self, note: Note) -> str:
        return {
            "stays": "No set of up to five items was found whose absence would take it off the list.",
            "untrained": "No trained model stands behind this list yet.",
            "popular": f"The list is what is popular, not drawn from {self._your} history.",
            "ratings": "What was rated counts as used here, whatever the rating.",
            "likeness": "The link is mostly likeness of descriptions, not what people did.",
            "blocks": f"{self._facts.grouped_count} older events were tested in blocks, not one by one.",
            "verified": "Every figure was reproduced by scoring again.",
            "unfiltered": f"But for the filters it would be at rank {self._facts.rank_unfiltered}.",
            "figures": "Signed figures are points of its score.",
            "unverified": "Not every figure held when scored again; those that did not are left out.",
        }[note.kind]


def _verb(reason: Reason) -> str:
    return TRIED if reason.rating is not None and reason.rating.is_low else past_tense(reason.action)


def _speaking(causes: str) -> str:
    return f"What speaks for it most: {causes}." if causes else "No past event speaks for it to a visible degree."


def _figure(part: tuple[str, float]) -> str:
    return f"{part[0]} ({signed(part[1])})"


def _listed(phrases: list[str]) -> str:
    return phrases[0] if len(phrases) == 1 else f"{', '.join(phrases[:-1])} and {phrases[-1]}"
