"""A row of a table of events as an event, or the reason why it is none."""

from collections.abc import Mapping

from temporec_mcp.domain.action_names import canonical_action
from temporec_mcp.domain.actions import ValueMeaning
from temporec_mcp.domain.events import CONTEXT_LENGTH, ID_LENGTH, TEXT_LENGTH, Event
from temporec_mcp.domain.requests import DateOrder
from temporec_mcp.domain.text import check_id
from temporec_mcp.domain.times import Moment, zone_named
from temporec_mcp.errors import InvalidInputError
from temporec_mcp.importers.base import ImportOptions
from temporec_mcp.importers.cells import DroppedRowError, cleaned, id_of, number_of, text_of
from temporec_mcp.importers.dates import checked_moment
from temporec_mcp.importers.fields import default_action, value_fits, value_meaning

SEARCH = "search"


class EventRows:
    """Makes events of rows that share a mapping of fields to columns."""

    def __init__(self, mapping: Mapping[str, str], options: ImportOptions, order: DateOrder | None) -> None:
        """Take the choices that hold for all rows; `order` is that of day, month and year where a date needs it."""
        self.default_action = default_action(mapping)
        self._has_users = "user_id" in mapping
        self._is_told_by_title = "title" in mapping and mapping.get("item_id") == mapping["title"]
        self._meaning: ValueMeaning | None = value_meaning(mapping.get("value"))
        self._user_id = check_id(options.user_id, "user_id")
        self._zone = zone_named(options.timezone)
        self._now = options.now
        self._order: DateOrder | None = order

    def event(self, cells: Mapping[str, object]) -> Event:
        """Give the event of a row's cells by field.

        Raises:
            DroppedRowError: the row gives none; the message is the reason.
        """
        action = self._action(cells)
        text = cleaned(cells.get("text"), TEXT_LENGTH)
        item_id = self._item(cells)
        if item_id is None and not (action == SEARCH and text):
            raise DroppedRowError("no_item")
        if _is_returned(cells.get("quantity")):
            raise DroppedRowError("returned")
        moment = self._moment(cells.get("timestamp"))
        return Event(
            user_id=self._user(cells),
            item_id=item_id,
            action=action,
            time=moment.time,
            value=self._value(cells, action),
            text=text,
            session_id=id_of(cells.get("session_id")),
            context=cleaned(cells.get("context"), CONTEXT_LENGTH),
            event_id=id_of(cells.get("event_id")),
            recommendation_id=id_of(cells.get("recommendation_id")),
            is_date_only=moment.is_date_only,
        )

    def _user(self, cells: Mapping[str, object]) -> str:
        if not self._has_users:
            return self._user_id
        user_id = id_of(cells.get("user_id"))
        if user_id is None:
            # The rows of many unknown people must not become one person's history.
            raise DroppedRowError("no_user")
        return user_id

    def _item(self, cells: Mapping[str, object]) -> str | None:
        if self._is_told_by_title:
            return cleaned(cells.get("item_id"), ID_LENGTH)
        return id_of(cells.get("item_id"))

    def _action(self, cells: Mapping[str, object]) -> str:
        name = text_of(cells.get("action"))
        if name is None:
            return self.default_action
        try:
            return canonical_action(name)
        except InvalidInputError:
            raise DroppedRowError("bad_action") from None

    def _value(self, cells: Mapping[str, object], action: str) -> float | None:
        return number_of(cells.get("value")) if value_fits(self._meaning, action) else None

    def _moment(self, cell: object) -> Moment:
        return checked_moment(cell, self._order, self._zone, self._now)


def _is_returned(cell: object) -> bool:
    """Tell whether a line of an order takes goods back, which is no second purchase of them."""
    try:
        quantity = number_of(cell)
    except DroppedRowError:
        return False
    return quantity is not None and quantity <= 0
