"""Foreign files are read in a process of its own: what it hands on is the same, and only it comes to harm."""

import threading
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from temporec_mcp.app import App
from temporec_mcp.domain.events import Event, Item
from temporec_mcp.domain.requests import ImportRequest
from temporec_mcp.errors import InvalidInputError
from temporec_mcp.importers import apart
from temporec_mcp.importers.apart import open_apart
from temporec_mcp.importers.base import Parsed
from temporec_mcp.importers.frames import BrokenFrameError, ReadLimits, batch_line, line_of, parsed_of, read_frame
from temporec_mcp.importers.history import ImportOptions, open_history
from temporec_mcp.settings import Settings
from tests.security.test_hostile_text import any_text
from tests.security.world import NOW

OPTIONS = ImportOptions(now=NOW)
HEADER = "user_id,item_id,action,timestamp,value,text,title,categories"
MEBIBYTE = 1024**2


def never() -> bool:
    return False


def write_events(path: Path, count: int) -> Path:
    rows = [f"u{n % 7},i{n % 11},view,{1_760_000_000 + n * 60},{n % 5}.5,,Title {n % 11},a|b" for n in range(count)]
    path.write_text("\n".join([HEADER, *rows, "u1,i1,view,never,,,,"]) + "\n", encoding="utf-8")
    return path


def test_a_history_read_apart_is_the_same_as_one_read_here(tmp_path: Path) -> None:
    path = write_events(tmp_path / "events.csv", 20_500)
    here = open_history(path, OPTIONS)
    with open_apart(path, OPTIONS, never) as there:
        assert (there.format, there.questions) == (here.format, here.questions)
        assert list(there.batches()) == list(here.batches())
        assert there.notes == here.notes


def test_questions_and_faults_come_from_there_as_they_are_here(tmp_path: Path) -> None:
    unclear = tmp_path / "unclear.csv"
    unclear.write_text("item_id,timestamp\na,01/02/2025\n", encoding="utf-8")
    with open_apart(unclear, OPTIONS, never) as history:
        assert history.questions == open_history(unclear, OPTIONS).questions != ()
    with pytest.raises(InvalidInputError) as here:
        open_history(tmp_path / "missing.csv", OPTIONS)
    with pytest.raises(InvalidInputError) as there, open_apart(tmp_path / "missing.csv", OPTIONS, never):
        pass
    assert str(there.value) == str(here.value)


