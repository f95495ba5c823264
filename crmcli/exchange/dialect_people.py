"""What a dialect adds to a row of a person: labelled values, further addresses, dates, fewer tags."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from crmcli.errors import InvalidValueError
from crmcli.exchange import headers, labels, national, our_mark
from crmcli.exchange.cell_text import is_nothing, lines, split, text
from crmcli.exchange.dialect_columns import addresses, pairs
from crmcli.exchange.fields import NO_COLUMN
from crmcli.exchange.plan import CUSTOM
from crmcli.exchange.records import Address
from crmcli.exchange.remembered import Remembered
from crmcli.values import email as emails
from crmcli.values import key_dates
from crmcli.values import phone as phones

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.exchange.cells import Cells
    from crmcli.exchange.dialect import Dialect
    from crmcli.exchange.dialect_columns import AddressPlaces, PairPlaces, Places
    from crmcli.exchange.fields import Fields
    from crmcli.exchange.plan import Column
    from crmcli.exchange.records import ContactRow
    from crmcli.values.phone import Phone

    Prepare = Callable[[list[str], dict[str, str]], None]
    Complete = Callable[[ContactRow, list[str]], ContactRow]

_SEVERAL = " ::: "  # between the values of a labelled column


def steps(dialect: Dialect, places: Places, fields: Fields) -> tuple[list[Prepare], list[Complete]]:
    """What is done to a record before its row is built, and to the row after."""
    before: list[Prepare] = []
    after: list[Complete] = []
    if labelled := pairs(dialect, places):
        before.append(_phones_of_faxes(labelled))
    if homes := addresses(dialect, places):
        after.append(_addresses(homes, fields.cells))
    if labelled:  # behind the addresses, whose country is that of the phones
        after.append(_Labelled(labelled, fields.cells).complete)
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
        self._values: dict[str, list[PairPlaces]] = {}
        for pair in labelled:
            if pair.field not in ("custom", "dates"):
                self._values.setdefault(pair.field, []).append(pair)
        self._cells = cells
        self._of_country = national.by_country(cells)

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
        more: dict[str, Any] = {}
        for field, places in self._values.items():
            told = [
                (value, record[pair.label])
                for pair in places
                if (value := record[pair.value]) and not value.isspace()
            ]
            if told:
                more |= self._more(row, field, told)
        return row._replace(custom=custom or None, dates=tuple(dict.fromkeys(dates)), **more)

    def _more(self, row: ContactRow, field: str, told: list[tuple[str, str]]) -> dict[str, Any]:
        """What the row gets of values with their labels: those that it has not yet, and how they are called."""
        found: tuple[Any, ...] = getattr(row, field)
        if field == "urls":
            more = (item for value, _ in told for item in split(value, own=False, mark=_SEVERAL))
            return {field: tuple(dict.fromkeys((*found, *more)))}
        key: Callable[[Any], object]
        shown: Callable[[Any], str]
        if field == "emails":
            key, shown = emails.key, str
        else:
            key, shown = _phone_key, phones.spelled
        held = {key(one): one for one in found}
        said = dict(row.email_labels if field == "emails" else row.phone_labels)
        for value, written in told:
            label = labels.ours(written)
            for one in self._read(row, field, value, known=bool(found)):
                name = shown(held.setdefault(key(one), one))
                if label:
                    said.setdefault(name, label)
        return {
            field: tuple(held.values()),
            f"{field.removesuffix('s')}_labels": tuple(said.items()),
        }

    def _read(self, row: ContactRow, field: str, value: str, *, known: bool) -> Sequence[Any]:
        if field == "phones":
            return self._of_country(row.country, [value])
        # Those of a column of e-mails have been read, and remarked on.
        return emails.split_many(value)[0] if known else self._cells.emails([value])


def _phone_key(one: Phone) -> tuple[str, str | None]:
    return one.key, one.extension


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
            address_label=first.label,
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
            label = record[home.label_place].strip("* ") or label
        return Address(label and labels.ours(label), street, city, region, postcode, country)

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
