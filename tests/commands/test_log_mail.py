"""crm log email -: a piped message."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm

CORPUS = Path(__file__).parent.parent / "corpus" / "mail"
POLISH = (CORPUS / "mail_pl_iso88592_qp.eml").read_bytes()
SENT = (CORPUS / "sent_alternative.eml").read_bytes()


@pytest.fixture
def book(crm: Crm) -> Crm:
    crm.ok("config", "set", "owner.emails", "owner@me.example,marek@sprzedawca.example")
    return crm


def entries(crm: Crm, who: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = crm.ok("show", who, "--json").json["interactions"]
    return rows


def test_a_message_fills_who_date_direction_and_subject(book: Crm) -> None:
    """An unknown sender is made a contact of lifecycle other; known people in Cc are there too."""
    book.ok("add", "Paweł Śliwa", "--email", "pawel.sliwa@hurt-agd.example")
    result = book.ok("log", "email", "-", stdin=POLISH)
    assert result.out == "email with Łukasz Wójcik, Paweł Śliwa  2025-02-04 08:11\n"
    sender = book.ok("show", "lukasz", "--json").json
    assert (sender["lifecycle"], sender["source"]) == ("other", "email")
    assert sender["emails"] == ["Lukasz.Wojcik@stalmex.example"]
    [entry] = sender["interactions"]
    assert (entry["direction"], entry["at"]) == ("in", "2025-02-04T08:11:58Z")
    assert entry["subject"] == "Zapytanie ofertowe: blacha 2 mm, ilość"
    assert "proszę o ofertę na 3 tony." in entry["text"]
    assert entries(book, "pawel")[0]["id"] == entry["id"]
    assert book("show", "biuro@stalmex.example").code == 1


def test_the_same_message_is_logged_once(book: Crm) -> None:
    """A second pipe says so, exits 0 and leaves the book as it was; undo lets it in again."""
    book.ok("log", "email", "-", stdin=POLISH)
    before = book.db.read_bytes()
    again = book.ok("log", "email", "-", stdin=POLISH)
    assert "logged already" in again.err
    assert book.db.read_bytes() == before
    book.ok("undo")
    assert book("search").code == 1
    book.ok("log", "email", "-", stdin=POLISH)
    assert len(entries(book, "lukasz")) == 1


def test_what_the_owner_sent_goes_out(book: Crm) -> None:
    """From one of the owner's addresses it is with the people in To; strangers in Cc stay out."""
    book.ok("add", "Anna", "--email", "ANNA@acme.example")
    result = book.ok("log", "email", "-", "--next", "friday", stdin=SENT)
    assert result.lines == [
        "email with Anna, jan@acme.example  2026-03-02 04:30",
        "next: 2026-03-06",
    ]
    [entry] = entries(book, "anna")
    assert (entry["direction"], entry["subject"]) == ("out", "Re: Oferta")
    assert len(book.ok("search", "--ids").lines) == 2


def test_options_beat_the_message(book: Crm) -> None:
    """WHO, --in, --at and --subject say it better than the headers."""
    book.ok("add", "Eva")
    book.ok("log", "email", "eva", "-", "--in", "--at", "2026-02-01", "--subject", "Hi", stdin=SENT)
    [entry] = entries(book, "eva")
    assert (entry["direction"], entry["at"], entry["subject"]) == ("in", "2026-02-01T12:00Z", "Hi")
    assert "quoted" in entry["text"]
    assert len(book.ok("search", "--ids").lines) == 1


def test_an_address_of_several_is_told_by_the_name(book: Crm) -> None:
    """Of two people with one address the name in the header tells which; else exit 3."""
    for name in ("Anna Nowak", "Jan Nowak"):
        book.ok("add", name, "--email", "office@acme.example", "--force")
    raw = "From: {} <office@acme.example>\nTo: owner@me.example\nSubject: x\n\nhello"
    book.ok("log", "email", "-", stdin=raw.format("Jan Nowak"))
    assert len(entries(book, "jan")) == 1
    refused = book("log", "email", "-", stdin=raw.format("Office"))
    assert refused.code == 3
    assert "Anna Nowak" in refused.err


def test_do_not_contact_holds_for_sent_mail(book: Crm) -> None:
    """Mail to somebody marked do-not-contact is refused whole; mail from them is logged."""
    book.ok("add", "Anna", "--email", "anna@acme.example", "--set", "do_not_contact=yes")
    assert book("log", "email", "-", stdin=SENT).code == 3
    assert len(book.ok("search", "--ids").lines) == 1
    book.ok("log", "email", "-", stdin=(CORPUS / "html_only.eml").read_bytes())
    assert len(entries(book, "anna")) == 1


def test_what_is_no_message_needs_who(book: Crm) -> None:
    """Plain text without WHO is exit 2; with WHO it is the text."""
    assert book("log", "email", "-", stdin="see you tomorrow").code == 2
    assert book("log", "call", "-", stdin=POLISH).code == 2
    book.ok("add", "Eva")
    book.ok("log", "email", "eva", "-", stdin="see you tomorrow")
    assert (entries(book, "eva")[0]["text"], entries(book, "eva")[0]["direction"]) == (
        "see you tomorrow", "out",
    )  # fmt: skip


@pytest.mark.parametrize(
    "date", ["yesterday-ish", "Fri, 1 Jan 2100 00:00:00 +0000", "Mon, 1 Jan 1900 00:00:00 +0000"]
)
def test_a_date_that_cannot_be_is_now(book: Crm, date: str) -> None:
    """A message without a believable date is logged now, with a warning."""
    raw = f"From: anna@acme.example\nTo: owner@me.example\nDate: {date}\n\nhello"
    result = book.ok("log", "email", "-", stdin=raw)
    assert "no date" in result.err
    assert entries(book, "1")[0]["at"] == "2026-03-02T09:00:00Z"


def test_a_message_of_nobody_is_refused(book: Crm) -> None:
    """From and to the owner alone there is no timeline for it."""
    raw = "From: owner@me.example\nTo: marek@sprzedawca.example\nSubject: note\n\nhello"
    assert book("log", "email", "-", stdin=raw).code == 3
