"""crm show, and WHO in every spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.fixture
def book(crm: Crm) -> Crm:
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example", "--phone", "+48 609 100 109")
    crm.ok("add", "Anna Nowakowska", "--company", "Acme", "--email", "an@acme.example")
    crm.ok("add", "Łukasz Wójcik", "--email", "lukasz@stal.example")
    crm.ok("add", "Иван Иванов")
    crm.ok("add", "Jan Nowak")
    crm.ok("add", "Janina Malá")
    return crm


def shown(crm: Crm, *words: str) -> str:
    return crm.ok("show", *words, "--ids").out.strip()


@pytest.mark.parametrize(
    ("who", "number"),
    [
        ("1", "1"),
        ("anna@acme.example", "1"),
        ("ANNA@ACME.EXAMPLE", "1"),
        ("mailto:anna@acme.example", "1"),
        ("Anna N. <anna@acme.example>", "1"),
        ("+48609100109", "1"),
        ("0048 609-100-109", "1"),
        ("609 100 109", "1"),
        ("609.100.109", "1"),
        ("lukasz", "3"),
        ("ŁUKASZ", "3"),
        ("wojcik lukasz", "3"),
        ("łuk woj", "3"),
        ("ivanov", "4"),
        ("Иванов", "4"),
        ("ivan", "4"),
        ("nowakow", "2"),
        ("anna nowak", "1"),
        ("Nowak Anna", "1"),
        ("jan", "5"),
        ("mala", "6"),
    ],
)
def test_who_in_every_spelling(book: Crm, who: str, number: str) -> None:
    """An id, an e-mail, a phone, words of a name: whole words before starts, the very name first."""
    assert shown(book, who) == number
    assert shown(book, *who.split()) == number


def test_who_by_uid(book: Crm) -> None:
    """The uid names a contact in any case."""
    uid = book.ok("show", "3", "--json").json["uid"]
    assert shown(book, uid) == shown(book, uid.upper()) == "3"


def test_several_are_refused_with_the_candidates(book: Crm) -> None:
    """Several matches are exit 3; stderr lists id, name, company and e-mail of each."""
    result = book("show", "nowak")
    assert (result.code, result.out) == (3, "")
    assert result.err.splitlines() == [
        'crm: "nowak" names 2 people; say which by id',
        "crm:   1  Anna Nowak  anna@acme.example",
        "crm:   5  Jan Nowak",
    ]


def test_one_name_twice_is_asked_about(book: Crm) -> None:
    """Two people of the very same name are told apart by id alone."""
    book.ok("add", "Anna Nowak", "--force")
    result = book("log", "call", "anna", "nowak", "hello")
    assert result.code == 3
    assert "1  Anna Nowak" in result.err
    assert "7  Anna Nowak" in result.err


def test_nobody_is_answered_with_the_nearest(book: Crm) -> None:
    """Nobody found is exit 1 of show, 3 elsewhere, with the nearest names and their ids."""
    result = book("show", "lukas wojcek")
    assert (result.code, result.out) == (1, "")
    assert "nearest: Łukasz Wójcik (3)" in result.err
    assert book("archive", "lukas wojcek").code == 3
    for who in ("99", "x@y.example", "+1 202 555 0100", "", "?", "'; DROP TABLE contact; --"):
        result = book("show", who)
        assert (result.code, result.err.count("\n")) == (1, 1)


def test_the_living_come_before_the_archived(book: Crm) -> None:
    """An archived namesake is in nobody's way, and found where there is no other."""
    book.ok("add", "Anna Nowak", "--force")
    book.ok("archive", "7")
    assert shown(book, "anna nowak") == "1"
    book.ok("archive", "1")
    book.ok("archive", "2")
    assert book("show", "anna nowak").code == 3
    book.ok("unarchive", "1")
    assert shown(book, "anna", "nowak") == "1"


def test_a_phone_of_the_owners_country(crm: Crm) -> None:
    """The config's country reads numbers without a prefix."""
    crm.ok("config", "set", "owner.country", "PL")
    crm.ok("add", "Anna", "--phone", "609 100 109")
    assert crm.ok("show", "+48 609100109", "--columns", "phones", "--csv").out == (
        "phones\n+48609100109\n"
    )


@pytest.fixture
def busy(crm: Crm) -> Crm:
    """Somebody with something of everything."""
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example", "--phone", "+48609100109",
           "--company", "Acme", "--title", "Buyer", "--tag", "vip", "--city", "Brno",
           "--channel", "call", "--language", "pl", "--birthday", "1984-05-17")  # fmt: skip
    for day in range(1, 8):
        crm.ok("log", "call", "anna", f"call number {day}", "--at", f"2026-02-0{day}")
    crm.ok("log", "purchase", "anna", "--amount", "1200 EUR", "--at", "2026-02-10")
    crm.ok("log", "return", "anna", "--amount", "200 EUR", "--at", "2026-02-11")
    crm.ok("remind", "anna", "+3d", "send the offer")
    return crm


def test_the_card(busy: Crm) -> None:
    """The card has the fields, what was bought, what is to do, and the last five interactions."""
    card = busy.ok("show", "anna").out.replace("\u00a0", " ").replace("\u202f", " ")
    for part in (
        "Anna Nowak", "Buyer, Acme", "#1", "anna@acme.example", "Brno", "vip", "1984-05-17",
        "1 000.00 EUR in 1 order", "F1 2026-03-05  send the offer", "call number 7",
    ):  # fmt: skip
        assert part in card
    assert "call number 4" not in card
    assert "call number 1" in busy.ok("show", "anna", "--all").out


