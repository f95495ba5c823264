"""crm merge-book: what both machines decided, and only one of the two can have: it is printed, with what to type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.faults.agree import disagreements
from tests.store.copies import Copies, facts

if TYPE_CHECKING:
    from tests.conftest import Crm

LATER, NEXT = "2026-03-20", "2026-03-17"  # NEXT is the day of the next of F1


@pytest.fixture
def copies(crm: Crm) -> Copies:
    """Copies a, b and c of a book with three people, a follow-up that comes back each week and one that does not."""
    found = Copies(crm)
    for words in (
        ("add", "Anna Nowak"),
        ("add", "Jan Kowalski"),
        ("add", "Iva Dvorska"),
        ("remind", "1", "2026-03-10", "call", "--every", "week"),
        ("remind", "1", "2026-03-11", "write"),
    ):
        found.ok("a", *words)
    found.fork("a", "b", "c")
    return found


def conflicts(copies: Copies, name: str, other: str, *words: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = copies.merge(name, other, "--json", *words).json["conflicts"]
    return rows


def values(rows: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    return [tuple(one[key] for key in ("what", "field", "mine", "theirs", "kept")) for one in rows]


def meet(copies: Copies) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The conflicts of either direction; then both agree, and again there is nothing."""
    copies.fork("a", "a0")
    found = conflicts(copies, "a", "b"), conflicts(copies, "b", "a0")
    assert facts(copies.path("a")) == facts(copies.path("b"))
    for name, other in ("ab", "ba"):
        again = copies.merge(name, other, "--json")
        assert again.json["conflicts"] == []
        assert "nothing in" in again.err
    for name in "ab":
        assert not disagreements(str(copies.path(name)))
    return found


def undone(copies: Copies, name: str, other: str) -> None:
    """A merge taken back leaves the book as it was, and is told anew."""
    before = copies.exported(name)
    told = values(conflicts(copies, name, other))
    copies.ok(name, "undo")
    assert copies.exported(name) == before
    assert values(conflicts(copies, name, other, "--dry-run")) == told != []


@pytest.mark.parametrize("kind", ["people", "follow-up"])
def test_an_undo_is_to_the_byte(copies, kind):
    """In either direction."""
    if kind == "people":
        copies.ok("a", "merge", "1", "2")
        copies.ok("b", "merge", "1", "2", "--different")
        copies.ok("b", "log", "call", "2", "on two")
    else:
        copies.ok("a", "remind", "F1", LATER)
        copies.ok("b", "done", "F1")
    for name, other in ("ab", "ba"):
        undone(copies, name, other)


