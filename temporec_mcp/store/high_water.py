"""The highest numbers handed out so far, which outlive the rows that held them."""

from dataclasses import asdict, dataclass

from temporec_mcp.store.duck import Cursor


@dataclass(frozen=True, slots=True)
class HighWater:
    """One row, changed inside the transaction that hands numbers out."""

    event_seq: int
    user_no: int
    item_no: int
    import_id: int
    items_version: int
    """Moves whenever the table of items could differ."""

    @classmethod
    def read(cls, cursor: Cursor) -> "HighWater":
        """Read the row."""
        return cursor.rows("high_water/get", cls)[0]

    def write(self, cursor: Cursor) -> None:
        """Put these numbers in the row's place."""
        cursor.run("high_water/set", **asdict(self))
