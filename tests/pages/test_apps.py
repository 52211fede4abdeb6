"""The pages of MCP Apps in a real browser: what they draw is what the result says, whatever the titles hold."""

import re
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from examples.app_host import HOST, Show
from temporec_mcp.domain.reasons import Rating
from temporec_mcp.domain.timeline import Change
from temporec_mcp.pages.apps import Page as PageName
from temporec_mcp.pages.apps import app_page
from tests.pages.facts import MARKUP, Past, evenings, explanation, hostile_titles, quick, result_of

LONGEST_PAGE = 40_000


def shown(page: Page, name: PageName, result: dict[str, Any] | None, **more: Any) -> FrameLocator:
    """Let the host show a page, and give its inside."""
    page.set_content(HOST)
    page.evaluate("shown => play(shown)", Show(app_page(name), result, **more).as_json())
    frame = page.frame_locator("iframe")
    frame.locator("main > *").first.wait_for()
    return frame


def words(frame: FrameLocator, marks: str) -> list[str]:
    """Give what each mark says when it is read."""
    return frame.locator(marks).evaluate_all("marks => marks.map(mark => mark.dataset.words)")


def readout(frame: FrameLocator, section: str) -> str:
    return frame.locator(f".{section} .readout").first.inner_text()


@pytest.mark.parametrize("name", ["timeline", "explain"])
def test_a_page_is_small_whole_and_allows_nothing_but_itself(name: PageName) -> None:
    html = app_page(name)
    assert len(html.encode()) < LONGEST_PAGE
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|innerHTML|insertAdjacent|document\.write|\beval\b", html)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; script-src 'sha256-") and "unsafe" not in policy[1]


def test_a_timeline_draws_each_count_of_hours_weekdays_and_days(page: Page) -> None:
    result = result_of(evenings().timeline())
    facts = result["structuredContent"]
    frame = shown(page, "timeline", result)
    hours = words(frame, ".hour")
    assert hours == [f"{hour}:00–{hour + 1}:00: {n} events" for hour, n in enumerate(facts["rhythm"]["hours"])]
    days = [int(said.rsplit(" ", 2)[1]) for said in words(frame, ".weekday")]
    assert days == facts["rhythm"]["weekdays"]
    cells = [int(said.rsplit(" ", 2)[1]) for said in words(frame, ".cell[data-words]")]
    assert sum(cells) == facts["events"]
    assert len(words(frame, ".day[data-words]")) == facts["active_days"]
    assert frame.locator("#summary").inner_text() == facts["summary"]


def test_interests_are_read_by_a_click_which_leaves_the_others_dim(page: Page) -> None:
    result = result_of(evenings().timeline())
    frame = shown(page, "timeline", result)
    first = result["structuredContent"]["interests"][0]
    frame.locator(".interest").first.click()
    assert frame.locator(".interest.dim").count() == len(result["structuredContent"]["interests"]) - 1
    frame.locator(".interest").first.hover()
    assert readout(frame, "interests").startswith(f"{first['label']}: {round(100 * first['share'])} %")
    frame.get_by_role("button", name="As shares").click()
    heights = frame.locator(".layer").evaluate_all("marks => marks.map(mark => +mark.getAttribute('height'))")
    spans = len(result["_meta"]["temporec/pictures"]["stream"]["starts"])
    assert 0.9 * spans < sum(heights) / 138 <= spans + 0.1


def test_changes_are_marked_where_they_happened_and_told_with_their_figures(page: Page) -> None:
    timeline = evenings().timeline()
    first, last = timeline.first.date(), timeline.last.date()
    middle = first + (last - first) / 2
    drift = Change(middle, "Drama", "Comedy", "drift", 0.5, last, fell=(0.8, 0.2), rose=(0.1, 0.6))
    busier = Change(first, "", "", "activity", 0.4, weekly=(2.0, 0.914))
    frame = shown(page, "timeline", result_of(replace(timeline, changes=(busier, drift))))
    told = words(frame, ".change")
    assert "2 events a week → 0.91 events a week" in told[0]
    assert "Drama (80 % → 20 %) → Comedy (10 % → 60 %)" in told[1]
    expect(frame.locator(".findings")).to_contain_text("2 drift Drama (80 % → 20 %)")
    places = frame.locator("line.mark").evaluate_all("lines => lines.map(line => +line.getAttribute('x1'))")
    width = float(frame.locator(".stream svg").last.get_attribute("viewBox").split()[2])  # pyright: ignore
    assert places[0] < 0.1 * width and 0.4 * width < places[1] < 0.6 * width


def test_short_pauses_are_told_in_minutes_and_hours(page: Page) -> None:
    frame = shown(page, "timeline", result_of(quick().timeline()))
    assert readout(frame, "pauses") == "usual pause: 50 min (45 min – 1.2 h)"


def test_a_page_without_pictures_draws_what_the_fields_hold(page: Page) -> None:
    result = result_of(evenings().timeline(), with_pictures=False)
    assert "_meta" not in result
    frame = shown(page, "timeline", result)
    assert len(words(frame, ".hour")) == 24
    assert frame.locator(".calendar, .stream, .cell[data-words]").count() == 0


def test_days_without_hours_draw_no_hours_and_say_so(page: Page) -> None:
    past = evenings()
    frame = shown(page, "timeline", result_of(Past(past.times, is_date_only=True).timeline()))
    assert frame.locator(".hour").count() == 0
    expect(frame.locator(".rhythm")).to_contain_text("without hours")


def test_three_events_make_a_page_that_claims_nothing(page: Page) -> None:
    frame = shown(page, "timeline", result_of(Past(evenings().times[:3]).timeline()))
    expect(frame.locator(".findings")).to_contain_text("No change")
    assert frame.locator(".pauses").count() == 0


