"""Every fixed name that a report or a page shows has words in both languages."""

import re
from typing import get_args

from temporec_mcp.domain.actions import ACTIONS
from temporec_mcp.domain.training import Preset
from temporec_mcp.models.registry import baseline_kinds
from temporec_mcp.pages.words import named


def test_all_baselines_actions_and_presets_have_words_in_both_languages() -> None:
    names = {
        "baseline": [kind.name for kind in baseline_kinds("baskets")],
        "action": ACTIONS,
        "preset": get_args(Preset),
    }
    for group, found in names.items():
        for name in found:
            assert re.search("[\u4e00-\u9fff]", named(group, name, "zh")), name
            assert named(group, name, "en") == name.replace("_", " ")
