"""Undo beside others: two shells at once, an import that runs, and an import that much was done to since."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.faults.agree import disagreements
from tests.faults.desk import Desk, people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Crm


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Desk() as desk:
        yield desk


def ask(desk: Desk, sql: str) -> list[tuple[object, ...]]:
    db = sqlite3.connect(desk.book)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def test_two_shells_undo_at_once(desk: Desk) -> None:
    """Each takes back one change, none the same, as if typed one after the other."""
    for number in range(6):
        desk.must("add", f"Person {number}")
    shells = [desk.forked("undo") for _ in range(4)]
    ended = [shell.wait() for shell in shells]
    assert [one.code for one in ended] == [0] * 4
    assert sorted(one.out.split(":")[0] for one in ended) == [f"undone {n}" for n in (3, 4, 5, 6)]
    assert ask(desk, "SELECT count(*) FROM contact") == [(2,)]
    shells = [desk.forked("redo") for _ in range(4)]
    assert [shell.wait().code for shell in shells] == [0] * 4
    assert ask(desk, "SELECT count(*) FROM contact") == [(6,)]
    assert disagreements(desk.book) == []


def test_two_shells_undo_the_same(desk: Desk) -> None:
    """By its number it is taken back once; the other shell hears that it is undone already."""
    desk.must("add", "Anna Nowak")
    desk.must("add", "Jan Kowalski")
    ended = [shell.wait() for shell in [desk.forked("undo", "1") for _ in range(2)]]
    assert sorted(one.code for one in ended) == [0, 3]
    assert any("undone already" in one.err for one in ended)
    assert disagreements(desk.book) == []


def test_undo_while_an_import_runs(desk: Desk) -> None:
    """It takes back what came before, or the import whole when that is in."""
    desk.must("add", "Anna Nowak")
    rows = desk.file("many.csv", people(3000, "many"))
    for _ in range(3):
        held = ask(desk, "SELECT count(*) FROM contact")[0][0]
        loading = desk.forked("import", rows, "--on-match", "new")
        undone = desk.forked("undo").wait()
        assert loading.wait().code == 0
        assert undone.code in (0, 3, 5)
        there = ask(desk, "SELECT count(*) FROM contact")[0][0]
        if undone.code:
            assert there == held + 3000
        else:
            assert there in (held, held + 2999, held + 3000)
            assert desk.must("redo").code == 0
        assert disagreements(desk.book) == []


CSV = "name,email,company,tags\nAnna Nowak,anna@acme.example,Acme,fair\nJan Kowalski,jan@acme.example,Acme,fair\n"


@pytest.mark.parametrize(
    "words",
    [
        ("edit", "anna", "--city", "Brno"), ("tag", "anna", "vip"), ("log", "call", "anna", "hello"),
        ("merge", "1", "2"), ("archive", "jan"), ("deal", "add", "anna", "Paper"), ("remind", "jan", "friday", "ring"),
        ("company", "edit", "Acme", "--city", "Brno"), ("untag", "jan", "fair"), ("consent", "anna", "--basis", "contract"),
        ("verify", "anna", "--email"), ("dnc", "jan"), ("ignore", "R203:1"), ("merge", "1", "2", "--different"),
        ("edit", "anna", "--remove-email", "anna@acme.example"), ("add", "Eva", "--referred-by", "anna"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_an_import_that_something_was_done_to(crm: Crm, words: tuple[str, ...]) -> None:
    """It is not taken from under what was done since; with that it goes, and comes back."""
    crm.ok("import", "-", "--as", "contacts", stdin=CSV)
    crm.ok(*words)
    before = crm.ok("export", "--to", "json").out
    refused = crm("undo", "1")
    assert refused.code == 3
    assert f"2 (2026-03-02 09:00, crm {words[0]}" in refused.err
    assert crm.ok("undo", "1", "--with-later", "--yes").lines[-1].startswith("undone 1: crm import")
    assert crm("search").code == 1
    assert disagreements(str(crm.db)) == []
    crm.ok("redo")
    crm.ok("redo")
    assert crm.ok("export", "--to", "json").out == before
    assert disagreements(str(crm.db)) == []


def test_an_import_that_was_exported_and_imported_again(crm: Crm) -> None:
    """A second import that changed nothing is no change, so the first can be undone; one that did is named."""
    crm.ok("import", "-", "--as", "contacts", stdin=CSV)
    held = crm.ok("export", "--to", "csv").out
    crm.ok("import", "-", "--as", "contacts", stdin=held)
    assert crm.ok("history", "--ids").lines == ["1"]
    crm.ok("import", "-", "--as", "contacts", "--tag", "again", stdin=held)
    assert "2 (2026-03-02 09:00, crm import" in crm("undo", "1").err
    crm.ok("undo")
    crm.ok("undo")
    assert crm("search").code == 1
    crm.ok("redo")
    assert crm.ok("export", "--to", "csv").out == held
