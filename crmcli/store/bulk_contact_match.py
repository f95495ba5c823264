"""Who the people of a file are: matched set-wise with the book, and with each other.

Identity, in this order: the uid of a book, the id of another system, an e-mail, a phone with the
same name, and for rows with neither e-mail nor phone the name with the company, if the company has
no namesakes. An e-mail that both have under different full names is a shared mailbox, not one
person.
"""

from __future__ import annotations

from array import array
from itertools import groupby, islice
from typing import TYPE_CHECKING

from crmcli.store.bulk_contact_stage import LISTS, SAME, SCALARS
from crmcli.values.email import is_role
from crmcli.values.text import below

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

ALIKE = 0.85  # of difflib; one typo in a name of ten letters
_NAMES_AN_ADDRESS = 50  # of one e-mail; beyond these only equal names are compared

# A contact that was made from an address, a number or a page alone carries that as its name.
UNNAMED = """(c.name IN (SELECT address FROM email WHERE contact_id = c.id)
  OR c.name IN (SELECT number FROM phone WHERE contact_id = c.id)
  OR c.name IN (SELECT url FROM link WHERE contact_id = c.id)
  OR c.name IS (SELECT name FROM company WHERE id = c.company_id))"""

_WAITING = "n.row NOT IN (SELECT row FROM in_match)"
_BY_UID = "SELECT n.row, c.id FROM in_contact n JOIN contact c ON c.uid = n.uid"
_BY_OLD_UID = "SELECT n.row, m.contact_id FROM in_contact n JOIN merged_contact m ON m.uid = n.uid"
# Also under the name of somebody who was merged into them.
_OLD_NAME = "EXISTS (SELECT 1 FROM merged_contact m WHERE m.contact_id = c.id AND m.key = n.key)"
_BY_EXTERNAL = """
SELECT x.row, e.row_id FROM in_external x
JOIN external_id e ON e.noun = 'contact' AND e.system = x.system AND e.value = x.value
ORDER BY x.row, x.position
"""
_BY_EMAIL = f"""
SELECT n.row, c.id FROM in_contact n
JOIN in_email e ON e.row = n.row
JOIN email x ON x.key = e.key
JOIN contact c ON c.id = x.contact_id
WHERE {_WAITING} AND (n.key = c.key OR may_be_one(n.key, n.named, c.key, NOT {UNNAMED}, e.address) OR {_OLD_NAME})
ORDER BY n.row, n.key <> c.key, e.position, c.archived_at IS NOT NULL, c.id
"""
_BY_PHONE = f"""
SELECT n.row, c.id FROM in_contact n
JOIN in_phone p ON p.row = n.row
JOIN phone x ON x.key = p.key
JOIN contact c ON c.id = x.contact_id
WHERE {_WAITING} AND (n.key = c.key OR (NOT n.named AND n.row NOT IN (SELECT row FROM in_email)) OR {_OLD_NAME})
ORDER BY n.row, n.key <> c.key, p.position, c.archived_at IS NOT NULL, c.id
"""
_UNREACHABLE = "n.row NOT IN (SELECT row FROM in_email) AND n.row NOT IN (SELECT row FROM in_phone)"
_REACHABLE = "(EXISTS (SELECT 1 FROM email WHERE contact_id = c.id) OR EXISTS (SELECT 1 FROM phone WHERE contact_id = c.id))"
# A name alone is no identity, but for a person of whom the book has no more than that either; with a company it
# is, unless the company has namesakes, of whom it could be any.
_BY_NAME = f"""
SELECT n.row, c.id FROM in_contact n
JOIN contact c ON c.key = n.key
LEFT JOIN company o ON o.id = c.company_id
WHERE {_WAITING} AND n.uid IS NULL AND {_UNREACHABLE} AND n.company_key IS o.key
  AND (NOT {_REACHABLE} OR (n.company_key IS NOT NULL AND (
    SELECT count(*) FROM contact c JOIN company o ON o.id = c.company_id
    WHERE c.key = n.key AND o.key = n.company_key AND {_REACHABLE}) = 1))
ORDER BY n.row, {_REACHABLE}, c.archived_at IS NOT NULL, c.id
"""
_BY_OLD_NAME = f"""
SELECT n.row, m.contact_id FROM in_contact n
JOIN merged_contact m ON m.key = n.key
WHERE {_WAITING} AND n.uid IS NULL AND {_UNREACHABLE} AND n.company_key IS m.company_key
ORDER BY n.row, m.id
"""
_STEPS = (_BY_UID, _BY_OLD_UID, _BY_EXTERNAL, _BY_EMAIL, _BY_PHONE, _BY_NAME, _BY_OLD_NAME)

