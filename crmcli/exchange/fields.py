"""Where the fields of a noun stand in a record, and readers of them.

A reader is made once a file and called once a record, so a field that the file doesn't have costs
next to nothing. A field may stand in several columns: of texts the first that isn't empty counts.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from crmcli.errors import InvalidValueError
from crmcli.exchange.cell_text import lines, text
from crmcli.exchange.plan import CUSTOM, Column
from crmcli.exchange.records import Person
from crmcli.values import name
from crmcli.values.phone import looks_like_phone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.exchange.cells import Cells

    T = TypeVar("T")
    Reader = Callable[[list[str]], T | None]

NO_COLUMN = Column("", "")


class Fields:
    """The columns of a file by the field they fill."""

    def __init__(self, columns: Sequence[Column], cells: Cells) -> None:
        self.cells = cells
        self.columns = columns
        self.places: dict[str, list[int]] = {}
        for place in sorted(range(len(columns)), key=lambda place: columns[place].rank):
            self.places.setdefault(columns[place].field, []).append(place)
        self.custom = [
            (column.field.removeprefix(CUSTOM), place)
            for place, column in enumerate(columns)
            if column.field.startswith(CUSTOM)
        ]

    def column(self, field: str) -> Column:
        """The column that a field's dates or amounts are read by."""
        places = self.places.get(field)
        return self.columns[places[0]] if places else NO_COLUMN

    def first(self, field: str, convert: Callable[[str], T | None]) -> Reader[T]:
        """A reader of the first filled cell of a field; None for empty cells."""
        places = self.places.get(field, ())
        if not places:
            return _nothing
        if len(places) > 1:
            return partial(_first_of, tuple(places), convert)
        place = places[0]

        def read(record: list[str]) -> T | None:
            cell = record[place]
            return convert(cell) if cell else None

        return read

    def every(self, field: str) -> Callable[[list[str]], list[str]]:
        """A reader of all filled cells of a field, or of several fields one after the other."""
        places = tuple(place for name in field.split() for place in self.places.get(name, ()))
        return lambda record: [cell for place in places if (cell := record[place])]

    def text(self, field: str) -> Reader[str]:
        """A reader of a line of text."""
        return self.first(field, text)

    def lines(self, field: str) -> Reader[str]:
        """A reader of all texts of a field, one below the other."""
        if len(self.places.get(field, ())) < 2:
            return self.first(field, lines)
        every = self.every(field)
        return lambda record: "\n".join(filter(None, map(lines, every(record)))) or None

    def instant(self, field: str) -> Reader[str]:
        """A reader of a stored instant."""
        return self.first(field, partial(self.cells.instant, column=self.column(field)))

    def day(self, field: str) -> Reader[str]:
        """A reader of a date."""
        return self.first(field, partial(self.cells.day, column=self.column(field)))

    def money(self) -> Callable[[list[str]], tuple[int | None, str | None]]:
        """A reader of amount and currency; the currency's own column beats the sign in a cell.

        The reader raises InvalidValueError for an amount in no currency that we know.
        """
        amount = self.first("amount", partial(self.cells.amount, column=self.column("amount")))
        currency = self.first("currency", self.cells.currency)
        paid_in = self.first("currency", self.cells.paid_in)

        def read(record: list[str]) -> tuple[int | None, str | None]:
            units, unit = amount(record) or (None, None)
            return units, (currency if units is None else paid_in)(record) or unit

        return read

    def people(self) -> Callable[[list[str]], tuple[Person, ...]]:
        """A reader of whom a record is about; a name beside an e-mail is that of the first.

        The reader raises InvalidValueError for a record that is about nobody.
        """
        several = self.every("people")
        names = self.first(
            "people_names", _turned if self.column("people_names").family_first else text
        )
        phone_cells = self.every("phones")
        cells = self.cells
        only_email = not {"people_names", "phones"} & self.places.keys()
        reason = "no e-mail" if only_email else "no person"

        def read(record: list[str]) -> tuple[Person, ...]:
            found = tuple(person for cell in several(record) for person in cells.people(cell))
            if not only_email:
                called, phones = names(record), cells.phones(phone_cells(record))
                phone = phones[0] if phones else None
                if not found and called and (address := cells.address(called)):
                    return (Person(address, phone=phone),)
                if not found and called and phone is None and looks_like_phone(called):
                    numbers = cells.phones([called])
                    return (Person(phone=numbers[0]),) if numbers else (Person(name=called),)
                if not found and (called or phone):
                    return (Person(name=called, phone=phone),)
                if found and (called or phone):
                    found = (
                        found[0]._replace(name=found[0].name or called, phone=phone),
                        *found[1:],
                    )
            if not found and not cells.habits.lenient:
                raise InvalidValueError(reason)
            return found if len(found) == 1 else tuple(dict.fromkeys(found))

        return read


def _turned(cell: str) -> str | None:
    """A line of text that is a name with its family name first."""
    plain = text(cell)
    return name.turned(plain)[0] if plain and "@" not in plain else plain


def _nothing(record: list[str]) -> None:
    """Read a field that the file doesn't have."""


def _first_of(
    places: tuple[int, ...], convert: Callable[[str], T | None], record: list[str]
) -> T | None:
    for place in places:
        cell = record[place]
        if cell and not cell.isspace():
            return convert(cell)
    return None
