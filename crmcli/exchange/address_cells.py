r"""Cells of addresses beyond the first: ``label=home\;city=Brno``, several joined as any list is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.exchange.cell_text import lines, text
from crmcli.exchange.records import Address
from crmcli.output.cells import split_list

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.exchange.fields import Fields


def addresses(fields: Fields) -> Callable[[list[str]], tuple[Address, ...]]:
    """A reader of addresses, each a list of part=text."""
    every, cells = fields.every("addresses"), fields.cells

    def one(item: str) -> Address | None:
        parts = dict(part.partition("=")[::2] for part in split_list(item))
        if not parts.keys() <= set(Address._fields):
            cells.remarks.append(f'"{item}" is no address; crm export writes label=home;city=Brno')
            return None
        said = {name: text(value) for name, value in parts.items()}
        said["address"] = lines(parts.get("address", ""))
        said["country"] = cells.country(parts.get("country", ""))
        return Address(**said) if any(said.values()) else None

    def read(record: list[str]) -> tuple[Address, ...]:
        found = [one(item) for cell in every(record) for item in split_list(cell)]
        return tuple(filter(None, dict.fromkeys(found)))

    return read
