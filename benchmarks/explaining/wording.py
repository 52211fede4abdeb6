"""How much of an explanation a local language model may word, how it words it, and what stands against the rest."""

from collections import Counter
from dataclasses import replace

from benchmarks.explaining.cases import cases
from benchmarks.explaining.truth import helped
from temporec_mcp.app.asking import Asked
from temporec_mcp.app.home import Home
from temporec_mcp.domain.events import DEFAULT_USER
from temporec_mcp.explain import Retold, Telling, explain, narrate, reword
from temporec_mcp.explain.language_model import LanguageModel
from temporec_mcp.explain.words import Detail

RANKS = range(1, 5)
DETAILS: tuple[Detail, Detail] = ("brief", "full")
STEP = 10
"""Explanations after which the counts so far are printed."""


def wording(home: Home, asked: list[Asked], seed: int) -> None:
    """Print how much of four explanations a user the model of the home words acceptably, in English, brief and full."""
    del seed
    if not home.settings.narrator:
        print("\nwording: no --narrator was given, so no language model was asked")
        return
    model, retold, faults = LanguageModel(home.settings.narrator), list[Retold](), Counter[str]()
    for case in (case for place in asked for case in cases(place, RANKS)):
        found = explain(case.ranker, replace(helped(case), user_id=DEFAULT_USER))
        telling = Telling("en", DETAILS[len(retold) % 2])
        told = narrate(found, telling)
        retold.append(reword(told, telling, model.reword))
        faults.update(retold[-1].faults)
        print(f"\ntold:   {told}\nretold: {retold[-1].text}", flush=True)
        if len(retold) % STEP == 0:
            _print(retold)
    _print(retold)
    print("refused, the likeliest other wording of a clause: ", end="")
    print(", ".join(f"{fault} {count}" for fault, count in faults.most_common(10)), flush=True)


def _print(retold: list[Retold]) -> None:
    clauses, worded = sum(one.clause_count for one in retold), sum(one.worded_count for one in retold)
    some = sum(one.worded_count > 0 for one in retold)
    print(f"\nof {len(retold)} explanations {some} have clauses in the model's words, ", end="")
    print(f"{worded} of {clauses} clauses ({worded / max(1, clauses):.0%})", flush=True)
