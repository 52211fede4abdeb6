"""Holds the facts of an explanation against a second scoring, in a batch of other composition than the first."""

from collections.abc import Sequence
from dataclasses import replace

from temporec_mcp.domain.ranking import Counterfactual, Explanation, Reason
from temporec_mcp.domain.reasons import Lift, MomentEffect, PeriodEffect
from temporec_mcp.explain.lift import standing_with
from temporec_mcp.explain.moments import moments_of
from temporec_mcp.explain.rescoring import NOW_AND_ALL, Positions, Question, Rescorer

TOLERANCE_SHARE = 1e-3
"""A figure holds when the second one is this close to it, in spreads of the candidates' scores."""
SAME_MOMENT_SECONDS = 1e-3


def recheck(rescorer: Rescorer, draft: Explanation) -> Explanation:
    """Give the explanation without the facts that a second scoring does not reproduce.

    `is_verified` of the result says whether all of them were reproduced.
    """
    check = _Check(rescorer, draft)
    kept = replace(
        draft,
        reasons=tuple(reason for reason in draft.reasons if check.holds_reason(reason)),
        against=tuple(reason for reason in draft.against if check.holds_reason(reason)),
        groups=tuple(group for group in draft.groups if check.holds_absence(group.item_ids, group.effect)),
        counterfactual=draft.counterfactual if check.holds_counterfactual(draft.counterfactual) else None,
        temporal=tuple(
            moment
            for moment in draft.temporal
            if check.holds_moment(moment.shift_days, moment.effect, moment.rank_then)
        ),
        moments=tuple(moment for moment in draft.moments if check.holds_other_moments(moment)),
        periods=tuple(period for period in draft.periods if check.holds_period(period)),
        lift=draft.lift if draft.lift is None or check.holds_lift(draft.lift) else None,
        lead_effects=draft.lead_effects if check.holds_leads() else (),
    )
    return replace(kept, is_verified=kept == draft and check.holds_totals())


