"""What crm doctor finds in a book, and how it mends it: the findings, and the order they are looked for in.

Each module beside this has a ``look(db, sight)`` that yields findings. It may fill the waiting
lists of the summaries to compare them, so it runs inside a transaction that is rolled back, or
that goes on to mend.
"""

from __future__ import annotations

from importlib import import_module

from crmcli.db import derived
from crmcli.store.history import BY_HAND

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from crmcli.config import Config
    from crmcli.db.connection import Transaction

# What mends what others rest on comes first: the indexes that triggers write to, what happened, what
# the rows say, then what is worked out from them.
_PARTS = (
    "doctor_derived:indexes",
    "doctor_history:look",
    "doctor_rows:look",
    "doctor_values:look",
    "doctor_derived:look",
)
MENDING = "crm doctor --repair"  # and of what was mended
REPAIRS = (
    BY_HAND,
    MENDING,
)  # what is nobody's change, and has no weight beside another copy (union_lost)


_NOUNS = {
    "people": "person", "rows": "row", "values": "value", "commands": "command", "changes": "change",
    "files": "file", "entries": "entry", "pairs": "pair", "ids": "id", "silences": "silence",
    "tags": "tag", "indexes": "index", "fields": "field", "copies": "copy", "places": "place",
}  # fmt: skip
_VERBS = {
    "point": "points", "are": "is", "have": "has", "stand": "stands", "belong": "belongs", "do": "does",
}  # fmt: skip


def _single(text: str) -> str:
    """What is said of several, said of one: its noun, and its verb where the one is the subject."""
    words = text.split(" ")
    at = words.index("1") + 1 if "1" in words[:-1] else 0
    words[at] = _NOUNS.get(words[at], words[at])
    if at == 1:
        verb = next((place for place, word in enumerate(words) if word in _VERBS), None)
        if verb is not None:
            words[verb] = _VERBS[words[verb]]
    return " ".join(words)


class Sight:
    """How to look at a book.

    Attributes:
        config, today, tz: of the run. at: the instant. full: whether to take the time for every value.
    """

    __slots__ = ("at", "config", "full", "today", "tz")

    def __init__(self, config: Config, today: date, tz: str | None, at: str, *, full: bool) -> None:
        self.config = config
        self.today = today
        self.tz = tz
        self.at = at
        self.full = full


class Finding:
    """Something that is not as it should be.

    Attributes:
        check: its kind, in one or two words. what: it in words, with its count. count: how many.
        example: one of them. repair: what --repair does about it, empty where it can do nothing.
        advice: what the owner can do then.
        mend: does it, inside the transaction. risky: whether facts go, so that it is asked first.
        untidy: no harm in it, and nothing to be told of by the exit code.
    """

    __slots__ = ("advice", "check", "count", "example", "mend", "repair", "risky", "untidy", "what")

    def __init__(
        self,
        check: str,
        what: str,
        count: int,
        example: str = "",
        *,
        repair: str = "",
        advice: str = "",
        mend: Callable[..., None] | None = None,
        risky: bool = False,
        untidy: bool = False,
    ) -> None:
        self.check = check
        self.what = what.format(f"{count:,}") if count != 1 else _single(what.format(1))
        self.count = count
        self.example = example
        self.repair = repair
        self.advice = advice
        self.mend = mend
        self.risky = risky
        self.untidy = untidy

    @property
    def line(self) -> str:
        """It in one line."""
        example = f", such as {self.example}" if self.example else ""
        then = f"; --repair {self.repair}" if self.repair else f"; {self.advice}"
        return f"{self.check}: {self.what}{example}{then if self.repair or self.advice else ''}"


def look(db: sqlite3.Connection, sight: Sight) -> Iterator[Finding]:
    """Yield what is wrong with a book whose pages are sound, inside a transaction."""
    for part in _PARTS:
        yield from _part(part, db, sight)


def _part(part: str, db: sqlite3.Connection, sight: Sight) -> Iterator[Finding]:
    module, _, function = part.partition(":")
    found: Iterator[Finding] = getattr(import_module(f"crmcli.store.{module}"), function)(db, sight)
    return found


def mend(
    db: sqlite3.Connection,
    sight: Sight,
    transaction: Transaction,
    made: Iterable[tuple[str, int]] = (),
) -> list[Finding]:
    """Mend what can be mended, in the order it is looked for; return what was.

    What rests on what was mended before is looked at after that. What was changed past the history
    goes into it under the set of the open transaction, what is mended under one of its own after
    that, so that this can be taken back alone. Rows in ``made``, (table, id), were put together by
    the repair; that is told there, too.
    """
    by_hand, mending = transaction.next_set(), transaction.next_set()
    for number, command in ((by_hand, BY_HAND), (mending, MENDING)):
        db.execute("UPDATE change_set SET command = ? WHERE id = ?", (command, number))
    _tell_made(db, mending, made)
    done: list[Finding] = []
    for part in _PARTS:
        if done and part == "doctor_derived:look":
            derived.refresh(db)  # what this made stale is no finding
        for finding in _part(part, db, sight):
            if finding.mend:
                finding.mend(db)
                done.append(finding)
    derived.refresh(db)
    db.execute(
        "DELETE FROM change_set WHERE id = ? AND NOT EXISTS (SELECT 1 FROM change WHERE set_id = change_set.id)",
        (mending,),
    )
    return done


def _tell_made(db: sqlite3.Connection, number: int, made: Iterable[tuple[str, int]]) -> None:
    """Note of rows that were put together that all their values are the repair's."""
    from json import dumps

    for table, row in made:
        found = db.execute(f"SELECT * FROM {table} WHERE id = ?", (row,)).fetchone()
        if found is None:
            continue
        known = {  # which the row was given
            line[0]
            for line in db.execute(
                "SELECT j.key FROM change c, json_each(iif(json_valid(c.data), c.data, '{}')) j WHERE c.noun = ? AND c.row_id = ? AND c.op = 'update'",
                (table, row),
            )
        }
        values = {name: found[name] for name in found.keys() if name not in known | {"id", "uid"}}  # noqa: SIM118
        owner = row if table == "contact" else found["contact_id"]
        db.execute(
            "INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES (?, ?, ?, ?, 'update', ?)",
            (
                number,
                table,
                row,
                owner,
                dumps({name: [value] * 2 for name, value in values.items()}),
            ),
        )


def newest_mend(db: sqlite3.Connection) -> int:
    """The number of the newest set, 0 where that only tells of changes by hand, which crm undo leaves."""
    row = db.execute("SELECT id, command FROM change_set ORDER BY id DESC LIMIT 1").fetchone()
    return int(row[0]) if row and row[1] != BY_HAND else 0


def several(db: sqlite3.Connection, sql: str, *values: object) -> tuple[int, str]:
    """How many rows a query gives, and the first of them in words: its values with blanks between."""
    count, first = 0, ""
    for row in db.execute(sql, values):
        count += 1
        first = first or " ".join(str(value) for value in row if value is not None)
    return count, first
