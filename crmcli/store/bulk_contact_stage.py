"""People of a file on their way into the book: TEMP tables of rows with the keys they match by."""

from __future__ import annotations

from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING

from crmcli.store import bulk_ids
from crmcli.values import email as emails
from crmcli.values import name as names
from crmcli.values import phone as phones
from crmcli.values.text import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from crmcli.exchange.records import ContactRow

# Fields that the file, the staging table and the contact have under one name.
SCALARS = (
    "given", "family", "title", "address_label", "address", "city", "region", "postcode", "country", "birthday",
    "language", "currency", "channel", "lifecycle", "cadence", "source", "note", "do_not_contact",
    "verified_on", "created_at", "updated_at", "archived_at", "notice_on",
)  # fmt: skip

# in_contact.named is 0 where the file gave no name, and the name is an e-mail, phone or company; 2 where
# it gave nothing but the name, and the given and family name are what that shows.
_COLUMNS = (
    "row", "line", "uid", "name", "named", "key", "company", "company_key", "company_ref",
    "referred_by", "referred_email", "referred_key", *SCALARS,
)  # fmt: skip
# The lists of a person: staging table -> its columns.
LISTS = {
    "in_email": ("row", "position", "address", "key", "label", "verified_on", "dead_on"),
    "in_phone": (
        "row", "position", "number", "typed", "extension", "key", "label", "verified_on", "dead_on",
    ),
    "in_link": ("row", "position", "url"),
    "in_address": ("row", "position", "label", "address", "city", "region", "postcode", "country"),
    "in_tag": ("row", "position", "name", "key"),
    "in_field": ("row", "position", "name", "key", "value"),
    "in_date": ("row", "position", "kind", "date", "notice"),
    "in_external": ("row", "position", "system", "value"),
    "in_consent": ("row", "position", "basis", "given_on", "withdrawn_on", "source"),
    "in_merged": ("row", "position", "uid", "name", "key", "company_key"),
    "in_different": ("row", "position", "uid"),
}  # fmt: skip
# Which of a list's columns make two entries of one person the same entry.
SAME = {
    "in_email": "key",
    "in_phone": "key, extension",
    "in_link": "url",
    "in_address": "label, address, city, region, postcode, country",
    "in_tag": "key",
    "in_field": "key",
    "in_date": "kind",
    "in_external": "system, value",
    "in_consent": "basis, given_on",
    "in_merged": "uid",
    "in_different": "uid",
}
# What the rows turn out to be: in_match the person in the book, in_edge two rows of one person,
# in_target the contact of each row that counts, in_company the companies that are needed.
_OTHERS = {
    "in_match": "row INTEGER PRIMARY KEY, contact_id INTEGER",
    "in_edge": "row INTEGER, leader INTEGER",
    "in_twin": "row INTEGER PRIMARY KEY, leader INTEGER",
    "in_target": "row INTEGER PRIMARY KEY, contact_id INTEGER, fresh INTEGER",
    "in_company": "key TEXT PRIMARY KEY, id INTEGER, name TEXT",
}
TABLES = ("in_contact", *LISTS, *_OTHERS)


_NUMBERS = frozenset(
    "row line position named notice cadence do_not_contact person digest amount duration probability".split()  # noqa: SIM905 - reads as a list of words
)


def typed(columns: Sequence[str]) -> str:
    """The columns with their types: an index serves a join only where the types agree."""
    return ", ".join(
        f"{column} {'INTEGER' if column in _NUMBERS else 'TEXT'}" for column in columns
    )


def create(db: sqlite3.Connection) -> None:
    """Make the TEMP tables."""
    db.execute(f"CREATE TEMP TABLE in_contact ({typed(_COLUMNS)}, PRIMARY KEY (row))")
    for table, columns in LISTS.items():
        db.execute(f"CREATE TEMP TABLE {table} ({typed(columns)})")
    for table, columns_text in _OTHERS.items():
        db.execute(f"CREATE TEMP TABLE {table} ({columns_text})")


def index(db: sqlite3.Connection) -> None:
    """Index the staged rows by what they are matched by; once all are there."""
    for table in LISTS:
        db.execute(f"CREATE INDEX temp.{table}_row ON {table}(row)")
    for table, key in (("in_email", "key"), ("in_phone", "key"), ("in_contact", "key")):
        db.execute(f"CREATE INDEX temp.{table}_key ON {table}({key})")


