"""What e-mails, phones and addresses are called: in from every system, on the card, and out again."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crmcli.exchange import labels

if TYPE_CHECKING:
    from tests.conftest import Crm

FORMATS = Path(__file__).parents[1] / "corpus" / "formats"


def people(crm: Crm, **environ: str) -> dict[str, dict[str, Any]]:
    found = (json.loads(line) for line in crm.ok("export", "--to", "jsonl", **environ).lines)
    return {one["name"]: one for one in found}


@pytest.mark.parametrize(
    ("header", "field", "label"),
    [
        ("Mobile Phone", "phones", "mobile"),
        ("Telefon komórkowy", "phones", "mobile"),
        ("Telefon služební", "phones", "work"),
        ("Tel. kom. służbowy", "phones", "work mobile"),
        ("Telefon geschäftlich", "phones", "work"),
        ("Рабочий телефон", "phones", "work"),
        ("Person - Phone - Home", "phones", "home"),
        ("WhatsApp Phone Number", "phones", "whatsapp"),
        ("Phone Number", "phones", None),
        ("Telefon", "phones", None),
        ("E-mail prywatny", "emails", "home"),
        ("Person - Email - Work", "emails", "work"),
        ("Primary Email", "emails", None),
        ("E-mail 2 Address", "emails", None),
    ],
)
def test_headers_say_it(header: str, field: str, label: str | None) -> None:
    """A word of a place or a kind in any of our languages; a rank is no label."""
    assert labels.of_header(header, field) == label


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("* Mobile", "mobile"),
        ("Komórka", "mobile"),
        ("Home Fax", "home fax"),
        ("Praca", "work"),
        ("Work phone", "work"),
        ("Recepcja", "Recepcja"),
        ("Work after 5 pm", "Work after 5 pm"),
        ("Telefon", None),
        ("  ", None),
    ],
)
def test_words_of_others(written: str, label: str | None) -> None:
    """Known words become ours, a label of somebody's own stays, and what is one of ours stays that."""
    assert labels.ours(written) == label
    assert label is None or labels.ours(label) == label


@pytest.mark.parametrize(
    ("name", "who", "field", "expected"),
    [
        ("google_new_2024.csv", "Łukasz Wójcik", "email_labels", {"lukasz.wojcik@stalmex.example": "work"}),
        ("outlook_pl_cp1250.csv", "Łukasz Wójcik", "phone_labels", {"+48601100101": "mobile"}),
        ("pipedrive_persons.csv", "Ľudmila Ťažká", "email_labels", {"ludmila.tazka@nemocnica-nr.example": "work", "ludka@example.net": "home"}),
        ("zoho_contacts.csv", "Łukasz Wójcik", "phone_labels", {"+48601100101": "mobile"}),
        ("apple_icloud_v3.vcf", "Łukasz Wójcik", "phone_labels", {"+48601100101": "mobile"}),
    ],
)  # fmt: skip
def test_systems(crm: Crm, name: str, who: str, field: str, expected: dict[str, str]) -> None:
    """Each of them says what a number is in its own way."""
    crm("import", str(FORMATS / name), "--rejects", str(crm.home / "r.csv"))
    found = people(crm)[who][field]
    assert {key: found.get(key) for key in expected} == expected


CARD = (
    "BEGIN:VCARD\nVERSION:3.0\nUID:1\nFN:Anna Nowak\nitem1.EMAIL:anna@acme.example\nitem1.X-ABLabel:Szef; biuro\n"
    "TEL;TYPE=WORK,CELL:+48 601 100 101\nTEL;TYPE=HOME,VOICE:+48 42 555 01 01\nitem2.TEL:908200208\nitem2.X-ABLabel:Recepcja\n"
    "ADR;TYPE=HOME:;;Dlhá 1;Nitra;;949 01;Slovensko\nEND:VCARD\n"
)


def test_there_and_back_by_every_way(crm: Crm) -> None:
    """Own CSV, JSON, vCard and Google keep all labels; into the same book they change nothing."""
    crm.ok("import", "-", stdin=CARD)
    before = crm.ok("export", "--to", "jsonl").out
    anna = people(crm)["Anna Nowak"]
    assert anna["email_labels"] == {"anna@acme.example": "Szef; biuro"}
    assert anna["phone_labels"] == {
        "+48601100101": "work mobile", "+48425550101": "home", "+421908200208": "Recepcja",
    }  # fmt: skip
    assert anna["address_label"] == "home"
    for to in ("csv", "json", "jsonl", "vcard", "vcard3", "google"):
        path, other = str(crm.home / f"out.{to}"), {"CRM_DB": str(crm.home / f"{to}.db")}
        crm.ok("export", "--to", to, "-o", path)
        assert "1 unchanged" in crm.ok("import", path).err
        assert crm.ok("export", "--to", "jsonl").out == before
        crm.ok("import", path, **other)
        back = people(crm, **other)["Anna Nowak"]
        for field in ("address_label", "email_labels", "phone_labels", "phones"):
            assert back[field] == anna[field], (to, field)


