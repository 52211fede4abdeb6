"""Long JSON arrays: streamed, cut off, or damaged inside."""

import json
import os
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path
from threading import Thread
from typing import IO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from temporec_mcp.importers.json_arrays import CHUNK_CHARACTERS, MAX_RECORD_CHARACTERS, array_records
from temporec_mcp.importers.source import Member, open_source
from tests.importers.conftest import FIXTURES, read

PLAY = json.loads((FIXTURES / "spotify_account_StreamingHistory_music_0.json").read_text())[0]


def member(path: Path, text: str, encoding: str = "utf-8") -> Member:
    path.write_bytes(text.encode(encoding))
    return open_source(path).members[0]


values = st.recursive(
    st.none() | st.integers() | st.text(max_size=5) | st.sampled_from(["}, {", "]", '"', "\\"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.dictionaries(st.text(max_size=3), values, max_size=4), max_size=5),
    st.sampled_from([None, 1]),
    st.integers(0, CHUNK_CHARACTERS),
)
def test_an_array_gives_its_objects_wherever_chunks_end(
    tmp_path: Path, records: list[dict[str, object]], indent: int | None, padding: int
) -> None:
    text, blank = json.dumps(records, indent=indent), " " * padding
    assert list(array_records(member(tmp_path / "a.json", blank + text))) == records
    held = f'{{"note": "\\"rows\\": [{blank}", "rows": {text}, "rest": [{{"x": 1}}]}}'
    assert list(array_records(member(tmp_path / "b.json", held), "rows")) == records


def test_a_half_written_file_loses_its_last_record_only_and_is_told(tmp_path: Path) -> None:
    text = json.dumps([PLAY | {"trackName": f"song {n}"} for n in range(2_000)], indent=1)
    path = tmp_path / "StreamingHistory_music_1.json"
    path.write_text(text[:-20])
    history = read(path)
    assert (history.row_count, len(history.events), history.dropped) == (2_000, 1_999, {"bad_row": 1})
    assert any("half-written" in note and path.name in note for note in history.notes)
    path.write_text(text)
    assert not any("half-written" in note for note in read(path).notes)


def test_a_damaged_record_does_not_hide_those_after_it(tmp_path: Path) -> None:
    plays = [json.dumps(PLAY | {"trackName": f"song {n}"}) for n in range(10)]
    plays[3] = plays[3].replace('":', '"', 1)
    path = tmp_path / "StreamingHistory_music_1.json"
    path.write_text(f"[{', '.join(plays)}]")
    history = read(path)
    assert [event.item_id for event in history.events] == [f"Asake - song {n}" for n in range(10) if n != 3]
    assert history.dropped == {"bad_row": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_marks_at_the_start_of_a_file_are_no_content(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "StreamingHistory_music_0.json"
    path.write_bytes(json.dumps([PLAY], ensure_ascii=False).encode(encoding))
    assert read(path).events[0].item_id == "Asake - Lonely At The Top"


def test_a_record_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    source = member(tmp_path / "a.json", '[{"a": "' + "x" * 20 * MAX_RECORD_CHARACTERS)
    tracemalloc.start()
    try:
        assert list(array_records(source)) == [None]
        assert tracemalloc.get_traced_memory()[1] < 12 * MAX_RECORD_CHARACTERS
    finally:
        tracemalloc.stop()


def test_deeply_nested_records_do_no_harm(tmp_path: Path) -> None:
    deep = "[" * 100_000
    assert None in list(array_records(member(tmp_path / "a.json", f'[{{"a": {deep}, {{"b": 1}}]')))


WIDE = PLAY | {"note": "x" * 2_000}


@contextmanager
def generated(count: int) -> Iterator[IO[bytes]]:
    """An array that never lies anywhere as a whole: a pipe that a thread fills."""
    reader, writer = os.pipe()

    def fill() -> None:
        with os.fdopen(writer, "wb") as target:
            target.write(b"[")
            target.writelines(repeat(json.dumps(WIDE).encode() + b",", count))
            target.write(b"]")

    thread = Thread(target=fill)
    thread.start()
    with os.fdopen(reader, "rb") as stream:
        yield stream
    thread.join()


def test_a_long_array_is_streamed_in_little_memory() -> None:
    count = 40_000
    source = Member("long.json", lambda: generated(count))
    tracemalloc.start()
    try:
        assert sum(record == WIDE for record in array_records(source)) == count
        assert tracemalloc.get_traced_memory()[1] < 6 * MAX_RECORD_CHARACTERS
    finally:
        tracemalloc.stop()
