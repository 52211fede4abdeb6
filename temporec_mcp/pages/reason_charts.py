"""The pictures of reasons: signed bars, and the history with the events that mattered."""

# pyright: reportUnknownMemberType=false
# Altair's encodings are typed as far as its schema is.

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

import altair as alt

from temporec_mcp.domain.ranking import Explanation, Reason
from temporec_mcp.pages.charts import (
    HALF,
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
    time_format,
)
from temporec_mcp.pages.html import Content, Html, folded, table
from temporec_mcp.pages.words import Language, day_words, local_day, named, say

BAR_HEIGHT = 34
"""Of an entry: its words above its bar, in pixels."""
VALUE_WIDTH = 96
"""Room for a figure, in pixels; letters are up to a fifth wider where they are shown than where they are drawn."""
MOST_PARTS = 9
LEAST_SHOWN = 0.0005
DAY_SECONDS = 86_400.0
DOT_WIDTH, DOT_HEIGHT = 34, 20
"""Room for a dot with its number, in pixels."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What is said for or against an item."""

    words: str
    value: float
    more: str = ""
    """Said where a pointer is."""


def signed(value: float) -> str:
    """Give a figure with its sign, three decimals where it is small."""
    return f"{value:+.2f}" if abs(value) >= 0.095 else f"{value:+.3f}"


def signed_bars(bars: Sequence[Bar], caption: Caption) -> Html:
    """Give bars to the right for what speaks for it and to the left for what speaks against it, words above each."""
    return draw(_bars(bars), caption)


def _bars(bars: Sequence[Bar]) -> Chart:
    lowest, highest = min([0.0, *(bar.value for bar in bars)]), max([0.0, *(bar.value for bar in bars)])
    rows: list[Row] = [
        {
            "place": place,
            "words": bar.words,
            "value": bar.value,
            "said": signed(bar.value),
            "is_against": bar.value < 0,
            "told": f"{bar.words}{bar.more}: {signed(bar.value)}",
        }
        for place, bar in enumerate(bars)
    ]
    base = chart(rows, HALF - 10, BAR_HEIGHT * len(bars)).encode(y=alt.Y("place:O", axis=None))
    scale = alt.Scale(domain=[lowest, highest if highest > lowest else lowest + 1], nice=False)
    drawn = base.mark_bar(height=9, yOffset=8).encode(
        x=alt.X("value:Q", axis=None, scale=scale),
        color=alt.condition("datum.is_against", alt.value(colour("c4")), alt.value(colour("c0"))),
        description="told:N",
    )
    zero = base.mark_tick(aria=False, thickness=1.2, size=13, color=colour("ink"), yOffset=8).encode(x=alt.datum(0))
    words = base.mark_text(align="left", dy=-6, limit=HALF - 10 - VALUE_WIDTH, fontSize=12)
    values = base.mark_text(align="right", dy=-6, fontSize=12)
    return layered(
        drawn,
        zero,
        words.encode(x=alt.value(0), text="words:N"),
        values.encode(x=alt.value(HALF - 10), text="said:N"),
    )


def numbered(found: Explanation) -> list[tuple[int, Reason]]:
    """Give the events for and against, numbered as all pictures of them number them."""
    return list(enumerate((*found.reasons, *found.against), 1))


def reasons(found: Explanation, language: Language, zone: tzinfo) -> Html | None:
    """Give the effects of past events; None where none has one."""
    entries = numbered(found)
    if not entries:
        return None
    caption = Caption(say(language, "reasons"), say(language, "reasons_said"))
    days = {number: day_words(local_day(entry.time, zone), language) for number, entry in entries}
    bars = [
        Bar(f"{number}. {entry.title}", entry.effect, f", {_deed(entry, language)}, {days[number]}")
        for number, entry in entries
    ]
    rows: list[tuple[Content, ...]] = [
        (f"{number}. {entry.title}", _deed(entry, language), days[number], signed(entry.effect))
        for number, entry in entries
    ]
    heads = (say(language, "event"), "", say(language, "day"), say(language, "effect"))
    below = folded(say(language, "numbers"), table(heads, rows))
    return figure([signed_bars(bars, caption)], caption, below)


def _deed(entry: Reason, language: Language) -> str:
    """Give what was done, and what it was rated with, if it was."""
    done = named("action", entry.action, language)
    return f"{done} {entry.rating.short}" if entry.rating else done


