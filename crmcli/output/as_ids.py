"""One id a line, for ``xargs`` and the next command."""

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
    """Write the ``id`` of each row, or its ``handle``, or else its first column.

    Returns:
        The number of rows.
    """
    del look
    at = next((columns.index(name) for name in ("id", "handle") if name in columns), 0)
    return write_lines(stream, (visible(exact(row[at])) for row in rows))
