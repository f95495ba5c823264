"""One JSON array, written row by row: keys are the column names, one row a line."""

from __future__ import annotations

from json import JSONEncoder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, TextIO

    from crmcli.output.cells import Row
    from crmcli.output.look import Look

_ENCODE = JSONEncoder(ensure_ascii=False, check_circular=False).encode


def encode(value: Any) -> str:
    r"""A value as JSON on one line.

    Letters stay as they are; whatever is not printable is a ``\u`` escape, so that the text is
    exact and yet harmless on a terminal.
    """
    text = _ENCODE(value)
    return text if text.isprintable() else "".join(map(_escape, text))


def _escape(char: str) -> str:
    if char.isprintable():
        return char
    code = ord(char)
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def write(stream: TextIO, columns: Sequence[str], rows: Iterable[Row], look: Look) -> int:
    """Write an array of objects; without rows it is ``[]``.

    Returns:
        The number of rows.
    """
    del look
    count = 0
    for row in rows:
        stream.write(
            ("[\n" if count == 0 else ",\n") + encode(dict(zip(columns, row, strict=True)))
        )
        count += 1
        if count == 1:
            stream.flush()
    stream.write("\n]\n" if count else "[]\n")
    return count
