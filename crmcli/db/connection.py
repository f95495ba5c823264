"""The database file: found, checked, opened, and written in one transaction a command.

Rollback journal, synced to the last: one file at rest. A file that is empty, foreign, damaged or newer is
refused before SQLite sees it, and never overwritten.
"""

from __future__ import annotations

import os
import sqlite3
import time as clock
from time import time

from crmcli.config import paths
from crmcli.db import derived, turn
from crmcli.errors import StorageError
from crmcli.values.dates import from_utc
from crmcli.values.text import fold, has_words, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from types import TracebackType
    from typing import Self

    from crmcli.db.backups import Keeper

APPLICATION_ID = 0x43524D31  # "CRM1"
SCHEMA_VERSION = 1
BUSY_SECONDS = turn.BUSY_SECONDS
_LOOK_UP = 1_000_000  # steps of SQLite, some ten milliseconds

# What of the schema is ours to make: not the tables within the search index nor those of tools.
OURS = "sql IS NOT NULL AND (type <> 'table' OR name NOT GLOB 'contact_fts_*' AND name NOT GLOB 'interaction_fts_*' AND name NOT GLOB '*sqlite_*')"

MAGIC = b"SQLite format 3\0"
_SHAPE = os.path.join(os.path.dirname(__file__), "shape.sql")


def check_file(path: str) -> int | None:
    """Return the schema version of the book at ``path``, or None where there is no file.

    Reads the header only, so a hostile file runs nothing.

    Raises:
        StorageError: the file is empty, no database, not a crm database, or of a newer crm.
    """
    if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
        raise StorageError(f"{path}: not a regular file; name another")
    try:
        with open(path, "rb") as file:
            header = file.read(100)
            linked = os.fstat(file.fileno()).st_nlink > 1
    except FileNotFoundError:
        return None
    except IsADirectoryError:
        raise StorageError(f"{path}: is a folder, not a database; name a file") from None
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror}") from None
    if not header:
        raise StorageError(f"{path}: the file is empty; crm restore latest, or move it away")
    if len(header) < 100 or header[:16] != MAGIC:
        raise StorageError(
            f"{path}: not a database, or damaged; crm restore latest, or name another"
        )
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise StorageError(f"{path}: a database, but not a crm database; name another")
    version = int.from_bytes(header[60:64], "big")
    if version > SCHEMA_VERSION:
        raise StorageError(
            f"{path}: made by a newer crm (schema {version}, this one knows {SCHEMA_VERSION}); "
            "update crm"
        )
    if linked:  # perhaps by one who died while it made the book
        from crmcli.db import copying

        copying.sweep_beside(path)
    return version


def connect(path: str, *, today: date, tz: str | None, uri: bool = False) -> sqlite3.Connection:
    """Open the book at ``path`` with its SQL functions and pragmas; no check, no migration."""
    try:
        db = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, uri=uri, factory=turn.Book
        )
    except sqlite3.OperationalError as error:
        raise StorageError(f"{path}: cannot be opened: {error}") from None
    db.row_factory = sqlite3.Row
    db.zone = tz or f"{clock.timezone} {clock.altzone} {' '.join(clock.tzname)}"
    day = today.isoformat()
    function = db.create_function
    function("today", 0, lambda: day)
    function("civil", 1, lambda at: at and from_utc(at, tz).isoformat()[:10], deterministic=True)
    function("fold", 1, lambda text: text and fold(text), deterministic=True)
    # Cut into words by us: SQLite's tokenizer knows an older Unicode and takes new emoji for letters.
    function("folded_words", 1, lambda text: text and " ".join(words(text)), deterministic=True)
    function("has_words", 2, _has_words, deterministic=True)
    function("order_days", 1, lambda ats: ats and _order_days(ats, tz), deterministic=True)
    function("order_gap", 1, _order_gap, deterministic=True)
    function("order_cv", 1, _order_cv, deterministic=True)
    function("concat_text", -1, lambda *parts: " ".join(filter(None, parts)), deterministic=True)
    db.execute("PRAGMA foreign_keys = ON")
    # FULL leaves the journal's deletion unsynced: a power cut right after a commit takes it back.
    db.execute("PRAGMA synchronous = EXTRA")
    return db


def watch(
    db: sqlite3.Connection, over: Callable[[], bool] | None = None, steps: int = _LOOK_UP
) -> None:
    """Look up now and then, so that a signal ends even one long statement; ``over`` ends it too."""
    db.set_progress_handler(over or _never, steps)


def _never() -> bool:
    return False


def _has_words(text: str | None, asked: str) -> bool:
    return text is not None and has_words(text, asked.split())


def _order_days(ats: str, tz: str | None) -> str:
    """The civil days of instants with commas between, each once, in order, likewise."""
    return ",".join(sorted({from_utc(at, tz).isoformat()[:10] for at in ats.split(",")}))


def _order_gap(days: str) -> int | None:
    from crmcli.values import rhythm

    return rhythm.median_gap(days)


def _order_cv(days: str) -> int | None:
    from crmcli.values import rhythm

    return rhythm.variation(days)


