"""The hook of the build: a sentence with a title, figure, date or rank that no fact stands behind fails here."""

import re
from dataclasses import replace

from temporec_mcp.domain.ranking import Explanation
from temporec_mcp.explain import Telling, explain, unsupported
from temporec_mcp.explain.chinese import Chinese
from temporec_mcp.explain.english import English
from temporec_mcp.explain.patterns import PATTERNS
from temporec_mcp.explain.statements import CAUSE_COUNT, Note, Placement, statements_of
from tests.explain.rankers import AS_OF
from tests.explain.worlds import TARGET, TELLINGS, varied_world

FIGURES = re.compile(r"\d+")


def explanations() -> list[Explanation]:
    """Answers of every shape, those with moments and bars among them."""
    found: list[Explanation] = []
    for seed in range(40):
        world = varied_world(seed)
        item = TARGET if seed % 2 else world.best(1 + seed % 7)
        if seed % 5 == 0:
            world.ranker.calendar.append((item, "weekday", AS_OF.weekday(), 1.5))
        if seed % 5 == 1:
            world.ranker.calendar.append((item, "hour", AS_OF.hour, 1.5))
        target = world.target(item, compare_item=world.best(3))
        bars = (("seen",), ("refused", "category"), ("excluded", "unavailable"))[seed % 3]
        target = replace(target, excluded_by=bars if seed % 4 == 3 else (), unfiltered=world.ranker)  # type: ignore[arg-type]
        found.append(explain(world.ranker, target))
        alone = tuple(0.0 for _ in found[-1].lead_effects)
        found.append(replace(found[-1], rank_unfiltered=found[-1].rank + 3, grouped_count=12, lead_effects=alone))
    return found


def sentences(explanation: Explanation, telling: Telling) -> list[tuple[str, str]]:
    """Every sentence that could be told, with what kind of statement it is."""
    speaker = English(explanation, telling) if telling.language == "en" else Chinese(explanation, telling)
    return [
        (_kind(statement), speaker.say(statement))
        for statement in statements_of(explanation, telling.language, telling.detail, CAUSE_COUNT[telling.detail])
    ]


def _kind(statement: object) -> str:
    detail = {Note: "kind", Placement: "basis"}.get(type(statement))
    return f"{type(statement).__name__} {getattr(statement, detail) if detail else ''}".strip()


KINDS = {
    *("Placement mostly", "Placement whole", "Placement outside", "Placement beyond", "Placement barred"),
    *("Counterfactual", "Parts", "Versus", "Against", "TimeEffect", "MomentEffect", "PeriodEffect", "Lift"),
    *("Note stays", "Note verified", "Note unfiltered", "Note blocks"),
}


def test_every_sentence_that_can_be_told_has_a_source_for_all_it_says() -> None:
    seen: set[str] = set()
    for explanation in explanations():
        for telling in TELLINGS:
            for kind, sentence in sentences(explanation, telling):
                seen.add(kind)
                assert unsupported(sentence, explanation, telling) == (), (kind, sentence)
    assert seen >= KINDS, KINDS - seen


def test_a_changed_figure_rank_or_title_is_noticed() -> None:
    changed = noticed = 0
    for explanation in explanations()[::3]:
        for telling in TELLINGS:
            for _, sentence in sentences(explanation, telling):
                for match in PATTERNS[telling.language].finditer(sentence):
                    wrong = FIGURES.sub(lambda number: str(int(number.group()) + 7), match.group())
                    if wrong == match.group():
                        continue
                    changed += 1
                    noticed += bool(
                        unsupported(sentence[: match.start()] + wrong + sentence[match.end() :], explanation, telling)
                    )
    assert changed > 1_000
    assert noticed == changed
