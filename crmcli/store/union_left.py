"""Who was left out of a copy because of an address that somebody forgotten there had: nobody took them away there.

A copy counts the sets of the other as known once it has merged it. What it left out would look like
what it took away, so it keeps a keyed hash of the uid of that (``forgotten.LEFT``): to such a copy
it goes on being news, on whichever machine it is, and comes in when nothing stands against it any more.
"""

from __future__ import annotations

from crmcli.store import forgotten
from crmcli.store.union_news import SIDES, last
from crmcli.store.union_nouns import NOUNS, OWNED, pair, references

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

_MARKED = ("contact", "merged_contact", "email", "phone")  # the tables whose uids are kept
_OTHER = {"mine": "theirs", "theirs": "mine"}


def mark(db: sqlite3.Connection, noun: str, row: int) -> None:
    """Keep that a row of theirs was left out."""
    uid = db.execute(f"SELECT uid FROM other.{noun} WHERE id = ?", (row,)).fetchone()[0]
    forgotten.remember(db, [(forgotten.LEFT, uid)], instant(db))


def instant(db: sqlite3.Connection) -> str:
    """When this merge is: the instant of its own set."""
    return str(db.execute("SELECT at FROM main.change_set ORDER BY id DESC LIMIT 1").fetchone()[0])


def gather(db: sqlite3.Connection) -> bool:
    """Add to the news of each side what the other left out; return whether there is such of theirs.

    ``SIDE_left`` is filled with the marked rows (noun, row, hash).
    """
    for side, schema in SIDES.items():
        db.execute(f"CREATE TEMP TABLE {side}_left (noun TEXT, row_id INTEGER, hash TEXT)")
        marks = _marks(db, SIDES[_OTHER[side]])
        if marks:
            _find(db, side, schema, marks)
            _add_news(db, side, schema)
    return db.execute("SELECT 1 FROM temp.theirs_left LIMIT 1").fetchone() is not None


def _marks(db: sqlite3.Connection, schema: str) -> frozenset[str]:
    found = db.execute(f"SELECT hash FROM {schema}.forgotten WHERE kind = ?", (forgotten.LEFT,))
    return frozenset(row[0] for row in found)


def _find(db: sqlite3.Connection, side: str, schema: str, marks: frozenset[str]) -> None:
    digest, other = forgotten.hasher(db), SIDES[_OTHER[side]]
    for table in _MARKED:
        noun, row = ("contact", "contact_id") if table == "merged_contact" else (table, "id")
        for number, uid in db.execute(
            f"SELECT {row}, uid FROM {schema}.{table} WHERE uid NOT IN (SELECT uid FROM {other}.{table})"
        ).fetchall():
            if (one := digest(forgotten.LEFT, uid)) in marks:
                db.execute(f"INSERT INTO temp.{side}_left VALUES (?, ?, ?)", (noun, number, one))


def _add_news(db: sqlite3.Connection, side: str, schema: str) -> None:
    """What was left out, and what hangs on it and is not there either, counts as new to the other side."""
    db.execute(
        "CREATE TEMP TABLE hanging (noun TEXT, row_id INTEGER, contact_id INTEGER, PRIMARY KEY (noun, row_id, contact_id))"
    )
    db.execute(f"INSERT OR IGNORE INTO temp.hanging SELECT noun, row_id, 0 FROM temp.{side}_left")
    other = SIDES[_OTHER[side]]
    before = -1
    while (count := db.execute("SELECT count(*) FROM temp.hanging").fetchone()[0]) != before:
        before = count
        for table, column, to in references():
            if column not in OWNED:
                continue
            second = pair(table)
            key = f"x.{second}, x.contact_id" if second else "x.id, 0"
            missing = f" AND x.uid NOT IN (SELECT uid FROM {other}.{table})" if NOUNS[table].uid else ""  # fmt: skip
            db.execute(
                f"INSERT OR IGNORE INTO temp.hanging SELECT '{table}', {key} FROM temp.hanging h"
                f" CROSS JOIN {schema}.{table} x ON x.{column} = h.row_id WHERE h.noun = '{to}'{missing}"
            )
        db.execute(
            "INSERT OR IGNORE INTO temp.hanging SELECT 'interaction', x.id, 0 FROM temp.hanging h"
            f" CROSS JOIN {schema}.interaction x ON x.id = h.row_id WHERE h.noun = 'participant'"
            f" AND x.uid NOT IN (SELECT uid FROM {other}.interaction)"
        )
    db.execute(
        "INSERT OR IGNORE INTO temp.hanging SELECT 'external_id', x.id, 0 FROM temp.hanging h"
        f" CROSS JOIN {schema}.external_id x ON x.noun = h.noun AND x.row_id = h.row_id"
    )
    for noun, row, contact in db.execute("SELECT * FROM temp.hanging").fetchall():
        if (
            noun in _MARKED
            and db.execute(
                f"SELECT 1 FROM {schema}.{noun} WHERE id = ? AND uid IN (SELECT uid FROM {other}.{noun})",
                (row,),
            ).fetchone()
        ):
            continue  # whom one who was left out was merged into
        columns = tuple(column for group in NOUNS[noun].groups for column in group) or ("",)
        uid = last(db, schema, noun, row, contact, columns)
        db.execute(
            f"INSERT OR IGNORE INTO temp.{side}_news VALUES (?, ?, ?, '', ?)",
            (noun, row, contact, uid),
        )
    db.execute("DROP TABLE temp.hanging")


def take_over(db: sqlite3.Connection) -> None:
    """Keep what the other copy left out, but for what is here."""
    db.execute(
        "INSERT OR IGNORE INTO main.forgotten (hash, kind, at) SELECT hash, kind, at FROM other.forgotten"
        " WHERE kind = ? AND hash NOT IN (SELECT hash FROM temp.mine_left) ORDER BY id",
        (forgotten.LEFT,),
    )


def clear(db: sqlite3.Connection) -> None:
    """Drop what is kept of those who have come in."""
    db.execute(
        "DELETE FROM main.forgotten WHERE hash IN (SELECT l.hash FROM temp.theirs_left l"
        " JOIN temp.twin w ON w.noun = l.noun AND w.theirs = l.row_id)"
    )