class _Check:
    """A second scoring of a draft's facts; nothing is taken from what was scored before."""

    def __init__(self, rescorer: Rescorer, draft: Explanation) -> None:
        self._rescorer = rescorer
        self._draft = draft
        self._tolerance = TOLERANCE_SHARE * draft.spread
        self._ids = [rescorer.ranker.item_ids[int(item)] for item in rescorer.target.history.items_L]
        asked = self._questions()
        self._scores = dict(zip(asked, rescorer.ask(asked), strict=True))
        self._now = rescorer.standing(self._scores[NOW_AND_ALL])

    def holds_reason(self, reason: Reason) -> bool:
        """Whether leaving out one such event changes the score by what the reason says."""
        places = self._places(reason)
        return any(self._is_close(self._effect(frozenset((place,))), reason.effect) for place in places)

    def holds_absence(self, item_ids: Sequence[str], effect: float) -> bool:
        """Whether leaving out all events of these items changes the score by `effect`."""
        return self._is_close(self._effect(self._events_of(item_ids)), effect)

    def holds_leads(self) -> bool:
        """Whether leaving out the first reasons together does what was said."""
        leads = zip(self._leading_ids(), self._draft.lead_effects, strict=True)
        return all(self.holds_absence(ids, effect) for ids, effect in leads)

    def holds_counterfactual(self, claim: Counterfactual | None) -> bool:
        """Whether the item leaves the list without these items' events, with the ranks that were said."""
        if claim is None:
            return True
        after = self._rescorer.standing(self._scores[self._events_of(claim.item_ids), 0.0])
        return not after.is_listed and (claim.rank_before, claim.rank_after) == (self._now.rank, after.rank)

    def holds_moment(self, shift_days: float, effect: float, rank: int) -> bool:
        """Whether the same question asked later gives that rank and that change of score."""
        then = self._rescorer.standing(self._scores[frozenset[int](), shift_days])
        return then.rank == rank and self._is_close(self._now.score - then.score, effect)

    def holds_other_moments(self, stated: MomentEffect) -> bool:
        """Whether the question at the other moments of its kind gives those ranks and that mean score."""
        scores_BV = moments_of(self._rescorer, stated.kind).score(self._rescorer)
        ranks = [self._rescorer.standing(scores_V).rank for scores_V in scores_BV]
        mean = float(scores_BV[:, self._rescorer.target.item].mean(dtype="float64"))
        is_same = (min(ranks), max(ranks), self._now.rank) == (stated.best_then, stated.worst_then, stated.rank_now)
        return is_same and self._is_close(self._now.score - mean, stated.effect)

    def holds_period(self, stated: PeriodEffect) -> bool:
        """Whether leaving out all events of the period gives that rank and that effect."""
        period = self._period(stated)
        then = self._rescorer.standing(self._scores[period, 0.0])
        is_same = (len(period), then.rank) == (stated.event_count, stated.rank_then)
        return is_same and self._is_close(self._effect(period), stated.effect)

    def holds_lift(self, stated: Lift) -> bool:
        """Whether such an event leads to a list with the item at that rank."""
        helper = list(self._rescorer.ranker.item_ids).index(stated.item_id)
        rank = standing_with(self._rescorer, helper, stated.action).rank
        return (stated.rank_before, stated.rank_after) == (self._now.rank, rank)

    def holds_totals(self) -> bool:
        """Whether score, rank, the history's whole effect and the sums of the parts are what was said."""
        draft = self._draft
        return (
            self._now.rank == draft.rank
            and self._is_close(self._now.score, draft.score)
            and self._is_close(self._effect(self._rescorer.everything), draft.history_effect)
            and self._is_close(sum(draft.contributions.values()), draft.score)
            and self._is_close(sum(draft.score_parts.values()), draft.value)
            and self._is_close(sum(draft.without_history.values()), draft.score - draft.history_effect)
        )

    def _questions(self) -> list[Question]:
        """List every question that the facts rest on, each once."""
        draft = self._draft
        removed: list[Positions] = [self._events_of(group.item_ids) for group in draft.groups]
        removed += [self._events_of(ids) for ids in self._leading_ids()]
        removed += [
            frozenset((place,)) for reason in (*draft.against, *draft.reasons) for place in self._places(reason)
        ]
        removed += [self._period(period) for period in draft.periods]
        if draft.counterfactual:
            removed.append(self._events_of(draft.counterfactual.item_ids))
        later: list[Question] = [(frozenset(), moment.shift_days) for moment in draft.temporal]
        absent: list[Question] = [(positions, 0.0) for positions in (*removed, self._rescorer.everything)]
        return list(dict.fromkeys([*later, *absent, NOW_AND_ALL]))

    def _leading_ids(self) -> list[list[str]]:
        ids = [reason.item_id for reason in self._draft.reasons]
        return [ids[: count + 1] for count in range(len(self._draft.lead_effects))]

    def _places(self, reason: Reason) -> list[int]:
        target, moment = self._rescorer.target, reason.time.timestamp()
        return [
            place
            for place, item_id in enumerate(self._ids)
            if item_id == reason.item_id
            and abs(float(target.history.times_L[place]) - moment) < SAME_MOMENT_SECONDS
            and target.action_names[int(target.history.actions_L[place])] == reason.action
        ]

    def _period(self, stated: PeriodEffect) -> Positions:
        first, last = stated.first.timestamp(), stated.last.timestamp()
        times = self._rescorer.target.history.times_L
        return frozenset(
            place for place, time in enumerate(times) if first - SAME_MOMENT_SECONDS < time < last + SAME_MOMENT_SECONDS
        )

    def _events_of(self, item_ids: Sequence[str]) -> Positions:
        return frozenset(place for place, item_id in enumerate(self._ids) if item_id in item_ids)

    def _effect(self, removed: Positions) -> float:
        return self._now.score - float(self._scores[removed, 0.0][self._rescorer.target.item])

    def _is_close(self, second: float, stated: float) -> bool:
        return abs(second - stated) <= self._tolerance
