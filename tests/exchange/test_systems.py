"""Exports of other systems, by their real header lines: recognised, and every column in its place."""

import pytest

from crmcli.exchange.records import Address
from tests.exchange.systems import HEADERS, made

# Words in the headers of people who are not the contact, and of who made a record.
OTHERS = (
    "owner", "created by", "modified by", "assistant", "asystent", "asistent", "помощник", "manager",
    "menedżer", "manaž", "руководитель", "vorgesetzt", "reports to", "reportsto", "spouse",
    "współmałżonek", "manžel", "супруг", "referred", "polecająca", "vendor", "creator", "assigned",
)  # fmt: skip
IDENTITY = {
    "name",
    "given",
    "family",
    "emails",
    "phones",
    "other_phones",
    "company",
    "people",
    "people_names",
}


@pytest.mark.parametrize(("name", "line"), HEADERS, ids=[name for name, _ in HEADERS])
def test_header_is_recognised(opened, name, line):
    """A header line alone says whose it is; owners, assistants and the like are never the contact."""
    plan = opened(line + "\n").plan
    assert plan.dialect == name
    for column in plan.columns:
        if any(word in column.header.lower() for word in OTHERS):
            assert column.field not in IDENTITY, column


def test_title_of_outlook_is_no_job(read):
    """Outlook's Title is Mr; the job is its Job Title."""
    row = read(
        made("outlook-csv-en", {"Title": "Mr.", "First Name": "Jan", "Job Title": "Buyer"})
    ).rows[0]
    assert (row.title, row.custom) == ("Buyer", {"Title": "Mr."})


def test_of_two_columns_of_one_name_the_second_can_be_meant(read):
    """Outlook in French calls both the form of address and the job Titre."""
    row = read("Titre,Prénom,Nom,Titre,Rue (bureau),Adresse de courrier\nMme,Zoë,Roux,Acheteuse,Rue 1,z@roux.example\n").rows[0]  # fmt: skip
    assert (row.name, row.title, row.custom) == ("Zoë Roux", "Acheteuse", {"Titre": "Mme"})


