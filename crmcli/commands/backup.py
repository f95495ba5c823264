"""crm backup."""

from __future__ import annotations

import os
import sqlite3
from shlex import quote

from crmcli import erasing
from crmcli.db import backups, catalog, connection, proof
from crmcli.errors import ExitCode, RefusedError, StorageError, UsageError
from crmcli.whom import count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Annotated, Any

    from typer import Argument, Option

    from crmcli.context import App, Rows
    from crmcli.db.catalog import Copy
    from crmcli.db.proof import Facts

COLUMNS = ("id", "at", "reason", "size", "people", "interactions", "state", "path")
TABLE = COLUMNS[:-1]  # the folder is told once


def backup(
    app: App,
    file: Annotated[
        str | None,
        Argument(
            metavar="[FILE]", help="Where to, a file or a folder; the backup folder by default."
        ),
    ] = None,
    *,
    list_: Annotated[bool, Option("--list", help="The copies there are, newest first.")] = False,
    force: Annotated[
        bool,
        Option(
            "--force",
            help="Also over a FILE that is no copy of this book, or holds what it has not.",
        ),
    ] = False,
    rows: Rows,
) -> int:
    """Copy the book, whole whatever others write meanwhile, verify the copy, and print where it is.

    crm backup
    crm backup /media/stick/crm.db
    crm backup --list

    Without FILE the last copies of so many days, weeks and months are kept ([backup] keep). A copy
    is also taken before each bulk change. With --quiet nothing is printed: for cron.
    """
    if list_:
        if file is not None or force:
            raise UsageError("--list stands alone: crm backup --list")
        return _list(app, rows)
    path = os.path.realpath(app.path)
    if connection.check_file(path) is None:
        raise RefusedError(f"{path}: there is no book yet; nothing to back up")
    if file is None:
        made = backups.take(path, backups.shelf_of(app), backups.ASKED, app.held)
        place = made.path if made else ""
    elif file.endswith("/") and not os.path.isdir(file):
        raise UsageError(f"{file}: no such folder")
    elif os.path.isdir(file):
        place = _into(app, path, os.path.abspath(file))
    else:
        place = _onto(app, path, os.path.abspath(file), force=force)
    app.out.done = f"the copy was made all the same: {place}"
    if app.out.quiet:
        return ExitCode.OK
    app.out.say(place)
    facts = proof.look(place)
    app.out.note(f"{counted(facts)}, verified")
    again = catalog.latest(app.path, backups.of(app)) if file is None else None
    words = "latest" if again and again.path == place else quote(place)
    app.out.note(f"to go back to it: crm restore {words}; what there is: crm backup --list")
    return ExitCode.OK


def counted(facts: Facts) -> str:
    """What a book holds, in words."""
    return proof.amounts(facts.people, facts.interactions)


def _into(app: App, path: str, folder: str) -> str:
    """A copy in another folder, named as in ours, where nothing is ever taken away."""
    uid = backups.uid_of(path)
    turn = 1
    while True:
        name = catalog.name_for(path, uid, app.now, turn, backups.ASKED)
        target = os.path.join(folder, name)
        if not os.path.lexists(target):
            return _onto(app, path, target, force=False)
        turn += 1


def _onto(app: App, path: str, target: str, *, force: bool) -> str:
    """A copy at a place of the owner's choice."""
    if not os.path.isdir(os.path.dirname(target)):
        raise UsageError(f"{target}: no such folder")
    if os.path.islink(target):
        raise RefusedError(f"{target}: is a link; name the file itself, or take the link away")
    if os.path.lexists(target):
        if not os.path.isfile(target):
            raise RefusedError(f"{target}: not a regular file; name another")
        if os.path.samefile(target, path):
            raise RefusedError(f"{target}: is the book itself; name another file")
        if not force and not _is_copy(path, target):
            raise RefusedError(
                f"{target}: is there, and no copy of this book; name another file, or --force"
            )
        if not force:
            _refuse_newer(app, path, target)
    backups.to_file(path, target, app.held)
    return target


def _refuse_newer(app: App, path: str, target: str) -> None:
    """Refuse to write over a copy in which somebody went on working.

    Raises:
        RefusedError: it holds what the book does not. StorageError: it cannot be told.
    """
    try:
        more = len(proof.more(path, target))
    except (sqlite3.DatabaseError, UnicodeError) as error:
        raise StorageError(
            f"{target}: what it holds cannot be compared ({error}); name another file, or --force"
        ) from None
    if more:
        changes = count(more, "change", "changes")
        raise RefusedError(
            f"{target}: holds {changes} that this book has not; crm merge-book {quote(target)} takes them in,"
            " --force writes over them"
        )
    if gone := erasing.forgotten_there(app, target):
        number, name = gone[0]
        raise RefusedError(
            f"{target}: {number} {name} was forgotten there; crm forget {number} does it here,"
            " --force brings them back there"
        )


def _is_copy(path: str, target: str) -> bool:
    try:
        return proof.look(target).uid == backups.uid_of(path)
    except StorageError:
        return False


def _list(app: App, rows: Rows) -> int:
    from crmcli.output.columns import pick

    drawn = app.out.draws(rows.format)
    names = pick(rows.columns, COLUMNS, TABLE if drawn else COLUMNS)
    found = backups.of(app)
    table = (
        [row[name] for name in names] for row in _rows(found, counted={*names} - {"id", "path"})
    )
    app.out.rows(names, table, rows.format, shrink=("path",))
    folder = backups.shelf_of(app).folder
    if not found:
        app.out.note(f"no copies in {folder} yet; crm backup makes one")
    elif drawn:
        app.out.note(f"in {folder}; to go back to one: crm restore ID")
    if others := catalog.others(app.path, folder, found):
        several = count(len(others), "copy", "copies")
        app.out.note(
            f"{several} of another book of that name, the newest {others[0].path}: crm restore FILE"
        )
    return ExitCode.OK


def _rows(found: list[Copy], counted: set[str]) -> Iterator[dict[str, Any]]:
    """A row a copy; it is read for what of it is asked for."""
    for number, copy in enumerate(found, 1):
        row: dict[str, Any] = {
            "id": number,
            "at": copy.at,
            "reason": catalog.told(copy),
            "size": os.path.getsize(copy.path),
            "people": None,
            "interactions": None,
            "state": "sound",
            "path": copy.path,
        }
        try:
            if counted & {"people", "interactions"}:
                facts = proof.look(copy.path)
                row |= {"people": facts.people, "interactions": facts.interactions}
            if "state" in counted:
                backups.verify(copy.path)
        except StorageError as error:
            row["state"] = "newer" if "newer crm" in str(error) else "damaged"
        yield row
