"""Damaged copies of a good book: read what can be read, else refuse in one line, and never touch it."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections import Counter
from typing import TYPE_CHECKING

from crmcli.db.triggers import TRACKED
from tests.faults.desk import Desk, chance, people, seed
from tests.faults.work import Figures

if TYPE_CHECKING:
    import random

    from tests.faults.desk import Ended

_SECONDS = 60  # after which a command counts as hanging
_PAGE = 4096
# Nothing found, findings, a person whom the damage took: as good as done.
_FINE = (0, 1, 3)


def flip(data: bytearray, dice: random.Random) -> None:
    """Turn a few bits, half the time where the damage is worst: in the first page."""
    for _ in range(dice.choice((1, 3, 30, 300))):
        place = dice.randrange(_PAGE if dice.random() < 0.3 else len(data))
        data[place] ^= 1 << dice.randrange(8)


def cut(data: bytearray, dice: random.Random) -> None:
    """Lose the end."""
    del data[dice.randrange(len(data)) :]


def zero(data: bytearray, dice: random.Random) -> None:
    """Lose a stretch in the middle."""
    start, size = dice.randrange(len(data)), dice.choice((1, 16, 512, _PAGE, 10 * _PAGE))
    size = min(size, len(data) - start)
    data[start : start + size] = bytes(size)


def swap(data: bytearray, dice: random.Random) -> None:
    """Have one page where another belongs."""
    a, b = (dice.randrange(len(data) // _PAGE) * _PAGE for _ in range(2))
    data[a : a + _PAGE] = data[b : b + _PAGE]


def head(data: bytearray, dice: random.Random) -> None:
    """Lie in the header: sizes, counts, versions, kinds."""
    data[dice.randrange(100)] = dice.randrange(256)


def noise(data: bytearray, dice: random.Random) -> None:
    """Have chance in the place of a stretch."""
    start = dice.randrange(len(data))
    size = min(dice.choice((1, 64, _PAGE)), len(data) - start)
    data[start : start + size] = dice.randbytes(size)


_KINDS = (flip, cut, zero, swap, head, noise)


def _commands(rows: str) -> tuple[tuple[str, ...], ...]:
    return (
        ("search",), ("search", "person7", "--json"), ("search", "offer"), ("show", "3", "--all"),
        ("remind",), ("check",), ("history",), ("log", "call", "3", "all is well"),
        ("add", "New", "Person", "--email", "new@acme.example"), ("undo",), ("tag", "5", "silver"),
        ("import", rows), ("export",), ("archive", "6"), ("remind", "2", "tomorrow", "call"),
    )  # fmt: skip


def room(copies: int) -> list[Figures]:
    """Run one command on each of so many damaged copies."""
    dice = chance(3)
    with Desk() as desk:
        seed(desk)
        with open(desk.book, "rb") as file:
            good = file.read()
        commands = _commands(desk.file("rows.csv", people(20, "rows")))
        figures = Figures("damaged copies")
        fates: Counter[str] = Counter()
        for number in range(copies):
            kind = dice.choice(_KINDS)
            words = dice.choice(commands)
            data = bytearray(good)
            kind(data, dice)
            with open(desk.book, "wb") as file:
                file.write(data)
            number_of_file = os.stat(desk.book).st_ino
            ended = desk.forked(*words, before=lambda: signal.alarm(_SECONDS)).wait()
            figures.tried += 1
            fates["refused" if ended.code == 5 else "answered"] += 1
            told = f"copy {number} ({kind.__name__}), crm {' '.join(words)}: "
            wrong = _judge(desk, bytes(data), number_of_file, words, ended)
            figures.wrong += [told + text for text in wrong]
        figures.note = ", ".join(f"{count} {fate}" for fate, count in sorted(fates.items()))
    return [figures]


def _held(data: bytes, desk: Desk) -> list[object]:
    """The rows of the user's tables; copies of settings may have been brought up to date."""
    path = os.path.join(desk.folder, "looked-at.db")
    with open(path, "wb") as file:
        file.write(data)
    db = sqlite3.connect(path)
    db.text_factory = bytes
    rows: list[object] = []
    for table in TRACKED:
        try:
            rows += db.execute(f"SELECT '{table}', * FROM {table}")
        except sqlite3.Error as error:
            rows.append(str(error))
    db.close()
    return rows


def _judge(desk: Desk, data: bytes, number: int, words: tuple[str, ...], ended: Ended) -> list[str]:
    wrong = []
    complaints = [line for line in ended.err.splitlines() if line.startswith("crm: ")]
    if "Traceback" in ended.err:
        wrong.append(f"a traceback: {ended.err}")
    elif ended.code not in (*_FINE, 5):
        wrong.append(f"ended with {ended.code}: {ended.err.strip()}")
    elif ended.code == 5 and len(complaints) != 1:
        wrong.append(f"refused in {len(complaints)} lines: {ended.err.strip()}")
    with open(desk.book, "rb") as file:
        after = file.read()
    if os.stat(desk.book).st_ino != number:
        wrong.append("another file is in its place")
    told = (
        "the change was made all the same" in ended.err
    )  # damage that was met when the result was looked up
    if ended.code == 5 and not told and after != data and _held(data, desk) != _held(after, desk):
        wrong.append("refused, and changed")
    if data[:16] != b"SQLite format 3\0" and ended.code != 5:
        wrong.append(f"taken for a book: {ended}")
    for name in os.listdir(desk.data):
        if name != "book.db":
            if "schema-" not in name:
                wrong.append(f"left behind by crm {words[0]}: {name}")
            os.unlink(os.path.join(desk.data, name))
    return wrong
