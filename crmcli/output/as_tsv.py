"""Tab-separated rows for pipes: no header, nothing cut off, one line a row."""

from __future__ import annotations

from crmcli.output import write_lines
from crmcli.output.cells import exact
from crmcli.output.safe import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TextIO

    from crmcli.output.cells import Row
    from crmcli.output.look import Look


def write(stream: TextIO, columns: Sequence[str], rows: Iterable[Row], look: Look) -> int:
    r"""Write each row as a line; a tab or line end in a value is the visible escape ``\t``, ``\n``.

    Returns:
        The number of rows.
    """
    del columns, look
    return write_lines(stream, map(_line, rows))


def _line(row: Row) -> str:
    cells = [value if value.__class__ is str else exact(value) for value in row]
    joined = "".join(cells)
    if visible(joined) is not joined:  # one look at the row is cheaper than one at each cell
        cells = [visible(cell) for cell in cells]
    return "\t".join(cells)
