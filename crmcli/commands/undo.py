"""crm undo."""

from __future__ import annotations

import sqlite3

from crmcli import undo_words
from crmcli.errors import ExitCode, InvalidValueError, RefusedError
from crmcli.store import history
from crmcli.store import undo as undoing
from crmcli.store.standing import StandingError
from crmcli.writing import Writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
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

    An older change can be taken back as long as no later one stands on it. Without a number what
    doctor --repair wrote of changes by hand is left, and so is a repair that cannot be taken back:

    crm undo
    crm undo 12 --dry-run
    crm undo 12 --with-later
    """
    history.get(app.db, history.last(app.db) if number is None else number)  # before a book is made
    left: list[int] = []
    try:
        while not with_later:
            try:
                done = _take_back(app, number, left, with_later=False, dry_run=dry_run)
                if number is None:
                    for one in history.by_hand(app.db, done[0][0]):
                        app.out.note(f"left: {one} {history.BY_HAND}; crm undo {one} takes it back")
                return _say(app, done, dry_run)
            except StandingError as error:
                if number is None and _is_lost_repair(app, error):
                    left.append(error.number)
                    app.out.note(
                        f"left: {error.number} is a repair that cannot be taken back, since what it"
                        " mended is lost or cannot be read"
                    )
                    continue
                if dry_run or not (app.out.can_ask and error.later):
                    raise
                app.out.note(str(undo_words.refusal(app, error)))
                number = error.number
                break
        if not (dry_run or yes) and not _agreed(app, number):
            app.out.note("nothing changed")
            return ExitCode.OK if with_later else ExitCode.REFUSED
        return _say(app, _take_back(app, number, left, with_later=True, dry_run=dry_run), dry_run)
    except StandingError as error:
        raise undo_words.refusal(app, error) from None


def _is_lost_repair(app: App, error: StandingError) -> bool:
    """Whether no other command is in the way of undoing a repair, so that it can never be undone."""
    words = history.get(app.db, error.number)["command"].split()
    return not (error.later or error.needed) and "doctor" in words and "--repair" in words


def _agreed(app: App, number: int | None) -> bool:
    """Whether all that would be undone may be; one alone needs no question."""
    done = _take_back(app, number, (), with_later=True, dry_run=True)
    if len(done) == 1:
        return True
    for which, command, _ in done:
        app.out.note(f"{which:>5}  {undo_words.command(command)}")
    return app.out.confirm(f"undo these {len(done):,} changes")


def _take_back(
    app: App, number: int | None, left: Collection[int], *, with_later: bool, dry_run: bool
) -> Done:
    """Undo, in one transaction; the last is looked up in it, since another shell may be undoing too."""
    if not dry_run:
        which = history.last(app.db, but=left) if number is None else number
        if with_later or history.rows(app.db, which) >= _BIG:
            from crmcli.db import backups

            backups.before(app, "undo")
    which = number or 0
    try:
        with Writing(app, dry_run=dry_run) as transaction:
            if number is None:
                which = history.last(app.db, but=(transaction.set_id, *left))
            if with_later:
                done = undoing.undo_with_later(app.db, which, transaction.next_set)
            else:
                undoing.undo(app.db, which, transaction.set_id)
                done = [(which, transaction.set_id)]
            return [
                (one, history.get(app.db, one)["command"], undo_words.changed(app, by, one))
                for one, by in done
            ]
    except InvalidValueError:  # it would bring back an instant that is none
        raise StandingError(which, redo=False) from None
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
