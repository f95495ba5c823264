"""The history: which command changed what, and when. Taking it back is in undo.py.

An insert is kept as its key alone (the row itself says the rest, and a later delete keeps the
row), so that an import of 100,000 rows is one entry and a few changes over ranges of ids.
"""

from __future__ import annotations

from itertools import chain, islice

from crmcli.db.triggers import BY_CONTACT, PAIRED
from crmcli.errors import RefusedError
from crmcli.store import story_rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator
    from typing import Any

BY_HAND = (
    "(by hand, past crm)"  # the command of what was changed past the history, as doctor tells it
)
# Sets that count: neither taken back nor a taking back.
EFFECTIVE = "undoes IS NULL AND undone_by IS NULL"
# The set that brought a set s back last: a redo undoes the undoing.
REDONE_BY = "(SELECT max(r.id) FROM change_set u JOIN change_set r ON r.undoes = u.id WHERE u.undoes = s.id)"
# The number since which a set s is in force: its own, or that of its last redo.
SINCE = f"coalesce({REDONE_BY}, s.id)"

_CHANGES = (
    "SELECT c.id, s.id AS number, s.at, s.command, s.undone_by IS NOT NULL AS undone, s.undoes,"
    " c.noun, c.op, c.row_id, c.row_last, c.contact_id, c.data"
    " FROM change c JOIN change_set s ON s.id = c.set_id"
)
_LINKS = (
    "SELECT s.id, s.at, s.command, s.undone_by IS NOT NULL AS undone,"
    " (SELECT at FROM change_set WHERE id = s.undone_by) AS undone_at,"
    f" (SELECT at FROM change_set WHERE id = {REDONE_BY}) AS redone_at"
)


def last(db: sqlite3.Connection, *, but: Collection[int] = ()) -> int:
    """Return the number of the set of a command that came into force last, other than the sets ``but``.

    What doctor told as done by hand is no command's: taking it back is no taking back of anything.

    Raises:
        RefusedError: there is none.
    """
    row = db.execute(
        f"SELECT s.id FROM change_set s WHERE {EFFECTIVE} AND command <> ?"
        f" AND s.id NOT IN ({', '.join('?' * len(but))}) ORDER BY {SINCE} DESC LIMIT 1",
        (BY_HAND, *but),
    ).fetchone()
    if row is None:
        raise RefusedError("nothing to undo")
    return int(row[0])


def by_hand(db: sqlite3.Connection, since: int) -> list[int]:
    """Return the sets above ``since`` that tell of what was done by hand, and are in force."""
    found = db.execute(
        f"SELECT id FROM change_set WHERE {EFFECTIVE} AND command = ? AND id > ? ORDER BY id",
        (BY_HAND, since),
    )
    return [row[0] for row in found]


def last_undone(db: sqlite3.Connection) -> int:
    """Return the number of the set that was undone last and can be redone.

    Raises:
        RefusedError: there is none.
    """
    row = db.execute(
        "SELECT id FROM change_set WHERE undoes IS NULL AND undone_by IS NOT NULL ORDER BY undone_by DESC LIMIT 1"
    ).fetchone()
    if row is None:
        raise RefusedError("nothing to redo")
    return int(row[0])


def get(db: sqlite3.Connection, number: int) -> sqlite3.Row:
    """Return the set of that number, which a command made.

    Raises:
        RefusedError: there is none, or it is the undoing or the redoing of one.
    """
    row = _get(db, number)
    if row is None:
        raise RefusedError(f"there is no change {number}; crm history lists them")
    if row["undoes"] is None:
        return row
    other = _get(db, row["undoes"])
    if other is None:
        raise RefusedError(f"there is no change {number}; crm history lists them")
    if other["undoes"] is not None:  # a redo undoes an undoing
        origin = other["undoes"]
        raise RefusedError(f"{number} brought {origin} back; name that one: crm undo {origin}")
    origin = other["id"]
    again = f"; name that one: crm redo {origin}" if other["undone_by"] else ", which is back since"
    raise RefusedError(f"{number} took {origin} back{again}")


def since(db: sqlite3.Connection, number: int) -> int:
    """Return the number since which a set is in force, were it not undone."""
    row = db.execute(f"SELECT {SINCE} FROM change_set s WHERE s.id = ?", (number,)).fetchone()
    return int(row[0])


