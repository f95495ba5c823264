"""What is said of an error of the database or the disk; loaded where there is one."""

from __future__ import annotations

from crmcli.errors import ResultError

_SQLITE = {
    "SQLITE_BUSY": "the database is busy: another crm is writing; try again",
    "SQLITE_LOCKED": "the database is busy: another crm is writing; try again",
    "SQLITE_FULL": "the disk is full; nothing was changed",
    "SQLITE_READONLY_DBMOVED": "the database was replaced meanwhile, so nothing was changed; run this again",
    "SQLITE_READONLY": "the database cannot be written: the file or its folder is read-only",
    "SQLITE_CORRUPT": "the database is damaged; crm restore latest, or crm doctor",
    "SQLITE_NOTADB": "the file is not a database; crm restore latest, or name another with --db",
    "SQLITE_IOERR": "the disk failed while the database was read or written; nothing was changed",
    "SQLITE_CANTOPEN": "the database cannot be opened; check the folder and its rights",
    "SQLITE_TOOBIG": "a value is too large for the database",
    "SQLITE_NOMEM": "out of memory; nothing was changed",
}
_NOTHING = "; nothing was changed"


def of(error: Exception, *, changed: bool = False, done: str = "") -> str | None:
    """The line for what database or disk did, None where it is our bug.

    Args:
        error: what was raised.
        changed: whether something was committed before, which the error then leaves as it is.
        done: what was done before that no undo takes back, in words.
    """
    message = _plain(error)
    if message is None or not (changed or done):
        return message
    return message.replace(_NOTHING, "") + ResultError("", done).all_the_same


def _plain(error: Exception) -> str | None:
    name = getattr(error, "sqlite_errorname", None)
    if name:
        return _SQLITE.get(name) or _SQLITE.get("_".join(name.split("_")[:2]))
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}"
    return None
