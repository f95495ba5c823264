"""The text of a cell: cleaned, split, or none at all."""

from __future__ import annotations

import unicodedata

from crmcli.output.cells import split_list
from crmcli.values import text as texts

_NOTHING = frozenset(
    {"-", "--", "---", "n/a", "na", "none", "null", "brak", "nil", "?", "nie dotyczy"}
)


def text(cell: str) -> str | None:
    """A line of text; None when there is nothing in the cell."""
    if len(cell) <= texts.LONGEST and cell.isascii() and cell.isprintable() and "  " not in cell:
        return cell.strip() or None  # the short way of nearly every cell
    return cell.strip() or None if _is_clean(cell) else texts.clean(cell) or None


def lines(cell: str) -> str | None:
    """A text that may have several lines."""
    if _is_clean(cell):
        return cell.strip() or None
    return texts.clean(cell, multiline=True) or None


def _is_clean(cell: str) -> bool:
    """Whether cleaning would change nothing but the blanks at the ends: so in nearly every cell."""
    return (
        len(cell) <= texts.LONGEST
        and cell.isprintable()
        and "  " not in cell
        and (cell.isascii() or unicodedata.is_normalized("NFC", cell))
    )


def is_nothing(cell: str) -> bool:
    """Whether a cell says that there is nothing, in words."""
    return cell.strip().casefold() in _NOTHING


def split(cell: str, *, own: bool, mark: str | None = None) -> list[str]:
    r"""The items of a list in a cell.

    Our own files join by ``;`` and write ``\;`` for one inside an item and ``\\`` for a backslash;
    others join by whatever comes to mind, unless the ``mark`` between them is known.
    """
    if own:
        return [found for item in split_list(cell) if (found := text(item))]
    for between in (mark,) if mark else (" ::: ", ";", "\n", ","):
        if between in cell:
            items = (text(item) for item in cell.split(between))
            return list(dict.fromkeys(item for item in items if item and not is_nothing(item)))
    found_one = text(cell)
    return [found_one] if found_one and not is_nothing(found_one) else []