def _get(db: sqlite3.Connection, number: int) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM change_set WHERE id = ?", (number,)
    ).fetchone()
    return row


def sets(db: sqlite3.Connection, most: int = -1, *, since: str = "") -> Iterator[sqlite3.Row]:
    """Yield the newest sets since an instant.

    Each has id, at, command, undone, when it was undone and redone last, and how many rows it changed.
    """
    # Not "yield from", which would close the cursor of a book that is closed already.
    for row in db.execute(  # noqa: UP028
        f"{_LINKS}, (SELECT sum(coalesce(row_last - row_id + 1, 1)) FROM change WHERE set_id = s.id) AS changes"
        " FROM change_set s WHERE s.undoes IS NULL AND s.at >= ? ORDER BY s.id DESC LIMIT ?",
        (since, most),
    ):
        yield row


def rows(db: sqlite3.Connection, number: int) -> int:
    """How many rows one set changed."""
    found = db.execute(
        "SELECT coalesce(sum(coalesce(row_last - row_id + 1, 1)), 0) FROM change WHERE set_id = ?",
        (number,),
    )
    return int(found.fetchone()[0])


def links(db: sqlite3.Connection, number: int) -> sqlite3.Row:
    """Return a set that is there, as ``sets`` does but for the number of rows."""
    row: sqlite3.Row = db.execute(
        f"{_LINKS} FROM change_set s WHERE s.id = ?", (number,)
    ).fetchone()
    return row


def people(db: sqlite3.Connection, number: int, most: int) -> tuple[int, int, list[str]]:
    """Whom a set is about: how many it added, how many others it changed, the names of the first."""
    made = [
        (row[0], row[1] or row[0])
        for row in db.execute(
            "SELECT row_id, row_last FROM change WHERE set_id = ? AND noun = 'contact' AND op = 'insert' ORDER BY id",
            (number,),
        )
    ]
    ranges = "".join(
        f" AND contact_id NOT BETWEEN {first} AND {end}" for first, end in made if end > first
    )
    changed = [
        row[0]
        for row in db.execute(
            f"SELECT DISTINCT contact_id FROM change c WHERE set_id = ? AND contact_id IS NOT NULL{ranges}"
            " AND NOT EXISTS (SELECT 1 FROM change n WHERE n.noun = 'contact' AND n.row_id = c.contact_id"
            " AND n.set_id = c.set_id AND n.op = 'insert')",
            (number,),
        )
    ]
    first_made = (one for first, end in made for one in range(first, end + 1))
    ids = list(islice(chain(first_made, changed), most))
    added = sum(end - first + 1 for first, end in made)
    return added, len(changed), [story_rows.name(db, one) for one in ids]


def changes(db: sqlite3.Connection, number: int) -> Iterator[sqlite3.Row]:
    """Yield the changes of one set in their order."""
    for row in db.execute(f"{_CHANGES} WHERE c.set_id = ? ORDER BY c.id", (number,)):  # noqa: UP028
        yield row


def size(db: sqlite3.Connection, number: int) -> int:
    """How many rows one set changed."""
    found = db.execute(
        "SELECT coalesce(sum(coalesce(row_last - row_id + 1, 1)), 0) FROM change WHERE set_id = ?",
        (number,),
    )
    return int(found.fetchone()[0])


def forgotten(db: sqlite3.Connection, number: int) -> int:
    """How many people of a set were erased since: their rows went with what the history held of them."""
    found = db.execute(
        "SELECT count(*) FROM change WHERE set_id = ? AND noun = 'contact' AND op = 'delete' AND data IS NULL",
        (number,),
    )
    return int(found.fetchone()[0])


def counts(db: sqlite3.Connection, number: int, op: str) -> list[tuple[str, int]]:
    """Return how many rows of each table a set inserted, updated or deleted, most first; one changed twice is one."""
    return [
        (row[0], row[1])
        for row in db.execute(
            "SELECT noun, sum(coalesce(row_last - row_id + 1, 1)) AS rows FROM"
            f" (SELECT DISTINCT noun, row_id, row_last, iif(noun IN {tuple(PAIRED)}, contact_id, 0) FROM change"
            "  WHERE set_id = ? AND op = ?) GROUP BY noun ORDER BY rows DESC, noun",
            (number, op),
        )
    ]


