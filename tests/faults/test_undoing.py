"""Undo and redo over every verb: the laws of undoing.py, on few scripts and on each verb alone."""

from __future__ import annotations

import inspect
import sqlite3
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from crmcli.commands import COMMANDS
from crmcli.db.triggers import TRACKED
from tests.faults import undoing
from tests.faults.desk import chance
from tests.faults.typed import READERS, WRITERS, Line, Typist

if TYPE_CHECKING:
    from tests.conftest import Crm

_LATE = "2026-05-20T10:00"
_TRIES = 80
# A book on which each verb finds something to do.
_START = (
    ("add", "Anna Nowak", "--email", "p1@acme.example", "--phone", "+48600100100", "--company", "Acme", "--tag", "vip",
     "--city", "Kraków", "--date", "renewal=2026-12-31", "--set", "route=north", "--url", "a.example"),
    ("add", "Jan Kowalski", "--email", "p2@lis.example", "--company", "Lis s.r.o.", "--tag", "fair"),
    ("add", "anna  nowak ", "--email", "p3@mail.example", "--company", "Acme", "--force"),
    ("log", "complaint", "1", "the boxes were wet", "--with", "2"),
    ("log", "call", "1", "wants the list", "--next", "2026-03-04"),
    ("remind", "2", "2026-03-05", "send the list", "--every", "month"),
    ("deal", "add", "1", "Paper bags", "--amount", "4800"),
    ("view", "save", "hot", "+vip"),
    ("ignore", "R203:1"), ("snooze", "2", "+3d"), ("archive", "3"), ("dnc", "3"), ("consent", "1", "--basis", "consent"),
)  # fmt: skip


def test_every_command_takes_part() -> None:
    """A new command types lines in WRITERS or says in READERS why it has none."""
    assert set(COMMANDS) - set(WRITERS) - set(READERS) == set()
    assert not set(WRITERS) & set(READERS)


@pytest.mark.parametrize("verb", WRITERS)
def test_each_verb_is_undone_and_redone(verb: str) -> None:
    """What a verb changed goes to the byte and comes back to the byte, exports and all."""
    counts = undoing.Counts()
    with undoing.Bench(counts) as bench:
        for words in _START:
            bench.crm.ok(*words)
        typist = Typist(bench.path, chance(len(verb)))
        changed = 0
        before = bench.state()
        for _ in range(_TRIES):
            held = len(bench.sets())
            bench.type(undoing.Step(typist.next(verb), _LATE))
            if len(bench.sets()) == held:
                continue  # what it changed all the same would not be undone with the next
            after = bench.state()
            bench.crm.ok("undo", CRM_NOW=undoing.LATER)
            undoing.same(before, bench.state(), f"{verb} undone")
            bench.crm.ok("redo", CRM_NOW=undoing.LATER)
            undoing.same(after, bench.state(), f"{verb} redone")
            bench.sound(verb)
            before = after
            changed += 1
            if changed == 2:
                return
    assert changed, f"{verb} changed nothing in {_TRIES} lines"


def _rehearses(verb: str) -> bool:
    place, _, name = COMMANDS[verb].partition(":")
    return "dry_run" in inspect.signature(getattr(import_module(place), name)).parameters


@pytest.mark.parametrize("verb", [verb for verb in WRITERS if _rehearses(verb)])
def test_a_rehearsal_leaves_every_byte(verb: str) -> None:
    """--dry-run of each verb that has it changes no byte, whatever the real run would do."""
    with undoing.Bench(undoing.Counts()) as bench:
        for words in _START:
            bench.crm.ok(*words)
        bench.crm.ok("search", CRM_NOW=_LATE)
        before = bench.crm.db.read_bytes()
        typist = Typist(bench.path, chance(len(verb)))
        for _ in range(12):
            line = typist.next(verb)
            words = (*line.words, "--dry-run")
            bench.type(undoing.Step(Line(words, line.stdin), _LATE))
            assert bench.crm.db.read_bytes() == before, words


@pytest.mark.parametrize("seed", range(3))
def test_lines_by_chance(seed: int) -> None:
    """A script of each seed: back and forth, in the middle, mixed."""
    counts = undoing.Counts()
    undoing.run(seed, 10, counts)
    assert counts.wrong == []
    assert counts.sets > 5


def test_the_laws_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    """An undo that forgets a column is found, and told with the fewest lines."""
    from crmcli.store import reversal

    real = reversal._change_back

    def forgetful(db: object, change: object, pairs: dict[str, list[object]]) -> None:
        pairs.pop("city", None)
        real(db, change, pairs)  # type: ignore[arg-type]

    monkeypatch.setattr(reversal, "_change_back", forgetful)
    script = [
        undoing.Step(Line(words), "2026-03-02T09:00")
        for words in (
            ("add", "Anna Nowak"), ("add", "Jan Kowalski"), ("tag", "2", "vip"),
            ("edit", "1", "--city", "Brno"), ("edit", "1", "--title", "buyer"),
        )
    ]  # fmt: skip
    assert undoing.tried(script, 1, undoing.Counts())
    assert len(undoing.shrunk(script, 1)) == 2


def test_every_table_of_facts_is_tracked(crm: Crm) -> None:
    """Every table is in the history, or is named here with the reason why not."""
    crm.ok("add", "Anna Nowak")
    db = sqlite3.connect(crm.db)
    names = {
        row[0]
        for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        if not row[0].startswith(("sqlite_", "contact_fts", "interaction_fts"))
    }
    db.close()
    assert names - set(TRACKED) - set(_NOT_FACTS) == set()


_NOT_FACTS = {
    "_sqlite_migrations": "of the tool that migrates",
    "meta": "of which config the copies are",
    "change_set": "the history itself",
    "change": "the history itself",
    "taken_set": "what merge-book knows of other copies",
    "taken_value": "what merge-book knows of other copies",
    "shown": "seeing is not changing",
    "kind": "a copy of the config",
    "cadence": "a copy of the config",
    "rate": "a copy of the config",
    "stage": "a copy of the config",
    "holiday": "a copy of the calendar",
    "contact_stats": "derived",
    "stale_stats": "empty at rest",
    "stale_text": "empty at rest",
}
