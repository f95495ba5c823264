"""Old and messy exports: headers of every kind, other systems' words, a second file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from crmcli.exchange.write import FIELDS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crm, Result


@pytest.fixture(autouse=True)
def poland(crm: Crm) -> None:
    crm.ok("config", "set", "owner.country", "PL")


@pytest.fixture
def bring(crm: Crm, tmp_path: Path) -> Any:
    def run(text: str, *options: str, name: str = "old.csv") -> Result:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return crm.ok("import", str(path), *options)

    return run


def people(crm: Crm) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = crm.ok("export", "--to", "json").json
    return found


def only(crm: Crm) -> dict[str, Any]:
    (one,) = people(crm)
    one["custom"] = {key: one[key] for key in one if key not in FIELDS["contacts"]}
    return one


@pytest.mark.parametrize(
    ("header", "row", "name", "family"),
    [
        ("Imie;Nazwisko", "Anna;Nowak", "Anna Nowak", "Nowak"),
        ("Jmeno;Prijmeni", "Jan;Dvořák", "Jan Dvořák", "Dvořák"),
        ("Ім'я;Прізвище", "Олена;Коваль", "Олена Коваль", "Коваль"),
        ("Ім’я;Прізвище", "Олена;Коваль", "Олена Коваль", "Коваль"),
        ("Imie i nazwisko", "Anna Nowak", "Anna Nowak", "Nowak"),
        ("Vorname;Name", "Heidi;Klein", "Heidi Klein", "Klein"),
        ("Imię;Nazwa", "Anna;Nowak", "Anna Nowak", "Nowak"),
        ("First Name;Name", "Anna;Anna Nowak", "Anna Nowak", None),
        ("Nazwisko i imię", "Nowak Anna", "Anna Nowak", "Nowak"),
        ("Nazwisko i imie", "Nowak Anna Maria", "Anna Maria Nowak", "Nowak"),
        ("Priezvisko a meno", "Ing. Kováč Ján, PhD.", "Ing. Ján Kováč, PhD.", "Kováč"),
        ("Příjmení a jméno", "Dvořák, Jan", "Jan Dvořák", "Dvořák"),
        ("Фамилия Имя Отчество", "Иванов Иван Петрович", "Иван Петрович Иванов", "Иванов"),
        ("ФИО", "Иванов Иван", "Иван Иванов", "Иванов"),
        ("ФИО", "Иван Петрович Иванов", "Иван Петрович Иванов", "Иванов"),
    ],
)
def test_a_header_says_how_a_name_is_written(
    crm: Crm, bring: Any, header: str, row: str, name: str, family: str | None
) -> None:
    """Headers without accents are known, and the order of a name follows from its header."""
    bring(f"{header};E-mail\n{row};a@x.example\n")
    one = only(crm)
    assert (one["name"], one["family"]) == (name, family)
    assert not one["custom"]


CUSTOMERS = (
    "Kunde Klient Клиент Customer Client Kontrahent Контрагент Nazwa Odberateľ Odběratel Zákazník"
    " Zakaznik Покупатель Наименование Название"
)


@pytest.mark.parametrize("header", CUSTOMERS.split())
@pytest.mark.parametrize(
    ("persons", "cells"), [("Imię i nazwisko", "Anna Nowak"), ("Imię;Nazwisko", "Anna;Nowak")]
)
def test_a_customer_beside_a_person_is_the_company(
    crm: Crm, bring: Any, header: str, persons: str, cells: str
) -> None:
    """Where a column names persons, the customer is whom they work for."""
    bring(f"{header};{persons};E-mail\nHuta;{cells};a@x.example\n")
    one = only(crm)
    assert (one["name"], one["company"], one["custom"]) == ("Anna Nowak", "Huta", {})


@pytest.mark.parametrize(("header", "field"), [("Kunde", "name"), ("Kontrahent", "company")])
def test_a_customer_alone_is_what_the_word_means(
    crm: Crm, bring: Any, header: str, field: str
) -> None:
    """Nothing else names anybody: Kunde may be a person, Kontrahent is a company."""
    bring(f"{header};E-mail\nHuta;a@x.example\n")
    assert only(crm)[field] == "Huta"


@pytest.mark.parametrize("header", ["Kontrahent", "Nazwa", "Klient", "Odberatel"])
def test_companies_alone_are_companies(crm: Crm, bring: Any, header: str) -> None:
    """Without anything of a person the rows are companies."""
    bring(f"{header};Miasto\nHuta;Kraków\n")
    assert not people(crm)
    assert crm.ok("company", "list", "--json").json[0]["name"] == "Huta"


def test_a_person_whole_beside_a_company(crm: Crm, bring: Any) -> None:
    """A column of given names that holds whole ones leaves the other one the company."""
    bring("Jméno;Název;E-mail\nJan Dvořák;Huta;a@x.example\n")
    assert (only(crm)["name"], only(crm)["company"]) == ("Jan Dvořák", "Huta")


def test_a_call_belongs_to_the_person_and_not_to_the_customer(crm: Crm, bring: Any) -> None:
    """Klient beside Osoba in what happened is the company, and nobody is called so."""
    bring("Data;Klient;Osoba;Typ;Opis\n2025-03-01;Stalmex;Anna Nowak;telefon;Cennik\n")
    one = only(crm)
    assert (one["name"], one["company"]) == ("Anna Nowak", "Stalmex")
    assert crm.ok("export", "--as", "interactions", "--to", "json").json[0]["kind"] == "call"


def test_a_call_with_a_customer_alone_is_theirs(crm: Crm, bring: Any) -> None:
    """Where nothing else names anybody, it happened with whom the column names."""
    bring("Data;Kontrahent;Typ;Opis\n2025-03-01;Jan Kos;telefon;Cennik\n")
    assert only(crm)["name"] == "Jan Kos"


def test_a_second_column_of_names_is_kept_and_said(crm: Crm, bring: Any) -> None:
    """Two columns never fill one name: the second becomes a custom field, with a warning."""
    said = bring("Imię i nazwisko;Kontakt;E-mail\nAnna Nowak;Jan Kos;a@x.example\n").err
    one = only(crm)
    assert (one["name"], one["custom"]) == ("Anna Nowak", {"Kontakt": "Jan Kos"})
    assert "column Kontakt: kept as a custom field, the name is in column Imię i nazwisko" in said


@pytest.mark.parametrize(
    "header",
    ["Telefon kom.", "Kom.", "GSM", "Tel. číslo", "Моб. тел.", "Контактный телефон", "Mobilfunk"],
)
def test_phones_by_many_names(crm: Crm, bring: Any, header: str) -> None:
    """A phone is known by what people call it."""
    bring(f"Nazwisko;{header}\nNowak;601100101\n")
    assert only(crm)["phones"] == ["+48601100101"]


HUBSPOT = (
    "Record ID;First Name;Last Name;Email;Lead Status;Lifecycle Stage;Unsubscribed from all email\n"
)


@pytest.mark.parametrize(
    ("status", "stage", "lifecycle", "custom"),
    [
        ("OPEN_DEAL", "Customer", "customer", {"Lead Status": "OPEN_DEAL"}),
        ("Attempted to contact", "customer", "customer", {"Lead Status": "Attempted to contact"}),
        ("Open Deal", "", "prospect", {}),
        ("UNQUALIFIED", "", "other", {}),
        ("", "Evangelist", "loyal", {}),
    ],
)
def test_a_lifecycle_stage_beats_a_lead_status(
    crm: Crm, bring: Any, status: str, stage: str, lifecycle: str, custom: dict[str, str]
) -> None:
    """HubSpot's stage decides; its lead status only where there is none, and is kept besides."""
    said = bring(f"{HUBSPOT}1;Anna;Nowak;a@x.example;{status};{stage};false\n").err
    one = only(crm)
    assert (one["lifecycle"], one["custom"]) == (lifecycle, custom)
    assert "not known" not in said


