r"""Mail folders in one file: mboxo, mboxrd, mboxcl, as Thunderbird, mutt and Google's Takeout write them.

A message begins at a line ``From SENDER DATE`` with a header below it. A sentence of a letter that
begins with "From " has no such date, or no such header, so it is told apart even where its program
did not escape it as ``>From``. Neither lengths in headers nor blank lines are trusted.

Searched in large pieces, not line by line: attachments, which are most of such a file, are passed
over at the speed of the search for one word.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# Bytes of a message that are kept. Texts come before attachments; what is behind is passed over.
LARGEST = 2 << 20
_CHUNK = 1 << 20
_LOOK = 2048  # bytes behind the beginning of a message that say whether it is one
_DATE = (
    rb"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +(?:[A-Z][a-z]{2} +\d{1,2}|\d{1,2} +[A-Z][a-z]{2} +\d{4})"
    rb"|\d{4}-\d\d-\d\d)[ T]+\d\d?:\d\d[^\r\n]{0,60}"
)
_HEADER = rb"\r?\n(?:>From [^\r\n]{0,900}\r?\n)?[!-9;-~]{1,100}[ \t]*:"
_DATED = re.compile(rb"From (?:[^\s]{0,320}[ \t]+)?(" + _DATE + rb")" + _HEADER)
_UNDATED = re.compile(rb"From [^\s@]{1,64}@[^\s@]{1,255}[ \t]*" + _HEADER)
_FIRST = re.compile(rb"From [^\r\n]{0,900}" + _HEADER)
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_BLANK_BEFORE = (b"\n\n", b"\r\n\r\n")


class Piece(NamedTuple):
    """One message of a folder."""

    line: int  # on which it begins; in folders of files, which file it is
    raw: bytes  # from its first header on, as much of it as is kept
    date: str = ""  # when it arrived, as the folder has it
    marks: frozenset[str] = frozenset()  # what the folder says of it, see mail_marks


def begins(head: bytes) -> bool:
    """Whether a file begins like a folder."""
    return _FIRST.match(head) is not None


def messages(stream: IO[bytes]) -> Iterator[Piece]:
    """Yield the messages of a seekable stream, of which one and a piece are in memory."""
    stream.seek(0)
    kept: list[bytes] = []
    size, line, started = 0, 1, False
    first_line, data, done = 1, b"", False
    before = b"\n\n"  # the bytes in front of data
    while not done:
        chunk = stream.read(_CHUNK)
        done = not chunk
        data += chunk
        # What follows a beginning must be seen with it, so the end waits for the next piece.
        end = len(data) if done else max(0, len(data) - _LOOK)
        at = 0
        for start in _beginnings(data, end, before, first=not started):
            if started:
                kept.append(data[at : min(start, at + LARGEST - size)])
                yield _piece(first_line, kept)
            line += data.count(b"\n", at, start)
            kept, size, at, started, first_line = [], 0, start, True, line
        if size < LARGEST:
            kept.append(data[at : min(end, at + LARGEST - size)])
            size += len(kept[-1])
        line += data.count(b"\n", at, end)
        before = (before + data[:end])[-4:]
        data = data[end:]
    if started:
        yield _piece(first_line, kept)


def _beginnings(data: bytes, end: int, before: bytes, *, first: bool) -> Iterator[int]:
    """Yield where messages begin before ``end``; the ``first`` of a file may begin in any way."""
    start = 0
    if not (before.endswith(b"\n") and data.startswith(b"From ")):
        start = data.find(b"\nFrom ") + 1 or end
    while start < end:
        above = data[start - 4 : start] if start >= 4 else (before + data[:start])[-4:]
        if (
            _DATED.match(data, start)
            or (above.endswith(_BLANK_BEFORE) and _UNDATED.match(data, start))
            or (first and _FIRST.match(data, start))
        ):
            first = False
            yield start
        start = data.find(b"\nFrom ", start) + 1 or end


def _piece(line: int, kept: list[bytes]) -> Piece:
    raw = b"".join(kept)
    postmark, _, raw = raw.partition(b"\n")
    if b">From " in raw:
        raw = _ESCAPED.sub(rb"\1", raw)
    dated = _DATED.match(postmark + b"\nX:")
    return Piece(line, raw, dated[1].decode("ascii", "replace").strip() if dated else "")
