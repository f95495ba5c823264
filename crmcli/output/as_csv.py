"""CSV as RFC 4180 has it, with a header, line feeds at the ends, and every value exact."""

from __future__ import annotations

import csv
from itertools import islice

from crmcli.output.cells import exact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Literal, TextIO

    from crmcli.output.cells import Row
    from crmcli.output.look import Look

_SCALARS = frozenset((str, int, float, type(None)))
_BATCH = 256


class _LineFeeds:
    """Ends rows in a line feed.

    The csv module quotes a lone carriage return only if its own line end has one (before Python
    3.13), and an unquoted one breaks the row when it is read again.
    """

    __slots__ = ("_write",)

    def __init__(self, stream: TextIO) -> None:
        self._write = stream.write

    def write(self, line: str) -> int:
        return self._write(line[:-2] + "\n")


def write(stream: TextIO, columns: Sequence[str], rows: Iterable[Row], look: Look) -> int:
    r"""Write a header and the rows; a list is joined by ``;``, with ``\;`` for a literal one.

    Returns:
        The number of rows.
    """
    del look
    return write_scalars(stream, columns, map(_flat, rows))


def write_scalars(
    stream: TextIO, columns: Sequence[str], rows: Iterable[Row], *, quoted: bool = False
) -> int:
    """Write rows of texts, numbers and nothing else: straight from a cursor, and the fastest way.

    Args:
        stream: where to.
        columns: the header.
        rows: values parallel to columns.
        quoted: every cell, not only one that needs it.

    Returns:
        The number of rows.
    """
    quoting: Literal[0, 1] = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    to = csv.writer(_LineFeeds(stream), lineterminator="\r\n", quoting=quoting)
    to.writerow(columns)
    left = iter(rows)
    count = 0
    batch = list(islice(left, 1))
    while batch:
        to.writerows(batch)
        if count == 0:
            stream.flush()
        count += len(batch)
        batch = list(islice(left, _BATCH))
    return count


def _flat(row: Row) -> Row:
    return [value if value.__class__ in _SCALARS else exact(value) for value in row]
