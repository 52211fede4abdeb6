"""Which paths the import tool may read."""

from collections.abc import Sequence
from pathlib import Path

from temporec_mcp.domain.text import shown
from temporec_mcp.errors import InvalidInputError
from temporec_mcp.importers.source import named


def allowed_path(path: str, allowed: Sequence[Path]) -> Path:
    """Give `path` with symlinks resolved; it exists and lies inside one of the `allowed` folders.

    A path outside is refused before it is looked at, so that nothing about other folders is told.

    Raises:
        InvalidInputError: outside, missing, or no path at all; the allowed folders are named.
    """
    try:
        resolved = Path(path).expanduser().resolve()
        folders = [folder.resolve() for folder in allowed]
        is_inside = any(resolved.is_relative_to(folder) for folder in folders)
        exists = is_inside and resolved.exists()
    except (OSError, RuntimeError, ValueError):
        raise InvalidInputError(f"{shown(path)} is no path that can be read.", "Give the full path.") from None
    names = ", ".join(map(named, folders)) or "none"
    if not is_inside:
        raise InvalidInputError(
            f"{named(resolved)} lies outside the folders that may be read here ({names}).",
            "Move the file into one of them, add its folder to TEMPOREC_IMPORT_DIRS, "
            "or import it on the command line: temporec-mcp import PATH.",
        )
    if not exists:
        raise InvalidInputError(
            f"There is no file or folder {named(resolved)}.",
            f"Check the path; the folders that may be read are {names}.",
        )
    return resolved
