"""Tags: words on people. Two spellings of one folded word are one tag."""

from __future__ import annotations

from crmcli.errors import InvalidValueError
from crmcli.values.text import clean, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3


def add(db: sqlite3.Connection, contact_id: int, name: str) -> bool:
    """Put a tag on a contact, made on first use; return whether it is new there."""
    name = checked(name)
    key = fold(name)
    row = db.execute("SELECT id FROM tag WHERE key = ?", (key,)).fetchone()
    tag_id = (
        row[0]
        if row
        else db.execute("INSERT INTO tag (name, key) VALUES (?, ?)", (name, key)).lastrowid
    )
    cursor = db.execute(
        "INSERT INTO contact_tag (contact_id, tag_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (contact_id, tag_id),
    )
    return cursor.rowcount > 0


def remove(db: sqlite3.Connection, contact_id: int, name: str) -> bool:
    """Take a tag off a contact; return whether it was there."""
    cursor = db.execute(
        "DELETE FROM contact_tag WHERE contact_id = ? AND tag_id IN (SELECT id FROM tag WHERE key = ?)",
        (contact_id, fold(checked(name))),
    )
    return cursor.rowcount > 0


def counts(db: sqlite3.Connection) -> list[tuple[str, int]]:
    """Return every tag in use with the number of people not archived, most used first."""
    rows = db.execute(
        "SELECT t.name, count(*) FROM tag t JOIN contact_tag x ON x.tag_id = t.id"
        " JOIN contact c ON c.id = x.contact_id WHERE c.archived_at IS NULL"
        " GROUP BY t.id ORDER BY count(*) DESC, t.key"
    )
    return [(row[0], row[1]) for row in rows]


def checked(name: str) -> str:
    """Return the tag cleaned, a leading + taken off.

    Raises:
        InvalidValueError: it is empty or holds what the query language reads otherwise.
    """
    name = clean(name).removeprefix("+")
    if not name:
        raise InvalidValueError("a tag is a word; there is none")
    if any(char in name for char in ',;()"'):
        raise InvalidValueError(f'"{name}" cannot be a tag: no comma, semicolon, bracket or quote')
    return name
