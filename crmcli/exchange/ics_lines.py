"""iCalendar as lines (RFC 5545): unfolded, and gathered into the components that a calendar holds.

Read as a stream: never more than one component is in memory, and that is bounded.
"""

# icalendar 7.3 reads the whole file into objects: 10,000 events of a Google calendar take it 3.2
# seconds of processor time and 91 MB before one of them is a row; here the rows take 1.4 seconds
# and 2 MB, and a line that is wrong costs nothing but itself. Recurrence is dateutil's, bounded
# first: see ics_repeat.

from __future__ import annotations

import binascii
import quopri
import re
from typing import IO, TYPE_CHECKING, NamedTuple

from crmcli.exchange.mime import in_letters

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 128 * 1024  # characters of a line, unfolded; what is behind is dropped
_PIECE = 64 * 1024
_MOST_LINES = 3000  # of a component
_LARGEST = 1 << 20  # characters of a component
_DEEPEST = 16
_STOP = re.compile('[":]')
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_NAME = re.compile(r"[A-Za-z0-9-]{1,100}").match
RECORDS = ("VEVENT", "VTODO", "VJOURNAL")


class Property(NamedTuple):
    """One line: what it is called, how it is to be read, what it says."""

    name: str
    params: dict[str, str]  # names in upper case, quotes taken off
    value: str

    @property
    def text(self) -> str:
        """The value of a text, its escapes resolved."""
        value = self.value
        if self.params.get("ENCODING", "").upper() in ("QUOTED-PRINTABLE", "BASE64"):
            value = self._unpacked()
        if "\\" not in value:
            return value
        return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)

    def _unpacked(self) -> str:
        raw = self.value.encode("utf-8", "surrogateescape")
        if self.params["ENCODING"].upper() == "BASE64":
            try:
                return in_letters(binascii.a2b_base64(raw), self.params.get("CHARSET"))
            except binascii.Error:
                return ""
        return in_letters(quopri.decodestring(raw), self.params.get("CHARSET"))


class Component:
    """What stands between a BEGIN and its END.

    Attributes:
        kind: VEVENT, VTODO, VTIMEZONE, or VCALENDAR for a line of the calendar itself.
        line: of its BEGIN.
        lines: unfolded; of components within it those of a time zone alone.
        complete: whether its END was there.
    """

    __slots__ = ("_named", "complete", "kind", "line", "lines")

    def __init__(self, kind: str, line: int, lines: list[str]) -> None:
        self.kind = kind
        self.line = line
        self.lines = lines
        self.complete = True
        self._named: dict[str, list[str]] | None = None

    def properties(self, *names: str) -> list[Property]:
        """The properties of these names, in order of the names."""
        if self._named is None:
            self._named = {}
            for line in self.lines:
                name = _NAME(line)
                if name:
                    self._named.setdefault(name[0].upper(), []).append(line)
        return [parse(line) for name in names for line in self._named.get(name, ())]

    def first(self, name: str) -> Property | None:
        """The first property of a name."""
        return next(iter(self.properties(name)), None)

    def text(self, name: str) -> str:
        """The text of the first property of a name, empty where there is none."""
        found = self.first(name)
        return found.text if found else ""

    def word(self, name: str) -> str:
        """The same, in upper case."""
        return self.text(name).strip().upper()


def parse(line: str) -> Property:
    """Cut a line at its colon, and what is in front at its semicolons; neither counts in quotes."""
    at = 0
    while (found := _STOP.search(line, at)) and found[0] == '"':
        at = line.find('"', found.end()) + 1 or len(line)
    head, value = (line[: found.start()], line[found.end() :]) if found else (line, "")
    name, *rest = _split(head)
    params = {}
    for item in rest:
        key, equals, told = item.partition("=")
        if equals:
            params[key.strip().upper()] = told.strip().strip('"')
        elif key.strip().upper() in ("QUOTED-PRINTABLE", "BASE64"):  # as vCalendar 1.0 may have it
            params["ENCODING"] = key.strip()
    return Property(name.rpartition(".")[2].upper(), params, value)


def _split(head: str) -> list[str]:
    if '"' not in head:
        return head.split(";")
    pieces = head.split('"')
    pieces[::2] = [piece.replace(";", "\n") for piece in pieces[::2]]
    return '"'.join(pieces).split("\n")


def components(text: IO[str]) -> Iterator[Component]:
    """Yield the components of a calendar, and each line of the calendar itself as one."""
    stack: list[str] = []
    now: Component | None = None
    depth = size = 0  # of the stack where the component began; its characters
    for number, line in unfolded(text):
        head = line[:6].upper()
        if head == "BEGIN:":
            name = line[6:].strip().upper()[:30]
            if now is None and name != "VCALENDAR":
                now, depth, size = Component(name, number, []), len(stack), 0
            elif now and now.kind == "VTIMEZONE":
                now.lines.append(f"BEGIN:{name}")
            if len(stack) < _DEEPEST:
                stack.append(name)
        elif head[:4] == "END:":
            if stack:
                stack.pop()
            if now and len(stack) <= depth:
                yield now
                now = None
        elif now is None:
            yield Component("VCALENDAR", number, [line])
        elif len(stack) == depth + 1 or now.kind == "VTIMEZONE":
            size += len(line)
            if len(now.lines) < _MOST_LINES and size < _LARGEST:
                now.lines.append(line)
    if now:
        now.complete = False
        yield now


def unfolded(text: IO[str]) -> Iterator[tuple[int, str]]:
    """Yield each line with its number, put together again from what it was folded into."""
    number, start = 0, 1
    kept: list[str] = []
    size = 0
    goes_on = False  # a line longer than a piece, or a soft break of quoted-printable
    while piece := text.readline(_PIECE):
        ended = piece[-1] in "\r\n"
        bare = piece.rstrip("\r\n") if ended else piece
        folded = bare[:1] in (" ", "\t") and bool(kept)
        if not folded and not goes_on:
            if kept:
                yield start, _joined(kept)
            kept, size, start = [], 0, number + 1
        if size < LONGEST:
            kept.append(bare[1:] if folded and not goes_on else bare)
            size += len(bare)
        goes_on = not ended or (bare.endswith("=") and "QUOTED-PRINTABLE" in kept[0][:200].upper())
        if ended and goes_on and kept and kept[-1].endswith("="):
            kept[-1] = kept[-1][:-1]
        number += ended
    if kept:
        yield start, _joined(kept)


def _joined(pieces: list[str]) -> str:
    """The line; a letter that the fold cut in two halves of UTF-8 is one again."""
    line = "".join(pieces)[:LONGEST]
    if line.isascii():
        return line
    try:
        line.encode()
    except UnicodeEncodeError:
        return line.encode("utf-8", "surrogateescape" if _escaped(line) else "replace").decode(
            "utf-8", "replace"
        )
    return line


def _escaped(line: str) -> bool:
    """Whether all lone surrogates are bytes that could not be read."""
    return all(not "\ud800" <= char <= "\udfff" or "\udc80" <= char <= "\udcff" for char in line)
