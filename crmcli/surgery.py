"""A damaged file: told from one that is only at odds with itself, and what can be read of it saved."""

from __future__ import annotations

import os
import sqlite3
from shlex import quote

from crmcli.db import (
    backups,
    catalog,
    connection,
    copying,
    free_pages,
    identity,
    machine,
    proof,
    salvage,
    scratch,
    soundness,
    swapping,
    twin_trees,
)  # fmt: skip
from crmcli.errors import ExitCode, StorageError
from crmcli.store import doctor, settings
from crmcli.store.doctor import Finding, Sight

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.context import App

_NAMED = 20  # people who were put together
_SHOWN = 100  # lines of SQLite that are read
# What SQLite says of indexes that can be made anew from their tables, and of values that a column cannot hold.
_INDEX = ("missing from index", "wrong # of entries in index", " of index ")
_VALUES = (
    "CHECK constraint failed in ",
)  # all others no edit can make, only a lost or swapped page


def sight(app: App, *, full: bool) -> Sight:
    """How this run looks at a book."""
    return Sight(app.config, app.today, app.tz, app.at, full=full)


def damage(app: App, path: str, *, full: bool) -> list[Finding]:
    """What is wrong with the file itself: ``damage`` alone, or what a sound file can have, too.

    Raises:
        StorageError: it is somebody else's database, or of a newer crm.
    """
    try:
        connection.check_file(path)
    except StorageError as error:
        if "newer crm" in str(error) or "not a crm database" in str(error) or os.path.isdir(path):
            raise
        return [_damaged(app, [str(error).partition(";")[0]])]
    with open(path, "rb") as file:
        if not {*file.read(20)[18:]} <= {1, 2}:
            return [_damaged(app, ["the header asks for a SQLite that there is not"])]
    with scratch.folder("doctor") as folder:
        copy = os.path.join(folder, "book.db")
        app.close()
        try:
            try:
                copying.exact(path, copy, app.held)
            except sqlite3.DatabaseError as error:
                if getattr(error, "sqlite_errorname", "").startswith(
                    ("SQLITE_BUSY", "SQLITE_IOERR")
                ):
                    raise
                copying.remove(copy)
                copying.raw(path, copy)
            told = _asked(copy, full=full)
            if not told:
                proof.look(copy)  # the tables that matter are there
                proof.texts(copy)
            # Where nothing but an index or a value is wrong, a page of its table may be another's.
            if all(_is_mendable(line) for line in told):
                damaged, entries = _pairs(copy)
                damaged += filter(None, [free_pages.flaw(copy)])
                told = damaged or told or entries
        except (sqlite3.DatabaseError, UnicodeError, StorageError) as error:
            if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_IOERR")):
                raise
            told = [str(error).replace(copy, "it")]
    return _findings(app, told)


def views(copy: str) -> list[Finding]:
    """Whether views and triggers are those of this crm; with other tables it is no book at all.

    Each command that opens the book puts its own in their place, so there is no harm in others.
    """
    db = copying.opened(copy, "ro&immutable=1")
    try:
        if connection.familiar(db):
            return []
    finally:
        db.close()
    return [
        Finding(
            "views", "{} schema has views or triggers that are not those of this crm", 1,
            repair="puts its own in their place, as every command does", untidy=True, mend=lambda _: None,
        )
    ]  # fmt: skip


def indexes(app: App, path: str, copy: str) -> list[Finding]:
    """Which indexes the book lost; the ``copy`` of it gets them at once, since without them it is not opened."""
    lost = soundness.lost_indexes(copy, today=app.today, tz=app.tz)
    if not lost:
        return []
    soundness.make_indexes(copy, lost)
    return [
        Finding(
            "schema", "{} indexes are not there", len(lost), next(iter(lost)), repair="makes them anew",
            mend=lambda: soundness.make_indexes(path, lost),
        )
    ]  # fmt: skip


def _asked(copy: str, *, full: bool) -> list[str]:
    """What SQLite says is wrong with the pages."""
    db = copying.opened(
        copy, "rw"
    )  # of what it may not write it does not look at CHECK constraints
    try:
        check = "integrity_check" if full else "quick_check"
        lines = [
            line
            for row in db.execute(f"PRAGMA {check}({_SHOWN})")
            for line in row[0].splitlines()
            if line != "ok" and not line.startswith("***")
        ]
    finally:
        db.close()
    return [line for line in lines if "fts5" not in line and "malformed inverted index" not in line]


def _pairs(copy: str) -> tuple[list[str], list[str]]:
    """What the two trees of pairs and the history say against each other: of tables, of indexes alone."""
    db = copying.opened(copy, "ro&immutable=1")
    try:
        return twin_trees.flaws(db)
    finally:
        db.close()


def _is_mendable(line: str) -> bool:
    """Whether a line of SQLite, or of ours, is of an index alone, or of a value."""
    return line.startswith(_VALUES) or any(words in line for words in _INDEX)


def _findings(app: App, told: list[str]) -> list[Finding]:
    """What SQLite said, by what can be done about it."""
    if not all(_is_mendable(line) for line in told):
        return [_damaged(app, told)]
    values = [line for line in told if line.startswith(_VALUES)]
    index = [line for line in told if not line.startswith(_VALUES)]
    found = []
    if index:
        found.append(Finding(
            "indexes", "{} entries of indexes are not those of their tables", len(index), index[0],
            repair="makes the indexes anew", mend=lambda db: db.execute("REINDEX"),
        ))  # fmt: skip
    if values:
        found.append(Finding(
            "values", "{} values are none that their column can hold", len(values), values[0],
            advice="not mendable from the book; a copy from before may have them",
        ))  # fmt: skip
    return found


