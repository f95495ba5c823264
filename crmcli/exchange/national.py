"""Phones without their country's code: read by the country that stands in the same row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.exchange.remembered import Remembered
from crmcli.values import country, phone

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.exchange.cells import Cells
    from crmcli.exchange.fields import Fields
    from crmcli.values.phone import Phone

    Read = Callable[[list[str]], tuple[Phone, ...]]

_ADDRESS = "address, country"  # ends the field of a country in an address of a dialect


def phones(fields: Fields, names: str) -> Read | None:
    """A reader of all phones in the cells of some fields; None where no column has a country.

    A number that cannot be one of the row's country is read as one of the file's: people who moved
    kept theirs. Our own files have whole numbers.
    """
    cells = fields.cells
    countries = [
        place
        for place, column in enumerate(fields.columns)
        if column.field == "country" or column.field.endswith(_ADDRESS)
    ]
    if not countries or cells.own:
        return None
    every = fields.every(names)
    of_country = by_country(cells)

    def read(record: list[str]) -> tuple[Phone, ...]:
        found = every(record)
        if not found:
            return ()
        told = next((record[place] for place in countries if record[place]), None)
        return of_country(told, found)

    return read


def by_country(cells: Cells) -> Callable[[str | None, list[str]], tuple[Phone, ...]]:
    """A reader of phones by the country that they belong to, as a code or in words; None is that of the file."""
    readers: dict[str | None, Callable[[list[str]], tuple[Phone, ...]]] = {}
    home = cells.options.region
    regions = Remembered(country.code, cells.remarks)

    def read(told: str | None, found: list[str]) -> tuple[Phone, ...]:
        region = regions[told or ""]
        of_region = readers.get(region)
        if of_region is None:
            of_region = readers[region] = _of_region(cells, region, home)
        return of_region(found) if found else ()

    return read


def _of_region(
    cells: Cells, region: str | None, home: str | None
) -> Callable[[list[str]], tuple[Phone, ...]]:
    one: Any = cells.phone_reader(region)

    def read(found: list[str]) -> tuple[Phone, ...]:
        numbers = one(found[0]) if len(found) == 1 else cells.phones(found, region)
        if region is None or region == home or all(number.valid for number in numbers):
            return numbers
        return tuple(number if number.valid else _at_home(number, home) for number in numbers)

    return read


def _at_home(number: Phone, home: str | None) -> Phone:
    found = phone.parse(number.typed, home)
    return found if found.valid else number
