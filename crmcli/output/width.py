"""How many columns of a terminal a text takes, and making it fit.

Our own and not rich's because a table is what most commands end in, and importing rich costs
several times what the rest of such a command does.
"""

from __future__ import annotations

from unicodedata import category, east_asian_width

from crmcli.output.safe import is_pictograph

_ZWJ = "\u200d"
_EMOJI_STYLE = "\ufe0f"
_NO_WIDTH = frozenset(("Mn", "Me", "Cf", "Cc"))


def width(text: str) -> int:
    """Columns that ``text`` takes: 2 for a wide character or an emoji, 0 for a combining mark."""
    if text.isascii():
        return len(text)
    return sum(_steps(text))


def _steps(text: str) -> list[int]:
    """What each character adds; an emoji of several characters counts with its first."""
    steps: list[int] = []
    before = ""
    for char in text:
        step = _char_width(char)
        if before == _ZWJ and is_pictograph(char):
            step = 0
        elif "\U0001f3fb" <= char <= "\U0001f3ff" and is_pictograph(before):
            step = 0  # a skin tone
        elif char == _EMOJI_STYLE and is_pictograph(before) and steps[-1] == 1:
            step = 1  # drawn as a picture, so two columns
        steps.append(step)
        before = char
    return steps


def _char_width(char: str) -> int:
    if " " <= char <= "~":
        return 1
    if east_asian_width(char) in "WF":
        return 2
    if "\u1160" <= char <= "\u11ff" or category(char) in _NO_WIDTH:
        return 0  # the second and third part of a Korean syllable, or a mark on its letter
    return 1


def cut(text: str, columns: int) -> str:
    """``text`` in at most ``columns`` columns, with ``…`` at its end where something was cut."""
    if len(text) <= columns and text.isascii():
        return text
    if columns <= 0:
        return ""
    # Beyond this many characters nothing can show: a text of 10 MB is not measured to its end.
    head = text[: 20 * columns + 20]
    steps = _steps(head)
    if len(head) == len(text) and sum(steps) <= columns:
        return text
    room = columns - 1
    end = 0
    for step in steps:
        if step > room:
            break
        room -= step
        end += 1
    return head[:end].rstrip().rstrip(_ZWJ) + "…"


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """``text`` cut or filled with blanks to exactly ``columns`` columns.

    Args:
        text: one line.
        columns: the width wanted.
        right: put the text at the right, as numbers are.
    """
    text = cut(text, columns)
    blanks = " " * (columns - width(text))
    return blanks + text if right else text + blanks
