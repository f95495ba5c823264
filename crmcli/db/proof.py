"""What a book holds, in numbers, and whether a file is one that can be trusted."""

from __future__ import annotations

import os
import sqlite3

from crmcli.db import connection, copying
from crmcli.errors import StorageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

_TABLES = "('meta', 'contact', 'interaction', 'change_set')"
_SHOWN = 5  # changes that are named
# Commands of another copy that changed something and that main does not know: neither made there, nor
# taken in by a merge that holds. One that was emptied by a forgetting is known (store/forget_history.py), and
# what a forgetting itself leaves is no work to lose.
_MORE = """
SELECT o.uid FROM other.change_set o
WHERE EXISTS (SELECT 1 FROM other.change c WHERE c.set_id = o.id AND c.noun <> 'forgotten')
  AND NOT EXISTS (SELECT 1 FROM main.change_set m WHERE m.uid = o.uid)
  AND NOT EXISTS (SELECT 1 FROM main.taken_set t WHERE t.uid = o.uid
    AND (SELECT undone_by FROM main.change_set WHERE id = t.set_id) IS NULL)
"""
_SHARED = "SELECT 1 FROM main.change_set m JOIN other.change_set o ON o.uid = m.uid LIMIT 1"
# What goes with main when other takes its place; it may have come there by a merge, or been taken back there.
_LOST = """
FROM main.change_set m WHERE (NOT EXISTS (SELECT 1 FROM other.change_set o WHERE o.uid = m.uid)
  AND NOT EXISTS (SELECT 1 FROM other.taken_set t WHERE t.uid = m.uid
    AND (SELECT undone_by FROM other.change_set WHERE id = t.set_id) IS NULL))
  OR (m.undone_by IS NULL AND EXISTS (SELECT 1 FROM other.change_set o WHERE o.uid = m.uid AND o.undone_by IS NOT NULL))
"""
_MOST = 10_000_000  # people of one entry of the history: more is noise


class Facts:
    """A book in numbers.

    Attributes:
        uid: which book. version: of its schema. people, interactions: how many.
        last: number, instant and command of the last entry of its history, None before the first.
        dangling: how many rows point to what is not there; only counted by ``prove``.
    """

    __slots__ = ("dangling", "interactions", "last", "people", "uid", "version")

    def __init__(self, db: sqlite3.Connection) -> None:
        def one(sql: str) -> int:
            return int(db.execute(sql).fetchone()[0])

        # A view of that name could go on for ever.
        if (
            one(f"SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN {_TABLES}")
            < 4
        ):
            raise sqlite3.DatabaseError("not as crm makes it")
        row = db.execute("SELECT value FROM meta WHERE key = 'book'").fetchone()
        self.uid: str | None = row and row[0]
        self.version = one("PRAGMA user_version")
        self.people = one("SELECT count(*) FROM contact")
        self.interactions = one("SELECT count(*) FROM interaction")
        last = db.execute(
            "SELECT id, at, command FROM change_set ORDER BY id DESC LIMIT 1"
        ).fetchone()
        self.last: tuple[int, str, str] | None = last and tuple(last)
        self.dangling = 0


def amounts(people: int, interactions: int) -> str:
    """``12 people and 1 interaction``."""
    whom = f"{people:,} {'person' if people == 1 else 'people'}"
    what = f"{interactions:,} interaction{'' if interactions == 1 else 's'}"
    return f"{whom} and {what}"


def is_database(path: str) -> bool:
    """Whether a file is one of SQLite's by its first bytes, a book or not."""
    try:
        if not os.path.isfile(path):
            return False
        with open(path, "rb") as file:
            return file.read(len(connection.MAGIC)) == connection.MAGIC
    except OSError:
        return False


def look(path: str, *, copy: bool = True) -> Facts:
    """Count what the book at ``path`` holds.

    Args:
        path: the book. It is opened bare: nothing of it runs.
        copy: whether nobody writes to it, so that no lock is needed.

    Raises:
        StorageError: it is no book, or not as this crm makes it.
    """
    if connection.check_file(path) is None:
        raise StorageError(f"{path}: there is no such file")
    db = copying.opened(path, "ro&immutable=1" if copy else "rw")
    try:
        return Facts(db)
    except (sqlite3.DatabaseError, UnicodeError) as error:
        if getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
            raise
        raise StorageError(f"{path}: damaged ({error})") from None
    finally:
        db.close()