OUTLOOKS = [
    ("outlook-csv-sk", "cp1250", {
        "Krstné meno": "Ľubomír", "Priezvisko": "Šťastný", "Spoločnosť": "Tatrastroj, a.s.",
        "Mesto (práca)": "Žilina", "Ulica (práca)": "Hlavná 1", "PSČ (práca)": "010 01",
        "Mesto (domov)": "Martin", "Krajina/oblasť (domov)": "Slovensko", "Iné mesto": "Nitra",
        "Narodeniny": "4. 3. 1981", "E-mailová adresa": "l@tatrastroj.example",
        "Mobilný telefón": "+421 901 200 201", "Fax do práce": "+421 41 555 20 11",
        "Telefón asistenta": "+421 900 111 222",
    }),
    ("outlook-csv-ru", "cp1251", {
        "Имя": "Ольга", "Фамилия": "Журавлёва", "Отчество": "Ивановна", "Организация": "ИП Журавлёва",
        "Город (раб. адрес)": "Казань", "Улица (раб. адрес)": "ул. Баумана 3",
        "Город (дом. адрес)": "Зеленодольск", "Страна или регион (дом. адрес)": "Россия",
        "Город (другой адрес)": "Сочи", "День рождения": "04.03.1981", "Пол": "Не определен",
        "Адрес эл. почты": "l@tatrastroj.example", "Телефон переносной": "+7 912 300-30-02",
        "Телефон помощника": "+7 912 300-30-99",
    }),
    ("outlook-csv-pl", "cp1250", {
        "Imię": "Józef", "Drugie imię": "Stanisław", "Nazwisko": "Źrebiec", "Firma": "Agro-Łęcki",
        "Adres służbowy - miejscowość": "Łęczyca", "Adres domowy - miejscowość": "Kutno",
        "Adres domowy - kraj/region": "Polska", "Inny adres - miejscowość": "Łódź",
        "Urodziny": "04.03.1981", "Adres e-mail": "l@tatrastroj.example", "Płeć": "Nieokreślona",
        "Telefon komórkowy": "+48 605 100 105", "Priorytet": "Normalny", "Rocznica": "0.0.00",
    }),
    ("outlook-csv-cs", "cp1250", {
        "Jméno": "Jiří", "Příjmení": "Dvořák", "Společnost": "Dřevo Šumava s.r.o.",
        "Město (zam.)": "Ústí nad Labem", "Město (dom.)": "Plzeň", "Země (domů)": "Česko",
        "Jiné město": "Brno", "Narozeniny": "4. 3. 1981", "E-mailová adresa": "l@tatrastroj.example",
        "Mobilní telefon": "+420 602 100 100", "Jméno asistenta": "Jana",
    }),
    ("outlook-csv-fr", "cp1252", {
        "Prénom": "Hélène", "Nom": "Lefèvre", "Société": "Lefèvre & Fils SARL",
        "Ville (bureau)": "Nîmes", "Ville (domicile)": "Évry", "Pays/Région (domicile)": "France",
        "Ville (autre)": "Orléans", "Anniversaire": "04/03/1981", "Adresse de courrier": "l@tatrastroj.example",
        "Tél. mobile": "+33 6 12 34 56 78", "Nom de l'assistant(e)": "Zoë", "Sexe": "Non spécifié", "Privé": "Faux",
    }),
    ("outlook-csv-de", "cp1252", {
        "Vorname": "Käthe", "Nachname": "Großmann", "Firma": "Großmann GmbH",
        "Ort geschäftlich": "Köln", "Ort privat": "Düsseldorf", "Land/Region privat": "Deutschland",
        "Weiterer Ort": "Görlitz", "Geburtstag": "04.03.1981", "E-Mail-Adresse": "l@tatrastroj.example",
        "Mobiltelefon": "+49 151 5550 4002", "Geschlecht": "Keine Angabe", "Privat": "Falsch",
    }),
    ("outlook-csv-en", "cp1252", {
        "First Name": "Zoë", "Last Name": "Müller", "Company": "Räder & Co.",
        "Business City": "Zürich", "Home City": "Basel", "Home Country": "Switzerland",
        "Other City": "Bern", "Birthday": "3/31/1981", "E-mail Address": "l@tatrastroj.example",
        "Mobile Phone": "+41 44 555 70 05", "Gender": "Unspecified", "Private": "False",
    }),
]  # fmt: skip


@pytest.mark.parametrize(("name", "encoding", "cells"), OUTLOOKS, ids=[one[0] for one in OUTLOOKS])
def test_outlook_in_any_language(read, name, encoding, cells):
    """Work, home and other address, a birthday day first, no fax or assistant among the phones."""
    found = read(made(name, cells, encoding=encoding))
    row = found.rows[0]
    assert found.source.plan.dialect == name
    assert row.family in cells.values()
    assert row.emails == ("l@tatrastroj.example",)
    assert len(row.phones) == 1
    assert row.birthday == ("1981-03-31" if name.endswith("en") else "1981-03-04")
    assert row.city in cells.values()
    assert [(one.label, one.city in cells.values()) for one in row.addresses] == [
        ("home", True),
        ("other", True),
    ]
    assert row.addresses[0].country in {"SK", "RU", "PL", "CZ", "DE", "CH", "FR"}
    assert not {"Nieokreślona", "Не определен", "Keine Angabe", "Unspecified", "Normalny"} & set(
        (row.custom or {}).values()
    )


def test_only_the_home_address_is_the_address(read):
    """Where there is but one address, it is that of the person."""
    row = read(made("outlook-csv-pl", {"Nazwisko": "Łoś", "Adres domowy - ulica": "Leśna 1", "Adres domowy - ulica (2)": "m. 4"})).rows[0]  # fmt: skip
    assert (row.address, row.addresses) == ("Leśna 1\nm. 4", ())