_SHARED = f"""
SELECT n.line, e.address, c.name FROM in_contact n
JOIN in_email e ON e.row = n.row
JOIN email x ON x.key = e.key
JOIN contact c ON c.id = x.contact_id
WHERE {_WAITING} GROUP BY n.row ORDER BY n.row LIMIT ?
"""

# Two rows of the file: each statement gives a row and the first row of the same person. Rows with
# a uid are known apart by it.
_EDGES = (
    """SELECT row, first FROM (
      SELECT row, min(row) OVER (PARTITION BY uid) AS first FROM in_contact WHERE uid IS NOT NULL)""",
    """SELECT row, first FROM (
      SELECT row, min(row) OVER (PARTITION BY system, value) AS first FROM in_external)""",
    """SELECT row, first FROM (
      SELECT p.row, min(p.row) OVER (PARTITION BY p.key, n.key) AS first
      FROM (SELECT key FROM in_phone GROUP BY key HAVING count(*) > 1) s
      JOIN in_phone p ON p.key = s.key JOIN in_contact n ON n.row = p.row
      WHERE n.uid IS NULL)""",
    f"""SELECT row, iif(least IS most, first, alone) AS first FROM (
      SELECT row, point, min(point) OVER same AS least, max(point) OVER same AS most,
        min(row) OVER same AS first, min(row) FILTER (WHERE point IS NULL) OVER same AS alone
      FROM (
        SELECT n.row, n.key, n.company_key,
          coalesce((SELECT min(key) FROM in_email WHERE row = n.row), (SELECT min(key) FROM in_phone WHERE row = n.row)) AS point
        FROM in_contact n WHERE n.uid IS NULL AND n.key IN (SELECT key FROM in_contact n WHERE {_UNREACHABLE}))
      WINDOW same AS (PARTITION BY key, company_key, company_key IS NULL AND point IS NOT NULL))
      WHERE point IS NULL AND row NOT IN (SELECT row FROM in_match)""",
)
_SHARED_IN_FILE = """
SELECT e.key, n.key, n.named, e.address, n.row
FROM (SELECT key FROM in_email GROUP BY key HAVING count(*) > 1) s
JOIN in_email e ON e.key = s.key JOIN in_contact n ON n.row = e.row
WHERE n.uid IS NULL ORDER BY e.key, n.row
"""


def may_be_one(name: str, named: int, other: str, other_named: int, address: str) -> bool:
    """Whether two people with one e-mail may be one person, by the sorted folded words of the names.

    ``named`` is false where the name is only an address, a number or a company. Of the ``address``
    that both have it matters whether it is one that many people read, such as office@.
    """
    if name == other or not named or not other_named:
        return True
    words, others = name.split(), other.split()
    if len(words) > len(others):
        words, others = others, words
    if within(words, others):
        return True
    if len(words) < 2:
        return not is_role(address)
    from difflib import SequenceMatcher

    return SequenceMatcher(None, name, other).ratio() >= ALIKE


def within(few: list[str], many: list[str]) -> bool:
    """Whether each word, or initial, of the shorter name is one of the longer."""
    left = list(many)
    for word in sorted(few, key=len, reverse=True):
        for other in left:
            if word == other or (min(len(word), len(other)) == 1 and word[0] == other[0]):
                left.remove(other)
                break
        else:
            return False
    return bool(few)


