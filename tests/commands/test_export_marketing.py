"""crm export --marketing: who may be written to, and only what that takes."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crm


def bounce(crm: Crm, address: str) -> None:
    """Mail to the address came back."""
    crm.ok("import", "-", stdin=f"email,dead_channels\n{address},{address}=2026-02-01\n")


@pytest.fixture
def book(crm: Crm) -> Crm:
    """One who may be written to, and one for each reason not to."""
    for name in ("Anna", "Bob", "Cyril", "Dora", "Ema", "Filip", "Gita"):
        crm.ok(
            "add",
            name,
            "--email",
            f"{name.lower()}@x.example",
            "--note",
            "private",
            "--city",
            "Brno",
        )
        if name != "Ema":
            crm.ok("consent", name, "--basis", "consent", "--on", "2026-01-05")
    crm.ok("dnc", "bob")
    crm.ok("archive", "cyril")
    crm.ok("consent", "dora", "--withdraw")
    bounce(crm, "filip@x.example")
    crm.ok("consent", "gita", "--basis", "legal-obligation")
    crm.ok("consent", "gita", "--withdraw", "--basis", "consent")
    return crm


def test_only_who_may_be_written_to(book: Crm) -> None:
    """The others are counted on stderr, each by the first reason."""
    done = book.ok("export", "--marketing")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [row["name"] for row in rows] == ["Anna"]
    assert done.err == (
        "left out 6: 1 do-not-contact, 1 archived, 2 who withdrew, 1 without a lawful basis,"
        " 1 without a working e-mail or phone\n"
    )


def test_what_stays_at_home(book: Crm) -> None:
    """Notes, sources and own fields are not needed for a mailing, unless they are asked for."""
    book.ok("edit", "anna", "--set", "Shoe=42", "--source", "fair")
    out = book.ok("export", "--marketing").out
    assert "private" not in out
    assert "fair" not in out
    assert "Shoe" not in out
    out = book.ok("export", "--marketing", "--columns", "name,note").out
    assert out == "name,note\nAnna,private\n"


def test_an_objection_outweighs_what_was_noted_on_its_day(crm: Crm) -> None:
    """Of one day the order is not known; a consent given anew on that day is one."""
    crm.ok("config", "set", "profile", "eu")
    crm.ok("add", "Anna", "--email", "anna@x.example", "--tag", "newsletter")
    crm.ok("consent", "1", "--basis", "legitimate-interest", "--source", "customer")
    crm.ok("consent", "1", "--basis", "consent", "--source", "form")
    assert crm.ok("export", "--marketing", "--to", "ids").out == "1\n"
    assert "P802" not in crm.ok("check").out
    crm.ok("consent", "1", "--basis", "consent", "--withdraw")
    assert crm.ok("export", "--marketing", "--to", "ids").out == ""
    assert "P802" in crm("check").out
    crm.ok("consent", "1", "--basis", "consent", "--source", "form again")
    assert crm.ok("export", "--marketing", "--to", "ids").out == "1\n"
    assert "P802" not in crm.ok("check").out


@pytest.mark.parametrize(
    "format", ["csv", "json", "jsonl", "vcard", "vcard3", "google", "outlook", "hubspot"]
)
def test_every_format(book: Crm, format: str) -> None:  # noqa: A002 - the option's name
    """Anna is in it, nobody else and nothing private."""
    out = book.ok("export", "--marketing", "--to", format).out
    assert "anna@x.example" in out
    assert "private" not in out
    assert not any(f"{name}@" in out for name in ("bob", "cyril", "dora", "ema", "filip", "gita"))


def test_a_query_chooses_among_them(book: Crm) -> None:
    """It narrows, and does not let anybody in."""
    assert book.ok("export", "--marketing", "city:brno", "--to", "ids").out == "1\n"
    assert book.ok("export", "--marketing", "is:archived", "--to", "ids").out == ""
    assert book.ok("export", "--marketing", "dnc:yes", "--to", "ids").out == ""
    assert book.ok("export", "--marketing", "name:bob or name:dora", "--to", "ids").out == ""


def test_the_basis_can_be_narrowed(book: Crm) -> None:
    """A contract is a basis, but not where consent is asked for; others are none for marketing."""
    book.ok("consent", "ema", "--basis", "contract")
    assert book.ok("export", "--marketing", "--to", "ids").out == "1\n5\n"
    assert book.ok("export", "--marketing", "--basis", "consent", "--to", "ids").out == "1\n"
    assert book.ok("export", "--marketing", "--basis", "contract", "--to", "ids").out == "5\n"
    assert book("export", "--marketing", "--basis", "legal-obligation").code == 2
    assert book("export", "--marketing", "--basis", "love").code == 3
    assert book("export", "--basis", "consent").code == 2


def test_it_is_for_contacts(book: Crm) -> None:
    """Nothing else is written to."""
    assert book("export", "--marketing", "--as", "deals").code == 2
    assert book("export", "--marketing", "--to", "ics").code == 2


def test_consent_withdrawn_outweighs_what_was_noted_before(book: Crm) -> None:
    """A contract from before does not help; a consent given since does."""
    book.ok("consent", "dora", "--basis", "contract", "--on", "2025-01-01")
    assert book.ok("export", "--marketing", "--to", "ids").out == "1\n"
    tomorrow = {"CRM_NOW": "2026-03-03T09:00"}
    book.ok("consent", "dora", "--basis", "consent", **tomorrow)
    assert book.ok("export", "--marketing", "--to", "ids", **tomorrow).out == "1\n4\n"


def test_consent_withdrawn_holds_for_a_second_entry(crm: Crm) -> None:
    """The same person entered twice is not written to, and nobody else at that address, before a newer basis is noted."""
    for name, more in (
        ("Anna Nowak", ()),
        ("nowak ANNA", ("--phone", "601234567")),
        ("Jan", ("--email", "jan@x.example")),
    ):
        crm.ok("add", name, "--email", "anna@x.example", *more, "--force")
        crm.ok(
            "consent", name, "--basis", "consent", "--on", "2025-01-01"
        ) if name != "nowak ANNA" else crm.ok(
            "consent", "2", "--basis", "contract", "--on", "2025-01-01"
        )
    crm.ok("consent", "1", "--withdraw", "--on", "2026-02-01")
    done = crm.ok("export", "--marketing", "--to", "jsonl")
    assert [(one["id"], one["emails"]) for one in map(json.loads, done.out.splitlines())] == [
        (3, ["jan@x.example"])
    ]
    assert done.err.startswith("left out 2: 2 who withdrew")
    crm.ok("consent", "2", "--basis", "consent", "--on", "2026-02-02")
    crm.ok("consent", "3", "--basis", "contract", "--on", "2026-02-02")
    done = crm.ok("export", "--marketing", "--to", "jsonl", "--columns", "id,emails")
    assert [json.loads(line) for line in done.out.splitlines()] == [
        {"id": 2, "emails": ["anna@x.example"]},
        {"id": 3, "emails": ["anna@x.example", "jan@x.example"]},
    ]


def test_dead_addresses_and_those_of_who_objected(book: Crm) -> None:
    """An address that bounced does not go out, nor one that somebody do-not-contact has too."""
    book.ok(
        "edit",
        "anna",
        "--email",
        "old@x.example",
        "--email",
        "bob@x.example",
        "--phone",
        "601234567",
        "--force",
    )
    bounce(book, "old@x.example")
    record = json.loads(book.ok("export", "--marketing", "--to", "jsonl").out)
    assert record["emails"] == ["anna@x.example"]
    book.ok("add", "Anna", "--email", "anna@x.example", "--phone", "601234567", "--force")
    book.ok("dnc", "8")
    assert book.ok("export", "--marketing", "--to", "ids").out == ""


def test_a_file_is_private(book: Crm, tmp_path: Path) -> None:
    """Written with -o, for the owner alone."""
    book.ok("export", "--marketing", "-o", str(tmp_path / "m.csv"))
    assert (tmp_path / "m.csv").stat().st_mode & 0o777 == 0o600


PERSON = st.fixed_dictionaries({
    "dnc": st.booleans(), "archived": st.booleans(), "dead": st.booleans(), "withdrawn": st.booleans(),
    "basis": st.sampled_from(["", "consent", "contract", "vital-interests"]),
})  # fmt: skip


@settings(max_examples=10)
@given(st.lists(PERSON, min_size=1, max_size=4))
def test_nobody_who_may_not(
    tmp_path_factory: pytest.TempPathFactory, people: list[dict[str, str]]
) -> None:
    """Whatever people are: exactly those go out of whom all holds, and the rest are counted."""
    from tests.conftest import Crm

    crm = Crm(tmp_path_factory.mktemp("book"))
    for place, person in enumerate(people):
        who = f"p{place}@x.example"
        crm.ok("add", f"P{place}", "--email", who)
        if person["basis"]:
            crm.ok("consent", who, "--basis", person["basis"], "--on", "2026-01-05")
            if person["withdrawn"]:
                crm.ok("consent", who, "--withdraw")
        if person["dead"]:
            bounce(crm, who)
        if person["dnc"]:
            crm.ok("dnc", who)
        if person["archived"]:
            crm.ok("archive", who)
    wanted = [
        place
        for place, person in enumerate(people, 1)
        if person["basis"] in ("consent", "contract")
        and not any(person[flaw] for flaw in ("dnc", "archived", "dead", "withdrawn"))
    ]
    done = crm.ok("export", "--marketing", "--to", "ids")
    assert [int(line) for line in done.lines] == wanted
    left = len(people) - len(wanted)
    assert done.err.startswith(f"left out {left}: ") if left else done.err == ""


def test_a_basis_of_a_day_to_come_carries_nothing(crm: Crm) -> None:
    """From a file it is left out, and said, as crm consent refuses it."""
    rows = "name,email,consents\nZed,z@z.example,consent=2027-05-05/fair\nEva,e@z.example,consent=2026-01-05\n"
    told = crm.ok("import", "-", "--map", "consents=consents", stdin=rows).err
    assert '"consent=2027-05-05/fair": 2027-05-05 is in the future; left out' in told
    assert crm.ok("export", "--marketing", "--to", "ids").lines == ["2"]


def test_a_basis_of_a_day_to_come_carries_nothing_yet(crm: Crm) -> None:
    """As noted by a clock that was ahead: it is no reason to write to somebody, nor newer than a no."""
    crm.ok("add", "Zed", "--email", "z@x.example", "--tag", "newsletter")
    crm.ok("--now", "2027-05-05", "consent", "1", "--basis", "consent")
    crm.ok("config", "set", "profile", "eu")
    told = crm.ok("export", "--marketing", "--to", "ids")
    assert (told.out, "1 without a lawful basis" in told.err) == ("", True)
    assert "P802" in crm("check").out
    assert crm.ok("--now", "2027-05-05", "export", "--marketing", "--to", "ids").out == "1\n"
    assert "P802" not in crm("--now", "2027-05-05", "check").out