SALESFORCE = "Id,IsDeleted,AccountId,LastName,FirstName,HasOptedOutOfEmail,DoNotCall\n"
ZOHO = "Record Id,Contact Owner,Last Name,Account Name,Email Opt Out,Unsubscribed Mode\n"
PIPEDRIVE = "Person - ID,Person - Name,Person - Marketing status\n"


@pytest.mark.parametrize(
    ("text", "column"),
    [
        (f"{SALESFORCE}003A,0,,Nowak,Anna,1,0\n", "HasOptedOutOfEmail"),
        (f"{SALESFORCE}003A,0,,Nowak,Anna,true,false\n", "HasOptedOutOfEmail"),
        (f"{SALESFORCE}003A,0,,Nowak,Anna,0,1\n", "DoNotCall"),
        (f"{HUBSPOT}1;Anna;Nowak;a@x.example;;;TRUE\n", "Unsubscribed from all email"),
        (f"{ZOHO}zcrm_1,Jan,Nowak,Acme,true,\n", "Email Opt Out"),
        (f"{ZOHO}zcrm_1,Jan,Nowak,Acme,false,Consent form\n", "Unsubscribed Mode"),
        (f"{PIPEDRIVE}1,Anna Nowak,Unsubscribed\n", "Person - Marketing status"),
    ],
)
def test_who_opted_out_elsewhere_is_left_alone(
    crm: Crm, bring: Any, text: str, column: str
) -> None:
    """Opted out of e-mail or calls is do_not_contact here, and the column says what of exactly."""
    bring(text)
    assert only(crm)["do_not_contact"]
    assert column in only(crm)["custom"]


