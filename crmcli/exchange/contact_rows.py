"""Records to people: the widest of the rows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from crmcli.errors import InvalidValueError
from crmcli.exchange import agreed, label_cells, national
from crmcli.exchange.address_cells import addresses
from crmcli.exchange.cell_text import is_nothing, lines, split, text
from crmcli.exchange.meaningless import without_email
from crmcli.exchange.merged_cells import merged
from crmcli.exchange.records import ContactRow
from crmcli.exchange.remembered import Remembered, filler
from crmcli.values import dates, email, key_dates, name

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.exchange.cells import Cells
    from crmcli.exchange.fields import Fields, Reader
    from crmcli.exchange.habits import Habits
    from crmcli.exchange.plan import Column

    KeyDates = tuple[tuple[str, str, int | None], ...]

# Several columns may fill one of these; what the others say besides is kept as custom fields.
_ONE = ("company", "title", "address", "city", "region", "postcode", "country", "source")
_TEXTS = ("uid", "language", "channel", "referred_by", "postcode", "address_label")
_COMMON = ("company", "title", "city", "region", "source")
_INSTANTS = ("created_at", "updated_at", "archived_at")
_FILLED_BY = {
    "phones": ("phones", "other_phones"),
    "birthday": ("birthday", "birth_month"),
    "dates": ("dates", "anniversary"),
}
_LONGEST = 3650  # days
_BIRTHDAYS = 30_000  # remembered: all days of eighty years
_PLACE = {field: place for place, field in enumerate(ContactRow._fields)}
_NAME, _COMPANY = _PLACE["name"], _PLACE["company"]  # given and family stand between them
_CUSTOM, _LIFECYCLE = _PLACE["custom"], _PLACE["lifecycle"]
_EMAILS, _PHONES, _URLS = _PLACE["emails"], _PLACE["phones"], _PLACE["urls"]


def contacts(fields: Fields) -> Callable[[int, list[str]], ContactRow]:
    """Return the builder of people; see rows."""
    known = _remembered(fields)
    readers = {
        field: read
        for field, read in _readers(fields, known).items()
        if fields.places.keys() & _FILLED_BY.get(field, (field,))
    }
    fill = filler(fields, _PLACE, readers, known)
    marked = [_PLACE[name] for name in readers if name in ("verified_channels", "dead_channels")]
    names, custom = _names(fields, known["title"]), _custom(fields)
    blank = list(ContactRow(0))
    own, kept, check = fields.cells.own, fields.cells.kept, without_email(fields)
    called = label_cells.readers(fields, _PLACE)
    make = tuple.__new__  # _make asks for the length first, which cannot be wrong here

    def row(line: int, record: list[str]) -> ContactRow:
        values: list[Any] = blank.copy()
        values[0] = line
        if kept:
            kept.clear()
        fill(record, values)
        values[_NAME:_COMPANY] = names(record)
        if not (values[_NAME] or values[_EMAILS] or values[_PHONES] or values[_COMPANY]):
            _require_url(fields.cells.habits, values[_URLS])
        if not (own or values[_EMAILS]):
            check(record, values[_NAME], values[_COMPANY], values[_PHONES])
        if custom is not None:
            values[_CUSTOM] = custom(record, values)
        if kept:
            values[_CUSTOM] = kept | (values[_CUSTOM] or {})
        for place in marked:
            if values[place]:
                values[place] = agreed.of_theirs(
                    values[place], values[_EMAILS], values[_PHONES], fields.cells
                )
        for label in called:
            label(record, values)
        return make(ContactRow, values)

    return row


def _require_url(habits: Habits, urls: tuple[str, ...]) -> None:
    """Somebody without any name of ours is known by the page about them, or by nothing."""
    if not habits.by_url:
        raise InvalidValueError("no name, e-mail, phone or company")
    if not urls:
        raise InvalidValueError("no name, e-mail, phone, company or profile URL")


def _remembered(fields: Fields) -> dict[str, Remembered]:
    """Readers of those cells that say the same again and again."""
    cells = fields.cells
    remember = partial(Remembered, remarks=cells.remarks)
    birthday = partial(cells.key_date, column=fields.column("birthday"))
    mark = cells.habits.separators.get("tags")
    found = dict.fromkeys(("language", "channel", "postcode", *_COMMON), remember(text)) | {
        "company": remember(text),  # of its own: so many that they would push out the others
        "note": remember(lines),
        "tags": remember(
            lambda cell: tuple(dict.fromkeys(split(cell, own=cells.own, mark=mark))), empty=()
        ),
        "country": remember(cells.country),
        "currency": remember(cells.currency),
        "lifecycle": remember(partial(cells.word, "lifecycles")),
    }
    if "birth_month" not in fields.places:  # else the year stands elsewhere
        found["birthday"] = remember(birthday, most=_BIRTHDAYS)
    return found


def _readers(fields: Fields, known: dict[str, Remembered]) -> dict[str, Callable[[list[str]], Any]]:
    """A reader for each field but the names and the custom fields."""
    cells = fields.cells
    readers: dict[str, Callable[[list[str]], Any]] = {
        "emails": _all(fields, "emails", cells.email, cells.emails),
        "phones": national.phones(fields, "phones other_phones")
        or _all(fields, "phones other_phones", cells.phone_reader(), cells.phones),
        "urls": _items(fields, "urls"),
        "tags": _items(fields, "tags"),
        "birthday": _birthday(fields),
        "dates": _key_dates(fields),
        "note": fields.lines("note"),
        "address": fields.first("address", lines),
        "country": fields.first("country", known["country"].__getitem__),
        "currency": fields.first("currency", known["currency"].__getitem__),
        "lifecycle": fields.first("lifecycle", known["lifecycle"].__getitem__),
        "cadence": fields.first("cadence", partial(cells.whole, name="cadence", most=_LONGEST)),
        "do_not_contact": fields.first("do_not_contact", cells.yes),
        "verified_on": _soft(fields, "verified_on", cells.day),
        "notice_on": _soft(fields, "notice_on", cells.day),
        "consents": agreed.consents(fields),
        "verified_channels": agreed.marks(fields, "verified_channels"),
        "dead_channels": agreed.marks(fields, "dead_channels"),
    }
    readers["addresses"] = addresses(fields)
    readers["merged"] = merged(_items(fields, "merged"), cells.remarks)
    readers["different"] = _items(fields, "different")
    readers |= {field: fields.text(field) for field in (*_TEXTS, *_COMMON)}
    return readers | {field: _soft(fields, field, cells.instant) for field in _INSTANTS}


def _all(
    fields: Fields,
    names: str,
    one: Callable[[str], tuple[Any, ...]],
    several: Callable[[list[str]], tuple[Any, ...]],
) -> Callable[[list[str]], tuple[Any, ...]]:
    """A reader of everything in the cells of some fields; it knows before whether that is one cell."""
    every = fields.every(names)
    columns = [column for field in names.split() for column in fields.places.get(field, ())]
    if len(columns) != 1:
        return lambda record: several(every(record))
    column = columns[0]

    def read(record: list[str]) -> tuple[Any, ...]:
        cell = record[column]
        return one(cell) if cell else ()

    return read


def _names(
    fields: Fields, known: Remembered
) -> Callable[[list[str]], tuple[str | None, str | None, str | None]]:
    """A reader of the name as shown, the given and the family name."""
    full = fields.text("name")
    turned = fields.column("name").family_first
    given = fields.first("given", known.__getitem__)
    family = fields.first("family", known.__getitem__)
    middle, emails, own = fields.text("middle"), fields.every("emails"), fields.cells.own

    def read(record: list[str]) -> tuple[str | None, str | None, str | None]:
        shown, first, last = full(record), given(record), family(record)
        if shown and (own or not is_nothing(shown)):
            if turned and "@" not in shown:
                shown, *told = name.turned(shown)
                return shown, first or told[0], last or told[1]
            return shown, first, last
        if first or last:
            shown = name.join(first, middle(record), last)
            return shown, first, name.without_degrees(last) if last and "," in last else last
        pairs = (email.split_name_address(cell) for cell in emails(record) if "<" in cell)
        beside = next((text(pair[0]) for pair in pairs if pair), None)
        return beside, None, None

    return read


def _custom(fields: Fields) -> Callable[[list[str], list[Any]], dict[str, str] | None] | None:
    """A reader of custom fields, and of what single fields could not take; None for none of them."""
    spare = [
        (_PLACE[field], fields.columns[place].header, place)
        for field in _ONE
        for place in fields.places.get(field, ())[1:]
    ]
    stages = fields.places.get("lifecycle", ())
    if not spare and not fields.custom and not stages:
        return None
    # Only a word that is no lifecycle of ours goes here: few rows have one.
    seldom = not fields.custom and not spare and len(stages) == 1

    def read(record: list[str], values: list[Any]) -> dict[str, str] | None:
        if seldom and values[_LIFECYCLE]:
            return None
        found = {
            field: value
            for field, place in fields.custom
            if record[place] and (value := lines(record[place]))
        }
        for taken, header, place in spare:
            value = lines(record[place])
            if value and value != values[taken] and not is_nothing(value):
                found.setdefault(header, value)
        understood = values[_LIFECYCLE]
        for place in stages:
            value = lines(record[place])
            if value and understood:
                understood = None  # it says what the field says now; what the next ones say is more
            elif value and not is_nothing(value):
                found.setdefault(fields.columns[place].header, value)
        return found or None

    return read


def _items(fields: Fields, field: str) -> Callable[[list[str]], tuple[str, ...]]:
    own, every = fields.cells.own, fields.every(field)
    mark = fields.cells.habits.separators.get(field)

    def read(record: list[str]) -> tuple[str, ...]:
        cells = every(record)
        if not cells:
            return ()
        return tuple(
            dict.fromkeys(item for cell in cells for item in split(cell, own=own, mark=mark))
        )

    return read


def _birthday(fields: Fields) -> Reader[str]:
    column = fields.column("birthday")
    whole = fields.first("birthday", partial(fields.cells.key_date, column=column))
    if "birth_month" not in fields.places:
        return whole
    parts = [fields.text(field) for field in ("birth_year", "birth_month", "birth_day")]

    def read(record: list[str]) -> str | None:
        year, month, day = (part(record) for part in parts)
        if not (month and day and month.isdecimal() and day.isdecimal()):
            return whole(record)
        head = f"{int(year):04}" if year and year.isdecimal() else "-"
        return fields.cells.key_date(f"{head}-{int(month):02}-{int(day):02}", column)

    return read


def _key_dates(fields: Fields) -> Callable[[list[str]], KeyDates]:
    """A reader of ``renewal=2026-12-31/30d``, and of columns that are one by their header."""
    every = fields.every("dates")
    anniversary = fields.first(
        "anniversary", partial(fields.cells.key_date, column=fields.column("anniversary"))
    )

    def read(record: list[str]) -> KeyDates:
        day = anniversary(record)
        found = [("anniversary", day, None)] if day else []
        items = [item for cell in every(record) for item in split(cell, own=True)]
        return tuple(
            dict.fromkeys(found + _parse_dates(items, fields.cells, fields.column("dates")))
        )

    return read


def _parse_dates(
    items: list[str], cells: Cells, column: Column
) -> list[tuple[str, str, int | None]]:
    found: list[tuple[str, str, int | None]] = []
    for item in items:
        called, _, rest = item.rpartition("=")
        written, _, notice = rest.rpartition("/") if rest.endswith("d") else (rest, "", "")
        kind = key_dates.kind(called) or "other"
        day = cells.key_date(written, column) if called else None
        if day:
            found.append((kind, day, cells.whole(notice, "notice", _LONGEST)))
        elif not called:
            cells.remarks.append(f'"{item}" is not a key date; write kind=2026-12-31')
    return found


def _soft(fields: Fields, field: str, convert: Callable[[str, Column], str | None]) -> Reader[str]:
    """A reader of a date that a person can do without."""
    column, remarks = fields.column(field), fields.cells.remarks

    def read(cell: str) -> str | None:
        try:
            return convert(cell, column)
        except dates.AmbiguousDateError:
            return None  # the plan says so once for the whole column
        except InvalidValueError as error:
            remarks.append(str(error))
            return None

    return fields.first(field, read)