def test_brief_is_five_lines(busy: Crm) -> None:
    """--brief is exactly five lines, whoever it is and whatever was said."""
    busy.ok("log", "note", "anna", "-", stdin="one\ntwo\r\nthree")
    brief = busy.ok("show", "anna", "--brief").lines
    assert brief == [
        "Anna Nowak, Buyer, Acme",
        "+48609100109 · anna@acme.example · likes call · pl",
        "lead · vip · 1 000.00 EUR in 1 order · Brno",
        "2026-03-02 note one two three",
        "to do: 2026-03-05 send the offer",
    ]
    busy.ok("add", "Eva")
    assert busy.ok("show", "eva", "--brief").lines == [
        "Eva", "no way to reach them", "lead", "never spoken", "nothing to do",
    ]  # fmt: skip


def test_json_is_everything(busy: Crm) -> None:
    """--json has fields, follow-ups, deals, findings and interactions; --all the whole history."""
    person = busy.ok("show", "anna", "--json").json
    assert len(person["interactions"]) == 5
    assert person["interactions"][0]["amount"] == "200.00"
    assert person["follow_ups"][0]["text"] == "send the offer"
    assert (person["orders"], person["last"], person["quiet"]) == (1, "2026-02-11", 19)
    whole = busy.ok("show", "anna", "--json", "--all").json
    assert len(whole["interactions"]) == 9
    assert whole["history"]


@pytest.mark.parametrize(
    ("how", "out"),
    [
        (["-f", "csv"], "name,emails\nAnna Nowak,anna@acme.example\n"),
        (["--csv"], "name,emails\nAnna Nowak,anna@acme.example\n"),
        (["-f", "tsv"], "Anna Nowak\tanna@acme.example\n"),
        ([], "Anna Nowak\tanna@acme.example\n"),
    ],
)
def test_show_in_rows(busy: Crm, how: list[str], out: str) -> None:
    """A format or columns make the card a row of a search."""
    result = busy.ok("show", "anna", *how, "--columns", "name,emails")
    assert result.out.replace("\r\n", "\n") == out


def test_the_day_is_the_owners(crm: Crm) -> None:
    """An instant shows as the civil day of the owner's zone."""
    crm.ok("config", "set", "owner.timezone", "Asia/Tokyo")
    crm.ok("add", "Anna")
    crm.ok("log", "call", "anna", "late", CRM_NOW="2026-03-02T20:00:00Z")
    assert "2026-03-03" in crm.ok("show", "anna", CRM_NOW="2026-03-03T00:00:00Z").out


def test_ids_are_ids_whatever_the_columns(busy: Crm) -> None:
    """--ids prints the id alone, for the next command of a pipe."""
    assert busy.ok("show", "anna", "--ids", "--columns", "name").out == "1\n"
    assert busy.ok("search", "anna", "--ids", "--columns", "name").out == "1\n"


def test_labels_longer_than_most_widen_the_column(crm: Crm) -> None:
    """The values of a card stand under each other, also beside do_not_contact and fields of one's own."""
    crm.ok("add", "Anna", "--city", "Brno", "--set", "favourite colour of boxes=blue")
    crm.ok("dnc", "anna")
    facts = crm.ok("show", "anna").lines[1:]
    whole = {name: line for line in facts for name in ("Brno", "yes", "blue") if name in line}
    assert len({line.index(name) for name, line in whole.items()}) == 1
    assert len(whole) == 3


def test_purchases_of_one_day_are_one_order_on_the_card_too(crm: Crm) -> None:
    """The card counts orders as every list does."""
    crm.ok("add", "Anna")
    for _ in "ab":
        crm.ok("log", "purchase", "anna", "x", "--amount", "5", "--currency", "EUR")
    crm.ok("log", "purchase", "anna", "--amount", "5", "--currency", "EUR", "--at", "2026-01-05")
    assert crm.ok("search", "--columns", "orders").out == "2\n"
    assert "15.00\xa0EUR in 2 orders" in crm.ok("show", "anna").out


def test_addresses_beyond_the_first_are_shown(crm: Crm) -> None:
    """Another program's home address has its label on the card, and its parts in JSON."""
    head = "First Name,Last Name,E-mail Address,Business Street,Business City,Home Street,Home City,Home Postal Code"
    row = 'Anna,Nowak,anna@acme.example,ul. Biurowa 1,Kraków,"ul. Cicha 2\nm. 3",Łódź,90-001'
    crm.ok("import", "-", "--from", "outlook-csv-en", stdin=f"{head}\n{row}\n")
    card = crm.ok("show", "anna").lines
    first = next(place for place, line in enumerate(card) if "ul. Biurowa 1" in line)
    second = next(place for place, line in enumerate(card) if "home address" in line)
    assert first < second
    assert card[second].split() == [
        "home",
        "address",
        "ul.",
        "Cicha",
        "2,",
        "m.",
        "3,",
        "90-001",
        "Łódź",
    ]
    assert crm.ok("show", "anna", "--json").json["addresses"] == [
        {
            "label": "home",
            "address": "ul. Cicha 2\nm. 3",
            "city": "Łódź",
            "region": None,
            "postcode": "90-001",
            "country": None,
        }
    ]


def test_one_address_is_not_shown_twice(crm: Crm) -> None:
    """Of somebody with one address there is no other."""
    crm.ok("add", "Anna Nowak", "--city", "Kraków")
    assert "other address" not in crm.ok("show", "anna").out
    assert crm.ok("show", "anna", "--json").json["addresses"] == []
