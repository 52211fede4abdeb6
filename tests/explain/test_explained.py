"""Explanations through the public door: sources, what would help, and why an item is not there."""

import re
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from temporec_mcp.app import App
from temporec_mcp.domain.events import Event, Item
from temporec_mcp.errors import ArgumentsError
from temporec_mcp.settings import Settings
from temporec_mcp.tools.base import Reply
from tests.app.conftest import NOW
from tests.explain.readers import Fields, Readers, entries


def explained(readers: Readers, answer: Reply, item_id: str, **choices: object) -> Fields:
    found = readers.ask(
        "explain_recommendation",
        recommendation_id=answer.fields()["recommendation_id"],
        item_id=item_id,
        detail="full",
        **choices,
    )
    assert found.fields()["verified"] is True
    assert None not in found.fields().values()
    return found.fields()


@pytest.mark.parametrize(
    "choices",
    [
        {},
        {"diversity": 0.5},
        {"query": "genre 3"},
        {"k": 8, "diversity": 0.2},
        {"categories": ["genre 0", "genre 1"]},
        {"exclude_item_ids": ["0-1", "3-3"], "diversity": 0.3, "query": "genre 3"},
    ],
)
def test_sources_add_up_to_the_score_of_the_list_exactly(readers: Readers, choices: dict[str, object]) -> None:
    answer = readers.ask("recommend", **({"user_id": "u5", "k": 4} | choices))
    for item in entries(answer, "items")[:4]:
        fields = explained(readers, answer, str(item["item_id"]))
        assert fields["score"] == pytest.approx(item["score"], abs=2e-5)
        sources = cast("dict[str, float]", fields["sources"])
        assert sum(sources.values()) == pytest.approx(cast("float", item["score"]), abs=2e-5)
        assert ("diversity" in sources) == ("diversity" in choices and item["rank"] != 1)
        assert ("filters" in sources) == bool({"categories", "exclude_item_ids"} & set(choices))
        assert ("query" in sources) == ("query" in choices)


def test_what_filters_and_diversity_change_are_sources_and_the_others_are_those_of_the_plain_list(
    readers: Readers,
) -> None:
    plain = readers.ask("recommend", user_id="u5", k=50)
    narrowed = readers.ask("recommend", user_id="u5", k=6, categories=["genre 0", "genre 1"], diversity=0.4)
    scores = {item["item_id"]: cast("float", item["score"]) for item in entries(plain, "items")}
    for item in entries(narrowed, "items"):
        item_id = str(item["item_id"])
        sources = cast("dict[str, float]", explained(readers, narrowed, item_id)["sources"])
        assert sum(sources.values()) == pytest.approx(cast("float", item["score"]), abs=2e-5)
        kept = sum(value for name, value in sources.items() if name not in ("filters", "diversity"))
        assert kept == pytest.approx(scores[item_id], abs=2e-5)
        assert abs(sources["filters"]) > 0.01
        assert sources.get("diversity", 0.0) <= 1e-6


def test_what_would_bring_an_item_up_does_so_when_it_is_supposed(readers: Readers) -> None:
    checked = 0
    for user in ("u6", "u7", "u8", "u9"):
        answer = readers.ask("recommend", user_id=user, k=3)
        for item_id in (entries(answer, "items")[2]["item_id"], "0-3", "2-5"):
            fields = explained(readers, answer, str(item_id))
            if "raised_by" in fields:
                raised = cast("Fields", fields["raised_by"])
                supposed = readers.ask(
                    "what_if",
                    recommendation_id=answer.fields()["recommendation_id"],
                    add=[{"item_id": raised["item_id"], "action": raised["action"]}],
                    k=50,
                )
                ranks = {item["item_id"]: item["rank"] for item in entries(supposed, "items")}
                assert raised["rank_after"] == ranks[item_id]
                assert raised["rank_before"] == fields["rank"]
                checked += 1
    assert checked >= 6


def test_an_item_that_was_had_is_not_listed_for_that_and_its_rank_is_what_it_would_be(readers: Readers) -> None:
    answer = readers.ask("recommend", user_id="u10", k=3)
    fields = explained(readers, answer, "0-10")
    assert fields["excluded_by"] == ["seen"]
    assert '"0-10" is not on the user\'s list because the user had it before' in str(fields["summary"])
    assert f"If it were allowed, it would be at rank {fields['rank']}." in str(fields["summary"])
    allowed = readers.ask("recommend", user_id="u10", k=50, include_seen=True)
    assert "0-10" in {item["item_id"] for item in entries(allowed, "items")}


def test_each_filter_that_keeps_an_item_out_is_named(readers: Readers) -> None:
    readers.app.log_behavior([Event("u11", "3-3", "dismiss", NOW)], [])
    listed = readers.ids("u11")
    answer = readers.ask("recommend", user_id="u11", exclude_item_ids=[listed[0]], categories=["genre 1"])
    assert explained(readers, answer, listed[0])["excluded_by"] == ["excluded"]
    assert explained(readers, answer, "2-2")["excluded_by"] == ["category"]
    assert explained(readers, answer, "3-3")["excluded_by"] == ["refused", "category"]
    assert "未" not in str(explained(readers, answer, "2-2", language="zh")["summary"])
    assert "它不属于所问的类别" in str(explained(readers, answer, "2-2", language="zh")["summary"])


