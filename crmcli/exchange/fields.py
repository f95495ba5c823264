"""Where the fields of a noun stand in a record, and their values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import InvalidValueError
from crmcli.exchange.cells import lines, text
from crmcli.exchange.plan import CUSTOM, Column
from crmcli.exchange.records import Person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.exchange.cells import Cells

NO_COLUMN = Column("", "")


class Fields:
    """Where the fields of a noun stand in a record.

    A field may stand in several columns: of texts the first that isn't empty counts.
    """

    def __init__(self, columns: Sequence[Column], cells: Cells) -> None:
        self.cells = cells
        self.columns = columns
        self.places: dict[str, list[int]] = {}
        for place, column in enumerate(columns):
            self.places.setdefault(column.field, []).append(place)
        self.custom = [
            (column.field.removeprefix(CUSTOM), place)
            for place, column in enumerate(columns)
            if column.field.startswith(CUSTOM)
        ]

    def raw(self, field: str, record: list[str]) -> str:
        """The first filled cell of a field, or an empty text."""
        for place in self.places.get(field, ()):
            if record[place] and not record[place].isspace():
                return record[place]
        return ""

    def all(self, field: str, record: list[str]) -> list[str]:
        """Every filled cell of a field."""
        return [record[place] for place in self.places.get(field, ()) if record[place]]

    def column(self, field: str) -> Column:
        """The column that a field's dates or amounts are read by."""
        places = self.places.get(field)
        return self.columns[places[0]] if places else NO_COLUMN

    def text(self, field: str, record: list[str]) -> str | None:
        """A line of text."""
        raw = self.raw(field, record)
        return text(raw) if raw else None

    def lines(self, field: str, record: list[str]) -> str | None:
        """All texts of a field, one below the other."""
        found = [lines(raw) for raw in self.all(field, record)]
        return "\n".join(part for part in found if part) or None

    def instant(self, field: str, record: list[str]) -> str | None:
        """A stored instant; the row is refused for a bad one."""
        raw = self.raw(field, record)
        return self.cells.instant(raw, self.column(field)) if raw else None

    def day(self, field: str, record: list[str]) -> str | None:
        """A date; the row is refused for a bad one."""
        raw = self.raw(field, record)
        return self.cells.day(raw, self.column(field)) if raw else None

    def uid(self, record: list[str]) -> str | None:
        """The uid of a book of ours."""
        return self.text("uid", record)

    def people(self, record: list[str]) -> tuple[Person, ...]:
        """Whom the record is about; a name beside an e-mail is the name of the first."""
        found: list[Person] = []
        for raw in self.all("people", record):
            found += [person for person in self.cells.people(raw) if person not in found]
        name = self.text("people_names", record)
        phones = self.cells.phones(self.all("phones", record)) if "phones" in self.places else ()
        if found:
            if (name or phones) and not found[0].name:
                found[0] = found[0]._replace(name=name, phone=phones[0] if phones else None)
        elif name or phones:
            found.append(Person(name=name, phone=phones[0] if phones else None))
        return tuple(found)

    def nobody(self) -> InvalidValueError:
        """The refusal of a record that is about nobody."""
        only_email = "people_names" not in self.places and "phones" not in self.places
        return InvalidValueError("no e-mail" if only_email else "no person")

    def money(self, record: list[str]) -> tuple[int | None, str | None]:
        """Amount and currency; the currency's own column beats the sign in the amount."""
        raw = self.raw("amount", record)
        units, unit = self.cells.amount(raw, self.column("amount")) if raw else (None, None)
        own = self.raw("currency", record)
        return units, (self.cells.currency(own) if own else None) or unit
