"""crm verify, and what crm log knows of addresses and numbers: which bounced, which were answered."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm

LATER = "2026-03-09T09:00"


@pytest.fixture
def book(crm: Crm) -> Crm:
    """Anna has two addresses and a phone, Jan an address alone."""
    crm.ok(
        "add", "Anna Nowak", "--email", "anna@acme.example", "--email", "anna@home.example",
        "--phone", "+48 609 100 109",
    )  # fmt: skip
    crm.ok("add", "Jan Kowalski", "--email", "jan@acme.example")
    return crm


def card(crm: Crm, who: str = "1") -> dict[str, Any]:
    found: dict[str, Any] = crm.ok("show", who, "--json", "--all").json
    return found


def known(crm: Crm, who: str = "1") -> tuple[list[str], list[str]]:
    found = card(crm, who)
    return found["verified_channels"], found["dead_channels"]


def test_data_was_checked(book: Crm) -> None:
    """Today, or on a day gone by; the same again changes nothing."""
    assert book.ok("verify", "anna").out == "1  Anna Nowak  verified 2026-03-02\n"
    assert book.ok("verify", "anna").out == "1  Anna Nowak  verified 2026-03-02 already\n"
    assert card(book)["verified_on"] == "2026-03-02"
    book.ok("verify", "anna", "--on", "2026-02-20")
    assert card(book)["verified_on"] == "2026-02-20"
    assert known(book) == ([], [])


def test_an_email_works(book: Crm) -> None:
    """Those not known to be dead, unless one is named, behind WHO or as WHO."""
    out = book.ok("verify", "1", "--email").out
    assert out == "1  Anna Nowak  anna@acme.example, anna@home.example verified 2026-03-02\n"
    book.ok("verify", "1", "--email", "Anna@Home.example", CRM_NOW=LATER)
    assert known(book)[0] == ["anna@acme.example=2026-03-02", "anna@home.example=2026-03-09"]
    book.ok("verify", "anna@acme.example", "--email", CRM_NOW=LATER)
    assert known(book)[0] == ["anna@acme.example=2026-03-09", "anna@home.example=2026-03-09"]
    assert card(book)["verified_on"] is None


def test_a_number_in_any_spelling(book: Crm) -> None:
    """And an older day does not push a newer one aside."""
    book.ok("verify", "1", "609 100 109", "--phone")
    book.ok("verify", "1", "--phone", "--on", "2026-02-01")
    assert known(book)[0] == ["+48609100109=2026-03-02"]


def test_what_is_dead_works_after_all(book: Crm) -> None:
    """The only one, or the one that is named; of several dead ones which must be said."""
    book.ok("log", "call", "1", "--bounced")
    book.ok("verify", "1", "--phone")
    assert known(book) == (["+48609100109=2026-03-02"], [])
    for address in ("anna@acme.example", "anna@home.example"):
        book.ok("log", "email", "1", "--bounced", address)
    refused = book("verify", "1", "--email")
    assert refused.code == 3
    assert "anna@acme.example, anna@home.example" in refused.err
    done = book.ok("verify", "1", "--email", "anna@home.example")
    assert done.err == "still dead: anna@acme.example, since 2026-03-02\n"
    assert known(book)[1] == ["anna@acme.example=2026-03-02"]


def test_in_bulk(book: Crm) -> None:
    """The people, or what is alive of their channels; a dry run counts and changes nothing."""
    book.ok("log", "email", "1", "--bounced")
    dry = book.ok("verify", "--where", "has:email", "--email", "--dry-run")
    assert dry.out == "would be email verified 2026-03-02: 2 of 2 people\n"
    assert known(book, "2") == ([], [])
    assert book("verify", "--where", "has:email").code == 2
    book.ok("verify", "--where", "has:email", "--email", "--yes")
    assert known(book) == (["anna@home.example=2026-03-02"], ["anna@acme.example=2026-03-02"])
    assert (
        book.ok("verify", "--where", "has:email", "-y").out
        == "verified 2026-03-02: 2 of 2 people\n"
    )


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["verify"], 2, "whom?"),
        (["verify", "1", "--where", "x"], 2, "whom?"),
        (["verify", "2", "--phone"], 3, "Jan Kowalski has no phone"),
        (["verify", "1", "--email", "x@y.example"], 3, 'has no e-mail "x@y.example"'),
        (["verify", "1", "anna@acme.example"], 2, "Say --email or --phone"),
        (["verify", "1", "--on", "2026-03-03"], 3, "in the future"),
        (["verify", "nobody"], 3, "nobody is known"),
        (["verify", "--where", "city:nowhere", "-y"], 1, "nobody found"),
        (["log", "email", "2", "--bounced", "x@y.example"], 3, 'has no e-mail "x@y.example"'),
        (["log", "call", "2", "--bounced"], 3, "no phone that could be dead"),
        (["log", "meeting", "2", "--bounced"], 2, "--bounced is for"),
        (["log", "email", "2", "--bounced", "--in"], 2, "not --in"),
        (["log", "email", "-", "--bounced"], 2, "whose address bounced?"),
    ],
)
def test_what_cannot_be_done_is_said(book: Crm, words: list[str], code: int, says: str) -> None:
    """One clear line, the right exit code, nothing changed."""
    before = book.ok("history", "--json").json
    result = book(*words)
    assert (result.code, result.out) == (code, "")
    assert says in result.err
    assert book.ok("history", "--json").json == before


def test_a_bounce_is_no_touch(book: Crm) -> None:
    """It is kept as a note, and the address is dead from that day on."""
    out = book.ok("log", "email", "anna", "the", "offer", "--bounced", "--at", "2026-02-27").out
    assert out.splitlines() == [
        "note with Anna Nowak  2026-02-27",
        "dead: anna@acme.example; crm verify 1 --email anna@acme.example takes that back",
        "left: anna@home.example",
    ]
    found = card(book)
    assert found["last"] is None
    assert [(row["kind"], row["subject"], row["text"]) for row in found["interactions"]] == [
        ("note", "bounced: anna@acme.example", "the offer")
    ]
    assert found["dead_channels"] == ["anna@acme.example=2026-02-27"]


@pytest.mark.parametrize(
    ("words", "dead", "text"),
    [
        (["email", "1", "--bounced"], "anna@acme.example", None),
        (["email", "1", "--bounced", "anna@home.example"], "anna@home.example", None),
        (["email", "1", "ANNA@home.example", "gone", "--bounced"], "anna@home.example", "gone"),
        (["email", "anna@home.example", "gone", "--bounced"], "anna@home.example", "gone"),
        (["call", "1", "--bounced"], "+48609100109", None),
        (["call", "1", "--bounced", "609 100 109"], "+48609100109", None),
        (["call", "1", "609", "100", "109", "--bounced"], "+48609100109", None),
        (["call", "609100109", "a", "fax", "--bounced"], "+48609100109", "a fax"),
        (["message", "1", "never", "arrived", "--bounced"], "+48609100109", "never arrived"),
    ],
)  # fmt: skip
def test_which_of_several_is_dead(book: Crm, words: list[str], dead: str, text: str | None) -> None:
    """The one named behind WHO or as WHO, else the first that is alive."""
    book.ok("log", *words)
    found = card(book)
    assert found["dead_channels"] == [f"{dead}=2026-03-02"]
    assert found["interactions"][0]["text"] == text


def test_an_address_of_signs_is_printed_as_one_word(crm: Crm) -> None:
    """What a shell would run stands quoted in the command that takes it back."""
    crm.ok("add", "Eva", "--email", "a|id&b$HOME@y.example", "--email", "x`id`@y.example")
    said = "".join(crm.ok("log", "email", "1", "--bounced").out for _ in range(2))
    assert "crm verify 1 --email 'a|id&b$HOME@y.example' takes" in said
    assert "crm verify 1 --email 'x`id`@y.example' takes" in said


def test_the_next_one_bounces_too(book: Crm) -> None:
    """Then nothing is left, and a follow-up can be set at once."""
    book.ok("log", "email", "1", "--bounced")
    out = book.ok(
        "log", "email", "1", "--bounced", "--next", "tomorrow", "--next-text", "find hers"
    ).out
    assert out.splitlines()[1:] == [
        "dead: anna@home.example; crm verify 1 --email anna@home.example takes that back",
        "no e-mail left: crm edit 1 --email NEW",
        "next: 2026-03-03",
    ]
    again = book.ok("log", "email", "1", "--bounced", "anna@home.example", CRM_NOW=LATER).out
    assert "dead since 2026-03-02: anna@home.example" in again
    assert known(book)[1] == ["anna@acme.example=2026-03-02", "anna@home.example=2026-03-02"]


def test_what_is_dead_is_not_suggested(book: Crm) -> None:
    """The command to run next goes another way, and five lines before a call leave it out."""
    book.ok("edit", "1", "--channel", "call")
    book.ok("remind", "1", "today", "call")
    assert "crm log call 1 --done F1" in book.ok("remind").out
    assert "+48609100109" in book.ok("show", "1", "--brief").lines[1]
    book.ok("log", "call", "1", "--bounced")
    assert "crm log email 1 --done F1" in book.ok("remind").out
    assert "+48609100109" not in book.ok("show", "1", "--brief").lines[1]
    assert "+48609100109 (dead since 2026-03-02)" in book.ok("show", "1").out


def test_a_bounce_does_not_answer_a_follow_up(book: Crm) -> None:
    """The follow-up stays open, and do-not-contact does not keep the news out."""
    book.ok("remind", "1", "today", "write")
    book.ok("dnc", "1")
    book.ok("log", "email", "1", "--bounced")
    assert card(book)["follow_ups"][0]["done_at"] is None


@pytest.mark.parametrize(
    ("words", "verified"),
    [
        (["email", "1", "hello", "--in"], ["anna@acme.example=2026-03-02"]),
        (["email", "anna@home.example", "hello", "--in"], ["anna@home.example=2026-03-02"]),
        (["call", "1", "hello"], ["+48609100109=2026-03-02"]),
        (["call", "1", "hello", "--in", "--at", "2026-02-20"], ["+48609100109=2026-02-20"]),
        (["call", "+48 609 100 109", "hello"], ["+48609100109=2026-03-02"]),
        (["call", "1", "no answer", "--out"], []),
        (["email", "1", "hello"], []),
        (["meeting", "1", "hello"], []),
        (["message", "1", "hello", "--in"], []),
        (["note", "1", "hello"], []),
    ],
)
def test_an_answer_verifies_the_channel(book: Crm, words: list[str], verified: list[str]) -> None:
    """An e-mail from them, a call with them: the one named, else the first that is alive."""
    book.ok("log", *words)
    assert known(book)[0] == verified


def test_the_first_that_is_alive_is_taken_for_the_one_that_answered(book: Crm) -> None:
    """What is dead comes to life only where it is named, and not by older mail."""
    book.ok("log", "email", "1", "--bounced")
    book.ok("log", "email", "1", "hello", "--in")
    assert known(book)[1] == ["anna@acme.example=2026-03-02"]
    assert known(book)[0] == ["anna@home.example=2026-03-02"]
    book.ok("log", "email", "anna@acme.example", "old", "--in", "--at", "2026-02-20")
    assert known(book)[1] == ["anna@acme.example=2026-03-02"]
    book.ok("log", "email", "anna@acme.example", "here again", "--in", CRM_NOW=LATER)
    assert known(book) == (
        ["anna@acme.example=2026-03-09", "anna@home.example=2026-03-02"],
        [],
    )


def test_piped_mail_verifies_the_senders_address(book: Crm) -> None:
    """Not the first one, where it came from another."""
    mail = "From: anna@home.example\nTo: me@own.example\nSubject: hi\nMessage-ID: <1@x>\n\nhello\n"
    book.ok("log", "email", "-", stdin=mail)
    assert known(book)[0] == ["anna@home.example=2026-03-02"]


def test_every_call_is_not_news(book: Crm) -> None:
    """It is written down again a month later, so that the history does not speak of little else."""
    days = ("2026-03-02", "2026-03-31", "2026-04-01")
    for day, expected in zip(days, ("2026-03-02", "2026-03-02", "2026-04-01"), strict=True):
        book.ok("log", "call", "1", "hello", CRM_NOW=f"{day}T09:00")
        assert known(book)[0] == [f"+48609100109={expected}"]


def test_an_earlier_log_can_be_undone_when_a_later_one_verified_too(book: Crm) -> None:
    """That the number works stands on the later one."""
    book.ok("log", "call", "1", "first")
    book.ok("log", "call", "1", "second", CRM_NOW="2026-06-01T09:00")
    book.ok("undo", "3")
    assert [row["text"] for row in card(book)["interactions"]] == ["second"]
    assert known(book)[0] == ["+48609100109=2026-06-01"]


def test_undo_restores_every_byte(book: Crm) -> None:
    """Of a bounce, of a verification, of both in a row."""
    before = book.ok("export", "--to", "jsonl").out
    book.ok("log", "email", "1", "--bounced")
    book.ok("verify", "1", "--email", "anna@acme.example", CRM_NOW=LATER)
    book.ok("verify", "1", CRM_NOW=LATER)
    for _ in range(3):
        book.ok("undo")
    assert book.ok("export", "--to", "jsonl").out == before
    assert known(book) == ([], [])
    told = [row["field"] for row in book.ok("history", "1", "--json").json]
    assert "anna@acme.example: dead on" in told


def test_queries_find_the_dead(book: Crm) -> None:
    """By any, none, and words of the address."""
    book.ok("log", "email", "1", "--bounced")
    assert book.ok("search", "dead:any", "--ids").lines == ["1"]
    assert book.ok("search", "dead:none", "--ids").lines == ["2"]
    assert book.ok("search", "dead:acme", "--ids").lines == ["1"]
    assert book("search", "dead:home", "--ids").lines == []
    assert book.ok("search", "dead:any", "--columns", "dead_channels").out == (
        "anna@acme.example=2026-03-02\n"
    )


@pytest.mark.parametrize(
    "line",
    [
        "verify 1 --on 0001-01-01", "consent 1 --basis contract --on 0001-01-01",
        "edit 1 --date wedding=0001-03-03", "edit 1 --birthday 1700-01-01", "tag 1 ''",
        "log call 1 x --at 1066-10-14",
    ],
)  # fmt: skip
def test_a_year_that_is_a_slip_is_refused(crm: Crm, line: str) -> None:
    """Exit 3, and nothing is written; so is a tag of no word."""
    crm.ok("add", "Anna")
    before = crm.ok("history").out
    result = crm(*shlex.split(line))
    assert (result.code, result.err.count("\n")) == (3, 1)
    assert crm.ok("history").out == before
