"""Undo, redo and what the history says, over lines typed by chance.

Laws, each checked after every step:

- undone one by one, the book is each time what it was, to the byte of every table and export;
  redone, what it became, on whatever day;
- a line that changes nothing, is refused or rehearsed leaves no entry; a line that changes something
  leaves one;
- what is undone in the middle is as if it had never been typed, or is refused with the number of what
  stands on it, and goes with that;
- in any mixture of undo, redo and new lines the book agrees with itself, and an undo and its redo cancel.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from unittest.mock import patch

from crmcli.db.triggers import TRACKED
from tests.conftest import Crm, Result
from tests.faults.agree import disagreements
from tests.faults.desk import chance
from tests.faults.typed import Line, Typist
from tests.faults.work import Figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    # table, row, place of a column, what it is in the other book
    Wrote = Callable[[str, tuple[Any, ...], int, object], bool]

START = datetime(2026, 3, 2, 9)  # noqa: DTZ001 - civil
LATER = "2026-09-01T09:00"  # the day on which exports are compared
_NOUNS = ("contacts", "companies", "interactions", "deals", "followups")
EXPORTS = (
    *(("--as", noun, "--to", kind) for noun in _NOUNS for kind in ("csv", "json")),
    ("--to", "vcard"), ("--to", "ics"),
)  # fmt: skip
_MIDDLES = 2  # sets of each script undone in the middle
_EXPORTED = 4  # exports take long, and are made of the rows: those of every fourth script
State = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """A line and the time at which it is typed."""

    line: Line
    now: str

    def __str__(self) -> str:
        piped = f" <<< {self.line.stdin!r}" if self.line.stdin else ""
        return f"CRM_NOW={self.now} crm {' '.join(map(repr, self.line.words))}{piped}"


class WrongError(AssertionError):
    """A law does not hold."""


@dataclass
class Counts:
    """How much was tried."""

    lines: int = 0
    sets: int = 0
    undone: int = 0
    redone: int = 0
    refused: int = 0
    replayed: int = 0
    wrong: list[str] = field(default_factory=list)


class Bench:
    """A book in a folder of its own, gone at the end of ``with``."""

    def __init__(self, counts: Counts, *, exports: bool = True) -> None:
        self.folder = tempfile.mkdtemp(prefix="crm-undo-")
        self.crm = Crm(Path(self.folder))
        self.crm.environ["TZ"] = "UTC"
        self.counts = counts
        self.exports = exports
        self.crm("config", "set", "owner.emails", "owner@me.example")
        self.path = str(self.crm.db)

    def __enter__(self) -> Self:
        self._back = os.getcwd()
        os.chdir(self.folder)  # rejects of what is piped in go here
        return self

    def __exit__(self, *error: object) -> None:
        os.chdir(self._back)
        shutil.rmtree(self.folder)

    def type(self, step: Step) -> Result:
        """Type a line; what is left of a bug is a finding."""
        self.counts.lines += 1
        result = self.crm(*step.line.words, stdin=step.line.stdin, CRM_NOW=step.now)
        if result.code not in (0, 1, 2, 3, 4):
            raise WrongError(f"{step}: {result}")
        return result

    def say(self, *words: str, now: str = LATER) -> Result:
        return self.type(Step(Line(words), now))

    def sets(self) -> list[int]:
        """Numbers of the sets that commands made, whether in force or not."""
        return self.numbers("undoes IS NULL")

    def numbers(self, where: str) -> list[int]:
        if not os.path.exists(self.path):
            return []
        db = sqlite3.connect(self.path)
        try:
            return [
                r[0] for r in db.execute(f"SELECT id FROM change_set WHERE {where} ORDER BY id")
            ]
        finally:
            db.close()

    def state(self) -> State:
        """Every row of every table of facts, and every export, byte by byte."""
        held: State = self.rows()
        if self.exports:
            for words in EXPORTS:
                held[" ".join(words)] = self.crm("export", *words, CRM_NOW=LATER).out
        return held

    def rows(self) -> State:
        if not os.path.exists(self.path):
            return {table: [] for table in TRACKED}
        db = sqlite3.connect(self.path)
        try:
            return {
                table: sorted(db.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
                for table in TRACKED
            }
        finally:
            db.close()

    def sound(self, where: str) -> None:
        """The book agrees with itself, on the day on which it was opened last."""
        if not os.path.exists(self.path):
            return
        self.crm("search", "--ids", "--limit", "1", CRM_NOW=LATER)
        found = disagreements(self.path, today=date.fromisoformat(LATER[:10]))
        if found:
            raise WrongError(f"{where}: {found[:3]}")


def same(one: State, other: State, where: str) -> None:
    """Raise where two states differ, with the first difference."""
    for key, value in one.items():
        if value != other[key]:
            if isinstance(value, list):
                less, more = set(value) - set(other[key]), set(other[key]) - set(value)
                raise WrongError(f"{where}: {key}: {sorted(less, key=repr)[:3]} became {sorted(more, key=repr)[:3]}")  # fmt: skip
            raise WrongError(f"{where}: {key}: {value!r} became {other[key]!r}")


# Forward, back and forth


def forward(bench: Bench, script: list[Step]) -> list[State]:
    """Type all lines; the states between those that changed something, the first before all."""
    states = [bench.state()]
    for step in script:
        before = len(bench.sets())
        result = bench.type(step)
        made = len(bench.sets()) - before
        if made > 1 or (made and result.code in (2, 3)):
            raise WrongError(f"{step}: {made} entries, exit {result.code}")
        if made:
            bench.counts.sets += 1
            states.append(bench.state())
        else:
            same(states[-1], bench.state(), f"{step}: no entry")
    return states


def back_and_forth(bench: Bench, script: list[Step], chosen: int) -> None:
    """All undone one by one, and redone, each time as it was."""
    states = forward(bench, script)
    bench.sound("forward")
    for number in range(len(states) - 2, -1, -1):
        bench.crm.ok("undo", CRM_NOW=LATER)
        bench.counts.undone += 1
        same(states[number], bench.state(), f"undone to {number}")
        bench.sound(f"undone to {number}")
    if bench.crm("undo", CRM_NOW=LATER).code != 3:
        raise WrongError("there was more to undo")
    for number in range(1, len(states)):
        bench.crm.ok("redo", CRM_NOW=LATER)
        bench.counts.redone += 1
        same(states[number], bench.state(), f"redone to {number}")
        bench.sound(f"redone to {number}")
    if bench.crm("redo", CRM_NOW=LATER).code != 3:
        raise WrongError("there was more to redo")
    mixed(bench, chosen)


def mixed(bench: Bench, chosen: int, steps: int = 12) -> None:
    """Undo, redo and new lines as they come."""
    dice = chance(chosen)
    typist = Typist(bench.path, dice)
    for _ in range(steps):
        how = dice.choice(("undo", "undo", "redo", "new"))
        before = bench.rows()
        if how == "new":
            bench.type(Step(typist.next(), LATER))
        else:
            numbers = bench.numbers(f"undoes IS NULL AND undone_by IS {'' if how == 'undo' else 'NOT '}NULL")  # fmt: skip
            if not numbers:
                continue
            _turn(bench, how, dice.choice(numbers), before)
        bench.sound(f"mixed {how}")


def _turn(bench: Bench, how: str, number: int, before: State) -> None:
    """One undo or redo of a number, and there and back again."""
    other = {"undo": "redo", "redo": "undo"}[how]
    result = bench.say(how, str(number))
    if result.code == 3:
        bench.counts.refused += 1
        same(before, bench.rows(), f"refused {how} {number}")
        _names_others(result, how, number)
        return
    after = bench.rows()
    for verb, wanted in ((other, before), (how, after)):
        result = bench.say(verb, str(number))
        if result.code:
            raise WrongError(f"{how} {number}, then {verb}: {result}")
        same(wanted, bench.rows(), f"{how} {number}, then {verb}")
    bench.counts.undone += 1


def _names_others(result: Result, how: str, number: int) -> None:
    """A refusal says which change is in the way, and the way out."""
    named = "stand on it: " in result.err or "in its way: " in result.err or "undone too: " in result.err  # fmt: skip
    if not named or f"crm {'undo' if how == 'undo' else ''}" not in result.err:
        raise WrongError(f"{how} {number} refused without a reason: {result.err}")


# In the middle


def middle(counts: Counts, script: list[Step], chosen: int) -> None:
    """A set in the middle is undone as if it had never been, or with all that stands on it."""
    dice = chance(chosen)
    with steady(), Bench(counts, exports=False) as bench:
        forward(bench, script)
        numbers = bench.sets()
        if not numbers:
            return
        number = dice.choice(numbers)
        before = bench.state()
        shapes = _shapes(bench, number)
        result = bench.say("undo", str(number))
        if result.code == 3:
            counts.refused += 1
            _names_others(result, "undo", number)
            _with_later(bench, number, before)
            return
        after = bench.rows()
        later = _written(bench, number)
    with steady(), Bench(counts, exports=False) as fresh:
        typed = 0
        for step in script:
            held = len(fresh.sets())
            fresh.type(step)
            if len(fresh.sets()) > held:
                typed += 1
                if typed == numbers.index(number) + 1:
                    fresh.crm.ok("undo", CRM_NOW=LATER)
        if _shapes(fresh, number) != shapes:
            return  # what came after did something else without it
        counts.replayed += 1
        _alike(after, fresh.rows(), later, f"undo {number} of {script[numbers.index(number)] if len(numbers) == len(script) else ''}")  # fmt: skip


def _with_later(bench: Bench, number: int, before: State) -> None:
    """Undone with what stands on it, and all of it redone."""
    result = bench.say("undo", str(number), "--with-later", "--yes")
    if result.code:
        raise WrongError(f"undo {number} --with-later: {result}")
    bench.sound("with later")
    for _ in result.out.splitlines():
        bench.crm.ok("redo", CRM_NOW=LATER)
    same(before, bench.state(), f"undo {number} --with-later, redone")
    bench.sound("with later, redone")


def _shapes(bench: Bench, number: int) -> list[Any]:
    """What the sets in force after ``number`` did: to which rows, in which columns, to what values."""
    db = sqlite3.connect(bench.path)
    try:
        return [
            tuple(row)
            for row in db.execute(
                "SELECT c.noun, c.row_id, c.row_last, c.contact_id, c.op, iif(c.op = 'update',"
                " (SELECT group_concat(key) FROM json_each(c.data) WHERE key NOT IN ('updated_at', 'verified_on')), NULL)"
                " FROM change c JOIN change_set s ON s.id = c.set_id"
                " WHERE s.id > ? AND s.undoes IS NULL AND s.undone_by IS NULL ORDER BY c.id",
                (number,),
            )
        ]
    finally:
        db.close()


def _written(bench: Bench, number: int) -> Wrote:
    """Whether sets after ``number`` wrote a column of a row, or chance did: what they made of it is theirs."""
    db = sqlite3.connect(bench.path)
    columns = {t: [r[1] for r in db.execute(f"PRAGMA table_info({t})")] for t in TRACKED}
    found = db.execute(
        "SELECT c.noun, c.row_id, coalesce(c.row_last, c.row_id), c.contact_id, c.op, c.data FROM change c"
        " WHERE c.set_id IN (SELECT id FROM change_set WHERE id > ? AND undoes IS NULL AND undone_by IS NULL)",
        (number,),
    ).fetchall()
    # A change at the very instant of the one before it leaves no trace of its own on a stamp.
    stamps = {row[0] for row in db.execute("SELECT at FROM change_set WHERE id > ?", (number,))}
    db.close()

    def wrote(table: str, row: tuple[Any, ...], place: int, expected: object) -> bool:
        held = dict(zip(columns[table], row, strict=True))
        keys = {"id": held.get("id"), "tag": held.get("tag_id"), "field": held.get("field_id"),
                "said": held.get("interaction_id"), "other": held.get("other_id"), "who": held.get("contact_id")}  # fmt: skip
        column = columns[table][place]
        return (
            column == "uid"
            or (column == "updated_at" and expected in stamps)
            or any(
                noun == table
                and any(key is not None and first <= key <= last for key in keys.values())
                and (op != "update" or f'"{column}"' in data)
                for noun, first, last, _, op, data in found
            )
        )

    return wrote


def _alike(one: State, other: State, wrote: Wrote, where: str) -> None:  # fmt: skip
    """Two books of the same ids are the same, but for what later lines wrote themselves."""
    for table in TRACKED:
        for mine, theirs in zip(one[table], other[table], strict=False):
            if mine == theirs:
                continue
            for place, (a, b) in enumerate(zip(mine, theirs, strict=True)):
                if a != b and not wrote(table, mine, place, b):
                    raise WrongError(f"{where}: {table}: {mine} instead of {theirs}")
        if len(one[table]) != len(other[table]):
            raise WrongError(f"{where}: {table}: {one[table]} instead of {other[table]}")


@contextmanager
def steady() -> Iterator[None]:
    """Uids that are the same each time."""
    ticks = iter(range(1_700_000_000, 2_000_000_000))
    with (
        patch("crmcli.db.connection.time", lambda: next(ticks)),
        patch("crmcli.db.connection.os.urandom", bytes),
    ):
        yield


# The room


def script_of(seed: int, length: int) -> list[Step]:
    """Lines typed one after the other on a book of their own, some on the same day and some much later."""
    dice = chance(seed)
    now, script = START, []
    with steady(), Bench(Counts(), exports=False) as bench:
        typist = Typist(bench.path, dice)
        for number in range(length):
            first = ("add", "add", "import", "log", "deal add", "remind")
            line = typist.next(first[number] if number < len(first) else None) if os.path.exists(bench.path) else Line(("add", "Anna Nowak", "--email", "p1@acme.example"))  # fmt: skip
            step = Step(line, now.isoformat()[:16])
            script.append(step)
            bench.type(step)
            now += timedelta(hours=dice.choice((0, 0, 1, 5, 24, 24, 70, 700, -3)))
    return script


def tried(script: list[Step], seed: int, counts: Counts) -> str | None:
    """What is wrong with a script, None where all laws hold."""
    try:
        with steady(), Bench(counts, exports=not seed % _EXPORTED) as bench:
            back_and_forth(bench, script, seed)
        for extra in range(_MIDDLES):
            middle(counts, script, seed * 10 + extra)
    except WrongError as error:
        return str(error)
    except AssertionError as error:
        return f"assert: {error}"
    return None


def shrunk(script: list[Step], seed: int) -> list[Step]:
    """The script without the lines that it fails without too."""
    size = max(1, len(script) // 2)
    while size:
        place = 0
        while place < len(script):
            less = script[:place] + script[place + size :]
            if less and _fails(less, seed):
                script = less
            else:
                place += size
        size //= 2
    return script


def _fails(script: list[Step], seed: int) -> bool:
    """Whether a part of a script fails by a law; one that makes no book has none to break."""
    try:
        return bool(tried(script, seed, Counts()))
    except sqlite3.OperationalError:
        return False


def run(seed: int, length: int, counts: Counts) -> None:
    """Try one seed; a failure is written down with the shortest script that still fails."""
    script = script_of(seed, length)
    if tried(script, seed, counts):
        script = shrunk(script, seed)
        lines = "\n    ".join(map(str, script))
        counts.wrong.append(f"seed {seed}: {tried(script, seed, Counts())}\n    {lines}")


def room(count: int) -> list[Figures]:
    """``count`` scripts of 20 lines."""
    counts = Counts()
    for seed in range(count):
        run(seed, 20, counts)
    figures = Figures("undo and redo", tried=count, wrong=counts.wrong)
    figures.note = (
        f"{counts.lines:,} lines, {counts.sets:,} changes, {counts.undone:,} undone, {counts.redone:,} redone,"
        f" {counts.refused:,} refused, {counts.replayed:,} beside a replay"
    )
    return [figures]
