"""The names that other vocabularies give to our actions: schema.org, Segment, GA4 and common logs."""

import re
from functools import lru_cache

from temporec_mcp.domain.actions import ACTIONS
from temporec_mcp.domain.text import clean_text
from temporec_mcp.errors import InvalidInputError

NAME_LENGTH = 50
_LONGEST_GIVEN = 400
"""Characters of a given name that are looked at; schema.org and xAPI name actions by address."""

_NAMES: dict[str, str] = {
    "view": "viewed page_view pageview pageviewed page_viewed screen_view screen_viewed view_item item_viewed "
    "product_viewed product_view detail_page_view pv visit visited content_viewed viewed_product experienced",
    "click": "clicked product_clicked select_item select_content item_clicked tap tapped clickout link_clicked",
    "search": "searched products_searched view_search_results search_query find seek query",
    "play": "played play_game video_start video_started video_playback_started video_content_started started_playing",
    "listen": "listened scrobble scrobbled song_played track_played",
    "watch": "watched video_complete video_completed video_playback_completed video_content_completed video_watched",
    "read": "reading article_read book_read",
    "like": "liked thumbs_up thumb_up upvote upvoted love loved heart hearted agree endorse",
    "dislike": "disliked thumbs_down thumb_down downvote downvoted disagree",
    "skip": "skipped",
    "rate": "rated rating review reviewed product_reviewed",
    "comment": "commented reply replied",
    "share": "shared product_shared repost reposted retweet",
    "save": "saved bookmark bookmarked favorite favourite favorited favourited fav add_to_wishlist wishlist "
    "product_added_to_wishlist added_to_wishlist want wanted star starred watchlist",
    "add_to_cart": "addtocart added_to_cart product_added cart add_to_basket add_to_bag wishlist_product_added_to_cart",
    "purchase": "purchased buy bought order ordered order_completed transaction pay paid sale "
    "ecommerce_purchase in_app_purchase",
    "dismiss": "dismissed hide hidden not_interested ignore ignored reject rejected",
}
_ALIASES: dict[str, str] = {alias: action for action, aliases in _NAMES.items() for alias in aliases.split()}

_CASE_STEP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NO_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=1024)
def canonical_action(name: str) -> str:
    """Give our name of an action: `ViewAction`, `Product Viewed` and `view_item` are all `view`.

    A name that no vocabulary has passes as lower snake_case of at most NAME_LENGTH characters.

    Raises:
        InvalidInputError: no letter or digit is in it.
    """
    last = clean_text(name, _LONGEST_GIVEN).rstrip("/#").rpartition("/")[2].rpartition("#")[2]
    snake = _NO_WORD.sub("_", _CASE_STEP.sub("_", last)).strip("_").lower()
    if not snake:
        raise InvalidInputError("The action is empty.", f"Give one such as {', '.join(list(ACTIONS)[:3])} or rate.")
    base = snake.removesuffix("_action") or snake
    if base in ACTIONS:
        return base
    return _ALIASES.get(base) or _ALIASES.get(snake) or snake[:NAME_LENGTH].strip("_")