def test_the_rank_without_the_filters_is_told(readers: Readers) -> None:
    answer = readers.ask("recommend", user_id="u12", k=3, categories=["genre 4"])
    first = str(entries(answer, "items")[0]["item_id"])
    fields = explained(readers, answer, first)
    everything = [item["item_id"] for item in entries(readers.ask("recommend", user_id="u12", k=50), "items")]
    if first in everything and len(str(fields["summary"]).split()) < 100:
        assert f"But for the filters it would be at rank {everything.index(first) + 1}." in str(fields["summary"])


def test_an_item_below_the_list_is_held_against_the_last_listed_and_told_what_would_help(readers: Readers) -> None:
    answer = readers.ask("recommend", user_id="u13", k=3)
    beyond = readers.ids("u13", 9)[8]
    fields = explained(readers, answer, beyond)
    assert fields["rank"] == 9
    comparison = cast("Fields", fields["comparison"])
    assert comparison["item_id"] == entries(answer, "items")[2]["item_id"]
    assert "beyond the list of 3" in str(fields["summary"])
    assert cast("Fields", fields["raised_by"])["rank_after"] in range(1, 9)


def test_why_this_before_that_is_told_with_the_part_that_makes_it(readers: Readers) -> None:
    answer = readers.ask("recommend", user_id="u14", k=3)
    first, second = (str(item["item_id"]) for item in entries(answer, "items")[:2])
    comparison = cast("Fields", explained(readers, answer, first, compare_item_id=second)["comparison"])
    scores = [cast("float", item["score"]) for item in entries(answer, "items")]
    # A list and its explanation add up in single precision, in different orders.
    assert comparison["difference"] == pytest.approx(scores[0] - scores[1], abs=1e-5)
    parts = cast("dict[str, float]", comparison["components"])
    assert sum(parts.values()) == pytest.approx(scores[0] - scores[1], abs=2e-5)


def test_every_claim_of_many_summaries_is_a_field_of_the_same_answer(readers: Readers) -> None:
    claims = 0
    for user in range(20, 30):
        answer = readers.ask("recommend", user_id=f"u{user}", k=3)
        for item_id in (str(item["item_id"]) for item in entries(answer, "items")):
            fields = explained(readers, answer, item_id)
            text, reasons = str(fields["summary"]), cast("list[Fields]", fields["reasons"])
            for title, figure in re.findall(r'"([^"]+)" on \d+ \w+ \d{4} \(([+-][\d.]+)\)', text):
                effects = [cast("float", entry["effect"]) for entry in reasons if entry["title"] == title]
                is_against = f'Holding it back: the user read "{title}"' in text
                assert is_against or any(abs(effect - float(figure)) < 0.0051 for effect in effects), text
                claims += 1
            for before, after in re.findall(r"\(rank (\d+) to (\d+)\)", text):
                without = cast("Fields", fields["counterfactual"])
                assert [without["rank_before"], without["rank_after"]] == [int(before), int(after)]
                claims += 1
            for title, after in re.findall(r'If the user also read "([^"]+)", it would be at rank (\d+)', text):
                raised = cast("Fields", fields["raised_by"])
                assert [raised["title"], raised["rank_after"]] == [title, int(after)]
                claims += 1
    assert claims > 35


def test_an_item_is_not_held_against_itself(readers: Readers) -> None:
    with pytest.raises(ArgumentsError, match=r"compare_item_id is the item itself\. Give another item"):
        readers.ask("explain_recommendation", user_id="u1", item_id="1-1", compare_item_id="1-1")


def test_a_list_of_ones_own_is_said_to_be_for_you(readers: Readers) -> None:
    assert readers.ask("recommend").summary.startswith('For you: "')


def test_what_an_item_owes_to_its_own_past_is_told_of_what_was_had_and_never_by_its_title(tmp_path: Path) -> None:
    titles = ["Apple pie", "Deep sea diving", "Roman law", "Jazz piano", "Snow leopards", "Jazz piano"]
    items = [Item(f"b{number}", title=title) for number, title in enumerate(titles)]
    app = App(Settings(home=tmp_path), lambda: NOW)
    app.log_behavior([Event("me", item_id, "read", NOW - timedelta(days=1)) for item_id in ("b0", "b3")], items)
    places = entries(Readers(app).ask("recommend", k=6, include_seen=True), "items")
    app.close()
    whys = {str(item["item_id"]): str(item["why"]) for item in places}
    owing = {item_id for item_id, why in whys.items() if why.startswith("Leans on having had it before")}
    assert owing == {"b0", "b3"}
    assert whys["b5"] == 'Leans on "Jazz piano"'
