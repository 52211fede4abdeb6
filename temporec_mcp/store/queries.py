"""The SQL files of `storage/queries`, each one statement under a header that says what it gives, takes and returns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

_PACKAGE = "temporec_mcp.storage"
_HEADER = re.compile(r"^-- (?P<kind>Gives|Needs|Reads|In|Out): (?P<rest>.+)$")


@dataclass(frozen=True, slots=True)
class Query:
    """One statement with what its header says."""

    name: str
    """Folder and file name without the ending, as in `events/log`."""
    sql: str
    gives: str
    needs: tuple[str, ...]
    """Queries that must have run on the same cursor before, because they make its temporary tables."""
    parameters: dict[str, str]
    """SQL type by name, without the dollar sign."""
    columns: dict[str, str]
    """SQL type by name, in the order of the result."""


@cache
def query(name: str) -> Query:
    """Load the query `name`, as in `events/log`."""
    folder, file_name = name.split("/")
    return _parse(name, (files(_PACKAGE) / "queries" / folder / f"{file_name}.sql").read_text(encoding="utf-8"))


def all_queries() -> tuple[Query, ...]:
    """Load every query there is, by name."""
    return tuple(query(name) for name in sorted(_names(files(_PACKAGE) / "queries")))


def _names(root: Traversable) -> Iterator[str]:
    for folder in root.iterdir():
        if folder.is_dir():
            yield from (
                f"{folder.name}/{file.name.removesuffix('.sql')}"
                for file in folder.iterdir()
                if file.name.endswith(".sql")
            )


def _parse(name: str, sql: str) -> Query:
    found = [match for line in sql.splitlines() if (match := _HEADER.match(line))]
    parts = {kind: [match["rest"] for match in found if match["kind"] == kind] for kind in ("Gives", "Needs")}
    return Query(
        name=name,
        sql=sql,
        gives=" ".join(parts["Gives"]),
        needs=tuple(parts["Needs"]),
        parameters=dict(_named_type(match["rest"]) for match in found if match["kind"] == "In"),
        columns=dict(_named_type(match["rest"]) for match in found if match["kind"] == "Out"),
    )


def _named_type(rest: str) -> tuple[str, str]:
    words = rest.split(maxsplit=2)
    return words[0].removeprefix("$"), words[1]
