"""crm import of mail: whose it is, what it says of addresses, and that it comes in once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm

CORPUS = Path(__file__).parent.parent / "corpus" / "mail"
SAMPLE = CORPUS / "mail_pl_iso88592_qp.eml"


@pytest.fixture
def book(crm: Crm) -> Crm:
    crm.ok("config", "set", "owner.emails", "marek@sprzedawca.example")
    return crm


def test_a_message_is_on_everybodys_timeline(book: Crm) -> None:
    """Sender and Cc are people with the names of the header, an office's mailbox is nobody's."""
    result = book.ok("import", str(SAMPLE))
    assert "1 read, 1 added" in result.err
    person = book.ok("show", "wójcik", "--json").json
    assert person["emails"] == ["Lukasz.Wojcik@stalmex.example"]
    assert person["verified_channels"] == ["Lukasz.Wojcik@stalmex.example=2025-02-04"]
    assert [other["name"] for other in book.ok("search", "--json").json] == [
        "biuro@stalmex.example", "Łukasz Wójcik", "Śliwa, Paweł",
    ]  # fmt: skip
    before = book.ok("export").out
    again = book.ok("import", str(SAMPLE))
    assert "1 unchanged" in again.err
    assert book.ok("export").out == before
    book.ok("undo")
    assert book("search").code == 1


def test_a_piped_message_and_one_of_a_mailbox_are_one(book: Crm) -> None:
    """Whichever way a message comes first, it is the same."""
    book.ok("log", "email", "-", stdin=SAMPLE.read_bytes())
    assert "0 added" in book.ok("import", str(SAMPLE)).err
    book.ok("undo", "2")
    book.ok("import", str(SAMPLE))
    assert "logged already" in book.ok("log", "email", "-", stdin=SAMPLE.read_bytes()).err


def test_what_is_left_out_is_counted_by_its_kind(book: Crm) -> None:
    """The sum is right, and each reason is a line however many there are."""
    path = book.home / "Takeout.mbox"
    path.write_bytes((CORPUS / "takeout.mbox").read_bytes() * 3)
    result = book.ok("import", str(path))
    assert "and 2 more: left out: spam" in result.err
    assert "33 read, 3 added, 0 updated, 0 unchanged, 30 skipped, 0 rejected" in result.err
    names = {row["name"] for row in book.ok("search", "--json").json}
    assert names == {"Anna", "Jan", "sklep@firma.example", "Ewa"}


def test_nobody_is_made_where_that_is_refused(book: Crm) -> None:
    """--no-create rejects the message; mended, the rejects file comes in as mail."""
    result = book("import", "--no-create", str(SAMPLE), "--rejects", str(book.home / "r.mbox"))
    assert result.code == 4
    assert "1 rejected" in result.err
    text = (book.home / "r.mbox").read_text("utf-8")
    assert text.startswith(
        "From crm Thu Jan  1 00:00:00 1970\nX-Crm-Rejected-Line: 1\nX-Crm-Rejected-Reason: "
    )
    assert "1 added" in book.ok("import", str(book.home / "r.mbox")).err


def test_strangers_in_the_copy_cost_no_message_of_somebody_known(book: Crm) -> None:
    """With --no-create a message is still one with those whom the book knows."""
    book.ok("add", "Łukasz", "--email", "lukasz.wojcik@stalmex.example")
    assert "1 added" in book.ok("import", "--no-create", str(SAMPLE)).err
    assert len(book.ok("show", "łukasz", "--json").json["interactions"]) == 1
    assert len(book.ok("search", "--json").json) == 1


def test_a_bounce_makes_the_address_dead_until_somebody_writes_from_it(book: Crm) -> None:
    """A note on the person, the address dead since that day; of unknown addresses nothing is made."""
    book.ok("add", "Jan", "--email", "jan@firma.example", "--email", "j@firma.example")
    result = book.ok("import", str(CORPUS / "bounce_exim.eml"), str(CORPUS / "bounce_ru_koi8.eml"))
    assert "came back from addresses that nobody in the book has" in result.err
    jan = book.ok("show", "jan", "--json").json
    assert jan["dead_channels"] == ["jan@firma.example=2025-03-04"]
    assert jan["interactions"][0]["subject"] == "bounced: jan@firma.example"
    assert jan["interactions"][0]["kind"] == "note"
    assert len(book.ok("search", "--json").json) == 1
    dead = book.ok("export").out
    path = book.home / "later.eml"
    path.write_text(
        "From: jan@firma.example\nTo: marek@sprzedawca.example\nMessage-ID: <l@firma.example>\n"
        "Date: Wed, 5 Mar 2025 08:00:00 +0100\n\nI am back\n"
    )
    book.ok("import", str(path))
    jan = book.ok("show", "jan", "--json").json
    assert (jan["dead_channels"], jan["verified_channels"]) == (
        [],
        ["jan@firma.example=2025-03-05"],
    )
    book.ok("undo")
    assert book.ok("export").out == dead
    book.ok("undo")
    assert book.ok("show", "jan", "--json").json["dead_channels"] == []


def day(number: int, sender: str, more: str = "", body: str = "hello") -> str:
    return (
        f"From x Tue Mar  4 09:12:01 2025\nFrom: {sender}\nTo: marek@sprzedawca.example\n"
        f"Date: Tue, {number} Mar 2025 08:00:00 +0100\nMessage-ID: <{number}@x.example>\n{more}\n{body}\n\n"
    )


def back(number: int) -> str:
    return day(
        number, "mailer-daemon@x.example", "Subject: undelivered\n", "jan@firma.example\nunknown"
    )


def test_an_address_is_dead_by_the_last_that_was_heard_of_it(book: Crm) -> None:
    """In one file: bounced, heard of after that, bounced again; in any order of the messages."""
    path = book.home / "box"
    heard = day(5, "Jan <jan@firma.example>")
    path.write_text(back(7) + heard + back(4) + back(6))
    book.ok("import", str(path))
    assert book.ok("show", "jan", "--json").json["dead_channels"] == [
        "jan@firma.example=2025-03-06"
    ]
    book.ok("undo")
    path.write_text(heard + back(4))
    book.ok("import", str(path))
    assert book.ok("show", "jan", "--json").json["dead_channels"] == []


def test_an_old_bounce_does_not_kill_what_was_verified_since(book: Crm) -> None:
    """What is known to work is not dead because of a mailbox of last year."""
    book.ok("add", "Jan", "--email", "jan@firma.example")
    book.ok("verify", "1", "--email", "jan@firma.example")
    path = book.home / "box"
    path.write_text(back(4))
    book.ok("import", str(path))
    assert book.ok("show", "jan", "--json").json["dead_channels"] == []


def test_quotations_and_signatures_are_not_shown(book: Crm) -> None:
    """The card shows what is new; the whole text is in the JSON."""
    book.ok("import", str(CORPUS / "flowed_wrong_charset.eml"))
    card = book.ok("show", "anna").out
    assert "Dobrý den, posíláme nabídku." in card
    assert "staré" not in card
    assert "Jana" not in card
    assert "> staré věty" in book.ok("show", "anna", "--json").json["interactions"][0]["text"]


def test_a_maildir_is_imported_as_a_folder(book: Crm) -> None:
    """A folder is named like a file; explain says what it is."""
    folder = book.home / "Maildir"
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    (folder / "cur" / "1:2,S").write_bytes(SAMPLE.read_bytes())
    assert "format: maildir" in book.ok("import", "--explain", str(folder)).out
    assert "1 added" in book.ok("import", str(folder)).err
    assert "1 unchanged" in book.ok("import", "--from", "maildir", f"{folder}/").err


def mbox(*messages: str) -> bytes:
    return "".join(f"From x Mon Jan  5 10:00:00 2026\n{one}\n\n" for one in messages).encode()


def message(
    number: int, sender: str, to: str = "marek@sprzedawca.example", *, more: str = ""
) -> str:
    head = f"From: {sender}\nTo: {to}\nDate: Mon, 5 Jan 2026 10:00:00 +0000\n"
    return f"{head}Message-ID: <{number}@x.example>\nSubject: s{number}\n{more}\nDzień dobry\n"


def test_services_and_lists_are_nobody(book: Crm) -> None:
    """Who writes for a service or is a list is no person; the people beside a list are."""
    list_mail = "List-Id: Klub <klub.stal.example>\nList-Post: <mailto:klub-post@stal.example>\n"
    me = "Marek <marek@sprzedawca.example>"
    raw = mbox(
        message(1, "LinkedIn <messages-noreply@linkedin.example>"),
        message(2, "Allegro <powiadomienia@allegro.example>"),
        message(3, "Mall <oznameni@mall.example>"),
        message(4, "Bank <upozornenia@banka.example>"),
        message(5, "Bahn <benachrichtigungen@bahn.example>"),
        message(6, '"Anna Nowak via DocuSign" <dse@eumail.docusign.example>'),
        message(7, "Członek <czlonek@stal.example>", "klub@stal.example", more=list_mail),
        message(8, me, "klub-stal@googlegroups.com, Jan Kos <jan@kos.example>"),
        message(9, me, "klub@stal.example"),
        message(10, me, "stal@lists.firma.example, klub-post@stal.example"),
        message(11, "Nora Plyuto <nora@plyuto.example>"),
        message(12, "Via Pragensis <via@pragensis.example>"),
    )
    result = book.ok("import", "-", stdin=raw)
    assert "12 read, 3 added, 0 updated, 0 unchanged, 9 skipped, 0 rejected" in result.err
    assert "sent by a service for somebody" in result.err
    assert "mail to a list" in result.err
    names = {row["name"] for row in book.ok("search", "--json").json}
    assert names == {"Jan Kos", "Nora Plyuto", "Via Pragensis"}


def test_a_list_is_known_wherever_in_the_mailbox_it_is_named(book: Crm) -> None:
    """Your own message to a list says nothing of it; one that came through it may lie far behind."""
    me = "Marek <marek@sprzedawca.example>"
    named = "list-id: Klub <klub.stal.example>\n"
    first = [message(0, me, "klub@stal.example, Jan Kos <jan@kos.example>")]
    between = [message(number, f"Osoba <o{number % 9}@x.example>") for number in range(1, 500)]
    last = message(500, "Członek <czlonek@stal.example>", "klub@stal.example", more=named)
    book.ok("import", "-", stdin=mbox(*first, *between, last))
    assert "klub@stal.example" not in book.ok("export").out
    assert "jan@kos.example" in book.ok("export").out


def test_a_bounce_of_exchange_is_no_person_and_its_address_is_dead(book: Crm) -> None:
    """The server writes as an address of its own, and names whom it could not reach."""
    book.ok("add", "Jan Kos", "--email", "jan@kos.example")
    server = "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@firma.example>"
    head = f"From: {server}\nTo: marek@sprzedawca.example\nDate: Mon, 5 Jan 2026 10:00:00 +0000\n"
    text = (
        "Dostarczenie wiadomości do następujących adresatów nie powiodło się:\n\njan@kos.example\n"
    )
    raw = f"{head}Message-ID: <1@x>\nSubject: Niedostarczalne: Oferta\n\n{text}"
    book.ok("import", "-", stdin=raw)
    assert book.ok("show", "jan", "--json").json["dead_channels"] == ["jan@kos.example=2026-01-05"]
    assert len(book.ok("search", "--json").json) == 1


def test_a_clock_that_was_never_set_is_not_believed(book: Crm) -> None:
    """Of a message of 1970 counts when it arrived; without that it is rejected."""
    head = "From: Jan Kos <jan@kos.example>\nTo: marek@sprzedawca.example\nDate: Thu, 01 Jan 1970 00:00:00 +0000\n"
    hop = "Received: from a by b; Tue, 5 Mar 2019 10:00:00 +0100\n"
    raw = (
        f"From x Mon Mar  4 10:00:00 2019\n{head}Message-ID: <1@x>\nSubject: line\n\na\n\n"
        f"From x Mon Mar  4 10:00:00 2019\n{head}{hop}Message-ID: <2@x>\nSubject: hop\n\nb\n\n"
    )
    book.ok("import", "-", stdin=raw)
    told = book.ok("show", "jan", "--json").json["interactions"]
    assert [(one["subject"], one["at"]) for one in told] == [
        ("hop", "2019-03-05T09:00:00Z"),
        ("line", "2019-03-04T10:00:00Z"),
    ]
    alone = book("import", "-", stdin=f"{head}Message-ID: <3@x>\nSubject: s\n\nc\n")
    assert alone.code == 4
    assert "Thu, 01 Jan 1970" in alone.err


def test_a_maildir_that_was_copied_without_its_empty_folders(book: Crm) -> None:
    """Folders with messages in cur alone count; a folder that happens to be called cur does not."""
    folder = book.home / "Maildir"
    for number, part in enumerate(("cur", ".Praca/cur", ".Archiwum.2019/new")):
        (folder / part).mkdir(parents=True)
        name = f"15{number}6789012.M1P2.host" + ":2,S" * part.endswith("cur")
        (folder / part / name).write_text(message(number, "Jan Kos <jan@kos.example>"))
    (folder / "other" / "cur").mkdir(parents=True)
    (folder / "other" / "cur" / "notes.txt").write_text("x")
    assert "3 read, 3 added" in book.ok("import", str(folder)).err


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (
            "text/plain",
            (
                "Zgoda.\n\n> Wiadomość napisana przez Marek Ja <marek@sprzedawca.example> w dniu 5.03.2019, o godz. 10:00:\n"
                "> \n> stara oferta\n"
            ),
        ),
        (
            "text/plain",
            (
                "Zgoda.\n\nWiadomość napisana przez Marek Ja <marek@sprzedawca.example> w dniu 5 mar 2019,\n o godz. 10:00:\n\n"
                "stara oferta\n"
            ),
        ),
        (
            "text/html",
            "<div>Zgoda.</div><blockquote type=cite><div>Było</div><blockquote>stara oferta</blockquote><p>stara oferta</blockquote>",
        ),
    ],
)
def test_the_card_shows_what_is_new(book: Crm, kind: str, text: str) -> None:
    """Neither what Apple's program quotes nor a quotation in HTML is on the card; both are kept."""
    raw = message(1, "Jan Kos <jan@kos.example>", more=f"Content-Type: {kind}; charset=utf-8\n")
    book.ok("import", "-", stdin=raw.replace("Dzień dobry", text))
    shown = book.ok("show", "jan").out
    assert "Zgoda." in shown
    assert "stara oferta" not in shown
    [kept] = book.ok("export", "--as", "interactions", "--to", "json").json
    assert "stara oferta" in kept["text"]
