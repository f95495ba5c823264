"""Values that a column cannot mean, and keys that are not those of their values."""

from __future__ import annotations

import re
from datetime import date, datetime

from crmcli.config.settings import LIFECYCLES
from crmcli.errors import InvalidValueError
from crmcli.store.contact_fields import CHANNELS
from crmcli.store.doctor import Finding, several
from crmcli.values import country, dates, email, key_dates, money, name, phone, repeat
from crmcli.values.text import alias, clean, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from typing import Any

    from crmcli.store.doctor import Sight

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z")
_UID = re.compile(
    r"\S{1,200}"
)  # ours are 16 hexadecimal digits, those that came with a file are not


def _firm(text: str) -> str:
    return name.company_key(text) or fold(text)


def _digits(number: str) -> str:
    try:
        return phone.parse(number, None).key
    except InvalidValueError:
        return "".join(filter(str.isdecimal, number))


def _said(subject: str | None, text: str | None) -> str | None:
    return alias(f"{subject or ''} {text or ''}")


# table, column -> the value it has to have, in SQL over the functions below
_KEYS = (
    ("contact", "key", "doctor_name(name)"),
    ("merged_contact", "key", "doctor_name(name)"),
    ("company", "key", "doctor_firm(name)"),
    ("email", "key", "doctor_email(address)"),
    ("phone", "key", "doctor_phone(number)"),
    ("tag", "key", "fold(name)"),
    ("field", "key", "fold(name)"),
    ("interaction", "alias", "doctor_said(subject, text)"),
)
_FUNCTIONS: tuple[tuple[str, int, Callable[..., Any]], ...] = (
    ("doctor_name", 1, name.key),
    ("doctor_firm", 1, _firm),
    ("doctor_email", 1, email.key),
    ("doctor_phone", 1, _digits),
    ("doctor_said", 2, _said),
)


def _is_day(value: str) -> bool:
    try:
        return bool(_DAY.fullmatch(value) and date.fromisoformat(value))
    except ValueError:
        return False


def _is_key_date(value: str) -> bool:
    try:
        return key_dates.parse_key_date(value) == value
    except InvalidValueError:
        return False


def _is_instant(value: str) -> bool:
    try:
        return bool(_INSTANT.fullmatch(value) and datetime.fromisoformat(value))
    except ValueError:
        return False


def _is_due(value: str) -> bool:
    if len(value) != 16:
        return _is_day(value)
    return value[10] == "T" and _is_instant(f"{value}Z")


def _is_repeat(value: str) -> bool:
    try:
        return repeat.parse_every(value) == value
    except InvalidValueError:
        return False


def _code(size: int) -> Callable[[str], bool]:
    return lambda value: (
        len(value) == size and value.isascii() and value.isalpha() and value.isupper()
    )


def _is_country(value: str) -> bool:
    """A code, or a name that is none of a country that we know, as it was typed or imported."""
    try:
        return _code(2)(value) or (country.code(value) is None and clean(value) == value != "")
    except InvalidValueError:
        return False


def _currency(value: str) -> str | None:
    try:
        return money.currency(value)
    except InvalidValueError:
        return None


def _date(value: str) -> str | None:
    try:
        found = dates.parse_import_date(value, None)
    except InvalidValueError:
        return None
    return found if found and _is_day(found) else None


def _none(value: str) -> None:
    del value


def _among(words: tuple[str, ...]) -> tuple[Callable[[str], bool], Callable[[str], str | None]]:
    def nearest(value: str) -> str | None:
        found = value.strip().lower()
        return found if found in words else None

    return words.__contains__, nearest


# kind -> (whether a text is one, what it has to be instead where that is plain)
_KINDS: dict[str, tuple[Callable[[str], bool], Callable[[str], str | None]]] = {
    "day": (_is_day, _date),
    "date of a year or of every year": (_is_key_date, _date),
    "instant": (_is_instant, _none),
    "day, or day and time": (_is_due, _date),
    "rule of repeating": (_is_repeat, _none),
    "country": (_is_country, country.code),
    "currency code": (_code(3), _currency),
    "lifecycle": _among(LIFECYCLES),
    "channel": _among(CHANNELS),
    "uid": (lambda value: bool(_UID.fullmatch(value)), _none),
}
_COLUMNS = {
    "day": "contact.verified_on contact.notice_on email.verified_on email.dead_on phone.verified_on"
    " phone.dead_on consent.given_on consent.withdrawn_on deal.close deal.quoted_on deal.valid_until"
    " silence.until",
    "date of a year or of every year": "contact.birthday key_date.date",
    "instant": "company.created_at company.updated_at contact.created_at contact.updated_at"
    " contact.archived_at deal.stage_since deal.won_at deal.lost_at deal.created_at deal.updated_at"
    " interaction.at complaint.closed_at complaint_wait.since_at complaint_wait.until_at"
    " follow_up.done_at follow_up.created_at silence.created_at change_set.at",
    "day, or day and time": "follow_up.due follow_up.anchor follow_up.snoozed_until",
    "rule of repeating": "follow_up.every",
    "country": "contact.country company.country address.country",
    "currency code": "contact.currency deal.currency interaction.currency",
    "lifecycle": "contact.lifecycle",
    "channel": "contact.channel",
    "uid": "contact.uid company.uid deal.uid interaction.uid follow_up.uid merged_contact.uid",
}
# What a number or a pair of columns cannot be, in SQL.
_RANGES = (
    ("contact", "do_not_contact NOT IN (0, 1)", "do_not_contact is neither yes nor no"),
    ("contact", "cadence < 0", "cadence is below zero"),
    ("deal", "probability NOT BETWEEN 0 AND 100", "probability is no percentage"),
    ("deal", "won_at IS NOT NULL AND lost_at IS NOT NULL", "deal is both won and lost"),
    ("interaction", "duration < 0", "duration is below zero"),
    ("interaction", "amount IS NOT NULL AND currency IS NULL", "amount has no currency"),
    ("contact", "trim(name) = ''", "name is empty"),
    ("change", "data IS NOT NULL AND NOT json_valid(data)", "data is no JSON: crm undo cannot take that back"),
    # Of who was forgotten the history keeps bare that a row was there (store/forget_history.py).
    ("change", ("op <> 'insert' AND data IS NULL AND NOT (op = 'delete' AND contact_id IS NULL"
     " AND EXISTS (SELECT 1 FROM forgotten))"), "data is missing: crm undo cannot take that back"),
)  # fmt: skip


