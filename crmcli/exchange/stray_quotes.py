"""Records that a quote nobody doubled tore apart: mended where that is plain, else kept whole.

A note such as ``"Likes "strong" coffee`` that goes on for two lines more is three lines of which the
last two look like people of one cell each.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Lenient = Callable[[str], list[str] | None]

# A note is hardly ever longer, and a file in which every quote is odd is still read in one go.
_LINES = 12
_LONGEST = 20_000  # characters


def is_open(cells: list[str]) -> bool:
    """Whether the last cell starts with a quote that doesn't end it, so that it may go on below."""
    return cells[-1][:1] == '"' and cells[-1][-1:] != '"'


def rejoined(
    first: str, found: list[str] | None, ahead: Iterator[str], read: Lenient, mark: str, width: int
) -> tuple[list[str] | None, int]:
    """Return the record that starts with a line, or nothing, and how many lines it takes up.

    Args:
        first: the line, of which the csv module could make nothing.
        found: its cells, where its quotes are even by chance.
        ahead: the lines after it.
        read: makes cells of lines, None where their quotes are odd.
        mark: the delimiter.
        width: how many cells a record has.
    """
    below = _below(first, ahead)
    if found is None:
        whole = first
        for height, line in enumerate(below[:-1], 2):
            if line and _is_record(line, read, width):
                break
            whole += line
            if not whole.count('"') % 2 and '"' in line and _starts(below[height - 1], read, width):
                cells = read(whole)
                if cells and len(cells) == width and not is_open(cells):
                    return cells, height
    height = 1
    for line in below[:-1]:
        if mark in line or not line.strip():
            break
        height += 1
        if found and len(found) == width and line.rstrip().endswith('"'):
            rest = "".join(below[: height - 1]).rstrip()
            return [*found[:-1], f"{found[-1][1:]}\n{rest[:-1]}".replace('""', '"')], height
    # Lines of one cell are no records of their own under a header of several.
    return (found, 1) if found else (None, height)


def _below(first: str, ahead: Iterator[str]) -> list[str]:
    """The lines that may belong to the first, and the one after them: empty at the end of the file."""
    found: list[str] = []
    size = len(first)
    for line in islice(ahead, _LINES):
        size += len(line)
        if size > _LONGEST:
            return [*found, line]
        found.append(line)
    return found if len(found) == _LINES else [*found, ""]


def _is_record(line: str, read: Lenient, width: int) -> bool:
    cells = read(line)
    return cells is not None and len(cells) == width


def _starts(line: str, read: Lenient, width: int) -> bool:
    """Whether the line after a record is the start of another, or the end of the file."""
    if not line.strip():
        return True
    cells = read(line)
    return cells is None or len(cells) == width


def pieces(line: str, mark: str) -> list[str]:
    """The cells of lines whose quotes are odd, to be mended by hand: the good ones without quotes."""
    cells: list[str] = []
    open_cell: list[str] = []
    quotes = 0
    for piece in line.rstrip("\r\n").split(mark):
        if not open_cell and piece[:1] != '"':
            cells.append(piece)
            continue
        open_cell.append(piece)
        quotes += piece.count('"')
        if quotes % 2 == 0:
            cells.append(_bare(mark.join(open_cell)))
            open_cell.clear()
            quotes = 0
    return cells + [_bare(piece) for piece in open_cell]


def _bare(cell: str) -> str:
    if len(cell) > 1 and cell[0] == '"' == cell[-1] and not cell.count('"') % 2:
        return cell[1:-1].replace('""', '"')
    return cell
