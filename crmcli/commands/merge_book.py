"""crm merge-book."""

from __future__ import annotations

import os
import sqlite3

from crmcli.errors import ExitCode, RefusedError, StorageError, UsageError
from crmcli.whom import count
from crmcli.writing import Writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Annotated, Any

    from typer import Argument, Option

    from crmcli.context import App, Rows
    from crmcli.params import DryRun
    from crmcli.store.union import Union
    from crmcli.store.union_forgotten import Left

_NAMES = {
    "contact": ("person", "people"), "company": ("company", "companies"), "interaction": ("interaction", "interactions"),
    "follow_up": ("follow-up", "follow-ups"), "deal": ("deal", "deals"),
}  # fmt: skip
_MARK = {"contact": "", "follow_up": "F", "deal": "D"}
_TOLD = 10  # lines of one kind


def merge_book(
    app: App,
    other: Annotated[str, Argument(metavar="OTHER.db", help="Another copy of this book.")],
    *,
    prefer: Annotated[
        str,
        Option(
            "--prefer",
            metavar="SIDE",
            help="Of what both changed: newer (default), mine or theirs.",
        ),
    ] = "newer",
    dry_run: DryRun = False,
    rows: Rows,
) -> int:
    """Take in another copy of this book: what was done in either holds.

    For a book on two machines, or the "conflicted copy" that a sync tool left beside it. What one
    side changed is taken, also what it took away. Of what both changed the newer holds; the other is
    printed, and crm history WHO shows it. A no holds whichever is newer: do-not-contact, a consent
    withdrawn, a person forgotten. The other file is only read. The same file again changes nothing,
    and crm undo takes the whole merge back. For example:

      crm merge-book ~/Dropbox/crm/laptop.db --dry-run

      crm merge-book "crm (conflicted copy 2026-03-02).db"
    """
    from crmcli.db import backups, other_book
    from crmcli.store import machines, union

    if prefer not in union.PREFER:
        raise UsageError(f'--prefer is one of {", ".join(union.PREFER)}, not "{prefer}"')
    path = os.path.expanduser(other)
    with other_book.aside(path, app.path, today=app.today, tz=app.tz) as copy:
        _refuse_stranger(app, path, copy)
        machines.meet(app, besides=path)
        if not dry_run:
            backups.before(app, "merge-book")
        try:
            with Writing(app, dry_run=dry_run) as transaction:
                done = union.merge(
                    app.db,
                    copy,
                    set_id=transaction.set_id,
                    at=app.at,
                    prefer=prefer,
                    today=app.today,
                    tz=app.tz,
                )
                found = _conflicts(app, done)
        except (sqlite3.DatabaseError, UnicodeError) as error:
            if isinstance(error, sqlite3.IntegrityError):
                raise StorageError(f"{path}: cannot be merged ({error}); is it damaged?") from None
            other_book.blame(path, copy)
            raise
        finally:
            app.close()  # the copy is attached to it
    if rows.format in ("json", "jsonl"):
        app.out.json(_report(path, done, found, dry_run=dry_run))
    else:
        _print(app, found, rows)
    quiet = bool(rows.format or rows.columns or found)
    _say(app, path, done, app.out.note if quiet else app.out.say, dry_run=dry_run)
    _say_instead(app, found)
    return ExitCode.OK


def _refuse_stranger(app: App, path: str, copy: str) -> None:
    """Refuse a book that was never one with this.

    Raises:
        RefusedError: so it is. StorageError: one of them has lost its number.
    """
    from crmcli.db import backups

    theirs = backups.uid_of(copy)
    mine = backups.about(app.path)[0] if os.path.exists(app.path) else ""
    if theirs != mine:
        quoted = "'" + path.replace("'", "'\"'\"'") + "'"
        if theirs is None:
            raise StorageError(
                f"{path}: a book without its number; crm --db {quoted} doctor --repair gives it one"
            )
        raise RefusedError(
            f"{path} is another book, no copy of this one; take its people in by:"
            f" crm --db {quoted} export | crm import -"
        )


def _conflicts(app: App, done: Union) -> list[dict[str, Any]]:
    from crmcli.store import union_told

    return [union_told.conflict(app.db, one) for one in done.conflicts]


def _report(
    path: str, done: Union, found: list[dict[str, Any]], *, dry_run: bool
) -> dict[str, Any]:
    return {
        "book": path,
        "dry_run": dry_run,
        "fork": done.fork and {"id": done.fork[0], "at": done.fork[1]},
        "mine": done.mine,
        "theirs": done.theirs,
        "added": done.added,
        "changed": done.changed,
        "removed": done.removed,
        "conflicts": found,
        "numbers": [
            {"noun": noun.replace("_", "-"), "theirs": theirs, "mine": mine, "text": text}
            for noun, theirs, mine, text in done.numbers
        ],
        "alike": [{"ids": [one, two], "email": email} for one, two, email, _ in done.alike],
        "forgotten": done.forgotten,
        "left": [_left(one) for one in done.left],
        "taken_back": [{"id": number, "name": name} for number, name in done.taken_back],
        "remembered": [{"id": number, "name": name} for number, name in done.remembered],
    }


