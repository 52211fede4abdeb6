"""Text files as lines: the encoding found, the length of a line bounded."""

import codecs
import io
import re
from collections.abc import Iterator

from temporec_mcp.importers.source import HEAD_BYTES, Member

MAX_LINE_CHARACTERS = 1 << 20
"""A longer line is cut there, so that a file without line ends cannot fill the memory."""
WESTERN = "cp1252"
CHINESE = "gb18030"
PAIRED_SHARE = 0.9
"""Of the bytes above ASCII, the part in runs of even length from which a text is taken for Chinese: its characters
are pairs of such bytes, while Western accented letters mostly stand alone."""
_HIGH_RUNS = re.compile(rb"[\x80-\xff]+")
_EXCEL_HINT = re.compile(r'"?sep=.?"?\s*', re.IGNORECASE)
"""The line by which a file tells Excel its separator; it holds no names and no row."""
_LINE_END = re.compile(r"\r\n|\r|\n")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def text_encoding(member: Member) -> str:
    """Give the encoding of the whole file: UTF-16 by its mark, UTF-8 if every byte agrees, else Chinese or Western."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with member.open() as stream:
        chunk = stream.read(HEAD_BYTES)
        if chunk.startswith(_UTF16_MARKS):
            return "utf-16"
        try:
            while chunk:
                decoder.decode(chunk)
                chunk = stream.read(HEAD_BYTES)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return _older_encoding(chunk)
    return "utf-8-sig"


def _older_encoding(chunk: bytes) -> str:
    runs: list[bytes] = _HIGH_RUNS.findall(chunk)
    paired = sum(len(run) for run in runs if len(run) % 2 == 0)
    return CHINESE if paired >= PAIRED_SHARE * max(1, sum(map(len, runs))) else WESTERN


def text_lines(member: Member, encoding: str) -> Iterator[str]:
    """Give the lines with their ends, each at most MAX_LINE_CHARACTERS long, but not Excel's hint.

    Undecodable bytes become U+FFFD.
    """
    with (
        member.open() as stream,
        io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="") as text,
    ):
        line = text.readline(MAX_LINE_CHARACTERS)
        if _EXCEL_HINT.fullmatch(line):
            line = text.readline(MAX_LINE_CHARACTERS)
        while line:
            yield line
            line = text.readline(MAX_LINE_CHARACTERS)


def head_lines(member: Member, at_most: int = 50) -> list[str]:
    """Give the first lines without ends and Excel hint, for finding out what a file is; none for a binary file."""
    head = member.head()
    if head.startswith(_UTF16_MARKS):
        text = head.decode("utf-16", errors="replace")
    elif b"\0" in head.partition(b"\n")[0]:
        return []
    else:
        text = head.decode("utf-8-sig", errors="replace")
    lines = _LINE_END.split(text)
    first = 1 if _EXCEL_HINT.fullmatch(lines[0]) else 0
    # What follows the last line end is nothing, or a line that the head cuts.
    end = len(lines) - 1 if len(lines) > 1 and (len(head) == HEAD_BYTES or not lines[-1]) else len(lines)
    return lines[first:end][:at_most]
