"""Plain text for mails and pipes: wrapped by what a reader sees, without anything heavy."""

from __future__ import annotations

from crmcli.output.width import cut, width

_LINKS = ("http://", "https://", "www.")
_MAIL = 900  # octets; a line of a mail may have 998


def wrap(text: str, columns: int = 72, *, indent: str = "", hang: str | None = None) -> list[str]:
    """Break ``text`` into lines of at most ``columns`` columns.

    Line breaks in ``text`` stay. A word longer than a line is broken, as text in wide characters,
    which is written without blanks, has to be anyway. Only a link keeps a line to itself, because
    half a link is no link, unless mail could not carry it.

    Args:
        text: one or more paragraphs, already ``visible``.
        columns: the width of a line, the indent included.
        indent: put before the first line.
        hang: put before the lines after it; ``indent`` unless given.

    Returns:
        The lines, without line ends; an empty paragraph is an empty line.
    """
    lines: list[str] = []
    start = indent
    rest = indent if hang is None else hang
    for paragraph in text.split("\n"):
        line = start
        filled = False
        for word in paragraph.split():
            for piece in _pieces(word, max(columns - width(rest), 2)):
                gap = " " if filled else ""
                if filled and width(line) + len(gap) + width(piece) > columns:
                    lines.append(line)
                    line, gap = rest, ""
                line += gap + piece
                filled = True
        lines.append(line.rstrip())
        start = rest
    return lines


def _pieces(word: str, columns: int) -> list[str]:
    """A word as it is, or in pieces of ``columns`` columns, at least 2, if it is longer."""
    if width(word) <= columns or (word.startswith(_LINKS) and len(word.encode()) <= _MAIL):
        return [word]
    pieces = []
    while width(word) > columns:
        piece = cut(word, columns + 1)[:-1]
        pieces.append(piece)
        word = word[len(piece) :]
    return [*pieces, word]