def test_numbers_of_a_card_are_of_its_country(crm: Crm) -> None:
    """A card from Nitra has numbers of Slovakia, whatever the owner's country is."""
    config = crm.home / "config.toml"
    config.write_text('[owner]\ncountry = "PL"\n', encoding="utf-8")
    crm.ok("import", "-", stdin=CARD, CRM_CONFIG=str(config))
    assert people(crm)["Anna Nowak"]["phones"] == ["+48601100101", "+48425550101", "+421908200208"]


def test_outlook_has_the_right_columns(crm: Crm) -> None:
    """A number stands where its label says; their order and those without a label are known again."""
    crm.ok("add", "Anna Nowak", "--phone", "+48425550101", "--phone", "+48601100101", "--phone", "+48601100102")  # fmt: skip
    crm.ok("edit", "anna", "--label", "42 555 01 01=home", "--label", "+48601100101=mobile")
    assert crm.ok("edit", "anna", "--label", "+48601100101=mobile").out.startswith(
        "1  Anna Nowak  unchanged"
    )
    before = crm.ok("export", "--to", "jsonl").out
    text = crm.ok("export", "--to", "outlook").out
    (row,) = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    assert (row["Mobile Phone"], row["Home Phone"], row["Business Phone"]) == (
        "+48601100101",
        "+48425550101",
        "+48601100102",
    )
    assert "1 unchanged" in crm.ok("import", "-", stdin=text).err
    assert crm.ok("export", "--to", "jsonl").out == before
    other = {"CRM_DB": str(crm.home / "other.db")}
    crm.ok("import", "-", stdin=text, **other)
    back, anna = people(crm, **other)["Anna Nowak"], people(crm)["Anna Nowak"]
    assert (back["phones"], back["phone_labels"]) == (anna["phones"], anna["phone_labels"])


def test_on_the_card_and_by_hand(crm: Crm) -> None:
    """Shown beside the number, set and taken off by edit, found by a query, back by undo."""
    crm.ok("add", "Anna Nowak", "--phone", "+48601100101", "--email", "anna@acme.example", "--city", "Kraków", "--address", "Długa 1")  # fmt: skip
    before = crm.ok("export", "--to", "jsonl").out
    crm.ok("edit", "anna", "--label", "601 100 101=mobile", "--label", "anna@acme.example=work", "--set", "address_label=home")  # fmt: skip
    card = crm.ok("show", "anna").out
    assert "+48601100101 (mobile)" in card
    assert "anna@acme.example (work)" in card
    assert "Długa 1 (home)" in card
    assert crm.ok("search", "phone_labels:mobile", "--ids").lines == ["1"]
    assert crm.ok("search", "--columns", "phone_labels", "--csv").lines[1] == "+48601100101=mobile"
    crm.ok("edit", "anna", "--label", "601100101=")
    assert crm.ok("show", "anna", "--json").json["phone_labels"] == {}
    refused = crm("edit", "anna", "--label", "602=mobile")
    assert refused.code == 3
    assert crm("edit", "anna", "--label", "mobile").code == 2
    crm.ok("undo")
    crm.ok("undo")
    assert crm.ok("export", "--to", "jsonl").out == before


def test_two_made_one_keep_labels(crm: Crm) -> None:
    """Of an address that both have the label of either; the other one goes into the note."""
    crm.ok("add", "Anna Nowak", "--phone", "+48601100101", "--email", "anna@acme.example")
    crm.ok("add", "Ania Nowak", "--phone", "+48601100101", "--email", "anna@acme.example", "--force")  # fmt: skip
    crm.ok("edit", "1", "--label", "601100101=mobile")
    crm.ok("edit", "2", "--label", "601100101=work", "--label", "anna@acme.example=work")
    before = crm.ok("export", "--to", "jsonl").out
    crm.ok("merge", "1", "2")
    anna = people(crm)["Anna Nowak"]
    assert anna["phone_labels"] == {"+48601100101": "mobile"}
    assert anna["email_labels"] == {"anna@acme.example": "work"}
    assert "+48601100101: work" in anna["note"]
    crm.ok("undo")
    assert crm.ok("export", "--to", "jsonl").out == before


def test_rows_of_one_person_bring_their_labels(crm: Crm) -> None:
    """The label that only the second row has is kept."""
    rows = "Name,Phone,Mobile Phone,Email\nAnna Nowak,601100101,,anna@acme.example\nAnna Nowak,,601100101,anna@acme.example\n"
    crm.ok("import", "-", stdin=rows)
    assert people(crm)["Anna Nowak"]["phone_labels"] == {"601100101": "mobile"}
