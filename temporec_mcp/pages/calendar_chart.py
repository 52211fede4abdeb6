"""The calendar of a timeline: one square a day, in rows of weeks."""

# pyright: reportUnknownMemberType=false
# Altair's encodings are typed as far as its schema is.

from dataclasses import dataclass
from datetime import date, timedelta

import altair as alt

from temporec_mcp.domain.timeline import Timeline
from temporec_mcp.pages.charts import (
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
)
from temporec_mcp.pages.html import Content, Html, folded, table
from temporec_mcp.pages.words import MONTHS, WEEKDAYS, Language, day_words, say

MOST_ROWS = 4
"""Rows of weeks that a calendar draws."""
SMALLEST, LARGEST = 12, 20
"""Side of a day, in pixels."""
BESIDE = 34
"""Room for the weekdays, in pixels."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where the days of a calendar lie."""

    first: date
    """A Monday."""
    weeks_a_row: int

    def place(self, day: date) -> tuple[int, int]:
        """Give the column and the line of a day; between two rows of weeks a line stays free for the months."""
        week, weekday = divmod((day - self.first).days, 7)
        row, column = divmod(week, self.weeks_a_row)
        return column, row * 9 + 1 + weekday


def calendar(timeline: Timeline, language: Language) -> Html | None:
    """Give the calendar of activity with rings at what was out of habit; None without active days."""
    if not timeline.calendar:
        return None
    first, last = timeline.calendar[0][0], timeline.calendar[-1][0]
    said = "calendar_said" if timeline.anomalies else "calendar_calm"
    shown = max(first, last - timedelta(days=7 * MOST_ROWS * 52 - 7))
    sentence = say(language, said, day_words(shown, language), day_words(last, language))
    caption = Caption(say(language, "calendar"), sentence)
    drawings = [draw(_calendar_chart(timeline, language, width), caption) for width in (WIDE, NARROW)]
    numbers: list[tuple[Content, ...]] = [(day.isoformat(), str(count)) for day, count in timeline.calendar]
    heads = (say(language, "day"), say(language, "count"))
    legend = shade_legend(say(language, "fewer"), say(language, "more"))
    return figure(drawings, caption, legend, folded(say(language, "numbers"), table(heads, numbers)))


def _calendar_chart(timeline: Timeline, language: Language, width: int) -> Chart:
    counts, odd = dict(timeline.calendar), {entry.date for entry in timeline.anomalies}
    last = timeline.calendar[-1][0]
    first = max(timeline.calendar[0][0], last - timedelta(days=7 * MOST_ROWS * 52 - 7))
    monday = first - timedelta(days=first.weekday())
    weeks = (last - monday).days // 7 + 1
    grid = _Grid(monday, min((width - BESIDE) // SMALLEST, weeks))
    cell = min((width - BESIDE) // grid.weeks_a_row, LARGEST)
    rows: list[Row] = []
    for day in (first + timedelta(days=passed) for passed in range((last - first).days + 1)):
        column, line = grid.place(day)
        words = say(language, "on", day_words(day, language), counts.get(day, 0))
        rows.append({"x": column, "y": line, "count": counts.get(day, 0), "words": words, "is_odd": day in odd})
    lines = -(-weeks // grid.weeks_a_row) * 9
    cell_x = alt.X("x:Q", scale=alt.Scale(domain=[0, grid.weeks_a_row], nice=False), axis=None)
    cell_y = alt.Y("y:Q", scale=alt.Scale(domain=[lines, 0], nice=False), axis=None)
    size = {"width": grid.weeks_a_row * cell, "height": lines * cell}
    squares = (
        chart(rows, size["width"], size["height"])
        .transform_calculate(x2="datum.x + 1", y2="datum.y + 1")
        .mark_rect(stroke=colour("panel"), strokeWidth=1.5)
        .encode(
            x=cell_x,
            y=cell_y,
            x2="x2:Q",
            y2="y2:Q",
            color=shades("count:Q", max(counts.values())),
            description="words:N",
        )
    )
    rings = (
        chart([row for row in rows if row["is_odd"]], size["width"], size["height"])
        .transform_calculate(mx="datum.x + 0.5", my="datum.y + 0.5")
        .mark_point(shape="circle", size=cell * cell * 1.5, stroke=colour("ink"), strokeWidth=1.6, filled=False)
        .encode(x=alt.X("mx:Q"), y=alt.Y("my:Q"), description="words:N")
    )
    return layered(squares, rings, _labels(grid, (first, last), language, size))


def _labels(grid: _Grid, ends: tuple[date, date], language: Language, size: dict[str, int]) -> alt.Chart:
    """Give the months above each row of weeks, and three weekdays beside it."""
    rows: list[Row] = []
    free: dict[int, int] = {}
    day = grid.first
    while day <= ends[1]:
        column, line = grid.place(day)
        is_new = day == grid.first or day.day <= 7
        if is_new and column >= free.get(line, 0):
            rows.append({"x": column, "y": line - 0.35, "text": MONTHS[language][day.month - 1], "side": "left"})
            free[line] = column + 3
        if column == 0:
            for weekday in (0, 2, 4):
                rows.append(
                    {"x": -0.4, "y": line + weekday + 0.75, "text": WEEKDAYS[language][weekday], "side": "right"}
                )
        day += timedelta(days=7)
    base = chart(rows, size["width"], size["height"])
    encoded = base.mark_text(color=colour("quiet"), baseline="alphabetic", align=alt.expr("datum.side"))
    return encoded.encode(x="x:Q", y="y:Q", text="text:N")
