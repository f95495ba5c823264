"""What a terminal would do with the bytes that it is sent."""

from __future__ import annotations

import re
import unicodedata

# The look that crm itself gives to words: bold, dim, red, green, yellow, blue, and plain again.
_OWN_LOOK = re.compile(r"\x1b\[(?:0|1|2|3[1-4])m")
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_JOINERS = "\u200c\u200d"  # stay within an emoji or a word of a script that needs them
_TAGS = range(0xE0000, 0xE0080)


def printed(data: bytes, *, coloured: bool = False, terminal: bool = False) -> str:
    r"""The text on the screen, of bytes that print and do nothing else.

    Args:
        data: what was written.
        coloured: whether crm may have coloured it.
        terminal: whether the line discipline has made ``\r\n`` of line ends.

    Raises:
        AssertionError: something in it is more than a letter, a tab or a line end.
    """
    text = data.decode("utf-8", "strict")
    if terminal:
        text = text.replace("\r\n", "\n")
    if coloured:
        text = _OWN_LOOK.sub("", text)
    acting = sorted({char for char in text if _acts(char)})
    where = text.index(acting[0]) if acting else 0
    assert not acting, (acting, text[max(0, where - 80) : where + 80])
    return text


def _acts(char: str) -> bool:
    if char in "\n\t" or char in _JOINERS:
        return False
    return unicodedata.category(char) in _HIDDEN or ord(char) in _TAGS
