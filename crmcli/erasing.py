"""People erased in a book, in copies of it, and in a copy that takes its place."""

from __future__ import annotations

import os
import sqlite3

from crmcli.db import backups, connection, hashes, residue
from crmcli.errors import RefusedError, StorageError
from crmcli.store import contacts, entries, forget, forgotten
from crmcli.store.forget_history import COMMAND
from crmcli.store.subject import Subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.context import App
    from crmcli.db.hashes import Hash


def erase(
    db: sqlite3.Connection,
    subject: Subject,
    at: str,
    *,
    keep_company: bool = False,
    redact: bool = False,
) -> connection.Transaction:
    """Erase somebody in one transaction, which is returned, then write the file anew: only then is the person gone.

    Raises:
        RefusedError: the person is not what ``subject`` was made of any more.
        StorageError: the records are erased, and the file could not be written anew.
    """
    residue.overwrite(db)
    with connection.Transaction(db, COMMAND, at) as transaction:
        if subject.is_stale(db):
            raise RefusedError(
                f"{subject.id} {subject.name} was changed by another command meanwhile; nobody was erased, type it again"
            )
        forget.erase(db, subject, at, transaction.set_id, keep_company=keep_company, redact=redact)
        residue.mark(db, at)
    residue.clean(db)
    return transaction


def erase_in(
    app: App, copy: str, subject: Subject, *, keep_company: bool, redact: bool
) -> tuple[bool, list[tuple[int, str]]]:
    """Erase the person in a copy of the book, where they are gone from the book itself.

    They are found there by uid, and by what tells a person (store/entries.py): somebody who was typed in
    again after a restore, or on a copy, has another uid.

    Returns:
        Whether there was anything, and number and name of those there who may be the same.

    Raises:
        RefusedError: it is of an older crm. StorageError: it is damaged, or cannot be written.
    """
    if connection.check_file(copy) != connection.SCHEMA_VERSION:
        raise RefusedError(f"{copy}: of an older crm, and not touched")
    try:
        db = connection.open_book(copy, create=False, today=app.today, tz=app.tz)
        try:
            theirs, perhaps = entries.in_copy(db, subject.known, contacts.uids(app.db))
            held = sorted({*forget.find(db, subject.of("uid")), *theirs})
            for number in held:
                if contacts.is_there(db, number) or forget.is_past(db, number):
                    found = Subject(db, number, also=subject.named)
                    erase(db, found, app.at, keep_company=keep_company, redact=redact)
            changed = bool(held) or (redact and _redact(db, subject, app.at))
        finally:
            db.close()
    except sqlite3.Error as error:
        raise StorageError(f"{copy}: not touched: {error}") from None
    return changed, perhaps


def _redact(db: sqlite3.Connection, subject: Subject, at: str) -> bool:
    """Cut the name out of a copy that has not the person, and may name them; whether it did."""
    residue.overwrite(db)
    with connection.Transaction(db, COMMAND, at) as transaction:
        count = forget.redact(db, subject.mentions(), transaction.set_id)
        if count:
            residue.mark(db, at)
    if count:
        residue.clean(db)
    return bool(count)


def remembered(app: App, fresh: str) -> tuple[list[Hash], bool]:
    """The hashes of whom the book has forgotten, as far as they concern its copy ``fresh``, and whether that is all.

    Where the book is damaged or gone, what is left of it tells them, and its copies.
    """
    path = os.path.realpath(app.path)
    uid, mine = backups.uid_of(fresh), backups.uid_of(path)
    if not uid or (mine and mine != uid):
        return [], True
    found = hashes.read(path) if mine else None
    if found is not None:
        return found, True
    there: list[Hash] = []
    whole = False
    if os.path.isfile(path):
        there, whole = hashes.dig_out(path, uid, today=app.today, tz=app.tz)
    if not whole:
        for copy in backups.kept(path, backups.shelf_of(app).folder):
            if backups.uid_of(copy) == uid:
                there += hashes.read(copy) or []
    return list(dict.fromkeys(there)), whole


def forgotten_there(app: App, copy: str) -> list[tuple[int, str]]:
    """Number and name of who is in the book, and was forgotten in another copy of it. Closes the book.

    Raises:
        StorageError: the book is damaged.
    """
    known = [row[0] for row in hashes.read(copy) or []]
    try:
        people = forgotten.held(app.db, known) if known else []
        return [(number, contacts.get_name(app.db, number)) for number in people]
    finally:
        app.close()


def keep_forgotten(app: App, fresh: str, known: list[Hash]) -> tuple[int, list[tuple[int, str]]]:
    """Erase in a copy of the book whom the book has forgotten since.

    The hashes of the book come along, so that imports go on leaving these people out, but for the addresses
    of whom it took back. Where the texts of others were cut, they are in the copy, too, which still knows the names.

    Returns:
        How many, and number and name of those who stay and have an e-mail, a phone or an id of somebody
        forgotten: the same under another uid, or another who had it then.

    Raises:
        RefusedError: it is of an older crm. StorageError: it is damaged, or cannot be written.
    """
    if not known:
        return 0, []
    if connection.check_file(fresh) != connection.SCHEMA_VERSION:
        raise RefusedError(f"{fresh}: of an older crm, and not touched")
    try:
        return _keep_forgotten(app, fresh, known)
    except sqlite3.DatabaseError as error:
        raise StorageError(f"{fresh}: not touched: {error}") from None


def _keep_forgotten(app: App, fresh: str, known: list[Hash]) -> tuple[int, list[tuple[int, str]]]:
    book = os.path.realpath(app.path)
    db = connection.open_book(fresh, create=False, today=app.today, tz=app.tz)
    try:
        told = [row[0] for row in known]
        people = forgotten.held(db, told)
        with connection.Transaction(db, COMMAND, app.at):  # first, each with when it was
            db.executemany(
                "INSERT OR IGNORE INTO forgotten (hash, kind, at) VALUES (?, ?, ?)", known
            )
        for number in people:
            subject = Subject(db, number)
            redact = forgotten.is_redacted(db, subject.of("uid"), told)
            erase(db, subject, app.at, redact=redact)
        perhaps = [(one, contacts.get_name(db, one)) for one in forgotten.reached(db, told)]
        with connection.Transaction(db, COMMAND, app.at):
            db.executemany(
                "DELETE FROM forgotten WHERE hash = ?", [(one,) for one in hashes.lifted(book)]
            )
    finally:
        db.close()
    return len(people), perhaps
