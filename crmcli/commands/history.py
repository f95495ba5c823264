"""crm history."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby, islice

from crmcli import lines, undo_words
from crmcli.errors import ExitCode, UsageError
from crmcli.output.columns import pick
from crmcli.store import contacts, story
from crmcli.store import history as sets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Annotated, Any

    from typer import Argument, Option

    from crmcli.context import App, Rows

SHOWN = 20  # commands on a terminal
_LINES = 8  # changes told of one command
_ALL = 200  # and of the one that is asked for
_NAMES = 3  # people named in a line

_OF_BOOK = ("id", "at", "command", "undone", "changes", "undone_at", "redone_at", "people")


def history(
    app: App,
    who: Annotated[
        list[str] | None, Argument(metavar="[WHO]", help="Whose; the whole book by default.")
    ] = None,
    *,
    change: Annotated[
        int | None,
        Option("--change", metavar="N", help="One command: all that it changed, and on whom."),
    ] = None,
    since: Annotated[
        str | None, Option("--since", metavar="WHEN", help="Only what was done since then.")
    ] = None,
    limit: Annotated[
        int | None,
        Option(
            "--limit", metavar="N", help="At most so many commands; on a terminal 20 by default."
        ),
    ] = None,
    rows: Rows,
) -> int:
    """Tell what was changed, newest first: when, by which command, from what to what.

    The number in front is for crm undo. A number behind crm history is a person's:

    crm history anna
    crm history --since monday
    crm history --change 12
    """
    if limit is not None and limit < 0:
        raise UsageError("--limit takes a number of commands")
    if change is not None and (who or since or limit is not None):
        raise UsageError("--change stands alone: crm history --change 12")
    told = app.out.terminal and rows.format is None and rows.columns is None
    most = limit if limit is not None else SHOWN if told and since is None else None
    start = _instant(app, since) if since else ""
    contact_id = app.contact(who) if who else None
    if change is not None:
        return _one(app, change, rows, told=told)
    if told and contact_id is None:
        app.out.page("\n".join(_book(app, most, start)))
    elif told and contact_id is not None:
        app.out.page("\n".join(_life(app, contact_id, most, start)))
    elif contact_id is None:
        names = pick(rows.columns, _OF_BOOK, _OF_BOOK)
        found = sets.sets(app.db, -1 if most is None else most, since=start)
        app.out.rows(
            names, ([_of_set(app, row, name) for name in names] for row in found), rows.format
        )
    else:
        _entries(app, (one for _, each in _of_contact(app, contact_id, most, start) for one in each), rows)  # fmt: skip
    return ExitCode.OK


def _instant(app: App, text: str) -> str:
    """The instant from which WHEN tells, as stored."""
    from crmcli.values.dates import day_bounds, to_utc

    moment = app.when(text, prefer="past")
    return to_utc(moment, app.tz) if isinstance(moment, datetime) else day_bounds(moment, app.tz)[0]


def _of_set(app: App, row: Any, name: str) -> Any:
    if name == "undone":
        return bool(row["undone"])
    if name == "people":
        return sum(sets.people(app.db, row["id"], 0)[:2])
    return row[name] or 0 if name == "changes" else row[name]


def _entries(app: App, changes: Iterable[Any], rows: Rows) -> None:
    names = pick(rows.columns, story.FIELDS, story.FIELDS)
    found = story.entries(app.db, changes, tz=app.tz)
    app.out.rows(
        names,
        (
            [entry.number if name == "id" else getattr(entry, name) for name in names]
            for entry in found
        ),
        rows.format,
    )


def _one(app: App, number: int, rows: Rows, *, told: bool) -> int:
    """All that one command changed."""
    sets.get(app.db, number)
    if not told:
        _entries(app, sets.changes(app.db, number), rows)
        return ExitCode.OK
    row = sets.links(app.db, number)
    found = story.entries(app.db, sets.changes(app.db, number), tz=app.tz)
    shown = [f"       {line}" for line in _lines(entry.line for entry in islice(found, _ALL))]
    left = sum(1 for _ in found)
    if left:
        shown.append(f"       and {left:,} more: crm history --change {number} --csv")
    day = app.out.style(_day(app, row["at"]), "bold")
    app.out.page("\n".join([day, _head(app, row), *shown]))
    return ExitCode.OK


def _of_contact(
    app: App, contact_id: int, most: int | None, start: str
) -> Iterator[tuple[int, list[Any]]]:
    """The commands that changed a contact, newest first, each with its changes."""
    changes = [
        change
        for change in sets.of_contact(app.db, contact_id)
        if change["undoes"] is None and change["at"] >= start
    ]
    grouped = [list(group) for _, group in groupby(changes, key=lambda change: change["number"])]
    for group in islice(reversed(grouped), most):
        yield group[0]["number"], group


def _life(app: App, contact_id: int, most: int | None, start: str) -> Iterator[str]:
    """The history of one person, by day."""
    name = contacts.get_name(app.db, contact_id)
    yield f"{app.out.style(name, 'bold')}  {app.out.style(f'#{contact_id}', 'dim')}"
    told = 0
    day = ""
    for number, changes in _of_contact(app, contact_id, most, start):
        told += 1
        row = sets.links(app.db, number)
        if _day(app, row["at"]) != day:
            day = _day(app, row["at"])
            yield ""
            yield app.out.style(day, "bold")
        yield _head(app, row)
        entries = story.entries(app.db, changes, tz=app.tz)
        merge = any((c["noun"], c["op"]) == ("merged_contact", "insert") for c in changes)
        found = _lines(_told(entry, contact_id, merge=merge) for entry in entries)
        yield from (f"       {line}" for line in found[:_LINES])
        if len(found) > _LINES:
            left = len(found) - _LINES
            yield f"       and {left:,} more: crm history --change {number}"
    yield from _end(app, told, most)


def _told(entry: story.Entry, contact_id: int, *, merge: bool) -> str:
    """What an entry says in the story of one person: of one that was merged into them, as that."""
    if entry.person in (None, contact_id) or entry.noun in _OF_SEVERAL or not entry.text:
        return entry.text
    # Of a merge it is told what this entry gained, and not that the other lost it.
    return "" if merge else f"as {entry.contact or 'another entry'}: {entry.text}"


_OF_SEVERAL = ("complaint", "complaint_wait", "interaction", "deal", "different")


def _lines(texts: Iterable[str]) -> list[str]:
    """The sentences there are, each once; what begins alike in one line: ``tagged vip, fair``."""
    found: dict[str, str] = {}
    for text in texts:
        if not text:
            continue
        lead = next((lead for lead in _ALIKE if lead in text), None)
        start = text.partition(lead)[0] + lead if lead else text
        if lead and start in found:
            found[start] += ", " + text.removeprefix(start)
        else:
            found.setdefault(start, text)
    return list(found.values())


_ALIKE = ("tagged ",)


def _book(app: App, most: int | None, start: str) -> Iterator[str]:
    """The commands of the book by day, a line each: number, time, command, whom it was about."""
    told = 0
    day = ""
    for row in sets.sets(app.db, -1 if most is None else most, since=start):
        if _day(app, row["at"]) != day:
            if told:
                yield ""
            day = _day(app, row["at"])
            yield app.out.style(day, "bold")
        told += 1
        about = _about(app, row["id"])
        yield _head(app, row) + (app.out.style(f"  · {about}", "dim") if about else "")
    yield from _end(app, told, most)


def _end(app: App, told: int, most: int | None) -> Iterator[str]:
    if told == most:
        yield app.out.style("older: crm history --limit N", "dim")
    elif not told:
        yield "nothing changed yet"


def _day(app: App, at: str) -> str:
    from crmcli.values.dates import from_utc

    return f"{from_utc(at, app.tz):%A %Y-%m-%d}"


def _head(app: App, row: Any) -> str:
    """A command with its number and time, and what became of it."""
    time = lines.moment(app, row["at"])[11:]
    undone = f"  (undone {_when(app, row['undone_at'], row['at'])})" if row["undone"] else ""
    redone = f"  (undone and redone {_when(app, row['redone_at'], row['at'])})" if row["redone_at"] else ""  # fmt: skip
    shown = undo_words.command(row["command"]) + (undone or redone)
    return f"{row['id']:>5}  {time}  " + app.out.style(shown, "dim" if undone else "bold")


def _when(app: App, at: str, than: str) -> str:
    """A moment, of the same day the time alone."""
    moment, other = lines.moment(app, at), lines.moment(app, than)
    return moment[11:] if moment[:10] == other[:10] else moment


def _about(app: App, number: int) -> str:
    """Whom a command was about, by name and number; where it was nobody, what."""
    added, changed, names = sets.people(app.db, number, _NAMES)
    if added + changed == 0:
        counts = [
            story.counted(noun, count)
            for op in ("insert", "update", "delete")
            for noun, count in sets.counts(app.db, number, op)
            if noun in story.COUNTED
        ]
        return ", ".join(counts[:2])
    if added + changed <= _NAMES:
        return ", ".join(names)
    counts = [f"{count:,} people {what}" for count, what in ((added, "added"), (changed, "changed")) if count]  # fmt: skip
    return f"{', '.join(counts)}: {', '.join(names)} …"
