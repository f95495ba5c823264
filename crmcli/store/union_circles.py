"""People who were merged in opposite directions, or in a circle, on two sides: the smallest uid of the circle is kept.

So both copies keep the same one, whichever takes in the other, and in whatever order several meet.
"""

from __future__ import annotations

import json
from dataclasses import replace

from crmcli.store import different, forgotten
from crmcli.store import merge as merging
from crmcli.store.union_people import Merge

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any


def find(db: sqlite3.Connection, other: sqlite3.Connection) -> list[str]:
    """Return the uid of who is to be kept of each circle that the merges of both books make together.

    Within one book a merge leads to somebody who lives; so a circle goes to and fro between the two,
    and each of its people lives in one of them.
    """
    mine, theirs = _edges(db), _edges(other)
    kept = set()
    for start in mine:
        path: list[str] = []
        one: str | None = start
        while one is not None and one not in path:
            path.append(one)
            # Whom both took away leads into a circle at most, and never lies on one.
            one = None if one in mine and one in theirs else mine.get(one) or theirs.get(one)
        if one is not None:
            kept.add(min(path[path.index(one) :]))
    return sorted(kept)


def forgotten_kept(db: sqlite3.Connection, other: sqlite3.Connection) -> list[str]:
    """Return the uids of people here whom the other book merged into somebody who was forgotten here.

    What the one who lives has is to come, and what the forgotten had is not: so those are kept.
    """
    if not forgotten.is_any(db):
        return []
    here = {row[0] for row in db.execute("SELECT uid FROM main.contact")}
    found: dict[str, str] = {}
    for gone, kept in _edges(other).items():
        if gone in here and kept not in here and forgotten.find(db, [("uid", kept)]):
            found.setdefault(kept, gone)
    return sorted(found.values())


def _edges(db: sqlite3.Connection) -> dict[str, str]:
    """Uid of who went -> uid of who is kept; not of those who live all the same."""
    return dict(
        db.execute(
            "SELECT m.uid, c.uid FROM main.merged_contact m JOIN main.contact c ON c.id = m.contact_id"
            " WHERE NOT EXISTS (SELECT 1 FROM main.contact x WHERE x.uid = m.uid) ORDER BY m.uid"
        ).fetchall()
    )


def turn(db: sqlite3.Connection, kept: list[str]) -> list[tuple[int, int]]:
    """Turn merges in ``main`` round in which one of ``kept`` went, inside the open transaction.

    The one who went is there again, as before they went, and takes in the one who was kept.

    Returns:
        (id that went, id that is kept).
    """
    pairs = []
    for uid in kept:
        row = db.execute("SELECT * FROM main.merged_contact WHERE uid = ?", (uid,)).fetchone()
        if row is None or db.execute(
            "SELECT 1 FROM main.contact WHERE uid = ?", (uid,)
        ).fetchone():  # fmt: skip
            continue
        other = row["contact_id"]
        at = db.execute("SELECT updated_at FROM main.contact WHERE id = ?", (other,)).fetchone()[0]
        keep = _revive(db, row, at)
        different.lift(db, keep, other)
        merging.merge(db, keep, other, at)
        pairs.append((other, keep))
    return pairs


def as_turned(merges: list[Merge], kept: list[str]) -> list[Merge]:
    """What merges will be when those of their book are turned round."""
    turned = {one.kept["uid"]: one.gone for one in merges if one.gone in kept}
    found = []
    for one in merges:
        uid = one.kept["uid"]
        if uid not in turned:
            found.append(one)
        elif one.gone == turned[uid]:
            found.append(Merge(uid, one.kept | {"uid": one.gone}, str, one.known))
        else:
            found.append(replace(one, kept=one.kept | {"uid": turned[uid]}))
    return found


def _revive(db: sqlite3.Connection, gone: sqlite3.Row, at: str) -> int:
    """Put back a contact that a merge took away, by what the history keeps of it; return its id."""
    found = db.execute(
        "SELECT data FROM main.change WHERE noun = 'contact' AND op = 'delete' AND json_extract(data, '$.uid') = ?"
        " ORDER BY id DESC LIMIT 1",
        (gone["uid"],),
    ).fetchone()
    names = [row[1] for row in db.execute("PRAGMA main.table_info(contact)")]
    held: dict[str, Any] = json.loads(found[0]) if found and found[0] else {}
    values = {name: held[name] for name in names if name in held}
    if not values:
        values = {n: gone[n] for n in ("uid", "name", "key")} | {
            "lifecycle": "other", "created_at": at, "updated_at": at,
        }  # fmt: skip
    values["id"] = gone["old_id"]
    for column, table in (("company_id", "company"), ("referred_by", "contact")):
        there = db.execute(f"SELECT 1 FROM main.{table} WHERE id = ?", (values.get(column),))
        if there.fetchone() is None:  # gone since
            values[column] = None
    db.execute("DELETE FROM main.merged_contact WHERE id = ?", (gone["id"],))
    cursor = db.execute(
        f"INSERT INTO main.contact ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
        tuple(values.values()),
    )
    return cursor.lastrowid or 0


def clear(db: sqlite3.Connection) -> None:
    """Nobody who lives is told to be merged into somebody."""
    db.execute("DELETE FROM main.merged_contact WHERE uid IN (SELECT uid FROM main.contact)")
