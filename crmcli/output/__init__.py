"""Where data is printed: rows in a format, lines of text, prompts and progress.

Output sees rows and never the database.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO


# A format's module has ``write(stream, columns, rows, look) -> int``, which streams ``rows`` and
# returns how many there were. Named as text, so that a format costs nothing until it is asked for.
OUTPUTS = {
    "table": "crmcli.output.as_table",
    "tsv": "crmcli.output.as_tsv",
    "csv": "crmcli.output.as_csv",
    "json": "crmcli.output.as_json",
    "jsonl": "crmcli.output.as_jsonl",
    "ids": "crmcli.output.as_ids",
}


def write_lines(stream: TextIO, lines: Iterable[str], end: str = "\n") -> int:
    """Write lines as they come, the first before the last is made; return how many."""
    count = 0
    for line in lines:
        stream.write(line + end)
        count += 1
        if count == 1:
            stream.flush()
    return count
