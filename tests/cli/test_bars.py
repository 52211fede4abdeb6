"""Bars in the terminal: their side and size are their effects', and old consoles get letters."""

import unicodedata

import pytest

from temporec_mcp.cli.bars import AXIS, WIDTH, Entry, bars, can_draw, explanation_bars

ENTRIES = [Entry("watch Alien", 1.2), Entry("watch Heat", 0.3), Entry("skip Cats", -0.6), Entry("view Dune", 0.001)]


def cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def test_what_speaks_for_it_lies_right_of_the_axis_and_what_speaks_against_it_left() -> None:
    lines = bars(ENTRIES, has_blocks=True)
    sides = [line[: WIDTH + 1].split(AXIS) for line in lines]
    assert [len(left.strip()) for left, _ in sides] == [0, 0, 8, 0]
    assert [len(right.strip()) for _, right in sides] == [16, 4, 0, 1]
    assert lines[0].endswith(" +1.200  watch Alien") and lines[2].endswith(" -0.600  skip Cats")
    assert len({len(left) for left, _ in sides}) == len({line.index(AXIS) for line in lines}) == 1


def test_a_console_without_blocks_gets_letters_of_the_same_size() -> None:
    lines = bars(ENTRIES, has_blocks=False)
    assert all(line.isascii() for line in lines)
    assert [line.count("#") for line in lines] == [16, 4, 8, 1]
    assert [can_draw(name) for name in ("utf-8", "cp437", "cp1252", "ascii", None)] == [
        True,
        False,
        False,
        False,
        False,
    ]


def test_long_titles_are_cut_to_their_cells_in_every_script() -> None:
    for words in ("a very long title " * 20, "很长的标题" * 40):
        (line,) = bars([Entry(words, 1.0)], has_blocks=True)
        assert cells(line) <= WIDTH + 1 + 9 + 63 and line.endswith("...")


@pytest.mark.parametrize("fields", [{}, {"reasons": [], "sources": {}}, {"sources": {"text": 0.0}}])
def test_nothing_is_drawn_where_nothing_has_an_effect(fields: dict[str, object]) -> None:
    assert explanation_bars(fields) == []


def test_sources_of_the_score_follow_the_events_strongest_first() -> None:
    reason = {"action": "watch", "title": "Alien", "effect": 1.2}
    lines = explanation_bars({"reasons": [reason], "sources": {"popularity": -0.5, "text": 0.75}})
    assert [line.split("  ")[-1] for line in lines] == [
        *("", "what past events do:", "watch Alien"),
        *("", "what the score is made of:", "text", "popularity"),
    ]
