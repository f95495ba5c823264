"""What can still be read of a damaged book, table by table, into a new one.

A damaged page hides the rows on it, and makes the way past it an error. So each table is read from
the front to the first error, from the back to the last, and what lies between in ever smaller
parts. Some of what a lost row said stands in an index, too: pairs whole, addresses and numbers by
their keys, the names of people in the search text. SQLite does not meet every damage (a page in the
place of another is as good a page), so these are always asked.
"""

from __future__ import annotations

import os
import sqlite3
from collections import deque

from crmcli.db import connection, migrations, stubs, twin_trees
from crmcli.db.roots import Roots, forward
from crmcli.db.triggers import PAIRED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

_ENOUGH = 2000  # tries in a row that gave nothing: a lost leaf needs some two hundred
_LAST = 2**63 - 1
# Worked out again, or SQLite's own.
_DERIVED = frozenset(("contact_stats", "stale_stats", "stale_text", "kind", "cadence", "rate", "stage", "holiday"))  # fmt: skip


class Saved:
    """What became of one table.

    Attributes:
        table: its name. read: rows that were whole. made: rows put together from what indexes say.
        stubs: the ids of those of them that are not whole.
        damaged: whether the damage was met. missing: whether it was not even found.
        turned: of pairs, what their second tree holds. turned_whole: whether that was read to its end.
    """

    __slots__ = ("damaged", "made", "missing", "read", "stubs", "table", "turned", "turned_whole")

    def __init__(self, table: str) -> None:
        self.table = table
        self.read = 0
        self.made = 0
        self.stubs: list[int] = []
        self.damaged = False
        self.missing = False
        self.turned: set[tuple[int, int]] = set()
        self.turned_whole = False


