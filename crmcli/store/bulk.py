"""Records of a file into the book: all of them in one transaction and one entry of the history.

Rows are staged in TEMP tables outside any lock on the book, in chunks, so that memory stays flat;
then, inside the transaction, they are matched, updated and inserted set by set.
"""

from __future__ import annotations

import signal
import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from crmcli.db.connection import Transaction
from crmcli.store import import_folders
from crmcli.store.bulk_ranges import last_change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from crmcli.exchange.records import Row

LOADERS = {
    "contacts": "crmcli.store.bulk_contacts",
    "companies": "crmcli.store.bulk_companies",
    "interactions": "crmcli.store.bulk_interactions",
    "deals": "crmcli.store.bulk_deals",
    "followups": "crmcli.store.bulk_follow_ups",
}
ON_MATCH = ("fill", "update", "skip", "new")

_CHUNK = 1000
_CACHE = -12_000  # KiB of pages while loading: index pages are met again and again
_CHECK_EVERY = 1_000_000  # steps of SQLite between two looks for Ctrl-C


@dataclass
class Summary:
    """What became of the rows of a file; ``read`` is the sum of the other counts.

    ``forgotten`` are those of the skipped whose people were erased (store/forgotten.py).

    Records that the reader of the file refused are not among them: they never became rows.
    """

    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    rejected: int = 0
    forgotten: int = 0
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Options:
    """How to load.

    Attributes:
        now: the instant, UTC.
        source: where new people and interactions come from, unless their rows say.
        on_match: what to do with those that the book has: fill, update, skip, or new for no matching.
        no_create: reject rows of people whom the book doesn't know.
        tag: put on everybody in a file of contacts.
        currency: of amounts without one.
        reject: called with the line and the reason of each row that is refused.
    """

    now: str
    source: str | None = None
    on_match: str = "fill"
    no_create: bool = False
    tag: str | None = None
    currency: str | None = None
    reject: Callable[[int, str], object] = lambda _line, _reason: None


class Loader(Protocol):
    """What a module of LOADERS has: one noun's way into the book."""

    tables: Sequence[str]

    def create(self) -> None:
        """Make the TEMP tables."""

    def stage(self, rows: Sequence[Any]) -> None:
        """Take a chunk of rows."""

    def apply(self, summary: Summary) -> None:
        """Match, update and insert, inside the open transaction."""


class _NothingError(Exception):
    """Leaves the transaction, so that it is rolled back: a dry run, or a file that changed nothing."""


def load(
    db: sqlite3.Connection,
    rows: Iterable[Row],
    *,
    noun: str,
    command: str,
    options: Options,
    dry_run: bool = False,
    progress: Callable[[int], object] | None = None,
) -> Summary:
    """Bring the rows into the book, whole or not at all.

    Args:
        db: a connection of db.connection. Inside a transaction of the caller's the load is part of
            that, and a dry run is the caller's to roll back.
        rows: what a reader of files hands on.
        noun: which rows they are, one of LOADERS.
        command: what the history calls it.
        options: how to load.
        dry_run: count and roll back.
        progress: called with the number of rows read so far.

    Raises:
        KeyboardInterrupt: Ctrl-C; the book is as it was.
    """
    loader: Loader = import_module(LOADERS[noun]).Loader(db, options)
    summary = Summary()
    with _loading(db):
        loader.create()
        try:
            _stage(db, loader, rows, summary, progress)
            with Transaction(db, command, options.now):
                before = last_change(db)
                loader.apply(summary)
                import_folders.note(db)
                _end(nothing=dry_run or last_change(db) == before)
        except _NothingError:
            pass
        finally:
            for table in loader.tables:
                db.execute(f"DROP TABLE IF EXISTS temp.{table}")
    return summary


def _end(*, nothing: bool) -> None:
    if nothing:
        raise _NothingError


def _stage(
    db: sqlite3.Connection,
    loader: Loader,
    rows: Iterable[Row],
    summary: Summary,
    progress: Callable[[int], object] | None,
) -> None:
    stream = iter(rows)
    while chunk := list(islice(stream, _CHUNK)):
        with _together(db):
            loader.stage(chunk)
        summary.read += len(chunk)
        if progress:
            progress(summary.read)


@contextmanager
def _together(db: sqlite3.Connection) -> Iterator[None]:
    """One transaction for the TEMP tables; the book is not touched, so nobody waits."""
    if db.in_transaction:
        yield
        return
    db.execute("BEGIN")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


@contextmanager
def _loading(db: sqlite3.Connection) -> Iterator[None]:
    """A larger cache, no second look at each reference, and Ctrl-C within a moment.

    References are right by construction: each comes from a table that was filled from the ids
    themselves. SQLite turns what a signal raises inside one of its callbacks, which are where it
    finds Python in the middle of a long statement, into an error of its own.
    """
    pressed: list[int] = []

    def press(number: int, _: object) -> None:
        pressed.append(number)
        raise KeyboardInterrupt

    main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGINT)
    ours = main and before is signal.default_int_handler
    if ours:
        signal.signal(signal.SIGINT, press)
        db.set_progress_handler(lambda: 0, _CHECK_EVERY)
    cache = db.execute("PRAGMA cache_size").fetchone()[0]
    db.execute(f"PRAGMA cache_size = {_CACHE}")
    db.execute("PRAGMA foreign_keys = OFF")  # without effect inside a transaction of the caller's
    try:
        yield
    except sqlite3.OperationalError:
        if pressed:
            raise KeyboardInterrupt from None
        raise
    finally:
        db.execute(f"PRAGMA cache_size = {cache}")
        db.execute("PRAGMA foreign_keys = ON")
        if ours:
            db.set_progress_handler(None, 0)
            signal.signal(signal.SIGINT, before)
