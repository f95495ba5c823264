"""crm merge-book: what both machines did about one thing, knowing nothing of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.agree import disagreements
from tests.store.copies import Copies, facts

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.fixture
def copies(crm: Crm) -> Copies:
    """Copies a and b of a book with a person, a deal and a follow-up that comes back each week."""
    found = Copies(crm)
    for words in (
        ("add", "Anna Nowak", "--city", "Lodz"),
        ("deal", "add", "1", "Big", "--amount", "500"),
        ("remind", "1", "2026-03-04", "call", "--every", "week"),
    ):
        found.ok("a", *words)
    found.fork("a", "b")
    return found


def meet(copies: Copies) -> None:
    """Each takes in what the other was; then they agree, and again there is nothing."""
    copies.fork("a", "a0")
    copies.fork("b", "b0")
    copies.merge("a", "b0")
    copies.merge("b", "a0")
    assert facts(copies.path("a")) == facts(copies.path("b"))
    for one, other in ("ab", "ba"):
        assert "nothing in" in copies.told(one, other)
    for name in "ab":
        assert not disagreements(str(copies.path(name)))


def purchases(copies: Copies, name: str) -> list[float]:
    told = copies(name, "export", "--as", "interactions", "--json").json
    return [one["amount"] for one in told if one["kind"] == "purchase"]


def test_one_sale_logged_on_both(copies):
    """It is one purchase; of two amounts the newer, and the other is printed. The next sale is another."""
    copies.ok("a", "deal", "won", "1", "--purchase")
    copies.ok("b", "deal", "edit", "1", "--amount", "400")
    copies.ok("b", "deal", "won", "1", "--purchase")
    copies.fork("a", "c")
    assert "purchase" in copies.told("c", "b")
    meet(copies)
    assert purchases(copies, "a") == [400]
    copies.ok("a", "deal", "move", "1", "new")
    copies.ok("a", "deal", "edit", "1", "--amount", "300")
    copies.ok("a", "deal", "won", "1", "--purchase")
    assert sorted(purchases(copies, "a")) == [300, 400]


def test_one_sale_logged_by_hand_on_both(copies):
    """Nobody can tell whether it is one: both count, and that is printed."""
    for name in "ab":
        copies.ok(name, "log", "purchase", "1", "--amount", "500", "--deal", "1")
    copies.ok("b", "log", "purchase", "1", "--amount", "20", "--deal", "1")
    copies.fork("a", "c")
    told = copies.merge("c", "b", "--json").json["conflicts"]
    assert [(one["noun"], one["field"], one["mine"], one["kept"]) for one in told] == [
        ("deal", "purchase", "500.00 EUR", "both count")
    ]
    meet(copies)


@pytest.mark.parametrize("after", [(), ("edit", "1", "--city", "Kyiv")])
def test_an_undo_there_takes_nothing_from_here(copies, after):
    """What was typed here holds, be it covered by what was undone there or typed on top of it."""
    copies.ok("b", "edit", "1", "--city", "Gdansk")
    copies.ok("a", "edit", "1", "--city", "Brno")
    assert copies.merge("b", "a", "--json").json["conflicts"][0]["kept"] == "Brno"
    if after:
        copies.ok("b", *after)
    copies.ok("a", "undo")
    meet(copies)
    assert copies("a", "show", "1", "--json").json["city"] == ("Kyiv" if after else "Gdansk")
    if not after:
        copies.ok("b", "undo")  # the merge
        assert copies("b", "show", "1", "--json").json["city"] == "Brno"


def test_a_deal_won_there_and_undone(copies):
    """The deal is lost as it was here, with its reason, and not won."""
    copies.ok("b", "deal", "lost", "1", "--reason", "too dear")
    copies.ok("a", "deal", "won", "1")
    copies.merge("b", "a")
    copies.ok("a", "undo")
    meet(copies)
    deal = copies("a", "export", "--as", "deals", "--json").json[0]
    assert (deal["stage"], deal["reason"], deal["won_at"]) == ("lost", "too dear", None)
    assert deal["lost_at"]


def test_what_came_with_a_merge_and_was_undone_there_goes(copies):
    """Where nobody here typed anything of it."""
    copies.ok("a", "edit", "1", "--city", "Brno")
    copies.merge("b", "a")
    copies.ok("a", "undo")
    meet(copies)
    assert copies("b", "show", "1", "--json").json["city"] == "Lodz"


def test_a_copy_that_may_be_deleted(copies):
    """Only where it is nobody's book and nothing of it was left out: no conflict, nobody who was forgotten."""
    spent = "may be deleted"
    copies.ok("b", "log", "call", "1", "spoke")
    copies.fork("b", "a copy")
    copies.ok("b", "add", "Jan Kowalski")
    assert spent not in copies.told("a", "b")
    assert spent in copies.told("a", "a copy")
    copies.fork("a", "b")
    copies.ok("a", "edit", "1", "--city", "Brno")
    copies.ok("b", "edit", "1", "--city", "Kyiv")
    copies.fork("b", "b copy")
    assert spent not in copies.told("a", "b copy")
    assert spent in copies.told("a", "b copy")
    copies.fork("a", "c copy")
    copies.ok("a", "forget", "2", "--yes")
    told = copies.told("a", "c copy")
    assert spent not in told
    assert "left out, since forgotten here: 1 person" in told


