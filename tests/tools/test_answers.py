"""What the other tools answer, over the real application."""

from pathlib import Path

import pytest

from temporec_mcp.domain.training import Metrics, TrainingRun, TrainRequest
from temporec_mcp.errors import ArgumentsError, NotFoundError
from temporec_mcp.tools.training import training_reply
from tests.tools.conftest import NOW, Ask

VIEW = {"user_id": "ann", "item_id": "x1", "action": "view", "timestamp": "2026-03-01T10:00:00Z"}
HEADER = "user_id,item_id,action,timestamp"


def write_history(path: Path) -> str:
    rows = [HEADER, *(f"ann,{n},view,{1_760_000_000 + n * 3600}" for n in range(5)), "ann,6,view,never"]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["Title,Date"], "The file holds no rows, so there is nothing to import."),
        (["Title,Date", "Heat,soon"], "No row can be used, so there is nothing to import;"),
    ],
)
def test_an_import_of_nothing_says_so_and_asks_for_no_second_call(
    ask: Ask, tmp_path: Path, lines: list[str], said: str
) -> None:
    (tmp_path / "history.csv").write_text("\n".join(lines))
    for dry_run in (True, False):
        summary = ask("import_history", path="history.csv", dry_run=dry_run).summary
        assert said in summary and "dry run" not in summary and "is stored" not in summary