def _damaged(app: App, told: list[str]) -> Finding:
    less = "; crm restore latest may lose less" if _newest(app)[0] else ""
    return Finding(
        "damage", "the file is damaged in {} places", len(told), told[0],
        repair=f"reads what can be read into a new book and keeps this one{less}",
    )  # fmt: skip


def operate(app: App, path: str, *, dry_run: bool, yes: bool, force: bool) -> int:
    """Put what can be read of a damaged book into its place; the exit code.

    Raises:
        StorageError: nothing of it can be read, or, without ``force``, nearly nobody of those it was about.
    """
    fresh = copying.beside(path, "restored")
    app.close()
    copying.remove(fresh)
    try:
        with scratch.folder("doctor") as folder:
            source = os.path.join(folder, "damaged.db")
            copying.raw(path, source)
            saved = salvage.salvage(source, fresh, today=app.today, tz=app.tz, at=app.at)
        _tell_saved(app, saved)
        if not any(one.read for one in saved):
            which = "latest" if _newest(app)[0] else "FILE"
            raise StorageError(f"{path}: nothing of it can be read; crm restore {which}")
        told = proof.people_told(fresh)
        _heal(app, fresh, [(one.table, number) for one in saved for number in one.stubs])
        _tell_made(app, fresh, next(one.stubs for one in saved if one.table == "contact"))
        facts = proof.prove(fresh, shown=path)
        app.out.note(f"{proof.amounts(facts.people, facts.interactions)} are left")
        if not force:
            _refuse_few(app, path, facts.people, told)
        if dry_run:
            return ExitCode.STORAGE
        if not yes and not app.out.confirm("put that in the place of the damaged book"):
            app.out.note("nothing changed")
            return ExitCode.STORAGE
        kept = swapping.swap(app, fresh, "repair", damaged=True)
        app.out.done = "the book was repaired all the same"
    finally:
        for end in ("", *swapping.BESIDE):
            copying.remove(fresh + end)
    app.out.say(f"repaired: {path}")
    if kept:
        app.out.note(f"the damaged file is kept: {kept.path}")
    app.out.note("what was lost comes back from a copy that has it: crm merge-book FILE")
    return ExitCode.OK


def _tell_saved(app: App, saved: list[salvage.Saved]) -> None:
    for one in saved:
        if one.missing:
            app.out.say(f"{one.table}: not found in the file")
        elif one.read or one.made:
            more = f", {one.made:,} more put together from indexes" if one.made else ""
            mark = " (damaged)" if one.damaged else ""
            rows = "row" if one.read == 1 else "rows"
            app.out.say(f"{one.table}{mark}: {one.read:,} {rows} read{more}")


def _tell_made(app: App, fresh: str, people: list[int]) -> None:
    """Name those who were put together, so that the owner can see to them."""
    db = copying.opened(fresh, "ro&immutable=1")
    try:
        named = [
            f"{row[0]} (#{number})"
            for number in people
            for row in db.execute("SELECT name FROM contact WHERE id = ?", (number,))
        ]
    finally:
        db.close()
    if named:
        more = f" and {len(named) - _NAMED:,} more" if len(named) > _NAMED else ""
        app.out.say(f"put together, as far as indexes know them: {', '.join(named[:_NAMED])}{more}")
        query = f"lifecycle:other created:{app.today}"
        app.out.note(f"to see to them: crm search {quote(query)}")


def _refuse_few(app: App, path: str, people: int, told: int) -> None:
    """Stop where less than half of the people are there, by what is told of them or by the newest copy.

    Raises:
        StorageError: so it is; names the copy, and the way to go on all the same.
    """
    copy, before = _newest(app)
    if people * 2 >= max(told, before):
        return
    way = (
        f"crm restore latest puts {copy} in its place ({before:,} people)"
        if copy
        else "crm restore FILE, if there is a copy anywhere"
    )
    raise StorageError(
        f"{path}: only {people:,} of some {max(told, before):,} people could be read, so nothing was"
        f" changed; {way}; --force takes what could be read all the same"
    )


def _newest(app: App) -> tuple[str, int]:
    """The copy that crm restore latest means and how many people it has; an empty path for none."""
    copy = catalog.latest(app.path, backups.of(app))
    try:
        return (copy.path, proof.look(copy.path).people) if copy else ("", 0)
    except StorageError:
        return "", 0


def identify(app: App, db: sqlite3.Connection) -> list[str]:
    """Give the book its uid and its key where they are lost; what was done, a line each."""
    if not identity.lost(db):
        return []
    known = identity.remembered(db, backups.shelf_of(app).folder)
    if "book" not in known and identity.is_number(here := machine.of(app.path, app.environ).book):
        known["book"] = here
    return identity.give(db, known)


def _heal(app: App, fresh: str, made: list[tuple[str, int]]) -> None:
    """Mend the new book: what is lost is told in its history, and nothing points to it."""
    db = connection.open_book(fresh, create=False, today=app.today, tz=app.tz)
    try:
        db.execute("PRAGMA foreign_keys = OFF")
        for line in identify(app, db):
            app.out.say(line)
        settings.catch_up(db, app.config, app.today)
        with connection.Transaction(db, app.command, app.at) as transaction:
            done = doctor.mend(db, sight(app, full=False), transaction, made)
        for one in done:
            if one.check in ("history", "dangling"):
                gone = one.check == "dangling" or " went past " in one.what
                app.out.say(f"{'lost' if gone else 'the history'}: {one.what}")
    finally:
        db.close()
