"""crm history."""

from __future__ import annotations

from itertools import groupby, islice

from crmcli.errors import ExitCode, UsageError
from crmcli.output.columns import pick
from crmcli.store import history as sets
from crmcli.store import story

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Annotated, Any

    from typer import Argument, Option

    from crmcli.context import App, Rows

SHOWN = 20  # commands on a terminal
_LINES = 6  # changes told of one command

_OF_BOOK = ("id", "at", "command", "undone", "changes")


def history(
    app: App,
    who: Annotated[
        list[str] | None, Argument(metavar="[WHO]", help="Whose; the whole book by default.")
    ] = None,
    *,
    limit: Annotated[
        int | None,
        Option(
            "--limit", metavar="N", help="At most so many commands; on a terminal 20 by default."
        ),
    ] = None,
    rows: Rows,
) -> int:
    """Tell what was changed, newest first: when, by which command, from what to what.

    The number in front is for crm undo.
    """
    if limit is not None and limit < 0:
        raise UsageError("--limit takes a number of commands")
    told = app.out.terminal and rows.format is None and rows.columns is None
    most = limit if limit is not None else SHOWN if told else None
    contact_id = app.contact(who) if who else None
    if told:
        app.out.page("\n".join(_story(app, contact_id, most or 0)))
    elif contact_id is None:
        names = pick(rows.columns, _OF_BOOK, _OF_BOOK)
        found = sets.sets(app.db, -1 if most is None else most)
        app.out.rows(names, ([_of_set(row, name) for name in names] for row in found), rows.format)
    else:
        names = pick(rows.columns, story.FIELDS, story.FIELDS)
        entries = story.entries(
            app.db,
            (change for _, _, changes in _of_contact(app, contact_id, most) for change in changes),
        )
        app.out.rows(
            names, ([_of_entry(entry, name) for name in names] for entry in entries), rows.format
        )
    return ExitCode.OK


def _of_set(row: Any, name: str) -> Any:
    if name == "undone":
        return bool(row["undone"])
    return row[name] or 0 if name == "changes" else row[name]


def _of_entry(entry: story.Entry, name: str) -> Any:
    return entry.number if name == "id" else getattr(entry, name)


def _of_contact(
    app: App, contact_id: int, most: int | None
) -> Iterator[tuple[Any, int | None, list[Any]]]:
    """The commands that changed a contact, newest first, each with its changes."""
    changes = [change for change in sets.of_contact(app.db, contact_id) if change["undoes"] is None]
    grouped = [list(group) for _, group in groupby(changes, key=lambda change: change["number"])]
    for group in islice(reversed(grouped), most):
        yield group[0] | {"id": group[0]["number"]}, None, group


def _of_book(app: App, most: int) -> Iterator[tuple[Any, int | None, list[Any]]]:
    for row in sets.sets(app.db, most):
        first = list(islice(sets.changes(app.db, row["id"]), 4 * _LINES))
        yield row, row["changes"], first


def _story(app: App, contact_id: int | None, most: int) -> Iterator[str]:
    """Each command with what it did, indented."""
    from crmcli.values.dates import from_utc

    groups = _of_book(app, most) if contact_id is None else _of_contact(app, contact_id, most)
    told = 0
    for row, count, changes in groups:
        told += 1
        moment = from_utc(row["at"], app.tz)
        head = f"{row['id']:>5}  {moment:%Y-%m-%d %H:%M}  "
        mark = "  (undone)" if row["undone"] else ""
        yield head + app.out.style(row["command"] + mark, "dim" if row["undone"] else "bold")
        lines = [entry.line for entry in story.entries(app.db, changes)]
        yield from (f"       {line}" for line in lines[:_LINES])
        if len(lines) > _LINES:
            untold = count - len(changes) - _moved_untold(app, changes) if count else 0
            left = untold + len(lines) - _LINES
            yield f"       and {left:,} more"
    if told == most:
        yield app.out.style("       older: crm history --limit N", "dim")
    elif not told:
        yield "nothing changed yet"


def _moved_untold(app: App, changes: list[Any]) -> int:
    """How many interactions that a merge moved are not among its first changes, which tell them as one."""
    told = [
        row["number"] for row in changes if (row["noun"], row["op"]) == ("participant", "update")
    ]
    return sets.moved_interactions(app.db, told[0]) - len(told) if told else 0
