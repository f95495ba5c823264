"""What a dialect adds to a row of a person: labelled values, further addresses, dates, fewer tags."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from crmcli.errors import InvalidValueError
from crmcli.exchange import headers
from crmcli.exchange.cell_text import is_nothing, lines, split, text
from crmcli.exchange.dialect_columns import addresses, pairs
from crmcli.exchange.fields import NO_COLUMN
from crmcli.exchange.plan import CUSTOM
from crmcli.exchange.records import Address
from crmcli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.exchange.cells import Cells
    from crmcli.exchange.dialect import Dialect
    from crmcli.exchange.dialect_columns import AddressPlaces, PairPlaces, Places
    from crmcli.exchange.fields import Fields
    from crmcli.exchange.plan import Column
    from crmcli.exchange.records import ContactRow

    Prepare = Callable[[list[str], dict[str, str]], None]
    Complete = Callable[[ContactRow, list[str]], ContactRow]

_SEVERAL = " ::: "  # between the values of a labelled column


def steps(dialect: Dialect, places: Places, fields: Fields) -> tuple[list[Prepare], list[Complete]]:
    """What is done to a record before its row is built, and to the row after."""
    before: list[Prepare] = []
    after: list[Complete] = []
    if labelled := pairs(dialect, places):
        before.append(_phones_of_faxes(labelled))
        after.append(_Labelled(labelled, fields.cells).complete)
    if homes := addresses(dialect, places):
        after.append(_addresses(homes, fields.cells))
    dated = [
        (column.field.removeprefix(CUSTOM), place, column)
        for place, column in enumerate(fields.columns)
        if column.dated
    ]
    if dated:
        after.append(_dated(dated, fields.cells))
    if mark := dialect.get("system_tags", ""):
        after.append(partial(_without_tags, mark))
    return before, after


def _phones_of_faxes(labelled: Sequence[PairPlaces]) -> Callable[[list[str], dict[str, str]], None]:
    """Move numbers that are no phones out of the way."""
    kept = [pair for pair in labelled if pair.custom and pair.field != "custom"]

    def prepare(record: list[str], left: dict[str, str]) -> None:
        for pair in kept:
            label, value = record[pair.label], record[pair.value]
            if value and label and not pair.custom.isdisjoint(headers.normal(label).split()):
                left[label.strip("* ")] = value.strip()
                record[pair.value] = ""

    return prepare


class _Labelled:
    """Values whose label says what they are."""

    def __init__(self, labelled: Sequence[PairPlaces], cells: Cells) -> None:
        self._pairs = [pair for pair in labelled if pair.field in ("custom", "dates")]
        self._values = [pair for pair in labelled if pair.field not in ("custom", "dates")]
        self._cells = cells

    def complete(self, row: ContactRow, record: list[str]) -> ContactRow:
        custom = dict(row.custom or {})
        dates = list(row.dates)
        for pair in self._pairs:
            value = lines(record[pair.value])
            if not value:
                continue
            label = text(record[pair.label].strip("* ")) or pair.field
            if pair.field == "custom":
                custom.setdefault(label, value.replace(_SEVERAL, "; "))
            elif day := self._cells.key_date(value, NO_COLUMN):
                dates.append((fold(label), day, None))
        emails = self._more(row.emails, "emails", record)
        phones = self._more(row.phones, "phones", record)
        urls = self._more(row.urls, "urls", record)
        return row._replace(
            custom=custom or None,
            dates=tuple(dict.fromkeys(dates)),
            emails=emails,
            phones=phones,
            urls=urls,
        )

    def _more(self, found: tuple[Any, ...], field: str, record: list[str]) -> tuple[Any, ...]:
        values = [record[pair.value] for pair in self._values if pair.field == field]
        values = [value for value in values if value.strip()]
        if not values:
            return found
        if field == "urls":
            more: tuple[Any, ...] = tuple(
                item for value in values for item in split(value, own=False, mark=_SEVERAL)
            )
            return tuple(dict.fromkeys((*found, *more)))
        read = self._cells.emails if field == "emails" else self._cells.phones
        keys = {getattr(one, "key", one) for one in found}
        return (*found, *(one for one in read(values) if getattr(one, "key", one) not in keys))


def _addresses(
    homes: Sequence[AddressPlaces], cells: Cells
) -> Callable[[ContactRow, list[str]], ContactRow]:
    """The first address that says anything is that of the person, the others stand beside."""

    def complete(row: ContactRow, record: list[str]) -> ContactRow:
        found = [one for home in homes if (one := _address(home, record, cells))]
        if not found:
            return row
        first, *others = dict.fromkeys(found)
        return row._replace(
            address=first.address, city=first.city, region=first.region,
            postcode=first.postcode, country=first.country, addresses=tuple(others),
        )  # fmt: skip

    return complete


def _address(home: AddressPlaces, record: list[str], cells: Cells) -> Address | None:
    street, *rest = (
        [value for place in part if (value := lines(record[place])) and not is_nothing(value)]
        for part in home.parts
    )
    city, region, postcode = (part[0] if part else None for part in rest[:3])
    country = cells.country(rest[3][0]) if rest[3] else None
    whole = "\n".join(dict.fromkeys(street)) or None
    if not (whole or city or region or postcode or country):
        whole = next((value for place in home.formatted if (value := lines(record[place]))), None)
    if not (whole or city or region or postcode or country):
        return None
    label = home.label
    if home.label_place is not None:
        label = text(record[home.label_place].strip("* ")) or label
    return Address(label and fold(label), whole, city, region, postcode, country)


def _dated(
    dated: Sequence[tuple[str, int, Column]], cells: Cells
) -> Callable[[ContactRow, list[str]], ContactRow]:
    """Custom fields that are dates, spelt as all our dates."""

    def complete(row: ContactRow, record: list[str]) -> ContactRow:
        custom = dict(row.custom or {})
        for name, place, column in dated:
            try:
                day = cells.day(record[place], column) if record[place].strip() else None
            except InvalidValueError:
                continue  # kept as it stands
            if day:
                custom[name] = day
        return row._replace(custom=custom or None)

    return complete


def _without_tags(mark: str, row: ContactRow, _record: list[str]) -> ContactRow:
    if not any(tag.startswith(mark) for tag in row.tags):
        return row
    return row._replace(tags=tuple(tag for tag in row.tags if not tag.startswith(mark)))
