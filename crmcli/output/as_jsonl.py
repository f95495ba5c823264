"""JSON Lines: one object a line."""

from __future__ import annotations

from crmcli.output import write_lines
from crmcli.output.as_json import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TextIO

    from crmcli.output.cells import Row
    from crmcli.output.look import Look


def write(stream: TextIO, columns: Sequence[str], rows: Iterable[Row], look: Look) -> int:
    """Write each row as an object on its own line; keys are the column names.

    Returns:
        The number of rows.
    """
    del look
    return write_lines(stream, (encode(dict(zip(columns, row, strict=True))) for row in rows))
