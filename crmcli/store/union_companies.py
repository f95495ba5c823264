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

Edges = dict[str, str]


def find(db: sqlite3.Connection, other: sqlite3.Connection) -> Edges:
    """Return the uid of whatever company one side took away -> that of the one to be kept on both."""
    mine, theirs = _edges(db, other), _edges(other, db)
    kept: Edges = {}
    for start in {**mine, **theirs}:
        path: list[str] = []
        one: str | None = start
        while one is not None and one not in path:
            path.append(one)
            one = mine.get(one) or theirs.get(one)
        last = path[-1] if one is None else min(path[path.index(one) :])
        kept |= dict.fromkeys(path, last)
    return {gone: last for gone, last in kept.items() if gone != last}


def _edges(db: sqlite3.Connection, other: sqlite3.Connection) -> Edges:
    """What ``db`` merged and ``other`` knows nothing of: uid of the company that went -> the one that is kept.

    Where a merge of books did it, whoever did it first counts: ``other`` may have, and have taken it back.
    """
    found = {}
    for row in db.execute(
        "SELECT d.set_id, d.row_id, s.uid AS stamp, json_extract(d.data, '$.uid') AS gone, min(o.uid) AS kept"
        " FROM main.change d JOIN main.change_set s ON s.id = d.set_id AND s.undone_by IS NULL"
        " JOIN main.change c ON c.set_id = d.set_id AND c.noun IN ('contact', 'deal') AND c.op = 'update'"
        "  AND json_extract(c.data, '$.company_id[0]') = d.row_id"
        " LEFT JOIN main.company o ON o.id = json_extract(c.data, '$.company_id[1]')"
        " WHERE d.noun = 'company' AND d.op = 'delete'"
        "  AND NOT EXISTS (SELECT 1 FROM main.company x WHERE x.id = d.row_id)"
        " GROUP BY d.id HAVING count(DISTINCT coalesce(o.uid, '')) = 1 AND kept IS NOT NULL ORDER BY d.id"
    ).fetchall():
        if not knows(other, _first(db, row["set_id"], row["row_id"]) or row["stamp"]):
            found[row["gone"]] = row["kept"]
    return found


def _first(db: sqlite3.Connection, set_id: int, company: int) -> str | None:
    """The set that took a company away in another copy, of one that a merge of books took away here."""
    row = db.execute(
        "SELECT min(x.uid) FROM main.taken_value x WHERE x.set_id = :set AND x.field = 'company_id'"
        " AND EXISTS (SELECT 1 FROM main.change c WHERE c.set_id = :set AND c.noun = x.noun AND c.op = 'update'"
        "  AND c.row_id BETWEEN x.row_id AND coalesce(x.row_last, x.row_id)"
        "  AND json_extract(c.data, '$.company_id[0]') = :company)",
        {"set": set_id, "company": company},
    ).fetchone()
    return row[0] if row else None


def repeat(db: sqlite3.Connection, kept: Edges) -> int:
    """Merge in ``main`` what is to be one company, inside the open transaction; return how many went.

    One that is to be kept and went here is there again first, as it was.
    """
    count = 0
    for gone, last in sorted(kept.items()):
        drop = db.execute(
            "SELECT id, updated_at FROM main.company WHERE uid = ?", (gone,)
        ).fetchone()
        keep = drop and (_id(db, last) or _revive(db, last))
        if keep:
            companies.merge(db, keep, drop["id"], drop["updated_at"])
            count += 1
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
