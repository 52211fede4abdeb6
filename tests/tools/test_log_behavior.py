import pytest

from temporec_mcp.app import App
from temporec_mcp.errors import ArgumentsError, InvalidInputError
from temporec_mcp.tools.log_behavior import LogReply
from tests.tools.conftest import NOW, Ask

VIEW = {"user_id": "ann", "item_id": "x1", "action": "view", "timestamp": "2026-03-01T10:00:00Z"}


def counts(reply: LogReply) -> tuple[int, int, int, int]:
    return reply.accepted, reply.duplicates, reply.updated, reply.rejected


def test_good_events_are_kept_and_bad_ones_named_by_index_and_reason(ask: Ask) -> None:
    bad = [
        VIEW | {"timestamp": "yesterday-ish"},
        {"action": "view"},
        "view",
        VIEW | {"itemid": 3},
        VIEW | {"value": "a"},
    ]
    reply = ask("log_behavior", events=[VIEW, *bad, VIEW | {"item_id": "x2"}])
    assert counts(reply) == (2, 0, 0, 5)
    assert [entry.index for entry in reply.rejections] == [1, 2, 3, 4, 5]
    for entry, word in zip(reply.rejections, ["yesterday-ish", "item_id", "object", "itemid", "value"], strict=True):
        assert word in entry.reason


def test_an_event_sent_twice_counts_once_and_another_value_corrects_it(ask: Ask) -> None:
    rated = VIEW | {"action": "rate", "value": 3}
    assert counts(ask("log_behavior", events=[rated])) == (1, 0, 0, 0)
    assert counts(ask("log_behavior", events=[rated])) == (0, 1, 0, 0)
    assert counts(ask("log_behavior", events=[rated | {"value": 4}])) == (0, 0, 1, 0)


def test_nothing_to_log_is_refused_with_both_names(ask: Ask) -> None:
    with pytest.raises(ArgumentsError, match="events or items"):
        ask("log_behavior", events=[])


def test_an_event_without_time_happened_when_it_arrived(ask: Ask) -> None:
    ask("log_behavior", events=[{"item_id": "x1", "action": "view"}])
    assert ask("summarize_user_timeline").first == NOW.isoformat().replace("+00:00", "Z")


def test_numbers_are_taken_as_ids_because_many_catalogues_have_them(ask: Ask) -> None:
    assert ask("log_behavior", events=[VIEW | {"item_id": 42}]).accepted == 1
    assert ask("log_behavior", events=[VIEW | {"item_id": "42"}]).duplicates == 1


def test_a_search_needs_words_and_nothing_else_may_lack_its_item(ask: Ask) -> None:
    search = {"action": "search", "text": "quiet films", "timestamp": "2026-03-01T10:00:00Z"}
    reply = ask("log_behavior", events=[search, search | {"text": " "}, search | {"action": "comment"}])
    assert counts(reply) == (1, 0, 0, 2)


def test_a_time_far_ahead_is_refused(ask: Ask) -> None:
    reply = ask("log_behavior", events=[VIEW | {"timestamp": "2026-03-17T10:00:00Z"}])
    assert reply.rejected == 1


def test_a_bad_item_costs_no_good_one(ask: Ask, app: App) -> None:
    items = [{"item_id": "a", "title": "A"}, {"title": "no id"}, {"item_id": "b", "attributes": {"x": [1]}}]
    reply = ask("log_behavior", items=items)
    assert (reply.items_saved, reply.rejected) == (1, 2)
    assert {entry.kind for entry in reply.rejections} == {"item"}
    assert app.status().item_count == 1


def test_too_long_a_context_is_refused_and_not_cut(ask: Ask) -> None:
    assert ask("log_behavior", events=[VIEW | {"context": "c" * 201}]).rejected == 1
    assert ask("log_behavior", events=[VIEW | {"context": "c" * 200}]).accepted == 1


def test_more_than_ten_thousand_events_are_refused_at_once(ask: Ask, app: App) -> None:
    with pytest.raises(InvalidInputError, match="10,000"):
        ask("log_behavior", events=[VIEW] * 10_001)
    assert app.status().event_count == 0
