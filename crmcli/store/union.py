"""Another copy of the book taken into this one: what either side did holds in both.

The two went apart at some change set. What each did since is known by the uids of the sets
(union_news). A value that one side changed is taken; of two the newer holds and the other stays in
sight (union_cells). Rows come and go likewise (union_rows); ids that both sides gave are given anew
(union_twins); merges of people are repeated before anything is compared (union_people). So the order
of merges among several copies makes no difference to what they end up with, and a second merge of
the same copy changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmcli.db import connection, turn
from crmcli.store import (
    union_cells,
    union_circles,
    union_companies,
    union_different,
    union_forgotten,
    union_left,
    union_lists,
    union_lost,
    union_news,
    union_people,
    union_repeats,
    union_report,
    union_rows,
    union_taken_back,
    union_twins,
)
from crmcli.store.union_nouns import NOUNS, pair

if TYPE_CHECKING:
    import sqlite3
    from datetime import date

    from crmcli.store.union_cells import Conflict
    from crmcli.store.union_forgotten import Left

PREFER = ("newer", "mine", "theirs")


@dataclass
class Union:
    """What a merge of two copies did.

    Attributes:
        fork: my last change set that the other copy knew, with when; None where there is none.
        mine, theirs: change sets that the other copy, and that this one did not know.
        added, changed, removed: rows here, by table.
        conflicts: what there was to decide.
        numbers: (table, their id, my id, text) of rows whose number is another one here.
        alike: (my id, my id, e-mail, name) of two people, one of either side, with one e-mail, else one name.
        forgotten: how many people were left out because they were forgotten here.
        left: who and what was left out by an address of somebody forgotten here.
        taken_back: (id, name) of who came in because somebody forgotten here was taken back there.
        remembered: (id, name) of those who were forgotten there and are here all the same.
    """

    fork: tuple[int, str] | None = None
    mine: int = 0
    theirs: int = 0
    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    numbers: list[tuple[str, int, int, str]] = field(default_factory=list)
    alike: list[tuple[int, int, str | None, str]] = field(default_factory=list)
    forgotten: int = 0
    left: list[Left] = field(default_factory=list)
    taken_back: list[tuple[int, str]] = field(default_factory=list)
    remembered: list[tuple[int, str]] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        """Whether this book holds the same as before."""
        return not (self.added or self.changed or self.removed)


def merge(
    db: sqlite3.Connection,
    copy: str,
    *,
    set_id: int,
    at: str,
    prefer: str,
    today: date,
    tz: str | None,
) -> Union:
    """Take in the book at ``copy``, a throw-away copy of this version, inside the open transaction.

    Args:
        db: this book; ``copy`` is attached to it until it is closed.
        copy: the file; it may be written.
        set_id: the change set of the merge.
        at: the instant, UTC.
        prefer: one of PREFER, of what both changed.
        today: the owner's date.
        tz: the owner's zone.
    """
    other = union_forgotten.redacted(db, connection.connect(copy, today=today, tz=tz), at)
    circles = union_circles.find(db, other)
    firms = union_companies.find(db, other)
    apart = union_different.declared(db), union_different.declared(other)
    repeated, own = _repeat_there(db, other, at, circles, firms)
    other.close()
    db.execute("ATTACH ? AS other", (copy,))
    union_news.gather(db)
    left = union_left.gather(db)
    db.execute("DELETE FROM temp.theirs_known WHERE uid = ?", (own,))
    uid = _sort_behind(db, set_id)
    done = Union()
    _count_sets(db, done)
    lifted = union_taken_back.settle(db, set_id)
    union_left.take_over(db)
    # Whoever knows all their sets has all that they hold, but for what a repair lost.
    if not (done.theirs or left or union_lost.is_repaired(db, "mine")):
        done.remembered = union_forgotten.there(db)
        done.forgotten, done.left = union_forgotten.staying_there(db)
        return done
    merging = union_cells.Merging(db, set_id, uid, prefer)
    db.execute("PRAGMA defer_foreign_keys = ON")
    for side, schema in union_news.SIDES.items():
        union_people.follow(db, side, union_people.merged(db, side, schema))
    here = union_circles.turn(db, circles)
    here += union_people.repeat(db, union_people.merges(db, "other"))
    joined = union_companies.repeat(db, firms, set_id)
    union_people.follow(db, "mine", here, set_id)
    union_people.follow(db, "theirs", repeated)
    union_people.follow_fields(db, "mine", "main", here, uid)
    union_people.follow_fields(db, "theirs", "other", repeated, own)
    done.remembered = union_forgotten.there(db)
    _exchange(merging, done)
    done.taken_back = union_taken_back.people(db, lifted)
    union_left.clear(db)
    union_different.tell(merging, *apart)
    union_lost.forget_known(db)
    _remember(merging)
    done.changed = {noun: count for noun, count in merging.taken.items() if count}
    if here:
        done.changed["merged_contact"] = done.changed.get("merged_contact", 0) + len(here)
    if joined:
        done.changed["company"] = done.changed.get("company", 0) + joined
    done.conflicts = merging.conflicts
    return done


def _exchange(merging: union_cells.Merging, done: Union) -> None:
    """Rows and values."""
    db = merging.db
    union_twins.start(db)
    same = union_twins.match(db)
    union_rows.find_coming(db)
    done.forgotten, done.left = union_forgotten.leave_out(db)
    union_twins.number(db)
    done.added = _counted(union_rows.insert_coming(db))
    _name_once(merging, same)
    changed = union_repeats.changed(db)
    union_cells.merge(merging)
    union_lists.settle(merging)
    union_repeats.follow(merging)
    union_repeats.tell(merging, changed)
    union_rows.find_going(db)
    union_forgotten.keep(db, done.remembered)
    union_rows.close_going(db)
    union_report.rows(merging)
    done.removed = _counted(union_rows.delete_going(db))
    union_lists.order(merging)
    union_circles.clear(db)
    done.numbers = union_report.numbers(db)
    leaving = {number for number, _ in done.remembered}
    done.alike = [one for one in union_report.alike(db) if leaving.isdisjoint(one[:2])]


def _counted(counts: dict[str, int]) -> dict[str, int]:
    return {noun: count for noun, count in counts.items() if count > 0}


def _repeat_there(
    db: sqlite3.Connection,
    other: sqlite3.Connection,
    at: str,
    circles: list[str],
    firms: union_companies.Edges,
) -> tuple[list[tuple[int, int]], str]:
    """Turn circles there, and repeat my merges of people in the copy; return whom it merged, and the set of that."""
    merges = union_circles.as_turned(union_people.merges(db, "main"), circles)
    circles = circles + union_circles.forgotten_kept(db, other)
    if not (merges or circles or firms):
        return [], ""
    with connection.Transaction(other, "crm merge-book", at) as transaction:
        pairs = union_circles.turn(other, circles)
        pairs += union_people.repeat(other, merges)
        joined = union_companies.repeat(other, firms)
        other.execute(
            "INSERT INTO taken_set (uid, set_id) SELECT uid, id FROM change_set WHERE id = ?",
            (transaction.set_id,),
        )
        uid = other.execute(
            "SELECT uid FROM change_set WHERE id = ?", (transaction.set_id,)
        ).fetchone()[0]
        if not (pairs or joined):
            other.execute("DELETE FROM taken_set WHERE set_id = ?", (transaction.set_id,))
    return pairs, uid


def _sort_behind(db: sqlite3.Connection, set_id: int) -> str:
    """Let the merge sort behind all that it knows; return its uid."""
    own = db.execute("SELECT uid FROM main.change_set WHERE id = ?", (set_id,)).fetchone()[0]
    highest = db.execute("SELECT max(uid) FROM temp.theirs_known").fetchone()[0] or "0"
    if highest >= own:
        own = turn.uid_above(highest)
        db.execute("UPDATE main.change_set SET uid = ? WHERE id = ?", (own, set_id))
    return str(own)


def _count_sets(db: sqlite3.Connection, done: Union) -> None:
    row = union_news.fork(db)
    done.fork = (row["id"], row["at"]) if row else None
    for side, other in (("mine", "theirs"), ("theirs", "mine")):
        count = db.execute(
            f"SELECT count(*) FROM temp.{side}_known WHERE uid NOT IN (SELECT uid FROM temp.{other}_known)"
        ).fetchone()[0]
        setattr(done, side, count - (side == "mine"))  # without this merge


def _name_once(merging: union_cells.Merging, same: list[union_twins.Found]) -> None:
    """What both sides added has one uid from now on, the smaller; a person goes on being named by both."""
    db = merging.db
    for table, row, mine, theirs in same:
        if theirs < mine:
            db.execute(f"UPDATE main.{table} SET uid = ? WHERE id = ?", (theirs, row))
            merging.decided(table, row, 0, ("uid",))
        if table == "contact":
            cursor = db.execute(
                "INSERT OR IGNORE INTO main.merged_contact (uid, contact_id, name, key, company_key)"
                " SELECT ?, c.id, c.name, c.key, o.key FROM main.contact c"
                " LEFT JOIN main.company o ON o.id = c.company_id WHERE c.id = ?",
                (max(mine, theirs), row),
            )
            if cursor.rowcount:
                number = cursor.lastrowid or 0
                merging.decided("merged_contact", number, 0, ("",))
                db.execute(  # new here, so nobody there took it away
                    "INSERT OR IGNORE INTO temp.mine_news VALUES ('merged_contact', ?, 0, '', ?)",
                    (number, merging.uid),
                )


def _remember(merging: union_cells.Merging) -> None:
    """Keep which sets of theirs this book knows now, and which of them made the values that came."""
    db, set_id = merging.db, merging.set_id
    for table in NOUNS:
        second = pair(table)
        if second:
            db.execute(
                "INSERT INTO main.taken_value (set_id, noun, row_id, contact_id, field, uid)"
                f" SELECT ?, n.noun, v.{second}, v.contact_id, n.field, n.uid FROM temp.theirs_news n"
                f" CROSS JOIN temp.their_{table} v ON v.their_contact = n.contact_id AND v.their_row = n.row_id"
                f" WHERE n.noun = ? AND v.contact_id IS NOT NULL AND v.{second} IS NOT NULL",
                (set_id, table),
            )
            continue
        news = (
            "SELECT w.mine, n.field, n.uid FROM temp.theirs_news n CROSS JOIN temp.twin w"
            " ON w.noun = n.noun AND w.theirs = n.row_id WHERE n.noun = ?"
        )
        db.execute(
            "INSERT INTO main.taken_value (set_id, noun, row_id, row_last, field, uid)"
            " SELECT ?, ?, min(mine), iif(count(*) > 1, max(mine), NULL), field, uid FROM"
            " (SELECT mine, field, uid, mine - row_number() OVER (PARTITION BY field, uid ORDER BY mine) AS island"
            f"  FROM ({news})) GROUP BY field, uid, island",
            (set_id, table, table),
        )
    db.execute(
        "INSERT INTO main.taken_set (uid, set_id) SELECT uid, ? FROM temp.theirs_known"
        " WHERE uid NOT IN (SELECT uid FROM temp.mine_known)"
        " ON CONFLICT DO UPDATE SET set_id = excluded.set_id",
        (set_id,),
    )
    changed = db.execute("SELECT 1 FROM main.change WHERE set_id = ?", (set_id,)).fetchone()
    decided = db.execute(
        "SELECT 1 FROM main.taken_value WHERE set_id = ? AND uid = ?", (set_id, merging.uid)
    ).fetchone()
    if changed or decided:
        db.execute("INSERT INTO main.taken_set VALUES (?, ?)", (merging.uid, set_id))
    if not changed:  # nothing to undo, so that is known for good
        for table in ("taken_set", "taken_value"):
            db.execute(f"UPDATE main.{table} SET set_id = NULL WHERE set_id = ?", (set_id,))
