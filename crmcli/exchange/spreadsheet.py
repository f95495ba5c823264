"""Cells that a spreadsheet would run as formulas, written so that it doesn't, and back again.

Where the list separator is a semicolon (most of Europe), or the reader has more of them ticked, a
spreadsheet splits our cells at ``;``, tabs and line ends too, quoted or not, since to it the quote
is not where a cell begins. So each such piece of a cell is looked at. The quotes are there for the
end of a piece: what follows a phone in the next cell cannot become the rest of a formula.

A file written so starts with an apostrophe: before its first header. That is how reading knows that
an apostrophe before a formula is ours, and takes exactly these off.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crmcli.output.cells import Row

MARK = "'"
_SIGNS = r"=+\-@|%＝＋－＠"
_BREAKS = r";\t\r\n"
_QUOTES = r"['\"]*"  # a quote that ends at once is nothing to the one who splits
_RUNS = re.compile(rf"{_QUOTES}[{_SIGNS}\t\r\n]")
_PIECE = re.compile(rf"(?<=[{_BREAKS}]){_QUOTES}[{_SIGNS}][^{_BREAKS}]*")
_MARKED = re.compile(
    rf"\A{MARK}(?={_QUOTES}[{_SIGNS}\t\r\n])|(?<=[{_BREAKS}]){MARK}(?={_QUOTES}[{_SIGNS}])"
)
_NUMBER = frozenset("0123456789 ().,/-\u00a0\u202f")


def is_marked(header: Sequence[str]) -> bool:
    """Whether a file with this header was written by ``safe_rows``."""
    first = header[0][1:]
    return header[0][:1] == MARK and (first[:1].isalpha() or unsafe(first) != first)


def safe(cell: str) -> str:
    """The cell with an apostrophe before it, if a spreadsheet would run it, and before such pieces.

    Phones and numbers, such as ``+48 601 100 101`` and ``-12.50``, stay as they are.
    """
    pieces = _PIECE.sub(_safe_piece, cell)
    if _RUNS.match(cell) and not all(map(_is_number, re.split(f"[{_BREAKS}]", cell))):
        return MARK + pieces
    return pieces


def _safe_piece(found: re.Match[str]) -> str:
    piece = found[0]
    return piece if _is_number(piece) else MARK + piece


def _is_number(cell: str) -> bool:
    digits = cell.replace(" ext ", "").lstrip("+-")
    return digits[:1].isdigit() and _NUMBER.issuperset(digits) and len(cell) <= len(digits) + 6


def unsafe(cell: str) -> str:
    """What ``safe`` was given."""
    return _MARKED.sub("", cell) if MARK in cell else cell


def unmarked(header: Sequence[str]) -> list[str]:
    """The columns that ``safe_rows`` was given."""
    return list(map(unsafe, (header[0][1:], *header[1:])))


def safe_rows(columns: Sequence[str], rows: Iterable[Row]) -> tuple[list[str], Iterator[Row]]:
    """Return columns and rows as CSV may show them to a spreadsheet, each cell to be quoted."""
    from crmcli.output.cells import exact

    marked = [safe(name) for name in columns]
    if marked:
        marked[0] = MARK + marked[0]
    return marked, ([safe(exact(value)) for value in row] for row in rows)