@pytest.mark.parametrize(
    "text",
    [
        f"{SALESFORCE}003A,0,,Nowak,Anna,0,0\n",
        f"{HUBSPOT}1;Anna;Nowak;a@x.example;;;false\n",
        f"{ZOHO}zcrm_1,Jan,Nowak,Acme,false,\n",
        f"{PIPEDRIVE}1,Anna Nowak,Subscribed\n",
    ],
)
def test_who_did_not_opt_out_may_be_contacted(crm: Crm, bring: Any, text: str) -> None:
    """A no, or nothing, forbids nothing."""
    bring(text)
    assert not only(crm)["do_not_contact"]


@pytest.mark.parametrize(
    ("country", "typed", "number"),
    [
        ("Česko", "603 555 666", "+420603555666"),
        ("CZ", "0603 555 666", "+420603555666"),
        ("Niemcy", "030 901820", "+4930901820"),
        ("Polska", "601 100 101", "+48601100101"),
        ("", "601 100 101", "+48601100101"),
        ("Czechy", "+48 601 100 101", "+48601100101"),
        ("Estonia", "601 100 101", "+48601100101"),  # no number of that country
        ("Nibylandia", "601 100 101", "+48601100101"),
    ],
)
@pytest.mark.parametrize("more", ["", ";Firma"])
def test_a_number_is_of_the_country_of_its_row(
    crm: Crm, bring: Any, country: str, typed: str, number: str, more: str
) -> None:
    """National numbers are read by the row's own country, where it can be one there."""
    bring(f"Jméno;Telefon;Země{more}\nOndřej Dvořák;{typed};{country}\n")
    assert only(crm)["phones"] == [number]


def test_a_dialect_knows_the_country_of_a_number(crm: Crm, bring: Any) -> None:
    """Also where the country stands in an address."""
    bring(
        f"{HUBSPOT[:-1]};Phone Number;Country/Region\n1;Jan;Dvořák;a@x.example;;;;603 555 666;Czechia\n"
    )
    assert only(crm)["phones"] == ["+420603555666"]


def test_companies_have_phones_of_their_country(crm: Crm, bring: Any) -> None:
    """The number of a company is of its country."""
    bring("Firma;Telefon;Kraj;WWW\nSkoda;603 555 666;Czechy;skoda.example\n", "--as", "companies")
    assert crm.ok("export", "--as", "companies", "--to", "json").json[0]["phone"] == "+420603555666"


