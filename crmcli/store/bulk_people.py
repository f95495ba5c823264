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
_AT_HAND = 120_000
_NOTHING = (None, None, None, None, None, ())

_CREATE = """
CREATE TEMP TABLE in_person (
  id INTEGER PRIMARY KEY, line INTEGER, uid TEXT, email TEXT, email_key TEXT, name TEXT, key TEXT,
  number TEXT, typed TEXT, extension TEXT, phone_key TEXT, system TEXT, value TEXT, company TEXT, company_key TEXT,
  contact_id INTEGER, place INTEGER, trouble TEXT)
"""
# Of a person that stands for somebody of a deal or company: their ids or names, the nearest first.
_CREATE_ABOUT = """
CREATE TEMP TABLE in_about (
  id INTEGER, position INTEGER, noun TEXT, system TEXT, value TEXT, said TEXT, PRIMARY KEY (id, position)) WITHOUT ROWID
"""
_COLUMNS = "id line uid email email_key name key number typed extension phone_key system value company company_key".split()  # noqa: SIM905 - reads as a list of words
_ADD = f"""
INSERT INTO temp.in_person ({", ".join(_COLUMNS)}) VALUES ({", ".join("?" * len(_COLUMNS))})
ON CONFLICT (id) DO UPDATE SET name = excluded.name, key = excluded.key WHERE name IS NULL AND excluded.name IS NOT NULL
"""
TABLES = ("in_person", "in_about", *staging.TABLES)

# One step after the other, each for those who are not found yet. Of several people with one address
# or number the one of that name, then one who is not archived, then the first.
_STEPS = (
    "JOIN contact c ON c.uid = p.uid",
    "JOIN merged_contact m ON m.uid = p.uid JOIN contact c ON c.id = m.contact_id",
    "JOIN external_id e ON e.noun = 'contact' AND e.system = p.system AND e.value = p.value JOIN contact c ON c.id = e.row_id",
    "JOIN email x ON x.key = p.email_key JOIN contact c ON c.id = x.contact_id",
    "JOIN phone x ON x.key = p.phone_key JOIN contact c ON c.id = x.contact_id",
)
_BEST = "min(((c.key IS NOT p.key) * 2 + (c.archived_at IS NOT NULL)) << 48 | c.id)"
_NAMESAKES = """FROM contact c LEFT JOIN company o ON o.id = c.company_id
  WHERE c.key = p.key AND (p.company_key IS NULL OR o.key = p.company_key)
    AND NOT EXISTS (SELECT 1 FROM external_id e WHERE e.noun = 'contact' AND e.row_id = c.id AND e.system = p.system)"""
_BY_NAME_ALONE = "coalesce(p.uid, p.email, p.number, p.value) IS NULL"
# Somebody whose id nobody has may be who bears the name, but not who has another id of that system.
_BY_NAME = "coalesce(p.uid, p.email, p.number) IS NULL"


