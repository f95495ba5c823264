"""crm merge-book where somebody was forgotten on one machine: who was taken back, and who but has an address of theirs."""

from __future__ import annotations

import shutil

import pytest

from tests.faults.agree import disagreements
from tests.store.copies import Copies

ANNA = ("add", "Anna Nowak", "--email", "a@x.example", "--phone", "+48600100200")


@pytest.fixture
def copies(crm):
    """``a``, in which Anna is forgotten, and ``b``, a copy of before, in which something else was changed since."""
    found = Copies(crm)
    found.ok("a", "add", "Bo Duda")
    found.ok("a", *ANNA)
    found.fork("a", "b")
    found.ok("a", "forget", "2", "--yes")
    found.ok("b", "tag", "1", "vip")
    return found


def _names(copies, name):
    return [one["name"] for one in copies(name, "export", "--to", "json").json]


def _sound(copies, *names):
    for name in names:
        assert not disagreements(str(copies.path(name)))
        told = copies(name, "doctor").out.splitlines()
        assert not [line for line in told if not line.startswith("conflict: ")]


def test_taken_back_there_comes_in_here(copies):
    """What add --force took back after the forgetting holds on both; what was erased stays so."""
    copies.ok("b", "log", "call", "2", "the old talk")
    copies.ok("b", "forget", "2", "--yes")
    copies.ok("b", *ANNA, "--force")
    copies.ok("b", "log", "purchase", "anna", "40 boxes", "--amount", "100", "--currency", "EUR")
    copies.fork("a", "before")
    told = copies.merge("a", "b")
    assert "3 Anna Nowak was forgotten here, and taken back in the other copy" in told.err
    assert "left out" not in told.err
    for name, other in ("ba", "ab", "ba"):
        assert "nothing in" in copies.told(name, other)
        assert _names(copies, name) == ["Bo Duda", "Anna Nowak"]
    assert b"old talk" not in copies.path("a").read_bytes()
    assert copies("a", "add", "Anna", "--email", "a@x.example").code == 3  # known, not forgotten
    assert copies("a", "merge-book", str(copies.path("b")), "--json").json["taken_back"] == []
    copies.ok("a", "undo")
    assert copies.exported("a") == copies.exported("before")
    assert "was forgotten" in copies("a", *ANNA).err
    _sound(copies, "a", "b")


def test_who_never_heard_of_the_forgetting_hears_of_the_taking_back(copies):
    """A third machine that leaves somebody out takes them in from whoever knows that they were taken back."""
    copies.merge("b", "a")
    copies.ok("b", "forget", "2", "--yes")
    copies.fork("b", "c")
    copies.ok("b", *ANNA, "--force")
    copies.merge("a", "b")
    copies.ok("c", "tag", "1", "old")
    copies.merge("c", "a")
    assert _names(copies, "c") == ["Bo Duda", "Anna Nowak"]
    copies.ok("b", "forget", "anna", "--yes")
    copies.merge("c", "b")
    copies.merge("c", "a")
    assert copies("c", "add", "Ann", "--email", "a@x.example", "--force").err.count("forgotten")
    _sound(copies, "a", "b", "c")


def test_a_taking_back_that_was_undone(copies):
    """It counts on the other machine, too: imports leave the person out as before."""
    copies.ok("b", "forget", "2", "--yes")
    copies.ok("b", *ANNA, "--force")
    copies.merge("a", "b")
    copies.ok("b", "undo")
    copies.merge("a", "b")
    copies.merge("b", "a")
    for name in "ab":
        assert _names(copies, name) == ["Bo Duda"]
        assert "was forgotten" in copies(name, *ANNA).err
    _sound(copies, "a", "b")


