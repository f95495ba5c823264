"""A table fitted to the terminal: a header, and one line a row whatever is in it."""

from __future__ import annotations

from itertools import chain, islice

from crmcli.output.cells import readable
from crmcli.output.width import pad, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TextIO

    from crmcli.output.cells import Row, Value
    from crmcli.output.look import Look

_GAP = "  "
_SAMPLE = 200  # rows that decide the widths; those after them stream
_SHORT = 16  # what is left of a long text before all of them get shorter still
_NARROW = 10  # the width of a date; below this a shortened text says nothing any more
_HEADER, _PLAIN = "\x1b[1m", "\x1b[0m"


class _Column:
    """Where a column's values are in a row, and how they are drawn."""

    __slots__ = ("at", "least", "name", "right", "title", "used", "width")

    def __init__(self, at: int, name: str, values: list[Value], look: Look) -> None:
        cells = [readable(value) for value in values]
        self.at = at
        self.name = name
        self.title = readable(look.labels.get(name, name))
        self.used = any(cells)
        enough = 4 * look.width  # characters that fill a line; of a huge text no more is measured
        self.width = max(width(self.title), *[width(cell[:enough]) for cell in cells])
        # Below this it says nothing any more.
        self.least = min(self.width, look.whole.get(name, _NARROW))
        self.right = self.used and all(
            value is None or (isinstance(value, int | float) and not isinstance(value, bool))
            for value in values
        )


def write(stream: TextIO, columns: Sequence[str], rows: Iterable[Row], look: Look) -> int:
    """Draw the rows; without any, nothing, not even a header.

    Columns that are too wide are shortened with ``…``; the first 200 rows decide the widths. In a
    terminal too narrow for that, empty columns are left out, then ``look.drop``, then those at the
    right, but for ``look.whole``.

    Returns:
        The number of rows.
    """
    left = iter(rows)
    sample = list(islice(left, _SAMPLE))
    if not sample:
        return 0
    drawn = _fitted(
        [_Column(at, name, [row[at] for row in sample], look) for at, name in enumerate(columns)],
        look,
    )
    head = _GAP.join([pad(column.title, column.width, right=column.right) for column in drawn])
    rule = _GAP.join(["─" * column.width for column in drawn])
    stream.write(f"{_HEADER}{head.rstrip()}{_PLAIN}\n" if look.colour else head.rstrip() + "\n")
    stream.write(rule + "\n")
    count = 0
    for row in chain(sample, left):
        cells = [pad(readable(row[c.at]), c.width, right=c.right) for c in drawn]
        stream.write(_GAP.join(cells).rstrip() + "\n")
        count += 1
    return count


def _fitted(columns: list[_Column], look: Look) -> list[_Column]:
    """The columns that fit, each no wider than its share."""
    room = look.width
    if _total(columns) > room:
        columns = [column for column in columns if column.used] or columns[:1]
    for name in look.drop:
        if _least(columns) > room:
            columns = [column for column in columns if column.name != name] or columns
    while len(columns) > 2 and _least(columns) > room:
        last = next((c for c in reversed(columns[1:]) if c.name not in look.whole), columns[-1])
        columns = [column for column in columns if column is not last]
    yielding = [column for column in columns if column.name in look.shrink]
    for least in (_SHORT, _NARROW):
        _shorten(yielding, columns, room, least)
        _shorten(columns, columns, room, least)
    for column in columns:
        column.least = 1
    _shorten(columns, columns, room, 1)
    return columns


def _shorten(some: list[_Column], columns: list[_Column], room: int, least: int) -> None:
    """Take from the widest of ``some`` until all fit or none is wider than ``least``."""
    while (over := _total(columns) - room) > 0:
        spare = [column for column in some if column.width > max(least, column.least)]
        if not spare:
            return
        widest = max(column.width for column in spare)
        second = max([column.width for column in some if column.width < widest], default=least)
        wide = [column for column in spare if column.width == widest]
        step = max(1, min(widest - max(second, least), over // len(wide)))
        for column in wide:
            if _total(columns) > room:
                column.width = max(column.least, column.width - step)


def _total(columns: list[_Column]) -> int:
    return sum(column.width for column in columns) + len(_GAP) * (len(columns) - 1)


def _least(columns: list[_Column]) -> int:
    """The room that the columns need when all are as narrow as makes sense."""
    return sum(column.least for column in columns) + len(_GAP) * (len(columns) - 1)
