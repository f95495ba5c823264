"""crm undo."""

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

    from typer import Argument, Option

    from crmcli.context import App
    from crmcli.params import DryRun, Yes

    # Of each set that was undone: its number, its command, and what changed, in words.
    Done = list[tuple[int, str, list[str]]]

_BIG = 100  # rows; from there on a copy of the book is taken first


def undo(
    app: App,
    number: Annotated[
        int | None,
        Argument(metavar="[N]", help="Which change, as crm history counts; the last by default."),
    ] = None,
    *,
    with_later: Annotated[
        bool,
        Option("--with-later", help="Take what stands on it back too, the newest first; asks."),
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Take back what a command changed; crm redo brings it back.

    An older change can be taken back as long as no later one stands on it:

    crm undo
    crm undo 12 --dry-run
    crm undo 12 --with-later
    """
    history.get(app.db, history.last(app.db) if number is None else number)  # before a book is made
    try:
        if not with_later:
            try:
                return _say(
                    app, _take_back(app, number, with_later=False, dry_run=dry_run), dry_run
                )
            except StandingError as error:
                if dry_run or not (app.out.can_ask and error.later):
                    raise
                app.out.note(str(undo_words.refusal(app, error)))
                number = error.number
        if not (dry_run or yes) and not _agreed(app, number):
            app.out.note("nothing changed")
            return ExitCode.OK if with_later else ExitCode.REFUSED
        return _say(app, _take_back(app, number, with_later=True, dry_run=dry_run), dry_run)
    except StandingError as error:
        raise undo_words.refusal(app, error) from None


def _agreed(app: App, number: int | None) -> bool:
    """Whether all that would be undone may be; one alone needs no question."""
    done = _take_back(app, number, with_later=True, dry_run=True)
    if len(done) == 1:
        return True
    for which, command, _ in done:
        app.out.note(f"{which:>5}  {undo_words.command(command)}")
    return app.out.confirm(f"undo these {len(done):,} changes")


def _take_back(app: App, number: int | None, *, with_later: bool, dry_run: bool) -> Done:
    """Undo, in one transaction; the last is looked up in it, since another shell may be undoing too."""
    if not dry_run:
        which = history.last(app.db) if number is None else number
        if with_later or history.rows(app.db, which) >= _BIG:
            from crmcli.db import backups

            backups.before(app, "undo")
    try:
        with Writing(app, dry_run=dry_run) as transaction:
            which = history.last(app.db, but=transaction.set_id) if number is None else number
            if with_later:
                done = undoing.undo_with_later(app.db, which, transaction.next_set)
            else:
                undoing.undo(app.db, which, transaction.set_id)
                done = [(which, transaction.set_id)]
            return [
                (one, history.get(app.db, one)["command"], undo_words.changed(app, by, one))
                for one, by in done
            ]
    except sqlite3.IntegrityError:
        raise RefusedError(
            f"later changes stand on {number}; undo them first, see crm history"
        ) from None


def _say(app: App, done: Done, dry_run: bool) -> int:
    for which, command, changed in done:
        app.out.say(f"{'would undo' if dry_run else 'undone'} {which}: {command}")
        if dry_run:
            app.out.text(f"  {line}" for line in changed)
        else:
            for line in changed:
                app.out.note(f"  {line}")
    return ExitCode.OK
