"""The CSV of Google, Outlook and HubSpot: what they can hold comes back, the rest is said."""

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.exchange.outgoing import SHEETS, Outgoing, writer
from crmcli.exchange.plan import Options
from crmcli.exchange.records import Address, ContactRow, Told
from crmcli.exchange.source import open_source
from crmcli.values import phone
from tests.exchange.test_round_trip import EMAIL, PHONE, UID, maybe, several
from tests.exchange.test_vcard_out import as_json

# Words as people have them; a cell of others that says "n/a" or has a comma may mean another thing.
WORD = st.sampled_from(["Łoś", "=1+1", "Żółw", "d'Arc", "Иван", "Nováková", "+48 x", "Ö", "a b"])
LINES = st.sampled_from(["one", "one\ntwo; three", 'says "no", then\n=yes', "ulica 5/7\n00-001"])
DAY = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)).map(str)  # fmt: skip
YEARLY = DAY | DAY.map(lambda day: f"-{day[4:]}")
COUNTRY = st.sampled_from(["PL", "US", "NA", "Atlantis"])
PLACES = st.builds(Address, st.sampled_from(["home", "other"]), maybe(LINES), st.just("Brno"), maybe(WORD), st.just("602 00"), maybe(COUNTRY))  # fmt: skip
CORPUS = Path(__file__).parents[1] / "corpus" / "formats"
LABELS = st.sampled_from(
    [None, None, "mobile", "work", "home", "main", "whatsapp", "Recepcja", "home fax"]
)
# Columns that say a label, of programs that have no other place for one.
SAID = {
    "outlook": {"mobile": 1, "main": 1, "work": 2, "home": 2, "car": 1, "other": 1},
    "hubspot": {"mobile": 1, "whatsapp": 1},
}
ROOM = {"google": (9, 9, 9), "outlook": (3, 6, 1), "hubspot": (9, 3, 1)}  # emails, phones, urls


@st.composite
def people(draw):
    """A person, with a name that its parts say, or without parts."""
    given_, family = draw(maybe(WORD)), draw(maybe(WORD))
    middle = draw(st.sampled_from(["", "Maria"])) if given_ and family else ""
    name = " ".join(filter(None, [given_, middle, family])) or draw(WORD)
    label = st.tuples(st.sampled_from(["anniversary", "renewal"]), YEARLY, st.none())
    row = ContactRow(
        2, uid=draw(UID), name=name, given=given_, family=family, company=draw(maybe(WORD)), title=draw(maybe(WORD)),
        emails=draw(several(EMAIL)), phones=tuple(phone.parse(one, "PL") for one in draw(several(PHONE))),
        urls=tuple(f"https://x.example/{n}" for n in range(draw(st.integers(0, 2)))),
        address=draw(maybe(LINES)), city=draw(maybe(WORD)), postcode=draw(maybe(WORD)), country=draw(maybe(COUNTRY)),
        birthday=draw(maybe(YEARLY)), dates=tuple({kind: (kind, day, n) for kind, day, n in draw(st.lists(label, max_size=2))}.values()),
        language=draw(maybe(st.just("pl"))), lifecycle=draw(st.sampled_from(["lead", "customer", "loyal"])),
        tags=draw(several(st.sampled_from(["vip", "a,b", "Łódź", "x: y"]))), note=draw(maybe(LINES)),
        do_not_contact=draw(st.booleans()), custom=draw(maybe(st.just({"Kod klienta": "=7;8", "Hobby": "golf"}))),
        addresses=draw(st.lists(PLACES, max_size=2, unique_by=lambda one: one.label)
                       .map(lambda found: tuple(sorted(found, key=lambda one: one.label or "")))),
    )  # fmt: skip
    # An address of Outlook behind its place would come back as the first, so the first is that of work here.
    is_placed = any((row.address, row.city, row.postcode, row.country))
    return row._replace(
        address_label=draw(st.sampled_from([None, "work", "Magazyn"])) if is_placed else None,
        email_labels=tuple((one, label) for one in row.emails if (label := draw(LABELS))),
        phone_labels=tuple((phone.spelled(one), label) for one in row.phones if (label := draw(LABELS))),
    )  # fmt: skip