def prove(path: str, *, shown: str) -> Facts:
    """Look at every page and every text of a copy that nobody writes to; nothing of it runs.

    Args:
        path: the copy.
        shown: its name in messages.

    Raises:
        StorageError: it is damaged, no book, or of a newer crm.
    """
    try:
        if connection.check_file(path) is None:
            raise StorageError(f"{shown}: there is no such file")  # noqa: TRY301
        db = copying.opened(path, "ro&immutable=1")
        try:
            flaw = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if flaw != "ok":
                raise StorageError(f"{shown}: damaged ({first_line(flaw)}); restore another")
            _must_be_text(db)
            facts = Facts(db)
            facts.dangling = len(db.execute("PRAGMA foreign_key_check").fetchall())
            return facts
        finally:
            db.close()
    except (sqlite3.DatabaseError, UnicodeError) as error:
        raise StorageError(f"{shown}: damaged ({error}); restore another") from None
    except StorageError as error:
        raise StorageError(str(error).replace(path, shown)) from None


def texts(path: str) -> None:
    """Look whether all text of the book at ``path`` is text.

    Raises:
        sqlite3.DatabaseError: it is not, or cannot be read.
    """
    db = copying.opened(path, "ro&immutable=1")
    try:
        _must_be_text(db)
    finally:
        db.close()


def _must_be_text(db: sqlite3.Connection) -> None:
    """Read all text: SQLite itself takes any bytes for it."""
    names = [
        row[0]
        for row in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '*_fts*'"
        )
    ]
    for name in names:
        columns = ", ".join(
            f'"{row[1]}"' for row in db.execute(f'PRAGMA table_info("{name}")') if row[2] == "TEXT"
        )
        if columns:
            for _ in db.execute(f'SELECT {columns} FROM "{name}"'):
                pass


def first_line(told: str) -> str:
    """What SQLite's check says first of what is wrong; it may put a heading above that."""
    return next((line for line in told.splitlines() if not line.startswith("***")), told)


def lost(path: str, copy: str) -> tuple[int, list[str]] | None:
    """What the book at ``path`` has that its ``copy`` has not: how many changes, the last of them.

    None where they share no change, such as two books.

    Raises:
        sqlite3.Error: one of them cannot be read.
    """
    db = copying.opened(path, "rw")
    try:
        db.execute("ATTACH ? AS other", (copying.address(copy, "ro&immutable=1"),))
        uids = [
            db.execute(f"SELECT value FROM {side}.meta WHERE key = 'book'").fetchone()
            for side in ("main", "other")
        ]
        begun = db.execute("SELECT EXISTS (SELECT 1 FROM other.change_set)").fetchone()[0]
        if uids[0] != uids[1] or (begun and not db.execute(_SHARED).fetchone()):
            return None
        count = db.execute(f"SELECT count(*) {_LOST}").fetchone()[0]
        rows = db.execute(f"SELECT at, command {_LOST} ORDER BY id DESC LIMIT ?", (_SHOWN,))
        return count, [f"{row[0]}  {row[1]}" for row in rows]
    finally:
        db.close()


def more(path: str, other: str) -> set[str]:
    """Return the uids of the commands that the book at ``other`` holds and the one at ``path`` does not know.

    Raises:
        sqlite3.Error, UnicodeError: one of them cannot be read, or is not as this crm makes it.
    """
    db = copying.opened(path, "rw")
    try:
        db.execute("ATTACH ? AS other", (copying.address(other, "ro"),))
        return {row[0] for row in db.execute(_MORE)}
    finally:
        db.close()


def related(path: str, other: str) -> bool:
    """Whether two books share a command, so that one was a copy of the other once; likewise."""
    db = copying.opened(path, "rw")
    try:
        db.execute("ATTACH ? AS other", (copying.address(other, "ro"),))
        return db.execute(_SHARED).fetchone() is not None
    finally:
        db.close()


def people_told(path: str) -> int:
    """How many people the rest of a book speaks of, whether their own rows are there or not.

    Those that addresses, numbers, tags and talk belong to, or those that the history leaves, whichever
    are more. The book is one that nobody writes to.
    """
    db = copying.opened(path, "ro&immutable=1")
    try:
        held = db.execute(
            "SELECT count(*) FROM (SELECT contact_id FROM email UNION SELECT contact_id FROM phone"
            " UNION SELECT contact_id FROM contact_tag UNION SELECT contact_id FROM participant)"
        ).fetchone()[0]
        left: set[int] = set()
        for op, first, last in db.execute(
            "SELECT op, row_id, coalesce(row_last, row_id) FROM change WHERE noun = 'contact' AND op <> 'update' ORDER BY id"
        ):
            (left.update if op == "insert" else left.difference_update)(
                range(first, min(last, first + _MOST) + 1)
            )
        return max(int(held), len(left))
    finally:
        db.close()


def make_ours(path: str, *, today: date, tz: str | None) -> None:
    """Bring a copy that is proved to this crm's schema, its views and triggers replaced where not ours.

    Raises:
        StorageError: its tables are not ours.
    """
    connection.open_book(path, create=False, today=today, tz=tz).close()
