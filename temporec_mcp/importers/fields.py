"""Which column of a table holds which field of an event or item: as told, else by the names that exports use."""

from collections.abc import Mapping, Sequence
from typing import Literal

from temporec_mcp.domain.actions import ACTIONS, ValueMeaning
from temporec_mcp.domain.text import shown
from temporec_mcp.errors import InvalidInputError
from temporec_mcp.importers.base import listed

RATINGS = "rating ratings stars overall userrating myrating starrating"
PRICES = "price unitprice amount itemprice saleprice revenue"
SECONDS = "seconds durationseconds duration dwelltime playtime watchtime"
ORDERS = "invoiceno invoice orderid transactionid ordernumber basketid"

_NAMES = {
    "user_id": "userid user uid useruuid visitorid fullvisitorid customerid customer memberid accountid profileid "
    "profilename reviewerid username userno anonymousid",
    "item_id": "itemid item iid movieid filmid productid parentasin asin sku stockcode articleid trackid songid "
    "bookid newsid videoid gameid contentid appid goodid poiid venueid businessid courseid recipeid isbn "
    "command product movie",
    "action": "action event eventtype eventname behavior behaviour behaviortype verb type",
    "timestamp": "timestamp time ts datetime eventtime eventtimestamp happenedat occurredat date unixtime "
    "unixtimestamp uts invoicedate orderdate purchasedate transactiondate watcheddate watchedat playedat "
    "endtime starttime starttimestamp visittime reviewtime unixreviewtime createdat created day",
    "value": f"value eventvalue {RATINGS} score {PRICES} {SECONDS}",
    "text": "text review reviewtext comment query searchquery searchterm keyword",
    "session_id": f"sessionid session visitid usersession {ORDERS}",
    "context": "context",
    "event_id": "eventid messageid",
    "recommendation_id": "recommendationid",
    "title": "title itemtitle itemname name productname producttitle movietitle trackname",
    "description": "description summary overview plot abstract productdescription",
    "categories": "categories category genres genre class department itemcategory categorycode",
    "creators": "creators creator author authors artist artists director brand artistname",
    "tags": "tags tag keywords",
    "url": "url link titleurl uri",
    "available": "available isavailable instock",
    "quantity": "quantity qty itemquantity quantitysold",
}
KNOWN_NAMES: dict[str, tuple[str, ...]] = {field: tuple(names.split()) for field, names in _NAMES.items()}
"""Column names that are understood, lower case without marks, best first."""
ITEM_FIELDS = ("item_id", "title", "description", "categories", "creators", "tags", "url", "available")
LABELS = ("title", "description", "categories")
"""Fields of which an item must have one to be worth a catalogue."""
OWN_ID = "id"
"""In a table of items this column is the item's id."""

Role = Literal["events", "items"]


def plain_name(column: str) -> str:
    """Give a column's name as KNOWN_NAMES has them."""
    return "".join(character for character in column.lower() if character.isalnum())


def map_columns(columns: Sequence[str], given: Mapping[str, str], role: Role = "events") -> dict[str, str]:
    """Give the column of each field that `columns` has: those `given`, and the others by their names.

    Raises:
        InvalidInputError: `given` names an unknown field or a column that is not there.
    """
    for name, column in given.items():
        if name not in KNOWN_NAMES:
            raise InvalidInputError(f"There is no field {shown(name)}.", f"Fields are {', '.join(KNOWN_NAMES)}.")
        if column not in columns:
            raise InvalidInputError(
                f"There is no column {shown(column)} for {name}.", f"The file has {listed(columns)}."
            )
    free = {plain_name(column): column for column in reversed(columns) if column not in given.values()}
    mapping = dict(given)
    for name, known in KNOWN_NAMES.items():
        names = (*known, OWN_ID) if (name, role) == ("item_id", "items") else known
        found = next((free[alias] for alias in names if alias in free), None)
        if name not in mapping and found is not None:
            mapping[name] = found
            del free[plain_name(found)]
    if role == "items":
        return {name: column for name, column in mapping.items() if name in ITEM_FIELDS}
    return mapping


def is_history(mapping: Mapping[str, str]) -> bool:
    """Tell whether a table with these fields can be read as events."""
    return "timestamp" in mapping and ("item_id" in mapping or "title" in mapping or "text" in mapping)


def is_catalogue(columns: Sequence[str], given: Mapping[str, str]) -> bool:
    """Tell whether a table with these columns lists items: ids and labels, but no users and no actions in time."""
    as_events = map_columns(columns, given)
    as_items = map_columns(columns, given, "items")
    has_labels = "item_id" in as_items and any(name in as_items for name in LABELS)
    return has_labels and "user_id" not in as_events and not {"action", "timestamp"} <= set(as_events)


def value_meaning(column: str | None) -> ValueMeaning | None:
    """Tell from its name what a value column holds; None when the name leaves it open."""
    name = plain_name(column or "")
    meanings: dict[ValueMeaning, str] = {"rating": RATINGS, "price": PRICES, "seconds": SECONDS}
    return next((meaning for meaning, names in meanings.items() if name in names.split()), None)


def default_action(mapping: Mapping[str, str]) -> str:
    """Give the action of rows that name none: search without items, rate with ratings, purchase with orders."""
    meaning = value_meaning(mapping.get("value"))
    if "item_id" not in mapping and "title" not in mapping:
        return "search"
    if "action" in mapping:
        return "view"
    if meaning == "rating":
        return "rate"
    if meaning == "price" or plain_name(mapping.get("session_id", "")) in ORDERS.split():
        return "purchase"
    return "view"


def value_fits(meaning: ValueMeaning | None, action: str) -> bool:
    """Tell whether a value of that meaning belongs to the action: a price is no viewing time."""
    return meaning is None or action not in ACTIONS or ACTIONS[action].value == meaning
