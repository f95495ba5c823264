"""What a merge of two copies has to look at as a whole: the order of lists, and consents."""

from __future__ import annotations

from crmcli.store.union_nouns import LISTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from crmcli.store.union_cells import Merging


def order(merging: Merging) -> None:
    """Give the entries of lists places of their own: first what both knew, then what came, oldest first."""
    db = merging.db
    for table in LISTS:
        crowded = db.execute(
            f"SELECT DISTINCT contact_id FROM main.{table} GROUP BY contact_id, position HAVING count(*) > 1"
        ).fetchall()
        for (contact,) in crowded:
            rows = db.execute(
                f"SELECT x.id, x.position, ({_stamp('mine', 'x.id')}) AS mine,"
                f" (SELECT ({_stamp('theirs', 'w.theirs')}) FROM temp.twin w WHERE w.noun = '{table}' AND w.mine = x.id) AS theirs,"
                f" x.uid FROM main.{table} x WHERE contact_id = ?",
                (table, table, contact),
            ).fetchall()
            for place, row in enumerate(sorted(rows, key=_turn)):
                if row["position"] != place:
                    db.execute(
                        f"UPDATE main.{table} SET position = ? WHERE id = ?", (place, row["id"])
                    )
                merging.decided(table, row["id"], 0, ("position",))


def _stamp(side: str, row: str) -> str:
    return (
        f"SELECT n.uid FROM temp.{side}_news n WHERE n.noun = ? AND n.row_id = {row}"
        " AND n.contact_id = 0 AND n.field = ''"
    )


def _turn(row: sqlite3.Row) -> tuple[bool, str, int, str]:
    stamp = max(row["mine"] or "", row["theirs"] or "")
    return bool(stamp), stamp, row["position"], row["uid"]


def withdraw(merging: Merging) -> None:
    """Withdraw what the one side noted while the other noted that it was withdrawn."""
    db = merging.db
    sides = {
        "mine": "SELECT n.row_id AS id, n.field FROM temp.mine_news n WHERE n.noun = 'consent'",
        "theirs": "SELECT w.mine AS id, n.field FROM temp.theirs_news n JOIN temp.twin w"
        " ON w.noun = n.noun AND w.theirs = n.row_id WHERE n.noun = 'consent'",
    }
    for given, withdrawn in (("mine", "theirs"), ("theirs", "mine")):
        for row in db.execute(
            "SELECT x.id, x.contact_id, max(y.withdrawn_on) AS until FROM main.consent x"
            " JOIN main.consent y ON y.contact_id = x.contact_id AND y.basis = x.basis AND y.withdrawn_on >= x.given_on"
            f" WHERE x.withdrawn_on IS NULL AND x.id IN (SELECT id FROM ({sides[given]}))"
            f" AND y.id IN (SELECT id FROM ({sides[withdrawn]}) WHERE field IN ('', 'withdrawn_on')) GROUP BY x.id"
        ).fetchall():
            db.execute(
                "UPDATE main.consent SET withdrawn_on = ? WHERE id = ?", (row["until"], row["id"])
            )
            merging.decided("consent", row["id"], 0, ("withdrawn_on",))
