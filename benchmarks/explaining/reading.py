"""Explanations of real users in both languages, above the raw events that they speak of."""

from datetime import UTC, datetime

from benchmarks.explaining.cases import Case, cases
from benchmarks.explaining.truth import TELLINGS, helped
from temporec_mcp.app.asking import Asked
from temporec_mcp.app.home import Home
from temporec_mcp.domain.ranking import Explanation
from temporec_mcp.explain import explain, narrate

READ = 10
RANKS = (1, 3, 10)
"""The places that are explained, in turn."""


def reading(home: Home, asked: list[Asked], seed: int) -> None:
    """Print ten explanations to be read aloud."""
    del home, seed
    for number, place in enumerate(asked[:READ]):
        rank = RANKS[number % len(RANKS)]
        (case,) = cases(place, range(rank, rank + 1))
        found = explain(case.ranker, helped(case))
        print(f"\n{number + 1}. {place.request.user_id}, {len(place.history)} events, asked at {place.request.as_of}")
        for line in _raw(case, found):
            print(f"   {line}")
        for telling in TELLINGS:
            print(f"   {telling.language}, {telling.detail}: {narrate(found, telling)}", flush=True)


def _raw(case: Case, found: Explanation) -> list[str]:
    """Give the events of the reasons as the store has them."""
    history, lines = case.history, list[str]()
    titles = case.asked.served.catalogue.titles
    for reason in (*found.reasons, *found.against):
        place = history.seqs_L.tolist().index(reason.event_seq)
        day = datetime.fromtimestamp(float(history.times_L[place]), UTC).date()
        action = case.asked.action_names[int(history.actions_L[place])]
        title, value = titles[int(history.items_L[place])], float(history.values_L[place])
        lines.append(f"event {reason.event_seq}: {day} {action} {value:g} {title}, effect {reason.effect:+.3f}")
    return lines