def written(to, *persons, excel_safe=False):
    out, said = io.StringIO(newline=""), []
    book = Outgoing(lambda _: iter(persons), datetime(2026, 3, 2, tzinfo=UTC), remark=said.append, excel_safe=excel_safe)  # fmt: skip
    assert writer(to).write(out, "contacts", book) == len(persons)
    return out.getvalue(), said


def read(path, text):
    path.write_bytes(text.encode())
    source = open_source(str(path), Options(region="PL", tz="Europe/Warsaw"))
    said = []
    rows = list(source.rows("contacts", Told(said.append, said.append, said.append)))
    source.close()
    assert not said
    return rows


def held(row, to):
    """What of a person a format can hold."""
    emails, phones, urls = ROOM[to]
    row = row._replace(emails=row.emails[:emails], phones=row.phones[:phones], urls=row.urls[:urls])
    if to == "google":
        labels = tuple(pair for pair in row.phone_labels if pair[1] != "home fax")
        row = row._replace(phone_labels=labels)
    else:
        held_phones = {phone.spelled(one) for one in row.phones}
        room = dict(SAID[to])
        labels = []
        for one, label in row.phone_labels:
            if one in held_phones and room.get(label, 0):
                room[label] -= 1
                labels.append((one, label))
        place = row.address_label if to == "outlook" and row.address_label == "work" else None
        row = row._replace(email_labels=(), phone_labels=tuple(labels), address_label=place)
    if to != "hubspot":
        row = row._replace(lifecycle=None)
    if to == "google":
        row = row._replace(language=None)
    if to == "outlook":
        custom = {name: value for name, value in (row.custom or {}).items() if name == "Hobby"}
        row = row._replace(custom=custom or None, dates=tuple(one for one in row.dates if one[0] == "anniversary"))  # fmt: skip
    if to == "hubspot":
        row = row._replace(dates=(), addresses=(), name=row.name.replace(" Maria", ""))
    return row


def comparable(row):
    return row._replace(
        line=2, phones=[(one.number, one.extension) for one in row.phones], tags=sorted(row.tags),
        do_not_contact=bool(row.do_not_contact), dates=sorted(row.dates), custom=row.custom or None,
    )  # fmt: skip


@given(people(), st.sampled_from(sorted(SHEETS)), st.booleans())
def test_there_and_back(tmp_path_factory, row, to, excel_safe):
    """What the format can hold of a person comes back, from whole names to countries."""
    text, _ = written(to, as_json(row), excel_safe=excel_safe)
    (back,) = read(tmp_path_factory.mktemp("trip") / "file", text)
    assert comparable(back) == comparable(held(row, to))


ROWS = [
    ["uid", "name", "given", "family", "company", "emails", "phones", "tags", "note", "birthday", "dates", "do_not_contact", "addresses", "cadence", "Kod", "external_ids", "urls"],
    ["1" * 16, "Dr. Łukasz Wójcik", "Łukasz", "Wójcik", "Stalmex", "l@x.example;w@x.example;a@x.example;b@x.example", "+48601100101 ext 7", "vip;a\\;b", "one\ntwo; three",
     "--02-29", "renewal=2026-12-31/30d;anniversary=2020-01-02", "true", "label=home\\;address=Long St 1\nflat 2\\;country=US", "30", "=7,5", "hubspot:501;google:c1", "https://a.example;https://b.example"],
    ["2" * 16, "Acme", "", "", "Acme", "", "", "", "", "", "", "", "", "", "", "", ""],
    ["3" * 16, "Anna Maria Nowak", "", "", "", "", "", "", "", "", "", "", "", "", "x", "hubspot:502", ""],
]  # fmt: skip