def test_a_file_has_a_country(crm: Crm, bring: Any) -> None:
    """``--country`` is that of all numbers without one, whoever the owner is."""
    bring("Jméno;Telefon\nOndřej Dvořák;603 555 666\n", "--country", "CZ")
    assert only(crm)["phones"] == ["+420603555666"]
    assert "--country is a country such as CZ" in crm("import", "-", "--country", "Qzx").err


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0-601 100 101", "+48601100101"),
        ("(0-12) 655 12 34", "+48126551234"),
        ("032/255-10-20", "+48322551020"),
        ("0 22 655 12 34", "+48226551234"),
    ],
)
def test_old_polish_numbers(crm: Crm, bring: Any, typed: str, number: str) -> None:
    """A zero was dialled before Polish numbers once."""
    bring(f"Nazwisko;Telefon\nNowak;{typed}\n")
    assert only(crm)["phones"] == [number]


@pytest.mark.parametrize(
    ("typed", "family"),
    [
        ("Dąbrowski, MBA", "Dąbrowski"),
        ("Hopperová, PhD.", "Hopperová"),
        ("Smith, M.A., Ph.D.", "Smith"),
        ("Nowak, Kos", "Nowak, Kos"),
    ],
)
def test_degrees_are_no_family_name(crm: Crm, bring: Any, typed: str, family: str) -> None:
    """What stands behind the comma of a family name is shown, but no part of it."""
    bring(
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        f'Grace,"{typed}",https://www.linkedin.com/in/grace,g@x.example,Acme,Boss,01 Mar 2024\n'
    )
    one = only(crm)
    assert (one["name"], one["family"] or "") == (f"Grace {typed}", family)


NOTED = "Imię i nazwisko;E-mail;Stanowisko;Firma;Uwagi\nAnna Nowak;a@x.example;{}\n"


def test_a_second_file_loses_no_note(crm: Crm, bring: Any) -> None:
    """A note that differs is put below, what else differs is said; once more changes nothing."""
    bring(NOTED.format("Szef;Huta;pije herbatę"))
    second = NOTED.format("Dyrektor;Stalmex;woli kawę")
    said = bring(second).err
    one = only(crm)
    assert (one["title"], one["company"]) == ("Szef", "Huta")
    assert one["note"] == "pije herbatę\nwoli kawę"
    assert "1 row differs in company, title, and the book's stays: line 2 (Anna Nowak:" in said
    assert "--on-match update takes theirs" in said
    before = crm.ok("export").out
    assert "1 unchanged" in bring(second).err
    assert crm.ok("export").out == before
    crm.ok("undo")
    assert only(crm)["note"] == "pije herbatę"


def test_a_note_edited_since_is_not_put_below_again(crm: Crm, bring: Any) -> None:
    """What the book said once of the same file it need not be told again."""
    bring(NOTED.format(";;pije herbatę"))
    crm.ok("edit", "anna", "--note", "pije kawę")
    bring(NOTED.format(";;pije herbatę"))
    assert only(crm)["note"] == "pije kawę"


def test_rows_that_repeat_somebody_are_named(crm: Crm, bring: Any) -> None:
    """Inside one file too no note is lost, and the rows are named."""
    said = bring(NOTED.format(";;jeden") + "Anna Nowak;a@x.example;;;dwa\n").err
    assert only(crm)["note"] == "jeden\ndwa"
    assert 'line 3 repeats "Anna Nowak" of line 2' in said


DEALS = "Record ID,Deal Name,Deal Stage,Amount,Currency,Close Date,Associated Contact,Associated Company\n"


def deal(crm: Crm) -> dict[str, Any]:
    (one,) = crm.ok("export", "--as", "deals", "--to", "json").json
    return dict(one)


