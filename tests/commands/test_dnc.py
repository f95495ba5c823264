"""crm dnc: do-not-contact is a gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.fixture
def book(crm: Crm) -> Crm:
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example", "--phone", "+48 609 100 109")
    crm.ok("add", "Jan Kowalski", "--email", "jan@acme.example")
    return crm


def test_marked_and_lifted(book: Crm) -> None:
    """Said on the card and before a call; the reason is a note on the timeline."""
    out = book.ok("dnc", "anna", "--reason", "asked not to be called").out
    assert out == "1  Anna Nowak  do not contact\n"
    assert "do_not_contact yes" in book.ok("show", "anna").out
    assert book.ok("show", "anna", "--brief").lines[1] == "! do not contact"
    [note] = book.ok("show", "anna", "--json").json["interactions"]
    assert (note["kind"], note["text"]) == ("note", "do not contact: asked not to be called")
    assert book.ok("dnc", "anna", "--reason", "again").out.endswith("do not contact already\n")
    assert book.ok("dnc", "anna", "--lift").out == "1  Anna Nowak  may be contacted\n"
    assert book.ok("dnc", "anna", "--lift").out.endswith("may be contacted already\n")
    assert [one["text"] for one in book.ok("show", "anna", "--json").json["interactions"]] == [
        "do not contact: again",
        "do not contact: asked not to be called",
    ]


def test_only_the_owner_lifts_it(book: Crm) -> None:
    """In so many words, by crm dnc and crm edit; many at once only when that is asked, and no file does."""
    book.ok("dnc", "anna")
    rows = "name,email,do_not_contact\nAnna Nowak,anna@acme.example,no\n"
    for way in ("fill", "skip", "update"):
        book.ok("import", "-", "--on-match", way, stdin=rows)
        assert book.ok("search", "is:dnc", "--ids").out == "1\n"
    asked = book("edit", "--where", "is:dnc", "--set", "do_not_contact=no")
    assert (asked.code, "--yes" in asked.err) == (2, True)
    assert book.ok("search", "is:dnc", "--ids").out == "1\n"
    assert "do-not-contact lifted" in book.ok("edit", "anna", "--set", "do_not_contact=no").out


def test_open_follow_ups_are_named(book: Crm) -> None:
    """They will not be shown any more, so they are to be closed."""
    book.ok("remind", "anna", "tomorrow", "send the offer")
    out = book.ok("dnc", "anna").out
    assert out.splitlines()[1] == "still open: F1 send the offer; crm done F1"
    assert book.ok("remind", "--within", "7d", "--where", "anna").out == ""
    assert book("check", "--select", "P801", "--ids").lines == ["P801:1"]


@pytest.mark.parametrize(
    "words",
    [
        ["call", "anna", "hi"],
        ["email", "anna", "hi"],
        ["message", "anna", "hi"],
        ["meeting", "anna", "hi"],
        ["visit", "anna", "hi"],
        ["note", "anna", "hi", "--out"],
        ["email", "jan", "hi", "--with", "anna"],
        ["message", "jan", "hi", "--with", "anna"],
        ["call", "jan", "hi", "--with", "anna"],
        ["call", "anna", "they rang", "--in", "--next", "friday"],
        ["note", "anna", "hm", "--promise", "friday"],
    ],
)
def test_what_goes_out_is_refused(book: Crm, words: list[str]) -> None:
    """Also to the others of a message, and a follow-up beside it; --override logs it all the same."""
    book.ok("dnc", "anna")
    result = book("log", *words)
    assert (result.code, result.out) == (3, "")
    assert "Anna Nowak is marked do-not-contact" in result.err
    assert "--override" in result.err
    assert book.ok("show", "anna", "--json").json["interactions"] == []
    book.ok("log", *words, "--override")


def test_a_second_entry_is_no_way_round(book: Crm) -> None:
    """Mail to an address of somebody marked is refused under whatever name, until there is another address."""
    book.ok(
        "add", "Nowak Anna", "--email", "ANNA@acme.example", "--phone", "+48 609 100 109", "--force"
    )
    book.ok("add", "Ewa Colleague", "--phone", "+48 609 100 109", "--force")
    book.ok("log", "email", "3", "hi")
    book.ok("dnc", "1")
    book.ok("log", "call", "ewa", "the same switchboard")
    for kind in ("email", "call"):
        result = book("log", kind, "3", "hi")
        assert (result.code, result.out) == (3, "")
        assert "but that of Anna Nowak, who is marked do-not-contact" in result.err
        book.ok("log", kind, "3", "hi", "--override")
        book.ok("log", kind, "3", "hi", "--in")
    book.ok("log", "visit", "3", "hi")
    assert book("log", "email", "jan", "hi", "--with", "3").code == 3
    book.ok("edit", "3", "--email", "twin@acme.example")
    book.ok("log", "email", "3", "hi")
    book.ok("log", "email", "jan", "hi")


def test_a_second_entry_is_in_no_list(book: Crm) -> None:
    """Neither the morning nor a calendar has an address of somebody marked; check tells, and why it is so."""
    twin = ("ANNA@acme.example", "--force", "--birthday", "--03-03", "--lifecycle", "customer")
    book.ok("add", "Nowak Anna", "--email", *twin)
    book.ok("log", "email", "3", "hi", "--at", "2025-06-01")
    book.ok("remind", "3", "today", "send the offer")
    morning = ("remind", "--all", "--within", "30d")
    calendars = ((*morning, "-f", "ics"), ("export", "--to", "ics"))
    for words in (morning, *calendars, ("search", "rule:T601")):
        assert "Nowak Anna" in book.ok(*words).out
    assert (
        book.ok("dnc", "1").lines[1] == "left out too, with no other e-mail or phone: 3 Nowak Anna"
    )
    for words in (morning, *calendars):
        told = book.ok(*words).out.lower()
        assert "nowak anna" not in told
        assert "anna@acme" not in told
    assert book("search", "rule:T601").code == 1
    assert book("show", "3").out.count("T601") == 0
    assert book.ok("search", "is:refused", "--ids").lines == ["3"]
    assert book("check", "--select", "Q703", "--ids").lines == ["Q703:3"]
    why = "3 Nowak Anna can be reached only where Anna Nowak is too, who is marked do-not-contact"
    for words in (
        ("remind", "--explain", "T601:3"),
        ("remind", "--explain", "F1"),
        ("remind", "3", "friday", "again"),
        ("log", "call", "3", "they rang", "--in", "--next", "friday"),
    ):
        assert (book(*words).code, why in book(*words).err) == (3, True), words
    assert why in book.ok("deal", "add", "3", "Machines").err
    book.ok("done", "F1", "sent it")
    assert "note" in book.ok("show", "3").out


def test_a_second_entry_with_a_phone_of_its_own_is_called(book: Crm) -> None:
    """Not written to; one number is of many people, and that of somebody of the same name is theirs."""
    book.ok("add", "Ewa Nowak", "--email", "anna@acme.example", "--phone", "601100101", "--force")
    book.ok("log", "email", "3", "they wrote", "--in", "--at", "2026-02-20")
    book.ok("dnc", "1")
    [item] = book.ok("remind", "--json").json
    assert (item["contact"]["id"], item["action"]) == (3, "crm log call 3")
    book.ok("edit", "3", "--remove-phone", "601100101")
    book.ok("edit", "3", "--phone", "+48 609 100 109", "--force")
    assert [item["contact"]["id"] for item in book.ok("remind", "--json").json] == [3]
    book.ok("edit", "3", "--name", "Nowak Anna")
    assert book.ok("remind", "--json").json == []


@pytest.mark.parametrize(
    "words",
    [
        ["email", "anna", "stop it", "--in"],
        ["call", "anna", "they rang", "--in"],
        ["complaint", "anna", "still on the list"],
        ["purchase", "anna", "--amount", "5"],
        ["note", "anna", "hm"],
        ["call", "jan", "hi", "--next", "friday"],
    ],
)
def test_what_comes_in_is_logged(book: Crm, words: list[str]) -> None:
    """And whatever is about somebody else."""
    book.ok("dnc", "anna")
    book.ok("log", *words)


def test_no_follow_up_is_set(book: Crm) -> None:
    """The form of crm remind that sets one is refused."""
    book.ok("dnc", "anna")
    result = book("remind", "anna", "friday", "call")
    assert (result.code, result.out) == (3, "")


def test_in_bulk(book: Crm) -> None:
    """Asks first; the reason on everybody who was changed; undo lifts them all."""
    book.ok("dnc", "jan")
    assert book("dnc", "--where", "has:email").code == 2
    assert book.ok("dnc", "--where", "has:email", "--dry-run").out == (
        "would be do not contact: 1 of 2 people\n"
    )
    book.ok("dnc", "--where", "has:email", "--reason", "list bought", "--yes")
    assert book.ok("search", "dnc:yes", "--ids").lines == ["1", "2"]
    assert book.ok("search", "said:bought", "--ids").lines == ["1"]
    book.ok("undo")
    assert book.ok("search", "dnc:yes", "--ids").lines == ["2"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ([], 2, "whom?"),
        (["anna", "--where", "x"], 2, "whom?"),
        (["anna", "she", "asked"], 2, "--reason"),
        (["nobody"], 3, "nobody is known"),
        (["--where", "city:nowhere", "--yes"], 1, "nobody found"),
    ],
)
def test_what_is_missing_is_said(book: Crm, words: list[str], code: int, says: str) -> None:
    """One clear line and the right exit code."""
    result = book("dnc", *words)
    assert (result.code, result.out) == (code, "")
    assert says in result.err


def test_history_and_undo(book: Crm) -> None:
    """In words, and back to the same bytes."""
    before = book.ok("export", "--to", "jsonl").out
    book.ok("dnc", "anna", "--reason", "asked", CRM_NOW="2026-03-03T09:00")
    fields = [row["field"] for row in book.ok("history", "anna", "--json").json]
    assert "do not contact" in fields
    book.ok("undo")
    assert book.ok("export", "--to", "jsonl").out == before


def test_a_follow_up_that_repeats_is_ended(book: Crm) -> None:
    """What is suggested settles the matter."""
    book.ok("remind", "anna", "tomorrow", "x")
    book.ok("remind", "anna", "tomorrow", "y", "--every", "week")
    assert "crm done F2 --end" in book.ok("dnc", "anna").out
    for command in ("done F1", "done F2 --end"):
        assert f"crm {command}" in book("dnc", "anna").out
        book.ok(*command.split())
    assert book.ok("check", "--select", "P801").out == ""


def test_the_finding_names_the_command_that_ends_it(book: Crm) -> None:
    """Whether the follow-up repeats or not."""
    book.ok("remind", "anna", "today", "y", "--every", "week")
    book.ok("dnc", "anna")
    while command := book("check", "--select", "P801", "--columns", "action").out:
        book.ok(*command.split()[1:])
    assert book("show", "anna", "--json").json["next"] is None


def test_each_reason_is_kept(crm: Crm) -> None:
    """A second one, too; a query adds it to those alone who are new to it, however often it runs."""
    crm.ok("add", "Bob", "--tag", "out")
    crm.ok("dnc", "bob")
    crm.ok("dnc", "bob", "--reason", "second letter")
    for _ in range(2):
        crm.ok("dnc", "--where", "+out", "--reason", "list", "--yes")
    notes = [one["text"] for one in crm.ok("show", "bob", "--json").json["interactions"]]
    assert notes == ["do not contact: second letter"]


def test_who_is_left_with_a_refused_address_alone_is_named(book: Crm) -> None:
    """Whether their own was taken off or bounced: from then on no list for contacting has them."""
    book.ok("dnc", "1")
    both = ("--email", "anna@acme.example", "--email", "own@x.example", "--force")
    for name in ("Nowak Anna", "Ania Nowak"):
        book.ok("add", name, *both)
    says = "3 Nowak Anna is in no list for contacting now: every e-mail and phone that works is also that of Anna Nowak"
    assert says in book.ok("edit", "3", "--remove-email", "own@x.example").err
    assert "in no list" not in book.ok("edit", "3", "--city", "Brno").err
    assert (
        says.replace("3 Nowak Anna", "4 Ania Nowak")
        in book.ok("log", "email", "4", "own@x.example", "--bounced").out
    )