def test_chinese_is_spoken_where_it_was_asked_for(page: Page) -> None:
    result = result_of(evenings().timeline(), language="zh")
    frame = shown(page, "timeline", result, given={"language": "zh"})
    expect(frame.locator("h1")).to_have_text("ann 的时间线")
    assert frame.locator("html").get_attribute("lang") == "zh"


def test_reasons_are_bars_of_the_size_and_side_of_their_effects(page: Page) -> None:
    found = explanation()
    result = result_of(found)
    frame = shown(page, "explain", result)
    drawn = frame.locator(".reasons .effect").evaluate_all(
        "marks => marks.map(mark => [+mark.dataset.effect, +mark.getAttribute('width'), mark.classList.contains('c4')])"
    )
    effects = [entry.effect for entry in (*found.reasons, *found.against)]
    assert [size for size, _, _ in drawn] == pytest.approx(effects, abs=1e-6)
    assert [is_against for _, _, is_against in drawn] == [effect < 0 for effect in effects]
    scale = drawn[0][1] / abs(effects[0])
    assert [width for _, width, _ in drawn] == pytest.approx([max(abs(e) * scale, 1.5) for e in effects], rel=0.02)
    assert frame.locator(".past").count() == found.history_count
    assert frame.locator(".dot").count() == len(effects)


def test_a_rating_is_read_and_listed_with_its_event(page: Page) -> None:
    plain = explanation()
    rated = [replace(entry[0], action="rate", rating=Rating(2.0, 5.0)) for entry in (plain.reasons, plain.against)]
    found = replace(plain, reasons=(rated[0], *plain.reasons[1:]), against=(rated[1], *plain.against[1:]))
    for language, words in (("en", "rate 2/5"), ("zh", "评分 2/5")):
        frame = shown(page, "explain", result_of(found, language=language), given={"language": language})
        frame.locator(".reasons .effect").first.click()
        expect(frame.locator(".reasons")).to_contain_text(words)
        assert frame.locator(".numbers td").all_text_contents().count(words) == 2


def test_a_chosen_reason_can_be_tried_without_when_the_host_lets_the_page_ask(page: Page) -> None:
    found = explanation()
    moved = {"items": [], "left": [{"item_id": found.item_id, "title": "", "rank_before": 1, "rank_after": 9}]}
    answers = {"what_if": {"content": [], "structuredContent": moved}}
    given = {"recommendation_id": "r1", "item_id": found.item_id}
    result = result_of(found)
    frame = shown(page, "explain", result, given=given, answers=answers)
    frame.locator(".reasons .effect").first.click()
    frame.locator(".trial").click()
    expect(frame.locator(".reasons")).to_contain_text(f"would be 9 ({found.rank})")
    first = result["structuredContent"]["reasons"][0]
    call = page.evaluate("said.find(message => message.method === 'tools/call').params")
    assert call["arguments"] == {"recommendation_id": "r1", "remove": [first.get("event_ref", first["item_id"])]}


def test_titles_that_mean_harm_are_only_letters(page: Page) -> None:
    titles = hostile_titles()
    frame = shown(page, "explain", result_of(explanation(titles)))
    assert frame.locator("h1").inner_text() in {" ".join(title.split()) for title in titles}
    assert frame.locator("img, b >> text=bold, main script, main style").count() == 0
    labels = Past(evenings().times, labels=MARKUP, user_id=MARKUP[0]).timeline()
    frame = shown(page, "timeline", result_of(labels))
    assert frame.locator("img, main script, main style").count() == 0
    assert MARKUP[0] in frame.locator("h1").inner_text()


def test_the_page_follows_the_theme_of_its_host(page: Page) -> None:
    frame = shown(page, "timeline", result_of(evenings().timeline()), theme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    dark = frame.locator("body").evaluate(background)
    page.evaluate("send({ method: 'ui/notifications/host-context-changed', params: { theme: 'light' } })")
    expect(frame.locator("html")).to_have_attribute("data-theme", "light")
    assert (dark, frame.locator("body").evaluate(background)) == ("rgb(20, 24, 29)", "rgb(255, 255, 255)")


def test_the_protocol_is_kept_in_its_order(page: Page) -> None:
    frame = shown(page, "explain", None)
    expect(frame.locator("main")).to_have_text("Finding the reasons.")
    page.evaluate("send({ id: 7, method: 'ping' })")
    page.evaluate("send({ id: 8, method: 'ui/resource-teardown', params: {} })")
    page.evaluate("send({ id: 9, method: 'sampling/createMessage', params: {} })")
    page.wait_for_function("said.some(message => message.id === 9)")
    said = page.evaluate("said")
    assert [message["method"] for message in said[:2]] == ["ui/initialize", "ui/notifications/initialized"]
    assert said[0]["params"]["protocolVersion"] == "2026-01-26"
    answers = {message["id"]: message for message in said if "method" not in message}
    assert answers[7]["result"] == answers[8]["result"] == {}
    assert answers[9]["error"]["code"] == -32601
    failed = {"isError": True, "content": [{"type": "text", "text": "There is no item x."}]}
    page.evaluate("failed => send({ method: 'ui/notifications/tool-result', params: failed })", failed)
    expect(frame.locator("main")).to_have_text("There is no item x.")


def test_a_phone_shows_everything_without_scrolling_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    for name, found in (("timeline", evenings().timeline()), ("explain", explanation())):
        frame = shown(page, name, result_of(found))
        assert frame.locator("html").evaluate("html => html.scrollWidth <= html.clientWidth")