def match(db: sqlite3.Connection) -> None:
    """Fill ``in_match``: the contact of each row whose person is in the book already."""
    db.create_function("may_be_one", 5, may_be_one, deterministic=True)
    if db.execute("SELECT 1 FROM contact LIMIT 1").fetchone():
        for sql in _STEPS:
            db.execute(f"INSERT OR IGNORE INTO temp.in_match {sql}")


def shared_mailboxes(db: sqlite3.Connection, most: int) -> Iterator[str]:
    """Yield a line for each unmatched row whose e-mail belongs to somebody of another name."""
    for line, address, name in db.execute(_SHARED, (most,)):
        yield f"line {line}: {address} is the e-mail of {name} too; added as another person"


def find_twins(db: sqlite3.Connection) -> int:
    """Fill ``in_twin``: each further row of a person, with the first one; return how many."""
    for edges in _EDGES:
        db.execute(f"INSERT INTO temp.in_edge SELECT row, first FROM ({edges}) WHERE first < row")
    db.executemany("INSERT INTO temp.in_edge VALUES (?, ?)", _shared_addresses(db))
    db.execute(
        "INSERT INTO temp.in_edge SELECT row, first FROM ("
        "SELECT row, min(row) OVER (PARTITION BY contact_id) AS first FROM in_match) WHERE first < row"
    )
    return _follow_edges(db)


