"""Laws of merging copies of a book: nobody's work is lost, in whatever order they meet."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Crm
from tests.faults.agree import disagreements
from tests.store.copies import Copies, facts

WHO = st.sampled_from(["1", "2", "3", "4", "5"])
CITY = st.sampled_from(["Lodz", "Gdansk", "Brno", "Kyiv"])
TEXT = st.sampled_from(["offer", "call back", "nothing new"])
DAY = st.sampled_from(["2026-03-04", "2026-03-09", "2026-04-01"])
MAIL = st.sampled_from(["x@acme.example", "y@acme.example", "z@beta.example"])


def line(*parts):
    return st.tuples(*(part if isinstance(part, st.SearchStrategy) else st.just(part) for part in parts))  # fmt: skip


COMMANDS = st.one_of(
    line("add", st.sampled_from(["Ola Nowa", "Jan Kowal", "Eva Mala"]), "--email", MAIL, "--force"),
    line("edit", WHO, "--city", CITY),
    line("edit", WHO, "--title", TEXT, "--note", TEXT),
    line("edit", WHO, "--email", MAIL),
    line("edit", WHO, "--phone", st.sampled_from(["+48600100200", "+48600100201"])),
    line("edit", WHO, "--remove-email", MAIL),
    line("edit", WHO, "--company", st.sampled_from(["Acme", "Beta", "Gamma"])),
    line("edit", WHO, "--set", st.sampled_from(["Size=M", "Size=L", "Shoe=40", "Size="])),
    line("edit", WHO, "--date", st.sampled_from(["renewal=2026-12-31", "renewal=2027-01-31", "wedding=05-17"])),
    line("edit", WHO, "--clear", st.sampled_from(["city", "title", "note", "company"])),
    line("tag", WHO, st.sampled_from(["vip", "new", "old"])),
    line("untag", WHO, st.sampled_from(["vip", "new", "old"])),
    line("log", "call", WHO, TEXT, "--next", DAY),
    line("log", "complaint", WHO, TEXT),
    line("log", "purchase", WHO, "--amount", "12.50", "--currency", "EUR"),
    line("case", "close", st.sampled_from(["1", "2", "3"]), TEXT),
    line("case", "wait", st.sampled_from(["1", "2", "3"])),
    line("remind", WHO, DAY, TEXT),
    line("remind", WHO, DAY, TEXT, "--every", "month"),
    line("done", st.sampled_from(["F1", "F2", "F3"])),
    line("snooze", st.sampled_from(["F1", "F2", "F3"]), DAY),
    line("snooze", WHO, DAY),
    line("ignore", st.sampled_from(["R203:1", "R203:2", "Q703:3"])),
    line("deal", "add", WHO, TEXT, "--amount", "100"),
    line("deal", "won", st.sampled_from(["1", "2"])),
    line("deal", "edit", st.sampled_from(["1", "2"]), "--amount", st.sampled_from(["7", "8"])),
    line("archive", WHO),
    line("unarchive", WHO),
    line("dnc", WHO),
    line("dnc", WHO, "--lift"),
    line("consent", WHO, "--basis", "consent"),
    line("consent", WHO, "--withdraw"),
    line("verify", WHO),
    line("merge", WHO, WHO),
    line("merge", WHO, WHO, "--different"),
    line("view", "save", st.sampled_from(["hot", "cold"]), st.sampled_from(["+vip", "+new"])),
    line("company", "edit", "Acme", "--city", CITY),
    line("undo"),
    line("undo"),
    line("redo"),
)  # fmt: skip
WORK = st.lists(COMMANDS, max_size=7)
SEED = (
    ("add", "Anna Nowak", "--email", "anna@acme.example", "--company", "Acme", "--tag", "vip"),
    ("add", "Jan Kowalski", "--email", "jan@acme.example", "--phone", "+48600100300"),
    ("add", "Iva Dvorska", "--company", "Acme", "--note", "first line"),
    ("remind", "1", "2026-03-04", "call"),
    ("remind", "2", "2026-03-05", "rent", "--every", "month"),
    ("log", "complaint", "2", "too late"),
    ("deal", "add", "1", "Big", "--amount", "500"),
)


@pytest.fixture
def copies(crm: Crm) -> Copies:
    return seeded(crm)


def seeded(crm: Crm) -> Copies:
    found = Copies(crm)
    for words in SEED:
        found.ok("base", *words)
    return found


def _play(copies: Copies, name: str, work: list[tuple[str, ...]]) -> None:
    for words in work:
        result = copies(name, *words)
        assert result.code in (0, 1, 2, 3), (words, result)


def _sound(copies: Copies, *names: str) -> None:
    for name in names:
        assert not disagreements(str(copies.path(name)))


class Scene:
    """Copies in a folder of their own, one a try."""

    def __enter__(self) -> Copies:
        self.folder = Path(tempfile.mkdtemp(prefix="crm-copies-"))
        return seeded(Crm(self.folder))

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder)


@settings(max_examples=8)
@given(WORK, WORK)
def test_either_way_gives_the_same(one, two):
    """A takes B and B takes A: the same facts; again: nothing; undone: byte for byte as before."""
    with Scene() as copies:
        copies.fork("base", "a", "b")
        _play(copies, "a", one)
        _play(copies, "b", two)
        copies.fork("a", "a0")
        copies.fork("b", "b0")
        before = copies.exported("a")
        copies.merge("a", "b0")
        copies.merge("b", "a0")
        assert facts(copies.path("a")) == facts(copies.path("b"))
        for name, other in (("a", "b0"), ("b", "a0"), ("a", "b"), ("b", "a")):
            rows = facts(copies.path(name))
            assert "nothing in" in copies.told(name, other)
            assert facts(copies.path(name)) == rows
        _sound(copies, "a", "b")
        copies.fork("a0", "c")
        if "nothing in" not in copies.told("c", "b0"):
            copies.ok("c", "undo")
            assert copies.exported("c") == before
            copies.ok("c", "redo")
            copies.ok("c", "undo")
            assert copies.exported("c") == before
        _sound(copies, "c")


@settings(max_examples=4)
@given(WORK, WORK, WORK)
def test_three_machines_meet_in_any_order(one, two, three):
    """(A + B) + C holds what A + (B + C) and (C + A) + B hold."""
    with Scene() as copies:
        copies.fork("base", "a", "b", "c")
        for name, work in (("a", one), ("b", two), ("c", three)):
            _play(copies, name, work)
        for name, first, second in (("x", "a", "b"), ("y", "b", "c"), ("z", "c", "a")):
            copies.fork(first, name)
            copies.merge(name, second)
        copies.merge("x", "c")
        copies.merge("y", "a")
        copies.merge("z", "b")
        for name, other in (("x", "y"), ("y", "z"), ("z", "x"), ("x", "z"), ("y", "x")):
            copies.merge(name, other)
        assert facts(copies.path("x")) == facts(copies.path("y")) == facts(copies.path("z"))
        _sound(copies, "x", "y", "z")


@settings(max_examples=4)
@given(st.lists(st.tuples(WORK, WORK), min_size=5, max_size=5))
def test_two_machines_over_months(rounds):
    """Five rounds of work on both sides, each taking in the other: they never drift apart."""
    with Scene() as copies:
        copies.fork("base", "a", "b")
        for one, two in rounds:
            _play(copies, "a", one[:4])
            _play(copies, "b", two[:4])
            copies.merge("a", "b")
            copies.merge("b", "a")
            assert facts(copies.path("a")) == facts(copies.path("b"))
        _sound(copies, "a", "b")