class ContactStage:
    """Takes rows in chunks and lays them into the TEMP tables."""

    def __init__(self, db: sqlite3.Connection, *, tag: str | None) -> None:
        self.db = db
        self.tag = tag
        self.count = 0

    def add(self, rows: Sequence[ContactRow]) -> None:
        """Stage a chunk of rows; they are numbered from 1 in the order of the file."""
        people: list[tuple[object, ...]] = []
        lists: dict[str, list[tuple[object, ...]]] = {table: [] for table in LISTS}
        for row in rows:
            self.count += 1
            people.append(self._person(row))
            self._lists(row, lists)
        insert(self.db, "in_contact", _COLUMNS, people)
        for table, entries in lists.items():
            insert(self.db, table, LISTS[table], entries)

    def _person(self, row: ContactRow) -> tuple[object, ...]:
        name = row.name
        if name is None:
            name = next(
                filter(
                    None,
                    (*row.emails, *(phone.number for phone in row.phones), row.company, *row.urls),
                ),
                "?",
            )
        given, family, told = row.given, row.family, int(row.name is not None)
        if told and given is None and family is None and row.uid is None:
            given, family = names.parts(name)
            told = 2
        referred = row.referred_by
        return (
            self.count, row.line, row.uid, name, told, names.key(name),
            row.company, company_key(row.company), row.company_external_id,
            referred, emails.key(referred) if referred and "@" in referred else None,
            names.key(referred) if referred else None,
            given, family, row.title, row.address_label, row.address, row.city, row.region, row.postcode,
            row.country, row.birthday, row.language, row.currency, row.channel, row.lifecycle,
            row.cadence, row.source, row.note, row.do_not_contact, row.verified_on, row.created_at,
            row.updated_at, row.archived_at, row.notice_on,
        )  # fmt: skip

    def _lists(self, row: ContactRow, lists: dict[str, list[tuple[object, ...]]]) -> None:
        number = self.count
        works, dead = dict(row.verified_channels), dict(row.dead_channels)
        labels, of_phones = dict(row.email_labels), dict(row.phone_labels)
        for place, address in enumerate(row.emails):
            known = labels.get(address), works.get(address), dead.get(address)
            lists["in_email"].append((number, place, address, emails.key(address), *known))
        for place, phone in enumerate(row.phones):
            typed = phone.typed if phone.typed != phone.number else None
            marks: tuple[str | None, ...] = None, None, None
            if works or dead or of_phones:
                shown = phones.spelled(phone)
                marks = of_phones.get(shown), works.get(shown), dead.get(shown)
            lists["in_phone"].append(
                (number, place, phone.number, typed, phone.extension, phone.key, *marks)
            )
        for place, tag in enumerate(row.tags):
            lists["in_tag"].append((number, place, tag, fold(tag)))
        if self.tag:
            lists["in_tag"].append((number, len(row.tags), self.tag, fold(self.tag)))
        if row.urls:
            lists["in_link"] += [(number, place, url) for place, url in enumerate(row.urls)]
        if row.addresses:
            # The first address stands in the contact itself.
            lists["in_address"] += [
                (number, place, *one) for place, one in enumerate(row.addresses, 1)
            ]
        if row.dates:
            lists["in_date"] += [(number, place, *one) for place, one in enumerate(row.dates)]
        if row.custom:
            lists["in_field"] += [
                (number, place, name, fold(name), value)
                for place, (name, value) in enumerate(row.custom.items())
            ]
        if row.consents:
            lists["in_consent"] += [(number, place, *one) for place, one in enumerate(row.consents)]
        if row.merged:
            lists["in_merged"] += [
                (number, place, uid, name, names.key(name), firm)
                for place, (uid, firm, name) in enumerate(row.merged)
            ]
        if row.different:
            lists["in_different"] += [
                (number, place, uid) for place, uid in enumerate(row.different)
            ]
        if row.external_id or row.external_ids:
            ids = dict.fromkeys(filter(None, (row.external_id, *row.external_ids)))
            lists["in_external"] += [
                (number, place, *one) for place, one in enumerate(bulk_ids.pairs(ids))
            ]


@lru_cache(maxsize=4096)
def company_key(name: str | None) -> str | None:
    """The key of a company's name; its folded words where nothing but a legal form is left."""
    return (names.company_key(name) or fold(name)) if name else None


def insert(
    db: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    rows: Sequence[tuple[object, ...]],
) -> None:
    """Insert a chunk; columns that it leaves empty, as most files do with most, cost nothing."""
    if not rows:
        return
    used = [
        place
        for place, cells in enumerate(zip(*rows, strict=True))
        if cells.count(None) < len(rows)
    ]
    names = ", ".join(columns[place] for place in used)
    # Two columns at least, so that itemgetter gives tuples: a row has its number and a value.
    db.executemany(
        f"INSERT INTO temp.{table} ({names}) VALUES ({', '.join('?' * len(used))})",
        map(itemgetter(*used), rows),
    )