@pytest.mark.parametrize(
    ("stop", "kept"),
    [
        (("remind", "F1", "--every", "none"), None),
        (("remind", "F1", "--every", "month"), "month"),
        (("done", "F1", "--end"), None),
    ],
)
@pytest.mark.parametrize("times", [1, 2])
def test_a_repeat_stopped_there_and_done_here(copies, stop, kept, times):
    """The next one, which was set here, comes back as was said there, and that is printed."""
    copies.ok("a", *stop)
    for number in range(times):
        copies.ok("b", "done", f"F{1 + number}")
    copies.fork("a", "c")
    told = copies.merge("c", "b", "--json").json["conflicts"]
    assert [one["kept"] for one in told if one["field"] == "every"] == [kept]
    meet(copies)
    still = [
        row["every"] for row in copies("a", "export", "--as", "followups", "--json").json
        if not row["done_at"]
    ]  # fmt: skip
    assert still == [kept]


def test_a_repeat_done_on_both_goes_on_once(copies):
    """Though the next is due on another day where it is counted from the day it was done."""
    copies.ok("a", "remind", "F1", "--every", "3 days after done")
    copies.fork("a", "b")
    copies.ok("a", "done", "F1")
    copies("b", "--now", "2026-03-05T09:00", "done", "F1")
    meet(copies)
    rows = copies("a", "export", "--as", "followups", "--json").json
    assert [row["due"] for row in rows if not row["done_at"]] == ["2026-03-08"]


@pytest.mark.parametrize(
    "on",
    [
        ("log", "call", "1", "later"),
        ("remind", "1", "2026-03-09", "x"),
        ("deal", "add", "1", "Small"),
    ],
)
def test_archived_there_and_gone_on_with_here(copies, on):
    """They stay where they are seen, and that is printed; an edit alone keeps nobody."""
    copies.ok("b", "archive", "1")
    copies.ok("a", "edit", "1", "--title", "chef")
    copies.fork("a", "c")
    assert copies.merge("c", "b", "--json").json["conflicts"] == []
    assert copies("c", "show", "1", "--json").json["archived_at"]
    copies.ok("a", *on)
    copies.fork("b", "d")
    for name, other, mine in (("c", "b", None), ("d", "a", True)):
        copies.fork("a" if name == "c" else "b", name)
        told = copies.merge(name, other, "--json").json["conflicts"]
        assert [(one["field"], mine and bool(one["mine"]), one["kept"]) for one in told] == [
            ("archived_at", mine, None)
        ]
    meet(copies)
    assert copies("a", "show", "1", "--json").json["archived_at"] is None


def test_one_file_imported_on_both(copies):
    """Nobody is there twice: by phone and name, and by name alone where that is all; who looks alike is named."""
    csv = "name,email,phone,company\nQ1,q1@x.example,,\nQ2,,+420777000002,\nQ3,,,\nQ4,,,Quick\nQ6,,,\n"
    (copies.crm.home / "i.csv").write_text(csv)
    for name in "ab":
        copies.ok(name, "import", str(copies.crm.home / "i.csv"))
    copies.ok("a", "add", "Q5", "--company", "Quick")
    copies.ok("b", "add", "Q5")
    copies.ok("b", "edit", "Q6", "--phone", "+420777000006")
    copies.fork("a", "c")
    told = copies.merge("c", "b")
    names = [one["name"] for one in copies("c", "export", "--json").json]
    assert sorted(names) == ["Anna Nowak", "Q1", "Q2", "Q3", "Q4", "Q5", "Q5", "Q6", "Q6"]
    assert "both sides added Q5; if they are one person: crm merge 7 9" in told.err
    assert "both sides added Q6; if they are one person: crm merge 6 8" in told.err
    assert "one person with Q1 of the other copy" in copies.ok("c", "history", "Q1").out
    went = copies.ok("c", "undo").err
    assert "Q1: not known as Q1 of the other copy any more" in went
    assert "own again" not in went
    meet(copies)


