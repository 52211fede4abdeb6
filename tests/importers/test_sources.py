"""Files, zips, folders, and what may be read."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from temporec_mcp.errors import InvalidInputError
from temporec_mcp.importers.history import FORMATS
from temporec_mcp.importers.paths import allowed_path
from temporec_mcp.importers.source import MAX_ZIP_RATIO, RATIO_MATTERS_FROM_BYTES
from tests.importers.conftest import read, write


def zipped(folder: Path, path: Path, prefix: str = "") -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, prefix + file.name)
    return path


@pytest.mark.parametrize("prefix", ["", "export/films/", "../../"])
def test_a_zip_gives_what_its_folder_gives_and_writes_nothing(films: Path, tmp_path: Path, prefix: str) -> None:
    path = zipped(films, tmp_path / "films.zip", prefix)
    before = sorted(tmp_path.rglob("*"))
    packed, plain = read(path), read(films)
    assert (packed.events, packed.items) == (plain.events, plain.items)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive, archive.open("log.csv", "w") as stream:
        for _ in range(RATIO_MATTERS_FROM_BYTES // 1024**2 + 1):
            stream.write(b"0" * 1024**2)
    with pytest.raises(InvalidInputError, match=r"log\.csv.*times its size, as zip bombs do.*unpack it yourself"):
        read(path)
    assert RATIO_MATTERS_FROM_BYTES / path.stat().st_size > MAX_ZIP_RATIO


def test_a_damaged_zip_is_refused_with_the_next_step(films: Path, tmp_path: Path) -> None:
    path = zipped(films, tmp_path / "films.zip")
    content = bytearray(path.read_bytes())
    content[60:120] = b"\xff" * 60
    path.write_bytes(content)
    with pytest.raises(InvalidInputError, match=r"films\.zip is damaged.*Download it again"):
        read(path)


def test_an_encrypted_zip_is_refused_as_such(films: Path, tmp_path: Path) -> None:
    path = zipped(films, tmp_path / "films.zip")
    content = path.read_bytes()
    start = content.index(b"PK\x01\x02")  # the central directory's first entry; byte 8 holds its flags
    path.write_bytes(content[: start + 8] + b"\x01" + content[start + 9 :])
    with pytest.raises(InvalidInputError, match=r"encrypted.*Unpack it"):
        read(path)


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs symlinks")
def test_symlinks_out_of_a_folder_and_hidden_files_are_not_read(films: Path, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    write(folder / "log.csv", ["item,time", "mine,1772359200"])
    write(folder / ".hidden.csv", ["item,time", "hidden,1772359200"])
    write(tmp_path / "outside.csv", ["item,time", "outside,1772359200"])
    (folder / "link.csv").symlink_to(tmp_path / "outside.csv")
    (folder / "more").symlink_to(films)
    assert [event.item_id for event in read(folder).events] == ["mine"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(InvalidInputError, match="neither a file nor a folder"):
        read(tmp_path / "pipe.csv")


@pytest.mark.parametrize("content", [b"\0\1\2" * 1000, b"just some words\nof prose\n", b"[1, 2]", b"\xff\xfe"])
def test_what_is_no_history_is_refused_with_the_formats_tried(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "history.bin"
    path.write_bytes(content)
    with pytest.raises(InvalidInputError, match=r"history\.bin") as error:
        read(path)
    assert all(name in str(error.value) for name in FORMATS) and len(str(error.value)) < 1000


def test_what_is_empty_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "history.csv").write_bytes(b"")
    with ZipFile(tmp_path / "export.zip", "w"):
        pass
    for path in (tmp_path / "folder" / "history.csv", tmp_path / "folder", tmp_path / "export.zip"):
        with pytest.raises(InvalidInputError, match=rf"{path.name} is empty\. Export it again"):
            read(path)


def test_the_one_table_of_a_folder_is_refused_by_its_columns(tmp_path: Path) -> None:
    write(tmp_path / "export" / "verlauf.csv", ["Titel,Datum", "Heat,31.01.26"])
    write(tmp_path / "export" / "readme.md", ["Hello, there"])
    with pytest.raises(InvalidInputError, match=r"In verlauf\.csv no column is known to be timestamp or item_id"):
        read(tmp_path / "export")
    [event] = read(tmp_path / "export", columns={"item_id": "Titel", "timestamp": "Datum"}).events
    assert event.item_id == "Heat"


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"no file or folder .*history\.csv"):
        read(tmp_path / "history.csv")


def test_a_format_can_be_named_and_a_wrong_one_is_answered_with_the_right_ones(films: Path) -> None:
    assert read(films, format="recbole").format == "recbole"
    with pytest.raises(InvalidInputError, match=r"no format 'recbowl'.*recbole, movielens"):
        read(films, format="recbowl")
    with pytest.raises(InvalidInputError, match=r"films is no history.*movielens"):
        read(films, format="movielens")


def test_a_file_without_line_ends_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(b"item,time\n" + b"x" * 5_000_000)
    assert read(path).dropped.total() > 0


def test_a_path_inside_an_allowed_folder_is_given_resolved(tmp_path: Path) -> None:
    file = write(tmp_path / "in" / "log.csv", ["item,time"])
    assert allowed_path(str(tmp_path / "in" / ".." / "in" / "log.csv"), [tmp_path / "in"]) == file.resolve()


@pytest.mark.parametrize("path", ["../secret.csv", "link.csv", "/etc/hostname", "/nowhere/secret.csv"])
def test_a_path_that_leads_out_is_refused_with_the_allowed_folders(tmp_path: Path, path: str) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    write(tmp_path / "secret.csv", ["item,time"])
    (inside / "link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(InvalidInputError, match="outside the folders") as error:
        allowed_path(str(inside / path), [inside])
    assert str(inside) in str(error.value) and "TEMPOREC_IMPORT_DIRS" in str(error.value)


def test_a_missing_file_inside_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"no file or folder .*history\.csv"):
        allowed_path(str(tmp_path / "history.csv"), [tmp_path])


@pytest.mark.parametrize("path", ["a\0b", "~nobody-at-all/x", "x" * 100_000])
def test_what_is_no_path_is_refused_in_a_short_message(tmp_path: Path, path: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        allowed_path(path, [tmp_path])
    assert len(str(error.value)) < 1000


def test_importers_start_without_the_heavy_libraries() -> None:
    script = "import sys, temporec_mcp.importers.history as h; print({'torch', 'duckdb', 'pyarrow'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
