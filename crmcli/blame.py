"""Whether a value in the book that no command writes is to blame for an error that nobody expected."""

from __future__ import annotations

import os

from crmcli.db import connection, copying, scratch, turn
from crmcli.errors import StorageError
from crmcli.store import doctor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.context import App

_TO_BLAME = frozenset(("values", "identity", "dangling", "numbers", "positions"))


def find(app: App) -> None:
    """Look who is to blame for an error that nobody expected, other than this program.

    Raises:
        RefusedError: another command wrote meanwhile. StorageError: a value that no command writes.
    """
    if not any(one.kept for one in app.writes):
        turn.refuse_changed(app.db)
    _values(app)


def _values(app: App) -> None:
    """Look whether a value that no command writes is to blame for an error that nobody expected.

    Raises:
        StorageError: so it may be; names the first.
    """
    path = os.path.realpath(app.path)
    found = None
    try:
        if connection.check_file(path) is None:
            return
        with scratch.folder("doctor") as folder:
            copy = os.path.join(folder, "book.db")
            app.close()
            copying.exact(path, copy, app.held)
            db = connection.open_book(copy, create=False, today=app.today, tz=app.tz)
            try:
                db.execute("BEGIN IMMEDIATE")
                sight = doctor.Sight(app.config, app.today, app.tz, app.at, full=False)
                there = doctor.look(db, sight)
                found = next((one for one in there if one.check in _TO_BLAME), None)
            finally:
                db.close()
    except Exception:  # noqa: BLE001 - the error that led here is the one to tell
        return
    if found:
        example = f", such as {found.example}" if found.example else ""
        raise StorageError(
            f"{path}: damaged ({found.what}{example}); crm doctor says more, crm restore latest goes back"
        )
