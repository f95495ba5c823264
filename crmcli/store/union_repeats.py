"""A repeating follow-up that one copy stopped, or gave another rule, while the other did it and set the next.

The next is another row, of which the copy that stopped the repeat has never heard: so it is told here.
"""

from __future__ import annotations

from crmcli.store import following
from crmcli.store.union_cells import Conflict

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from crmcli.store.union_cells import Merging

_NEWS = {
    "mine": "SELECT n.row_id AS id, n.field FROM temp.mine_news n WHERE n.noun = 'follow_up'",
    "theirs": (
        "SELECT w.mine AS id, n.field FROM temp.theirs_news n JOIN temp.twin w ON w.noun = n.noun"
        " AND w.theirs = n.row_id WHERE n.noun = 'follow_up'"
    ),
}
# Rows here that only one side has.
_ALONE = {
    "mine": "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM temp.twin WHERE noun = 'follow_up' AND mine = :id)",
    "theirs": (
        "SELECT 1 FROM temp.twin w JOIN temp.coming c ON c.noun = w.noun AND c.row_id = w.theirs"
        " WHERE w.noun = 'follow_up' AND w.mine = :id"
    ),
}


def follow(merging: Merging) -> None:
    """Give the next of a repeat, which one side set, the rule that the other side gave the one before: none, where it ended it."""
    db = merging.db
    for did, other in (("mine", "theirs"), ("theirs", "mine")):
        for row in db.execute(
            "SELECT f.uid, iif(max(o.field = 'done_at'), NULL, f.every) AS every"
            f" FROM ({_NEWS[did]}) d JOIN ({_NEWS[other]}) o ON o.id = d.id AND o.field IN ('every', 'done_at')"
            " JOIN main.follow_up f ON f.id = d.id WHERE d.field = 'done_at' AND f.done_at IS NOT NULL"
            " GROUP BY f.id"
        ).fetchall():
            last = _last(db, row["uid"], did)
            if last is None or last["every"] == row["every"]:
                continue
            db.execute(
                "UPDATE main.follow_up SET every = ? WHERE id = ?", (row["every"], last["id"])
            )
            merging.decided("follow_up", last["id"], 0, ("every",))
            merging.taken["follow_up"] = merging.taken.get("follow_up", 0) + 1
            rules = {did: last["every"], other: row["every"]}
            merging.conflicts.append(
                Conflict(
                    "follow_up",
                    last["id"],
                    last["contact_id"],
                    "every",
                    rules["mine"],
                    rules["theirs"],
                    row["every"],
                )
            )


def _last(db: sqlite3.Connection, of: str, side: str) -> sqlite3.Row | None:
    """The open follow-up to which doing a repeat led on one side alone, None where it came to its end."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM main.follow_up WHERE uid = ?", (following.uid(of),)
    ).fetchone()
    if row is None or not db.execute(_ALONE[side], {"id": row["id"]}).fetchone():
        return None
    return row if row["done_at"] is None else _last(db, row["uid"], side)
