"""What is fuzzed: a function of bytes each, which raises where a law is broken."""

from __future__ import annotations

import os
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crmcli.errors import CrmError, InvalidValueError, UsageError
from crmcli.exchange import mail
from crmcli.values import (
    basis,
    country,
    dates,
    duration,
    email,
    key_dates,
    money,
    name,
    phone,
    quoted,
    repeat,
    rrule_text,
    text,
    when,
)
from tests.fuzz import laws

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = date(2026, 3, 2)
_NOUNS = (None, "contacts", "companies", "interactions", "deals", "followups")
_ORDERS = (None, "dmy", "mdy", "ymd")


class Target(NamedTuple):
    """One reader.

    Attributes:
        run: takes the bytes.
        seeds: patterns of files below tests/corpus that start it.
        longest: bytes of a case.
        words: what its language is made of, for the mutations.
    """

    run: Callable[[bytes], None]
    seeds: tuple[str, ...] = ()
    longest: int = 2048
    words: tuple[str, ...] = ()


def _choices(raw: bytes) -> tuple[int, bytes]:
    return (raw[0], raw[1:]) if raw else (0, b"")


def csv(raw: bytes) -> None:
    """A table, of any noun and order of dates."""
    choice, raw = _choices(raw)
    laws.file(raw, "csv" if choice & 64 else None, _NOUNS[choice % 6], _ORDERS[choice // 6 % 4])


def vcard(raw: bytes) -> None:
    """Cards."""
    laws.file(raw, "vcard")


def ics(raw: bytes) -> None:
    """A calendar."""
    laws.file(raw, "ics")


def mails(raw: bytes) -> None:
    """A message, a folder of them, and a message piped in."""
    laws.file(raw, "mbox" if raw.startswith(b"From ") else "eml")
    found = mail.read(raw)
    if found:
        laws.says(found.subject)
        for box in (*found.to, *found.cc):
            laws.says(box.name)
        found.text.encode()


def json(raw: bytes) -> None:
    """JSON and JSON Lines."""
    choice, raw = _choices(raw)
    laws.file(raw, "monica" if choice & 64 else "json", _NOUNS[choice % 6])


def books(raw: bytes) -> None:
    """Address books of other programs, and whatever any file is taken for."""
    choice, raw = _choices(raw)
    laws.file(raw, ("khard", "abook", "friends-md", None)[choice % 4])


def days(raw: bytes) -> None:
    """WHEN, ranges of it, dates of imports."""
    choice, raw = _choices(raw)
    typed = laws.characters(raw)
    options = {
        "order": _ORDERS[choice % 3],
        "languages": (("en",), ("pl", "en"), ("ru", "de"), ("sk", "cs"))[choice // 3 % 4],
    }
    try:
        found = when.parse_when(
            typed, today=TODAY, tz="Europe/Warsaw", prefer=("future", "past")[choice % 2], **options
        )
        assert when.parse_when(found.isoformat(), today=TODAY) == found
    except CrmError as error:
        laws.refused(error)
    for upper in (False, True):
        try:
            when.parse_range_bound(typed, today=TODAY, sign=choice % 2 * 2 - 1, upper=upper)
        except CrmError as error:
            laws.refused(error)
    for order in _ORDERS:
        try:
            day = dates.parse_import_date(typed, order)
            assert day is None or key_dates.parse_key_date(day)[-5:] == day[5:10]
        except CrmError as error:
            laws.refused(error)


def rules(raw: bytes) -> None:
    """Repetitions: what is understood is understood the same again, and comes round in the end."""
    try:
        rule = repeat.parse_every(laws.characters(raw))
    except CrmError as error:
        laws.refused(error)
        return
    assert repeat.parse_every(rule) == rule
    repeat.next_due(TODAY, rule, due=TODAY, done_on=TODAY)
    repeat.from_day(TODAY, rule, TODAY)
    rrule_text.rrule(rule, TODAY, TODAY)


def values(raw: bytes) -> None:
    """Every value that is typed or stands in a cell; what was understood is understood the same again."""
    typed = laws.characters(raw)
    for read in _READERS:
        try:
            read(typed)
        except (InvalidValueError, UsageError) as error:
            laws.refused(error)


def _mail_again(typed: str) -> None:
    found = email.parse(typed)
    assert email.parse(found) == found
    email.key(found)
    email.is_role(found)
    email.meant(found)


def _money_again(typed: str) -> None:
    for mark in (None, ",", "."):
        units, currency = money.parse(typed, mark)
        assert money.parse(money.text(units, currency), ".")[0] == units
        money.show(units, currency)


def _phone_again(typed: str) -> None:
    for region in ("PL", None):
        found = phone.parse(typed, region)
        again = phone.parse(phone.spelled(found), region)
        assert (again.number, again.extension) == (found.number, found.extension)
        phone.pretty(found.number)


def _name_again(typed: str) -> None:
    for read in (name.parse, name.turned):
        shown, given, family = read(typed)
        name.key(shown)
        name.join(given, None, family)
    name.company_key(typed)
    name.is_shouted(typed)
    name.calmed(typed)


def _text_again(typed: str) -> None:
    for multiline in (False, True):
        found = text.clean(typed, multiline=multiline)
        assert text.clean(found, multiline=multiline) == found
        folded = text.fold(found)
        assert text.fold(folded) == folded
        text.snippet(found, text.words(found)[:2])
        text.alias(found)


def _duration_again(typed: str) -> None:
    seconds = duration.parse(typed)
    assert duration.parse(duration.text(seconds)) == seconds


def _many(typed: str) -> None:
    email.split_name_address(typed)
    email.split_many(typed)
    email.evident(typed)
    phone.split_many(typed, "PL")
    phone.looks_like_phone(typed)
    quoted.said(typed)
    money.decimal_mark([typed])
    dates.decide_order([typed])
    dates.is_no_date(typed)
    country.code(typed)


_READERS: tuple[Callable[[str], object], ...] = (
    _mail_again, _money_again, _phone_again, _name_again, _text_again, _duration_again, _many,
    key_dates.parse_key_date, basis.parse, basis.read, money.currency,
)  # fmt: skip


def dialects(raw: bytes) -> None:
    """A dialect of the user's, which is TOML, and a table that it may claim."""
    from crmcli.exchange import dialect
    from crmcli.exchange.dialect_file import ByDialect

    path = _scratch("dialect.toml")
    path.write_bytes(raw)
    try:
        found = dialect.load(str(path))
        ByDialect(found.head, list(found.head.claims[0]), laws.Options(tz="UTC"))
    except CrmError as error:
        laws.refused(error)


def settings(raw: bytes) -> None:
    """A config file, and a contact as TOML from the editor."""
    from crmcli import config
    from crmcli.exchange import contact_toml

    path = _scratch("config.toml")
    path.write_bytes(raw)
    try:
        found = config.load(str(path), {"HOME": str(path.parent)})
        for line in found.warnings:
            laws.says(line)
        for _key, value, _origin in found.rows():
            laws.says(str(value)[:200])
    except CrmError as error:
        laws.refused(error)
    try:
        contact_toml.read(laws.characters(raw))
    except CrmError as error:
        laws.refused(error)


def _scratch(leaf: str) -> Path:
    folder = Path(tempfile.gettempdir()) / f"crm-fuzz-{os.getpid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / leaf


def queries(raw: bytes) -> None:
    """A query runs on a book, or is refused with its caret; so does an order of the rows."""
    from tests.fuzz import book

    book.query(laws.characters(raw))


def imports(raw: bytes) -> None:
    """A file into a book, again into it, and out of it into another."""
    from tests.fuzz import book

    book.round_trip(raw)


def _lines(leaf: str) -> tuple[str, ...]:
    return tuple(
        (Path(__file__).parent / "words" / f"{leaf}.txt").read_text(encoding="utf-8").splitlines()
    )


TARGETS = {
    "csv": Target(csv, ("**/*.csv",), 2048, _lines("csv")),
    "vcard": Target(vcard, ("**/*.vcf",), 2048, _lines("vcard")),
    "ics": Target(ics, ("**/*.ics",), 3072, _lines("ics")),
    "mail": Target(mails, ("mail/*.eml", "mail/*.mbox"), 3072, _lines("mail")),
    "json": Target(json, ("**/*.json",), 2048, _lines("json")),
    "books": Target(books, ("address_books/*", "formats/*.md"), 2048, _lines("books")),
    "days": Target(days, (), 64, _lines("days")),
    "rules": Target(rules, (), 128, _lines("rules")),
    "values": Target(values, (), 128, _lines("values")),
    "query": Target(queries, (), 256, _lines("query")),
    "dialect": Target(dialects, (), 2048, _lines("dialect")),
    "settings": Target(settings, (), 2048, _lines("settings")),
    "book": Target(imports, ("**/*.csv", "**/*.vcf", "**/*.ics", "**/*.eml"), 2048, _lines("csv")),
}
