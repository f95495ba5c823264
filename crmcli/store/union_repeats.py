"""A follow-up that one copy changed while the other did it, and of a repeat set the next.

The next is another row, of which the copy that changed the one before has never heard: so it is told here. A rule
goes on to the next, also none; a day or a text is of the one that was done, and is told.
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


# What was said of one that was done on the other side: its id and uid, the side that did it, the column, the value.
Changed = tuple[int, str, str, str, str]


def changed(db: sqlite3.Connection) -> list[Changed]:
    """What one side said anew of a follow-up that only the other did; to be asked before their values become one."""
    found: list[Changed] = []
    for did, other, row, there in (("mine", "theirs", "m", "t"), ("theirs", "mine", "t", "m")):
        for column in ("due", "text"):
            found += [
                (line["id"], line["uid"], did, column, line["value"])
                for line in db.execute(
                    f"SELECT m.id, m.uid, {there}.{column} AS value FROM ({_NEWS[did]}) d"
                    f" JOIN ({_NEWS[other]}) o ON o.id = d.id AND o.field = '{column}'"
                    " JOIN main.follow_up m ON m.id = d.id JOIN temp.twin w ON w.noun = 'follow_up' AND w.mine = m.id"
                    " JOIN other.follow_up t ON t.id = w.theirs WHERE d.field = 'done_at'"
                    f" AND {row}.done_at IS NOT NULL AND {there}.done_at IS NULL AND m.{column} <> t.{column}"
                    " GROUP BY m.id"
                ).fetchall()
            ]
    return found


def tell(merging: Merging, found: list[Changed]) -> None:
    """Add conflicts for days and texts that do not hold, since what they were given to is done."""
    db = merging.db
    for number, uid, did, column, value in found:
        row = db.execute("SELECT * FROM main.follow_up WHERE id = ?", (number,)).fetchone()
        if row is None or row["done_at"] is None:
            continue
        last = _last(db, uid, did)
        if last is None and column == "text":
            continue  # it stands on the one that was done
        kept = last[column] if last else "done"
        if kept == value:
            continue
        where = last or row
        instead = f"crm done F{number} --reopen"
        if last:
            said = value if column == "due" else "--text TEXT"
            instead = f"crm remind F{last['id']} {said}"
        mine, theirs = (kept, value) if did == "mine" else (value, kept)
        merging.conflicts.append(
            Conflict(
                "follow_up", where["id"], where["contact_id"], column, mine, theirs, kept, instead=instead
            )
        )  # fmt: skip


def _last(db: sqlite3.Connection, of: str, side: str) -> sqlite3.Row | None:
    """The open follow-up to which doing a repeat led on one side alone, None where it came to its end."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM main.follow_up WHERE uid = ?", (following.uid(of),)
    ).fetchone()
    if row is None or not db.execute(_ALONE[side], {"id": row["id"]}).fetchone():
        return None
    return row if row["done_at"] is None else _last(db, row["uid"], side)
