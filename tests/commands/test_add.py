"""crm add."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm


def test_every_option_is_a_field(crm: Crm) -> None:
    """What is given on the line is what show says, normalised as its field asks."""
    crm.ok("add", "Jan", "Kowalski", "--email", "jan@old.example")
    added = crm.ok(
        "add", "Anna", "Nowak", "--email", "Anna@ACME.example", "--email", "a.n@home.example",
        "--phone", "+48 609 100 109", "--company", "Acme", "--title", "Buyer", "--city", "Łódź",
        "--country", "Poland", "--region", "łódzkie", "--postcode", "90-001",
        "--address", "Piotrkowska 1", "--url", "https://acme.example", "--lifecycle", "Customer",
        "--tag", "vip", "--tag", "bakery", "--birthday", "--05-17",
        "--date", "renewal=2026-12-31/30d", "--source", "fair", "--referred-by", "jan",
        "--language", "PL", "--currency", "pln", "--channel", "call", "--cadence", "6w",
        "--note", "likes tea", "--set", "shoe size=39", "--set", "tag=north",
    )  # fmt: skip
    assert added.out == "2  Anna Nowak\n"
    person = crm.ok("show", "2", "--json").json
    expected = {
        "name": "Anna Nowak", "given": "Anna", "family": "Nowak", "company": "Acme",
        "title": "Buyer", "emails": ["Anna@acme.example", "a.n@home.example"],
        "phones": ["+48609100109"], "urls": ["https://acme.example"], "address": "Piotrkowska 1",
        "city": "Łódź", "region": "łódzkie", "postcode": "90-001", "country": "PL",
        "birthday": "--05-17", "dates": ["renewal=2026-12-31/30d"], "language": "pl",
        "currency": "PLN", "channel": "call", "lifecycle": "customer", "cadence": 42,
        "tags": ["bakery", "north", "vip"], "source": "fair", "note": "likes tea",
        "shoe size": "39", "created_at": "2026-03-02T09:00:00Z",
    }  # fmt: skip
    assert {key: person[key] for key in expected} == expected
    assert person["referred_by"]["name"] == "Jan Kowalski"


def test_a_new_contact_is_a_lead(crm: Crm) -> None:
    """Without a lifecycle somebody added by hand is a lead."""
    crm.ok("add", "Anna")
    assert crm.ok("show", "1", "--columns", "lifecycle", "-f", "tsv").out == "lead\n"


@pytest.mark.parametrize(
    ("words", "name", "emails"),
    [
        (["Anna Nowak <anna@acme.example>"], "Anna Nowak", ["anna@acme.example"]),
        (["Anna", "Nowak", "<anna@acme.example>"], "Anna Nowak", ["anna@acme.example"]),
        (['"Nowak, Anna" <anna@acme.example>'], "Nowak, Anna", ["anna@acme.example"]),
        (["Anna", "Nowak", "anna@acme.example"], "Anna Nowak", ["anna@acme.example"]),
        (["<anna@acme.example>"], "anna@acme.example", ["anna@acme.example"]),
        (["anna@acme.example"], "anna@acme.example", ["anna@acme.example"]),
        (["Anna @ Acme"], "Anna @ Acme", []),
        (["  Anna \t Nowak "], "Anna Nowak", []),
    ],
)
def test_a_name_may_bring_its_address(
    crm: Crm, words: list[str], name: str, emails: list[str]
) -> None:
    """An address behind the name, in angle brackets or not, is the e-mail."""
    crm.ok("add", *words)
    person = crm.ok("show", "1", "--json").json
    assert (person["name"], person["emails"]) == (name, emails)


@pytest.mark.parametrize(
    "words",
    [
        ["Anna <anna@>"],
        ["Anna", "--email", "anna"],
        ["Anna", "--phone", "x"],
        ["Anna", "--birthday", "soon"],
        ["Anna", "--lifecycle", "friend"],
        ["Anna", "--channel", "pigeon"],
        ["Anna", "--cadence", "often"],
        ["Anna", "--currency", "shells"],
        ["Anna", "--language", "?"],
        ["Anna", "--date", "2026-01-01"],
        ["Anna", "--date", "renewal=2026-01-01/soon"],
        ["Anna", "--url", "nowhere"],
        ["Anna", "--referred-by", "nobody"],
        ["Anna", "--set", "quiet=3"],
        ["Anna\0Nowak"],
        ["Anna", "--note", "\udcff"],
        ["\u200b"],
    ],
    ids=repr,
)
def test_a_value_that_cannot_be_is_refused(crm: Crm, words: list[str]) -> None:
    """An invalid value is exit 3 and one line, and nobody is added."""
    result = crm("add", *words)
    assert (result.code, result.out, result.err.count("\n")) == (3, "", 1)
    assert crm("search").code == 1


def test_a_known_address_or_phone_is_refused(crm: Crm) -> None:
    """The same mailbox or number in another spelling is a duplicate: the twin is named, --force adds."""
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example", "--phone", "+48 609 100 109")
    for twin in (["--email", "ANNA@Acme.example"], ["--phone", "0048609100109"]):
        result = crm("add", "Ania", *twin)
        assert result.code == 3
        assert "1 Anna Nowak" in result.err
        assert "--force" in result.err
    assert crm.ok("add", "Ania", "--email", "anna@acme.example", "--force").out == "2  Ania\n"


def test_an_empty_option_is_no_value(crm: Crm) -> None:
    """A script's empty variable leaves the field empty rather than blank."""
    crm.ok("add", "Anna", "--city", "", "--company", "")
    person = crm.ok("show", "1", "--json").json
    assert (person["city"], person["company"]) == (None, None)


def test_a_name_is_asked_for_on_a_terminal_alone(crm: Crm) -> None:
    """Without a terminal a missing name is exit 2, and the line says what gives it."""
    result = crm("add", "--city", "Brno")
    assert result.code == 2
    assert "NAME" in result.err
    assert not crm.db.exists()


def test_adding_is_one_change_that_undo_reverts(crm: Crm) -> None:
    """A contact with all that hangs on it goes by one undo."""
    crm.ok("add", "Anna", "--email", "anna@acme.example", "--tag", "vip", "--company", "Acme")
    crm.ok("undo")
    assert crm("search").code == 1
    assert crm.ok("add", "Eva", "--email", "anna@acme.example").code == 0


def test_companies_are_one_record(crm: Crm) -> None:
    """Two spellings of a company are one company, shown as it was first written."""
    crm.ok("add", "Anna", "--company", "Acme Sp. z o.o.")
    crm.ok("add", "Jan", "--company", "ACME")
    assert crm.ok("search", "--columns", "company").out == "Acme Sp. z o.o.\n" * 2


def test_an_equal_name_at_the_same_company_is_said(crm: Crm) -> None:
    """They are added all the same, with the command that makes them one."""
    crm.ok("add", "Anna", "Nová", "--company", "Ka")
    told = crm.ok("add", "Nova", "Anna", "--company", "KA s.r.o.")
    assert "crm merge 1 2 --dry-run" in told.err
    assert told.out.startswith("2 ")
    assert crm.ok("add", "Anna", "Nová", "--company", "Jiná").err == ""
