"""Who is let in over HTTP, asked as a process of its own."""

import json
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from temporec_mcp.cli import main
from temporec_mcp.errors import InvalidInputError
from temporec_mcp.server.access import TOKEN_FILE, is_loopback, read_token

LONGEST_START_SECONDS = 60
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "0"}},
}
COMMON = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


@dataclass(frozen=True)
class Answer:
    status: int
    challenge: str
    text: str


@dataclass(frozen=True)
class Served:
    home: Path
    port: int

    def status(self, **headers: str) -> int:
        """Give the status code of a greeting that brings these headers."""
        return self.greet(headers).status

    def greet(self, headers: Mapping[str, str]) -> Answer:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_START_SECONDS)) as connection:
            connection.request("POST", "/mcp", json.dumps(HELLO), COMMON | headers)
            response = connection.getresponse()
            return Answer(response.status, response.headers["WWW-Authenticate"] or "", response.read().decode())


@contextmanager
def served(home: Path, *arguments: str) -> Iterator[Served]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "temporec_mcp", "--home", str(home), "serve", "--http", "--port", str(port)]
    with subprocess.Popen([*command, *arguments], stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port)
            yield Served(home, port)
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    pause = threading.Event()
    for _ in range(LONGEST_START_SECONDS * 20):
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        pause.wait(0.05)
    raise TimeoutError(port)


@pytest.fixture(scope="module")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("loopback") / "home") as server:
        yield server


@pytest.fixture(scope="module")
def in_the_open(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("open") / "home"
    with served(home, "--host", "0.0.0.0", "--token", "--allow-host", "box.example") as server:
        yield server


def test_a_local_program_is_let_in_without_a_token(at_home: Served) -> None:
    assert at_home.status() == 200
    assert at_home.status(Host=f"localhost:{at_home.port}", Origin="http://localhost:6274") == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8931"])
def test_a_name_that_is_not_this_machine_is_refused(at_home: Served, host: str) -> None:
    assert at_home.status(Host=host) == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example", "file://"])
def test_a_foreign_web_page_is_forbidden(at_home: Served, origin: str) -> None:
    assert at_home.status(Origin=origin) == 403


def test_off_loopback_each_request_needs_the_token(in_the_open: Served) -> None:
    refused = in_the_open.greet({})
    assert refused.status == 401
    assert refused.challenge.startswith("Bearer ")
    assert TOKEN_FILE in refused.text
    token = (in_the_open.home / TOKEN_FILE).read_text().strip()
    for given in ("", "Bearer", "Bearer ", f"Bearer {token[:-1]}", f"Basic {token}", token, "Bearer \u00e9"):
        assert in_the_open.status(Authorization=given) == 401, given
    assert in_the_open.status(Authorization=f"Bearer {token}") == 200
    assert in_the_open.status(Authorization=f"bearer {token}", Host="box.example") == 200


def test_the_token_opens_neither_for_foreign_pages_nor_for_foreign_names(in_the_open: Served) -> None:
    bearer = f"Bearer {(in_the_open.home / TOKEN_FILE).read_text().strip()}"
    assert in_the_open.status(Authorization=bearer, Origin="https://evil.example") == 403
    assert in_the_open.status(Authorization=bearer, Host="evil.example") == 421


def test_the_token_is_in_a_file_of_the_home_that_others_cannot_read(in_the_open: Served) -> None:
    assert stat.S_IMODE((in_the_open.home / TOKEN_FILE).stat().st_mode) == 0o600


def test_a_token_stays_until_its_file_is_removed_and_one_that_others_can_read_is_refused(tmp_path: Path) -> None:
    token = read_token(tmp_path)
    assert read_token(tmp_path) == token
    (tmp_path / TOKEN_FILE).chmod(0o644)
    with pytest.raises(InvalidInputError, match="Other accounts"):
        read_token(tmp_path)
    (tmp_path / TOKEN_FILE).unlink()
    assert read_token(tmp_path) != token


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "box.example"])
def test_an_address_that_others_reach_is_refused_without_a_token(
    tmp_path: Path, host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--home", str(tmp_path / "home"), "serve", "--http", "--host", host]) == 1
    assert "--token" in capsys.readouterr().err
    assert not (tmp_path / "home").exists()


def test_only_addresses_of_this_machine_alone_are_loopback() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "10.0.0.1", "localhost.example", "box.example", "")))
