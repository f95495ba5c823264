"""The morning as it reads in a mail and on a terminal: a block a person, 72 columns."""

from __future__ import annotations

from crmcli.output import shell
from crmcli.output.plain import wrap
from crmcli.output.safe import visible
from crmcli.output.width import cut, width
from crmcli.rules import morning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from crmcli.context import App
    from crmcli.rules.morning import Item

WIDTH = 72  # of a mail
_MOST_WIDTH = 100
_COLOURS = {1: "dim", 3: "yellow", 6: "red", 8: "red"}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def lines(
    app: App, found: Sequence[Item], total: int | None, *, until: date, snoozed: int
) -> Iterator[str]:
    """Yield the lines.

    Args:
        app: the run.
        found: whom to show.
        total: how many people there are, None for more than morning.MANY and those shown.
        until: the day that was looked ahead to.
        snoozed: how many items are put off.
    """
    columns = min(app.out.width, _MOST_WIDTH) if app.out.terminal else WIDTH
    people = "1 person" if total == 1 else f"{total or f'over {morning.MANY}'} people"
    by = f" by {until}" if until > app.today else ""
    yield app.out.style(
        f"{_WEEKDAYS[app.today.weekday()]} {app.today}: {people} to contact{by}", "bold"
    )
    for place, item in enumerate(found, 1):
        yield ""
        yield from _block(app, place, item, columns)
    if (total is None or total > len(found)) or snoozed:
        yield ""
    if total is None or total > len(found):
        left = f"over {morning.MANY}" if total is None else str(total - len(found))
        yield from _command(f"{app.command} --all", columns, before=f"{left} more: ")
    if snoozed:
        yield f"{snoozed} snoozed: crm snooze --list"


def _block(app: App, place: int, item: Item, columns: int) -> Iterator[str]:
    head = f"{place:>2}. "
    tail = f"{item.handle}  {item.score / 1000:.1f}"
    name = visible(item.contact["name"])
    name += f", {visible(item.company)}" if item.company else ""
    name = cut(name, max(columns - len(head) - len(tail) - 2, 10))
    gap = " " * max(columns - len(head) - width(name) - len(tail), 2)
    yield f"{head}{app.out.style(name, 'bold')}{gap}{app.out.style(tail, 'dim')}"
    for line in wrap(visible(item.message), columns, indent="    "):
        yield app.out.style(line, _COLOURS[item.severity])
    for reason, (handle, _) in zip(item.reasons, item.marks[1:], strict=True):
        yield from wrap(visible(f"also {reason} ({handle})"), columns, indent="    ", hang="      ")
    for line in _command(morning.spelled(item.action), columns, before="    "):
        yield app.out.style(line, "green")


def _command(command: str, columns: int, *, before: str) -> Iterator[str]:
    r"""A command on one line, or on lines that a shell takes as one: each ends in a backslash."""
    line = before + visible(command)
    if width(line) > columns:
        from shlex import split

        line = before
        for word in map(visible, map(shell.word, split(command))):
            if line.strip() and width(f"{line}{word} \\") > columns and line != before:
                yield line + "\\"
                line = "      "
            line += word + " "
    yield line.rstrip()