def open_book(
    path: str,
    *,
    create: bool,
    today: date,
    tz: str | None,
    keeper: Keeper | None = None,
    warn: Callable[[str], object] = lambda _: None,
) -> sqlite3.Connection:
    """Open the book at ``path``, made or migrated first where needed.

    With ``create`` false a missing file is read as an empty book in memory and nothing is made.
    ``keeper`` keeps the copy that a migration takes first. ``warn`` takes a line about others on the
    machine who can read the file.
    """
    path = os.path.realpath(path)  # a link to where no book is yet leads there; :memory: is a name
    version = check_file(path)
    if version is not None:
        paths.warn_of_others(path, "book", warn)
        try:
            db = _open(path, version, today=today, tz=tz, keeper=keeper)
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorname", "SQLITE_ERROR") != "SQLITE_ERROR":
                raise
            raise StorageError(
                f"{path}: damaged ({error}); crm restore latest, or crm doctor"
            ) from None
        turn.remember_file(db, path)
        return db
    if not create:
        from crmcli.db import migrations

        db = connect(":memory:", today=today, tz=tz)
        migrations.migrate(db)
        return db
    from crmcli.db import new_book

    new_book.make(path, today=today, tz=tz)
    db = connect(path, today=today, tz=tz)
    turn.remember_file(db, path)
    return db


def _open(
    path: str, version: int, *, today: date, tz: str | None, keeper: Keeper | None
) -> sqlite3.Connection:
    """Open a book that is there, and look at its schema before anything of it can run."""
    if os.path.exists(f"{path}-journal"):
        from crmcli.db import lease

        lease.refuse_journal(path)
    db = connect(path, today=today, tz=tz)
    if version < SCHEMA_VERSION:
        from crmcli.db import migrations

        turn.lend(db, path)
        migrations.migrate_file(db, keeper)
    if not familiar(db):
        from crmcli.db import soundness

        return soundness.settle(db, path, today=today, tz=tz)
    return db


def schema(db: sqlite3.Connection) -> str:
    """The statements that made what is ours in the book, in the order of their text."""
    rows = db.execute(f"SELECT sql FROM sqlite_schema WHERE {OURS}").fetchall()
    return "\n".join(sorted([row[0] for row in rows])) + "\n"


def familiar(db: sqlite3.Connection) -> bool:
    """Whether the schema is that of a new book, to the letter."""
    with open(_SHAPE, encoding="utf-8") as file:
        return schema(db) == file.read()


def unwritable(error: sqlite3.OperationalError) -> bool:
    """Whether it says that the book cannot be written now, which need not keep it from being read."""
    name = getattr(error, "sqlite_errorname", "")
    return name.startswith(("SQLITE_READONLY", "SQLITE_BUSY", "SQLITE_CANTOPEN", "SQLITE_FULL"))


class Transaction:
    """One command's writes: BEGIN IMMEDIATE, one change set, summaries refreshed, commit.

    Nested use joins the outer one. A set without changes leaves no trace, not even its number; where
    nothing was written at all the file stays as it is.
    """

    def __init__(self, db: sqlite3.Connection, command: str, at: str) -> None:
        self.db = db
        self.command = command
        self.at = at
        self.set_id = 0
        self.outer = False
        self.kept = False  # committed, and something changed
        self._before = 0
        self._used = False

    def __enter__(self) -> Self:
        self.outer = self.db.in_transaction
        if not self.outer:
            turn.take(self.db)
            self.set_id = self._new_set()
            self._before = self.db.total_changes
        return self

    def _new_set(self) -> int:
        cursor = self.db.execute(
            "INSERT INTO change_set (uid, at, command) VALUES (?, ?, ?)",
            (turn.next_uid(self.db, self.at), self.at, self.command),
        )
        return cursor.lastrowid or 0

    def next_set(self) -> int:
        """Return the number of a change set without changes: this transaction's own, then further ones."""
        if self._used:
            return self._new_set()
        self._used = True
        return self.set_id

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.outer:
            return
        try:
            self._end(kind)
        finally:
            turn.end(self.db)

    def _end(self, kind: type[BaseException] | None) -> None:
        if kind is not None:
            if self.db.in_transaction:  # SQLite has rolled back by itself when the disk is full
                self.db.execute("ROLLBACK")
            return
        try:
            if self.db.total_changes == self._before:
                self.db.execute("ROLLBACK")
                return
            derived.refresh(self.db)
            gone = self.db.execute(
                "DELETE FROM change_set WHERE id = ? AND undoes IS NULL"
                " AND NOT EXISTS (SELECT 1 FROM change WHERE set_id = change_set.id)",
                (self.set_id,),
            )
            if gone.rowcount:
                self.db.execute(
                    "UPDATE sqlite_sequence SET seq = seq - 1 WHERE name = 'change_set' AND seq = ?",
                    (self.set_id,),
                )
            self.db.execute("COMMIT")
        except BaseException:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            raise
        if not gone.rowcount:
            turn.refuse_replaced(self.db)
            self.kept = True


def new_uid() -> str:
    """Return a new sortable 16-digit hexadecimal uid: 41 bits of milliseconds, 22 of chance."""
    return format(first_uid(), "016x")


def first_uid() -> int:
    """Return a fresh uid as a number, from which a load may count on.

    Consecutive uids spill into later milliseconds, where chance keeps them apart.
    """
    chance = int.from_bytes(os.urandom(3), "big") >> 2
    return (int(time() * 1000) << 22) | chance
