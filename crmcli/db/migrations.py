"""Migrations, append-only, run by sqlite-utils inside one immediate transaction.

Each brings the tables from one version to the next; views and triggers are generated anew after
the last one. Before a book that exists is migrated, a verified copy is taken (db/backups.py).
"""

from __future__ import annotations

import os
from importlib.resources import files
from typing import TYPE_CHECKING

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from crmcli.db import connection, triggers, turn

if TYPE_CHECKING:
    import sqlite3

    from crmcli.db.backups import Keeper

steps = Migrations("crm")


@steps()
def schema_1(db: Database) -> None:
    """The whole model."""
    for statement in _statements("schema.sql"):
        db.execute(statement)
    db.execute(
        "INSERT INTO meta (key, value) VALUES ('book', ?), ('config', '?'), ('forget_key', ?)",
        (connection.new_uid(), os.urandom(32).hex()),
    )


def migrate(db: sqlite3.Connection) -> None:
    """Bring ``db`` to the newest schema in one transaction, or leave it as it was."""
    book = Database(db)
    db.execute("BEGIN IMMEDIATE")
    try:
        _drop_views_and_triggers(db)
        steps.apply(book)
        _make_views_and_triggers(db)
        db.execute(f"PRAGMA application_id = {connection.APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {connection.SCHEMA_VERSION}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def rebuild(db: sqlite3.Connection) -> None:
    """Put our views and triggers in the place of those that are there."""
    db.execute("BEGIN IMMEDIATE")
    try:
        _drop_views_and_triggers(db)
        _make_views_and_triggers(db)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def migrate_file(db: sqlite3.Connection, keeper: Keeper | None) -> None:
    """Migrate a book that is there, a copy of it taken first where somebody keeps them.

    Raises:
        StorageError: the copy cannot be made.
    """
    if keeper is not None:
        from crmcli.db import backups

        backups.before(keeper, "migration")
    with turn.Alone(db):
        migrate(db)


def _statements(name: str) -> list[str]:
    """The statements of an SQL file of this folder; they hold no semicolon but at their end."""
    lines = files("crmcli.db").joinpath(name).read_text("utf-8").splitlines()
    code = "\n".join(line.split("--")[0].rstrip() for line in lines)
    return [statement.strip() for statement in code.split(";") if statement.strip()]


def _drop_views_and_triggers(db: sqlite3.Connection) -> None:
    rows = db.execute(
        "SELECT type, name FROM sqlite_schema WHERE type IN ('view', 'trigger')"
    ).fetchall()
    for kind, name in rows:
        quoted = name.replace('"', '""')
        db.execute(f'DROP {kind} "{quoted}"')


def _make_views_and_triggers(db: sqlite3.Connection) -> None:
    for statement in _statements("views.sql"):
        db.execute(statement)
    for statement in triggers.all_triggers(db).values():
        db.execute(statement)
