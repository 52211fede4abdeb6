"""Browser and shell histories: what is kept of them, and that nothing else is."""

import json
import os
import sqlite3
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from temporec_mcp.errors import InvalidInputError
from temporec_mcp.importers.source import open_source
from temporec_mcp.importers.sqlite import read_rows
from tests.importers.conftest import FIXTURES, History, read, write

WHEN = datetime(2026, 1, 5, 14, 23, 11, tzinfo=UTC)
UNIX = 1767622991
SECRETS = ("hunter2", "AKIAIOSFODNN7", "ghp_", "correct horse", "s3cr3t", "Bearer", "prod-db", "user:pass")


def kept(history: History) -> str:
    return repr((history.events, history.items, history.notes))


def test_pages_are_kept_as_their_sites_without_address_title_or_query() -> None:
    history = read(FIXTURES / "chrome_takeout_History.json")
    [event] = history.events
    assert (event.item_id, event.action, event.time.year) == ("example.com", "view", 2025)
    assert not any(private in kept(history) for private in ("SECRET", "token", "/page", "Example"))
    assert any("searches were left out" in note for note in history.notes)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("file:///home/ann/tax.pdf", "no_web_page"),
        ("chrome://settings", "no_web_page"),
        ("http://192.168.1.1/admin", "local_address"),
        ("http://localhost:8000", "local_address"),
        ("http://printer.local/", "local_address"),
        ("https://user:pass@[::1]/", "local_address"),
        ("https://[broken", "no_web_page"),
        (None, "no_web_page"),
    ],
)
def test_pages_of_the_own_machine_and_network_are_no_sites(tmp_path: Path, address: str | None, reason: str) -> None:
    path = tmp_path / "History.json"
    visit = {"url": address, "time_usec": UNIX * 10**6}
    reload = {"url": "https://a.example", "time_usec": UNIX * 10**6, "page_transition": "RELOAD"}
    path.write_text(json.dumps({"Typed Url": [], "Browser History": [visit, reload]}))
    assert read(path).dropped == {reason: 1, "not_visited": 1}


def chrome(path: Path) -> Path:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE urls (id INTEGER PRIMARY KEY, url TEXT, title TEXT)")
        connection.execute("CREATE TABLE visits (id INTEGER PRIMARY KEY, url INT, visit_time INT, transition INT)")
        connection.execute("INSERT INTO urls VALUES (1, 'https://www.shop.example/a?token=s3cr3t', 'My mail')")
        since_1601 = (UNIX + 11_644_473_600) * 10**6
        connection.executemany(
            "INSERT INTO visits VALUES (?, 1, ?, ?)", [(1, since_1601, 0x30000001), (2, since_1601, 8)]
        )
    connection.close()
    return path


def firefox(path: Path) -> Path:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url TEXT, title TEXT)")
        connection.execute("CREATE TABLE moz_historyvisits (id INTEGER, place_id INT, visit_date INT, visit_type INT)")
        connection.execute("INSERT INTO moz_places VALUES (1, 'https://shop.example/a?token=s3cr3t', 'My mail')")
        connection.executemany("INSERT INTO moz_historyvisits VALUES (?, 1, ?, ?)", [(1, UNIX * 10**6, 1), (2, 1, 7)])
    connection.close()
    return path


@pytest.mark.parametrize("make", [chrome, firefox])
def test_a_browsers_own_database_is_read_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: object
) -> None:
    path = make(tmp_path / "places.sqlite")  # type: ignore[operator]
    before, scratch = path.read_bytes(), tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    history = read(path)
    assert [(event.item_id, event.time) for event in history.events] == [("shop.example", WHEN)]
    assert history.dropped == {"not_visited": 1} and history.format == make.__name__  # type: ignore[attr-defined]
    assert "s3cr3t" not in kept(history) and "My mail" not in kept(history)
    assert path.read_bytes() == before and not list(scratch.iterdir()), "no copy is left behind"


def test_a_database_made_of_views_is_not_run(tmp_path: Path) -> None:
    path = tmp_path / "trap.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE VIEW urls AS SELECT 1 AS id, 'https://a.example' AS url")
        connection.execute("CREATE VIEW visits AS SELECT 1 AS url, 1 AS visit_time, 1 AS transition")
    connection.close()
    with pytest.raises(InvalidInputError, match=r"trap\.sqlite is no history"):
        read(path)


