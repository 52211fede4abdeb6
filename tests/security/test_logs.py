"""The log of a home tells what happened and where, and nothing of anybody's data."""

import json
import logging
import os
import stat
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from temporec_mcp.logs import KEPT_FILES, LARGEST_BYTES, LOG_FILE, LOG_FOLDER, fault, note, start_log

SECRET = "zqsecretzq"
LONGEST_TEST_SECONDS = 60


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    home = tmp_path / "home"
    home.mkdir()
    root, ours = logging.getLogger(), logging.getLogger("temporec_mcp")
    handlers, levels = root.handlers[:], (root.level, ours.level)
    root.handlers.clear()
    start_log(home)
    yield home
    logging.captureWarnings(False)
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


def logged(home: Path) -> str:
    return (home / LOG_FOLDER / LOG_FILE).read_text(encoding="utf-8")


def test_our_own_sentences_are_logged_with_their_figures(home: Path) -> None:
    note("The store was opened.", seconds=0.25, events=3)
    assert "INFO" in logged(home)
    assert "The store was opened. seconds=0.25 events=3" in logged(home)


def test_what_libraries_say_is_logged_by_its_place_alone(home: Path) -> None:
    library = logging.getLogger("some.library")
    library.warning("cannot read the title %s", SECRET)
    library.error(f"the header {SECRET} is refused")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(SECRET, stacklevel=1)
    assert SECRET not in logged(home)
    assert logged(home).count("some.library test_logs:") == 2
    assert "py.warnings" in logged(home)


def test_a_fault_is_logged_by_its_kind_and_the_places_in_the_code(home: Path) -> None:
    def break_on(title: str) -> None:
        raise ValueError(f"no such title: {title}")

    try:
        break_on(SECRET)
    except ValueError as error:
        fault("A call broke off.", error)
        logging.getLogger("some.library").exception("with %s", SECRET)
    assert SECRET not in logged(home)
    assert logged(home).count("ValueError") == 2
    assert "test_logs.py" in logged(home) and ":break_on" in logged(home)


def test_what_broke_inside_a_group_of_tasks_is_named_itself(home: Path) -> None:
    try:
        try:
            int(SECRET)
        except ValueError as error:
            raise ExceptionGroup(SECRET, [ExceptionGroup(SECRET, [error])]) from None
    except ExceptionGroup as group:
        fault("A call broke off.", group)
    assert SECRET not in logged(home)
    assert "ValueError test_logs.py" in logged(home)


def test_the_log_rotates_and_only_its_owner_can_read_it(home: Path) -> None:
    mask = os.umask(0)
    try:
        for _ in range(5 * LARGEST_BYTES // 1_000):
            note("a" * 990)  # pyright: ignore[reportArgumentType]
    finally:
        os.umask(mask)
    files = list((home / LOG_FOLDER).iterdir())
    assert len(files) == KEPT_FILES + 1
    assert all(file.stat().st_size <= LARGEST_BYTES for file in files)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((home / LOG_FOLDER).stat().st_mode) == 0o700


def test_a_home_that_is_not_there_is_not_made_for_a_log(home: Path) -> None:
    home.rmdir()
    note("Nobody was here.")
    assert not home.exists()


def test_a_server_that_is_fed_with_secrets_writes_them_to_no_log_and_not_to_stderr(tmp_path: Path) -> None:
    home = tmp_path / "home"
    greeting = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": SECRET, "version": "0"}}
    event = {"user_id": SECRET, "item_id": SECRET, "action": SECRET, "text": SECRET}
    calls = [
        {"name": "log_behavior", "arguments": {"events": [event, {"user_id": [SECRET]}]}},
        {"name": "recommend", "arguments": {"user_id": SECRET, "k": SECRET}},
        {"name": "explain_recommendation", "arguments": {"user_id": SECRET, "item_id": SECRET}},
        {"name": "import_history", "arguments": {"path": SECRET}},
        {"name": SECRET, "arguments": {SECRET: SECRET}},
        SECRET,
    ]
    requests: list[dict[str, object]] = [
        {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": greeting},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        *({"jsonrpc": "2.0", "id": n, "method": "tools/call", "params": call} for n, call in enumerate(calls, 1)),
        {"jsonrpc": "2.0", "id": 99, "method": SECRET, "params": {SECRET: SECRET}},
        {"jsonrpc": "2.0", "method": f"notifications/{SECRET}", "params": [SECRET]},
        {"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progressToken": [SECRET]}},
    ]
    sent = "".join(json.dumps(request) + "\n" for request in requests) + f'{{"{SECRET}\n{SECRET}\n'
    command = [sys.executable, "-m", "temporec_mcp", "--home", str(home), "--standalone"]
    done = subprocess.run(command, input=sent, capture_output=True, text=True, timeout=LONGEST_TEST_SECONDS, check=True)
    assert done.stdout.count('"id":') >= len(calls)
    assert SECRET not in done.stderr
    logs = [file.read_text(encoding="utf-8") for file in home.rglob("*.log*") if file.is_file()]
    assert not any(SECRET in log for log in logs)
