import pytest

from temporec_mcp.domain.events import Event
from temporec_mcp.errors import ArgumentsError, NotFoundError
from tests.app.conftest import NOW
from tests.explain.readers import Readers, entries


def counts(readers: Readers) -> dict[str, int]:
    status = readers.app.status()
    return {"events": status.event_count, "items": status.item_count}


def test_a_supposed_event_gives_the_list_that_the_true_event_gives(readers: Readers) -> None:
    supposed = readers.ask("what_if", user_id="u2", add=[{"item_id": "4-7", "action": "read"}], k=5)
    assert "4-7" not in readers.ids("u2")
    readers.app.log_behavior([Event("u2", "4-7", "read", NOW)], [])
    assert [item["item_id"] for item in entries(supposed, "items")] == readers.ids("u2")


def test_nothing_supposed_is_stored(readers: Readers) -> None:
    before, listed = counts(readers), readers.ids("u1")
    readers.ask("what_if", user_id="u1", remove=["1-1"], add=[{"item_id": "3-3"}], later_days=3)
    assert (counts(readers), readers.ids("u1")) == (before, listed)


def test_every_place_tells_where_it_was_and_what_is_gone_where_it_went(readers: Readers) -> None:
    listed = readers.ids("u3")
    reply = readers.ask("what_if", user_id="u3", add=[{"item_id": listed[0], "action": "read"}], k=5)
    places = entries(reply, "items")
    assert [place["rank"] for place in places] == [1, 2, 3, 4, 5]
    for place in places:
        if place["item_id"] in listed:
            assert place["rank_before"] == listed.index(str(place["item_id"])) + 1
    left = entries(reply, "left")
    assert {entry["item_id"] for entry in left} == set(listed) - {place["item_id"] for place in places}
    assert "rank_after" not in next(entry for entry in left if entry["item_id"] == listed[0])
    assert None not in reply.fields().values()


def test_removed_events_are_counted_and_their_item_may_be_listed_again(readers: Readers) -> None:
    reply = readers.ask("what_if", user_id="u0", remove=["0-9"], k=5)
    assert reply.fields()["removed_events"] == 1
    assert entries(reply, "items")[0]["item_id"] == "0-9"
    assert "rank_before" not in entries(reply, "items")[0]
    assert '"0-9" at 1 (was no candidate)' in reply.summary


def test_a_single_event_is_left_out_by_the_reference_that_a_reason_gives(readers: Readers) -> None:
    item_id = readers.ids("u15")[0]
    reasons = entries(readers.ask("explain_recommendation", user_id="u15", item_id=item_id), "reasons")
    reference, used = str(reasons[0]["event_ref"]), str(reasons[0]["item_id"])
    by_reference, by_item = (readers.ask("what_if", user_id="u15", remove=[name]) for name in (reference, used))
    assert by_reference.fields()["removed_events"] == 1
    assert entries(by_reference, "items") == entries(by_item, "items")


def test_what_is_removed_from_an_explanation_changes_the_next_list_as_what_if_said(readers: Readers) -> None:
    item_id = readers.ids("u16")[0]
    reasons = entries(readers.ask("explain_recommendation", user_id="u16", item_id=item_id), "reasons")
    reference = str(reasons[0]["event_ref"])
    supposed = readers.ask("what_if", user_id="u16", remove=[reference], k=5)
    readers.ask("edit_events", user_id="u16", edits=[{"do": "remove", "event_ref": reference}])
    assert [item["item_id"] for item in entries(supposed, "items")] == readers.ids("u16")


def test_an_answer_that_was_shown_is_changed_as_it_was_asked(readers: Readers) -> None:
    shown = readers.ask("recommend", user_id="u4", k=3, exclude_item_ids=["4-2"])
    reply = readers.ask("what_if", recommendation_id=str(shown.fields()["recommendation_id"]), add=[{"item_id": "2-2"}])
    assert len(entries(reply, "items")) == 3
    assert "4-2" not in {item["item_id"] for item in entries(reply, "items")}


@pytest.mark.parametrize(
    ("arguments", "fault", "words"),
    [
        ({}, ArgumentsError, "remove, add or later_days"),
        ({"remove": ["4-9"], "user_id": "u0"}, NotFoundError, "'4-9'"),
        ({"add": [{"item_id": "nothing"}]}, NotFoundError, "'nothing'"),
        ({"recommendation_id": "r1", "user_id": "u0", "later_days": 1}, ArgumentsError, "recommendation_id alone"),
    ],
)
def test_what_cannot_be_supposed_is_named(
    readers: Readers, arguments: dict[str, object], fault: type[Exception], words: str
) -> None:
    with pytest.raises(fault, match=words):
        readers.ask("what_if", **arguments)


def test_the_summary_is_told_in_the_language_asked_for(readers: Readers) -> None:
    def asked(language: str, user: str = "u0", **supposed: object) -> str:
        return readers.ask("what_if", user_id=user, k=5, language=language, **supposed).summary

    first, second = readers.ids("u0")[:2]
    both = {"remove": ["0-9"], "add": [{"item_id": first, "action": "read"}], "later_days": 1}
    supposed = f'Without 1 event with "0-9", if the user also read "{first}" and asked a day later, the list of 5'
    assert asked("en", **both).startswith(f"{supposed} would change.")
    told = asked("zh", **both)
    assert told.startswith(f"去掉关于“0-9”的1条记录，假设该用户另外读过“{first}”，晚1天再问，前5名会变化。")
    assert "新进入：“0-9”第2位（原不在候选之列）。离开：" in told
    assert f"“{first}”（原第1位，不再是候选）" in told
    assert f"“{second}”" in told
    assert len(told) <= 250
    assert asked("zh", later_days=0.01) == "晚0.01天再问，前5名不变。"
    readers.app.log_behavior([Event("me", "2-2", "read", NOW)], [])
    assert "假设您另外看过“3-3”" in asked("zh", user="me", add=[{"item_id": "3-3", "action": "watch"}])


def test_a_supposed_rating_is_told_and_nothing_is_told_by_half(readers: Readers) -> None:
    first = readers.ids("u0")[0]
    rated = [{"item_id": first, "action": "rate", "value": 1}]
    told = readers.ask("what_if", user_id="u0", k=5, add=rated).summary
    assert told.startswith(f'If the user also rated "{first}" at 1, the list of 5 would')
    told_zh = readers.ask("what_if", user_id="u0", k=5, add=rated, language="zh").summary
    assert told_zh.startswith(f"假设该用户另外给“{first}”评过分（1分），前5名")
    many = [{"item_id": f"{genre}-{volume}", "action": "dislike"} for genre in range(4) for volume in range(5)]
    whole = readers.ask("what_if", user_id="u0", k=50, add=many, later_days=30, remove=["0-9"]).summary
    assert len(whole.split()) <= 120
    assert whole.endswith(".")
    assert "…" not in whole
