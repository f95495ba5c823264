"""Cells of ids that other systems gave: ``hubspot:501;google:c42``, only in files of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.exchange.cell_text import text
from crmcli.output.cells import split_list

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.exchange.fields import Fields


def with_ids(
    build: Callable[[int, list[str]], Any], fields: Fields
) -> Callable[[int, list[str]], Any]:
    """A builder whose rows have the ids of their record too; the same one where the file has none."""
    places = fields.places.get("external_ids", [])
    if not places:
        return build
    place, *_ = places
    remarks = fields.cells.remarks

    def row(line: int, record: list[str]) -> Any:
        built = build(line, record)
        cell = record[place]
        return built._replace(external_ids=_read(cell, remarks)) if cell else built

    return row


def _read(cell: str, remarks: list[str]) -> tuple[str, ...]:
    found = []
    for item in split_list(cell):
        system, _, value = item.partition(":")
        if system.strip() and value.strip():
            found.append(text(item) or item)
        elif item.strip():
            remarks.append(f'"{item}" is no id of another system; crm export writes hubspot:501')
    return tuple(dict.fromkeys(found))
