"""Companies that were merged on one side: merged on the other first, and of a circle the smallest uid is kept.

A merge of companies leaves no row that tells of it; the history does: one command took a company
away and gave its people and deals to another.
"""

from __future__ import annotations

import json

from crmcli.store import companies
from crmcli.store.union_people import knows

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

# Uid of the company that went -> uid of the one that is kept, and of the set that did it.
Edges = dict[str, tuple[str, str]]
_MERGED = "merged"  # as a column in taken_value: a merge of books repeated the merge of a company


def find(db: sqlite3.Connection, other: sqlite3.Connection) -> Edges:
    """Return whatever company one side took away -> the one to be kept on both."""
    mine, theirs = _edges(db, other), _edges(other, db)
    edges = theirs | mine
    kept: Edges = {}
    for start in edges:
        path: list[str] = []
        one: str | None = start
        while one is not None and one not in path:
            path.append(one)
            one = edges[one][0] if one in edges else None
        last = path[-1] if one is None else min(path[path.index(one) :])
        kept |= {gone: (last, edges[gone][1]) for gone in path if gone != last}
    return kept


def _edges(db: sqlite3.Connection, other: sqlite3.Connection) -> Edges:
    """What ``db`` merged, by a command of its own or after another copy, and ``other`` knows nothing of.

    Where a merge of books repeated it, it counts as that of whoever did it first: ``other`` may have, and have taken
    it back. An undo that takes a company away is no merge.
    """
    found = {}
    for row in db.execute(
        "SELECT s.uid AS own, x.uid AS first, json_extract(d.data, '$.uid') AS gone, min(o.uid) AS kept"
        " FROM main.change d JOIN main.change_set s ON s.id = d.set_id AND s.undone_by IS NULL AND s.undoes IS NULL"
        " JOIN main.change c ON c.set_id = d.set_id AND c.noun IN ('contact', 'deal') AND c.op = 'update'"
        "  AND json_extract(c.data, '$.company_id[0]') = d.row_id"
        " LEFT JOIN main.company o ON o.id = json_extract(c.data, '$.company_id[1]')"
        " LEFT JOIN main.taken_value x ON x.set_id = d.set_id AND x.noun = 'company' AND x.row_id = d.row_id"
        f"  AND x.field = '{_MERGED}'"
        " WHERE d.noun = 'company' AND d.op = 'delete'"
        "  AND NOT EXISTS (SELECT 1 FROM main.company x WHERE x.id = d.row_id)"
        "  AND (x.uid IS NOT NULL OR d.set_id NOT IN (SELECT set_id FROM main.taken_set WHERE set_id IS NOT NULL))"
        " GROUP BY d.id HAVING count(DISTINCT coalesce(o.uid, '')) = 1 AND kept IS NOT NULL ORDER BY d.id"
    ).fetchall():
        stamp = row["first"] or row["own"]
        if not knows(other, stamp):
            found[row["gone"]] = (row["kept"], stamp)
    return found


def repeat(db: sqlite3.Connection, kept: Edges, set_id: int | None = None) -> int:
    """Merge in ``main`` what is to be one company, inside the open transaction; return how many went.

    One that is to be kept and went here is there again first, as it was. With the ``set_id`` of a merge of books
    it is noted whose merges these were.
    """
    count = 0
    for gone, (last, stamp) in sorted(kept.items()):
        drop = db.execute(
            "SELECT id, updated_at FROM main.company WHERE uid = ?", (gone,)
        ).fetchone()
        keep = drop and (_id(db, last) or _revive(db, last))
        if keep:
            companies.merge(db, keep, drop["id"], drop["updated_at"])
            count += 1
        if keep and set_id:
            db.execute(
                "INSERT INTO main.taken_value (set_id, noun, row_id, field, uid) VALUES (?, 'company', ?, ?, ?)",
                (set_id, drop["id"], _MERGED, stamp),
            )
    return count


def _id(db: sqlite3.Connection, uid: str) -> int:
    row = db.execute("SELECT id FROM main.company WHERE uid = ?", (uid,)).fetchone()
    return row[0] if row else 0


def _revive(db: sqlite3.Connection, uid: str) -> int:
    """Put back a company by what the history keeps of it; return its id, 0 where it keeps nothing."""
    row = db.execute(
        "SELECT data FROM main.change WHERE noun = 'company' AND op = 'delete' AND json_extract(data, '$.uid') = ?"
        " ORDER BY id DESC LIMIT 1",
        (uid,),
    ).fetchone()
    if row is None:
        return 0
    held = json.loads(row[0])
    names = [name for _, name, *_ in db.execute("PRAGMA main.table_info(company)") if name in held]
    db.execute(
        f"INSERT INTO main.company ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
        [held[name] for name in names],
    )
    return _id(db, uid)
