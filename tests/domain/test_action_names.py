import pytest
from hypothesis import given
from hypothesis import strategies as st

from temporec_mcp.domain.action_names import NAME_LENGTH, canonical_action
from temporec_mcp.domain.actions import ACTIONS
from temporec_mcp.errors import InvalidInputError


@pytest.mark.parametrize("action", ACTIONS)
def test_every_known_action_keeps_its_name_in_any_spelling(action: str) -> None:
    words = action.split("_")
    for spelling in (action, action.upper(), " ".join(words).title(), "".join(map(str.title, words)), "-".join(words)):
        assert canonical_action(spelling) == action


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("ViewAction", "view"),
        ("https://schema.org/BuyAction", "purchase"),
        ("Product Viewed", "view"),
        ("Product Added to Wishlist", "save"),
        ("Order Completed", "purchase"),
        ("view_item", "view"),
        ("select_item", "click"),
        ("add_to_wishlist", "save"),
        ("addtocart", "add_to_cart"),
        ("transaction", "purchase"),
        ("addToCart", "add_to_cart"),
    ],
)
def test_names_of_other_vocabularies_become_ours(name: str, action: str) -> None:
    assert canonical_action(name) == action


def test_an_unknown_name_passes_as_snake_case() -> None:
    assert canonical_action("Level Up!") == "level_up"
    assert canonical_action("收藏夹 整理") == "收藏夹_整理"


def test_a_name_without_a_letter_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="action is empty"):
        canonical_action("\u200b --- ")


@given(st.text())
def test_a_canonical_name_is_short_lower_and_stays_the_same(name: str) -> None:
    try:
        action = canonical_action(name)
    except InvalidInputError:
        return
    assert 0 < len(action) <= NAME_LENGTH and not any(c.isspace() for c in action)
    assert canonical_action(action) == action