def test_old_google_in_utf_16(read):
    """Several values in a cell, a fax, groups of the system, two addresses, labels that name fields."""
    cells = {
        "Name": "Łukasz Wójcik", "Given Name": "Łukasz", "Family Name": "Wójcik",
        "Group Membership": "* myContacts ::: Klienci, stali", "E-mail 1 - Type": "* Work",
        "E-mail 1 - Value": "a@stalmex.example ::: b@stalmex.example",
        "Phone 1 - Type": "Work Fax", "Phone 1 - Value": "+48 42 555 01 10",
        "Phone 2 - Type": "Mobile", "Phone 2 - Value": "+48 601 100 101 ::: +48 601 100 102",
        "Address 1 - Type": "Home", "Address 1 - Street": "Piotrkowska 1", "Address 1 - City": "Łódź",
        "Website 1 - Value": "https://stalmex.example ::: https://blacha.example",
        "Organization 1 - Name": "Stalmex", "Organization 1 - Title": "Kierownik",
        "Birthday": " --05-17", "Priority": "Normal",
    }  # fmt: skip
    found = read("\ufeff".encode("utf-16-le") + made("google-csv-old", cells, encoding="utf-16-le"))
    row = found.rows[0]
    assert found.source.plan.encoding.startswith("utf-16-le")
    assert row.emails == ("a@stalmex.example", "b@stalmex.example")
    assert [one.number for one in row.phones] == ["+48601100101", "+48601100102"]
    assert (row.tags, row.birthday) == (("Klienci, stali",), "--05-17")
    assert row.urls == ("https://stalmex.example", "https://blacha.example")
    assert (row.city, row.title, row.custom) == (
        "Łódź",
        "Kierownik",
        {"Work Fax": "+48 42 555 01 10"},
    )


def test_new_google_labels(read):
    """Relations, events and custom fields are called as their labels say."""
    cells = {
        "First Name": "Žofia", "Relation 1 - Label": "Spouse", "Relation 1 - Value": "Peter Ďurica",
        "Event 1 - Label": "Renewal", "Event 1 - Value": "2026-12-31",
        "Custom Field 1 - Label": "Kundennummer", "Custom Field 1 - Value": "0042",
        "Address 1 - Label": "Work", "Address 1 - Formatted": "Hlavná 1\nKošice",
    }  # fmt: skip
    row = read(made("google-csv-new", cells)).rows[0]
    assert row.custom == {"Spouse": "Peter Ďurica", "Kundennummer": "0042"}
    assert row.dates == (("renewal", "2026-12-31", None),)
    assert row.address == "Hlavná 1\nKošice"


def test_columns_of_google_have_any_number(read):
    """A star in a header stands for any number, the least first."""
    names = ["First Name", "Last Name", "File As", "Organization Name", "Labels"]
    many = [f"E-mail {number} - Value" for number in (10, 9, 2)]
    row = read(",".join([*names, *many]) + "\nJan,,,,,ten@x.example,nine@x.example,two@x.example\n")
    assert row.rows[0].emails == ("two@x.example", "nine@x.example", "ten@x.example")


def test_thunderbird_ends_in_a_comma(read):
    """A comma behind the header and the rows is no column; a birthday may lack its year."""
    cells = {
        "Display Name": "Łoś, Jan", "Primary Email": "jan@x.example", "Birth Month": "5", "Birth Day": "17",
        "Work City": "Łódź", "Home City": "Kutno", "Custom 1": "0042", "Fax Number": "42 555 01 10",
    }  # fmt: skip
    found = read(made("thunderbird-csv", cells))
    row = found.rows[0]
    assert found.source.plan.columns[-1].header == "Notes"
    assert (row.name, row.birthday, row.city) == ("Łoś, Jan", "--05-17", "Łódź")
    assert row.addresses == (Address("home", city="Kutno"),)
    assert row.custom == {"Custom 1": "0042", "Fax Number": "42 555 01 10"}


