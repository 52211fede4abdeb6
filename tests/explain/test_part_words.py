"""Every part that a blend may have is told in plain words and counted under a source of its own."""

from itertools import product

import pytest

from temporec_mcp.explain.words import OTHER, SOURCE_WORDS, part_source, part_words
from temporec_mcp.models.net_config import NAME
from temporec_mcp.models.registry import PRIORS, blend_kinds


def all_parts() -> set[str]:
    ways = product((True, False), PRIORS, (True, False))
    return {NAME}.union(
        *(
            {
                kind.name
                for kind in blend_kinds(has_vectors=texts, repeats=repeats, horizon=horizon, has_contexts=contexts)
            }
            for texts, (repeats, horizon), contexts in ways
        )
    )


@pytest.mark.parametrize("part", sorted(all_parts()))
def test_a_part_is_told_in_words_and_belongs_to_a_source(part: str) -> None:
    for language, unknown in (("en", "a part called"), ("zh", "名为")):
        assert unknown not in part_words(part, language)
    assert part_source(part) in SOURCE_WORDS
    assert part_source(part) != OTHER
