import os
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from temporec_mcp.errors import StoreBusyError
from temporec_mcp.relay.locks import FileLock
from temporec_mcp.relay.place import Place

WAIT = 20


@pytest.fixture(params=[True, False], ids=["unix socket", "loopback port"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    place = Place(str(tmp_path / "home"), has_unix_sockets=request.param)
    place.make_home()
    return place


@pytest.fixture
def listener(place: Place) -> Iterator[socket.socket]:
    with place.listen() as listener:
        yield listener


def test_a_client_reaches_who_listens(place: Place, listener: socket.socket) -> None:
    connection = place.connect()
    assert connection is not None
    with connection, listener.accept()[0] as accepted:
        connection.sendall(b"hello")
        assert accepted.recv(5) == b"hello"


def test_only_this_account_can_reach_it(place: Place, listener: socket.socket) -> None:
    assert stat.S_IMODE(Path(place.home).stat().st_mode) == 0o700
    for path in Path(place.home).iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_nobody_is_reached_where_nobody_listens_or_the_listener_died(place: Place) -> None:
    assert place.connect() is None
    place.listen().close()
    assert place.connect() is None


def test_who_listens_next_takes_the_place_of_a_dead_one(place: Place) -> None:
    place.listen().close()
    with place.listen():
        connection = place.connect()
        assert connection is not None
        connection.close()
    place.leave()
    assert place.connect() is None


def test_a_port_is_known_with_a_token_that_changes(tmp_path: Path) -> None:
    place, client = (Place(str(tmp_path), has_unix_sockets=False) for _ in range(2))
    tokens: set[str] = set()
    for _ in range(2):
        with place.listen():
            connection = client.connect()
            assert connection is not None
            connection.close()
        assert client.token == place.token and len(client.token) == 64
        tokens.add(client.token)
    assert len(tokens) == 2


@pytest.fixture
def short_path() -> Iterator[Path]:
    """Give a folder with a short name; those of tests are long."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def test_a_home_with_a_long_path_is_reached_through_a_short_link(
    tmp_path: Path, short_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(short_path))
    home = tmp_path / ("n" * 100) / ("m" * 100)
    place = Place(str(home), has_unix_sockets=True)
    place.make_home()
    with place.listen():
        connection = Place(str(home), has_unix_sockets=True).connect()
        assert connection is not None
        connection.close()
    assert (home / "owner.sock").exists()


def test_a_short_link_in_a_folder_of_others_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = tmp_path / f"temporec-{os.getuid()}"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(StoreBusyError, match="shorter path"):
        Place(str(tmp_path / ("n" * 120)), has_unix_sockets=True).connect()


def test_a_lock_is_held_by_one_and_freed_by_the_death_of_its_holder(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    holds = "import sys\nfrom temporec_mcp.relay.locks import FileLock\nlock = FileLock(sys.argv[1])\n"
    waits = "print(lock.acquire(0), flush=True)\nsys.stdin.read()"
    command = [sys.executable, "-c", holds + waits, path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout and holder.stdout.readline() == "True\n"
        assert not FileLock(path).acquire(0)
        holder.kill()
        holder.wait(WAIT)
    lock = FileLock(path)
    assert lock.acquire(WAIT)
    lock.release()
    assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600
