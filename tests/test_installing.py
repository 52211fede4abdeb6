"""What people paste, publish and double-click starts the server."""

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PureWindowsPath
from typing import cast

import pytest

from bundle.build import ROOT, build
from temporec_mcp.cli.clients import WHERE, client_text, command_beside
from temporec_mcp.relay.calling import stop_owner

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LONGEST_SECONDS = 120
MANIFEST_FIELDS = {
    *("manifest_version", "name", "display_name", "version", "description", "long_description", "author", "server"),
    *("tools", "prompts_generated", "keywords", "license", "compatibility", "user_config"),
}
"""Those of version 0.4 of the manifest that ours has; others are refused by the apps that read it."""
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "0"}},
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("a home") / "with spaces"
    yield home
    stop_owner(str(home))


def printed(home: Path, client: str) -> str:
    command = [sys.executable, "-m", "temporec_mcp", "--home", str(home), "config", client]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=LONGEST_SECONDS).stdout


def command_of(client: str, text: str) -> list[str]:
    """Read what a client would read out of the text."""
    if client == "claude-code":
        typed = shlex.split(text)
        return typed[typed.index("--") + 1 :]
    document = tomllib.loads(text)["mcp_servers"] if client == "codex" else json.loads(text)
    servers = document if client == "codex" else document["servers" if client == "vscode" else "mcpServers"]
    entry = servers["temporec"]
    return [entry["command"], *entry["args"]]


def hello(command: Sequence[str], **choices: str) -> dict[str, object]:
    environment = {**os.environ, "TEMPOREC_IDLE_SECONDS": "5", **choices}
    done = subprocess.run(
        command,
        input=json.dumps(HELLO) + "\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=LONGEST_SECONDS,
        check=True,
        env=environment,
    )
    return cast("dict[str, object]", json.loads(done.stdout.splitlines()[0])["result"]["serverInfo"])


def test_what_is_printed_for_every_client_is_the_same_command_and_starts_the_server(home: Path) -> None:
    commands = {tuple(command_of(client, printed(home, client))) for client in WHERE}
    [command] = commands
    assert command[1:] == ("--home", str(home))
    assert hello(command)["version"] == PROJECT["version"]


@pytest.mark.parametrize("client", WHERE)
def test_paths_of_windows_survive_the_text_of_each_client(client: str) -> None:
    folder = PureWindowsPath(r"C:\Users\Ann Example\venv\Scripts")
    command = [str(command_beside(folder / "python.exe", is_windows=True)), "--home", r"D:\my films"]
    assert command[0] == r"C:\Users\Ann Example\venv\Scripts\temporec-mcp.exe"
    text = client_text(client, command, is_windows=True)
    if client == "claude-code":
        assert text == f'claude mcp add temporec -- "{command[0]}" --home "{command[2]}"'
    else:
        assert command_of(client, text) == command


def test_a_console_without_the_letters_of_a_title_gets_them_escaped(tmp_path: Path) -> None:
    events = tmp_path / "events.csv"
    events.write_text("user_id,item_id,action,timestamp\n花样年华,1,watch,1760000000\n", encoding="utf-8")
    start = [sys.executable, "-m", "temporec_mcp", "--home", str(tmp_path / "home"), "--standalone"]
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    told = ["timeline", "花样年华", "--language", "zh"]
    for arguments in (["import", str(events)], told, [*told, "--json"]):
        done = subprocess.run(
            [*start, *arguments], check=False, capture_output=True, env=environment, timeout=LONGEST_SECONDS
        )
        assert done.returncode == 0, done.stderr
    assert "日" in json.loads(done.stdout)["summary"] and done.stdout.isascii()
    assert hello(start, PYTHONIOENCODING="cp1252")["version"] == PROJECT["version"]


def test_the_entry_of_the_registry_names_this_version_and_this_package() -> None:
    entry = json.loads((ROOT / "server.json").read_text(encoding="utf-8"))
    [package] = entry["packages"]
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", entry["name"])
    assert f"mcp-name: {entry['name']} " in (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(entry["description"]) <= 100
    assert entry["version"] == package["version"] == PROJECT["version"]
    assert (package["registryType"], package["identifier"]) == ("pypi", PROJECT["name"])
    settings = (ROOT / "temporec_mcp" / "settings.py").read_text(encoding="utf-8")
    assert all(variable["name"] in settings for variable in package["environmentVariables"])


def test_the_bundle_holds_a_manifest_and_a_package_that_starts(tmp_path: Path) -> None:
    build(tmp_path / "one.mcpb")
    build(tmp_path / "two.mcpb")
    assert (tmp_path / "one.mcpb").read_bytes() == (tmp_path / "two.mcpb").read_bytes()
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(tmp_path / "one.mcpb") as archive:
        archive.extractall(folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest) == MANIFEST_FIELDS
    assert (manifest["manifest_version"], manifest["version"]) == ("0.4", PROJECT["version"])
    assert "recommend" in {tool["name"] for tool in manifest["tools"]}
    server = manifest["server"]
    assert server["type"] == "uv" and (folder / server["entry_point"]).is_file()
    asked = re.findall(r"\$\{user_config\.(\w+)\}", json.dumps(server))
    assert asked == list(manifest["user_config"])
    # `uv` makes the environment and runs this; the test lends the one that it runs in.
    arguments = server["mcp_config"]["args"]
    command = [sys.executable, str(folder / arguments[arguments.index("python") + 1])]
    found = hello([*command, "--home", str(tmp_path / "home"), "--standalone"], PYTHONPATH=str(folder))
    assert found["version"] == PROJECT["version"]
