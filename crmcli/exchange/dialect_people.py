"""What a dialect adds to a row of a person: labelled values, further addresses, dates, fewer tags."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from crmcli.errors import InvalidValueError
from crmcli.exchange import headers, our_mark
from crmcli.exchange.cell_text import is_nothing, lines, split, text
from crmcli.exchange.dialect_columns import addresses, pairs
from crmcli.exchange.fields import NO_COLUMN
from crmcli.exchange.plan import CUSTOM
from crmcli.exchange.records import Address
from crmcli.exchange.remembered import Remembered
from crmcli.values import key_dates
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
    after.append(our_mark.known)
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
        self._values: dict[str, list[int]] = {}
        for pair in labelled:
            if pair.field not in ("custom", "dates"):
                self._values.setdefault(pair.field, []).append(pair.value)
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
                dates.append((key_dates.kind(label) or "other", day, None))
        more: dict[str, Any] = {
            field: found
            for field, places in self._values.items()
            if (found := self._more(getattr(row, field), field, [record[p] for p in places]))
        }
        return row._replace(custom=custom or None, dates=tuple(dict.fromkeys(dates)), **more)

    def _more(self, found: tuple[Any, ...], field: str, cells: list[str]) -> tuple[Any, ...]:
        values = [value for value in cells if value and not value.isspace()]
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


def _addresses(homes: Sequence[AddressPlaces], cells: Cells) -> Complete:
    """The first address that says anything is that of the person, the others stand beside."""
    readers = [_address(home, cells) for home in homes]

    def complete(row: ContactRow, record: list[str]) -> ContactRow:
        found = [one for read in readers if (one := read(record))]
        if not found:
            return row
        first, *others = dict.fromkeys(found) if len(found) > 1 else found
        return row._replace(
            address=first.address, city=first.city, region=first.region,
            postcode=first.postcode, country=first.country, addresses=tuple(others),
        )  # fmt: skip

    return complete


def _address(home: AddressPlaces, cells: Cells) -> Callable[[list[str]], Address | None]:
    """A reader of one address; most records have none of most."""
    every = sorted({place for part in home.parts for place in part} | {*home.formatted})
    streets, *others = home.parts
    countries = Remembered(cells.country, cells.remarks)

    def texts(record: list[str], places: tuple[int, ...]) -> list[str]:
        found = [value for place in places if record[place] and (value := lines(record[place]))]
        return [value for value in found if not is_nothing(value)]

    def read(record: list[str]) -> Address | None:
        for place in every:
            if record[place]:
                break
        else:
            return None
        street = "\n".join(dict.fromkeys(texts(record, streets))) or None
        city, region, postcode, country = (
            next(iter(texts(record, places)), None) if places else None for places in others
        )
        if country:
            country = countries[country]
        if not (street or city or region or postcode or country):
            street = next(iter(texts(record, home.formatted)), None)
            if not street:
                return None
        label = home.label
        if home.label_place is not None:
            label = text(record[home.label_place].strip("* ")) or label
        return Address(label and fold(label), street, city, region, postcode, country)

    return read


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
