"""The pictures of a timeline: hours and weekdays, interests over time, the calendar, pauses."""

# pyright: reportUnknownMemberType=false
# Altair's encodings are typed as far as its schema is.

from dataclasses import dataclass
from datetime import date, timedelta

import altair as alt

from temporec_mcp.domain.timeline import Change, Stream, Timeline
from temporec_mcp.pages.charts import (
    HALF,
    KINDS,
    NARROW,
    WIDE,
    Caption,
    Chart,
    Row,
    chart,
    colour,
    draw,
    figure,
    layered,
    shade_legend,
    shades,
    swatch,
    time_format,
)
from temporec_mcp.pages.html import Content, Html, element, folded, table
from temporec_mcp.pages.words import WEEKDAYS, Language, day_words, length_words, say

HEIGHT = 170
"""Of the stream, in pixels."""
NO_EDGE = 99_999.0
"""Upper edges of pauses beyond it stand for none."""
_QUIET = alt.Axis(title=None, grid=False, ticks=False, labelPadding=4, domain=False)
_HOURS = alt.Axis(
    title=None,
    values=[0, 6, 12, 18],
    labelAngle=0,
    labelExpr="datum.value + ':00'",
    ticks=False,
    domain=False,
    labelAlign="left",
    labelOffset=-6,
)


def rhythm(timeline: Timeline, language: Language) -> Html:
    """Give the heatmap of hours and weekdays; weekdays alone where no event has an hour."""
    grid = timeline.rhythm.grid
    return _heatmap(grid, language) if any(any(row) for row in grid) else _weekdays(timeline, language)


def _heatmap(grid: tuple[tuple[int, ...], ...], language: Language) -> Html:
    names = WEEKDAYS[language]
    cells = [(day, hour, count) for day, row in enumerate(grid) for hour, count in enumerate(row)]
    best_day, best_hour, most = max(cells, key=lambda cell: cell[2])
    rows: list[Row] = [
        {
            "day": names[day],
            "hour": hour,
            "count": count,
            "words": say(language, "at", names[day], hour, hour + 1, count),
        }
        for day, hour, count in cells
    ]
    made = (
        chart(rows, HALF - 42, 7 * 17)
        .mark_rect(stroke=colour("panel"), strokeWidth=1.5)
        .encode(
            x=alt.X("hour:O", axis=_HOURS),
            y=alt.Y("day:O", sort=list(names), axis=_QUIET),
            color=shades("count:Q", most),
            description="words:N",
        )
    )
    caption = Caption(say(language, "heatmap"), say(language, "heatmap_said", names[best_day], best_hour, most))
    legend = shade_legend(say(language, "fewer"), say(language, "more"))
    return figure([draw(made, caption)], caption, legend, _grid_numbers(grid, language))


def _grid_numbers(grid: tuple[tuple[int, ...], ...], language: Language) -> Html:
    hours = [hour for hour in range(24) if any(row[hour] for row in grid)]
    numbers: list[tuple[Content, ...]] = [(f"{hour}:00", *(str(row[hour]) for row in grid)) for hour in hours]
    return folded(say(language, "numbers"), table((say(language, "hour"), *WEEKDAYS[language]), numbers))


def _weekdays(timeline: Timeline, language: Language) -> Html:
    names, counts = WEEKDAYS[language], timeline.rhythm.weekdays
    best = max(range(7), key=lambda day: counts[day])
    rows: list[Row] = [
        {"day": names[day], "count": counts[day], "words": say(language, "on", names[day], counts[day])}
        for day in range(7)
    ]
    base = chart(rows, HALF - 60, 7 * 18).encode(y=alt.Y("day:O", sort=list(names), axis=_QUIET))
    bars = base.mark_bar(color=colour("c0"), height=12).encode(x=alt.X("count:Q", axis=None), description="words:N")
    texts = base.mark_text(align="left", dx=4, color=colour("quiet")).encode(x="count:Q", text="count:Q")
    caption = Caption(say(language, "weekdays"), say(language, "weekdays_said", names[best], counts[best]))
    return figure([draw(layered(bars, texts), caption)], caption)