def test_an_import_says_when_no_event_is_new_and_when_there_are_no_titles(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("item_id,timestamp\n7,2026-01-05\n")
    first = ask("import_history", path="log.csv", dry_run=False).summary
    assert "1 event, 1 user, no titles of items, 2026-01-05" in first and "counts at once" in first
    again = ask("import_history", path="log.csv", dry_run=False).summary
    assert "No event in it is new." in again and "counts at once" not in again


def test_an_import_asks_its_question_before_anything_else(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "history.csv").write_text("Title,Date\nHeat,1/2/26\n")
    summary = ask("import_history", path="history.csv").summary
    assert summary.startswith(
        "Nothing of this netflix file was imported, because this is open: Is 1/2/26 the day 2026-02-01"
    )


def test_an_import_whose_times_are_no_times_asks_whether_they_are(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "sheet.csv").write_text("title,date\nHeat,46047.5\n")
    assert "all lie in 1970: is that the column of times?" in ask("import_history", path="sheet.csv").summary
    (tmp_path / "right.csv").write_text("title,date\nHeat,2026-01-25\n")
    assert "1970" not in ask("import_history", path="right.csv").summary


def test_an_import_is_a_dry_run_until_it_is_told_otherwise(ask: Ask, tmp_path: Path) -> None:
    path = write_history(tmp_path / "history.csv")
    dry = ask("import_history", path=path)
    assert "nothing is stored yet" in dry.summary
    with pytest.raises(NotFoundError):
        ask("summarize_user_timeline", user_id="ann")
    done = ask("import_history", path=path, dry_run=False)
    assert (done.rows, done.kept, done.duplicates, sum(done.dropped.values())) == (6, 5, 0, 1)
    assert done.fields()["from"] == "2025-10-09T08:53:20Z"
    again = ask("import_history", path=path, dry_run=False)
    assert (again.kept, again.duplicates) == (0, 5)


def test_a_timeline_holds_only_what_lies_between_the_two_days(ask: Ask) -> None:
    days = ["2026-03-01T00:00:00Z", "2026-03-02T23:59:59Z", "2026-03-03T00:00:00Z"]
    ask("log_behavior", events=[VIEW | {"timestamp": day} for day in days])
    reply = ask("summarize_user_timeline", user_id="ann", since="2026-03-01", until="2026-03-02", timezone="UTC")
    assert (reply.events, reply.active_days) == (2, 2)
    assert sum(reply.rhythm.hours) == sum(reply.rhythm.weekdays) == 2


def test_a_habit_of_the_hour_is_not_told_as_coming_every_day(ask: Ask) -> None:
    days = [f"2026-{month:02d}-{day:02d}T07:10:00Z" for month in (1, 2) for day in range(1, 28, 2)]
    ask("log_behavior", events=[VIEW | {"timestamp": day} for day in days])
    lines = ask("summarize_user_timeline", user_id="ann").lines()
    assert lines[0].startswith("user_id ann: 28 events on 28 days in 28 sessions, ")
    assert [line for line in lines if "1 day" in line] == ["rhythm: cycle of 1 day, strength 1.00"]


def test_a_day_is_that_of_the_zone_asked_for(ask: Ask) -> None:
    ask("log_behavior", events=[VIEW | {"timestamp": "2026-03-01T23:30:00Z"}])
    asked = {"user_id": "ann", "since": "2026-03-02", "until": "2026-03-02"}
    assert ask("summarize_user_timeline", **asked, timezone="Europe/Berlin").events == 1
    with pytest.raises(NotFoundError):
        ask("summarize_user_timeline", **asked, timezone="UTC")


def test_forgetting_shows_what_would_go_and_removes_it_only_with_the_token(ask: Ask) -> None:
    ask("log_behavior", events=[VIEW, VIEW | {"user_id": "bob"}])
    preview = ask("forget_user", user_id="ann")
    assert preview.would_remove["events"] == 1
    assert preview.confirm in preview.text()
    assert ask("summarize_user_timeline", user_id="ann").events == 1
    receipt = ask("forget_user", user_id="ann", confirm=preview.confirm)
    assert receipt.removed["events"] == 1
    with pytest.raises(NotFoundError):
        ask("summarize_user_timeline", user_id="ann")
    assert ask("summarize_user_timeline", user_id="bob").events == 1


def test_a_user_and_a_nameless_session_cannot_be_asked_for_together(ask: Ask) -> None:
    with pytest.raises(ArgumentsError, match="recent_items uses no history"):
        ask("recommend", user_id="ann", recent_items=["x1"])


def test_where_nobody_used_anything_the_list_says_that_its_order_says_nothing(ask: Ask) -> None:
    ask("log_behavior", items=[{"item_id": name, "title": name} for name in ("Alien", "Heat")])
    reply = ask("recommend")
    assert "the order says nothing yet" in reply.summary
    assert {item.why for item in reply.items} == {"Mostly the order of the whole list"}


def test_a_query_in_a_script_that_the_encoder_cannot_read_is_answered_with_how_to_ask(ask: Ask) -> None:
    ask("log_behavior", items=[{"item_id": name, "title": name} for name in ("Alien", "Heat")])
    assert "in the language of the titles" in ask("recommend", query="一部安静的科幻片").summary
    assert "in the language of the titles" not in ask("recommend", query="un été à Paris").summary


def test_a_context_that_cannot_count_is_told(ask: Ask) -> None:
    ask("log_behavior", items=[{"item_id": "x1", "title": "Alien"}], events=[VIEW | {"context": "at home"}])
    cannot = "The context does not count"
    assert cannot in ask("recommend", user_id="ann", context="at work", include_seen=True).summary
    assert cannot in ask("recommend", recent_items=["x1"], context="at home", include_seen=True).summary
    assert cannot not in ask("recommend", user_id="ann", context="at home", include_seen=True).summary


def test_a_list_for_a_session_says_that_it_follows_the_recent_items_and_no_history(ask: Ask) -> None:
    days = [(user, day) for user in range(8) for day in range(6)]
    ask("log_behavior", events=[_viewed(f"u{user}", (user + day) % 9, day + 1) for user, day in days])
    assert ask("train_model", preset="quick", wait_seconds=45).status == "completed"
    assert "from the recent items." in ask("recommend", recent_items=["i1", "i2"]).summary
    assert "from the history." in ask("recommend", user_id="u1").summary


def _viewed(user_id: str, item: int, day: int) -> dict[str, object]:
    return {"user_id": user_id, "item_id": f"i{item}", "action": "view", "timestamp": f"2026-02-{day:02d}T10:00:00Z"}


def test_an_answer_is_explained_by_its_id_alone(ask: Ask) -> None:
    with pytest.raises(ArgumentsError, match="recommendation_id alone"):
        ask("explain_recommendation", recommendation_id="r1", user_id="ann", item_id="x1")
    with pytest.raises(NotFoundError, match="r1"):
        ask("explain_recommendation", recommendation_id="r1", item_id="x1")


def run_of(status: str, **changes: object) -> TrainingRun:
    return TrainingRun("j1", status, 0.4, "fitting", TrainRequest(), NOW, **changes)  # pyright: ignore


def test_a_training_summary_names_the_model_its_quality_and_the_best_baseline() -> None:
    own, weak, strong = (Metrics(value, value, value, value, 200) for value in (0.2, 0.1, 0.15))
    run = run_of("completed", model_id="m1", is_activated=True, metrics=own, baselines={"a": weak, "b_c": strong})
    reply = training_reply(run)
    assert all(words in reply.summary for words in ("m1", "20.0 %", "b c", "0.1500"))
    assert len(reply.lines()) == 4


def test_a_training_under_way_says_how_to_ask_again_and_a_failed_one_why() -> None:
    assert "get_training_status" in training_reply(run_of("running")).summary
    assert "40 %" in training_reply(run_of("running")).summary
    assert "No items. Log some." in training_reply(run_of("failed", error="No items. Log some.")).summary
    assert "metrics" not in training_reply(run_of("queued")).fields()
