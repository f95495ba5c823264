"""What is said about the columns of a file, where their headers can be read in two ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.exchange import headers
from crmcli.exchange.plan import CUSTOM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.exchange.plan import Column


def two_names(found: Sequence[Column], noun: str, chosen: Mapping[str, str]) -> list[str]:
    """Remarks on columns of whole names that another such column kept from being the name."""
    named = [column for column in found if column.field in ("name", "people_names")]
    mapped_ones = {headers.normal(theirs) for theirs in chosen}
    return [
        f"column {column.header}: kept as a custom field, the name is in column {named[0].header};"
        f' --map "{column.header}=name" and "{named[0].header}=-" take it instead'
        for column in found
        if named
        and column.field.startswith(CUSTOM)
        and headers.normal(column.header) not in mapped_ones | headers.group("either")
        and headers.aliases(noun).get(headers.normal(column.header)) in ("name", "people_names")
    ]


def either_whose(found: Sequence[Column]) -> list[str]:
    """Remarks on columns of deals whose header says customer, where nothing else names a person."""
    if {"people", "people_names"} & {column.field for column in found}:
        return []
    return [
        f'column {column.header}: taken for companies; where it holds people: --map "{column.header}=contact"'
        for column in found
        if column.field == "company" and headers.normal(column.header) in headers.group("either")
    ]