def test_old_connections_have_no_url(read):
    """Connections of years ago, with a mark and without preamble and address of the profile."""
    cells = {"First Name": "Jan", "Last Name": "Łoś", "Connected On": "03 Jan 2016"}
    found = read(b"\xef\xbb\xbf" + made("linkedin-connections", cells, nth=1))
    assert found.source.plan.dialect == "linkedin-connections"
    assert (found.rows[0].external_id, found.rows[0].custom) == (
        None,
        {"Connected On": "2016-01-03"},
    )


ME, ANNA, GRACE, BOB = (
    f"https://www.linkedin.com/in/{name}" for name in ("me", "Anna-N", "grace-h/", "bob")
)


def messages(*rows):
    return made("linkedin-messages", *(
        {
            "CONVERSATION ID": "2-abc", "FROM": writer, "SENDER PROFILE URL": link, "TO": to,
            "RECIPIENT PROFILE URLS": links, "DATE": "2024-03-05 14:30:12 UTC", "CONTENT": text,
            "IS MESSAGE DRAFT": draft,
        }
        for writer, link, to, links, text, draft in rows
    ))  # fmt: skip


SAID = (
    ("Ja Sam", ME, "Anna Nowak", ANNA, "Dzień dobry,\nczy możemy?", "No"),
    ("Anna Nowak", ANNA, "Ja Sam", ME, "Tak", "No"),
    ("Grace Hopper, PhD.", GRACE, "Ja Sam,Bob", f"{ME},{BOB}", "Hi both", "No"),
    ("Ja Sam", ME, "Anna Nowak", ANNA, "nie wysłane", "Yes"),
)


@pytest.mark.parametrize("owner", [None, "ja sam"])
def test_messages_know_who_is_the_owner(opened, owner):
    """The owner is who the config says, else who has part in everything; drafts are left out."""
    from crmcli.exchange.records import Told

    source, skips = opened(messages(*SAID), owner_name=owner), []
    rows = list(source.rows("interactions", Told(skip=skips.append)))
    assert [row.direction for row in rows] == ["out", "in", "in"]
    assert [[(p.name, p.external_id) for p in row.people] for row in rows] == [
        [("Anna Nowak", "linkedin:/in/anna-n")],
        [("Anna Nowak", "linkedin:/in/anna-n")],
        [("Grace Hopper, PhD.", "linkedin:/in/grace-h")],
    ]
    assert (rows[0].kind, rows[0].at, rows[0].text) == (
        "message",
        "2024-03-05T14:30:12Z",
        "Dzień dobry,\nczy możemy?",
    )
    assert [(one.line, one.reason) for one in skips] == [(6, "IS MESSAGE DRAFT = Yes")]
    assert not source.plan.warnings


def test_owner_of_a_single_conversation_is_asked_for(opened):
    """Of two who have part in everything nobody can tell which is the owner."""
    assert "set owner.name" in opened(messages(*SAID[:2])).plan.warnings[0]


def test_invitations(read):
    """The direction is said; times are as in the United States."""
    cells = {
        "From": "Anna Nowak", "To": "Ja Sam", "Sent At": "1/15/25, 3:45 PM", "Message": "Zapraszam",
        "Direction": "INCOMING", "inviterProfileUrl": ANNA, "inviteeProfileUrl": ME,
    }  # fmt: skip
    other = cells | {"From": "Ja Sam", "To": "Grace", "Direction": "OUTGOING", "inviterProfileUrl": ME, "inviteeProfileUrl": GRACE}  # fmt: skip
    rows = read(made("linkedin-invitations", cells, other)).rows
    assert [(row.direction, row.people[0].external_id) for row in rows] == [("in", "linkedin:/in/anna-n"), ("out", "linkedin:/in/grace-h")]  # fmt: skip
    assert (rows[0].at, rows[0].subject) == ("2025-01-15T15:45:00Z", "LinkedIn invitation")


