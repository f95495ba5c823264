"""What the owner has to know of the rows that a merge of two copies brought, or took away and did not."""

from __future__ import annotations

from crmcli.store.union_cells import Conflict
from crmcli.store.union_nouns import NOUNS, pair

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from crmcli.store.union_cells import Merging


def numbers(db: sqlite3.Connection) -> list[tuple[str, int, int, str]]:
    """People, follow-ups and deals of theirs that have another number here."""
    found = []
    for noun, text in (("contact", "name"), ("follow_up", "text"), ("deal", "title")):
        found += [
            (noun, row[0], row[1], row[2])
            for row in db.execute(
                f"SELECT w.theirs, w.mine, x.{text} FROM temp.coming c JOIN temp.twin w ON w.noun = c.noun"
                f" AND w.theirs = c.row_id JOIN main.{noun} x ON x.id = w.mine"
                " WHERE c.noun = ? AND w.mine <> w.theirs ORDER BY w.theirs",
                (noun,),
            )
        ]
    return found


def alike(db: sqlite3.Connection) -> list[tuple[int, int, str | None, str]]:
    """Whom either side added with one e-mail, else under one name: ids, the e-mail or None, the name of who came.

    A name tells nothing where several have it, or where each has an e-mail of their own.
    """
    db.execute("CREATE TEMP TABLE came (id INTEGER PRIMARY KEY)")
    db.execute(
        "INSERT INTO temp.came SELECT w.mine FROM temp.coming c CROSS JOIN temp.twin w ON w.noun = c.noun"
        " AND w.theirs = c.row_id WHERE c.noun = 'contact'"
    )
    # CROSS JOIN holds SQLite to the order: from the few who came to whoever is like them.
    came = "FROM temp.came c CROSS JOIN main.contact x ON x.id = c.id"
    here = "o.id NOT IN (SELECT id FROM temp.came)"
    found = db.execute(
        f"SELECT o.id, x.id, a.address, x.name {came} CROSS JOIN main.email a ON a.contact_id = x.id"
        f" CROSS JOIN main.email b ON b.key = a.key CROSS JOIN main.contact o ON o.id = b.contact_id WHERE {here}"
        f" UNION SELECT o.id, x.id, NULL, x.name {came} CROSS JOIN main.contact o ON o.key = x.key"
        " CROSS JOIN temp.mine_news n ON n.noun = 'contact' AND n.row_id = o.id AND n.contact_id = 0 AND n.field = ''"
        f" WHERE {here} AND NOT (EXISTS (SELECT 1 FROM main.email a WHERE a.contact_id = x.id)"
        "  AND EXISTS (SELECT 1 FROM main.email b WHERE b.contact_id = o.id)) GROUP BY x.id HAVING count(*) = 1"
    ).fetchall()
    db.execute("DROP TABLE temp.came")
    return sorted(
        ((row[0], row[1], row[2], row[3]) for row in found),
        key=lambda one: (one[2] is None, one[:2]),
    )


def rows(merging: Merging) -> None:
    """Rows that one side took away and the other changed: they stay, and that is said."""
    db = merging.db
    for row in db.execute("SELECT noun, row_id, contact_id FROM temp.staying").fetchall():
        if row["noun"] in ("contact", "interaction", "deal", "follow_up") or _changed(
            db, "mine", row
        ):
            _tell_row(merging, row["noun"], row["row_id"], row["contact_id"], "changed", "gone")
    for row in db.execute("SELECT noun, row_id, contact_id FROM temp.revived").fetchall():
        if row["noun"] in ("contact", "interaction", "deal", "follow_up") or _changed(
            db, "theirs", row
        ):
            second = pair(row["noun"])
            if second or row["noun"] == "complaint":
                continue  # told by what it belongs to
            mine = db.execute(
                "SELECT mine FROM temp.twin WHERE noun = ? AND theirs = ?", tuple(row)[:2]
            ).fetchone()
            if mine:
                _tell_row(merging, row["noun"], mine[0], 0, "gone", "changed")


def _changed(db: sqlite3.Connection, side: str, row: sqlite3.Row) -> bool:
    return bool(
        db.execute(
            f"SELECT 1 FROM temp.{side}_news WHERE noun = ? AND row_id = ? AND contact_id = ?",
            tuple(row),
        ).fetchone()
    )


def _tell_row(merging: Merging, noun: str, row: int, contact: int, mine: str, theirs: str) -> None:
    whose: int | None = contact or None
    if noun == "contact":
        whose = row
    elif not contact and "contact_id" in NOUNS[noun].refs:
        found = merging.db.execute(
            f"SELECT contact_id FROM main.{noun} WHERE id = ?", (row,)
        ).fetchone()
        whose = found and found[0]
    merging.conflicts.append(Conflict(noun, row, whose, "", mine, theirs, "changed"))
