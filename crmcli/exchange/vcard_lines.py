"""The content lines of vCards, put together again from the lines of a file however it was folded.

Bytes, not text: programs fold in the middle of a character, and one file can hold several charsets.
Pictures and sounds are passed over as they stream by, so that megabytes of them take no memory.
"""

# Our own, because vobject, the usual library, only parses in two to four times the time in which
# this makes rows of people, takes memory by the size of the file (docs/vcard-speed.md), and
# ends at the first card that docs/vcard.md lists: of broken lines, charsets, nested and cut-off cards.

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 1_000_000  # bytes of one property that is text
_CHUNK = 1 << 18
_NAME = re.compile(rb"(?:[\w-]+\.)?([A-Za-z][A-Za-z0-9-]*)[;:]").match
# What may start a line besides X-... and words in capitals: a line of a note that somebody broke by hand starts with anything.
# fmt: off
_KNOWN = frozenset((
    b"begin", b"end", b"version", b"n", b"fn", b"nickname", b"org", b"title", b"role", b"email", b"tel",
    b"adr", b"label", b"bday", b"anniversary", b"note", b"url", b"uid", b"rev", b"photo", b"logo",
    b"sound", b"key", b"categories", b"impp", b"related", b"kind", b"member", b"agent", b"geo", b"tz",
    b"lang", b"gender", b"prodid", b"class", b"mailer", b"source", b"name", b"profile", b"xml",
))
BINARY = frozenset((b"photo", b"logo", b"sound", b"key", b"x-ms-cardpicture", b"x-photo", b"x-thumbnail"))
# fmt: on
MARKS = (b"begin", b"end")
# Lines of these lengths were cut at a fixed width, so nothing stood between them and the next.
_FIXED_WIDTH = range(73, 78)


class Readable(Protocol):
    """What a file and a folder of files have in common."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes; none at the end."""


class Content(NamedTuple):
    """One content line."""

    line: int  # of the file, where it starts
    raw: bytes  # unfolded; of a picture only how it begins
    name: bytes | None  # of the property, in small letters; None where the text has none
    problem: str | None = None


def physical(stream: Readable) -> Iterator[bytes]:
    """Yield the lines of a stream, ended by LF, CR LF or CR; longer than LIMIT they are cut to LIMIT + 1."""
    rest, long, after_cr = b"", False, False
    while chunk := stream.read(_CHUNK):
        if after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        after_cr = chunk.endswith(b"\r")
        lines = chunk.splitlines()
        if not lines:
            continue
        lines[0] = rest if long else rest + lines[0]
        rest = b"" if chunk[-1:] in (b"\n", b"\r") else lines.pop()
        yield from lines
        long = len(rest) > LIMIT
        rest = rest[: LIMIT + 1]
    if rest:
        yield rest


class Unfolder:
    """Puts content lines together; knows the version of the card that it is in.

    Attributes:
        number: the lines read so far, those before these counted.
    """

    def __init__(self, before: int = 0) -> None:
        self.number = before
        self._pieces: list[bytes] = []
        self._line = 0
        self._size = 0
        self._last = 0  # bytes of the line before this one
        self._soft = False  # the line before ends in a soft break of quoted-printable
        self._quoted = False
        self._skipping = False
        self._name: bytes | None = None
        self._old = False  # version 2.1

    def contents(self, lines: Iterator[bytes]) -> Iterator[Content]:
        """Yield the content lines of the lines of a file."""
        for line in lines:
            self.number += 1
            if self._skipping and line[:1] == b" ":
                continue
            if not line or (self._name in MARKS and not line.strip()):
                self._soft = False
                continue
            if self._soft and line[:4].upper() != b"END:":
                self._go_on(line if self._old else line.removeprefix(b" "))
            elif self._name in MARKS:  # they are never folded
                yield self._whole()
                self._start(line, _property(line))
            elif line[0] in b" \t" and self._line:
                # 2.1 folds at a blank and keeps it; who writes 2.1 at a fixed width adds one.
                keeps = self._old and self._last not in _FIXED_WIDTH
                self._go_on(line if keeps else line[1:])
            else:
                name = _property(line)
                if name is None and self._line:
                    broken = not self._skipping and self._last not in _FIXED_WIDTH
                    self._go_on(b"\r\n" + line if broken else line)
                else:
                    if self._line:
                        yield self._whole()
                    self._start(line, name)
            self._last = len(line)
        if self._line:
            yield self._whole()

    def _start(self, line: bytes, name: bytes | None) -> None:
        self._line, self._size, self._soft, self._quoted = self.number, 0, False, False
        self._name, self._skipping = name, name in BINARY
        if name == b"version":
            self._old = line.endswith(b"2.1")
        self._pieces = [line[:80] if self._skipping else line]
        self._count(line)
        if line.endswith(b"=") and not self._skipping:
            self._quoted = b"QUOTED-PRINTABLE" in line.partition(b":")[0][:500].upper()
            if self._quoted:
                self._break()

    def _go_on(self, piece: bytes) -> None:
        if self._skipping:
            return
        self._count(piece)
        if self._size <= LIMIT:
            self._pieces.append(piece)
        self._soft = False
        if self._quoted:
            self._break()

    def _count(self, piece: bytes) -> None:
        self._size += len(piece) + 1  # a million empty pieces are too many as well

    def _break(self) -> None:
        """Take off the sign of a soft break."""
        last = self._pieces[-1]
        if last.endswith(b"="):
            self._pieces[-1] = last[:-1]
            self._soft = True

    def _whole(self) -> Content:
        raw = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        long = self._size > LIMIT + 1 and not self._skipping
        if long:
            return Content(self._line, raw[:1000], self._name, _LONG)
        return Content(self._line, raw, self._name)


_LONG = "a property longer than 1 MB"


def _property(line: bytes) -> bytes | None:
    """The name of the property that a line starts, in small letters; None where it goes on with another."""
    found = _NAME(line)
    if found is None:
        return None
    name = found[1]
    small = name.lower()
    if small in _KNOWN or small.startswith(b"x-") or (name.isupper() and len(name) > 2):
        return small
    return None
