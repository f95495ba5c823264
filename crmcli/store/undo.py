"""Taking a change set back, and bringing it back again.

A set can be undone while nothing later stands on it: no change in force to the same values, and no
row that needs one that the set made. Tags, custom fields and companies that others use by now stay
until these are undone too.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager

from crmcli.errors import RefusedError
from crmcli.store import history, reversal
from crmcli.store.standing import Later, StandingError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def undo(db: sqlite3.Connection, number: int, undoing: int) -> None:
    """Take set ``number`` back, inside the open transaction whose set is ``undoing``.

    Raises:
        RefusedError: there is no such set, or it is undone already.
        StandingError: later changes stand on it.
    """
    row = history.get(db, number)
    if row["command"].startswith("crm forget "):
        raise RefusedError(
            f"change {number} erased somebody for good and cannot be taken back;"
            " what was changed before it can: crm undo N, see crm history"
        )
    if row["undone_by"] is not None:
        raise RefusedError(f"change {number} is undone already; crm redo {number} brings it back")
    later = Later(db, number, history.since(db, number), redo=False)
    with _whole(db):
        db.execute("UPDATE change_set SET undoes = ? WHERE id = ?", (number, undoing))
        db.execute("UPDATE change_set SET undone_by = ? WHERE id = ?", (undoing, number))
        _take_back(db, number, undoing, later)


def redo(db: sqlite3.Connection, number: int, redoing: int) -> None:
    """Bring set ``number`` back, inside the open transaction whose set is ``redoing``.

    Raises:
        RefusedError: there is no such set, or it is not undone.
        StandingError: changes made since stand in the way, or what it stood on is undone too.
    """
    row = history.get(db, number)
    undoing = row["undone_by"]
    if undoing is None:
        raise RefusedError(f"change {number} is not undone; there is nothing to bring back")
    later = Later(db, number, undoing, redo=True)
    with _whole(db):
        db.execute("UPDATE change_set SET undoes = ? WHERE id = ?", (undoing, redoing))
        db.execute("UPDATE change_set SET undone_by = ? WHERE id = ?", (redoing, undoing))
        db.execute("UPDATE change_set SET undone_by = NULL WHERE id = ?", (number,))
        _take_back(db, undoing, redoing, later)


def undo_with_later(
    db: sqlite3.Connection, number: int, next_set: Callable[[], int]
) -> list[tuple[int, int]]:
    """Take set ``number`` back, and before it whatever stands on it, the newest first.

    Args:
        db: the book, inside a transaction.
        number: the set.
        next_set: gives the number of an empty set in this transaction, the newest there is.

    Returns:
        Each set that was undone with the set that undid it, in that order.

    Raises:
        RefusedError: as of ``undo``, for another reason than what stands on it.
    """
    done: list[tuple[int, int]] = []
    waiting = [number]
    undoing = next_set()
    while waiting:
        try:
            undo(db, waiting[-1], undoing)
        except StandingError as error:
            more = [one for one in error.later if one not in waiting]
            if not more:
                raise
            waiting += sorted(more, key=lambda one: history.since(db, one))
            continue
        done.append((waiting.pop(), undoing))
        while waiting and history.get(db, waiting[-1])["undone_by"]:
            waiting.pop()
        if waiting:
            undoing = next_set()
    return done


def _take_back(db: sqlite3.Connection, changes_of: int, by: int, later: Later) -> None:
    """Reverse the changes of a set, unless something stands on them."""
    if found := later.meeting(changes_of):
        raise later.error(found)
    try:
        reversal.reverse(db, changes_of, later.number, by)
    except reversal.MetError as met:
        raise later.blamed(met.change) from None
    except reversal.MissingError as missing:
        raise later.missing(missing.noun, missing.row_id) from None
    except sqlite3.IntegrityError:
        raise later.error() from None
    if found := later.orphaned(changes_of):
        raise later.error(found)


@contextmanager
def _whole(db: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing, within a transaction that may go on."""
    db.execute("SAVEPOINT taking_back")
    try:
        yield
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK TO taking_back")
            db.execute("RELEASE taking_back")
        raise
    db.execute("RELEASE taking_back")
