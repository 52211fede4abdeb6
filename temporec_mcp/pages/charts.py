"""Charts as static SVG: Altair describes them, vl-convert draws them, nothing is fetched and nothing runs in the page.

The one place that knows the two libraries' loose types. Colours are named by role; the page's style gives them their
values, so that one drawing serves light and dark.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Altair's encodings are typed as far as its schema is.

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from xml.etree import ElementTree as ET

import altair as alt
import vl_convert

from temporec_mcp.pages.html import Html, drawable, element, escaped
from temporec_mcp.pages.words import Language

SVG = "http://www.w3.org/2000/svg"
FONT = "sans-serif"
"""For measuring; the page's style has the last word."""
LABEL_SIZE = 11
ROLES = (
    "panel",
    "ink",
    "quiet",
    "line",
    "s0",
    "s1",
    "s2",
    "s3",
    "s4",
    "s5",
    "c0",
    "c1",
    "c2",
    "c3",
    "c4",
    "c5",
    "other",
)
"""Ground, text, secondary text, lines; shades from none to most; colours of kinds (Okabe and Ito); the rest."""
_CODES = {role: f"#fe{place:02x}ef" for place, role in enumerate(ROLES)}
_ROLES = {code: role for role, code in _CODES.items()}
_DECIMALS = re.compile(r"(\d+\.\d{2})\d+")
_CODE = re.compile("#fe[0-9a-f]{2}ef")
_LEFT_OUT = ("role", "aria-roledescription", "aria-hidden", "pointer-events", "font-family")
SHADES = ("s0", "s1", "s2", "s3", "s4", "s5")
KINDS = ("c0", "c1", "c2", "c3", "c4", "c5")
WIDE, NARROW = 730, 306
"""Widths of charts that are drawn twice, in pixels: for a desk and for a phone."""
HALF = 340
"""Width of a chart that stands beside another one, in pixels."""
SAME = 1e-6
"""What is nearer than that is the same count."""
DAYS_OF_MONTHS = 100.0
"""From this many days on, an axis names months."""
DAYS_OF_YEARS = 4_500.0
"""From this many days on, years alone."""
Row = dict[str, str | int | float | bool | None]
Chart = alt.Chart | alt.LayerChart


@dataclass(frozen=True, slots=True)
class Caption:
    """What a chart is called, and what it shows in a sentence."""

    title: str
    sentence: str


def colour(role: str) -> str:
    """Give the code by which a chart names a role."""
    return _CODES[role]


def chart(rows: Sequence[Row], width: int, height: int) -> alt.Chart:
    """Give an empty chart over rows; texts in them lose what SVG may not hold."""
    values = [{key: drawable(value) if isinstance(value, str) else value for key, value in row.items()} for row in rows]
    return alt.Chart(alt.InlineData(values=cast("list[dict[str, Any]]", values)), width=width, height=height)


def time_format(days: float, language: Language) -> str:
    """Give how an axis of that many days writes its days: months where it is long, years where it is longer."""
    if days > DAYS_OF_YEARS:
        return "%Y"
    if days > DAYS_OF_MONTHS:
        return "%b %Y" if language == "en" else "%Y-%m"
    return "%d %b" if language == "en" else "%m-%d"


def shades(name: str, most: float) -> alt.Color:
    """Give a colour by count: none has its own shade.

    The others grow with the root of the count, so that one day out of habit does not make all others look alike.
    """
    steps = [0.5, *(max(most * (step / 5) ** 2, 0.5 + step * SAME) + SAME for step in range(1, 5))]
    return alt.Color(
        name, scale=alt.Scale(type="threshold", domain=steps, range=[colour(role) for role in SHADES]), legend=None
    )


def layered(*charts: alt.Chart) -> Chart:
    """Give charts one over the other."""
    return cast("alt.LayerChart", alt.layer(*charts))


def draw(made: Chart, caption: Caption) -> Html:
    """Give the chart as SVG with its caption for those who do not see it, and the words of each mark to point at."""
    described = made.configure(
        background="transparent",
        font=FONT,
        padding=2,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor=colour("quiet"),
            titleColor=colour("quiet"),
            domainColor=colour("line"),
            tickColor=colour("line"),
            gridColor=colour("line"),
            labelFontSize=LABEL_SIZE,
            titleFontSize=LABEL_SIZE,
            titleFontWeight="normal",
        ),
        text=alt.MarkConfig(color=colour("ink"), fontSize=LABEL_SIZE),
    )
    svg = vl_convert.vegalite_to_svg(described.to_dict(), allowed_base_urls=[])
    return Html(_readable(ET.fromstring(svg), caption))


def _readable(root: ET.Element, caption: Caption) -> str:
    """Put the words of marks where a pointer finds them, name the colours, and leave the rest to the page."""
    for mark in list(root.iter()):
        words = mark.attrib.pop("aria-label", "")
        for name in _LEFT_OUT:
            mark.attrib.pop(name, None)
        for name, value in mark.attrib.items():
            mark.attrib[name] = _DECIMALS.sub(r"\1", _CODE.sub(_variable, value))
        if words and mark.attrib.get("d"):
            ET.SubElement(mark, f"{{{SVG}}}title").text = words
    root.attrib.pop("height", None)
    root.attrib["role"] = "img"
    root.attrib["aria-label"] = f"{caption.title}. {caption.sentence}"
    ET.register_namespace("", SVG)
    return ET.tostring(root, encoding="unicode")


def _variable(code: re.Match[str]) -> str:
    return f"var(--{_ROLES[code[0]]})"


def shade_legend(fewer: str, more: str) -> Html:
    """Give the shades of counts in words."""
    said = ("0", fewer, "", "", "", more)
    return element("p", *(swatch(role, words) for role, words in zip(SHADES, said, strict=True)), class_="legend")


def swatch(role: str, words: str) -> Html:
    """Give a colour and what it stands for."""
    return element("span", element("i", "", class_=f"swatch {role}"), words, class_="entry")


def figure(drawings: Sequence[Html], caption: Caption, *below: Html) -> Html:
    """Give a figure; of two drawings the first is for wide screens and the second for phones."""
    names = ("wide", "narrow") if len(drawings) > 1 else ("any",)[: len(drawings)]
    shown = "".join(f'<div class="{name}">{drawing.text}</div>' for name, drawing in zip(names, drawings, strict=True))
    under = "".join(entry.text for entry in below)
    heading = f"<h3>{escaped(caption.title)}</h3><p>{escaped(caption.sentence)}</p>"
    return Html(f"<figure><figcaption>{heading}</figcaption>{shown}{under}</figure>")
