"""crm redo."""

from __future__ import annotations

import sqlite3

from crmcli.errors import ExitCode, RefusedError
from crmcli.store import history, undo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.context import App


def redo(app: App) -> int:
    """Bring back what was undone last."""
    which = history.last_undone(app.db)
    command = history.get(app.db, which)["command"]
    try:
        with app.write() as transaction:
            undo.redo(app.db, which, transaction.set_id)
    except sqlite3.IntegrityError:
        raise RefusedError(
            f"changes made since stand in the way of {which}; see crm history"
        ) from None
    app.out.say(f"redone {which}: {command}")
    return ExitCode.OK
