"""The command as a person or a script types it."""

import json
import os
import tomllib
from pathlib import Path

import pytest

from temporec_mcp.cli import main
from temporec_mcp.relay.place import Place

HEADER = "user_id,item_id,action,timestamp"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("HOME", "DEVICE", "THREADS", "ENCODER", "IMPORT_DIRS"):
        monkeypatch.delenv(f"TEMPOREC_{name}", raising=False)
    home = tmp_path / "home"
    monkeypatch.setenv("TEMPOREC_HOME", str(home))
    return home


@pytest.fixture
def history(tmp_path: Path) -> str:
    path = tmp_path / "history.csv"
    rows = [HEADER, *(f"ann,{n},view,{1_760_000_000 + n * 3600}" for n in range(5)), "ann,6,view,never"]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return str(path)


def alone(*arguments: str) -> int:
    """Run a command in this process."""
    return main(["--standalone", *arguments])


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert alone(*arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_an_import_imports_unless_it_is_a_dry_run(home: Path, history: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "import", history, "--dry-run")["kept"] == 5
    done = printed(capsys, "import", history)
    assert (done["rows"], done["kept"], done["duplicates"]) == (6, 5, 0)
    assert printed(capsys, "import", history)["duplicates"] == 5
    assert home.exists()


def test_a_timeline_is_printed_for_people_without_json_and_for_programs_with_it(
    home: Path, history: str, capsys: pytest.CaptureFixture[str]
) -> None:
    printed(capsys, "import", history)
    fields = printed(capsys, "timeline", "ann")
    assert fields["events"] == 5
    assert alone("timeline", "ann") == 0
    assert capsys.readouterr().out.startswith(str(fields["summary"]))


def test_forgetting_asks_first_and_erases_with_yes(
    home: Path, history: str, capsys: pytest.CaptureFixture[str]
) -> None:
    printed(capsys, "import", history)
    assert alone("forget", "ann") == 1
    asked = capsys.readouterr()
    assert asked.out == "" and "--yes" in asked.err
    assert printed(capsys, "forget", "ann", "--yes")["removed"]["events"] == 5  # pyright: ignore
    assert alone("timeline", "ann") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["timeline", "nobody-at-all"], 1, "nobody-at-all"),
        (["import", "/nowhere/history.csv"], 1, "history.csv"),
        (["recommend", "ann", "-k", "0"], 2, "1 to 50"),
        (["recommend", "--all-users"], 2, "--output"),
        (["recommend", "ann", "--output", "lists.parquet"], 2, "--all-users"),
        (["import", "history.csv", "--columns", "item_id"], 2, "field=column"),
    ],
)
def test_what_cannot_be_done_is_said_on_stderr_with_its_exit_code(
    home: Path, arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert alone(*arguments) == code
    output = capsys.readouterr()
    assert words in output.err
    assert output.out == ""


@pytest.mark.parametrize("arguments", [["guess"], ["recommend"], ["--device", "tpu", "status"], ["timeline"]])
def test_a_line_that_cannot_be_read_ends_with_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_status_tells_an_empty_home_what_to_do(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "import_history" in str(printed(capsys, "status")["summary"])


def test_a_stop_without_an_owner_is_one_document_too(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stop", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"summary": f"No process owns {home}."}


def test_a_cut_list_of_users_says_that_it_is_cut_and_lists_are_said_to_be_parquet(
    home: Path, history: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    printed(capsys, "import", history)
    assert "1 most active user; a larger --limit lists more" in str(printed(capsys, "users", "--limit", "1")["summary"])
    assert printed(capsys, "users")["summary"] == "1 user with events, the most active first."
    lists = printed(capsys, "recommend", "--all-users", "--output", str(tmp_path / "lists.csv"))
    assert str(lists["summary"]).endswith("lists.csv as Parquet.")


def test_the_home_can_be_named_before_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "--home", str(tmp_path / "other"), "status")["home"] == str(tmp_path / "other")


@pytest.mark.parametrize("client", ["claude-desktop", "cursor", "gemini", "vscode"])
def test_a_client_that_reads_json_gets_json_with_the_full_command(
    home: Path, client: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--home", str(home), "config", client]) == 0
    document = json.loads(capsys.readouterr().out)
    server = document["servers" if client == "vscode" else "mcpServers"]["temporec"]
    assert Path(server["command"]).is_absolute()
    assert server["args"] == ["--home", str(home)]


def test_codex_gets_toml_and_claude_code_a_command(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(home), "config", "codex"]) == 0
    server = tomllib.loads(capsys.readouterr().out)["mcp_servers"]["temporec"]
    assert server["args"] == ["--home", str(home)]
    assert main(["config", "claude-code"]) == 0
    assert capsys.readouterr().out.startswith("claude mcp add temporec -- ")


def test_doctor_finds_a_home_that_others_can_read(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.mkdir()
    home.chmod(0o755)
    assert main(["doctor"]) == 1
    assert "chmod 700" in capsys.readouterr().out
    home.chmod(0o700)
    assert main(["doctor"]) == 0


def test_doctor_finds_a_damaged_store(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.mkdir(mode=0o700)
    (home / "temporec.duckdb").write_bytes(b"no database at all" * 1000)
    assert main(["doctor", "--json"]) == 1
    checks = {entry["check"]: entry for entry in json.loads(capsys.readouterr().out)["checks"]}
    assert not checks["store"]["is_well"] and checks["store"]["mend"]


def test_doctor_finds_what_others_can_read_and_what_dead_and_hanging_owners_leave(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Place(str(home))
    place.make_home()
    place.listen().close()
    (home / "open.json").touch()
    (home / "open.json").chmod(0o644)
    assert place.start.acquire(0)
    assert main(["doctor", "--json"]) == 1
    checks = {entry["check"]: entry for entry in json.loads(capsys.readouterr().out)["checks"]}
    assert "stale" in checks["owner"]["detail"]
    assert "open.json" in checks["permissions"]["detail"] and "chmod" in checks["permissions"]["mend"]
    assert str(os.getpid()) in checks["start lock"]["mend"]
    place.start.release()
    assert place.lock.acquire(0)
    assert main(["doctor"]) == 1
    assert f"end process {os.getpid()}" in capsys.readouterr().out
    place.lock.release()


def test_a_promise_is_made_on_the_command_line_and_told_without_an_argument(
    home: Path, history: str, capsys: pytest.CaptureFixture[str]
) -> None:
    printed(capsys, "import", history)
    promised = {"epsilon": 3.0, "delta": 1e-06, "unit": "a user with the whole history", "trainings": 0}
    for arguments in (["--epsilon", "3"], []):
        fields = printed(capsys, "protect", *arguments)
        assert fields["privacy"] == promised | {"total_epsilon": 0.0}
        assert "epsilon 3 and delta 1e-06" in str(fields["summary"])
    assert alone("protect", "--epsilon", "50") == 2
    assert "epsilon" in capsys.readouterr().err