class PersonStage:
    """Numbers the people of a file, and lays each of them into the TEMP table once.

    The number is a hash of 64 bits of what they are known by, so that no table has to be asked for
    it: among a million people two would have the same once in thirty million files.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self._numbers: dict[object, int] = {}
        self._new: list[tuple[object, ...]] = []
        self._about: list[tuple[object, ...]] = []

    def create(self) -> None:
        """Make the TEMP tables."""
        self.db.execute(_CREATE)
        self.db.execute(_CREATE_ABOUT)
        staging.create(self.db)

    def number(self, person: Person, company: str | None, line: int) -> int:
        """Return the number of a person; equal people have one number."""
        uid, email, name, phone = person.uid, person.email, person.name, person.phone
        plain = (uid, name, phone, company, person.external_id, person.about) == _NOTHING
        # A hash takes a fifth of the memory of what was said; a phone has none that says what it is.
        told: object = email if plain else (*person, company)
        told = told if plain or phone else hash(told)
        number = self._numbers.get(told)
        if number is not None:
            return number
        system, _, value = (person.external_id or "").partition(":")
        email_key = emails.key(email) if email else None
        key = names.key(name) if name else None
        firm = staging.company_key(company)
        if person.about:
            number = hash(person.about)
            for place, (noun, told_of) in enumerate(person.about):
                ids = (None, staging.company_key(told_of)) if noun == "name" else told_of.split(":", 1)  # fmt: skip
                self._about.append((number, place, noun, *ids, told_of))
        elif uid or value or email_key:
            number = hash(uid or person.external_id or email_key)
        else:
            number = hash((phone.key, key) if phone else (key, firm))
        typed = phone.typed if phone and phone.typed != phone.number else None
        said = (phone.number, typed, phone.extension, phone.key) if phone else (None,) * 4
        self._new.append(
            (
                number,
                line,
                uid,
                email,
                email_key,
                name,
                key,
                *said,
                system or None,
                value or None,
                company,
                firm,
            )
        )
        if len(self._numbers) >= _AT_HAND:
            self._numbers.clear()
        self._numbers[told] = number
        return number

    def flush(self) -> None:
        """Lay the people numbered since the last flush into the TEMP table."""
        self.db.executemany(_ADD, self._new)
        self._new.clear()
        self.db.executemany(
            "INSERT OR IGNORE INTO temp.in_about VALUES (?, ?, ?, ?, ?, ?)", self._about
        )
        self._about.clear()


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
        f" WHERE contact_id IS NULL AND key IS NOT NULL AND {_BY_NAME}"
    )
    db.execute(
        "UPDATE temp.in_person AS p SET contact_id = (SELECT min(m.contact_id) FROM merged_contact m WHERE m.key = p.key"
        "  AND (p.company_key IS NULL OR m.company_key = p.company_key) HAVING count(DISTINCT m.contact_id) = 1)"
        f" WHERE contact_id IS NULL AND key IS NOT NULL AND {_BY_NAME_ALONE}"
        f"  AND NOT EXISTS (SELECT 1 {_NAMESAKES})"
    )
    db.execute(
        "UPDATE temp.in_person AS p SET trouble ="
        f" (SELECT iif(count(*) > 1, '\"' || p.name || '\" names ' || count(*) || ' people; give the e-mail', NULL) {_NAMESAKES})"
        f" WHERE contact_id IS NULL AND key IS NOT NULL AND {_BY_NAME_ALONE}"
    )
    _stand_in(db)
    nameless = "" if options.no_create else " AND coalesce(email, number, name) IS NULL"
    db.execute(
        "UPDATE temp.in_person SET trouble = 'unknown person \"' || coalesce(email, name, number, value, uid, '') || '\"'"
        " || iif(coalesce(email, name, number) IS NULL AND value IS NOT NULL, '; import the people of that system first', '')"
        f" WHERE contact_id IS NULL AND trouble IS NULL{nameless}"
    )
    _make(db, options)


# Whom each deal or company that a row is about instead of a person has: its contact, or all who work there.
_OF_COMPANY = "FROM contact WHERE company_id = o.company_id AND archived_at IS NULL"
_STAND_INS = f"""
SELECT id, position, name, iif(whom IS NULL, (SELECT count(*) {_OF_COMPANY}), 1) AS people,
  coalesce(whom, (SELECT min(id) {_OF_COMPANY})) AS contact_id
FROM (
  SELECT a.id, a.position, coalesce(d.title, o.name) AS name, d.contact_id AS whom, o.id AS company_id
  FROM in_about a
  LEFT JOIN external_id e ON e.noun = a.noun AND e.system = a.system AND e.value = a.value
  LEFT JOIN deal d ON a.noun = 'deal' AND d.id = e.row_id
  LEFT JOIN company o ON o.id = CASE a.noun WHEN 'company' THEN e.row_id WHEN 'deal' THEN d.company_id
    ELSE (SELECT min(id) FROM company WHERE key = a.value) END
  WHERE d.id IS NOT NULL OR o.id IS NOT NULL) o
