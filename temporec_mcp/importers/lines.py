"""Text files as lines: the encoding found, the length of a line bounded."""

import codecs
import io
from collections.abc import Iterator

from temporec_mcp.importers.source import HEAD_BYTES, Member

MAX_LINE_CHARACTERS = 1 << 20
"""A longer line is cut there, so that a file without line ends cannot fill the memory."""
FALLBACK_ENCODING = "cp1252"
"""What is not UTF-8 is read as Windows-1252, a superset of Latin-1's letters."""
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def text_encoding(member: Member) -> str:
    """Give the encoding of the whole file: UTF-16 by its mark, else UTF-8 if every byte agrees, else the fallback."""
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
            return FALLBACK_ENCODING
    return "utf-8-sig"


def text_lines(member: Member, encoding: str) -> Iterator[str]:
    """Give the lines with their ends, each at most MAX_LINE_CHARACTERS long; undecodable bytes become U+FFFD."""
    with (
        member.open() as stream,
        io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="") as text,
    ):
        while line := text.readline(MAX_LINE_CHARACTERS):
            yield line


def head_lines(member: Member, at_most: int = 50) -> list[str]:
    """Give the first lines without their ends, for finding out what a file is; none for a binary file."""
    head = member.head()
    if head.startswith(_UTF16_MARKS):
        text = head.decode("utf-16", errors="replace")
    elif b"\0" in head.partition(b"\n")[0]:
        return []
    else:
        text = head.decode("utf-8-sig", errors="replace")
    lines = text.splitlines()
    is_cut = len(head) == HEAD_BYTES and len(lines) > 1
    return (lines[:-1] if is_cut else lines)[:at_most]