def _print(app: App, found: list[dict[str, Any]], rows: Rows) -> None:
    from crmcli.output.columns import pick
    from crmcli.store.union_told import FIELDS

    if not (found or rows.format or rows.columns):
        return
    shown = ("who", "what", "field", "mine", "theirs", "kept") if app.out.terminal else FIELDS
    names = pick(rows.columns, FIELDS, shown)
    app.out.rows(
        names,
        ([one[name] for name in names] for one in found),
        rows.format,
        shrink=("what", "mine", "theirs", "kept"),
    )


def _say(app: App, path: str, done: Union, say: Callable[[str], object], *, dry_run: bool) -> None:
    """What was done, in a few lines."""
    if done.nothing:
        say(f"nothing in {path} that is not here")
    else:
        told = []
        for verb, counts in (
            ("new", done.added),
            ("changed", done.changed),
            ("removed", done.removed),
        ):
            named = [count(counts[noun], *_NAMES[noun]) for noun in _NAMES if counts.get(noun)]
            rest = sum(number for noun, number in counts.items() if noun not in _NAMES)
            if rest:
                named.append(
                    f"{rest:,} {'other ' if named else ''}{'row' if rest == 1 else 'rows'}"
                )
            if named:
                told.append(f"{verb}: {', '.join(named)}")
        would = "would be " if dry_run else ""
        say(f"{would}merged: {path}  ({'; '.join(told)})")
    if not dry_run and _is_spent(app, path, done):
        app.out.note(f"{os.path.basename(path)} holds nothing more now, and may be deleted")
    if done.conflicts:
        said = count(len(done.conflicts), "conflict", "conflicts")
        if any(one.field != "different" for one in done.conflicts):
            said += ": what does not hold is in crm history WHO"
        app.out.note(said)
    _few(
        app,
        [
            f"{_MARK[noun]}{theirs} of theirs is {_MARK[noun]}{mine} here: {text}"
            for noun, theirs, mine, text in done.numbers
        ],
    )
    _few(
        app,
        [
            f"both sides added {f'somebody with {email}' if email else name};"
            f" if they are one person: crm merge {one} {two}"
            for one, two, email, name in done.alike
        ],
    )
    _few(
        app,
        [
            f"{number} {name} was forgotten in the other copy; crm forget {number} does it here"
            for number, name in done.remembered
        ],
    )
    _few(
        app,
        [
            f"{number} {name} was forgotten here, and taken back in the other copy"
            for number, name in done.taken_back
        ],
    )
    if done.forgotten:
        app.out.note(f"left out, since forgotten here: {count(done.forgotten, 'person', 'people')}")
    _few(app, [_left_words(_left(one)) for one in done.left])


def _left(one: Left) -> dict[str, Any]:
    """Who or what was left out, with what to type to have it."""
    from crmcli.output.shell import word

    whom = f"edit {one.id}" if one.id else f"add {word(one.name)}"
    flag = f" --{one.kind} {word(one.text)}" if one.kind and one.text else ""
    instead = f"crm {whom}{flag} --force"
    return {"id": one.id, "name": one.name, "address": one.text, "instead": instead}


def _left_words(one: dict[str, Any]) -> str:
    what = one["address"] or "what an import knows them by"
    if one["id"]:
        return f"left out: {what} of {one['id']} {one['name']}, as somebody with it was forgotten here; to have it: {one['instead']}"
    return (
        f"left out: {one['name']}, as somebody with {what} was forgotten here;"
        f" to have them: {one['instead']}, and merge again"
    )


def _say_instead(app: App, found: list[dict[str, Any]]) -> None:
    """What to type where a conflict is to be settled the other way."""
    lines = [
        f"{one['what']}, to have it the other way: {one['instead']}"
        for one in found
        if one["instead"]
    ]
    _few(app, lines)


def _is_spent(app: App, path: str, done: Union) -> bool:
    """Whether nobody misses a copy beside the book: all of it holds here, and nobody here writes to it."""
    from crmcli.db import machine

    beside = {os.path.dirname(os.path.realpath(one)) for one in (path, app.path)}
    left = done.conflicts or done.forgotten or done.left or done.remembered
    return len(beside) == 1 and not left and not machine.of(path, app.environ).book


def _few(app: App, lines: list[str]) -> None:
    for line in lines[:_TOLD]:
        app.out.note(line)
    if len(lines) > _TOLD:
        app.out.note(f"and {len(lines) - _TOLD:,} more; --json has all")
