import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temporec_mcp.domain.events import ID_LENGTH
from temporec_mcp.domain.text import check_id, clean_text
from temporec_mcp.errors import InvalidInputError

any_text = st.text(st.characters())
lengths = st.integers(1, 40)


@given(any_text, lengths)
def test_clean_text_is_one_line_of_visible_characters_within_the_cap(text: str, length: int) -> None:
    cleaned = clean_text(text, length)
    assert len(cleaned) <= length
    assert cleaned == cleaned.strip() and "  " not in cleaned
    assert {unicodedata.category(c) for c in cleaned}.isdisjoint({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    assert unicodedata.is_normalized("NFC", cleaned)


@given(any_text, lengths)
def test_cleaning_twice_changes_nothing(text: str, length: int) -> None:
    once = clean_text(text, length)
    assert clean_text(once, length) == once


@given(st.text(st.characters(categories=["L", "N", "P", "S"], max_codepoint=0x24F), max_size=20))
def test_visible_text_within_the_cap_stays_as_it_is(text: str) -> None:
    assert clean_text(text, 20) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("\u202eevil\u200b title", "evil title"),
        ("two\nlines\tand\x00 a null", "two lines and a null"),
        ("hid\U000e0041\U000e0042den", "hidden"),
        ("e\u0301te\u0301", "été"),
        ("\ufe0f\u3164\u2060", ""),
        ("你好，世界", "你好，世界"),
        ("broken \ud800 half", "broken half"),
    ],
)
def test_what_cannot_be_seen_goes(dirty: str, clean: str) -> None:
    assert clean_text(dirty, 100) == clean


def test_a_long_text_ends_in_an_ellipsis_inside_the_cap() -> None:
    assert clean_text("abcdef", 4) == "abc…"


def test_an_id_of_invisible_characters_is_refused_as_empty() -> None:
    with pytest.raises(InvalidInputError, match="item_id is empty"):
        check_id("\u200b \u202e", "item_id")


def test_a_long_id_is_refused_with_the_limit_in_a_short_message() -> None:
    with pytest.raises(InvalidInputError, match="at most 200 characters") as error:
        check_id("x" * 100_000, "item_id")
    assert len(str(error.value)) < 300


def test_an_id_of_the_longest_length_passes() -> None:
    assert check_id("x" * ID_LENGTH, "item_id") == "x" * ID_LENGTH
