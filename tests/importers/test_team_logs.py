"""Event logs of teams: Personalize, RetailRocket, GA4, Segment, Snowplow, CloudEvents and xAPI."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from temporec_mcp.errors import InvalidInputError
from tests.importers.conftest import FIXTURES, History, read, write

WHEN = datetime(2026, 1, 5, 14, 23, 11, tzinfo=UTC)


def told(history: History) -> list[tuple[str, str | None, str, float | None]]:
    return [(event.user_id, event.item_id, event.action, event.value) for event in history.events]


def changed(path: Path, name: str, *changes: dict[str, object]) -> Path:
    """The first record of a fixture, once with each of the changes."""
    record = json.loads((FIXTURES / name).read_text().splitlines()[0])
    return write(path, [json.dumps(record | change) for change in changes])


@pytest.mark.parametrize(
    ("name", "form"),
    [("ga4_bigquery_export", "ga4"), ("segment_track", "segment"), ("cloudevents", "cloudevents"), ("xapi", "xapi")],
)
def test_each_log_is_known_by_its_content_as_lines_and_as_an_array(tmp_path: Path, name: str, form: str) -> None:
    lines = read(FIXTURES / f"{name}.jsonl")
    path = tmp_path / "export.json"
    path.write_text(json.dumps([json.loads((FIXTURES / f"{name}.jsonl").read_text())], indent=2))
    array = read(path)
    assert lines.format == array.format == form and array.events == lines.events
    assert [event.time for event in lines.events] == [WHEN]


def test_retailrocket_events_keep_visitor_item_and_transaction() -> None:
    history = read(FIXTURES / "retailrocket_events.csv")
    assert history.format == "retailrocket"
    assert [action for _, _, action, _ in told(history)] == ["view", "add_to_cart", "purchase"]
    assert [event.session_id for event in history.events] == [None, None, "12345"]


def test_personalize_values_are_kept_for_ratings_only_and_items_are_a_catalogue(tmp_path: Path) -> None:
    write(
        tmp_path / "interactions.csv",
        [
            "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE,EVENT_VALUE",
            "u1,i1,1767225600,Purchase,1.0",
            "u1,i1,1767225601,Rate,4",
        ],
    )
    write(tmp_path / "items.csv", ["ITEM_ID,CATEGORY_L1,PRICE", "i1,Shoes,59.9"])
    history = read(tmp_path)
    assert told(history) == [("u1", "i1", "purchase", None), ("u1", "i1", "rate", 4.0)]
    assert [(item.item_id, item.categories, item.is_catalogue) for item in history.items] == [("i1", ("Shoes",), True)]


def test_a_ga4_row_gives_an_event_for_each_item_and_none_without(tmp_path: Path) -> None:
    items = [{"item_id": "p1", "price": 5}, {"item_name": "Socks", "price": "2.5", "item_brand": "B"}]
    search = [{"key": "search_term", "value": {"string_value": "red shoes"}}]
    path = changed(
        tmp_path / "ga4.jsonl",
        "ga4_bigquery_export.jsonl",
        {"event_name": "purchase", "items": items, "user_id": "u9"},
        {"event_name": "session_start", "items": []},
        {"event_name": "view_search_results", "items": [], "event_params": search},
        {"user_pseudo_id": None},
    )
    history = read(path)
    assert told(history) == [
        ("u9", "p1", "purchase", 5.0),
        ("u9", "Socks", "purchase", 2.5),
        ("123.456", None, "search", None),
    ]
    [viewed] = read(FIXTURES / "ga4_bigquery_export.jsonl").events
    assert viewed.value is None, "a price is no viewing time"
    assert history.events[0].session_id == "1767622990" and history.events[2].text == "red shoes"
    assert history.dropped == {"no_item": 1, "no_user": 1}, "unknown people are not one person"


def test_segment_orders_give_an_event_a_product_and_identities_are_no_events(tmp_path: Path) -> None:
    products = [{"product_id": "p1", "price": 5}, {"sku": "p2"}]
    path = changed(
        tmp_path / "segment.jsonl",
        "segment_track.jsonl",
        {"event": "Order Completed", "properties": {"products": products}},
        {"type": "identify", "traits": {"email": "ann@example.com"}},
        {"type": "page", "properties": {"path": "/a?token=x", "title": "A", "url": "https://x.example/a?token=x"}},
        {"event": "Products Searched", "properties": {"query": "red"}, "userId": None},
        {"event": "Signed Up", "properties": {"plan": "pro"}, "context": {"ip": "1.2.3.4"}},
    )
    history = read(path)
    assert told(history) == [
        ("u1", "p1", "purchase", 5.0),
        ("u1", "p2", "purchase", None),
        ("u1", "/a", "view", None),
        ("a1", None, "search", None),
    ]
    assert [event.event_id for event in history.events] == ["m1:0", "m1:1", "m1", "m1"]
    assert history.dropped == {"no_event": 1, "no_item": 1}
    assert not any(word in repr(history) for word in ("token", "ann@", "1.2.3.4"))


def test_snowplow_products_and_pages_become_events(tmp_path: Path) -> None:
    base = {"event_id": "e1", "event_name": "page_view", "collector_tstamp": "2026-01-05 14:23:11.000"}
    page = base | {
        "domain_userid": "d1",
        "page_urlpath": "/a",
        "page_url": "https://x/a?q=1",
        "page_title": "A",
    }
    shop = "com_snowplowanalytics_snowplow_ecommerce"
    order = page | {
        f"unstruct_event_{shop}_snowplow_ecommerce_action_1": {"type": "transaction"},
        f"contexts_{shop}_product_1": [{"id": "p1", "price": 5, "category": "a/b"}, {"id": "p2"}],
        "user_id": "u1",
        "user_ipaddress": "1.2.3.4",
    }
    history = read(write(tmp_path / "enriched.jsonl", [json.dumps(page), json.dumps(order)]), timezone="Asia/Tokyo")
    assert history.format == "snowplow"
    assert told(history) == [
        ("d1", "/a", "view", None),
        ("u1", "p1", "purchase", 5.0),
        ("u1", "p2", "purchase", None),
    ]
    assert history.events[0].time == WHEN and history.events[1].event_id == "e1:0"
    assert "1.2.3.4" not in repr(history) and "q=1" not in repr(history)


def test_cloudevents_take_user_and_item_from_data_or_subject(tmp_path: Path) -> None:
    path = changed(
        tmp_path / "cloud.jsonl",
        "cloudevents.jsonl",
        {},
        {"id": "e2", "type": "com.example.item.rated.v2", "data": {"item_id": "p2", "rating": 4, "user_id": "u2"}},
        {"id": "e3", "subject": "p3", "data": {"user_id": "u3"}},
        {"id": "e4", "subject": None, "data": {"user_id": "u3"}},
        {"id": "e5", "subject": "p3", "data": "text"},
    )
    history = read(path)
    assert told(history) == [("u1", "p1", "view", None), ("u2", "p2", "rate", 4.0), ("u3", "p3", "view", None)]
    assert [event.event_id for event in history.events] == ["/shop/web#e1", "/shop/web#e2", "/shop/web#e3"]
    assert history.dropped == {"no_item": 1, "no_user": 1}


def test_xapi_actors_by_mail_become_hashes_and_queries_tell_activities_apart_unseen(tmp_path: Path) -> None:
    verb = {"id": "http://adlnet.gov/expapi/verbs/experienced"}
    quiz = [{"id": f"https://lms.example/quiz/view.php?id={n}", "definition": {"name": {"de": "Q"}}} for n in (1, 2)]
    mail = {"mbox": "mailto:ann@example.com", "name": "Ann"}
    path = changed(
        tmp_path / "xapi.jsonl",
        "xapi.jsonl",
        {"actor": mail, "verb": verb, "object": quiz[0], "result": {"duration": "PT1H30M5.5S"}},
        {"actor": mail, "verb": verb, "object": quiz[1]},
        {"verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}, "object": {"objectType": "StatementRef", "id": "x"}},
        {"object": {"objectType": "Agent", "mbox": "mailto:bob@example.com"}},
        {"actor": {}},
        {"actor": {"account": {"name": "ann@example.com"}}},
    )
    history = read(path)
    first, second, third = history.events
    assert first.user_id == second.user_id == third.user_id
    assert first.user_id == hashlib.sha1(b"mailto:ann@example.com", usedforsecurity=False).hexdigest()
    assert (first.action, first.value, history.items[0].title) == ("view", 5405.5, "Q")
    assert first.item_id != second.item_id and "view.php?id" not in repr(history)
    assert "ann@" not in repr(history) and "Ann" not in repr(history)
    assert history.dropped == {"voiding": 1, "no_activity": 1, "no_user": 1}


def test_columns_that_the_caller_names_win_over_a_known_form(tmp_path: Path) -> None:
    columns = {"item_id": "properties.name", "action": "type"}
    history = read(FIXTURES / "segment_track.jsonl", columns=columns)
    assert (history.format, told(history)) == ("jsonl", [("u1", "Shoes", "track", None)])
    with pytest.raises(InvalidInputError, match="format segment has columns of its own"):
        read(FIXTURES / "segment_track.jsonl", format="segment", columns=columns)


def test_xapi_answers_of_a_record_store_are_read(tmp_path: Path) -> None:
    statement = json.loads((FIXTURES / "xapi.jsonl").read_text())
    path = tmp_path / "statements.json"
    path.write_text(json.dumps({"more": "", "statements": [statement]}))
    assert told(read(path)) == [("u1", "https://example.com/course/1", "completed", None)]
