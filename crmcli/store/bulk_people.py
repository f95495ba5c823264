"""Whom the interactions, follow-ups and deals of a file are about: found in the book, or made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store import bulk_contact_rows as book
from crmcli.store import bulk_contact_stage as staging
from crmcli.values import email as emails
from crmcli.values import name as names

if TYPE_CHECKING:
    import sqlite3

    from crmcli.exchange.records import Person
    from crmcli.store.bulk import Options

# Numbers of people kept at hand; beyond these the TEMP table is asked, so that memory stays flat.
_AT_HAND = 60_000

_CREATE = """
CREATE TEMP TABLE in_person (
  id INTEGER PRIMARY KEY, who TEXT UNIQUE, line INTEGER, uid TEXT, email TEXT, email_key TEXT, name TEXT, key TEXT,
  number TEXT, typed TEXT, extension TEXT, phone_key TEXT, company TEXT, company_key TEXT, contact_id INTEGER, trouble TEXT)
"""
_ADD = """
INSERT INTO temp.in_person (who, line, uid, email, email_key, name, key, number, typed, extension, phone_key, company, company_key)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (who) DO UPDATE SET name = coalesce(name, excluded.name), key = coalesce(key, excluded.key)
RETURNING id
"""
TABLES = ("in_person", *staging.TABLES)

# One step after the other, each for those who are not found yet. Of several people with one address
# or number the one of that name, then one who is not archived, then the first.
_STEPS = (
    "JOIN contact c ON c.uid = p.uid",
    "JOIN email x ON x.key = p.email_key JOIN contact c ON c.id = x.contact_id",
    "JOIN phone x ON x.key = p.phone_key JOIN contact c ON c.id = x.contact_id",
)
_BEST = "min(((c.key IS NOT p.key) * 2 + (c.archived_at IS NOT NULL)) << 48 | c.id)"
_NAMESAKES = """FROM contact c LEFT JOIN company o ON o.id = c.company_id
  WHERE c.key = p.key AND (p.company_key IS NULL OR o.key = p.company_key)"""
_BY_NAME_ALONE = "p.uid IS NULL AND p.email IS NULL AND p.number IS NULL"


class PersonStage:
    """Numbers the people of a file in the order of their first appearance."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self._numbers: dict[object, int] = {}

    def create(self) -> None:
        """Make the TEMP tables."""
        self.db.execute(_CREATE)
        staging.create(self.db)

    def number(self, person: Person, company: str | None, line: int) -> int:
        """Return the number of a person; equal people have one number."""
        email = person.email
        plain = person.uid is None and person.name is None and person.phone is None
        told: object = email if plain and company is None else (*person, company)
        number = self._numbers.get(told)
        if number is None:
            if len(self._numbers) >= _AT_HAND:
                self._numbers.clear()
            number = self._numbers[told] = self._add(person, company, line)
        return number

    def _add(self, person: Person, company: str | None, line: int) -> int:
        uid, email, name, phone = person.uid, person.email, person.name, person.phone
        email_key = emails.key(email) if email else None
        key = names.key(name) if name else None
        firm = staging.company_key(company)
        if uid:
            who = f"u:{uid}"
        elif email_key:
            who = f"e:{email_key}"
        elif phone:
            who = f"p:{phone.key}:{key}"
        else:
            who = f"n:{key}:{firm}"
        number, typed, extension, phone_key = (
            (phone.number, phone.typed, phone.extension, phone.key) if phone else (None,) * 4
        )
        row = self.db.execute(
            _ADD,
            (who, line, uid, email, email_key, name, key, number, typed if typed != number else None,
             extension, phone_key, company, firm),
        ).fetchone()  # fmt: skip
        return int(row[0])


def resolve(db: sqlite3.Connection, options: Options) -> None:
    """Give each person of ``in_person`` a ``contact_id``, made where allowed, or a ``trouble``."""
    for step in _STEPS:
        db.execute(
            "UPDATE temp.in_person SET contact_id = f.id FROM"
            f" (SELECT p.id AS person, c.id, {_BEST} FROM in_person p {step} WHERE p.contact_id IS NULL GROUP BY p.id) f"
            " WHERE f.person = in_person.id"
        )
    db.execute(
        f"UPDATE temp.in_person AS p SET contact_id = (SELECT min(c.id) {_NAMESAKES} HAVING count(*) = 1)"
        f" WHERE contact_id IS NULL AND key IS NOT NULL AND {_BY_NAME_ALONE}"
    )
    db.execute(
        "UPDATE temp.in_person AS p SET trouble ="
        f" (SELECT iif(count(*) > 1, '\"' || p.name || '\" names ' || count(*) || ' people; give the e-mail', NULL) {_NAMESAKES})"
        f" WHERE contact_id IS NULL AND key IS NOT NULL AND {_BY_NAME_ALONE}"
    )
    nameless = "" if options.no_create else " AND coalesce(email, number, name) IS NULL"
    db.execute(
        "UPDATE temp.in_person SET trouble = 'unknown person \"' || coalesce(email, name, number, uid, '') || '\"'"
        f" WHERE contact_id IS NULL AND trouble IS NULL{nameless}"
    )
    _make(db, options)


def _make(db: sqlite3.Connection, options: Options) -> None:
    """Make the people whom the book doesn't know."""
    new = "FROM in_person WHERE contact_id IS NULL AND trouble IS NULL"
    db.execute(
        "INSERT INTO temp.in_contact (row, line, uid, name, named, key, company, company_key, source)"
        " SELECT id, line, uid, coalesce(name, email, number), name IS NOT NULL, key, company, company_key, ?"
        f" {new} ORDER BY id",
        (options.source,),
    )
    unnamed = db.execute("SELECT row, name FROM in_contact WHERE key IS NULL")
    while found := unnamed.fetchmany(1000):
        db.executemany(
            "UPDATE temp.in_contact SET key = ? WHERE row = ?",
            [(names.key(name), row) for row, name in found],
        )
    db.execute(
        f"INSERT INTO temp.in_email SELECT id, 0, email, email_key {new} AND email IS NOT NULL"
    )
    db.execute(
        "INSERT INTO temp.in_phone SELECT id, 0, number, typed, extension, phone_key"
        f" {new} AND number IS NOT NULL"
    )
    if db.execute("SELECT 1 FROM in_contact LIMIT 1").fetchone():
        staging.index(db)
        first, last = book.choose_targets(db)
        book.prepare(db, options.now, overwrite=False)
        book.insert_new(db, options.now, first, last)
        db.execute(
            "UPDATE temp.in_person AS p SET contact_id = t.contact_id FROM in_target t WHERE t.row = p.id AND p.contact_id IS NULL AND p.trouble IS NULL"
        )
