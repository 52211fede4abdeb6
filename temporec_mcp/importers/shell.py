"""Histories of shells: zsh with times, fish, and bash with times.

What is kept of a command is decided in `commands`: never an argument.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from temporec_mcp.importers.base import EventReader, Format, ImportOptions
from temporec_mcp.importers.cells import DroppedRowError
from temporec_mcp.importers.claims import Claim, seen_item, word
from temporec_mcp.importers.commands import Programs, command_name
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.lines import text_encoding, text_lines
from temporec_mcp.importers.looks import Look, looks
from temporec_mcp.importers.records import RecordEvents, RecordFile
from temporec_mcp.importers.source import Member, Source

NOTE = (
    "Of a command only the program and its inner command were kept (git status), nothing else. "
    "Commands without a time need HISTTIMEFORMAT in bash or EXTENDED_HISTORY in zsh."
)
ACTION = "run"
_ZSH = re.compile(r": (?P<when>\d{9,10}):\d+;(?P<command>.*)", re.DOTALL)
_BASH = re.compile(r"#(?P<when>\d{9,10})")
_FISH = "- cmd: "
_FISH_WHEN = re.compile(r"  when: (?P<when>\d+)")
_NAMES = (".bash_history", "bash_history", ".zsh_history", "zsh_history", ".zhistory")
"""Histories that may have no times, so that only their names tell them."""

Reader = Callable[[Member], Iterator[Record | None]]


def _lines(member: Member) -> Iterator[str]:
    for line in text_lines(member, text_encoding(member)):
        if text := line.rstrip("\r\n"):
            yield text


def _zsh(member: Member) -> Iterator[Record | None]:
    is_continued = False
    for line in _lines(member):
        if not is_continued:
            match = _ZSH.fullmatch(line)
            yield {"when": match["when"], "command": match["command"]} if match else {"command": line}
        is_continued = line.endswith("\\")


def _bash(member: Member) -> Iterator[Record | None]:
    when, is_told = None, False
    for line in _lines(member):
        if match := _BASH.fullmatch(line):
            when, is_told = match["when"], False
        elif not is_told:
            yield {"when": when, "command": line}
            # Further lines before the next time belong to the same command; before the first time each is its own.
            is_told = when is not None


def _fish(member: Member) -> Iterator[Record | None]:
    command: str | None = None
    when: str | None = None
    for line in _lines(member):
        if line.startswith(_FISH):
            if command is not None:
                yield {"when": when, "command": command}
            command, when = line[len(_FISH) :], None
        elif match := _FISH_WHEN.fullmatch(line):
            when = match["when"]
    if command is not None:
        yield {"when": when, "command": command}


class _CommandReading:
    """Makes events of commands whose programs are known not to be secrets."""

    def __init__(self, records: Iterator[Record | None]) -> None:
        self._programs = Programs(word(record, "command") or "" for record in records if record is not None)

    def __call__(self, record: Record) -> Sequence[Claim]:
        name = command_name(word(record, "command") or "", self._programs)
        if name is None:
            raise DroppedRowError("unknown_program")
        when = word(record, "when")
        return [Claim(ACTION, int(when) if when else None, seen_item(f"shell:{name}", name))]


def _reader(look: Look) -> Reader | None:
    if any(map(_ZSH.match, look.lines)):
        return _zsh
    if look.lines and look.lines[0].startswith(_FISH):
        return _fish
    if any(map(_BASH.fullmatch, look.lines)) or look.base_name in _NAMES:
        return _bash
    return None


def _file(member: Member, reader: Reader) -> RecordFile:
    return RecordFile(member.name, lambda: reader(member), _CommandReading(reader(member)))


def _find_events(source: Source, options: ImportOptions) -> EventReader | None:
    files = [_file(look.member, reader) for look in looks(source) if (reader := _reader(look))]
    return RecordEvents(files, options, [NOTE]) if files else None


FORMAT = Format("shell", "shell histories (zsh, fish, bash)", _find_events, is_personal=True)
