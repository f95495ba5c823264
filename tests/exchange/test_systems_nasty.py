"""Exports after a life: opened and saved by a spreadsheet, with a preamble or footer, cut short, odd cells."""

import pathlib

import pytest

from crmcli.exchange.plan import Options
from crmcli.exchange.records import Address, Told
from crmcli.exchange.source import open_source

FOLDER = pathlib.Path(__file__).parent.parent / "corpus" / "systems"


class Read:
    def __init__(self, name):
        source = open_source(str(FOLDER / name), Options(region="PL", tz="UTC"))
        self.plan, self.rejects, self.remarks, self.skips = source.plan, [], [], []
        told = Told(self.rejects.append, self.remarks.append, self.skips.append)
        self.rows = list(source.rows(source.plan.holds[0], told))
        source.close()

    @property
    def first(self):
        return self.rows[0]


@pytest.mark.parametrize(
    ("name", "dialect", "rows"),
    [
        ("google_new_many.csv", "google-csv-new", 1),
        ("hubspot_contacts_wide.csv", "hubspot-contacts", 2),
        ("linkedin_preamble_crlf.csv", "linkedin-connections", 3),
        ("outlook_pl_saved_by_excel.csv", "outlook-csv-pl", 2),
        ("pipedrive_persons_semicolon.csv", "pipedrive-persons", 2),
        ("salesforce_report_pl.csv", "salesforce-report", 2),
        ("thunderbird_ragged.csv", "thunderbird-csv", 2),
        ("zoho_deals_utf16.csv", "zoho-deals", 2),
    ],
)
def test_it_is_known(name, dialect, rows):
    """Whatever delimiter, encoding or mark a spreadsheet left behind, the columns say whose it is."""
    found = Read(name)
    assert (found.plan.dialect, len(found.rows)) == (dialect, rows)
    assert not found.plan.warnings


def test_google():
    """The same value twice, a fax, tags with commas, an address in one piece, an event without a year."""
    row = Read("google_new_many.csv").first
    assert row.emails == ("jan@x.example", "jr@y.example")
    assert [phone.number for phone in row.phones] == ["+48601100101", "+48425550109"]
    assert row.custom == {"Work Fax": "42 555 01 10"}
    assert row.tags == ("Znajomi, rodzina", "VIP")
    assert (row.name, row.birthday, row.note) == ("Jan Maria Rokita", "--02-29", "a\nb")
    assert row.dates == (
        ("anniversary", "2012-06-16", None),
        ("pierwsze spotkanie", "--03-15", None),
    )
    assert (row.address, row.city) == ("ul. Leśna 1", "Łódź")
    assert row.addresses == (Address("work", "Rynek 5\nKraków"),)


def test_hubspot():
    """A company with a comma, the second company, an address twice in two cases, a field of their own."""
    row, firm = Read("hubspot_contacts_wide.csv").rows
    assert (row.company, row.company_external_id) == ("Tatrastroj, a.s.", "hubspot:9003")
    assert row.emails == ("L.Stastny@tatrastroj.example", "lubo@example.net")
    assert (row.phones[0].number, row.phones[0].extension) == ("+421415552010", "12")
    assert row.custom == {
        "Associated Company": "Stalmex Sp. z o.o.",
        "Contact owner": "lubo.owner@sprzedawca.example",
        "Ulubiona kawa": "flat white; bez cukru",
    }
    assert (row.lifecycle, firm.lifecycle, firm.company, firm.name) == (
        "lead",
        "loyal",
        "Firma Bez Osoby",
        None,
    )


def test_linkedin():
    """Words of headers in the preamble; one profile under two hosts, with and without what follows it."""
    found = Read("linkedin_preamble_crlf.csv")
    first, again, other = found.rows
    assert (found.plan.header_line, first.line) == (4, 5)
    assert first.external_id == again.external_id == "linkedin:/in/lukasz-wojcik-1a2b3c"
    assert (other.family, other.title) == ("Nowak 🌟 MBA", None)


def test_outlook_from_excel():
    """Semicolons and sep=, a birthday that became a number, a phone that Excel rounded, a row of nothing."""
    found = Read("outlook_pl_saved_by_excel.csv")
    row, eva = found.rows
    assert (found.plan.header_line, found.plan.encoding, found.plan.delimiter) == (2, "cp1250", ";")
    assert (row.company, row.birthday) == ('Stalmex "Blacha" Sp. z o.o.', "1984-05-17")
    assert [(phone.number, phone.extension) for phone in row.phones] == [("+48425550109", "12")]
    assert row.address == "ul. Długa 5\nlok. 7"
    assert row.addresses == (Address("home", "Leśna 1", "Zgierz"),)
    assert row.custom == {
        "Tytuł": "Pan",
        "Telefon asystenta": "600 000 000",
        "Faks służbowy": "42 555 01 10",
    }
    assert row.note == "Faktury: „14 dni”;\nrabat 7,5%"
    assert (eva.emails, eva.dates, eva.custom) == ((), (), None)
    assert [str(remark) for remark in found.remarks] == [
        'row 1: phone "4,8601E+10" was rounded by a spreadsheet; format that column as text'
    ]
    assert [(reject.line, reject.reason) for reject in found.rejects] == [
        (6, "no name, e-mail, phone or company")
    ]


def test_pipedrive():
    """Several values in a cell, a name with a comma that stays one name, a company with the delimiter."""
    row, eva = Read("pipedrive_persons_semicolon.csv").rows
    assert (row.name, row.company) == ("Novák, Jiří", "Dřevo Šumava; s.r.o.")
    assert row.emails == ("a@drevo.example", "b@drevo.example")
    assert len(row.phones) == 2
    assert row.custom == {"Person - Owner": "Marek", "Person - Moje pole": "0042"}
    assert eva.custom == {"Person - Marketing status": "Bounced"}


def test_salesforce_report():
    """The footer, with a comma in it, is nobody; ids of 15 and of 18 characters are of one kind."""
    found = Read("salesforce_report_pl.csv")
    first, second = found.rows
    assert not found.rejects
    assert (first.external_id, second.external_id) == (
        "salesforce:0035Y00003AaAaA",
        "salesforce:0035Y00003AaAaB",
    )
    assert (first.city, first.birthday) == ("Łódź", "1984-05-17")
    assert [phone.number for phone in first.phones] == ["+48601100101", "+48425550109"]
    assert (second.name, second.company) == ("Żółkiewska", 'Piekarnia "Świt"')


def test_thunderbird():
    """A day that never was is dropped and said; a row that was cut short has what it has."""
    found = Read("thunderbird_ragged.csv")
    row, short = found.rows
    assert (row.birthday, row.note, row.city) == (None, "Zeile 1\nZeile 2", "Basel")
    assert "1984-02-30" in str(found.remarks[0])
    assert (short.name, short.emails) == ("Jan", ("jan@x.example",))


def test_zoho():
    """Tabs in UTF-16 with decimal commas; one deal under two spellings of its id."""
    first, second = Read("zoho_deals_utf16.csv").rows
    assert first.external_id == second.external_id == "zoho:5"
    assert (first.amount, first.probability, first.stage) == (150005000, 75, "negotiation")
    assert (second.stage, second.won_at) == ("won", "2026-03-31T12:00Z")
