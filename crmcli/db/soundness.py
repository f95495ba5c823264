"""Whether a book is what we made: its schema at each opening, its content when something went wrong.

A book may come from a stranger or from a damaged disk. Views and triggers that are not ours could
lie or change what is written, so they are replaced before anything runs; tables that are not ours
are refused. ``shape.sql`` beside this is generated from what a new book has (.ci/generate.py).
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from crmcli.db import connection, copying, migrations, proof, turn
from crmcli.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date


def shape(*, today: date) -> str:
    """The text of ``shape.sql``: what ``connection.schema`` gives of a new book."""
    with_all = connection.connect(":memory:", today=today, tz="UTC")
    migrations.migrate(with_all)
    return connection.schema(with_all)


def settle(db: sqlite3.Connection, path: str, *, today: date, tz: str | None) -> sqlite3.Connection:
    """Give a book of this version, whose schema is not the expected one, our views and triggers.

    A later crm may have others without another version, so this is how it brings its own.

    Returns:
        ``db``; where it cannot be written a copy of it, which cannot be either.

    Raises:
        StorageError: it is damaged, or the tables are not ours.
    """
    fresh = connection.connect(":memory:", today=today, tz=tz)
    migrations.migrate(fresh)
    ours, theirs = _tables(fresh), _tables(db)
    for name in sorted(ours.keys() | theirs.keys()):
        if ours.get(name) != theirs.get(name):
            raise StorageError(
                f'{path}: not as crm makes it, see its "{name}"; crm restore latest, or name another'
            )
    # Only now: it works out every CHECK that the tables have.
    if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise StorageError(f"{path}: damaged; crm restore latest, or crm doctor")
    turn.lend(db, path)
    try:
        with turn.Alone(db):
            migrations.rebuild(db)
    except StorageError:  # another machine writes it
        return _read_only_copy(db, today=today, tz=tz)
    except sqlite3.OperationalError as error:
        if not connection.unwritable(error):
            raise
        return _read_only_copy(db, today=today, tz=tz)
    return db


def lost_indexes(path: str, *, today: date, tz: str | None) -> dict[str, str]:
    """Name -> SQL of the indexes that a book of this schema version has and the one at ``path`` has not."""
    fresh = connection.connect(":memory:", today=today, tz=tz)
    migrations.migrate(fresh)
    ours = fresh.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    fresh.close()
    db = copying.opened(path, "ro&immutable=1")
    try:
        if db.execute("PRAGMA user_version").fetchone()[0] != connection.SCHEMA_VERSION:
            return {}
        there = {row[0] for row in db.execute("SELECT name FROM sqlite_schema")}
        return {row[0]: row[1] for row in ours if row[0] not in there}
    finally:
        db.close()


def make_indexes(path: str, lost: dict[str, str]) -> None:
    """Make indexes anew, all or none; without them no command opens the book."""
    db = copying.opened(path, "rw")
    try:
        db.execute("BEGIN IMMEDIATE")
        for sql in lost.values():
            db.execute(sql)
        db.execute("COMMIT")
    finally:
        db.close()  # what was not committed is rolled back


def _read_only_copy(db: sqlite3.Connection, *, today: date, tz: str | None) -> sqlite3.Connection:
    """A copy with our views and triggers, gone when it is closed."""
    from crmcli.db import scratch

    with scratch.folder("open") as folder:
        path = f"{folder}/copy.db"
        copy = connection.connect(path, today=today, tz=tz)
        db.backup(copy)
        db.close()
        migrations.rebuild(copy)
        copy.close()
        shut = connection.connect(f"file:{_quoted(path)}?mode=ro", today=today, tz=tz, uri=True)
        shut.execute("SELECT 1 FROM sqlite_schema").fetchone()
        return shut  # its name goes; the file stays as long as it is open


def _tables(db: sqlite3.Connection) -> dict[str, str]:
    """Tables and indexes, by name; the inner tables of the search index are SQLite's."""
    return dict(
        db.execute(
            f"SELECT name, sql FROM sqlite_schema WHERE {connection.OURS} AND type IN ('table', 'index')"
        ).fetchall()
    )


def check(path: str) -> None:
    """Look whether the book itself is to blame for an error that nobody expected.

    Raises:
        StorageError: it is damaged.
    """
    if connection.check_file(path) is None:
        return
    db = sqlite3.connect(f"file:{_quoted(path)}?mode=ro", uri=True)
    db.text_factory = bytes
    try:
        flaw = next(_flaws(db), None)
    except (sqlite3.Error, UnicodeError) as error:
        flaw = str(error)
    finally:
        db.close()
    if flaw:
        raise StorageError(f"{path}: damaged ({flaw}); crm restore latest, or crm doctor")


def refuse_used_up(path: str) -> None:
    """Look whether a table has no number left for a new row, which SQLite calls a full disk.

    Raises:
        StorageError: so it is.
    """
    used_up = "SELECT name FROM sqlite_sequence WHERE seq >= 9223372036854775807"
    try:
        db = sqlite3.connect(f"file:{_quoted(path)}?mode=ro", uri=True)
        try:
            found = db.execute(used_up).fetchall()
        finally:
            db.close()
    except sqlite3.Error:
        return
    if found:
        raise StorageError(
            f"{path}: there is no number left for a new {found[0][0]}, as one was set past crm;"
            " nothing was changed; crm doctor says more"
        )


def _flaws(db: sqlite3.Connection) -> Iterator[str]:
    """Pages, then text that is none: SQLite itself takes any bytes for text."""
    for row in db.execute("PRAGMA integrity_check(1)"):  # the indexes, too: an error led here
        if row[0] != b"ok":
            yield proof.first_line(row[0].decode(errors="replace"))
    names = [
        row[0].decode() for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    ]
    for name in names:
        for row in db.execute(f'SELECT * FROM "{name}"'):
            for value in row:
                if isinstance(value, bytes) and not name.endswith(("_data", "_docsize", "_idx")):
                    value.decode()
    for name in names:
        if name.endswith("_fts"):
            db.execute(f"SELECT rowid FROM {name} WHERE {name} MATCH 'a*' LIMIT 1").fetchall()


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path)
