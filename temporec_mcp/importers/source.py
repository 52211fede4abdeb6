"""Where a history lies: a file, a zip or a folder, as members that are only ever streamed, never unpacked."""

import os
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo, is_zipfile

from temporec_mcp.domain.text import clean_text, shown
from temporec_mcp.errors import InvalidInputError

MAX_MEMBERS = 10_000
MAX_UNZIPPED_BYTES = 16 * 1024**3
MAX_ZIP_RATIO = 200
"""A member that unpacks to more than this many times its packed size is taken for a bomb ..."""
RATIO_MATTERS_FROM_BYTES = 64 * 1024**2
"""... when it unpacks to at least this much."""
HEAD_BYTES = 65_536
SHOWN_PATH_LENGTH = 200
_ENCRYPTED = 0x1
_SKIPPED_PARTS = ("__MACOSX",)

Opener = Callable[[], AbstractContextManager[IO[bytes]]]


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a source."""

    name: str
    """Its path inside the source, parts joined by `/`; cleaned, and of a long one the end, for messages."""
    open: Opener
    """Opens it from the start, as often as needed."""

    @property
    def suffix(self) -> str:
        """Its extension, lower case, without the dot."""
        return self.name.rpartition("/")[2].rpartition(".")[2].lower()

    def head(self) -> bytes:
        """Give its first HEAD_BYTES bytes."""
        with self.open() as stream:
            return stream.read(HEAD_BYTES)


@dataclass(frozen=True, slots=True)
class Source:
    """The files of a history, sorted by name."""

    path: Path
    members: tuple[Member, ...]
    is_single: bool
    """One file that was named itself, not a zip or folder."""


def named(path: Path) -> str:
    """Give a path for a message: cleaned, and of a long one the end, which tells most."""
    return _short(str(path))


def _short(name: str) -> str:
    text = clean_text(name, len(name))
    return text if len(text) <= SHOWN_PATH_LENGTH else "…" + text[-SHOWN_PATH_LENGTH:]


def open_source(path: Path) -> Source:
    """List the members of a file, zip or folder.

    Raises:
        InvalidInputError: nothing there, nothing readable in it, or a zip that is damaged, encrypted or a bomb.
    """
    try:
        if path.is_dir():
            return Source(path, tuple(_folder_members(path)), False)
        if path.is_file():
            is_zip = is_zipfile(path)
            members = tuple(_zip_members(path)) if is_zip else (Member(_short(path.name), lambda: _open_file(path)),)
            return Source(path, members, not is_zip)
    except OSError as error:
        raise _unreadable(path, error) from error
    if path.exists():
        raise InvalidInputError(f"{named(path)} is neither a file nor a folder.", "Name a file, a zip or a folder.")
    raise InvalidInputError(f"There is no file or folder {named(path)}.", "Check the path; a full path is safest.")


def unpacked_bytes(path: Path) -> int:
    """Give the bytes that lie at a path, those of a zip as it declares them unpacked; 0 where nothing can be read."""
    try:
        if path.is_dir():
            return sum(file.stat().st_size for file in _files_below(path.resolve()))
        if not is_zipfile(path):
            return path.stat().st_size
        with ZipFile(path) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except (OSError, BadZipFile):
        return 0


def _folder_members(folder: Path) -> Iterator[Member]:
    root = folder.resolve()
    found = sorted(path for path in _files_below(root) if path.resolve().is_relative_to(root))
    for path in found:
        yield Member(_short(path.relative_to(root).as_posix()), lambda path=path: _open_file(path))


def _files_below(root: Path) -> Iterator[Path]:
    count = 0
    for parent, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not _is_skipped(name)]
        count += len(files)
        if count > MAX_MEMBERS:
            raise InvalidInputError(
                f"{named(root)} holds more than {MAX_MEMBERS} files.", "Name the folder of one export, or one file."
            )
        # A pipe or device would block or never end.
        yield from (path for name in files if not _is_skipped(name) and (path := Path(parent, name)).is_file())


def _is_skipped(name: str) -> bool:
    return (name.startswith(".") and name not in (".", "..")) or name in _SKIPPED_PARTS


def _zip_members(path: Path) -> Iterator[Member]:
    try:
        with ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except BadZipFile as error:
        raise _damaged_zip(path) from error
    _check_sizes(path, entries)
    for entry in sorted(entries, key=lambda entry: entry.filename):
        if any(_is_skipped(part) for part in entry.filename.split("/")):
            continue
        if entry.flag_bits & _ENCRYPTED:
            raise InvalidInputError(
                f"{path.name} holds {shown(entry.filename)}, which is encrypted.", "Unpack it and name the folder."
            )
        yield Member(_short(entry.filename), lambda entry=entry: _open_zipped(path, entry))


def _check_sizes(path: Path, entries: list[ZipInfo]) -> None:
    # ZipExtFile stops at the declared size, so that declared sizes bound what can come out.
    if len(entries) > MAX_MEMBERS or sum(entry.file_size for entry in entries) > MAX_UNZIPPED_BYTES:
        raise InvalidInputError(
            f"{path.name} holds more than {MAX_MEMBERS} files or {MAX_UNZIPPED_BYTES // 1024**3} GiB.",
            "Unpack it yourself and name the file or folder with the history.",
        )
    for entry in entries:
        packed = max(entry.compress_size, 1)
        if entry.file_size >= RATIO_MATTERS_FROM_BYTES and entry.file_size / packed > MAX_ZIP_RATIO:
            raise InvalidInputError(
                f"{shown(entry.filename)} in {path.name} unpacks to {entry.file_size // packed} times its size, "
                "as zip bombs do.",
                "If you trust it, unpack it yourself and name the folder.",
            )


@contextmanager
def _open_file(path: Path) -> Generator[IO[bytes]]:
    try:
        with path.open("rb") as stream:
            yield stream
    except OSError as error:
        raise _unreadable(path, error) from error


@contextmanager
def _open_zipped(path: Path, entry: ZipInfo) -> Generator[IO[bytes]]:
    try:
        with ZipFile(path) as archive, archive.open(entry) as stream:
            yield stream
    except OSError as error:
        raise _unreadable(path, error) from error
    except (BadZipFile, EOFError, NotImplementedError, zlib.error) as error:
        raise _damaged_zip(path) from error


def _unreadable(path: Path, error: OSError) -> InvalidInputError:
    return InvalidInputError(
        f"{named(path)} cannot be read: {error.strerror or error}.", "Check that this user may read it, then try again."
    )


def _damaged_zip(path: Path) -> InvalidInputError:
    return InvalidInputError(
        f"The zip {path.name} is damaged or packed in a way that cannot be read.",
        "Download it again, or unpack it yourself and name the folder.",
    )
