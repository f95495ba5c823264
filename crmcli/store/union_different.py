"""People whom one copy declared different while the other made them one: they are one, and that is told."""

from __future__ import annotations

from crmcli.store import union_news
from crmcli.store.union_cells import Conflict

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from crmcli.store.union_cells import Merging

# The uids of two people, and the key of the row that declares them different in its own book.
Pair = tuple[str, str, int, int]
# The contact whom a uid names, and the name and the number of the one who had it, also of one who went.
Person = tuple[int, str, int | None]
_ONE, _TWO = "one person", "two people"


def declared(db: sqlite3.Connection) -> list[Pair]:
    """Who is declared different in ``main``; to be asked before merges of people are repeated, which take that away."""
    return [
        (row[0], row[1], row[2], row[3])
        for row in db.execute(
            "SELECT a.uid, b.uid, d.contact_id, d.other_id FROM main.different d"
            " JOIN main.contact a ON a.id = d.contact_id JOIN main.contact b ON b.id = d.other_id"
        )
    ]


def tell(merging: Merging, mine: list[Pair], theirs: list[Pair]) -> None:
    """Add a conflict for whom one side declared different, unknown to the other, and who are one person now."""
    db = merging.db
    for side, other, pairs in (("mine", "theirs", mine), ("theirs", "mine", theirs)):
        for one, two, contact, row in pairs:
            kept, gone = _person(db, one), _person(db, two)
            if kept is None or gone is None or kept[0] != gone[0]:
                continue
            said = _said(db, union_news.SIDES[side], contact, row)
            if not said or _knows(db, other, said):
                continue
            merged, instead = _merged(merging, other, (one, two))
            told = {side: (_TWO, said), other: (_ONE, merged)}
            merging.conflicts.append(
                Conflict(
                    "contact", kept[0], kept[0], "different", told["mine"][0], told["theirs"][0], _ONE,
                    told["mine"][1], told["theirs"][1], f"{_named(kept)}, {_named(gone)}", instead,
                )
            )  # fmt: skip


def _person(db: sqlite3.Connection, uid: str) -> Person | None:
    """Whom a uid names here, None for nobody."""
    row = db.execute(
        "SELECT id, name, id FROM main.contact WHERE uid = :uid UNION ALL"
        " SELECT contact_id, name, old_id FROM main.merged_contact WHERE uid = :uid",
        {"uid": uid},
    ).fetchone()
    return row and (row[0], row[1], row[2])


def _named(person: Person) -> str:
    _, name, number = person
    return f"{name} ({number})" if number else name


def _said(db: sqlite3.Connection, schema: str, contact: int, row: int) -> str:
    """The uid of the set that declared two people different: of whoever did so first, else of the merge that came to it."""
    found = union_news.last(db, schema, "different", row, contact, ("",))
    return found or str(
        db.execute(
            f"SELECT max(s.uid) FROM {schema}.change c JOIN {schema}.change_set s ON s.id = c.set_id"
            " WHERE c.noun = 'different' AND c.row_id = ? AND c.contact_id = ? AND c.op = 'insert'",
            (row, contact),
        ).fetchone()[0]
        or ""
    )


def _knows(db: sqlite3.Connection, side: str, uid: str) -> bool:
    found = db.execute(f"SELECT 1 FROM temp.{side}_known WHERE uid = ?", (uid,))
    return found.fetchone() is not None


def _merged(merging: Merging, side: str, uids: tuple[str, str]) -> tuple[str | None, str]:
    """The uid of the set by which one side made two people one, and what to type to have them two.

    A merge is taken back for every copy where it was typed; where it came with a merge of books, the next one of
    those would bring it again.
    """
    db, schema = merging.db, union_news.SIDES[side]
    numbers: list[int | None] = []
    stamps = set()
    for uid in uids:
        row = db.execute(
            f"SELECT id, NULL AS merge_id FROM {schema}.contact WHERE uid = :uid UNION ALL"
            f" SELECT old_id, id FROM {schema}.merged_contact WHERE uid = :uid",
            {"uid": uid},
        ).fetchone()
        numbers.append(row and row["id"])
        if row and row["merge_id"]:
            stamp = union_news.last(db, schema, "merged_contact", row["merge_id"], 0, ("",))
            if stamp != merging.uid and _knows(db, side, stamp):  # not repeated for this very merge
                stamps.add(stamp)
    typed = [
        db.execute(
            f"SELECT id FROM {schema}.change_set WHERE uid = ? AND undone_by IS NULL", (stamp,)
        ).fetchone()
        for stamp in sorted(stamps, reverse=True)
    ]
    one, two = numbers
    again = "; then crm merge-book again"
    if not typed or None in typed or not (one and two):
        how = f"where they were merged: crm undo of that, crm merge KEEP OTHER --different{again}"
    else:
        undone = ", ".join(f"crm undo {row[0]}" for row in typed)
        how = f"{undone}, crm merge {min(one, two)} {max(one, two)} --different"
        how = how if side == "mine" else f"in the other copy: {how}{again}"
    return max(stamps, default=None), how
