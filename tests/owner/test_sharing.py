"""Many clients, one owner."""

import json
import stat
import subprocess
from contextlib import ExitStack
from pathlib import Path

from temporec_mcp.relay.calling import stop_owner
from temporec_mcp.relay.wire import client_hello
from tests.owner.clients import COMMAND, client, command_line, has_left, owner_pid, said_by_owner


def test_ten_relays_that_start_together_start_one_owner(home: Path) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(client(home)) for _ in range(10)]
        numbers = [
            one.send("initialize", **{"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {}})
            for one in clients
        ]
        for one, number in zip(clients, numbers, strict=True):
            one.answer(number)
        found = subprocess.run(["pgrep", "-f", f"temporec_mcp.owner --home {home}"], capture_output=True, check=True)
        assert [int(pid) for pid in found.stdout.split()] == [owner_pid(home)]


def test_clients_see_each_others_events_and_status_names_them(home: Path) -> None:
    with client(home) as one, client(home) as two:
        assert one.greet().view("ann", "x1")["accepted"] == 1
        assert two.greet().view("ann", "x2")["accepted"] == 1
        assert one.call("summarize_user_timeline", user_id="ann")["events"] == 2
        present = one.status()["clients"]
        assert {(entry["name"], entry["pid"]) for entry in present} == {  # pyright: ignore
            ("test client", one.process.pid),
            ("test client", two.process.pid),
        }


def test_the_command_line_works_while_a_client_is_connected(home: Path) -> None:
    history = home.parent / "history.csv"
    history.write_text("user_id,item_id,action,timestamp\nann,1,view,1760000000\nann,2,view,1760003600\n")
    with client(home) as chat:
        chat.greet().view("ann", "x1")
        assert command_line(home, "import", str(history))["kept"] == 2
        assert chat.call("summarize_user_timeline", user_id="ann")["events"] == 3
        assert command_line(home, "forget", "ann", "--yes")["removed"]["events"] == 3  # pyright: ignore
        assert "error" in chat.call("summarize_user_timeline", user_id="ann")


def test_each_client_imports_from_its_own_working_folder_and_completes_its_own_users(
    home: Path, tmp_path_factory
) -> None:
    rows = "user_id,item_id,action,timestamp\nann,1,view,1760000000\n"
    (home.parent / "here.csv").write_text(rows)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "there.csv").write_text(rows)
    with client(home) as one, client(home, TEMPOREC_IMPORT_DIRS=str(elsewhere)) as two:
        assert one.greet().call("import_history", path="here.csv")["rows"] == 1
        assert "TEMPOREC_IMPORT_DIRS" in str(one.call("import_history", path=str(elsewhere / "there.csv"))["error"])
        assert two.greet().call("import_history", path=str(elsewhere / "there.csv"))["rows"] == 1
        one.view("ann", "x1")
        asked = {"ref": {"type": "ref/resource", "uri": "temporec://users/{user_id}/timeline"}}
        found = [
            each.ask("completion/complete", **asked, argument={"name": "user_id", "value": "a"})["result"]
            for each in (one, two)
        ]
        assert [entry["completion"]["values"] for entry in found] == [["ann"], []]  # pyright: ignore


def test_a_client_that_asks_for_other_settings_is_told_which_hold(home: Path) -> None:
    with client(home, "--threads", "2") as first, client(home, "--threads", "3") as second:
        first.greet().view("ann", "x1")
        second.greet()
        assert "threads is 2, not 3" in str(second.status()["summary"])
        assert "other settings" not in str(first.status()["summary"])
        assert second.process.stderr and b"threads is 2, not 3" in second.process.stderr.readline()
    assert stop_owner(str(home))
    assert json.loads((home / "settings.json").read_text())["threads"] == 2
    with client(home) as later:
        later.greet()
        with said_by_owner(home, client_hello("cli", {})) as said:
            assert said["settings"]["threads"] == 2  # pyright: ignore


def test_a_home_with_a_path_of_200_characters_is_shared(home: Path) -> None:
    far = home / ("n" * 100) / ("m" * 100)
    far.parent.mkdir(parents=True)
    with client(far) as one, client(far) as two:
        one.greet().view("ann", "x1")
        assert two.greet().call("summarize_user_timeline", user_id="ann")["events"] == 1
    assert stop_owner(str(far))


def test_an_owner_leaves_after_its_idle_time_and_keeps_nothing_that_others_can_read(home: Path) -> None:
    with client(home) as chat:
        chat.greet().view("ann", "x1")
        files = [path for path in home.rglob("*") if not path.is_symlink()]
        open_to_others = [path for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077]
        assert files and not open_to_others
    assert has_left(home)
    assert not (home / "owner.sock").exists()


def test_stdout_carries_answers_only_and_the_last_one_comes_before_the_end(home: Path) -> None:
    hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "0"}}
    messages = [
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}),
        "this is no JSON",
        json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        json.dumps({"jsonrpc": "2.0", "id": 2, "method": "tools/list"}),
    ]
    done = subprocess.run(
        [*COMMAND, "--home", str(home)],
        input="\n".join(messages),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(answer["jsonrpc"] == "2.0" for answer in answers)
    assert [answer["id"] for answer in answers if "result" in answer] == [1, 2]


def test_a_newer_relay_makes_an_old_owner_leave(home: Path) -> None:
    with client(home) as chat:
        chat.greet()
        old = owner_pid(home)
        with said_by_owner(home, client_hello("mcp", {}) | {"version": "99.0"}) as said:
            assert said["is_leaving"] is True
        assert has_left(home)
        assert chat.view("ann", "x1")["accepted"] == 1
        assert owner_pid(home) != old
