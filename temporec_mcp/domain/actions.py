"""The open vocabulary of actions: known weights, what `value` means, and the names of other vocabularies."""

from dataclasses import dataclass
from typing import Literal

ValueMeaning = Literal["rating", "seconds", "price"]


@dataclass(frozen=True, slots=True)
class ActionMeaning:
    """What an action says about its item."""

    weight: float
    """Above 0 speaks for the item, below 0 against it; 1 is an ordinary use."""
    value: ValueMeaning | None = None
    past: str = ""
    """Past tense for sentences."""


ACTIONS: dict[str, ActionMeaning] = {
    "view": ActionMeaning(1.0, "seconds", "viewed"),
    "click": ActionMeaning(1.0, None, "clicked"),
    "search": ActionMeaning(1.0, None, "searched for"),
    "play": ActionMeaning(1.0, "seconds", "played"),
    "listen": ActionMeaning(1.0, "seconds", "listened to"),
    "watch": ActionMeaning(1.0, "seconds", "watched"),
    "read": ActionMeaning(1.0, "seconds", "read"),
    "like": ActionMeaning(1.0, None, "liked"),
    "dislike": ActionMeaning(-1.0, None, "disliked"),
    "skip": ActionMeaning(-0.5, None, "skipped"),
    "rate": ActionMeaning(1.0, "rating", "rated"),
    "comment": ActionMeaning(1.0, None, "commented on"),
    "share": ActionMeaning(1.0, None, "shared"),
    "save": ActionMeaning(1.0, None, "saved"),
    "add_to_cart": ActionMeaning(1.0, None, "added to cart"),
    "purchase": ActionMeaning(1.0, "price", "purchased"),
    "dismiss": ActionMeaning(-1.0, None, "dismissed"),
}
UNKNOWN_ACTION = ActionMeaning(1.0, None, "")


def means_rating(action: str) -> bool:
    """Say whether the value of such an event is a rating."""
    return ACTIONS.get(action, UNKNOWN_ACTION).value == "rating"
