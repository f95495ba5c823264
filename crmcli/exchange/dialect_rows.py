"""Records of a dialect to rows: sorted by noun, made plain for the builders, and completed after.

The builders of rows and contact_rows know our fields only. A record is given to them with the cells
that mean nothing emptied and with a few columns of the dialect's own behind it; what they cannot
know (ids, further addresses, values that another column labels) is added to the row they return.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from crmcli.errors import InvalidValueError
from crmcli.exchange import dialect_people, headers
from crmcli.exchange.cell_text import split
from crmcli.exchange.cells import Cells
from crmcli.exchange.csv_file import Broken
from crmcli.exchange.dialect_columns import Places
from crmcli.exchange.dialect_ids import Ids
from crmcli.exchange.dialect_parties import Parties
from crmcli.exchange.fields import Fields
from crmcli.exchange.habits import Habits
from crmcli.exchange.plan import Column
from crmcli.exchange.records import ContactRow, Skip
from crmcli.exchange.rows import builder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from crmcli.exchange.dialect import Dialect
    from crmcli.exchange.plan import Options
    from crmcli.exchange.records import Row, Told

    Numbered = tuple[int, int, list[str] | Broken]
    Build = Callable[[int, list[str]], Row]

_SINGLE = ("company", "title", "source")  # fields of which a record has one


def habits(dialect: Dialect) -> Habits:
    """What the builders have to know about a dialect."""
    words = {
        group: {headers.normal(word): ours for ours, theirs in table.items() for word in theirs}
        for group, table in dialect.get("words", {}).items()
    }
    return Habits(
        words, dialect.get("separators", {}), lenient=True, by_url=dialect.get("ids", {}).get("path", False)
    )  # fmt: skip


class Sorter:
    """Gives each record of a file to one of its nouns, or leaves it out."""

    def __init__(self, dialect: Dialect, holds: Sequence[str], header: Sequence[str]) -> None:
        places = Places(header)
        self._header = header
        self._first = holds[0]
        self._holds = frozenset(holds)
        self._usual = dialect.nouns[0]
        self._rules = [
            (found, rule.get("noun"))
            for rule in dialect.get("rows", [])
            if "set" not in rule and (found := _conditions(rule, places)) is not None
        ]

    def of(self, noun: str, records: Iterable[Numbered], told: Told) -> Iterator[Numbered]:
        """Yield the records of a noun; the first noun also tells what is left out."""
        for line, number, record in records:
            if isinstance(record, Broken):
                found, reason = self._first, None
            else:
                found, reason = self._sort(record)
            if reason is not None:
                if noun == self._first:
                    told.skip(Skip(line, number, reason))
            elif found == noun:
                yield line, number, record

    def _sort(self, record: list[str]) -> tuple[str, str | None]:
        """The noun of a record, and why it is left out."""
        found = self._usual
        for conditions, noun in self._rules:
            if _hold(conditions, record):
                if noun is None:
                    return self._first, self._said(conditions, record)
                found = noun
                break
        return found, None if found in self._holds else f"is one of the {found}"

    def _said(self, conditions: dict[int, frozenset[str]], record: list[str]) -> str:
        return " and ".join(
            f"{self._header[place]} = {record[place].strip()}" for place in conditions
        )


def _conditions(rule: dict[str, Any], places: Places) -> dict[int, frozenset[str]] | None:
    """Place to the normalised values that fulfil a rule; None where the file lacks a column."""
    found = {}
    for header, values in rule.get("where", {}).items():
        place = places.first(header)
        if place is None:
            return None
        found[place] = frozenset(map(headers.normal, values))
    return found


def _hold(conditions: dict[int, frozenset[str]], record: list[str]) -> bool:
    return all(headers.normal(record[place]) in values for place, values in conditions.items())


class Reading:
    """The builder of one noun of a dialect."""

    def __init__(
        self,
        dialect: Dialect,
        noun: str,
        columns: Sequence[Column],
        options: Options,
        owner_id: str | None,
    ) -> None:
        self.cells = Cells(options, own=False, habits=habits(dialect))
        self._dialect = dialect
        self._owner_id = owner_id
        header = [column.header for column in columns]
        places = Places(header)
        self._places = places
        self._nothing = [
            (place, frozenset(cells))
            for theirs, cells in dialect.get("nothing", {}).items()
            for place in places.of(theirs)
        ]
        self._times = [
            (day, clock)
            for theirs, of_day in dialect.get("times", {}).items()
            if (day := places.first(theirs)) is not None
            and (clock := places.first(of_day)) is not None
        ]
        self._stamps = [
            (stamp, day)
            for theirs, of_day in dialect.get("stamps", {}).items()
            if (stamp := places.first(theirs)) is not None
            and (day := places.first(of_day)) is not None
        ]
        self._columns = columns
        known = headers.fields(noun)
        self._sets = [
            (found, rule["set"])
            for rule in dialect.get("rows", [])
            if "set" in rule and (found := _conditions(rule, places)) is not None
        ]
        added = [
            field
            for field in dict.fromkeys(field for _, fields in self._sets for field in fields)
            if field in known
        ]
        self._added = {field: len(columns) + place for place, field in enumerate(added)}
        every = [*columns, *(Column("", field, rank=-1) for field in added)]
        self._build: Build = builder(noun, every, self.cells)
        self._after = self._completions(noun, Fields(columns, self.cells))

    def build(self, line: int, record: list[str]) -> Row:
        """Return the row of a record.

        Raises:
            InvalidValueError: it cannot become one.
        """
        plain = record.copy()
        for place, cells in self._nothing:
            if plain[place] in cells:
                plain[place] = ""
        for day, clock in self._times:
            if plain[day] and plain[clock].strip():
                plain[day] = f"{plain[day].strip()} {plain[clock].strip()}"
        for stamp, day in self._stamps:
            if plain[stamp] and plain[day] and self._is_late(plain, stamp, day):
                plain[stamp] = ""
        if self._added:
            plain += [""] * len(self._added)
            for conditions, fields in self._sets:
                if _hold(conditions, record):
                    for field, value in fields.items():
                        if field in self._added:
                            plain[self._added[field]] = value
        left: dict[str, str] = {}
        for prepare in self._before:
            prepare(plain, left)
        row = self._build(line, plain)
        for complete in self._after:
            row = complete(row, plain)
        if left and isinstance(row, ContactRow):
            row = row._replace(custom=left | (row.custom or {}))
        return row

    def _is_late(self, record: list[str], stamp: int, day: int) -> bool:
        """Whether an instant is more than a day from the day that the record itself has."""
        try:
            first, second = (
                self.cells.instant(record[place], self._columns[place]) for place in (stamp, day)
            )
        except InvalidValueError:
            return False
        if not first or not second:
            return False
        apart = date.fromisoformat(first[:10]) - date.fromisoformat(second[:10])
        return abs(apart.days) > 1

    def _completions(self, noun: str, fields: Fields) -> list[Callable[[Any, list[str]], Any]]:
        dialect, places = self._dialect, self._places
        separators = dialect.get("separators", {})
        self._before: list[Callable[[list[str], dict[str, str]], None]] = []
        found: list[Callable[[Any, list[str]], Any]] = []
        for field in _SINGLE:
            if field in separators and field in fields.places and noun != "companies":
                self._before.append(_one_of(fields, field, separators[field]))
        ids = Ids(dialect, noun, places)
        if ids.any:
            found.append(ids.complete)
        if noun == "interactions" and "parties" in dialect.tables:
            found.append(
                Parties(
                    dialect, places, options=self.cells.options, owner_id=self._owner_id
                ).complete
            )
        if noun == "contacts":
            prepare, complete = dialect_people.steps(dialect, places, fields)
            self._before += prepare
            found += complete
        return found


def _one_of(fields: Fields, field: str, mark: str) -> Callable[[list[str], dict[str, str]], None]:
    """Leave the first of several in a cell; the others become a custom field under its header."""
    places = fields.places[field]

    def prepare(record: list[str], left: dict[str, str]) -> None:
        for place in places:
            if mark in record[place]:
                first, *others = split(record[place], own=False, mark=mark) or [""]
                record[place] = first
                if others:
                    left[fields.columns[place].header] = mark.strip().join(others)

    return prepare
