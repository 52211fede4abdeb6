"""What the moment of asking does: the same question, asked later."""

from temporec_mcp.domain.ranking import TimeEffect
from temporec_mcp.explain.rescoring import Rescorer

SHIFTS_DAYS = (0.5, 1.0, 7.0)


def time_effects(rescorer: Rescorer) -> tuple[TimeEffect, ...]:
    """Ask again half a day, a day and a week later; give those moments at which the item's rank is another one."""
    now = rescorer.now
    effects: list[TimeEffect] = []
    scores_BV = rescorer.ask([(frozenset(), days) for days in SHIFTS_DAYS])
    for days, scores_V in zip(SHIFTS_DAYS, scores_BV, strict=True):
        then = rescorer.standing(scores_V)
        if then.rank != now.rank:
            effects.append(TimeEffect(days, now.score - then.score, now.rank, then.rank))
    return tuple(effects)
