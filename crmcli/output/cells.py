"""One value of a row as text: for a cell of a CSV file, and for people to read."""

from __future__ import annotations

from crmcli.output.safe import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    # A row's value: a scalar, a list of texts or of people, a person ``{id, uid, name, email}``,
    # or a mapping such as the key dates ``{"renewal": "2026-12-31"}``.
    Value = str | int | float | bool | None | Sequence["Value"] | dict[str, Any]
    Row = Sequence[Value]


def join_list(items: Iterable[str]) -> str:
    r"""Several values in one cell, joined by ``;``; a literal one is ``\;`` and a backslash ``\\``.

    ``split_list`` is its inverse for values that are not empty.
    """
    return ";".join([item.replace("\\", "\\\\").replace(";", "\\;") for item in items])


def split_list(cell: str) -> list[str]:
    r"""The values of a cell that ``join_list`` made; empty ones are left out.

    A backslash before anything but ``;`` and a backslash is itself, so that ``C:\new``, typed by
    hand, survives.
    """
    if "\\" not in cell:
        return [item for item in cell.split(";") if item]
    items = [""]
    at = 0
    while at < len(cell):
        char = cell[at]
        if char == "\\" and cell[at + 1 : at + 2] in ("\\", ";"):
            at += 1
            items[-1] += cell[at]
        elif char == ";":
            items.append("")
        else:
            items[-1] += char
        at += 1
    return [item for item in items if item]


def exact(value: Value) -> str:
    """A value as CSV carries it: nothing lost, nothing made prettier.

    A person is the e-mail, or the ``uid`` where there is none; any other mapping is
    ``key=value;key=value``.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, dict):
        return join_list([exact(item) for item in value])
    if "uid" in value:
        return exact(value.get("email") or value["uid"])
    return join_list([f"{key}={exact(item)}" for key, item in value.items()])


def readable(value: Value) -> str:
    """A value for people, on one line: a person is the name, a list is joined by commas."""
    if isinstance(value, str):
        return value if value.isascii() and value.isprintable() else _one_line(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, dict):
        return ", ".join([readable(item) for item in value])
    if "uid" in value:
        return readable(value.get("name") or value.get("email") or value["uid"])
    return ", ".join([f"{readable(key)} {readable(item)}" for key, item in value.items()])


def _one_line(text: str) -> str:
    """A line end or a tab becomes a blank: in a table it would be noise."""
    return visible(text.replace("\r\n", " ").replace("\n", " ").replace("\t", " "))