def test_activities_of_hubspot(read):
    """Several people with their ids, a name with a comma, kinds in capitals, a call's length."""
    rows = read(made(
        "hubspot-engagements",
        {
            "Record ID": "1", "Activity type": "CALL", "Activity date": "2024-05-01 10:00",
            "Call duration (HH:mm:ss)": "00:12:34", "Associated Contact IDs": "8001;8002",
            "Associated Contact": "Jan Novák, PhD. (jan@x.example);Eva Malá (eva@x.example)",
        },
        {"Record ID": "2", "Activity type": "INCOMING_EMAIL", "Activity date": "2024-05-01 11:00", "Body preview": "Ahoj"},
        {"Record ID": "3", "Activity type": "Sequence enrollment", "Activity date": "2024-05-02 11:00"},
    ))  # fmt: skip
    call, mail, odd = rows.rows
    assert [(p.name, p.email, p.external_id) for p in call.people] == [
        ("Jan Novák, PhD.", "jan@x.example", "hubspot:8001"), ("Eva Malá", "eva@x.example", "hubspot:8002"),
    ]  # fmt: skip
    assert (call.kind, call.duration, call.external_id) == ("call", 754, "hubspot:1")
    assert (mail.kind, mail.direction, mail.people) == ("email", "in", ())
    assert odd.kind == "note"
    assert "taken for a note" in str(rows.remarks[0])


def test_companies_of_the_others(read):
    """Companies have their id, their place, and in the note what has no field."""
    cells = {
        "Record ID": "9001",
        "Company name": "Stalmex",
        "Company Domain Name": "stalmex.example",
        "Industry": "Steel",
    }
    row = read(made("hubspot-companies", cells)).rows[0]
    assert (row.external_id, row.domain, row.note) == (
        "hubspot:9001",
        "stalmex.example",
        "Industry: Steel",
    )
    cells = {"Id": "0015Y00002c7g9AQAA", "IsDeleted": "0", "Name": "Stalmex", "BillingCity": "Łódź"}
    row = read(made("salesforce-dataexport-account", cells)).rows[0]
    assert (row.external_id, row.city) == ("salesforce:0015Y00002c7g9A", "Łódź")
    cells = {
        "Organization - ID": "7",
        "Organization - Name": "Stalmex",
        "Organization - Country of Address": "Poland",
    }
    row = read(made("pipedrive-organizations", cells)).rows[0]
    assert (row.external_id, row.country) == ("pipedrive:7", "PL")


def test_a_converted_lead_is_its_contact(read):
    """A lead that became a contact has the id of that one."""
    lead = {
        "Id": "00Q5Y00001abcdeFGH",
        "IsDeleted": "0",
        "LastName": "Łoś",
        "Company": "Las",
        "Status": "Open - Not Contacted",
    }
    first, second = read(
        made(
            "salesforce-dataexport-lead", lead, lead | {"ConvertedContactId": "0035Y00003AaAaAQAV"}
        )
    ).rows
    assert (first.external_id, first.lifecycle) == ("salesforce:00Q5Y00001abcde", "lead")
    assert second.external_id == "salesforce:0035Y00003AaAaA"


def test_opportunities_end_as_they_say(read):
    """Stages have names of their own; IsWon and IsClosed say how a deal ended."""
    deal = {
        "Id": "0065Y00001zzzAAQAY",
        "IsDeleted": "false",
        "Name": "Blacha",
        "AccountId": "0015Y00002c7g9AQAA",
        "StageName": "Podpisane",
        "CloseDate": "2025-03-31",
    }
    won, lost, open_ = read(made(
        "salesforce-dataexport-opportunity",
        deal | {"IsClosed": "true", "IsWon": "true", "Amount": "15000.5", "CurrencyIsoCode": "PLN"},
        deal | {"IsClosed": "1", "IsWon": "0"},
        deal | {"IsClosed": "0", "IsWon": "0"},
    )).rows  # fmt: skip
    assert (won.stage, won.won_at, won.amount) == ("won", "2025-03-31T12:00Z", 150005000)
    assert (lost.stage, lost.lost_at) == ("lost", "2025-03-31T12:00Z")
    assert (open_.stage, open_.won_at, open_.company_external_id) == (
        "Podpisane",
        None,
        "salesforce:0015Y00002c7g9A",
    )


