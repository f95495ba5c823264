"""crm redo."""

from __future__ import annotations

import sqlite3

from crmcli import undo_words
from crmcli.errors import ExitCode, RefusedError
from crmcli.store import history
from crmcli.store import undo as undoing
from crmcli.store.standing import StandingError
from crmcli.writing import Writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    from typer import Argument

    from crmcli.context import App
    from crmcli.params import DryRun


def redo(
    app: App,
    number: Annotated[
        int | None,
        Argument(
            metavar="[N]",
            help="Which undone change, as crm history counts; what was undone last by default.",
        ),
    ] = None,
    *,
    dry_run: DryRun = False,
) -> int:
    """Bring back what was undone; again for what was undone before it."""
    history.get(app.db, history.last_undone(app.db) if number is None else number)
    try:
        with Writing(app, dry_run=dry_run) as transaction:
            # Looked up here, since another shell may be at it too.
            which = history.last_undone(app.db) if number is None else number
            undoing.redo(app.db, which, transaction.set_id)
            command = history.get(app.db, which)["command"]
            changed = undo_words.changed(app, transaction.set_id)
    except StandingError as error:
        raise undo_words.refusal(app, error) from None
    except sqlite3.IntegrityError:
        raise RefusedError(
            f"changes made since stand in the way of {number}; see crm history"
        ) from None
    app.out.say(f"{'would redo' if dry_run else 'redone'} {which}: {command}")
    if dry_run:
        app.out.text(f"  {line}" for line in changed)
    else:
        for line in changed:
            app.out.note(f"  {line}")
    return ExitCode.OK