def pauses(timeline: Timeline, language: Language) -> Html | None:
    """Give the pauses between sessions; None where there are too few."""
    pace = timeline.rhythm.pace
    if pace is None:
        return None
    edges = [0.0, *(edge for edge, _ in pace.bins)]
    rows: list[Row] = []
    for place, (edge, count) in enumerate(pace.bins):
        words = say(language, "longer") if edge >= NO_EDGE else length_words(edge, language)
        holds_median = edges[place] < pace.median <= edge or (place == 0 and pace.median <= edge)
        told = say(language, "pauses_of", words, count)
        rows.append({"place": place, "edge": words, "count": count, "words": told, "is_usual": holds_median})
    order = [str(row["edge"]) for row in rows]
    made = (
        chart(rows, HALF - 12, 116)
        .mark_bar()
        .encode(
            x=alt.X(
                "edge:N",
                sort=order,
                axis=alt.Axis(title=None, labelAngle=0, ticks=False, labelOverlap=True),
                scale=alt.Scale(paddingInner=0.12),
            ),
            y=alt.Y("count:Q", axis=None),
            color=alt.condition("datum.is_usual", alt.value(colour("c0")), alt.value(colour("s2"))),
            description="words:N",
        )
    )
    trend = say(language, "steady_pace" if pace.trend == "steady" else pace.trend)
    low, high, middle = (length_words(days, language) for days in (pace.low, pace.high, pace.median))
    caption = Caption(say(language, "pauses"), say(language, "pauses_said", low, high, middle, trend))
    numbers: list[tuple[Content, ...]] = [(say(language, "up_to", row["edge"]), str(row["count"])) for row in rows]
    below = folded(say(language, "numbers"), table((say(language, "pauses"), say(language, "count")), numbers))
    return figure([draw(made, caption)], caption, below)


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a chart is drawn."""

    width: int
    language: Language


def stream(timeline: Timeline, language: Language) -> Html | None:
    """Give the interests over time with the changes; None where there are no interests."""
    found = timeline.stream
    if found is None:
        return None
    names = (*found.labels, say(language, "others"))
    said = "stream_said" if timeline.changes else "stream_still"
    caption = Caption(say(language, "stream"), say(language, said, say(language, found.unit)))
    rows = _stream_rows(found, names, language)
    shapes = [_Shape(width, language) for width in (WIDE, NARROW)]
    drawings = [draw(_stream_chart(found, rows, timeline.changes, shape), caption) for shape in shapes]
    shown = names if any(found.others) else names[:-1]
    kinds = (swatch(_kind(place, len(names)), name) for place, name in enumerate(shown))
    legend = element("p", *kinds, class_="legend")
    heads = (say(language, found.unit), *names)
    numbers: list[tuple[Content, ...]] = [
        (start.isoformat(), *(f"{events[span]:g}" for events in (*found.events, found.others)))
        for span, start in enumerate(found.starts)
    ]
    return figure(drawings, caption, legend, folded(say(language, "numbers"), table(heads, numbers)))


def _kind(place: int, count: int) -> str:
    return "other" if place == count - 1 else KINDS[place % len(KINDS)]


def _span_end(found: Stream, span: int) -> date:
    if span + 1 < len(found.starts):
        return found.starts[span + 1]
    days = {"week": 7, "month": 30, "quarter": 91, "year": 365}[found.unit]
    return found.starts[span] + timedelta(days=days)


def _stream_rows(found: Stream, names: tuple[str, ...], language: Language) -> list[Row]:
    rows: list[Row] = []
    for span, start in enumerate(found.starts):
        base = 0.0
        for place, (name, events) in enumerate(zip(names, (*found.events, found.others), strict=True)):
            if events[span] <= 0:
                continue
            row: Row = {
                "from": start.isoformat(),
                "to": _span_end(found, span).isoformat(),
                "low": base,
                "high": base + events[span],
                "kind": _kind(place, len(names)),
                "words": f"{name}, {day_words(start, language)}: {events[span]:g}",
            }
            rows.append(row)
            base += events[span]
    return rows


def _stream_chart(found: Stream, rows: list[Row], changes: tuple[Change, ...], shape: _Shape) -> Chart:
    kinds = [*KINDS, "other"]
    last = _span_end(found, len(found.starts) - 1)
    days = (last - found.starts[0]).days
    axis = alt.Axis(
        title=None,
        grid=False,
        format=time_format(days, shape.language),
        tickCount=4 if shape.width == NARROW else 9,
        labelOverlap=True,
        labelSeparation=8,
    )
    bars = (
        chart(rows, shape.width - 32, HEIGHT)
        .mark_rect(stroke=colour("panel"), strokeWidth=0.8)
        .encode(
            x=alt.X("from:T", axis=axis, scale=alt.Scale(nice=False)),
            x2="to:T",
            y=alt.Y("low:Q", axis=alt.Axis(title=None, tickCount=4, domain=False, ticks=False)),
            y2="high:Q",
            color=alt.Color(
                "kind:N", scale=alt.Scale(domain=kinds, range=[colour(kind) for kind in kinds]), legend=None
            ),
            description="words:N",
        )
    )
    ends: list[Row] = [{"at": found.starts[0].isoformat()}, {"at": last.isoformat()}]
    frame = chart(ends, shape.width - 32, HEIGHT).mark_point(aria=False, opacity=0, size=0).encode(x="at:T")
    return layered(bars, frame, *_change_marks(changes, shape.width))


def _change_marks(changes: tuple[Change, ...], width: int) -> list[alt.Chart]:
    rows: list[Row] = [
        {"at": change.date.isoformat(), "until": (change.until or change.date).isoformat(), "number": str(number)}
        for number, change in enumerate(changes, 1)
    ]
    if not rows:
        return []
    base = chart(rows, width - 32, HEIGHT).encode(x="at:T")
    spans = base.mark_rect(aria=False, color=colour("ink"), opacity=0.09).encode(x2="until:T")
    lines = base.mark_rule(color=colour("ink"), strokeDash=[3, 2], strokeWidth=1.5)
    numbers = base.mark_text(align="left", dx=4, dy=6, fontSize=12, fontWeight="bold").encode(
        text="number:N", y=alt.value(0)
    )
    return [spans, lines, numbers]