def optional(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | values


texts = st.text(min_size=1, max_size=20)
events = st.builds(
    Event,
    user_id=texts,
    item_id=optional(texts),
    action=texts,
    time=st.datetimes(min_value=NOW.replace(year=1900, tzinfo=None), max_value=NOW.replace(tzinfo=None)).map(
        lambda moment: moment.replace(tzinfo=NOW.tzinfo)
    ),
    value=optional(st.floats(-1e15, 1e15)),
    text=optional(texts),
    session_id=optional(texts),
    context=optional(texts),
    event_id=optional(texts),
    recommendation_id=optional(texts),
    is_date_only=st.booleans(),
)
labels = st.lists(texts, max_size=3).map(tuple)
items = st.builds(
    Item,
    item_id=texts,
    title=optional(texts),
    description=optional(texts),
    categories=labels,
    creators=labels,
    tags=labels,
    attributes=st.dictionaries(texts, texts | st.booleans() | st.floats(-1e15, 1e15), max_size=3),
    url=optional(texts),
    is_available=st.booleans(),
    is_catalogue=st.booleans(),
)


@given(events=st.lists(events, max_size=5), items=st.lists(items, max_size=3))
def test_every_batch_arrives_as_it_was_sent(events: list[Event], items: list[Item]) -> None:
    sent = Parsed(events, list(range(len(events))), items, len(events))
    assert parsed_of(read_frame(batch_line(sent))) == sent


ROW = ["u", "i", "view", 0, None, None, None, None, None, None, False]


@pytest.mark.parametrize(
    "change",
    [
        {"events": [["u" * 201, *ROW[1:]]], "rows": [0]},
        {"events": [[*ROW[:3], "0", *ROW[4:]]], "rows": [0]},
        {"events": [[*ROW[:3], 10**18, *ROW[4:]]], "rows": [0]},
        {"events": [ROW[:-1]], "rows": [0]},
        {"events": [ROW], "rows": []},
        {"rows": [-1]},
        {"row_count": -1},
        {"kind": "other"},
        {"more": 1},
        {"items": [["i"]]},
    ],
)
def test_what_no_reader_of_ours_says_is_refused(change: dict[str, object]) -> None:
    plain: dict[str, object] = {"kind": "batch", "events": [], "rows": [], "items": [], "row_count": 0, "dropped": {}}
    assert parsed_of(read_frame(line_of(plain))) == Parsed()
    with pytest.raises(BrokenFrameError):
        parsed_of(read_frame(line_of(plain | change)))


@given(st.binary(max_size=200))
def test_bytes_that_are_no_frame_are_refused(line: bytes) -> None:
    with pytest.raises(BrokenFrameError):
        read_frame(line)


def test_a_file_that_needs_too_much_memory_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "wide.jsonl"
    path.write_text('{"item_id": "a", "timestamp": 1760000000}\n' * 300_000, encoding="utf-8")
    limits = ReadLimits(memory_bytes=60 * MEBIBYTE)
    with (
        pytest.raises(InvalidInputError, match="of memory"),
        open_apart(path, OPTIONS, never, limits) as history,
    ):
        list(history.batches())


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    path = write_events(tmp_path / "long.csv", 300_000)
    limits = ReadLimits(processor_seconds=1, processor_seconds_per_mebibyte=0)
    with pytest.raises(InvalidInputError, match="far longer"), open_apart(path, OPTIONS, never, limits) as history:
        list(history.batches())


def test_an_import_that_is_cancelled_stops_at_once_and_keeps_nothing(tmp_path: Path) -> None:
    app = App(Settings(home=tmp_path / "home"), lambda: NOW)
    path = write_events(tmp_path / "events.csv", 30_000)
    cancelled = threading.Event()
    try:
        request = ImportRequest(path=str(path), is_dry_run=False, is_trusted=True)
        with pytest.raises(InvalidInputError, match="cancelled"):
            app.import_history(request, lambda done, phase: cancelled.set(), cancelled.is_set)
        assert app.status().event_count == 0
    finally:
        app.close()


def test_a_reader_that_dies_is_told_and_the_next_import_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_events(tmp_path / "events.csv", 10)
    with monkeypatch.context() as broken:
        broken.setattr(apart, "READER", "temporec_mcp.no_such_module")
        with pytest.raises(InvalidInputError, match="broke off"), open_apart(path, OPTIONS, never):
            pass
    with open_apart(path, OPTIONS, never) as history:
        assert sum(len(parsed.events) for parsed in history.batches()) == 10


def test_no_thread_outlives_a_reading(tmp_path: Path) -> None:
    path = write_events(tmp_path / "events.csv", 60_000)
    before = threading.active_count()
    with open_apart(path, replace(OPTIONS, now=NOW + timedelta(days=1)), never) as history:
        next(history.batches())
    assert threading.active_count() <= before


@settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(head=st.sampled_from([b"", b"PK\x03\x04", b"PAR1", b"{", b"item_id,timestamp\n", b"\xff\xfe"]), tail=st.binary())
def test_random_bytes_are_refused_or_read_but_never_break_the_reader(tmp_path: Path, head: bytes, tail: bytes) -> None:
    path = tmp_path / "random.csv"
    path.write_bytes(head + tail)
    try:
        with open_apart(path, OPTIONS, never) as history:
            list(history.batches())
    except InvalidInputError as refused:
        assert "broke off" not in str(refused)


@settings(deadline=None, max_examples=10, suppress_health_check=list(HealthCheck))
@given(cells=st.lists(any_text.map(lambda text: text.replace("\r", " ").replace("\n", " ")), min_size=3, max_size=3))
def test_any_text_in_a_file_is_read_without_breaking_the_reader(tmp_path: Path, cells: list[str]) -> None:
    path = tmp_path / "texts.csv"
    row = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    path.write_text(f"title,text,timestamp,categories\n{row},1760000000\n{cells[0]},x,2025-01-01,y\n", encoding="utf-8")
    try:
        with open_apart(path, OPTIONS, never) as history:
            list(history.batches())
    except InvalidInputError as refused:
        assert "broke off" not in str(refused)


def test_a_zip_that_unpacks_far_beyond_its_size_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("events.csv", b"item_id,timestamp\n" + b"0" * 100 * MEBIBYTE)
    with pytest.raises(InvalidInputError, match="bombs"), open_apart(path, OPTIONS, never):
        pass


def test_a_way_out_of_a_folder_or_zip_is_not_taken(tmp_path: Path) -> None:
    secret = write_events(tmp_path / "secret.csv", 3)
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "link.csv").symlink_to(secret)
    write_events(folder / "events.csv", 5)
    with open_apart(folder, OPTIONS, never) as history:
        assert sum(len(parsed.events) for parsed in history.batches()) == 5
    with zipfile.ZipFile(tmp_path / "slip.zip", "w") as archive:
        archive.write(secret, "../../outside.csv")
    with open_apart(tmp_path / "slip.zip", OPTIONS, never) as history:
        assert sum(len(parsed.events) for parsed in history.batches()) == 3
    assert not (tmp_path.parent / "outside.csv").exists()
