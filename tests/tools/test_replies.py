import json

from hypothesis import given
from hypothesis import strategies as st

from temporec_mcp.tools.fit import RESULT_LENGTH, fit
from temporec_mcp.tools.log_behavior import LogReply, Rejection
from temporec_mcp.tools.recommend import RankedFields, RecommendReply


def length(reply: LogReply | RecommendReply) -> int:
    return len(reply.text()) + len(json.dumps(reply.fields(), ensure_ascii=False))


def log_reply(reasons: list[str]) -> LogReply:
    rejections = tuple(Rejection(index=n, kind="event", reason=reason) for n, reason in enumerate(reasons))
    return LogReply(
        summary="Some.",
        accepted=0,
        duplicates=0,
        updated=0,
        rejected=len(reasons),
        rejections=rejections,
        items_saved=0,
    )


def ranked(count: int, title: str) -> RecommendReply:
    items = tuple(
        RankedFields(rank=n + 1, item_id=f"i{n}", title=title, score=1 / (n + 1), why="Leans on something")
        for n in range(count)
    )
    return RecommendReply(
        summary="Fifty items.",
        recommendation_id="r1",
        as_of="2026-03-15T12:00:00Z",
        strategy="popular",
        personalised=False,
        items=items,
    )


def test_a_reply_that_fits_stays_as_it_is() -> None:
    reply = ranked(5, "Alien (1979)")
    assert fit(reply) is reply
    assert "omitted" not in reply.fields()


def test_what_is_cut_is_counted_and_the_way_to_narrow_is_named_in_fields_and_text() -> None:
    reply = fit(ranked(50, "t" * 200))
    assert length(reply) <= RESULT_LENGTH
    assert reply.omitted == 50 - len(reply.items) > 0
    assert "exclude_item_ids" in str(reply.fields()["narrow"])
    assert f"{reply.omitted} more left out" in reply.text()
    assert "exclude_item_ids" in reply.text()
    assert reply.summary == "Fifty items."


def test_as_much_is_kept_as_fits() -> None:
    reply = fit(ranked(50, "t" * 200))
    longer = reply.model_copy(update={"items": ranked(50, "t" * 200).items[: len(reply.items) + 1]})
    assert length(longer) > RESULT_LENGTH


@given(st.lists(st.text(max_size=500), max_size=60))
def test_every_reply_fits_and_every_entry_is_shown_or_counted(reasons: list[str]) -> None:
    reply = fit(log_reply(reasons), 2_000)
    assert length(reply) <= 2_000
    assert len(reply.rejections) + (reply.omitted or 0) == len(reasons)


def test_nothing_that_does_not_apply_is_in_the_fields() -> None:
    fields = ranked(1, "A").fields()
    assert None not in fields.values()
    assert next(iter(fields)) == "summary"
