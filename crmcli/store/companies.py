"""Companies: records that people, deals and money roll up to."""

from __future__ import annotations

from crmcli.db.connection import new_uid
from crmcli.errors import AmbiguousContactError, RefusedError
from crmcli.values import name as names
from crmcli.values.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

COLUMNS = (
    "name",
    "domain",
    "phone",
    "url",
    "address",
    "city",
    "region",
    "postcode",
    "country",
    "note",
)


def find_or_add(db: sqlite3.Connection, name: str, at: str) -> int:
    """Return the id of the company of that name in any spelling and legal form, made if new."""
    name = clean(name)
    key = names.company_key(name)
    row = db.execute("SELECT id FROM company WHERE key = ? ORDER BY id LIMIT 1", (key,)).fetchone()
    if row:
        return int(row[0])
    cursor = db.execute(
        "INSERT INTO company (uid, name, key, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
        (new_uid(), name, key, at, at),
    )
    return cursor.lastrowid or 0


def get(db: sqlite3.Connection, who: str) -> int:
    """Return the id of the one company that ``who`` names by id or words of its name.

    Raises:
        RefusedError: none, or several.
    """
    if who.isascii() and who.isdigit() and len(who) < 10:
        row = db.execute("SELECT id FROM company WHERE id = ?", (int(who),)).fetchone()
        if row:
            return int(row[0])
    if not clean(who):
        raise RefusedError("which company? name it or give its id; see crm company list")
    key = names.company_key(who)
    rows = db.execute("SELECT id FROM company WHERE key = ?", (key,)).fetchall()
    if not rows:
        from crmcli.values.text import fold

        rows = db.execute(
            "SELECT id FROM company WHERE has_words(name, ?) ORDER BY id LIMIT 50", (fold(who),)
        ).fetchall()
    if len(rows) == 1:
        return int(rows[0][0])
    if rows:
        marks = ", ".join("?" * len(rows))
        found = db.execute(
            f"SELECT id, name, city, domain FROM company WHERE id IN ({marks}) ORDER BY name LIMIT 10",
            [row[0] for row in rows],
        ).fetchall()
        raise AmbiguousContactError(
            f'"{who}" names {len(rows)} companies; say which by id', [tuple(row) for row in found]
        )
    raise RefusedError(f'no company is called "{who}"; see crm company list')


def get_or_add(db: sqlite3.Connection, who: str, at: str) -> int:
    """Return the id of the company that ``who`` names as for `get`, made where it is a new name.

    Raises:
        RefusedError: several, or a number that is none of a company.
    """
    try:
        return get(db, who)
    except AmbiguousContactError:
        raise
    except RefusedError:
        if not clean(who) or who.strip().isdigit():
            raise
    return find_or_add(db, who, at)


def update(db: sqlite3.Connection, company_id: int, fields: dict[str, Any], at: str) -> bool:
    """Change the fields given; return whether any differs."""
    row = {column: fields[column] for column in COLUMNS if column in fields}
    if "name" in row:
        row["key"] = names.company_key(row["name"])
    if not row:
        return False
    sets = ", ".join(f"{column} = ?" for column in row)
    differ = " OR ".join(f"{column} IS NOT ?" for column in row)
    cursor = db.execute(
        f"UPDATE company SET {sets}, updated_at = ? WHERE id = ? AND ({differ})",
        (*row.values(), at, company_id, *row.values()),
    )
    return cursor.rowcount > 0


def merge(db: sqlite3.Connection, keep: int, drop: int, at: str) -> None:
    """Move everything of company ``drop`` to ``keep`` and take ``drop`` away.

    Fields that ``keep`` lacks are taken over; those that differ go into its note.
    """
    kept, dropped = (
        db.execute("SELECT * FROM company WHERE id = ?", (number,)).fetchone()
        for number in (keep, drop)
    )
    fields: dict[str, Any] = {}
    left = []
    for column in COLUMNS:
        mine, other = kept[column], dropped[column]
        if other and not mine:
            fields[column] = other
        elif other and other != mine:
            left.append(f"{column}: {other}")
    if left:
        fields["note"] = "\n".join(filter(None, [kept["note"], *left]))
    for table in ("contact", "deal"):
        db.execute(f"UPDATE {table} SET company_id = ? WHERE company_id = ?", (keep, drop))
    db.execute(
        "UPDATE external_id SET row_id = ? WHERE noun = 'company' AND row_id = ?", (keep, drop)
    )
    db.execute("DELETE FROM company WHERE id = ?", (drop,))
    update(db, keep, fields, at)