def test_a_report_has_a_footer(read):
    """What stands under a report is no person; a row of one cell in the middle is refused by nobody."""
    report = made(
        "salesforce-report",
        {"First Name": "Jan", "Last Name": "Łoś", "Account Name": "Las"},
        {"Last Name": "Eva"},
    )
    foot = '\r\n"Grand Totals (2 records)"\r\n"Contacts with accounts"\r\n"Copyright (c) 2000-2024 x.example"\r\n"Generated By:  Marek Zieliński  1/7/2025 4:40 PM"\r\n'
    found = read(report + foot.encode())
    assert [row.name for row in found.rows] == ["Jan Łoś", "Eva"]
    assert not found.rejects


def test_data_loader_shouts(read):
    """The Data Loader writes the names of the API in capitals; 18 characters of an id are its 15."""
    row = read(
        made(
            "salesforce-dataloader",
            {"ID": "0035Y00003AaAaAQAV", "LASTNAME": "Łoś", "ACCOUNT.NAME": "Las"},
        )
    ).rows[0]
    assert (row.external_id, row.company) == ("salesforce:0035Y00003AaAaA", "Las")


def test_leads_and_deals_of_zoho(read):
    """zcrm_ comes off every id; words of stages are Zoho's own."""
    row = read(
        made(
            "zoho-leads",
            {
                "Record Id": "zcrm_77",
                "Last Name": "Łoś",
                "Lead Status": "Contacted",
                "Tag": "VIP,targi",
            },
        )
    ).rows[0]
    assert (row.external_id, row.lifecycle, row.tags) == ("zoho:77", "prospect", ("VIP", "targi"))
    cells = {
        "Record Id": "zcrm_5", "Deal Name": "Blacha", "Account Name": "Stalmex", "Account Name.id": "zcrm_118",
        "Contact Name": "Łukasz Wójcik", "Contact Name.id": "zcrm_211", "Stage": "Closed-Lost to Competition",
        "Closing Date": "2025-03-31", "Amount": "1500", "Probability (%)": "0",
    }  # fmt: skip
    deal = read(made("zoho-deals", cells)).rows[0]
    assert (deal.person.external_id, deal.person.name, deal.company_external_id) == (
        "zoho:211",
        "Łukasz Wójcik",
        "zoho:118",
    )
    assert (deal.stage, deal.lost_at) == ("lost", "2025-03-31T12:00Z")


def test_pipedrive_shows_lists_too(read):
    """A list as it is shown has other headers than the export of everything."""
    cells = {
        "Name": "Małgorzata Ćwik",
        "Organization": "Browar",
        "Email": "m@browar.example",
        "Owner": "Marek",
        "ID": "501",
        "Label": "Hot lead, VIP",
    }
    row = read(b"\xef\xbb\xbf" + made("pipedrive-persons", cells)).rows[0]
    assert (row.external_id, row.company, row.tags) == (
        "pipedrive:501",
        "Browar",
        ("Hot lead", "VIP"),
    )
    assert row.custom == {"Owner": "Marek"}


def test_deals_of_pipedrive(read):
    """A deal that is over keeps the stage in which it was; its status says how it ended."""
    deal = {
        "Deal - ID": "9", "Deal - Title": "Blacha", "Deal - Value": "1500", "Deal - Currency of Value": "PLN",
        "Deal - Organization": "Stalmex", "Deal - Contact person": "Łukasz Wójcik", "Deal - Contact person ID": "501",
        "Deal - Stage": "Proposal Made", "Deal - Status": "Open", "Deal - Creator": "Marek Zieliński",
    }  # fmt: skip
    won = deal | {"Deal - Status": "Won", "Deal - Won time": "2025-02-01 10:00:00"}
    found = read(
        made(
            "pipedrive-deals",
            deal,
            won,
            deal | {"Deal - Status": "Lost", "Deal - Lost reason": "Drogo"},
        )
    )
    assert [row.stage for row in found.rows] == ["proposal", "won", "lost"]
    assert found.rows[0].person.external_id == "pipedrive:501"
    assert (found.rows[1].won_at, found.rows[2].reason) == ("2025-02-01T10:00:00Z", "Drogo")