@pytest.mark.parametrize("order", ["ab ba", "ba ab", "ab ab ba ba", "ab ca bc"])
def test_who_has_but_the_address_stays_there(copies, order):
    """Left out here, with what to type; on the other machine they stay, whoever merges, and how often."""
    copies.ok("b", "add", "Eve Mala", "--email", "a@x.example", "--force")
    copies.ok("b", "log", "call", "eve", "hello")
    copies.ok("b", "deal", "add", "eve", "Roof", "--amount", "500")
    copies.fork("b", "c")
    before = copies.exported("b")
    take = "crm add 'Eve Mala' --email a@x.example --force"
    for name, other in order.split():
        done = copies.merge(name, other, "--json")
        if (name, other) == ("a", "b"):
            assert [one["instead"] for one in done.json["left"]] == [take]
            assert done.json["forgotten"] == 1
            assert take in done.err
    assert copies.exported("b") == before
    assert "Eve Mala" not in _names(copies, "a")
    copies.ok("a", "add", "Eve Mala", "--email", "a@x.example", "--force")
    told = copies.merge("a", "b")
    assert "Eve" not in told.err
    shown = copies("a", "show", "eve", "--json").json
    assert shown["emails"] == ["a@x.example"]
    assert [one["title"] for one in copies("a", "export", "--as", "deals", "--json").json] == [
        "Roof"
    ]
    assert "hello" in copies("a", "show", "eve").out
    copies.merge("b", "a")
    assert _names(copies, "a") == ["Bo Duda", "Eve Mala"]
    assert _names(copies, "b") == ["Bo Duda", "Anna Nowak", "Eve Mala"]
    assert "nothing in" in copies.told("a", "b")
    _sound(copies, "a", "b")


def test_a_number_that_somebody_living_has_there(copies):
    """It is left out here, with what to type, and stays with them there."""
    copies.ok("b", "edit", "1", "--phone", "+48600100200", "--force")
    told = copies.merge("a", "b")
    assert "crm edit 1 --phone +48600100200 --force" in told.err
    assert "left out, since forgotten here: 1 person" in told.err
    for name, other in ("ba", "ab", "ba"):
        copies.merge(name, other)
    assert copies("b", "show", "1", "--json").json["phones"] == ["+48600100200"]
    assert copies("a", "show", "1", "--json").json["phones"] == []
    copies.ok("a", "edit", "1", "--phone", "+48600100200", "--force")
    copies.merge("b", "a")
    copies.merge("a", "b")
    for name in "ab":
        assert copies(name, "show", "1", "--json").json["phones"] == ["+48600100200"]
    _sound(copies, "a", "b")


def test_somebody_who_had_the_forgotten_merged_into_them_there(copies):
    """They are left out here with the one who was forgotten, and nothing of them goes there."""
    copies.ok("b", "add", "Anna N", "--email", "a2@x.example")
    copies.ok("b", "log", "call", "3", "hello")
    copies.ok("b", "merge", "3", "2")
    before = copies.exported("b")
    for name, other in ("ab", "ba", "ab", "ba"):
        copies.merge(name, other)
    assert copies.exported("b") == before
    assert _names(copies, "a") == ["Bo Duda"]
    assert b"a2@x.example" not in copies.path("a").read_bytes()
    _sound(copies, "a", "b")


@pytest.mark.parametrize("old", ["before the forgetting", "after it"])
def test_an_old_copy_restored_and_the_book_that_it_put_away(copies, crm, old):
    """Who was taken back in between is in what was put away, and comes from there; the old entry does not."""
    if old == "before the forgetting":
        copies.ok("b", "undo")
        shutil.copy2(copies.path("b"), copies.path("old"))
    else:
        copies.fork("a", "old")
    copies.ok("a", *ANNA, "--force")
    copies.ok("a", "log", "call", "anna", "since then")
    copies.ok("a", "restore", str(copies.path("old")), "--yes")
    assert "Anna Nowak" not in _names(copies, "a")
    [away] = crm.home.rglob("*restore.db")
    shutil.copy2(away, copies.path("p"))
    shutil.copy2(away, copies.path("q"))
    copies.fork("a", "r")
    told = copies.merge("a", "p")
    assert "left out" not in told.err
    copies.merge("p", "a")
    copies.merge("q", "r")
    copies.merge("r", "q")
    for name in "apqr":
        assert _names(copies, name) == ["Bo Duda", "Anna Nowak"]
        assert "since then" in copies(name, "show", "anna").out
    _sound(copies, "a", "p", "q", "r")
