"""How often a local language model's wording of an explanation may be sent, and what stands against the others."""

import re
from collections import Counter
from functools import partial

from benchmarks.explaining.cases import cases
from temporec_mcp.app.asking import Asked
from temporec_mcp.app.home import Home
from temporec_mcp.explain import Telling, explain, narrate, reword
from temporec_mcp.explain.language_model import LanguageModel
from temporec_mcp.explain.words import Language

RANKS = range(1, 5)
SHOWN = 3
STEP = 10
"""Explanations after which the counts so far are printed."""
_CLAIMS = re.compile(r'"[^"]*"|[+-]?\d+(?:[.:,]\d+)*')


def wording(home: Home, asked: list[Asked], seed: int) -> None:
    """Print how many of four brief explanations a user the model of the home words acceptably, in English."""
    del seed
    if not home.settings.narrator:
        print("\nwording: no --narrator was given, so no language model was asked")
        return
    model, telling = LanguageModel(home.settings.narrator), Telling()
    outcomes: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    for case in (case for place in asked for case in cases(place, RANKS)):
        told = narrate(explain(case.ranker, case.target), telling)
        proposed = model.reword(told, telling.language)
        sent, faults = reword(told, telling, partial(_given, proposed))
        outcomes["refused" if faults else "the same words" if sent == told else "other words"] += 1
        refusals.update({_kind(fault, told) for fault in faults})
        if outcomes.total() <= SHOWN:
            print(f"\ntold:    {told}\nwording: {proposed}\nrefused for: {'; '.join(faults) or 'nothing'}", flush=True)
        elif outcomes.total() % STEP == 0:
            _print(outcomes, refusals)
    _print(outcomes, refusals)


def _print(outcomes: Counter[str], refusals: Counter[str]) -> None:
    print(f"\nwordings of {outcomes.total()} brief explanations: ", end="")
    print(", ".join(f"{outcome} {count}" for outcome, count in outcomes.most_common()))
    print("reasons of refusal, several may hold: ", end="")
    print(", ".join(f"{reason} {count}" for reason, count in refusals.most_common()), flush=True)


def _given(proposed: str, text: str, language: Language) -> str:
    """Give what the model said, whatever is asked."""
    del text, language
    return proposed


def _kind(fault: str, told: str) -> str:
    if fault.startswith("left out"):
        return "a sentence is left out"
    if set(_CLAIMS.findall(fault)) - set(_CLAIMS.findall(told)):
        return "another title, number or date"
    return "another word or direction, or a figure at another place"
