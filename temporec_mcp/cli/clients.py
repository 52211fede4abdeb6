"""config: the text to paste so that a chat app or editor starts this server."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path, PurePath

from temporec_mcp.cli.options import Options

NAME = "temporec"
IS_WINDOWS = os.name == "nt"
WHERE = {
    "claude-desktop": "Paste into claude_desktop_config.json (Settings, Developer, Edit Config), then restart the app.",
    "claude-code": "Run in a shell.",
    "vscode": "Paste into .vscode/mcp.json of the workspace, or into the user's mcp.json.",
    "cursor": "Paste into ~/.cursor/mcp.json, or into .cursor/mcp.json of the project.",
    "codex": "Paste into ~/.codex/config.toml.",
    "gemini": "Paste into ~/.gemini/settings.json.",
}


def config(options: Options) -> int:
    """Print the text to stdout, and to stderr where it goes."""
    client = options.text("client") or ""
    print(WHERE[client], file=sys.stderr)
    print(client_text(client, server_command(options), is_windows=IS_WINDOWS))
    return 0


def server_command(options: Options) -> list[str]:
    """Give the command that starts this installation's server with the choices that were typed."""
    command = [_executable()]
    for name, value in options.given("home", "device", "threads", "encoder", "narrator").items():
        text = str(Path(str(value)).expanduser().resolve()) if name == "home" else str(value)
        command += [f"--{name}", text]
    return command


def client_text(client: str, command: list[str], *, is_windows: bool = False) -> str:
    """Give the text for one client, as the shells of that system read it where it is a command."""
    entry = {"command": command[0], "args": command[1:]}
    if client == "claude-code":
        typed = ["claude", "mcp", "add", NAME, "--", *command]
        return subprocess.list2cmdline(typed) if is_windows else shlex.join(typed)
    if client == "codex":
        # JSON strings and arrays of strings are TOML too.
        return "\n".join([f"[mcp_servers.{NAME}]", *(f"{key} = {json.dumps(value)}" for key, value in entry.items())])
    if client == "vscode":
        return json.dumps({"servers": {NAME: {"type": "stdio", **entry}}}, indent=2)
    return json.dumps({"mcpServers": {NAME: entry}}, indent=2)


def _executable() -> str:
    """Give the full path of the command, because apps start servers without the shell's search path."""
    beside = command_beside(Path(sys.executable), is_windows=IS_WINDOWS)
    found = str(beside) if Path(beside).exists() else shutil.which("temporec-mcp")
    return found or str(Path(sys.argv[0]).resolve())


def command_beside(python: PurePath, *, is_windows: bool) -> PurePath:
    """Give where an installation puts the command of an environment with this interpreter."""
    return python.with_name("temporec-mcp.exe" if is_windows else "temporec-mcp")