def test_a_damaged_database_is_refused_with_the_next_step(tmp_path: Path) -> None:
    path = chrome(tmp_path / "History")
    path.write_bytes(path.read_bytes()[:5000] + b"\xff" * 20_000)
    with pytest.raises(InvalidInputError, match=r"History cannot be read.*import the copy"):
        read(path)


@pytest.mark.parametrize(
    ("name", "commands"),
    [("zsh_history", ["git status", "docker compose up"]), ("fish_history", ["git status"])],
)
def test_commands_are_kept_as_program_and_inner_command(name: str, commands: list[str]) -> None:
    history = read(FIXTURES / name)
    assert [event.item_id for event in history.events] == [f"shell:{command}" for command in commands]
    assert [item.title for item in history.items] == commands
    assert history.events[0].time == WHEN and history.events[0].action == "run"


LEAKS = [
    "mysql -u root -phunter2 -h prod-db",
    "AWS_SECRET_ACCESS_KEY='AKIAIOSFODNN7 x' aws s3 ls",
    "export TOKEN=ghp_abcdefghijklmnop",
    "curl -H 'Authorization: Bearer s3cr3t' https://user:pass@example.com",
    "sudo git clone https://user:pass@example.com/x",
    "echo hunter2 | sudo -S ls",
    "TOKEN=hunter2",
    "hunter2",
    "hunter2",
    "hunter2; ls",
    "hunter2&&ls",
    "correct horse battery",
    "docker login -u me -p hunter2",
    "git hunter2",
    "$(cat s3cr3t)",
    "./deploy-s3cr3t.sh",
    "sshpass -p hunter2 ssh prod-db",
]


@pytest.mark.parametrize("shell", ["zsh", "bash", "fish"])
def test_no_secret_of_a_command_is_kept(tmp_path: Path, shell: str) -> None:
    forms = {"zsh": ": {}:0;{}", "bash": "#{}\n{}", "fish": "- cmd: {1}\n  when: {0}"}
    path = write(tmp_path / f"{shell}_log", [forms[shell].format(UNIX + n, leak) for n, leak in enumerate(LEAKS)])
    history = read(path)
    assert history.format == "shell" and history.row_count == len(LEAKS)
    assert not any(secret in kept(history) for secret in SECRETS)
    named = {event.item_id for event in history.events}
    assert {"shell:mysql", "shell:git clone", "shell:docker login", "shell:curl", "shell:export"} <= named


def test_a_program_that_is_not_well_known_is_kept_once_it_had_different_arguments(tmp_path: Path) -> None:
    commands = ["mytool build", "mytool test", "mytool", "once here", "once here", "word", "word", "word x"]
    path = write(tmp_path / "log", [f": {UNIX + n}:0;{command}" for n, command in enumerate(commands)])
    history = read(path)
    assert [event.item_id for event in history.events] == ["shell:mytool"] * 3
    assert history.dropped == {"unknown_program": 5}


def test_variables_wrappers_and_folders_before_a_program_are_not_it(tmp_path: Path) -> None:
    path = write(tmp_path / "log", [f""": {UNIX}:0;A='b c' D=e sudo /usr/bin/git status"""])
    assert [event.item_id for event in read(path).events] == ["shell:git status"]


@pytest.mark.skipif(os.name != "posix", reason="needs files that can go while they are open")
def test_a_reader_that_is_killed_leaves_no_copy_of_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = open_source(chrome(tmp_path / "History"))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    rows = read_rows(source.members[0], "SELECT * FROM visits")
    assert next(rows) is not None
    assert not [path for path in scratch.rglob("*") if path.is_file()]


def test_commands_over_several_lines_are_one_row_and_commands_without_time_are_named(tmp_path: Path) -> None:
    zsh = write(tmp_path / "a", [f": {UNIX}:0;ls \\", "-la \\", "x", "cat y", f": {UNIX}:0;git pull"])
    history = read(zsh)
    assert history.row_count == 3 and history.dropped == {"no_time": 1}
    bash = write(tmp_path / ".bash_history", ["ls", "git pull", f"#{UNIX}", "for f in *", "do rm $f", "done"])
    history = read(bash)
    assert history.row_count == 3 and history.dropped == {"no_time": 2}
    assert any("HISTTIMEFORMAT" in note for note in history.notes)
