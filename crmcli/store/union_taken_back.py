"""Whom either copy forgot, and took back since (crm add --force): of each address the later of the two holds.

What is taken back is an address: the uid of who was forgotten stays forgotten, and with it all that was
theirs. So only somebody new comes in by it.
"""

from __future__ import annotations

from crmcli.db import hashes
from crmcli.store import forgotten

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3


def settle(db: sqlite3.Connection, set_id: int) -> set[str]:
    """Let the hashes of this book be those of both, inside the merge; return those that the other copy took back."""
    marks = ", ".join("?" * len(hashes.ADDRESSES))
    db.execute(
        "INSERT OR IGNORE INTO main.forgotten (hash, kind, at) SELECT hash, kind, at FROM other.forgotten"
        f" WHERE kind NOT IN ({marks}, ?) ORDER BY id",
        (*hashes.ADDRESSES, forgotten.LEFT),
    )
    theirs = hashes.states(db, "other")
    mine = hashes.states(db, "main") if theirs else {}
    lifted = set()
    for digest, there in theirs.items():
        here = mine.get(digest)
        if there.forgotten and (here is None or (not here.forgotten and there.uid > here.uid)):
            cursor = db.execute(
                "INSERT OR IGNORE INTO main.forgotten (hash, kind, at) VALUES (?, ?, ?)",
                (digest, there.kind, there.at),
            )
            _came_from(db, set_id, cursor.lastrowid or 0, there.uid)
        elif here and here.forgotten and not there.forgotten and there.uid > here.uid:
            row = db.execute("SELECT id FROM main.forgotten WHERE hash = ?", (digest,)).fetchone()
            db.execute("DELETE FROM main.forgotten WHERE id = ?", (row[0],))
            _came_from(db, set_id, row[0], there.uid)
            lifted.add(digest)
    return lifted


def _came_from(db: sqlite3.Connection, set_id: int, row: int, uid: str) -> None:
    """Note which set, theirs, this is from: it is as new as that."""
    db.execute(
        "INSERT INTO main.taken_value (set_id, noun, row_id, field, uid) VALUES (?, 'forgotten', ?, '', ?)",
        (set_id, row, uid),
    )


def people(db: sqlite3.Connection, lifted: set[str]) -> list[tuple[int, str]]:
    """Who came in by addresses that the other copy took back: (id here, name)."""
    if not lifted:
        return []
    digest = forgotten.hasher(db)
    found = db.execute(
        "SELECT x.id, x.name, k.kind, k.key FROM temp.coming c"
        " JOIN temp.twin w ON w.noun = c.noun AND w.theirs = c.row_id JOIN main.contact x ON x.id = w.mine"
        " JOIN (SELECT contact_id, 'email' AS kind, key FROM main.email UNION ALL"
        "  SELECT contact_id, 'phone', key FROM main.phone) k ON k.contact_id = x.id WHERE c.noun = 'contact'"
    ).fetchall()
    return sorted({(row[0], row[1]) for row in found if digest(row[2], row[3]) in lifted})
