"""Separated values: which delimiter, where the header is, and records that survive broken quotes.

The csv module does the reading. Only where it stumbles are the lines of that record looked at by
hand: one is refused, and reading starts again on the next, so that a quote which never closes costs
one row and not the rest of the file.
"""

from __future__ import annotations

import csv
from collections import deque
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Protocol

from crmcli.errors import UsageError
from crmcli.exchange import headers, stray_quotes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DELIMITERS = ",;\t|"
CELL_LIMIT = 1_000_000  # characters
LINE_LIMIT = 4_000_000
COLUMN_LIMIT = 2_000
_HEAD = 200  # lines looked at for the delimiter and the header


class Text(Protocol):
    """All that is asked of a text file."""

    def readline(self, limit: int = -1, /) -> str:
        """Return the next line, or so much of it; nothing at the end."""


class Broken(NamedTuple):
    """Lines that are no record."""

    reason: str
    text: str


class Shape(NamedTuple):
    """How the records of a file are laid out."""

    delimiter: str
    header: list[str]
    header_line: int  # counted from 1
    first_line: int  # the first line after the header


class _TooLongError(Exception):
    """A line over the limit; what follows of it has been skipped."""


def records(
    stream: Text, delimiter: str, first_line: int = 1, width: int = 0
) -> Iterator[tuple[int, list[str] | Broken]]:
    """Yield each record with the number of its first line; a blank line is an empty list.

    An open quote is read up to the next quote of its kind, so reading again after it costs no more
    than the file once over.

    Args:
        stream: text.
        delimiter: between cells.
        first_line: the number of the first line of the stream.
        width: cells of the header; records that a stray quote tore apart are mended by it. 0: unknown.
    """
    csv.field_size_limit(CELL_LIMIT)  # the module has no smaller scope to set this in
    again: deque[str] = deque()
    taken: list[str] = []
    line = first_line
    while True:
        try:
            for cells in csv.reader(_feed(stream, again, taken), delimiter=delimiter, strict=True):
                yield line, cells
                line += len(taken)
                taken.clear()
        except (csv.Error, _TooLongError) as error:
            first, *rest = taken
            again.extendleft(reversed(rest))
            found, height = lenient(first, delimiter), 1
            if width > 1 and (found is None or stray_quotes.is_open(found)):
                found, height = stray_quotes.rejoined(
                    first, found, _ahead(stream, again), partial(lenient, delimiter=delimiter), delimiter, width
                )  # fmt: skip
            text = "".join((first, *(again.popleft() for _ in range(height - 1))))
            yield line, found or Broken(_reason(first, error), text[:CELL_LIMIT])
            line += height
            taken.clear()
        else:
            return


def _feed(stream: Text, again: deque[str], taken: list[str]) -> Iterator[str]:
    """Yield lines, those to be read again first, and remember them until their record is whole."""
    while again:
        line = again.popleft()
        taken.append(line)
        if len(line) > LINE_LIMIT:
            raise _TooLongError
        yield line
    readline = stream.readline
    while line := readline(LINE_LIMIT + 1):
        taken.append(line)
        if len(line) > LINE_LIMIT:
            _pass_over(stream)
            raise _TooLongError
        yield line


def _pass_over(stream: Text) -> None:
    """Skip what is left of a line."""
    while (more := stream.readline(LINE_LIMIT)) and more[-1] not in "\r\n":
        pass


def _ahead(stream: Text, again: deque[str]) -> Iterator[str]:
    """Yield the lines to come, and keep them to be read again; up to one that is too long."""
    for line in [*again]:
        yield line
    while line := stream.readline(LINE_LIMIT + 1):
        again.append(line)
        if len(line) > LINE_LIMIT:
            _pass_over(stream)
        yield line


def _reason(first: str, error: Exception) -> str:
    if len(first) > LINE_LIMIT:
        return f"line is longer than {LINE_LIMIT // 1_000_000} MB"
    if "field limit" in str(error) and len(first) > CELL_LIMIT:
        return f"a cell is longer than {CELL_LIMIT // 1_000_000} MB"
    return "unbalanced quote"


def lenient(line: str, delimiter: str) -> list[str] | None:
    r"""Read one line with quotes that nobody doubled, such as ``"Piekarnia "Świt"";Łódź``.

    A cell goes on until its quotes are even. None when they never are.
    """
    if len(line) > LINE_LIMIT:
        return None
    cells: list[str] = []
    open_cell: list[str] = []
    quotes = 0
    for piece in line.rstrip("\r\n").split(delimiter):
        if not open_cell and not piece.startswith('"'):
            cells.append(piece)
            continue
        open_cell.append(piece)
        quotes += piece.count('"')
        if quotes % 2 == 0:
            cell = delimiter.join(open_cell)
            if cell.endswith('"'):
                cell = cell[1:-1].replace('""', '"')
            cells.append(cell)
            open_cell.clear()
    return None if open_cell or any(len(cell) > CELL_LIMIT for cell in cells) else cells


def shape(
    stream: Text,
    delimiter: str | None,
    noun: str | None,
    wanted: set[str],
    claimed: Callable[[set[str]], int] = lambda _: 0,
) -> Shape:
    """Find the delimiter and the header row near the start of a stream; moves the stream.

    The header is the row with the most headers that we know, in whatever delimiter shows the most
    of them: titles, notes and ``sep=`` lines may come before it.

    Args:
        stream: text, at its start.
        delimiter: where the user says so.
        noun: what the user says the rows are.
        wanted: normalised headers that the user maps, known by that.
        claimed: how many headers a dialect knows a row by, given its normalised cells.

    Raises:
        UsageError: the file has no row, or more columns than a table of contacts can have.
    """
    head = list(islice(iter(lambda: stream.readline(LINE_LIMIT), ""), _HEAD))
    if not any(line.strip() for line in head):
        raise UsageError("the file is empty")
    said = head[0].strip().strip('"').lower()
    if delimiter is None and said.startswith("sep=") and len(said) == 5:
        delimiter = said[4]
    best = (-1, 0)
    found: Shape | None = None
    for candidate in (delimiter,) if delimiter else DELIMITERS:
        first = True
        for line, cells in records(_Lines(head), candidate):
            if isinstance(cells, Broken) or not any(cells) or cells[0].lower().startswith("sep="):
                continue
            seen = {headers.normal(cell) for cell in cells[:COLUMN_LIMIT]}
            known = max(headers.known(seen, noun), claimed(seen)) + len(wanted & seen)
            # Without a header that we know, the first row of the most columns is shown in the error.
            if (known, len(cells) * first) > best and (known or first):
                best = (known, len(cells) if not known else COLUMN_LIMIT**2)
                found = Shape(candidate, cells, line, line + _height(cells))
            first = False
    if found is None:
        raise UsageError("no row can be read; is it CSV?")
    return _trimmed(found)


def _trimmed(found: Shape) -> Shape:
    header = [" ".join(cell.split()) for cell in found.header]
    while header and not header[-1]:
        header.pop()
    if len(header) > COLUMN_LIMIT:
        raise UsageError(
            f"line {found.header_line}: {len(header)} columns; at most {COLUMN_LIMIT} are read"
        )
    return found._replace(header=header)


def _height(cells: list[str]) -> int:
    """How many lines a record takes up: one, and the line ends inside its cells."""
    return 1 + sum(cell.replace("\r\n", "\n").replace("\r", "\n").count("\n") for cell in cells)


class _Lines:
    """Lines already read, as a stream."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = iter(lines)

    def readline(self, _limit: int = -1, /) -> str:
        return next(self._lines, "")
