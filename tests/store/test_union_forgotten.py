"""A law of merging copies in which people are forgotten and taken back: nobody who lives is lost by it."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections import defaultdict
from contextlib import closing, contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Self

from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.db import connection
from crmcli.store import forget, union
from crmcli.store.subject import Subject
from tests.conftest import Crm
from tests.faults.agree import disagreements
from tests.store.copies import Copies

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = date(2026, 3, 2)
TEAMS = range(7)  # who have nothing to do with each other: as many tries in one
WORK = (
    *(
        "forget Anna",
        "forget Anna",
        "add Anna",
        "add Anna",
        "add Eve",
        "add Eve",
        "edit Bo",
        "log Anna",
        "log Eve",
        "log Bo",
    ),
    *("forget Eve", "edit Anna", "tag Bo"),
)
FLAGS = ("--email", "--phone")
ROUNDS = 3
PEOPLE = """
SELECT c.name, e.address FROM contact c LEFT JOIN email e ON e.contact_id = c.id
UNION SELECT c.name, p.number FROM contact c LEFT JOIN phone p ON p.contact_id = c.id
UNION SELECT c.name, i.text FROM contact c JOIN participant p ON p.contact_id = c.id
JOIN interaction i ON i.id = p.interaction_id
"""


class Machines:
    """Two copies of one book with three people, and whom each forgot."""

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="crm-copies-"))
        self.copies = Copies(Crm(self.folder))
        self.forgotten: dict[str, set[str]] = {"a": set(), "b": set()}
        self.said = 0
        for name in "ab":
            self.copies.path(name).write_bytes(_base())
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder)

    def held(self, name: str) -> dict[str, set[str]]:
        """Name -> their addresses and what was said with them."""
        found = defaultdict(set)
        with closing(sqlite3.connect(self.copies.path(name))) as db:
            for who, text in db.execute(PEOPLE):
                found[who].update([text] if text else [])
        return found

    def uids(self, name: str) -> dict[str, set[str]]:
        """Name -> all uids that they are known by."""
        found = defaultdict(set)
        with closing(sqlite3.connect(self.copies.path(name))) as db:
            for uid, who in db.execute("SELECT uid, name FROM contact UNION SELECT uid, name FROM merged_contact"):  # fmt: skip
                found[who].add(uid)
        return found

    def work(self, name: str, verb: str, who: str, team: int, flag: str) -> None:
        address = (flag, _address(flag, team))
        who = f"{who} Team{team}"
        self.said += 1
        if verb == "forget":
            self.forget(name, who)
        elif verb == "add":
            self.copies.ok(name, "add", who, *address, "--force")
        elif verb == "edit":
            self.copies(name, "edit", who, *address, "--force")
        elif verb == "log":
            self.copies(name, "log", "call", who, f"said {self.said}")
        else:
            self.copies(name, "tag", who, f"t{self.said}")

    def forget(self, name: str, who: str) -> None:
        """What crm forget does, but for writing the file anew."""
        with self.book(name) as (db, at):
            for number, uid in db.execute("SELECT id, uid FROM contact WHERE name = ?", (who,)).fetchall():  # fmt: skip
                with connection.Transaction(db, "crm forget", at) as transaction:
                    forget.erase(db, Subject(db, number), at, transaction.set_id)
                self.forgotten[name].add(uid)

    @contextmanager
    def book(self, name: str) -> Iterator[tuple[sqlite3.Connection, str]]:
        self.copies.minute += 1
        at = f"2026-03-02T{9 + self.copies.minute // 60:02}:{self.copies.minute % 60:02}:00Z"
        path = str(self.copies.path(name))
        with closing(connection.open_book(path, create=False, today=DAY, tz="UTC")) as db:
            yield db, at

    def taken(self, name: str, other: str) -> union.Union:
        """What crm merge-book does, without the copies and proofs before it."""
        copy = self.folder / "copy.db"
        shutil.copyfile(self.copies.path(other), copy)
        with self.book(name) as (db, at), connection.Transaction(db, "crm merge-book", at) as one:
            return union.merge(
                db, str(copy), set_id=one.set_id, at=at, prefer="newer", today=DAY, tz="UTC"
            )

    def merge(self, name: str, other: str) -> None:
        before, there = self.held(name), self.held(other)
        done = self.taken(name, other)
        after = self.held(name)
        for who, texts in before.items():
            assert after[who] >= texts, (name, who)
        for who in there.keys() - after.keys():
            assert done.forgotten or who in [one.name for one in done.left], (name, who)
        here = set().union(*self.uids(name).values())
        assert here.isdisjoint(self.forgotten[name])


def _address(flag: str, team: int) -> str:
    return f"info@team{team}.example" if flag == "--email" else f"+4860010020{team}"


@cache
def _base() -> bytes:
    """A book with two people of each team, one of whom has both addresses."""
    with tempfile.TemporaryDirectory() as folder:
        copies = Copies(Crm(Path(folder)))
        for team in TEAMS:
            copies.ok("base", "add", f"Bo Team{team}")
            both = [word for flag in FLAGS for word in (flag, _address(flag, team))]
            copies.ok("base", "add", f"Anna Team{team}", *both)
        return copies.path("base").read_bytes()


@settings(max_examples=2)
@given(st.integers(0, 1 << 30).map(Random))
def test_nobody_who_lives_is_lost(random):
    """Whatever was forgotten, taken back and merged, in any order: a merge takes nobody and nothing of anybody away."""
    with Machines() as machines:
        for _ in range(ROUNDS):
            for team, name in ((team, name) for team in TEAMS for name in "ab"):
                verb, who = random.choice(WORK).split()
                machines.work(name, verb, who, team, random.choice(FLAGS))
            for pair in random.choice(("ab", "ba", "ab ba", "ba ab")).split():
                machines.merge(*pair)
        machines.merge("b", "a")
        machines.merge("a", "b")
        for name in "ab":
            assert not disagreements(str(machines.copies.path(name)))
