"""Whom a book forgot, read out of its file: the hashes that another copy of it has to go on knowing.

They are what a restore must not lose. So of a damaged file, too, as much is read as there is.
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from typing import NamedTuple

from crmcli.db import connection, copying, migrations, scratch, turn
from crmcli.db.roots import Roots, forward
from crmcli.errors import StorageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

    Hash = tuple[str, str, str]  # the hash, of what kind of thing, the instant

# What is taken back (crm add --force, crm edit --force); a uid stays forgotten for good.
ADDRESSES = ("email", "phone")
_ALL = "SELECT hash, kind, at FROM forgotten ORDER BY id"


def of(db: sqlite3.Connection) -> list[Hash]:
    """All hashes of an open book."""
    return [(row[0], row[1], row[2]) for row in db.execute(_ALL)]


def read(path: str) -> list[Hash] | None:
    """All hashes of the book at ``path``; None where it cannot be read."""
    try:
        if connection.check_file(path) is None:
            return None
        with closing(sqlite3.connect(path)) as db:
            return of(db)
    except (sqlite3.Error, StorageError, UnicodeError):
        return None


def dig_out(path: str, uid: str, *, today: date, tz: str | None) -> tuple[list[Hash], bool]:
    """What a damaged file still has of them, and whether that is all.

    Args:
        path: the file.
        uid: of the book; of another one nothing is taken.
        today: of the run.
        tz: the owner's zone.
    """
    with scratch.folder("doctor") as folder:
        source = os.path.join(folder, "damaged.db")
        copying.raw(path, source)
        new = connection.connect(os.path.join(folder, "new.db"), today=today, tz=tz)
        try:
            migrations.migrate(new)
            roots = Roots(source, new, ("meta", "forgotten"))
            said, _ = _rows(roots, "meta", "SELECT value FROM meta WHERE key = 'book'", "key")
            if {row[0] for row in said} - {uid}:
                return [], True
            found, whole = _rows(roots, "forgotten", "SELECT hash, kind, at FROM forgotten", "id")
        except (sqlite3.Error, StorageError, UnicodeError, OSError):
            return [], False
        finally:
            new.close()
    right = [
        (digest, kind, at)
        for digest, kind, at in found
        if isinstance(digest, str) and isinstance(kind, str) and isinstance(at, str)
        and re.fullmatch("[0-9a-f]{64}", digest)
    ]  # fmt: skip
    return list(dict.fromkeys(right)), whole and len(right) == len(found)


def _rows(roots: Roots, table: str, sql: str, key: str) -> tuple[list[tuple[object, ...]], bool]:
    """The rows of a small table from the front to the first error, and from the back; whether there was none."""
    if not roots.found(table):
        return [], False
    found: list[tuple[object, ...]] = []
    with closing(roots.opened(table)) as old:
        for order in ("ASC", "DESC"):
            broken: list[bool] = []
            found += forward(old, f"{sql} ORDER BY {key} {order}", broken)
            if not broken:
                return found, True
    return found, False


# Merges with other copies, and what takes them back or brings them back: they tell of nothing that is their own.
_MERGES = (
    "SELECT set_id FROM {s}.taken_set WHERE set_id IS NOT NULL"
    " UNION SELECT set_id FROM {s}.taken_value WHERE set_id IS NOT NULL"
)
_OF_MERGES = (
    "SELECT id FROM {s}.change_set WHERE undoes IN ({merges}) OR undoes IN"
    " (SELECT id FROM {s}.change_set WHERE undoes IN ({merges}))"
)
# Each coming and going of the hash of an address, with the set that was its cause, here or in the copy it was taken from.
_EVENTS = """
SELECT c.op, c.row_id, c.data ->> 'hash' AS hash, c.data ->> 'kind' AS kind, c.data ->> 'at' AS at,
  s.at AS set_at, s.undoes, coalesce(v.uid, s.uid) AS uid, v.uid IS NOT NULL AS taken
FROM {s}.change c JOIN {s}.change_set s ON s.id = c.set_id
LEFT JOIN (SELECT set_id, row_id, max(uid) AS uid FROM {s}.taken_value WHERE noun = 'forgotten' GROUP BY set_id, row_id) v
  ON v.set_id = c.set_id AND v.row_id = c.row_id
WHERE c.noun = 'forgotten' AND c.op IN ('insert', 'delete') AND s.command NOT LIKE 'crm doctor%'
  AND c.set_id NOT IN ({of_merges}) AND NOT (s.undone_by IS NOT NULL AND c.set_id IN ({merges}))
ORDER BY c.id
"""


class State(NamedTuple):
    """Whether a copy has the hash of an e-mail or phone as one of somebody forgotten, and since which change set."""

    forgotten: bool
    uid: str
    kind: str
    at: str


def states(db: sqlite3.Connection, schema: str) -> dict[str, State]:
    """Hash -> what ``schema`` says of it: of those that are forgotten, and of those that were and are so no more."""
    merges = _MERGES.format(s=schema)
    of_merges = _OF_MERGES.format(s=schema, merges=merges)
    came: dict[int, str] = {}
    lifted: dict[str, State] = {}
    held = db.execute(f"SELECT id, hash, kind, at FROM {schema}.forgotten").fetchall()
    since = {row[0]: row[3] for row in held}
    events = _EVENTS.format(s=schema, merges=merges, of_merges=of_merges)
    for op, row_id, digest, kind, at, set_at, undoes, uid, taken in db.execute(events).fetchall():
        if op == "delete":
            lifted[digest] = State(False, uid, kind, at)
        elif row_id in since:
            # A restore carries hashes over, each with the instant of its forgetting.
            carried = not taken and undoes is None and since[row_id] < set_at
            came[row_id] = max(
                came.get(row_id, ""), turn.lowest_uid(since[row_id]) if carried else uid
            )
    found = {digest: state for digest, state in lifted.items() if state.kind in ADDRESSES}
    for row_id, digest, kind, at in held:
        if kind in ADDRESSES:
            found[digest] = State(True, came.get(row_id) or turn.lowest_uid(at), kind, at)
    return found


def lifted(path: str) -> list[str]:
    """The hashes of addresses that the book at ``path`` took back (crm add --force); none where it cannot be read."""
    try:
        if connection.check_file(path) != connection.SCHEMA_VERSION:
            return []
        with closing(sqlite3.connect(path)) as db:
            return [digest for digest, state in states(db, "main").items() if not state.forgotten]
    except (sqlite3.Error, StorageError, UnicodeError):
        return []