def turned(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [(what, field, theirs, mine, kept) for what, field, mine, theirs, kept in rows]


def test_one_person_here_and_two_there(copies):
    """They are one, whichever is newer, and that is said in every format, with what takes it back."""
    copies.ok("a", "merge", "1", "2")
    copies.ok("b", "merge", "1", "2", "--different")
    copies.ok("b", "log", "call", "2", "on two")
    typed = "crm undo 6, crm merge 1 2 --different"
    there = f"in the other copy: {typed}; then crm merge-book again"
    both = "Anna Nowak (1), Jan Kowalski (2)"
    for name, other, how in (("a", "b", typed), ("b", "a", there)):
        dry = copies.merge(name, other, "--dry-run", "--prefer", "mine")
        assert "one person" in dry.out
        assert f"{both}, to have it the other way: {how}" in dry.err
        assert "crm history" not in dry.err  # where one of the two never heard of it
        row = copies.merge(name, other, "--dry-run", "-f", "csv").out.splitlines()[1]
        assert row.startswith(f'contact,1,1,Anna Nowak,"{both}",different,')
        assert f'"{how}"' in row
    here, other_way = meet(copies)
    assert values(here) == [(both, "different", "one person", "two people", "one person")]
    assert values(other_way) == turned(values(here))
    assert [one["instead"] for one in here + other_way] == [typed, there]
    assert here[0]["mine_at"] < here[0]["theirs_at"]
    assert other_way[0]["mine_at"] == here[0]["theirs_at"]


@pytest.mark.parametrize(
    ("merges", "taken_in"),
    [
        ([("2", "1")], False),
        ([("1", "2"), ("3", "1")], True),
        ([("3", "1"), ("3", "2")], False),
    ],
)
def test_what_is_to_be_typed_makes_them_two_on_both(copies, merges, taken_in):
    """Typed where they were merged, whether or not that copy has taken in the other."""
    for pair in merges:
        copies.ok("a", "merge", *pair)
    copies.ok("b", "merge", "1", "2", "--different")
    copies.fork("a", "a0")
    words = () if taken_in else ("--dry-run",)
    typed = conflicts(copies, "a", "b", *words)[0]["instead"]
    there = conflicts(copies, "b", "a0")[0]["instead"]
    assert there == f"in the other copy: {typed}; then crm merge-book again"
    for line in typed.split(", "):
        copies.ok("a", *line.split()[1:])
    assert conflicts(copies, "b", "a") == []
    for name in "ab":
        told = copies.ok(name, "merge", "1", "2", "--different").out
        assert "different people already" in told
        assert "1 Anna Nowak and 2 Jan Kowalski" in told


def test_three_who_were_made_one(copies):
    """Each pair that was declared different is a row, also of two who both went."""
    copies.ok("a", "merge", "1", "2")
    copies.ok("a", "merge", "1", "3")
    for pair in (("1", "2"), ("2", "3")):
        copies.ok("b", "merge", *pair, "--different")
    here, there = meet(copies)
    told = [
        (what, "different", "one person", "two people", "one person")
        for what in ("Anna Nowak (1), Jan Kowalski (2)", "Jan Kowalski (2), Iva Dvorska (3)")
    ]
    assert values(here) == told
    assert values(there) == turned(told)
    assert [one["who"] for one in here] == ["Anna Nowak"] * 2


def test_two_merges_that_together_make_two_people_one(copies):
    """Neither side merged the two whom one side declared different; the newest of the links holds in both."""
    copies.ok("a", "merge", "1", "2")
    copies.ok("b", "merge", "2", "3")
    copies.ok("b", "merge", "1", "2", "--different")
    here, there = meet(copies)
    assert [one["what"] for one in here] == ["Anna Nowak (1), Jan Kowalski (2)"]
    assert values(there) == turned(values(here))


@pytest.mark.parametrize(
    ("known", "on_a", "on_b"),
    [
        (("merge", "1", "2", "--different"), [("merge", "1", "2", "--different", "--lift"), ("merge", "1", "2")], []),
        ((), [("merge", "1", "2")], [("merge", "1", "2", "--different"), ("merge", "1", "2", "--different", "--lift")]),
        ((), [("merge", "1", "2"), ("undo",)], [("merge", "1", "2", "--different")]),
    ],
)  # fmt: skip
def test_what_was_taken_back_or_known_is_nothing_to_decide(copies, known, on_a, on_b):
    """Who lifts what both had said, and merges, knew of it."""
    if known:
        copies.ok("a", *known)
        copies.fork("a", "b")
    for name, lines in (("a", on_a), ("b", [*on_b, ("log", "call", "2", "later")])):
        for words in lines:
            copies.ok(name, *words)
    assert meet(copies) == ([], [])


def test_a_merge_that_came_from_a_third(copies):
    """Where it was typed in neither of the two, no number can be named; who has the row from them has not to decide again."""
    copies.ok("a", "merge", "1", "2")
    copies.ok("b", "merge", "1", "2", "--different")
    copies.merge("c", "a")
    assert [one["instead"] for one in conflicts(copies, "c", "b")] == [
        "where they were merged: crm undo of that, crm merge KEEP OTHER --different; then crm merge-book again"
    ]
    assert conflicts(copies, "a", "c") == []
    assert conflicts(copies, "b", "c") == []
    assert facts(copies.path("a")) == facts(copies.path("b")) == facts(copies.path("c"))


@pytest.mark.parametrize(
    ("changed", "done", "rows", "instead"),
    [
        (("F1", LATER), [("F1",)], [("due", LATER, NEXT, NEXT)], f"crm remind F3 {LATER}"),
        (("F1", LATER), [("F1",), ("F3",)], [("due", LATER, "2026-03-24", "2026-03-24")], f"crm remind F4 {LATER}"),
        (("F1", f"{LATER}T15:00"), [("F1",)], [("due", f"{LATER}T15:00", NEXT, NEXT)], f"crm remind F3 {LATER}T15:00"),
        (("F1", LATER, "--every", "month"), [("F1",)],
         [("every", "month", "week", "month"), ("due", LATER, NEXT, NEXT)], f"crm remind F3 {LATER}"),
        (("F1", "--text", "visit"), [("F1",)], [("text", "visit", "call", "call")], "crm remind F3 --text TEXT"),
        (("F1", LATER), [("F1", "--end")], [("due", LATER, "done", "done")], "crm done F1 --reopen"),
        (("F2", LATER), [("F2",)], [("due", LATER, "done", "done")], "crm done F2 --reopen"),
        (("F2", "--text", "visit"), [("F2",)], [], None),  # it stands on the one that is done
        (("F1", NEXT), [("F1",)], [], None),  # the day on which the next is due anyway
        (("F1", LATER), [("F1",), ("F1", "--reopen")], [], None),
    ],
)  # fmt: skip
def test_moved_there_and_done_here(copies, changed, done, rows, instead):
    """It is done, and of a repeat the next has its day; the day that was said is printed, in either direction."""
    copies.ok("a", "remind", *changed)
    for words in done:
        copies.ok("b", "done", *words)
    here, there = meet(copies)
    assert [one[1:] for one in values(here)] == rows
    assert values(there) == turned(values(here))
    if rows:
        assert here[-1]["instead"] == there[-1]["instead"] == instead
        said = instead.replace("TEXT", "visit").split()[1:]
        copies.ok("a", *said)
        assert conflicts(copies, "b", "a") == []
        still = copies("b", "export", "--as", "followups", "--json").json
        column, value = rows[-1][:2]
        assert value in [one[column] for one in still if not one["done_at"]]


def test_moved_there_and_back_and_done_here(copies):
    """There is nothing to decide."""
    for day in (LATER, "2026-03-10"):
        copies.ok("a", "remind", "F1", day)
    copies.ok("b", "done", "F1")
    assert meet(copies) == ([], [])