def fill(crm):
    with (crm.home / "book.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(ROWS)
    crm.ok("import", str(crm.home / "book.csv"))


def dump(crm, **env):
    return [json.loads(line) for line in crm.ok("export", "--to", "jsonl", **env).lines]


@pytest.mark.parametrize("to", sorted(SHEETS))
@pytest.mark.parametrize("more", [[], ["--excel-safe"]])
def test_front_door(crm, to, more):
    """Into the same book it changes nothing; into an empty one it brings what it holds, once."""
    fill(crm)
    before = crm.ok("export", "--to", "jsonl").out
    path = str(crm.home / "out.csv")
    said = crm.ok("export", "--to", to, "-o", path, *more).err
    assert "out.csv: 3 contacts" in said
    assert said.count("warning") == 1
    assert "cadence (1)" in said
    done = crm.ok("import", path)
    assert "3 unchanged" in done.err
    assert crm.ok("export", "--to", "jsonl").out == before
    other = {"CRM_DB": str(crm.home / "other.db")}
    empty = crm.ok("export", "--to", "jsonl", **other).out
    assert "3 added" in crm.ok("import", path, **other).err
    assert "3 unchanged" in crm.ok("import", path, **other).err
    found = dump(crm, **other)
    assert [one["uid"] for one in found] == [row[0] for row in ROWS[1:]]
    assert [one["do_not_contact"] for one in found] == [True, False, False]
    assert [one["name"] for one in found][1:] == ["Acme", "Anna Maria Nowak"]
    assert found[0]["birthday"] == "--02-29"
    assert found[0]["note"] == "one\ntwo; three"
    crm.ok("undo", **other)
    assert crm.ok("export", "--to", "jsonl", **other).out == empty


def test_each_program_has_its_way():
    """Labels, line ends, a BOM, and the days of no year."""
    person = as_json(ContactRow(2, uid="1" * 16, name="Łoś", emails=("a@x.example", "b@x.example"), tags=("vip", "x"),
                                birthday="--05-17", do_not_contact=True, lifecycle="loyal", country="CZ", external_ids=("hubspot:501", "x:1")))  # fmt: skip
    google, _ = written("google", person)
    assert google.startswith("First Name,Middle Name,Last Name,")
    assert ",--05-17,,,vip ::: x ::: do not contact ::: * myContacts,* ,a@x.example,,b@x.example," in google  # fmt: skip
    outlook, _ = written("outlook", person)
    assert outlook.startswith("\ufeffFirst Name,")
    assert outlook.count("\r\n") == outlook.count("\n") == 2
    assert ",1604-05-17,vip;x;do not contact," in outlook
    hubspot, said = written("hubspot", person)
    assert hubspot.splitlines()[1] == (
        "501,Łoś,,a@x.example,b@x.example,,,,,,,,,,Czechia,--05-17,Evangelist,,,,vip;x,true,crm-1111111111111111-n"
    )
    assert "external_ids (1)" in said[0]


def test_the_header_of_google():
    """It is that which Google writes, without what we have nothing for."""
    person = as_json(ContactRow(2, uid="1" * 16, name="x", emails=("a@x.example", "b@x.example"),
                                phones=tuple(phone.parse(one, "PL") for one in ("+48601100101", "+48601100102"))))  # fmt: skip
    (header,) = (CORPUS / "google_new_2024.csv").read_text("utf-8").splitlines()[:1]
    wanted = header.replace("Relation 1 - Label,Relation 1 - Value,", "")
    assert written("google", person)[0].splitlines()[0] == wanted


@pytest.mark.parametrize("noun", ["companies", "deals"])
def test_hubspots_companies_and_deals(crm, noun):
    """They come back into the same book unchanged, and a stage goes under HubSpot's name for it."""
    crm.ok("add", "Anna Nowak", "--email", "anna@x.example", "--company", "Acme")
    crm.ok("deal", "add", "Paper", "--contact", "anna", "--amount", "1500 EUR")
    path = str(crm.home / "out.csv")
    crm.ok("export", "--to", "hubspot", "--as", noun, "-o", path)
    assert "1 unchanged" in crm.ok("import", path).err
    if noun == "deals":
        text = (crm.home / "out.csv").read_text("utf-8")
        assert ",Paper,Appointment Scheduled,Sales Pipeline,1500.00,EUR," in text
        assert "Anna Nowak (anna@x.example)" in text