def salvage(source: str, target: str, *, today: date, tz: str | None, at: str) -> list[Saved]:
    """Make a new book at ``target``, where no file is yet, of what can be read of the one at ``source``.

    Its summaries and search texts are left to be worked out, rows may point to what is lost, and it
    may not know who it is (``identity.give``).

    Args:
        source: a copy of the damaged file that nobody else uses.
        target: the new book.
        today: of the run.
        tz: the owner's zone.
        at: the instant, for rows whose own is lost.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    new = connection.connect(target, today=today, tz=tz)
    new.execute("PRAGMA foreign_keys = OFF")
    new.execute("PRAGMA ignore_check_constraints = ON")  # a wrong word is better than a lost row
    try:
        migrations.migrate(new)
        new.execute("BEGIN IMMEDIATE")
        for (name,) in new.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall():
            new.execute(f"DROP TRIGGER {name}")
        new.execute("DELETE FROM meta")
        roots = Roots(source, new, _tables(new))
        saved = [_table(roots, new, table) for table in _tables(new)]
        _settle_pairs(new, saved)
        by_table = {one.table: one for one in saved}
        stubs.put_together(roots, new, by_table, at)
        stubs.add_further(roots, new, by_table["contact"].stubs)
        _complete(new)
        new.execute("COMMIT")
        migrations.rebuild(new)
    finally:
        new.close()
    return saved


def _tables(new: sqlite3.Connection) -> list[str]:
    rows = new.execute(
        f"SELECT name FROM sqlite_schema WHERE {connection.OURS} AND type = 'table' AND sql NOT LIKE '%fts5%'"
        " ORDER BY rowid"
    ).fetchall()
    return [row[0] for row in rows if row[0] not in _DERIVED]


def _table(roots: Roots, new: sqlite3.Connection, table: str) -> Saved:
    """Read a table into the new book by every way that leads to its rows."""
    saved = Saved(table)
    if not roots.found(table):
        saved.damaged = saved.missing = True
        return saved
    saved.damaged = roots.blanked(table)
    info = new.execute(f"PRAGMA table_info({table})").fetchall()
    columns = [row[1] for row in info]
    key = next((row[1] for row in info if row[5] == 1), columns[0])
    marks = ", ".join("?" * len(columns))
    into = f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})"
    also = (twin_trees.INDEXES[table],) if table in PAIRED else ()
    old = roots.opened(table, *also)
    try:
        for row in _rows(old, table, columns, key, saved):
            try:
                saved.read += new.execute(into, row).rowcount
            except (sqlite3.IntegrityError, sqlite3.InterfaceError, OverflowError):
                saved.damaged = True  # bytes that are no row of this table
        if also:
            broken: list[bool] = []
            sql = f"SELECT contact_id, {PAIRED[table]} FROM {table} INDEXED BY {also[0]}"
            for contact, other in forward(old, sql, broken):
                if isinstance(contact, int) and isinstance(other, int):
                    saved.turned.add((contact, other))
            saved.turned_whole = not broken
    finally:
        old.close()
    return saved


def _settle_pairs(new: sqlite3.Connection, saved: list[Saved]) -> None:
    """Take in what the second trees of pairs have alone, and leave out what was made by no one."""
    lost = {one.table for one in saved if one.damaged}
    for one in saved:
        if not one.turned and not one.turned_whole:
            continue
        table, pair = one.table, f"contact_id, {PAIRED[one.table]}"
        there = {tuple(row) for row in new.execute(f"SELECT {pair} FROM {table}")}
        own = there - one.turned if one.turned_whole else set()
        false, more = twin_trees.settle(new, table, own, one.turned - there, lost)
        where = " = ? AND ".join(pair.split(", ")) + " = ?"
        new.executemany(f"DELETE FROM {table} WHERE {where}", sorted(false))
        one.read -= len(false)
        one.damaged = one.damaged or bool(false or more)
        if table != "contact_field":  # the second tree has no values
            new.executemany(f"INSERT INTO {table} ({pair}) VALUES (?, ?)", sorted(more))
            one.made += len(more)


def _rows(
    old: sqlite3.Connection, table: str, columns: list[str], key: str, saved: Saved
) -> Iterator[tuple[object, ...]]:
    """Every row of a table that can be read, around what cannot."""
    names = ", ".join(columns)
    place = columns.index(key)
    if _is_text(old, table, key):  # meta, shown: small, and read from either end
        for order in ("ASC", "DESC"):
            broken: list[bool] = []
            yield from forward(old, f"SELECT {names} FROM {table} ORDER BY {key} {order}", broken)
            if not broken:
                return
            saved.damaged = True
        return
    spans = deque([(-_LAST, _LAST)])
    vain = 0
    while spans and vain < _ENOUGH:
        low, high = spans.popleft()
        for order in ("ASC", "DESC"):
            if low > high:
                break
            vain += 1
            broken = []
            last = None
            sql = f"SELECT {names} FROM {table} WHERE {key} BETWEEN {low} AND {high} ORDER BY {key} {order}"
            for row in forward(old, sql, broken):
                last, vain = row[place], 0
                yield row
            if not broken:
                low, high = 1, 0
            elif isinstance(last, int):
                saved.damaged = True
                low, high = (max(low, last), high) if order == "ASC" else (low, min(high, last))
        if low < high - 1:
            saved.damaged = True
            middle = (low + high) // 2
            spans += [(low, middle), (middle + 1, high)]


def _is_text(old: sqlite3.Connection, table: str, key: str) -> bool:
    for row in old.execute(f"PRAGMA table_info({table})"):
        if row[1] == key:
            return str(row[2]) == "TEXT"
    return False


def _complete(new: sqlite3.Connection) -> None:
    """Have everything derived be worked out."""
    new.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('config', '?')")
    new.execute("INSERT INTO interaction_fts (interaction_fts) VALUES ('rebuild')")
    new.execute("INSERT OR IGNORE INTO stale_stats SELECT id FROM contact")
    new.execute("INSERT OR IGNORE INTO stale_text SELECT id FROM contact")