def parts(found: Explanation, words: dict[str, str], language: Language) -> Html | None:
    """Give what each part adds to the score; parts with the same words are one bar."""
    sums: dict[str, float] = {}
    for name, value in (found.score_parts or found.contributions).items():
        sums[words[name]] = sums.get(words[name], 0.0) + value
    ordered = sorted(sums.items(), key=lambda pair: -abs(pair[1]))
    bars = [Bar(name, value) for name, value in ordered if abs(value) >= LEAST_SHOWN][:MOST_PARTS]
    if not bars:
        return None
    caption = Caption(say(language, "parts"), say(language, "parts_said"))
    rows: list[tuple[Content, ...]] = [(name, signed(value)) for name, value in ordered]
    heads = (say(language, "part"), say(language, "score"))
    below = folded(say(language, "numbers"), table(heads, rows))
    return figure([signed_bars(bars, caption)], caption, below)


def history(found: Explanation, language: Language, zone: tzinfo) -> Html | None:
    """Give the past as a line of events with the ones that mattered on it; None where there is no past."""
    if not found.event_times:
        return None
    caption = Caption(say(language, "history"), say(language, "history_said"))
    days = (found.as_of.timestamp() - found.event_times[0]) / DAY_SECONDS
    form = time_format(days, language)
    return figure([draw(_past(found, _Shape(width, zone, form)), caption) for width in (WIDE, NARROW)], caption)


@dataclass(frozen=True, slots=True)
class _Shape:
    """How the past is drawn."""

    width: int
    zone: tzinfo
    format: str
    """Of the days on the axis."""


def _dots(found: Explanation, shape: _Shape) -> list[Row]:
    """Give the events that mattered; those that would cover each other lie above and below the line."""
    first, last = found.event_times[0], found.as_of.timestamp()
    a_pixel = max(last - first, 1.0) / shape.width
    placed: list[tuple[float, Row]] = []
    for number, entry in sorted(numbered(found), key=lambda pair: -abs(pair[1].effect)):
        time = entry.time.timestamp()
        near = sum(abs(other - time) < DOT_WIDTH * a_pixel for other, _ in placed)
        row: Row = {
            "at": _local(entry.time, shape.zone),
            "lift": (1 if near % 2 else -1) * -(-near // 2) * DOT_HEIGHT,
            "size": abs(entry.effect),
            "is_against": entry.effect < 0,
            "number": str(number),
            "is_last": last - time < DOT_WIDTH * a_pixel,
            "told": f"{number}. {entry.title}: {signed(entry.effect)}",
        }
        placed.append((time, row))
    return [row for _, row in placed]


def _past(found: Explanation, shape: _Shape) -> Chart:
    times = sorted(set(found.event_times))
    past: list[Row] = [{"at": _local(datetime.fromtimestamp(time, UTC), shape.zone), "lift": 0} for time in times]
    ends: list[Row] = [{"at": past[0]["at"]}, {"at": _local(found.as_of, shape.zone)}]
    dots = _dots(found, shape)
    reach = max(abs(int(str(dot["lift"]))) for dot in dots) + DOT_HEIGHT
    count = 8 if shape.width == WIDE else 4
    axis = alt.Axis(title=None, grid=False, tickCount=count, labelOverlap=True, format=shape.format)
    x = alt.X("at:T", axis=axis, scale=alt.Scale(nice=False, padding=14))
    y = alt.Y("lift:Q", axis=None, scale=alt.Scale(domain=[reach, -reach], nice=False))
    width, height = shape.width - 20, 2 * reach
    lines = chart(past, width, height).mark_tick(
        aria=False, orient="vertical", thickness=1, size=12, color=colour("other"), opacity=0.8
    )
    base = chart(dots, width, height).encode(x=x, y=y)
    area = alt.Size("size:Q", scale=alt.Scale(range=[60, 300], domainMin=0), legend=None)
    side = alt.condition("datum.is_against", alt.value(colour("c4")), alt.value(colour("c0")))
    texts = base.mark_text(
        fontSize=12,
        fontWeight="bold",
        align=alt.expr("datum.is_last ? 'right' : 'left'"),
        dx=alt.expr("datum.is_last ? -13 : 13"),
    )
    return layered(
        chart(ends, width, height).mark_point(aria=False, size=0, opacity=0).encode(x=x),
        lines.encode(x=x, y=y),
        base.mark_circle(opacity=1).encode(size=area, color=side, description="told:N"),
        texts.encode(text="number:N"),
    )


def _local(moment: datetime, zone: tzinfo) -> str:
    """Give the wall clock's time; charts know no zones."""
    return moment.astimezone(zone).replace(tzinfo=None).isoformat()
