"""crm doctor."""

from __future__ import annotations

import os
import sqlite3

from crmcli import surgery
from crmcli.db import backups, connection, copying, place, proof, scratch
from crmcli.errors import ExitCode, RefusedError, StorageError
from crmcli.store import doctor as looking
from crmcli.store import doctor_files, settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated, Any

    from typer import Option

    from crmcli.context import App, Rows
    from crmcli.params import DryRun, Yes
    from crmcli.store.doctor import Finding

COLUMNS = ("check", "count", "finding", "example", "repair", "advice")
TABLE = ("check", "finding", "example", "repair")


def doctor(
    app: App,
    *,
    full: Annotated[
        bool, Option("--full", help="Every page and index, and each value beside the history.")
    ] = False,
    repair: Annotated[
        bool, Option("--repair", help="Mend what can be mended, after a copy was taken.")
    ] = False,
    force: Annotated[
        bool,
        Option("--force", help="Repair a damaged file even where few of its people can be read."),
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    rows: Rows,
) -> int:
    """Look whether the book agrees with itself, and say what is wrong and what --repair would do.

    crm doctor
    crm doctor --full
    crm doctor --repair --dry-run

    Exit code 0 where the book is sound, 1 where something was found, 5 where the file is damaged.
    With --repair it is what holds afterwards. What is mended can be undone; of a damaged file
    what can be read goes into a new book, and the file is kept.
    """
    path = os.path.realpath(app.path)
    if not os.path.lexists(path):
        raise RefusedError(f"{path}: there is no book yet")
    repair = repair and not dry_run
    damage = surgery.damage(app, path, full=full)
    if [one.check for one in damage] == ["damage"]:
        _tell(app, damage, rows)
        if not (repair or dry_run):
            return ExitCode.STORAGE
        return surgery.operate(app, path, dry_run=dry_run, yes=yes, force=force)
    found, facts = _looked(app, path, damage, full=full)
    _tell(app, found, rows)
    if repair and any(one.mend or one.check == "backup" for one in found):
        if not _mend(app, path, found, full=full, yes=yes):
            return ExitCode.NOTHING
        damage = surgery.damage(app, path, full=full)
        found, facts = _looked(app, path, damage, full=full)
        for one in found:
            app.out.note(f"left: {one.line}")
    elif app.out.draws(rows.format) or not rows.format:
        _sum_up(app, found, facts)
    return ExitCode.NOTHING if any(not one.untidy for one in found) else ExitCode.OK


def _looked(app: App, path: str, damage: list[Finding], *, full: bool) -> tuple[list[Finding], str]:
    """Look at a copy, so that nobody waits and nothing is changed; the findings, and what there is.

    ``damage`` is what is known of the file; it comes first.
    """
    found = [*damage]
    found += list(doctor_files.look(path, app.config.path, backups.shelf_of(app)))
    with scratch.folder("doctor") as folder:
        copy = os.path.join(folder, "book.db")
        app.close()
        copying.exact(path, copy, app.held)
        found += surgery.indexes(app, path, copy)
        found += surgery.views(copy)
        try:
            db = connection.open_book(copy, create=False, today=app.today, tz=app.tz)
        except StorageError as error:  # the copy is gone when this is read
            raise StorageError(str(error).replace(copy, path)) from None
        try:
            connection.watch(db)
            if any(one.check == "indexes" for one in damage):
                db.execute("REINDEX")  # by a wrong index nothing can be found
            settings.catch_up(db, app.config, app.today)
            db.execute("BEGIN IMMEDIATE")
            found += looking.look(db, surgery.sight(app, full=full))
            found += doctor_files.age(db, path, backups.shelf_of(app))
            people, said = (
                db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("contact", "interaction")
            )
            db.execute("ROLLBACK")
        finally:
            db.close()
    return found, proof.amounts(people, said)


def _tell(app: App, found: list[Finding], rows: Rows) -> None:
    """Print the findings: a line each, or as rows."""
    if rows.format or rows.columns:
        from crmcli.output.columns import pick

        names = pick(rows.columns, COLUMNS, TABLE if rows.format == "table" else COLUMNS)
        app.out.rows(
            names, ([_cell(one, name) for name in names] for one in found), rows.format,
            shrink=("finding", "example"),
        )  # fmt: skip
    else:
        app.out.text(one.line for one in found)


def _cell(one: Finding, name: str) -> Any:
    return one.what if name == "finding" else getattr(one, name)


def _sum_up(app: App, found: list[Finding], facts: str) -> None:
    where = place.of(app.path, app.environ)
    if where.shared:
        app.out.note(
            f"the book is {where.told}, where another machine may write it, too; crm merge-book --help"
        )
    wrong = sum(not one.untidy for one in found)
    mendable = sum(bool(one.repair) for one in found)
    told = f"{wrong:,} finding{'s' if wrong != 1 else ''}" if wrong else "the book is sound"
    if mendable:
        told += f"; {mendable:,} mendable with --repair"
    copies = [copy for copy in backups.of(app) if copy.sound]
    newest = (
        f"newest copy of {copies[0].at}" if copies else "no copy of it yet; crm backup takes one"
    )
    app.out.note(f"{told}: {facts}, SQLite {sqlite3.sqlite_version}, {newest}")


def _mend(app: App, path: str, found: list[Finding], *, full: bool, yes: bool) -> bool:
    """Take a copy, mend, and say so; false where the owner said no."""
    risky = [one for one in found if one.risky]
    if risky and not yes:
        for one in risky:
            app.out.note(f"{one.what}: {one.repair}")
        if not app.out.confirm("mend that, too"):
            app.out.note("nothing changed")
            return False
    for one in found:
        if one.mend and one.check == "schema":  # without it no book is opened
            one.mend()
            app.out.say(f"mended: {one.what}")
    if any(one.check == "identity" for one in found):  # without it no copy can be taken
        with app.write():
            for line in surgery.identify(app, app.db):
                app.out.say(f"mended: {line}")
        app.close()
    try:
        kept = (
            backups.take(path, backups.shelf_of(app), "repair", app.held)
            if backups.shelf_of(app).before
            else None
        )
    except OSError as error:
        raise StorageError(
            f"no copy could be made in {backups.shelf_of(app).folder}, so nothing was mended ({error.strerror});"
            " --no-backup goes on without one"
        ) from None
    for one in found:  # of files, not of the book
        if one.mend and one.check in doctor_files.CHECKS:
            one.mend()
            app.out.say(f"mended: {one.what}")
    before = looking.newest_mend(app.db)
    with app.write() as transaction:
        for one in found:
            if one.mend and one.check == "indexes":
                one.mend(app.db)
                app.out.say(f"mended: {one.what}")
        done = looking.mend(app.db, surgery.sight(app, full=full), transaction)
    for one in done:
        app.out.say(f"mended: {one.what}")
    if kept:
        app.out.note(f"as it was before: {kept.path}")
    if looking.newest_mend(app.db) > before:
        app.out.note("crm undo takes it back, as far as it changed what stands in the book")
    app.close()
    return True
