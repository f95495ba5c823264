"""Cases: a logged complaint, its first answer, its waiting, its end. The id is that of the interaction."""

from __future__ import annotations

from crmcli.errors import RefusedError
from crmcli.store import card

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from typing import Any

_FIELDS = (
    "k.id, k.uid, k.contact_id, k.title, k.text, k.source, k.opened_at, k.responded_at, k.closed_at, k.outcome,"
    " k.id IN (SELECT id FROM open_cases WHERE kept_at >= ?) AS open"
)
# One row a case, though several people may have complained together.
_ONE = "k.contact_id = (SELECT min(contact_id) FROM participant WHERE interaction_id = k.id)"


def rows(
    db: sqlite3.Connection,
    *,
    kept: str,
    every: bool,
    where: str,
    params: Sequence[object],
) -> Iterator[dict[str, Any]]:
    """Yield the cases of people, open ones first and the oldest of them first, then the newest.

    Args:
        db: the book.
        kept: complaints of files before this instant are history, unless somebody worked on them.
        every: the closed ones and history too.
        where: SQL over ``contacts c``; one of those who were there must fit.
        params: its parameters, by place.
    """
    yield from _rows(
        db,
        kept,
        every,
        "EXISTS (SELECT 1 FROM participant p JOIN contacts c ON c.id = p.contact_id"
        f" WHERE p.interaction_id = k.id AND ({where}))",
        params,
    )


def of_contact(
    db: sqlite3.Connection, contact_id: int, *, kept: str, every: bool
) -> list[dict[str, Any]]:
    """Return the cases in which a contact had part, in the order of ``rows``."""
    theirs = "k.id IN (SELECT interaction_id FROM participant WHERE contact_id = ?)"
    return list(_rows(db, kept, every, theirs, [contact_id]))


def has_any(db: sqlite3.Connection, contact_id: int) -> bool:
    """Whether a contact ever complained."""
    found = db.execute("SELECT 1 FROM cases WHERE contact_id = ? LIMIT 1", (contact_id,))
    return found.fetchone() is not None


def _rows(
    db: sqlite3.Connection, kept: str, every: bool, where: str, params: Sequence[object]
) -> Iterator[dict[str, Any]]:
    chosen = "" if every else "AND k.id IN (SELECT id FROM open_cases WHERE kept_at >= ?)"
    for row in db.execute(
        f"SELECT {_FIELDS} FROM cases k WHERE {_ONE} {chosen} AND {where}"
        " ORDER BY open DESC, k.closed_at IS NULL, iif(open, k.opened_at, NULL), k.opened_at DESC, k.id",
        (kept, *([] if every else [kept]), *params),
    ):
        yield dict(row)


def get(db: sqlite3.Connection, number: int, *, kept: str) -> dict[str, Any]:
    """Return one case; ``kept`` is that of ``rows``.

    Raises:
        RefusedError: there is none of that number, or it is something else.
    """
    row = db.execute(
        f"SELECT {_FIELDS} FROM cases k WHERE k.id = ? AND {_ONE}", (kept, number)
    ).fetchone()
    if row:
        return dict(row)
    other = db.execute("SELECT kind FROM interactions WHERE id = ?", (number,)).fetchone()
    if other:
        raise RefusedError(f"{number} is a {other[0]}; only a complaint is a case, crm case list")
    raise RefusedError(f"there is no case {number}; crm case list --all shows them")


def people(db: sqlite3.Connection, number: int) -> list[dict[str, Any]]:
    """Return who complained, each as JSON names a person."""
    return [
        card.person(db, row[0])
        for row in db.execute(
            "SELECT contact_id FROM participant WHERE interaction_id = ? ORDER BY contact_id",
            (number,),
        )
    ]


def waits(db: sqlite3.Connection, number: int) -> list[tuple[str, str | None]]:
    """Return the spans of waiting as ``(since, until)``, instants; None for one without an end yet."""
    return [
        (row[0], row[1])
        for row in db.execute(
            "SELECT since_at, until_at FROM waits WHERE case_id = ? ORDER BY since_at, id",
            (number,),
        )
    ]


def wait(db: sqlite3.Connection, number: int, at: str, until: str | None) -> bool:
    """Stop the clock until an instant, or until the customer is heard; False where it stands so already.

    A case that waits already only takes another end.
    """
    held = _waiting(db, number, at)
    if held is None:
        db.execute(
            "INSERT INTO complaint_wait (complaint_id, since_at, until_at) VALUES (?, ?, ?)",
            (number, at, until),
        )
        return True
    if until is None or until == held["until_at"]:
        return False
    db.execute("UPDATE complaint_wait SET until_at = ? WHERE id = ?", (until, held["id"]))
    return True


def resume(db: sqlite3.Connection, number: int, at: str) -> bool:
    """Let the clock run again; return whether it stood still."""
    held = _waiting(db, number, at)
    if held is not None:
        db.execute("UPDATE complaint_wait SET until_at = ? WHERE id = ?", (at, held["id"]))
    return held is not None


def _waiting(db: sqlite3.Connection, number: int, at: str) -> sqlite3.Row | None:
    """The wait that is on at an instant: its id, and the end that was set."""
    row: sqlite3.Row | None = db.execute(
        "SELECT w.id, w.until_at FROM complaint_wait w JOIN waits s ON s.id = w.id"
        " WHERE w.complaint_id = ? AND s.since_at <= ? AND (s.until_at IS NULL OR s.until_at > ?)"
        " ORDER BY w.id DESC LIMIT 1",
        (number, at, at),
    ).fetchone()
    return row


def close(db: sqlite3.Connection, number: int, at: str, outcome: str | None) -> None:
    """End a case; one that is closed takes another end and, where one is given, another outcome."""
    db.execute(
        "UPDATE complaint_wait SET until_at = max(since_at, ?)"
        " WHERE complaint_id = ? AND (until_at IS NULL OR until_at > ?)",
        (at, number, at),
    )
    cursor = db.execute(
        "UPDATE complaint SET closed_at = ?, outcome = coalesce(?, outcome) WHERE id = ?",
        (at, outcome, number),
    )
    if not cursor.rowcount:
        db.execute(
            "INSERT INTO complaint (id, closed_at, outcome) VALUES (?, ?, ?)",
            (number, at, outcome),
        )


def reopen(db: sqlite3.Connection, number: int, closed_at: str | None, at: str) -> None:
    """Open a case again; nothing was for the owner to do while it was closed."""
    db.execute("DELETE FROM complaint WHERE id = ?", (number,))
    db.execute(
        "INSERT INTO complaint_wait (complaint_id, since_at, until_at) VALUES (?, ?, ?)",
        (number, min(closed_at or at, at), at),
    )
