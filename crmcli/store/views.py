"""Saved queries, used in any query as ``@NAME``; those of the config stand beside them."""

from __future__ import annotations

from crmcli.errors import InvalidValueError, RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

_LONGEST = 40


def saved(db: sqlite3.Connection) -> dict[str, str]:
    """Return the queries of the book by name."""
    return dict(db.execute("SELECT name, query FROM saved_view ORDER BY name").fetchall())


def check_name(name: str) -> str:
    """Return the name of a view, a leading @ taken off.

    Raises:
        InvalidValueError: it could not be written as ``@name`` in a query.
    """
    name = name.removeprefix("@")
    plain = name.replace("-", "").replace("_", "")
    if not plain.isalnum() or len(name) > _LONGEST:
        raise InvalidValueError(f'"{name}" cannot be a view: letters, digits, - and _ only')
    return name


def save(db: sqlite3.Connection, name: str, query: str) -> None:
    """Keep a query under a name, in place of the one before."""
    cursor = db.execute("UPDATE saved_view SET query = ? WHERE name = ?", (query, name))
    if not cursor.rowcount:
        db.execute("INSERT INTO saved_view (name, query) VALUES (?, ?)", (name, query))


def drop(db: sqlite3.Connection, name: str) -> None:
    """Take a view away.

    Raises:
        RefusedError: there is none of that name.
    """
    if not db.execute("DELETE FROM saved_view WHERE name = ?", (name,)).rowcount:
        raise RefusedError(f'no view "{name}"; crm view list shows what there is')
