"""What e-mails and phones are called, by columns of ours or by the headers that they stand under."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.exchange import labels
from crmcli.exchange.cell_text import split
from crmcli.values import phone

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.exchange.cells import Cells
    from crmcli.exchange.fields import Fields

    Reader = Callable[[list[str], list[Any]], None]


def readers(fields: Fields, row: dict[str, int]) -> list[Reader]:
    """What gives the labels of e-mails and phones: from columns of ours, else from headers that say them.

    Args:
        fields: the columns of the file.
        row: of each field of a row the place; a reader gets a record, and the values of its row.
    """
    cells = fields.cells
    found: list[Reader] = []
    for field, names, read, shown in (
        ("emails", ("emails",), cells.email, str),
        ("phones", ("phones", "other_phones"), cells.phone_reader(), phone.spelled),
    ):
        to, of = row[f"{field.removesuffix('s')}_labels"], row[field]
        if f"{field.removesuffix('s')}_labels" in fields.places:
            found.append(_own_labels(fields, f"{field.removesuffix('s')}_labels", of, to, shown))
            continue
        places = [place for one in names for place in fields.places.get(one, ())]
        called = [
            (place, labels.of_header(fields.columns[place].header, field)) for place in places
        ]
        if not cells.own and any(label for _, label in called):
            found.append(_labels_of_headers(called, cells, of, to, read, shown))
    return found


def _own_labels(
    fields: Fields, field: str, of: int, to: int, shown: Callable[[Any], str]
) -> Reader:
    every, remarks = fields.every(field), fields.cells.remarks

    def called(record: list[str], values: list[Any]) -> None:
        if cells := every(record):
            items = [item for cell in cells for item in split(cell, own=True)]
            values[to] = labels.of_ours(items, [*map(shown, values[of])], remarks)

    return called


def _labels_of_headers(
    columns: list[tuple[int, str | None]],
    cells: Cells,
    of: int,
    to: int,
    read: Callable[[str], Any],
    shown: Callable[[Any], str],
) -> Reader:
    def called(record: list[str], values: list[Any]) -> None:
        if found := values[of]:
            told = [(record[place], label) for place, label in columns if record[place]]
            before = len(cells.remarks)
            values[to] = labels.of_values(told, found, read, shown)
            del cells.remarks[before:]  # said when the values were read

    return called
