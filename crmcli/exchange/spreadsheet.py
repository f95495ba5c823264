"""Cells that a spreadsheet would run as formulas, written so that it doesn't, and back again.

A file written so starts with an apostrophe: before its first header. That is how reading knows that
an apostrophe before a formula is ours, and takes exactly that one off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crmcli.output.cells import Row

MARK = "'"
_RUNS = frozenset("=+-@\t\r\n|%＝＋－＠")
_NUMBER = frozenset("0123456789 ().,/-\u00a0\u202f")


def is_marked(header: Sequence[str]) -> bool:
    """Whether a file with this header was written by ``safe_rows``."""
    return header[0][:1] == MARK and header[0][1:2].isalpha()


def safe(cell: str) -> str:
    """The cell with an apostrophe before it, if a spreadsheet would run it.

    Phones and numbers, such as ``+48 601 100 101`` and ``-12.50``, stay as they are.
    """
    bare = cell.lstrip(MARK)
    if bare[:1] not in _RUNS or not bare:
        return cell
    return cell if all(map(_is_number, cell.split(";"))) else MARK + cell


def _is_number(cell: str) -> bool:
    digits = cell.replace(" ext ", "").lstrip("+-")
    return digits[:1].isdigit() and _NUMBER.issuperset(digits) and len(cell) <= len(digits) + 6


def unsafe(cell: str) -> str:
    """What ``safe`` was given."""
    if cell[:1] != MARK:
        return cell
    bare = cell.lstrip(MARK)
    return cell[1:] if bare and bare[0] in _RUNS else cell


def safe_rows(columns: Sequence[str], rows: Iterable[Row]) -> tuple[list[str], Iterator[Row]]:
    """Return columns and rows as CSV may show them to a spreadsheet."""
    from crmcli.output.cells import exact

    marked = [MARK + columns[0], *columns[1:]] if columns else []
    return marked, ([safe(exact(value)) for value in row] for row in rows)
