"""Cells of what people agreed to, and of what is known of their addresses and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import InvalidValueError
from crmcli.exchange.cell_text import split
from crmcli.values import basis, phone

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.exchange.cells import Cells
    from crmcli.exchange.fields import Fields
    from crmcli.values.phone import Phone

    Consents = tuple[tuple[str, str, str | None, str | None], ...]
    Marks = tuple[tuple[str, str], ...]


def consents(fields: Fields) -> Callable[[list[str]], Consents]:
    """A reader of ``consent=2026-01-02/fair in Brno``, each a basis."""
    every, cells = fields.every("consents"), fields.cells

    def read(record: list[str]) -> Consents:
        found = []
        for item in (item for cell in every(record) for item in split(cell, own=True)):
            try:
                one = basis.read(item)
            except InvalidValueError as error:
                cells.remarks.append(str(error))
                continue
            # What was given on a day to come would carry a mailing today, and outweigh each withdrawal until then.
            ahead = [day for day in one[1:3] if day and cells.is_after_today(day)]
            if ahead:
                cells.remarks.append(f'"{item}": {ahead[0]} is in the future; left out')
            else:
                found.append(one)
        return tuple(dict.fromkeys(found))

    return read


def marks(fields: Fields, field: str) -> Callable[[list[str]], Marks]:
    """A reader of ``anna@acme.example=2026-03-01``, each with its day."""
    every, cells, column = fields.every(field), fields.cells, fields.column(field)

    def read(record: list[str]) -> Marks:
        found = []
        for item in (item for cell in every(record) for item in split(cell, own=True)):
            shown, _, day = item.rpartition("=")
            try:
                on = cells.day(day, column) if shown else None
            except InvalidValueError:
                on = None
            if on is None:
                cells.remarks.append(f'"{item}" is no address or number with its day')
            else:
                found.append((shown, on))
        return tuple(dict.fromkeys(found))

    return read


def of_theirs(
    found: Marks, emails: tuple[str, ...], phones: tuple[Phone, ...], cells: Cells
) -> Marks:
    """What is said of an address or number that the person has; the rest is remarked on."""
    held = {*emails, *map(phone.spelled, phones)}
    for shown, _ in found:
        if shown not in held:
            cells.remarks.append(f'"{shown}" is none of the e-mails and phones beside it')
    return tuple(mark for mark in found if mark[0] in held)
