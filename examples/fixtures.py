"""Prints, for each export in a folder, what an import reads of it: `python -m examples.fixtures [FOLDER]`.

Without a folder those of the tests: true headers and made-up rows, each with the traps of its format.
"""

import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from temporec_mcp.errors import InvalidInputError
from temporec_mcp.importers.base import ImportOptions
from temporec_mcp.importers.history import open_history

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "fixtures"


def row_of(path: Path) -> str:
    """Give the line of one export: format, rows, events, items, what was left out by reason, and what is asked."""
    try:
        history = open_history(path, ImportOptions(now=datetime.now(UTC)))
    except InvalidInputError as error:
        return f"| {path.name} | refused: {error.what} | | | | |"
    rows, events, items, dropped = 0, 0, 0, Counter[str]()
    for batch in history.batches():
        rows += batch.row_count
        events += len(batch.events)
        items += len(batch.items)
        dropped += batch.dropped
    left_out = ", ".join(f"{count} {reason}" for reason, count in dropped.items())
    said = " ".join((*history.questions, *history.notes))
    return f"| {path.name} | {history.format} | {rows} | {events} | {items} | {left_out or 'none'} | {said} |"


def main() -> None:
    """Print the table."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    print("| file | format | rows | events | items | left out | what is asked and told |")
    print("|---|---|---:|---:|---:|---|---|")
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        print(row_of(path))


if __name__ == "__main__":
    main()
