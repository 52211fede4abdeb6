"""Every fixed name that a report or a page shows has words in both languages."""

import re
from itertools import product
from typing import get_args

from temporec_mcp.domain.actions import ACTIONS
from temporec_mcp.domain.training import Preset
from temporec_mcp.models.registry import baseline_kinds
from temporec_mcp.pages.data_words import data_name, data_value
from temporec_mcp.pages.words import named
from temporec_mcp.pipeline.clean import Field
from temporec_mcp.pipeline.values import FillRule, OutlierRule
from tests.explain.test_part_words import all_parts


def test_all_baselines_actions_presets_and_parts_have_words_in_both_languages() -> None:
    names = {
        "baseline": [kind.name for kind in baseline_kinds("baskets")],
        "action": ACTIONS,
        "preset": get_args(Preset),
        "part": all_parts(),
    }
    for group, found in names.items():
        for name in found:
            assert re.search("[\u4e00-\u9fff]", named(group, name, "zh")), name
            assert named(group, name, "en") == name.replace("_", " ")


def test_every_row_about_the_data_is_told_in_the_language_of_the_page() -> None:
    for rule, test, action in product(("", *get_args(FillRule)), ("", *get_args(OutlierRule)), ("rate/5", "purchase")):
        told = str(Field(action, 1200, 7 if rule else 0, rule, 3, test, 0.5, 5.0))
        assert data_value(told, "en") == told
        told_zh = data_value(told, "zh")
        assert not re.search("[a-zA-Z]", told_zh.replace("z 分数", "")), told_zh
        assert re.findall(r"[\d.]+", told_zh) == re.findall(r"[\d.]+", told)
    assert data_name("values_rate/5", "zh") == "数值：评分/5"
    assert data_name("values_purchase", "en") == "values: purchase"
    for said in ("went on from the model before", "left out: too few events to learn it from"):
        assert not re.search("[a-z]", data_value(said, "zh"))
    assert data_value(387797, "zh") == "387,797"