def test_a_second_export_of_deals_updates(crm: Crm, bring: Any) -> None:
    """A deal known by its id follows its system; the same file again changes nothing."""
    bring(f"{DEALS}7,Walcownia,Proposal,1000,EUR,2026-05-01,,Huta\n")
    later = f"{DEALS}7,Walcownia II,Closed Won,1500,EUR,2026-04-02,,Huta\n"
    assert "1 updated" in bring(later).err
    one = deal(crm)
    assert (one["title"], one["stage"], one["amount"], one["close"]) == (
        "Walcownia II", "won", 1500, "2026-04-02",
    )  # fmt: skip
    assert one["won_at"].startswith("2026-04-02")
    before = crm.ok("export", "--as", "deals").out
    assert "0 updated, 1 unchanged" in bring(later).err
    assert crm.ok("export", "--as", "deals").out == before
    crm.ok("undo")
    assert deal(crm)["amount"] == 1000


def test_a_deal_edited_by_hand_keeps_that(crm: Crm, bring: Any) -> None:
    """What somebody edited since stays, column by column."""
    bring(f"{DEALS}7,Walcownia,Proposal,1000,EUR,2026-05-01,,Huta\n")
    crm.ok("deal", "edit", "D1", "--amount", "1200 EUR")
    bring(f"{DEALS}7,Walcownia,Negotiation,1500,EUR,2026-06-01,,Huta\n")
    one = deal(crm)
    assert (one["stage"], one["amount"], one["close"]) == ("negotiation", 1200, "2026-06-01")


HUBSPOT_JOBS = (
    "Record ID;First Name;Last Name;Email;Phone Number;Job Title;Associated Company;City\n"
)


def test_a_second_export_of_people_updates_what_nobody_edited(crm: Crm, bring: Any) -> None:
    """A person known by an id follows the system, but not in what was edited by hand."""
    bring(f"{HUBSPOT_JOBS}1;Anna;Nowak;a@x.example;;Buyer;Huta;Kraków\n")
    crm.ok("edit", "anna", "--city", "Łódź")
    later = f"{HUBSPOT_JOBS}1;Anna;Kos;a@x.example;;Boss;Stalmex;Gdynia\n"
    said = bring(later).err
    one = only(crm)
    assert (one["name"], one["family"], one["title"], one["company"], one["city"]) == (
        "Anna Kos", "Kos", "Boss", "Stalmex", "Łódź",
    )  # fmt: skip
    assert "1 row differs in city" in said
    before = crm.ok("export").out
    assert "0 updated, 1 unchanged" in bring(later).err
    assert crm.ok("export").out == before


def test_a_first_export_only_fills_whom_the_book_had(crm: Crm, bring: Any) -> None:
    """What the book knew before the id came belongs to the book, also the second time."""
    bring(NOTED.format("Szef;Huta;"))
    theirs = f"{HUBSPOT_JOBS}1;Anna;Nowak;a@x.example;;Boss;Stalmex;Gdynia\n"
    bring(theirs)
    before = crm.ok("export").out
    assert "0 updated, 1 unchanged" in bring(theirs).err
    assert crm.ok("export").out == before
    assert (only(crm)["title"], only(crm)["city"]) == ("Szef", "Gdynia")


FIRMS = "Record ID,Company name,Company Domain Name,City,Phone Number,Number of Employees\n"


def test_a_second_export_of_companies_updates(crm: Crm, bring: Any) -> None:
    """So does a company: moved in the other system, it moves here, but for what was edited."""
    bring(f"{FIRMS}5,Huta,huta.example,Kraków,+48126551234,10\n")
    crm.ok("company", "edit", "Huta", "--phone", "+48126550000")
    later = f"{FIRMS}5,Huta Nowa,huta.example,Gdynia,+48126551111,10\n"
    assert "1 updated" in bring(later).err
    (one,) = crm.ok("export", "--as", "companies", "--to", "json").json
    assert (one["name"], one["city"], one["phone"]) == ("Huta Nowa", "Gdynia", "+48126550000")
    before = crm.ok("export", "--as", "companies").out
    assert "0 updated, 1 unchanged" in bring(later).err
    assert crm.ok("export", "--as", "companies").out == before
