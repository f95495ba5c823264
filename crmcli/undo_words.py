"""What crm undo and crm redo say: what was taken back, and what keeps a change from it."""

from __future__ import annotations

from json import loads

from crmcli import lines
from crmcli.errors import RefusedError
from crmcli.store import history, reversal, story

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.context import App
    from crmcli.store.standing import StandingError

_NAMED = 5  # other changes that a refusal names
_TOLD = 8  # changes told one by one; more are counted
_LONGEST = 100  # characters of a command


def refusal(app: App, error: StandingError) -> RefusedError:
    """The error with what is in the way: number, time, command, and the way out."""
    number = error.number
    if error.later and not error.redo:
        return RefusedError(
            f"{number} cannot be undone alone, later changes stand on it: {_named(app, error.later)};"
            f" crm undo {number} --with-later takes them back too"
        )
    if error.later:
        first = f"crm undo {error.later[-1]}"
        return RefusedError(
            f"{number} cannot come back, what was done since is in its way: {_named(app, error.later)}; {first} first"
        )
    if error.needed:
        return RefusedError(
            f"{number} cannot come back alone, it stands on what is undone too: {_named(app, error.needed)};"
            f" crm redo {error.needed[0]} first"
        )
    if not error.redo:
        return RefusedError(
            f"{number} cannot be undone: what it would bring back stands on what is lost, or cannot be read,"
            " and no command took that away; crm undo takes back others by their number, see crm history"
        )
    return RefusedError(str(error))


def _named(app: App, numbers: list[int]) -> str:
    shown = ", ".join(named(app, number) for number in numbers[:_NAMED])
    left = len(numbers) - _NAMED
    return f"{shown} and {left:,} more" if left > 0 else shown


def named(app: App, number: int) -> str:
    """A set by number, time and command: ``12 (2026-03-02 09:00, crm archive anna)``."""
    row = history.get(app.db, number)
    return f"{number} ({lines.moment(app, row['at'])}, {command(row['command'])})"


def command(typed: str) -> str:
    """A command on one line, cut where it is a whole page."""
    words = typed.split()
    if words[1:2] == ["import"]:  # files by their names: what is in front of these is not the story
        words = [word.rpartition("/")[2] or word for word in words]
    line = " ".join(words)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def changed(app: App, by: int, of: int = 0) -> list[str]:
    """What the set ``by`` changed, in words, and what it could not, of what the set ``of`` had done."""
    told = _changed(app, by)
    gone = history.forgotten(app.db, of) if of else 0
    if gone:
        told.append(f"forgotten since, and left out: {story.counted('contact', gone)}")
    if of and "--repair" in history.get(app.db, of)["command"].split():
        left = sum(
            len(reversal.unreadable(loads(change["data"])))
            for change in history.changes(app.db, of)
            if change["op"] == "update"
        )
        if left:
            told.append(f"left as it was mended: {left:,} instant{'' if left == 1 else 's'}")
    return told


def _changed(app: App, by: int) -> list[str]:
    """Line by line, or by counts where that is a lot."""
    if history.size(app.db, by) > _TOLD * 4:
        return list(_counted(app, by))
    told = [
        entry.line
        for entry in story.entries(app.db, history.changes(app.db, by), tz=app.tz, again=True)
    ]
    told = list(dict.fromkeys(line for line in told if line))
    left = len(told) - _TOLD
    return [*told[:_TOLD], f"and {left:,} more"] if left > 0 else told


def _counted(app: App, by: int) -> Iterator[str]:
    """``2,000 people and 1,900 e-mails taken away``, a line for each thing that happened to rows."""
    words = {"insert": "put back", "delete": "taken away", "update": "changed back"}
    for op, what in words.items():
        counts = [
            story.counted(noun, count)
            for noun, count in history.counts(app.db, by, op)
            if noun in story.COUNTED
        ]
        if counts:
            yield f"{', '.join(counts)} {what}"
