"""crm restore."""

from __future__ import annotations

import os
from contextlib import contextmanager
from shlex import quote

from crmcli import erasing
from crmcli.commands.backup import counted
from crmcli.db import backups, catalog, copying, machine, proof, swapping
from crmcli.errors import ExitCode, RefusedError, StorageError
from crmcli.whom import count

_NAMED = 10  # people whom a restore would take away

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Annotated

    from typer import Argument

    from crmcli.context import App
    from crmcli.db.catalog import Copy
    from crmcli.db.proof import Facts
    from crmcli.params import DryRun, Yes


def restore(
    app: App,
    copy: Annotated[
        str,
        Argument(
            metavar="COPY",
            help="Which: latest, its number or time in crm backup --list, or a file.",
        ),
    ],
    *,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Put a copy in the place of the book, once it is proved to be whole; what was there is kept.

    crm restore latest --dry-run
    crm restore 3
    crm restore 2026-11-27
    crm restore /media/stick/crm.db

    Says first what would be lost. Also where the book is damaged or gone, as on a new machine.
    """
    path = os.path.realpath(app.path)
    if os.path.lexists(path) and not os.path.isfile(path):
        raise RefusedError(f"{path}: not a regular file; name another with --db")
    source = _source(app, copy)
    if os.path.exists(path) and os.path.samefile(source, path):
        raise RefusedError(f"{source}: is the book itself")
    with _proved(app, source, path) as (fresh, facts):
        lines = _told(app, path, source, fresh, facts)
        for line in lines:
            app.out.note(line)
        if dry_run:
            app.out.say(f"would restore {source}")
            return ExitCode.OK
        if not yes and not app.out.confirm(f"restore {source}"):
            app.out.note("nothing changed")
            return ExitCode.OK
        proof.make_ours(fresh, today=app.today, tz=app.tz)
        known, whole = erasing.remembered(app, fresh)
        forgotten, perhaps = erasing.keep_forgotten(app, fresh, known)
        left = counted(proof.look(fresh) if forgotten else facts)
        kept = swapping.swap(app, fresh, "restore")
        machine.accept(path, app.environ)
    app.out.done = f"{source} was restored all the same"
    if kept:
        app.out.done += f"; what was there is kept: {kept.path}"
    app.out.say(f"restored {source}: {left}")
    if forgotten:
        several = count(forgotten, "person who was", "people who were")
        app.out.note(f"{several} forgotten since that copy stayed forgotten")
    for number, name in perhaps:
        app.out.warn(
            f"{number} {name} has an e-mail, a phone or an id of somebody who was forgotten; crm forget {number}"
        )
    if not whole:
        app.out.note(
            "the book that was there cannot say whom it had forgotten; whoever was, after the newest copy, may be here"
            " again: crm forget WHO"
        )
    if kept:
        app.out.note(f"what was there is kept: {kept.path}")
        if kept.sound:
            app.out.note(f"to go back to that: crm restore {quote(kept.path)}")
        else:
            app.out.note(f"it is damaged; crm --db {quote(kept.path)} doctor says how")
    return ExitCode.OK


def _source(app: App, words: str) -> str:
    """The file that the owner means."""
    found = backups.of(app)
    if os.path.exists(words) and not words.isdecimal():
        if not os.path.isfile(words):
            raise RefusedError(f"{words}: not a regular file; name a copy")
        return os.path.abspath(words)
    if words == "latest" or words.isdecimal() or words[:2] == "20":
        picked = catalog.latest(app.path, found) if words == "latest" else _pick(found, words)
        books = {one.uid for one in found} - {catalog.UNKNOWN}
        if len(books) > 1 and backups.uid_of(app.path) is None:
            raise RefusedError(
                f"{backups.shelf_of(app).folder} has copies of several books of that name; name the file,"
                " see crm backup --list"
            )
        if picked:
            return picked.path
    if not found:
        folder = backups.shelf_of(app).folder
        others = catalog.others(app.path, folder, found)
        raise RefusedError(
            f"there are no copies of {app.path} in {folder}; name a file: crm restore FILE"
            + (f", such as {quote(others[0].path)} of another book of that name" if others else "")
        )
    raise RefusedError(f'there is no copy "{words}"; crm backup --list shows them')


def _pick(found: list[Copy], words: str) -> Copy | None:
    if words.isdecimal() and len(words) < 6:  # a longer one is a time
        return found[int(words) - 1] if 1 <= int(words) <= len(found) else None
    time = words.replace(" ", "T")
    return next((one for one in found if one.sound and one.at.startswith(time)), None)


@contextmanager
def _proved(app: App, source: str, path: str) -> Iterator[tuple[str, Facts]]:
    """A copy of the copy, beside the book, that is proved to be whole; gone at the end."""
    from crmcli.config.paths import make_folder

    app.close()
    make_folder(os.path.dirname(path))
    copying.sweep_beside(path)
    fresh = copying.beside(path, "restored")
    copying.remove(fresh)
    try:
        if any(os.path.exists(source + end) for end in swapping.BESIDE):
            copying.exact(source, fresh, app.held)  # somebody's book, not at rest
        else:
            copying.raw(source, fresh)
        yield fresh, proof.prove(fresh, shown=source)
    finally:
        for end in ("", *swapping.BESIDE):
            copying.remove(fresh + end)


def _told(app: App, path: str, source: str, fresh: str, facts: Facts) -> list[str]:
    """What changes, a line each."""
    lines = [f"{source}: {counted(facts)}{_last(facts)}"]
    if facts.dangling:
        lines.append(f"  {facts.dangling:,} rows of it point to nothing; crm doctor mends that")
    if not os.path.exists(path):
        return [*lines, f"{path}: not there yet"]
    try:
        now = proof.look(path, copy=False)
        lost = proof.lost(path, fresh)
        gone = erasing.forgotten_there(app, fresh)
    except StorageError as error:
        return [*lines, f"now {error}"]
    lines.append(f"now {path}: {counted(now)}{_last(now)}")
    if lost is None:
        lines.append("these two are not of one history; all of the book is replaced")
    elif lost[0]:
        changes = count(lost[0], "change", "changes")
        lines.append(f"you lose {changes} made since:")
        lines += [f"  {line}" for line in lost[1]]
        if lost[0] > len(lost[1]):
            lines.append(f"  and {lost[0] - len(lost[1]):,} before that")
    elif not gone:
        lines.append("nothing is lost: all changes are in that copy, too")
    lines += [
        f"you lose {number} {name}, who was forgotten in that copy"
        for number, name in gone[:_NAMED]
    ]
    if len(gone) > _NAMED:
        lines.append(f"you lose {len(gone) - _NAMED:,} more people who were forgotten in that copy")
    return lines


def _last(facts: Facts) -> str:
    return f", last change {facts.last[1]}" if facts.last else ", nothing changed yet"