@pytest.mark.parametrize("anew", [False, True])
def test_a_merge_of_companies_taken_back(copies, anew):
    """It is not done again by the copy that had taken it in, also where it was done the other way round since."""
    copies.ok("a", "add", "P1", "--company", "One")
    copies.ok("a", "add", "P2", "--company", "Two")
    copies.fork("a", "b")
    copies.ok("a", "company", "merge", "One", "Two")
    copies.merge("b", "a")
    copies.ok("a", "undo")
    if anew:
        copies.ok("a", "company", "merge", "Two", "One")
    meet(copies)
    people = copies("b", "export", "--json").json
    assert [one["company"] for one in people[1:]] == (["Two", "Two"] if anew else ["One", "Two"])


def test_a_company_that_went_with_an_undo_was_not_merged(copies):
    """What it was called is not noted on the company to which its people went back."""
    copies.ok("a", "edit", "1", "--company", "One")
    copies.fork("a", "b", "c")
    copies.ok("a", "edit", "1", "--company", "Two")
    for name in "bc":
        copies.merge(name, "a")
    copies.ok("a", "undo")
    for name, other in ("ba", "cb", "ca"):
        copies.merge(name, other)
    for name in "abc":
        company = copies(name, "company", "list", "--json", "--columns", "name,note").json
        assert company == [{"name": "One", "note": None}]


def test_a_merge_of_people_taken_back_and_somebody_added_again(copies):
    """Who was apart again on one side, and was added anew on the other, is not put to the one they had been merged into."""
    copies.ok("a", "add", "Jan Kos", "--email", "jan@kos.example")
    copies.fork("a", "b")
    copies.ok("a", "merge", "1", "2")
    copies.merge("b", "a")
    copies.ok("a", "undo")
    copies.ok("b", "add", "Jan Kos", "--email", "jan@kos.example", "--force")
    copies.ok("b", "log", "call", "3", "said by Jan")
    copies.fork("a", "c")
    copies.merge("c", "b")
    copies.merge("b", "c")
    for name in "bc":
        cards = copies(name, "export", "--json", "--columns", "name,emails,merged").json
        assert [card["name"] for card in cards] == ["Anna Nowak", "Jan Kos"]
        assert cards[0]["merged"] == []
        assert "said by Jan" in copies.ok(name, "show", "Jan Kos").out
    assert facts(copies.path("b")) == facts(copies.path("c"))


def test_what_came_to_one_who_was_merged_and_taken_apart_again(copies):
    """Both copies know all of it and yet differ in whose it is: it is of whom it was said, in the copy where that was said."""
    copies.ok("a", "add", "Iva Dvorska")
    copies.fork("a", "b")
    copies.ok("a", "merge", "2", "1")
    copies.ok("b", "remind", "1", "2026-04-01", "ask")
    copies.merge("a", "b")
    copies.ok("a", "undo", "5")
    copies.merge("b", "a")
    meet(copies)
    rows = copies("a", "export", "--as", "followups", "--json").json
    assert [row["contact"]["name"] for row in rows] == ["Anna Nowak", "Anna Nowak"]


def test_who_was_forgotten_and_came_back_is_not_who_they_were(copies):
    """An earlier entry on the other machine does not become the new one, whom a restore would take away then."""
    copies.ok("a", "edit", "1", "--email", "a@x.example")
    copies.fork("a", "b")
    copies.ok("a", "forget", "1", "--yes")
    copies.ok("a", "add", "Anna Nowak", "--email", "a@x.example", "--force")
    copies.ok("b", "log", "call", "1", "old")
    copies.fork("a", "a0")
    assert (
        "left out, since forgotten here: 1 person"
        in copies("a", "merge-book", str(copies.path("b"))).err
    )
    assert "merged" not in copies("a", "show", "2").out
    copies.ok("a", "backup")
    copies.ok("a", "restore", "latest", "--yes")
    assert copies("a", "search", "--ids").out == "2\n"
    told = copies("b", "merge-book", str(copies.path("a0"))).err
    assert "crm forget 1 does it here" in told
    assert "crm merge" not in told


def test_a_chain_of_merges(copies):
    """Each side made another link of it; both come to the same, also to when the person last changed."""
    copies.ok("a", "add", "Iva Dvorska")
    copies.ok("a", "add", "Jan Kos")
    copies.fork("a", "b")
    copies.ok("a", "merge", "1", "2")
    copies.ok("b", "merge", "2", "3")
    meet(copies)
