"""The history: which command changed what, and when. Taking it back is in undo.py.

An insert is kept as its key alone (the row itself says the rest, and a later delete keeps the
row), so that an import of 100,000 rows is one entry and a few changes over ranges of ids.
"""

from __future__ import annotations

from crmcli.errors import RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from typing import Any

# Sets that count: neither taken back nor a taking back.
EFFECTIVE = "undoes IS NULL AND undone_by IS NULL"
# Tables whose ranges are of contacts; participant's are of interactions, all others' of their own ids.
BY_CONTACT = frozenset(("contact_tag", "contact_field"))

_CHANGES = (
    "SELECT c.id, s.id AS number, s.at, s.command, s.undone_by IS NOT NULL AS undone, s.undoes,"
    " c.noun, c.op, c.row_id, c.row_last, c.contact_id, c.data"
    " FROM change c JOIN change_set s ON s.id = c.set_id"
)


def last(db: sqlite3.Connection) -> int:
    """Return the number of the newest set that can be undone.

    Raises:
        RefusedError: there is none.
    """
    row = db.execute(f"SELECT max(id) FROM change_set WHERE {EFFECTIVE}").fetchone()
    if row[0] is None:
        raise RefusedError("nothing to undo")
    return int(row[0])


def last_undone(db: sqlite3.Connection) -> int:
    """Return the number of the set that was undone last and can be redone.

    Raises:
        RefusedError: there is none.
    """
    row = db.execute(
        "SELECT undoes FROM change_set WHERE undoes IS NOT NULL AND undone_by IS NULL"
        " AND undoes IN (SELECT id FROM change_set WHERE undoes IS NULL AND undone_by IS NOT NULL)"
        " ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        raise RefusedError("nothing to redo")
    return int(row[0])


def get(db: sqlite3.Connection, number: int) -> sqlite3.Row:
    """Return the set of that number.

    Raises:
        RefusedError: there is none.
    """
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM change_set WHERE id = ?", (number,)
    ).fetchone()
    if row is None or row["undoes"] is not None:
        raise RefusedError(f"there is no change {number}; see crm history")
    return row


def sets(db: sqlite3.Connection, most: int = -1) -> Iterator[sqlite3.Row]:
    """Yield the newest sets: id, at, command, undone, and how many rows each changed."""
    # Not "yield from", which would close the cursor of a book that is closed already.
    for row in db.execute(  # noqa: UP028
        "SELECT s.id, s.at, s.command, s.undone_by IS NOT NULL AS undone,"
        " (SELECT sum(coalesce(row_last - row_id + 1, 1)) FROM change WHERE set_id = s.id) AS changes"
        " FROM change_set s WHERE s.undoes IS NULL ORDER BY s.id DESC LIMIT ?",
        (most,),
    ):
        yield row


def size(db: sqlite3.Connection, number: int) -> int:
    """How many rows one set changed."""
    found = db.execute(
        "SELECT coalesce(sum(coalesce(row_last - row_id + 1, 1)), 0) FROM change WHERE set_id = ?",
        (number,),
    )
    return int(found.fetchone()[0])


def changes(db: sqlite3.Connection, number: int) -> Iterator[sqlite3.Row]:
    """Yield the changes of one set in their order."""
    for row in db.execute(f"{_CHANGES} WHERE c.set_id = ? ORDER BY c.id", (number,)):  # noqa: UP028
        yield row


def moved_interactions(db: sqlite3.Connection, number: int) -> int:
    """How many interactions a change set gave from one person to another."""
    found = db.execute(
        "SELECT count(*) FROM change WHERE set_id = ? AND noun = 'participant' AND op = 'update'",
        (number,),
    )
    return int(found.fetchone()[0])


def of_contact(db: sqlite3.Connection, contact_id: int) -> list[dict[str, Any]]:
    """Return the changes of one contact and of those merged into it, oldest first.

    Each has its set's ``at`` and ``command``.

    ``rows`` says how many rows of this contact a change over a range of ids holds, 1 for others.
    """
    old = "SELECT old_id FROM merged_contact WHERE contact_id = ? AND old_id IS NOT NULL"
    ids = [contact_id, *(row[0] for row in db.execute(old, (contact_id,)))]
    found = [
        dict(row) | {"rows": 1}
        for row in db.execute(
            f"{_CHANGES} WHERE c.contact_id IN ({', '.join(map(str, ids))})"
            " OR (c.noun = 'different' AND c.row_id = ?)",
            (contact_id,),
        )
    ]
    for row in db.execute(f"{_CHANGES} WHERE c.row_last IS NOT NULL"):
        held = sum(_held(db, number, row) for number in ids)
        if held:
            found.append(dict(row) | {"rows": held})
    return sorted(found, key=lambda change: int(change["id"]))


def _held(db: sqlite3.Connection, contact_id: int, change: sqlite3.Row) -> int:
    """How many rows of the contact lie in the range of a change."""
    noun, first, end = change["noun"], change["row_id"], change["row_last"]
    if noun == "contact":
        return int(first <= contact_id <= end)
    if noun in BY_CONTACT and not first <= contact_id <= end:
        return 0
    if noun in ("company", "interaction", "external_id", "complaint", "complaint_wait"):
        return 0  # told by the contact and its participation
    within = ""
    if noun not in BY_CONTACT:
        column = "interaction_id" if noun == "participant" else "id"
        within = f" AND {column} BETWEEN {first} AND {end}"
    return int(
        db.execute(
            f"SELECT count(*) FROM {noun} WHERE contact_id = ?{within}", (contact_id,)
        ).fetchone()[0]
    )
