"""The report in a real browser: one page that runs nothing, whose pictures and tables hold the facts."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, timedelta
from pathlib import Path
from string import Formatter

import pytest
from playwright.sync_api import Page, expect

from temporec_mcp.domain.model_view import ModelView
from temporec_mcp.domain.ranking import Explanation, RankedItem, RankRequest, Recommendation
from temporec_mcp.domain.reasons import Rating
from temporec_mcp.domain.timeline import Change
from temporec_mcp.domain.training import (
    CaseSlice,
    EpochLoss,
    Interval,
    ListCharacter,
    Metrics,
    ModelRecord,
    Quality,
    TrainRequest,
)
from temporec_mcp.explain.words import part_words, source_words
from temporec_mcp.pages import contents as parts
from temporec_mcp.pages.apps import asset
from temporec_mcp.pages.reason_charts import signed
from temporec_mcp.pages.report import report
from temporec_mcp.pages.words import Language
from temporec_mcp.timeline.narrate import anomaly_sentence, describe
from tests.pages.facts import MARKUP, NOW, Past, evenings, explanation, hostile_titles, quick

PHONE = {"width": 360, "height": 700}
MOST_BYTES = 500_000


def metrics(ndcg: float) -> Metrics:
    return Metrics(ndcg, 2 * ndcg, ndcg / 2, 0.4, 1_234)


def record() -> ModelRecord:
    """Give a model that is better for most and worse for some."""
    character = ListCharacter(recall=0.1, novelty=7.0)
    leads = {
        "users with at most 20 events": (-0.03, -0.05, -0.01),
        "many events": (0.05, 0.02, 0.08),
        "targets new to the user": (0.0, -0.02, 0.02),
    }
    slices = tuple(CaseSlice(name, metrics(0.2), 0.18, Interval(*lead)) for name, lead in leads.items())
    return ModelRecord(
        model_id="model-1",
        created_at=NOW,
        request=TrainRequest(preset="balanced", seed=3),
        encoder="words",
        metrics=metrics(0.21),
        baselines={"popularity": metrics(0.11), "item_knn": metrics(0.15)},
        data={"events": 1_000.0, "kept": 990.0},
        trained_from=NOW - timedelta(days=100),
        trained_to=NOW,
        last_seq=9,
        is_active=True,
        quality=Quality("item_knn", "better", {"item_knn": Interval(0.06, 0.04, 0.08)}, slices, character, {}),
        curve=tuple(EpochLoss(net, epoch, 5 - 0.3 * epoch + 0.1 * net) for net in (0, 1) for epoch in (1, 2, 3)),
    )


def offer(found: Explanation) -> parts.Offer:
    items = tuple(RankedItem(place, f"i{place}", f"Film {place}", 5.0 - place) for place in range(1, 5))
    items = (RankedItem(1, found.item_id, found.title, 9.0), *items[1:])
    request = RankRequest(user_id="ann", recent_items=(), k=4, as_of=NOW)
    answer = Recommendation("r1", request, "model-1", "trained", True, items, 9)
    words = {name: part_words(name, "en") for name in found.contributions}
    words |= {name: source_words(name, "en") for name in found.score_parts}
    return parts.Offer(answer, ("because",) * 4, (parts.ToldPlace(found, "It is first.", words),))


def made(past: Past, found: Explanation | None = None, language: Language = "en") -> parts.Contents:
    """Give the contents of a report on a made-up past."""
    timeline = past.timeline()
    told = parts.Past(
        timeline,
        describe(timeline, language),
        tuple(anomaly_sentence(entry, language) for entry in timeline.anomalies),
        "",
    )
    rules = ("share of the past in its categories up to 1.5:", "  score -0.4")
    view = ModelView(rules, 0.41, {"fame": 0.5, "text": 0.12}, 0.83, 60, 3_000)
    behind = parts.Behind(
        record(), (parts.ModelPart("net", "the order", 0.7), parts.ModelPart("old", "fame", -0.2)), view
    )
    has_list = found is not None
    return parts.Contents(
        past=told,
        offer=offer(found) if found is not None else None,
        no_offer="" if has_list else "No items are stored yet.",
        behind=behind if has_list else None,
        made_at=NOW,
        version="1",
        language=language,
        zone=UTC,
    )


@pytest.fixture(scope="module")
def whole() -> tuple[parts.Contents, str]:
    contents = made(evenings(), explanation())
    return contents, report(contents)


@pytest.fixture
def opened(page: Page, whole: tuple[parts.Contents, str], tmp_path: Path) -> Iterator[Page]:
    yield show(page, whole[1], tmp_path)


def show(page: Page, document: str, folder: Path) -> Page:
    path = folder / "report.html"
    path.write_text(document, encoding="utf-8")
    page.goto(path.as_uri())
    return page


def marks(page: Page, heading: str) -> list[str]:
    """Give what the marks of the visible picture under a heading say."""
    figure = page.locator("figure", has=page.get_by_role("heading", name=heading, exact=True)).first
    return figure.locator("svg:visible title").all_text_contents()


def test_the_page_runs_nothing_asks_for_nothing_and_is_of_a_size_to_send(whole: tuple[parts.Contents, str]) -> None:
    document = whole[1]
    assert len(document.encode()) < MOST_BYTES
    assert not re.search(r"<script|<link|<iframe|<img|\son\w+=|javascript:|url\(|@import", document)
    assert set(re.findall(r"https?://[^\"' <]+", document)) == {"http://www.w3.org/2000/svg"}
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', document)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; style-src 'sha256-") and "unsafe" not in policy[1]


def test_the_pictures_of_a_timeline_hold_its_counts(opened: Page, whole: tuple[parts.Contents, str]) -> None:
    timeline = whole[0].past.timeline
    counts = [int(said.split(": ")[1].split()[0]) for said in marks(opened, "When: hours and weekdays")]
    assert sorted(counts) == sorted(count for row in timeline.rhythm.grid for count in row)
    days = [int(said.split(": ")[1].split()[0]) for said in marks(opened, "Activity calendar")]
    assert (sum(days), sum(day > 0 for day in days)) == (timeline.event_count, timeline.active_day_count)
    assert timeline.rhythm.pace is not None and timeline.stream is not None
    pauses = [int(said.split(": ")[1].split()[0]) for said in marks(opened, "Pauses between sessions")]
    assert pauses == [count for _, count in timeline.rhythm.pace.bins]
    events = sum(float(said.rsplit(": ", 1)[1]) for said in marks(opened, "How interests moved"))
    assert events == pytest.approx(timeline.event_count)


def test_reasons_are_bars_of_the_size_and_side_of_their_effects(
    opened: Page, whole: tuple[parts.Contents, str]
) -> None:
    assert whole[0].offer is not None
    found = whole[0].offer.told[0].explanation
    effects = [entry.effect for entry in (*found.reasons, *found.against)]
    article = opened.locator("article").first
    bars = article.locator("svg").first.locator("path:has(title)")
    said = [float(words.rsplit(": ", 1)[1]) for words in bars.locator("title").all_text_contents()]
    assert said == pytest.approx([float(signed(effect)) for effect in effects])
    widths = bars.evaluate_all("bars => bars.map(bar => bar.getBBox().width)")
    fills = bars.evaluate_all("bars => bars.map(bar => bar.getAttribute('fill'))")
    scale = widths[0] / abs(effects[0])
    assert widths == pytest.approx([abs(effect) * scale for effect in effects], abs=0.6)
    assert fills == ["var(--c0)" if effect > 0 else "var(--c4)" for effect in effects]


def test_the_numbers_behind_a_picture_open_at_a_click(opened: Page, whole: tuple[parts.Contents, str]) -> None:
    timeline = whole[0].past.timeline
    figure = opened.locator("figure", has=opened.get_by_role("heading", name="Activity calendar"))
    expect(figure.locator("table")).to_be_hidden()
    figure.get_by_text("The numbers").click()
    expect(figure.locator("table")).to_be_visible()
    rows = figure.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    assert rows == [[day.isoformat(), str(count)] for day, count in timeline.calendar]


def test_the_model_is_shown_beside_baselines_and_says_for_whom_it_is_worse(opened: Page) -> None:
    bars = marks(opened, "How good it is")
    assert bars == ["this model: 0.2100", "item knn: 0.1500", "popularity: 0.1100"]
    told = opened.get_by_text(
        "It is better than the best baseline, item knn. Its lead is +0.0600 (+0.0400 to +0.0800)."
    )
    expect(told).to_contain_text(
        "It is worse for: users with at most 20 events. No clear difference for: targets new to the user."
    )
    assert len(marks(opened, "How the net learnt")) == 6
    assert marks(opened, "What its scores follow") == ["fame: +0.50", "text: +0.12"]
    opened.get_by_text("A small tree that imitates it").click()
    expect(opened.locator("pre")).to_have_text("share of the past in its categories up to 1.5:\n  score -0.4")
    expect(opened.get_by_text("It explains 41% of the scores")).to_be_visible()
    assert marks(opened, "What it is made of") == ["net: the order: +0.70", "old: fame: -0.20"]


def test_it_follows_light_and_dark_and_fits_a_phone(opened: Page) -> None:
    read = (
        "() => [getComputedStyle(document.body).color, getComputedStyle(document.querySelector('svg path[fill]')).fill]"
    )
    opened.emulate_media(color_scheme="light")
    light = opened.evaluate(read)
    opened.emulate_media(color_scheme="dark")
    dark = opened.evaluate(read)
    assert light[0] != dark[0] and light[1] != dark[1] and "none" not in (light[1], dark[1])
    opened.set_viewport_size(PHONE)  # pyright: ignore[reportArgumentType]
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert opened.locator("svg:visible").count() == opened.locator("figure").count()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_rounds_events_a_week_as_the_paragraph_does_and_tells_both_ends_of_a_drift(language: Language) -> None:
    drift = Change(date(2026, 1, 5), "", "", "drift", 0.8, date(2026, 2, 3), weekly=(12.6, 0.914))
    past = parts.Past(replace(evenings().timeline(), changes=(drift,)), "", (), "")
    page = report(replace(made(evenings()), past=past, language=language))
    said = {
        "en": "5 Jan 2026 to 3 Feb 2026: from 13 to 0.91 events a week",
        "zh": "2026年1月5日 至 2026年2月3日：从每周 13 次变为 0.91 次",
    }
    assert said[language] in page
    assert "0.91" in describe(past.timeline, language)


def test_short_pauses_are_told_in_minutes_and_hours_as_the_paragraph_tells_them() -> None:
    contents = made(quick())
    assert "Half of them last between 45 min and 1.2 h, the middle one 50 min" in report(contents)
    assert "The usual pause between sessions is 50 minutes" in describe(contents.past.timeline, detail="full")


def test_titles_that_mean_harm_are_only_letters(page: Page, tmp_path: Path) -> None:
    titles = hostile_titles()
    past = Past(evenings().times, labels=MARKUP, user_id=MARKUP[0])
    show(page, report(made(past, explanation(titles))), tmp_path)
    assert page.locator("script, img, main style, b, a").count() == 0
    assert MARKUP[0] in page.locator("h1").inner_text()
    assert MARKUP[0] in page.title()
    shown = page.locator("article h3").first.inner_text()
    assert any(" ".join(title.split()) in shown for title in titles)
    words = " ".join(page.locator("svg title").all_text_contents())
    assert any(label in words for label in MARKUP)


def test_days_without_hours_draw_no_hours_and_say_so(page: Page, tmp_path: Path) -> None:
    show(page, report(made(Past(evenings().times, is_date_only=True))), tmp_path)
    expect(page.get_by_text("carry days without hours")).to_be_visible()
    assert page.get_by_role("heading", name="When: hours and weekdays").count() == 0
    said = [int(words.split(": ")[1].split()[0]) for words in marks(page, "When: weekdays")]
    assert sum(said) == len(evenings().times)


def test_three_events_without_items_or_model_make_a_page_that_claims_nothing(page: Page, tmp_path: Path) -> None:
    show(page, report(made(Past(evenings().times[:3]))), tmp_path)
    for words in ("There is no list: No items are stored yet.", "Nothing was out of habit.", "No model is trained yet"):
        expect(page.get_by_text(words).last).to_be_visible()
    assert page.get_by_role("heading", name="Pauses between sessions").count() == 0


def test_chinese_headings_put_the_same_values_in_place(page: Page, tmp_path: Path) -> None:
    for name, words in json.loads(asset("words.json")).items():
        given = [[field for _, field, _, _ in Formatter().parse(text) if field is not None] for text in words.values()]
        assert len(given[0]) == len(given[1]), name
    show(page, report(made(evenings(), explanation(), language="zh")), tmp_path)
    expect(page.locator("h1")).to_have_text("ann 的报告")
    assert page.locator("html").get_attribute("lang") == "zh"
    assert not re.search(r"[{}]", page.locator("main").inner_text())
    text = page.locator("main").inner_text()
    assert "对以下情况更差：记录不超过 20 条的用户。" in text
    assert "以下情况无明显差别：对用户是新的目标。" in text
    assert "它优于最佳基线（物品近邻）。" in text
    figures = page.locator("main").inner_text().replace("_", " ")
    found = {name for name in ("item knn", "balanced", "kept", "watch") if name in figures}
    assert not found
    page.get_by_text("模仿它的小决策树").click()
    expect(page.locator("pre")).to_have_text("历史中与它同类的比例 至多 1.5：\n  得分 -0.4")


def test_a_rating_is_drawn_with_its_event(page: Page, tmp_path: Path) -> None:
    plain = explanation()
    rated = replace(plain.reasons[0], action="rate", rating=Rating(1.0, 5.0))
    found = replace(plain, reasons=(rated, *plain.reasons[1:]))
    for language, words in (("en", "rate 1/5"), ("zh", "评分 1/5")):
        show(page, report(made(evenings(), found, language=language)), tmp_path)
        article = page.locator("article").first
        assert words in str(article.locator("svg path title").first.text_content())
        assert words in article.locator("td").all_text_contents()
