"""What a merge of two copies has to look at as a whole: the order of lists, consents, sales, and who was archived."""

from __future__ import annotations

from crmcli.store.union_cells import Conflict
from crmcli.store.union_nouns import LISTS
from crmcli.values import money

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


def settle(merging: Merging) -> None:
    """What values one by one cannot tell: consents, people who were archived, sales."""
    _withdraw(merging)
    _stay(merging)
    _tell_sales(merging)


def _withdraw(merging: Merging) -> None:
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


# Whom one side archived, by my id, and with whom the other went on: logged something, set a follow-up or a deal.
_ARCHIVED = {
    "mine": "SELECT n.row_id AS id FROM temp.mine_news n WHERE n.noun = 'contact' AND n.field = 'archived_at'",
    "theirs": (
        "SELECT w.mine AS id FROM temp.theirs_news n JOIN temp.twin w ON w.noun = n.noun AND w.theirs = n.row_id"
        " WHERE n.noun = 'contact' AND n.field = 'archived_at'"
    ),
}
_WENT_ON = (
    "SELECT p.contact_id AS id FROM temp.{side}_news n JOIN {schema}.participant p"
    " ON p.contact_id = n.contact_id AND p.interaction_id = n.row_id WHERE n.noun = 'participant' AND n.field = ''"
    " UNION SELECT x.contact_id FROM temp.{side}_news n JOIN {schema}.follow_up x ON x.id = n.row_id"
    " WHERE n.noun = 'follow_up' AND n.field = ''"
    " UNION SELECT x.contact_id FROM temp.{side}_news n JOIN {schema}.deal x ON x.id = n.row_id"
    " WHERE n.noun = 'deal' AND n.field = ''"
)


def _stay(merging: Merging) -> None:
    """Whom one side archived, and the other went on with, stays in the lists, and that is told."""
    db = merging.db
    on = {
        "mine": _WENT_ON.format(side="mine", schema="main"),
        "theirs": "SELECT w.mine AS id FROM temp.twin w WHERE w.noun = 'contact' AND w.theirs IN"
        f" ({_WENT_ON.format(side='theirs', schema='other')})",
    }
    for side, other in (("mine", "theirs"), ("theirs", "mine")):
        for number, at in db.execute(
            "SELECT c.id, c.archived_at FROM main.contact c WHERE c.archived_at IS NOT NULL"
            f" AND c.id IN ({_ARCHIVED[side]}) AND c.id NOT IN ({_ARCHIVED[other]}) AND c.id IN ({on[other]})"
        ).fetchall():
            db.execute("UPDATE main.contact SET archived_at = NULL WHERE id = ?", (number,))
            merging.decided("contact", number, 0, ("archived_at",))
            told = {side: at, other: None}
            merging.conflicts.append(
                Conflict(
                    "contact", number, number, "archived_at", told["mine"], told["theirs"], None
                )
            )
            if side == "mine":
                merging.taken["contact"] = merging.taken.get("contact", 0) + 1


def _tell_sales(merging: Merging) -> None:
    """Tell of a deal for which either side logged the same money: both count, though it may be one sale."""
    for number, contact, amount, currency in merging.db.execute(
        "SELECT DISTINCT d.id, d.contact_id, a.amount, a.currency FROM temp.coming c JOIN temp.twin w"
        " ON w.noun = c.noun AND w.theirs = c.row_id JOIN main.interaction b ON b.id = w.mine"
        " JOIN main.deal d ON d.id = b.deal_id JOIN main.interaction a ON a.deal_id = d.id AND a.kind = b.kind"
        "  AND a.amount = b.amount AND a.currency IS b.currency AND a.id <> b.id"
        " JOIN temp.mine_news n ON n.noun = c.noun AND n.row_id = a.id AND n.contact_id = 0 AND n.field = ''"
        " WHERE c.noun = 'interaction' AND b.kind = 'purchase' ORDER BY d.id"
    ).fetchall():
        sale = f"{money.text(amount, currency)} {currency}"
        merging.conflicts.append(
            Conflict("deal", number, contact, "purchase", sale, sale, "both count")
        )