def look(db: sqlite3.Connection, sight: Sight) -> Iterator[Finding]:
    """Yield findings about single values."""
    for function, count, work in _FUNCTIONS:
        db.create_function(function, count, work, deterministic=True)
    yield from _keys(db)
    for kind, columns in _COLUMNS.items():
        for place in columns.split():
            table, column = place.split(".")
            yield from _column(db, kind, table, column, sight.at)
    for table, wrong, what in _RANGES:
        count, first = several(db, f"SELECT id FROM {table} WHERE {wrong}")
        if count:
            yield Finding("values", f"{what} in {{}} rows of {table}", count, f"{table} {first}",
                          advice="not mendable from the book; a copy from before may have it")  # fmt: skip


def _keys(db: sqlite3.Connection) -> Iterator[Finding]:
    for table, column, wanted in _KEYS:
        wrong = f"{column} IS NOT {wanted}"
        if table == "company":  # a name of signs alone has none
            wrong += f" AND NOT ({column} = '' AND {wanted} = fold(name))"
        count, first = several(db, f"SELECT id FROM {table} WHERE {wrong}")
        if count:
            yield Finding(
                "keys", f"{{}} rows of {table} are looked up by another {column} than their own",
                count, f"{table} {first}", repair="works it out anew",
                mend=_rekey(table, column, wanted, wrong),
            )  # fmt: skip


def _rekey(
    table: str, column: str, wanted: str, wrong: str
) -> Callable[[sqlite3.Connection], None]:
    def mend(db: sqlite3.Connection) -> None:
        # Two tags of one folded word stay two: OR IGNORE leaves the second as it is.
        db.execute(f"UPDATE OR IGNORE {table} SET {column} = {wanted} WHERE {wrong}")

    return mend


def _column(
    db: sqlite3.Connection, kind: str, table: str, column: str, now: str
) -> Iterator[Finding]:
    """What of a column is none of its kind, the mendable and the rest apart."""
    valid, instead = _KINDS[kind]
    known: dict[str, str | None] = {}  # what is wrong -> what it should be
    good: set[str] = set()
    found: list[tuple[Any, str]] = []
    key = "rowid" if table != "complaint" else "id"
    for row_id, value in db.execute(
        f"SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL"
    ):
        if value is None or value in good:
            continue
        if value not in known:
            if valid(value):
                if len(good) < 100_000:
                    good.add(value)
                continue
            known[value] = instead(value)
        found.append((row_id, value))
    if found and kind == "instant":
        yield Finding(
            "values", f"{{}} values of {table}.{column} are no {kind}", len(found),
            f'"{found[0][1]}" in {table} {found[0][0]}',
            repair="takes the time of the command that wrote the row", mend=_retime(table, column, found, now),
        )  # fmt: skip
        return
    for plain in (True, False):
        rows = [row for row in found if (known[row[1]] is not None) is plain]
        if rows:
            row_id, value = rows[0]
            shown = f'"{value}" in {table} {row_id}'
            what = f"{{}} values of {table}.{column} are no {kind}"
            if plain:
                yield Finding("values", what, len(rows), f'{shown}, for "{known[value]}"',
                              repair="writes them as they should be", mend=_rewrite(table, column, rows, known))  # fmt: skip
            else:
                yield Finding("values", what, len(rows), shown,
                              advice="not mendable from the book; set it anew, or see a copy from before")  # fmt: skip


def _retime(
    table: str, column: str, rows: list[tuple[Any, str]], now: str
) -> Callable[[sqlite3.Connection], None]:
    told = (
        "SELECT s.at FROM change c JOIN change_set s ON s.id = c.set_id"
        f" WHERE c.noun = '{table}' AND c.op = 'insert' AND {table}.id BETWEEN c.row_id AND coalesce(c.row_last, c.row_id)"
        " ORDER BY c.id DESC LIMIT 1"
        if table != "change_set"
        else "SELECT s.at FROM change_set s WHERE s.id < change_set.id ORDER BY s.id DESC LIMIT 1"
    )

    def mend(db: sqlite3.Connection) -> None:
        db.executemany(
            f"UPDATE {table} SET {column} = coalesce(({told}), ?) WHERE id = ?",
            [(now, row_id) for row_id, _ in rows],
        )

    return mend


def _rewrite(
    table: str, column: str, rows: list[tuple[Any, str]], known: dict[str, str | None]
) -> Callable[[sqlite3.Connection], None]:
    def mend(db: sqlite3.Connection) -> None:
        db.executemany(
            f"UPDATE {table} SET {column} = ? WHERE rowid = ?",
            [(known[value], row_id) for row_id, value in rows],
        )

    return mend