def moved_interactions(db: sqlite3.Connection, number: int) -> int:
    """How many interactions a change set gave from one person to another."""
    found = db.execute(
        "SELECT count(*) FROM change WHERE set_id = ? AND noun = 'participant' AND op = 'update'",
        (number,),
    )
    return int(found.fetchone()[0])


def of_contact(db: sqlite3.Connection, contact_id: int) -> list[dict[str, Any]]:
    """Return the changes of one contact and of those merged into it, oldest first.

    Each has its set's ``at`` and ``command``; ``rows`` says how many rows of theirs a change over a
    range of ids holds, 1 for others, and ``person`` whose of them these are.
    """
    old = "SELECT old_id FROM merged_contact WHERE contact_id = ? AND old_id IS NOT NULL"
    ids = [contact_id, *(row[0] for row in db.execute(old, (contact_id,)))]
    theirs = f"({', '.join(map(str, ids))})"
    deals = (
        f"c.row_id IN (SELECT row_id FROM change WHERE contact_id IN {theirs} AND noun = 'deal')"
    )
    said = f"SELECT interaction_id FROM participant WHERE contact_id IN {theirs}"
    found = {
        row["id"]: dict(row) | {"rows": 1}
        for where in (
            f"c.contact_id IN {theirs}",
            f"c.noun = 'different' AND c.row_id IN {theirs}",
            # What was said with several, and how a case of several ended.
            f"c.noun = 'interaction' AND c.row_id IN ({said}) AND c.op = 'update'",
            f"c.noun = 'complaint' AND c.row_id IN ({said}) AND c.row_last IS NULL",
            # A deal that is somebody else's by now.
            f"c.noun = 'deal' AND c.op = 'update' AND json_extract(c.data, '$.contact_id[0]') IN {theirs} AND {deals}",
        )
        for row in db.execute(f"{_CHANGES} WHERE {where}")
    }
    for row in db.execute(f"{_CHANGES} WHERE c.row_last IS NOT NULL").fetchall():
        held = {number: count for number in ids if (count := _held(db, number, row))}
        if held:
            found[row["id"]] = dict(row) | {"rows": sum(held.values()), "person": next(iter(held))}
    return sorted(found.values(), key=lambda change: int(change["id"]))


def _held(db: sqlite3.Connection, contact_id: int, change: sqlite3.Row) -> int:
    """How many rows of the contact lie in the range of a change, and came to them by it."""
    noun, first, end = change["noun"], change["row_id"], change["row_last"]
    if noun == "contact":
        return int(first <= contact_id <= end)
    if noun in BY_CONTACT and not first <= contact_id <= end:
        return 0
    if noun in ("company", "interaction", "external_id", "complaint", "complaint_wait"):
        return 0  # told by the contact and its participation
    sql = f"SELECT count(*) FROM {noun} x WHERE {theirs(noun)}"
    return int(db.execute(sql, of_range(contact_id, change)).fetchone()[0])


def theirs(noun: str) -> str:
    """SQL of which rows x of a table are one contact's by a change over a range of ids; see ``of_range``."""
    key = PAIRED.get(noun, "id")
    within = "" if noun in BY_CONTACT else f" AND x.{key} BETWEEN :first AND :last"
    # Given to them since, as by a merge, or put there by another command.
    return (
        f"x.contact_id = :person{within} AND NOT EXISTS (SELECT 1 FROM change o WHERE o.noun = '{noun}'"
        f" AND o.row_id = x.{key} AND o.contact_id = :person AND o.id > :change"
        " AND (o.op = 'insert' OR json_type(o.data, '$.contact_id') IS NOT NULL)"
        f" AND o.set_id IN (SELECT id FROM change_set WHERE {EFFECTIVE}))"
    )


def of_range(contact_id: int, change: sqlite3.Row | dict[str, Any]) -> dict[str, int]:
    """The values of ``theirs``."""
    return {
        "person": contact_id,
        "first": change["row_id"],
        "last": change["row_last"],
        "change": change["id"],
    }