def test_activities_of_pipedrive(opened):
    """Day and time stand in two columns; what is to do is a follow-up."""
    activity = {
        "Activity - ID": "3", "Activity - Type": "Call", "Activity - Subject": "Oddzwonić", "Activity - Due date": "2025-02-01",
        "Activity - Due time": "14:30", "Activity - Done": "To do", "Activity - Person": "Łukasz Wójcik",
        "Person - Email - Work": "l@stalmex.example", "Activity - Organization": "Stalmex",
    }  # fmt: skip
    from crmcli.exchange.records import Told

    source = opened(
        made(
            "pipedrive-activities",
            activity,
            activity | {"Activity - Done": "Done", "Activity - Duration": "00:30"},
        )
    )
    (done,), (todo,) = (list(source.rows(noun, Told())) for noun in ("interactions", "followups"))
    assert (done.at, done.kind, done.duration) == ("2025-02-01T14:30:00Z", "call", 1800)
    assert (todo.due, todo.text) == ("2025-02-01T14:30", "Oddzwonić")
    assert todo.person == done.people[0]
    assert (todo.person.name, todo.person.email) == ("Łukasz Wójcik", "l@stalmex.example")


def test_one_tag_may_have_a_comma(read):
    """Where it is known what stands between tags, a comma is a part of one."""
    row = read(made("google-csv-new", {"First Name": "Jan", "Labels": "Klienci, stali"})).rows[0]
    assert row.tags == ("Klienci, stali",)


def test_the_same_address_twice_is_one(read):
    """An address that is copied into another place is not kept again."""
    cells = {"LastName": "Łoś", "IsDeleted": "0", "MailingCity": "Łódź", "OtherCity": "Łódź"}
    row = read(made("salesforce-dataexport-contact", cells)).rows[0]
    assert (row.city, [one.label for one in row.addresses]) == ("Łódź", ["other"])
    header = "First Name,Last Name,File As,Organization Name,Labels"
    more = "Address 1 - Label,Address 1 - City,Address 2 - Label,Address 2 - City"
    row = read(f"{header},{more}\nJan,,,,,Home,Łódź,Home,Łódź\n").rows[0]
    assert (row.city, row.addresses) == ("Łódź", ())


def test_languages_know_the_order_of_their_dates(read):
    """Outlook in Polish writes the day first, also where the dates don't tell."""
    row = read(made("outlook-csv-pl", {"Nazwisko": "Łoś", "Urodziny": "03/04/1981"})).rows[0]
    assert row.birthday == "1981-04-03"
    found = read(made("outlook-csv-en", {"Last Name": "Łoś", "Birthday": "03/04/1981"}))
    assert found.rows[0].birthday is None
    assert "use --date-order" in found.source.plan.warnings[0]


@pytest.mark.parametrize(
    ("noun", "kept"), [("followups", "Oddzwonić"), ("interactions", "Rozmowa")]
)
def test_one_noun_can_be_asked_for(opened, noun, kept):
    """``--as`` takes one of the nouns of a file; what is of the other is left out and told of."""
    from crmcli.exchange.records import Told

    task = {
        "Id": "00T5Y00001AAAAAUA5",
        "WhoId": "0035Y00003AaAaA",
        "ActivityDate": "2026-02-20",
        "TaskSubtype": "Call",
    }
    done = task | {"Subject": "Rozmowa", "IsClosed": "true"}
    todo = task | {"Subject": "Oddzwonić", "IsClosed": "false"}
    source, skips = opened(made("salesforce-dataexport-task", done, todo), noun=noun), []
    (row,) = source.rows(noun, Told(skip=skips.append))
    assert kept in (getattr(row, "subject", None), row.text)
    other = {"followups": "interactions", "interactions": "followups"}[noun]
    assert [one.reason for one in skips] == [f"is one of the {other}"]
