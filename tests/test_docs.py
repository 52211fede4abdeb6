"""Names in the docs and names in the code are the same."""

import re
import shlex
from pathlib import Path

import pytest

from temporec_mcp.cli.parser import full_parser
from temporec_mcp.importers.history import FORMATS
from temporec_mcp.server.prompts import CONVERSATIONS
from temporec_mcp.tools.registry import TOOLS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [line for line in README.splitlines() if line.startswith("temporec-mcp ")]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_readme_lists_exactly_the_tools() -> None:
    assert re.findall(r"^\| `(\w+)` \|", README, re.M)[: len(TOOLS)] == list(TOOLS)


def test_the_readme_names_every_prompt_and_no_other() -> None:
    line = README[README.index("Prompts:") :].split(".\n")[0]
    assert set(re.findall(r"`(\w+)`", line)) == set(CONVERSATIONS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_readme_is_understood(command: str) -> None:
    words = shlex.split(command.split("#")[0])[1:]
    options = full_parser().parse_args(words)
    assert callable(options.run)


def test_the_readme_has_commands() -> None:
    assert len(COMMANDS) > 10


def test_every_variable_of_the_docs_is_read_by_the_code() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "temporec_mcp").rglob("*.py"))
    named = {name for doc in DOCS for name in re.findall(r"TEMPOREC_[A-Z_]+", read(doc))}
    assert named
    assert {name for name in named if name not in code} == set()


def test_every_make_target_of_the_docs_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.M))
    named = {name for doc in DOCS for name in re.findall(r"\bmake ([a-z]+)\b(?=[`\s]*(?:#|`|$))", read(doc), re.M)}
    assert {"demo", "test"} <= named
    assert named <= targets


def test_every_path_of_the_docs_exists() -> None:
    for doc in DOCS:
        for path in re.findall(r"`((?:temporec_mcp|storage|tests|examples|benchmarks)/[\w/.]*)`", read(doc)):
            assert (ROOT / path).exists(), f"{doc} names {path}"


def test_every_format_is_named_in_the_readme() -> None:
    section = README[README.index("**Formats read today**") :].split("\n\n")[0].lower()
    words = {"jsonl": "json lines"}
    assert {form for form in FORMATS if words.get(form, form) not in section} == set()
