"""Rows that are lost, put together of what indexes still say of them, and of what the history knows."""

from __future__ import annotations

import json
import sqlite3

from crmcli.db import connection
from crmcli.db.roots import forward

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from crmcli.db.roots import Roots
    from crmcli.db.salvage import Saved

# table -> SQL over indexes alone that says of lost rows what can still be known, and what it reads
_STUBS = {
    "contact": (
        (
            "WITH u AS MATERIALIZED (SELECT id, uid FROM contact INDEXED BY sqlite_autoindex_contact_1)"
            " SELECT x.id, u.uid, x.c0 AS name, x.c0 AS key, x.c2 AS note"
            " FROM contact_fts_content x LEFT JOIN u ON u.id = x.id"
        ),
        ("sqlite_autoindex_contact_1", "contact_fts_content"),
    ),
    "email": (
        (
            "WITH c AS MATERIALIZED (SELECT id, contact_id FROM email INDEXED BY email_contact)"
            " SELECT k.id, c.contact_id, k.key AS address, k.key FROM email k INDEXED BY email_key"
            " JOIN c ON c.id = k.id"
        ),
        ("email_contact", "email_key"),
    ),
    "phone": (
        (
            "WITH c AS MATERIALIZED (SELECT id, contact_id FROM phone INDEXED BY phone_contact)"
            " SELECT k.id, c.contact_id, k.key AS number, k.key FROM phone k INDEXED BY phone_key"
            " JOIN c ON c.id = k.id"
        ),
        ("phone_contact", "phone_key"),
    ),
}
# index of people -> SQL over it alone of further values, the id first
_FURTHER = {
    "contact_company": "SELECT id, company_id FROM contact INDEXED BY contact_company WHERE company_id IS NOT NULL",
    "contact_lead": "SELECT id, 'lead' AS lifecycle, created_at FROM contact INDEXED BY contact_lead WHERE lifecycle = 'lead'",
}


def put_together(roots: Roots, new: sqlite3.Connection, saved: dict[str, Saved], at: str) -> None:
    """Make rows that are lost of what indexes still say of them."""
    for table, (sql, parts) in _STUBS.items():
        old = roots.opened(table, *parts)
        try:
            names = [column[0] for column in old.execute(f"{sql} LIMIT 0").description]
            for row in forward(old, sql):
                found: dict[str, Any] = dict(zip(names, row, strict=True))
                if not isinstance(found["id"], int) or _went(new, table, found["id"]):
                    continue
                if table == "contact":
                    found |= {
                        "uid": found["uid"] or connection.new_uid(),
                        "name": str(found["name"] or found["id"]).title(),
                        "lifecycle": "other",
                        "created_at": at,
                        "updated_at": at,
                    }
                else:
                    found["position"] = 1000 + found["id"]
                marks = ", ".join("?" * len(found))
                try:
                    came = new.execute(
                        f"INSERT OR IGNORE INTO {table} ({', '.join(found)}) VALUES ({marks})",
                        tuple(found.values()),
                    ).rowcount
                except sqlite3.IntegrityError:
                    continue
                if came > 0:
                    saved[table].made += came
                    saved[table].stubs.append(int(found["id"]))
                    _recall(new, table, int(found["id"]))
        except sqlite3.DatabaseError:
            continue  # not even the indexes
        finally:
            old.close()


def add_further(roots: Roots, new: sqlite3.Connection, people: list[int]) -> None:
    """Give people who were put together what further indexes say of them, where the history does not."""
    made = set(people)
    for index, sql in _FURTHER.items():
        old = roots.opened("contact", index)
        try:
            names = [column[0] for column in old.execute(f"{sql} LIMIT 0").description][1:]
            sets = ", ".join(f"{name} = ?" for name in names)
            for number, *values in forward(old, sql):
                if isinstance(number, int) and number in made:
                    new.execute(f"UPDATE contact SET {sets} WHERE id = ?", (*values, number))
                    _recall(new, "contact", number)
        except sqlite3.DatabaseError:
            continue
        finally:
            old.close()


def _recall(new: sqlite3.Connection, table: str, number: int) -> None:
    """Give a row that was put together the values that the history knows of it."""
    columns = {row[1] for row in new.execute(f"PRAGMA table_info({table})")} - {"id", "uid"}
    for (data,) in new.execute(
        "SELECT data FROM change WHERE noun = ? AND row_id = ? AND op = 'update' ORDER BY id",
        (table, number),
    ).fetchall():
        try:
            told = {name: pair[1] for name, pair in json.loads(data).items() if name in columns}
            if told:
                sets = ", ".join(f"{name} = ?" for name in told)
                new.execute(f"UPDATE {table} SET {sets} WHERE id = ?", (*told.values(), number))
        except (TypeError, ValueError, LookupError, AttributeError, sqlite3.Error):
            continue  # the history was damaged, too


def _went(new: sqlite3.Connection, table: str, number: int) -> bool:
    """Whether the history has a row deleted: an index of yesterday must not bring it back."""
    row = new.execute(
        "SELECT op FROM change WHERE noun = ? AND row_id = ? AND row_last IS NULL AND op <> 'update'"
        " ORDER BY id DESC LIMIT 1",
        (table, number),
    ).fetchone()
    return row is not None and row[0] == "delete"