def _shared_addresses(db: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """Yield each row with the first one that has the same e-mail, and a name that may be the same."""
    for _, group in groupby(db.execute(_SHARED_IN_FILE), key=lambda found: found[0]):
        people: dict[str, tuple[int, int]] = {}  # name -> whether it is one, and its first row
        for _, name, named, address, row in group:
            if name in people:
                yield row, people[name][1]
                continue
            for other, (other_named, first) in islice(people.items(), _NAMES_AN_ADDRESS):
                if may_be_one(name, named, other, other_named, address):
                    yield row, first
            people[name] = named, row


def _follow_edges(db: sqlite3.Connection) -> int:
    """Give every row the lowest row that it is joined with, however many edges lie between.

    A step along a chain of rows must not cost as much as the chain: each row points at a lower one of its
    person, in eight bytes, and the paths to the lowest are halved as they are walked.
    """
    above = array(
        "q", range(db.execute("SELECT coalesce(max(row), 0) + 1 FROM in_edge").fetchone()[0])
    )

    def lowest(row: int) -> int:
        while above[row] != row:
            above[row] = above[above[row]]
            row = above[row]
        return row

    for row, leader in db.execute("SELECT row, leader FROM in_edge"):
        one, other = lowest(row), lowest(leader)
        above[max(one, other)] = min(one, other)
    db.executemany(
        "INSERT INTO temp.in_twin VALUES (?, ?)",
        ((row, lowest(row)) for row in range(len(above)) if above[row] != row),
    )
    return int(db.execute("SELECT count(*) FROM in_twin").fetchone()[0])


def repeated(db: sqlite3.Connection, most: int) -> list[str]:
    """Name the first rows of ``in_twin``, each with the row that it repeats."""
    return [
        f'line {line} repeats "{name}" of line {first}'
        for line, name, first in db.execute(
            "SELECT n.line, l.name, l.line FROM in_twin t JOIN in_contact n ON n.row = t.row"
            " JOIN in_contact l ON l.row = t.leader ORDER BY t.row LIMIT ?",
            (most,),
        )
    ]


def _join_notes(db: sqlite3.Connection) -> None:
    """Put the notes of twins below those of their leaders: nothing that was written is lost."""
    notes: dict[int, str] = {}
    for leader, first, more in db.execute(
        "SELECT t.leader, n.note, x.note FROM in_twin t JOIN in_contact x ON x.row = t.row"
        " JOIN in_contact n ON n.row = t.leader WHERE x.note IS NOT NULL ORDER BY t.row"
    ):
        notes[leader] = below(notes.get(leader, first), more)
    db.executemany(
        "UPDATE temp.in_contact SET note = ? WHERE row = ?",
        [(note, row) for row, note in notes.items()],
    )


def merge_twins(db: sqlite3.Connection, *, last_wins: bool) -> None:
    """Join the rows of ``in_twin`` into their leaders: what the first lacks the next ones give."""
    if last_wins:
        given = "(SELECT x.{0} FROM in_twin t CROSS JOIN in_contact x ON x.row = t.row WHERE t.leader = n.row AND x.{0} IS NOT NULL ORDER BY t.row DESC LIMIT 1), n.{0}"
    else:
        given = "n.{0}, (SELECT x.{0} FROM in_twin t CROSS JOIN in_contact x ON x.row = t.row WHERE t.leader = n.row AND x.{0} IS NOT NULL ORDER BY t.row LIMIT 1)"
    columns = (*SCALARS, "company", "company_key", "referred_by", "referred_email", "referred_key")
    sets = ", ".join(f"{column} = coalesce({given.format(column)})" for column in columns)
    db.execute("CREATE INDEX temp.in_twin_leader ON in_twin(leader, row)")
    if not last_wins:
        _join_notes(db)
    db.execute(f"UPDATE temp.in_contact AS n SET {sets} WHERE row IN (SELECT leader FROM in_twin)")
    db.execute(
        "UPDATE temp.in_contact AS n SET name = x.name, key = x.key, named = 1"
        " FROM (SELECT t.leader, x.name, x.key, min(x.row) FROM in_twin t JOIN in_contact x ON x.row = t.row"
        "       WHERE x.named GROUP BY t.leader) x"
        " WHERE x.leader = n.row AND NOT n.named"
    )
    for table in LISTS:
        _merge_list(db, table, last_wins=last_wins)
    db.execute(
        "INSERT OR IGNORE INTO temp.in_match"
        " SELECT t.leader, m.contact_id FROM in_twin t JOIN in_match m ON m.row = t.row ORDER BY t.row"
    )
    for table in ("in_contact", "in_match"):
        db.execute(f"DELETE FROM temp.{table} WHERE row IN (SELECT row FROM in_twin)")


# The label that any of the twins gives an e-mail or phone.
_LABELLED = ("in_email", "in_phone")
_LABEL = "coalesce(l.label, max(l.label) OVER (PARTITION BY coalesce(t.leader, l.row), {}))"


def _merge_list(db: sqlite3.Connection, table: str, *, last_wins: bool) -> None:
    """Give the entries of twins to their leaders, each entry once, positions from 0."""
    turn = "DESC" if last_wins and table in ("in_field", "in_date") else ""
    db.execute(
        f"CREATE TEMP TABLE in_moved AS SELECT l.rowid AS entry, coalesce(t.leader, l.row) AS row,"
        f" row_number() OVER (PARTITION BY coalesce(t.leader, l.row), {SAME[table]} ORDER BY l.row {turn}, l.position) AS nth,"
        f" {_LABEL.format(SAME[table]) if table in _LABELLED else 'NULL'} AS label,"
        " row_number() OVER (PARTITION BY coalesce(t.leader, l.row) ORDER BY l.row, l.position) - 1 AS place"
        f" FROM temp.{table} l LEFT JOIN in_twin t ON t.row = l.row"
        " WHERE t.row IS NOT NULL OR l.row IN (SELECT leader FROM in_twin)"
    )
    db.execute("CREATE INDEX temp.in_moved_entry ON in_moved(entry)")
    db.execute(
        f"DELETE FROM temp.{table} WHERE rowid IN (SELECT entry FROM in_moved WHERE nth > 1)"
    )
    db.execute(
        f"UPDATE temp.{table} SET row = m.row, position = m.place FROM in_moved m WHERE m.entry = {table}.rowid"
    )
    if table in _LABELLED:
        db.execute(
            f"UPDATE temp.{table} SET label = m.label FROM in_moved m WHERE m.entry = {table}.rowid"
        )
    db.execute("DROP TABLE temp.in_moved")
