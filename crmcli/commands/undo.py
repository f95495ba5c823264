"""crm undo."""

from __future__ import annotations

import sqlite3

from crmcli.errors import ExitCode, RefusedError
from crmcli.store import history
from crmcli.store import undo as undoing
from crmcli.writing import Writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    from typer import Argument

    from crmcli.context import App
    from crmcli.params import DryRun

_BIG = 100  # rows; from there on a copy of the book is taken first


def undo(
    app: App,
    number: Annotated[
        int | None,
        Argument(metavar="[N]", help="Which change, as crm history counts; the last by default."),
    ] = None,
    *,
    dry_run: DryRun = False,
) -> int:
    """Take back what a command changed; crm redo brings it back.

    An older change can be taken back as long as no later one stands on it.
    """
    which = history.last(app.db) if number is None else number
    command = history.get(app.db, which)["command"]
    if not dry_run and history.size(app.db, which) >= _BIG:
        from crmcli.db import backups

        backups.before(app, "undo")
    try:
        with Writing(app, dry_run=dry_run) as transaction:
            undoing.undo(app.db, which, transaction.set_id)
    except sqlite3.IntegrityError:
        raise RefusedError(
            f"later changes stand on {which}; undo them first, see crm history"
        ) from None
    app.out.say(f"{'would undo' if dry_run else 'undone'} {which}: {command}")
    return ExitCode.OK