"""


def _stand_in(db: sqlite3.Connection) -> None:
    """Find whom rows belong to that name a deal or a company alone; where it could be several, say so."""
    if not db.execute("SELECT 1 FROM in_about LIMIT 1").fetchone():
        return
    db.execute(f"CREATE TEMP TABLE in_stand AS {_STAND_INS}")
    db.execute(
        "UPDATE temp.in_person AS p SET contact_id = (SELECT s.contact_id FROM in_stand s"
        " WHERE s.id = p.id AND s.people = 1 ORDER BY s.position LIMIT 1)"
        " WHERE contact_id IS NULL AND id IN (SELECT id FROM in_about)"
    )
    db.execute(
        "UPDATE temp.in_person AS p SET trouble = coalesce("
        " (SELECT 'about \"' || s.name || '\" alone, which has ' || iif(s.people, s.people || ' people', 'no person') || '; give the person'"
        "  FROM in_stand s WHERE s.id = p.id ORDER BY s.people = 0, s.position LIMIT 1),"
        " (SELECT 'about \"' || a.said || '\" alone, which the book does not know; give the person, or import that system''s deals and companies first'"
        "  FROM in_about a WHERE a.id = p.id ORDER BY a.position LIMIT 1))"
        " WHERE contact_id IS NULL AND id IN (SELECT id FROM in_about)"
    )
    db.execute("DROP TABLE temp.in_stand")


def keep_stand_ins(db: sqlite3.Connection, table: str) -> None:
    """Leave events that the book knows by their id with whom they stand, whoever joined the company since."""
    if not db.execute("SELECT 1 FROM in_about LIMIT 1").fetchone():
        return
    owner = {
        "interaction": "(SELECT min(contact_id) FROM participant WHERE interaction_id = e.row_id)",
        "follow_up": "(SELECT contact_id FROM follow_up WHERE id = e.row_id)",
    }.get(table, "NULL")
    db.execute(
        f"CREATE TEMP TABLE in_stood AS SELECT n.row, n.line, {owner} AS owner FROM in_event n"
        f" JOIN external_id e ON e.noun = '{table}' AND e.system = n.system AND e.value = n.value"
        " WHERE n.person IN (SELECT id FROM in_about)"
    )
    # Numbers of people are hashes of 64 bits; an id is none of them.
    db.execute(
        "INSERT OR IGNORE INTO temp.in_person (id, line, contact_id)"
        " SELECT owner, line, owner FROM in_stood WHERE owner IS NOT NULL"
    )
    db.execute(
        "UPDATE temp.in_event SET person = s.owner FROM in_stood s"
        " WHERE s.row = in_event.row AND s.owner IS NOT NULL"
    )
    db.execute("DROP TABLE temp.in_stood")


def stand_ins(db: sqlite3.Connection) -> list[str]:
    """Say which events name a deal or a company alone, and stand on the timeline of its person."""
    lines = db.execute(
        "SELECT line FROM in_event WHERE person IN (SELECT id FROM in_about) ORDER BY row"
    ).fetchall()
    more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
    said = "about a deal or company alone; kept with its only person"
    return [f"line {lines[0][0]}{more}: {said}"] if lines else []


def _make(db: sqlite3.Connection, options: Options) -> None:
    """Make the people whom the book doesn't know."""
    db.execute(
        "UPDATE temp.in_person SET place = x.place FROM ("
        " SELECT id, row_number() OVER (ORDER BY line, name, id) AS place FROM in_person"
        " WHERE contact_id IS NULL AND trouble IS NULL) x WHERE x.id = in_person.id"
    )
    new = "FROM in_person WHERE place IS NOT NULL"
    db.execute(
        "INSERT INTO temp.in_contact (row, line, uid, name, named, key, company, company_key)"
        " SELECT place, line, uid, coalesce(name, email, number), name IS NOT NULL, key, company, company_key"
        f" {new} ORDER BY place"
    )
    named = db.execute("SELECT name, row FROM in_contact WHERE named").fetchall()
    db.executemany(
        "UPDATE temp.in_contact SET given = ?, family = ? WHERE row = ?",
        [(*names.parts(name), row) for name, row in named],
    )
    unnamed = db.execute("SELECT row, name FROM in_contact WHERE key IS NULL")
    while found := unnamed.fetchmany(1000):
        db.executemany(
            "UPDATE temp.in_contact SET key = ? WHERE row = ?",
            [(names.key(name), row) for row, name in found],
        )
    db.execute(
        "INSERT INTO temp.in_email (row, position, address, key)"
        f" SELECT place, 0, email, email_key {new} AND email IS NOT NULL"
    )
    db.execute(
        "INSERT INTO temp.in_phone (row, position, number, typed, extension, key) SELECT place, 0, number, typed, extension, phone_key"
        f" {new} AND number IS NOT NULL"
    )
    db.execute(
        "INSERT INTO temp.in_external (row, position, system, value)"
        f" SELECT place, 0, system, value {new} AND value IS NOT NULL"
    )
    if db.execute("SELECT 1 FROM in_contact LIMIT 1").fetchone():
        staging.index(db)
        first, last = book.choose_targets(db)
        book.prepare(db, options.now, overwrite=False)
        book.insert_new(db, options.now, first, last, source=options.source)
        db.execute(
            "UPDATE temp.in_person AS p SET contact_id = t.contact_id FROM in_target t WHERE t.row = p.place"
        )
