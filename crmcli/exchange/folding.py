"""Long lines as vCards and calendars have them (RFC 6350, RFC 5545)."""

from __future__ import annotations

_OCTETS = 75  # of a line, its end not counted


def folded(line: str) -> str:
    """The line with its end, in pieces of 75 octets at most; no character is cut in two."""
    if len(line) <= _OCTETS and line.isascii():
        return line + "\r\n"
    pieces, start, octets = [], 0, 0
    for place, char in enumerate(line):
        size = len(char.encode("utf-8", "replace"))
        if octets + size > _OCTETS:
            pieces.append(line[start:place])
            start, octets = place, 1  # the blank before what goes on
        octets += size
    pieces.append(line[start:])
    return "\r\n ".join(pieces) + "\r\n"
