"""HTML that cannot be broken by what it holds: every text is escaped on its way in."""

import html
import re
from dataclasses import dataclass

UNSEEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What neither HTML nor SVG may hold."""


@dataclass(frozen=True, slots=True)
class Html:
    """A piece of a document that is ready to be put in place."""

    text: str


Content = Html | str | None
"""A string is text, never markup; None is nothing."""


def element(name: str, *contents: Content, **attributes: str | None) -> Html:
    """Give an element; `class_` stands for class, `_` in other names for `-`; attributes that are None are left out."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{given}>{joined(*contents).text}</{name}>")


def joined(*contents: Content) -> Html:
    """Give pieces one after the other."""
    return Html("".join(entry.text if isinstance(entry, Html) else escaped(entry or "") for entry in contents))


def escaped(text: str) -> str:
    """Give a text as it stands in HTML and in SVG, between tags or between quotes."""
    return html.escape(drawable(text))


def drawable(text: str) -> str:
    """Drop what neither HTML nor SVG may hold."""
    return UNSEEN.sub("", text)


def table(heads: tuple[str, ...], rows: list[tuple[Content, ...]]) -> Html:
    """Give a table that scrolls by itself where it is too wide."""
    head = element("tr", *(element("th", text, scope="col") for text in heads))
    body = [element("tr", *(element("td", cell) for cell in row)) for row in rows]
    made = element("table", element("thead", head), element("tbody", *body))
    return element("div", made, class_="scroll")


def folded(title: str, *contents: Content) -> Html:
    """Give contents that open at a click."""
    return element("details", element("summary", title), *contents)
