"""Records to people: the widest of the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import InvalidValueError
from crmcli.exchange.cells import is_nothing, lines, split, text
from crmcli.exchange.records import ContactRow
from crmcli.values import dates, email, name

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.exchange.fields import Fields
    from crmcli.exchange.plan import Column

_ONE = ("company", "title", "address", "city", "region", "postcode", "country", "source")
_LONGEST_CADENCE = 3650


def build(fields: Fields, line: int, record: list[str]) -> ContactRow:
    """Make one person.

    Raises:
        InvalidValueError: nothing says who it is, or a cell holds what no field can.
    """
    cells = fields.cells
    raw_emails = fields.all("emails", record)
    emails = cells.emails(raw_emails)
    phones = cells.phones(fields.all("phones", record) + fields.all("other_phones", record))
    shown, given, family = _names(fields, record, raw_emails)
    custom = _custom(fields, record)
    single = {field: _one(fields, field, record, custom) for field in _ONE}
    if not (shown or emails or phones or single["company"]):
        raise InvalidValueError("no name, e-mail, phone or company")
    raw_currency = fields.raw("currency", record)
    dnc = fields.raw("do_not_contact", record)
    return ContactRow(
        line,
        uid=fields.uid(record),
        name=shown,
        given=given,
        family=family,
        company=single["company"],
        title=single["title"],
        emails=emails,
        phones=phones,
        urls=_list(fields, "urls", record),
        address=single["address"],
        city=single["city"],
        region=single["region"],
        postcode=single["postcode"],
        country=cells.country(single["country"]) if single["country"] else None,
        birthday=_birthday(fields, record),
        dates=_dates(fields, record),
        language=fields.text("language", record),
        currency=cells.currency(raw_currency) if raw_currency else None,
        channel=fields.text("channel", record),
        lifecycle=_lifecycle(fields, record, custom),
        cadence=cells.whole(fields.raw("cadence", record), "cadence", _LONGEST_CADENCE),
        tags=_list(fields, "tags", record),
        source=single["source"],
        referred_by=fields.text("referred_by", record),
        note=fields.lines("note", record),
        do_not_contact=cells.word("yes", dnc) == "yes" if dnc else None,
        verified_on=_soft(fields, "verified_on", record, cells.day),
        created_at=_soft(fields, "created_at", record, cells.instant),
        updated_at=_soft(fields, "updated_at", record, cells.instant),
        archived_at=_soft(fields, "archived_at", record, cells.instant),
        custom=custom or None,
    )


def _names(
    fields: Fields, record: list[str], raw_emails: list[str]
) -> tuple[str | None, str | None, str | None]:
    given, family = fields.text("given", record), fields.text("family", record)
    shown = fields.text("name", record)
    if shown and is_nothing(shown):
        shown = None
    if not shown and (given or family):
        shown = name.join(given, fields.text("middle", record), family)
    if not shown:
        for raw in raw_emails:
            pair = email.split_name_address(raw)
            if pair and pair[0]:
                return text(pair[0]), None, None
    return shown, given, family


def _one(fields: Fields, field: str, record: list[str], custom: dict[str, str]) -> str | None:
    """The first filled cell; what other columns of the field say besides becomes custom fields."""
    places = fields.places.get(field)
    if not places:
        return None
    read = lines if field == "address" else text
    first = None
    for place in places:
        found = read(record[place])
        if first is None:
            first = found
        elif found and found != first:
            custom.setdefault(fields.columns[place].header, found)
    return first


def _custom(fields: Fields, record: list[str]) -> dict[str, str]:
    found = {}
    for field, places in fields.custom:
        value = lines(record[places])
        if value is not None:
            found[field] = value
    return found


def _list(fields: Fields, field: str, record: list[str]) -> tuple[str, ...]:
    own = fields.cells.own
    cells = fields.all(field, record)
    return tuple(dict.fromkeys(item for cell in cells for item in split(cell, own=own)))


def _birthday(fields: Fields, record: list[str]) -> str | None:
    raw = fields.raw("birthday", record)
    if raw:
        return fields.cells.key_date(raw, fields.column("birthday"))
    month, day = fields.text("birth_month", record), fields.text("birth_day", record)
    if not (month and day and month.isdigit() and day.isdigit()):
        return None
    year = fields.text("birth_year", record)
    head = f"{int(year):04}" if year and year.isdigit() else "-"
    return fields.cells.key_date(f"{head}-{int(month):02}-{int(day):02}", fields.column("birthday"))


def _dates(fields: Fields, record: list[str]) -> tuple[tuple[str, str, int | None], ...]:
    """Key dates: ``renewal=2026-12-31/30d``, and columns that are one by their header."""
    cells = fields.cells
    found: list[tuple[str, str, int | None]] = []
    anniversary = fields.raw("anniversary", record)
    day = cells.key_date(anniversary, fields.column("anniversary")) if anniversary else None
    if day:
        found.append(("anniversary", day, None))
    for cell in fields.all("dates", record):
        for item in split(cell, own=True):
            kind, mark, rest = item.rpartition("=")
            text_day, _, notice = rest.partition("/")
            day = cells.key_date(text_day, fields.column("dates")) if mark and kind else None
            if day:
                days = cells.whole(notice, "notice", _LONGEST_CADENCE) if notice else None
                found.append((kind.strip(), day, days))
            elif not mark:
                cells.remarks.append(f'"{item}" is not a key date; write kind=2026-12-31')
    return tuple(dict.fromkeys(found))


def _lifecycle(fields: Fields, record: list[str], custom: dict[str, str]) -> str | None:
    raw = fields.text("lifecycle", record)
    known = fields.cells.word("lifecycles", raw) if raw else None
    if raw and not known and not is_nothing(raw):
        custom.setdefault(fields.column("lifecycle").header, raw)
    return known


def _soft(
    fields: Fields, field: str, record: list[str], read: Callable[[str, Column], str | None]
) -> str | None:
    """A date that a person can do without."""
    raw = fields.raw(field, record)
    if not raw:
        return None
    try:
        return read(raw, fields.column(field))
    except dates.AmbiguousDateError:
        return None  # the plan says so once for the whole column
    except InvalidValueError as error:
        fields.cells.remarks.append(str(error))
        return None
