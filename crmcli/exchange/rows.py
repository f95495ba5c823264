"""Records to rows: one builder a noun; that of contacts is in contact_rows, that of deals in deal_rows.

A builder is made for the columns of a file. It takes a line number and a record, which must have a
cell for every column, and raises InvalidValueError for a record that cannot become a row.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from crmcli.errors import InvalidValueError
from crmcli.exchange import contact_rows, deal_rows, national
from crmcli.exchange.cell_text import lines, split, text
from crmcli.exchange.fields import Fields
from crmcli.exchange.own_ids import with_ids
from crmcli.exchange.plan import CUSTOM
from crmcli.exchange.records import CompanyRow, FollowUpRow, InteractionRow, Person
from crmcli.exchange.remembered import Remembered, filler

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.exchange.cells import Cells
    from crmcli.exchange.fields import Reader
    from crmcli.exchange.plan import Column
    from crmcli.exchange.records import Row

    Builder = Callable[[int, list[str]], Row]

_CASE = ("closed_at", "outcome", "waits")
_KEPT_IN = {"interactions": "text", "followups": "text", "companies": "note"}
_MONTH = 31 * 86400
_PLACE = {field: place for place, field in enumerate(InteractionRow._fields)}
_KIND, _AT, _PEOPLE = _PLACE["kind"], _PLACE["at"], _PLACE["people"]
_AMOUNT, _CURRENCY = _PLACE["amount"], _PLACE["currency"]


def builder(noun: str, columns: Sequence[Column], cells: Cells) -> Builder:
    """Return the builder of a noun for these columns."""
    makers: dict[str, Callable[[Fields], Builder]] = {
        "contacts": contact_rows.contacts,
        "companies": _companies,
        "interactions": _interactions,
        "deals": deal_rows.deals,
        "followups": _follow_ups,
    }
    fields = Fields(columns, cells)
    build = with_ids(makers[noun](fields), fields)
    kept = _KEPT_IN.get(noun)
    unknown = [
        (column.header, place)
        for place, column in enumerate(columns)
        if column.field.startswith(CUSTOM)
    ]
    return _keeping(build, kept, unknown) if kept and unknown else build


def _keeping(build: Builder, field: str, unknown: Sequence[tuple[str, int]]) -> Builder:
    """A builder that adds the cells of unknown columns to a text: only people have custom fields."""

    def row(line: int, record: list[str]) -> Row:
        built = build(line, record)
        said = [
            f"{header}: {value}" for header, place in unknown if (value := lines(record[place]))
        ]
        if not said:
            return built
        kept: dict[str, Any] = {field: "\n".join(filter(None, [getattr(built, field), *said]))}
        return built._replace(**kept)

    return row


def _companies(fields: Fields) -> Builder:
    texts = ("uid", "name", "domain", "url", "city", "region", "postcode")
    readers = {field: fields.text(field) for field in texts}
    readers |= {field: fields.lines(field) for field in ("address", "note")}
    readers |= {field: fields.instant(field) for field in ("created_at", "updated_at")}
    countries = Remembered(fields.cells.country, fields.cells.remarks)
    readers["country"] = fields.first("country", countries.__getitem__)
    every = fields.every("phone")
    phones = national.phones(fields, "phone") or (lambda record: fields.cells.phones(every(record)))

    def row(line: int, record: list[str]) -> CompanyRow:
        values: dict[str, Any] = {field: read(record) for field, read in readers.items()}
        name = values.pop("name")
        if not name:
            raise InvalidValueError("no name")
        found = phones(record)
        return CompanyRow(line, name=name, phone=found[0] if found else None, **values)

    return row


def _interactions(fields: Fields) -> Builder:
    people, when, money = _people(fields), _when(fields), fields.money()
    paid = [*fields.places.get("amount", ()), *fields.places.get("currency", ())]
    readers, known = _told(fields)
    fill = filler(fields, _PLACE, readers, known)
    blank = list(InteractionRow(0))
    cased = not readers.keys().isdisjoint(_CASE)
    make = tuple.__new__

    def row(line: int, record: list[str]) -> InteractionRow:
        values = blank.copy()
        values[0] = line
        values[_PEOPLE] = people(record)
        values[_AT] = when(record)
        for place in paid:
            if record[place]:  # so in few rows
                amount, currency = money(record)
                values[_AMOUNT] = amount
                values[_CURRENCY] = currency if amount is not None else None
                break
        fill(record, values)
        if values[_KIND] is None:
            values[_KIND] = "note"
        if cased:
            _check_case(values, fields.cells)
        if values[_KIND] == "complaint" and not fields.cells.own:
            _check_span(values, fields.cells)
        return make(InteractionRow, values)

    return row


def _told(fields: Fields) -> tuple[dict[str, Reader[Any]], dict[str, Remembered]]:
    """Readers of what a file of interactions tells besides who, when and how much."""
    cells = fields.cells
    remember = partial(Remembered, remarks=cells.remarks)
    known = {
        "kind": remember(cells.kind),
        "direction": remember(partial(cells.word, "directions")),
        "company": remember(text),
        "subject": remember(text),
        "text": remember(lines),
    }
    duration = fields.first("duration", cells.seconds)
    seconds = fields.first("seconds", partial(cells.whole, name="duration", most=_MONTH))
    readers: dict[str, Reader[Any]] = {
        "uid": fields.text("uid"),
        "kind": fields.first("kind", cells.kind),
        "direction": fields.first("direction", known["direction"].__getitem__),
        "company": fields.text("company"),
        "subject": fields.text("subject"),
        "text": fields.lines("text"),
        "duration": lambda record: duration(record) or seconds(record),
        "deal": fields.text("deal"),
        "source": fields.text("source"),
        "closed_at": fields.instant("closed_at"),
        "outcome": fields.lines("outcome"),
        "waits": _waits(fields),
    }
    present = fields.places.keys() | ({"duration"} if "seconds" in fields.places else set())
    return {field: read for field, read in readers.items() if field in present}, known


def _waits(fields: Fields) -> Callable[[list[str]], tuple[tuple[str, str | None], ...]]:
    """A reader of ``2026-03-01T09:00:00Z..2026-03-04``, spans of waiting, each with or without an end."""
    every, cells = fields.every("waits"), fields.cells
    column = fields.column("waits")

    def read(record: list[str]) -> tuple[tuple[str, str | None], ...]:
        found: list[tuple[str, str | None]] = []
        for item in (item for cell in every(record) for item in split(cell, own=True)):
            start, dots, end = item.partition("..")
            try:
                since = cells.instant(start, column) if dots else None
                until = cells.instant(end, column) if end else None
            except InvalidValueError:
                since = None
            if since is None:
                cells.remarks.append(
                    f'"{item}" is no span of waiting; write 2026-03-01..2026-03-04'
                )
            else:
                found.append((since, until))
        return tuple(dict.fromkeys(found))

    return read


def _check_case(values: list[Any], cells: Cells) -> None:
    """Only a complaint is a case, and only one that was closed has an outcome."""
    for field in _CASE:
        value = values[_PLACE[field]]
        if value and values[_KIND] != "complaint":
            cells.remarks.append(f"{field} is for complaints, not for a {values[_KIND]}")
        elif value and field == "outcome" and not values[_PLACE["closed_at"]]:
            cells.remarks.append("outcome is for what is closed; give closed_at")
        else:
            continue
        values[_PLACE[field]] = () if field == "waits" else None


def _check_span(values: list[Any], cells: Cells) -> None:
    """A case that is still to come, or ended before it was opened, would never be asked about.

    Raises:
        InvalidValueError: so it is.
    """
    opened, closed = values[_AT], values[_PLACE["closed_at"]]
    if cells.is_ahead(opened):
        raise InvalidValueError(f"a complaint of {opened[:10]} is still to come")
    if closed and closed[:10] < opened[:10]:
        raise InvalidValueError(f"closed_at {closed[:10]} is before the complaint of {opened[:10]}")
    if cells.is_ahead(closed):
        raise InvalidValueError(f"closed_at {closed[:10]} is still to come")


def _people(fields: Fields) -> Callable[[list[str]], tuple[Person, ...]]:
    """The reader of whom a record is about, with the short way for one column of them."""
    everybody = fields.people()
    columns = fields.places.get("people", ())
    if len(columns) != 1 or {"people_names", "phones"} & fields.places.keys():
        return everybody
    column = columns[0]
    known = fields.cells.known_people

    def read(record: list[str]) -> tuple[Person, ...]:
        found: tuple[Person, ...] = known[record[column]]
        return found if len(found) == 1 else everybody(record)

    return read


def _when(fields: Fields) -> Callable[[list[str]], str]:
    """A reader of the instant, with the short way for one column of the usual spelling."""
    columns, instant = fields.places.get("at", ()), fields.instant("at")
    quick = fields.cells.clock.quick
    column = columns[0] if len(columns) == 1 else None

    def read(record: list[str]) -> str:
        found = (quick(record[column]) if column is not None else None) or instant(record)
        if found is None:
            raise InvalidValueError("no date")
        return found

    return read


def _follow_ups(fields: Fields) -> Builder:
    cells = fields.cells
    people = fields.people()
    due = fields.first("due", partial(cells.due, column=fields.column("due")))
    uid, text, source = fields.text("uid"), fields.lines("text"), fields.text("source")
    every, reason = fields.first("every", cells.every), fields.text("snooze_reason")
    done, until = fields.instant("done_at"), fields.day("snoozed_until")
    anchor = fields.first("anchor", partial(cells.due, column=fields.column("anchor")))
    made, set_by, done_by = (
        fields.instant("created_at"),
        fields.text("set_by"),
        fields.text("done_by"),
    )

    def row(line: int, record: list[str]) -> FollowUpRow:
        who = people(record)
        when = due(record)
        if when is None and not cells.habits.lenient:
            raise InvalidValueError("no due date")
        return FollowUpRow(
            line,
            uid=uid(record),
            person=who[0] if who else Person(),
            due=when or "",
            text=text(record),
            every=every(record),
            done_at=done(record),
            snoozed_until=until(record),
            snooze_reason=reason(record),
            source=source(record),
            anchor=anchor(record),
            set_by=set_by(record),
            done_by=done_by(record),
            created_at=made(record),
        )

    return row
