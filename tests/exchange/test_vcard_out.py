"""vCards out: what they hold comes back, and nothing in a text can act."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.exchange.outgoing import Outgoing, writer
from crmcli.exchange.plan import Options
from crmcli.exchange.records import Told
from crmcli.exchange.source import open_source
from crmcli.exchange.write import FIELDS
from crmcli.values import country
from tests.exchange.test_round_trip import LONG, contact_rows, exported

VERSIONS = ("vcard", "vcard3")
CUSTOM = st.none() | st.dictionaries(
    st.sampled_from(["Kod klienta", "Rabat, %;", "fax", "pager", "nickname", "department", "role (vCard)"]),
    LONG | st.just("+48 42 555 01 01"), min_size=1, max_size=3,
)  # fmt: skip


def written(to, *people):
    out = io.StringIO(newline="")
    book = Outgoing(lambda noun: iter(people), datetime(2026, 3, 2, tzinfo=UTC))
    assert writer(to).write(out, "contacts", book) == len(people)
    return out.getvalue()


def person(**fields):
    blank = dict.fromkeys(FIELDS["contacts"]) | {
        name: [] for name in ("emails", "phones", "urls", "dates", "tags", "addresses")
    }
    return blank | {"uid": "0123456789abcdef", "name": "Anna"} | fields


def read(tmp_path, text):
    path = tmp_path / "cards.vcf"
    path.write_bytes(text.encode())
    source = open_source(str(path), Options(region="PL", tz="Europe/Warsaw"))
    said = []
    rows = list(source.rows("contacts", Told(said.append, said.append, said.append)))
    source.close()
    assert not said
    assert source.plan.own
    return rows


def as_json(row):
    """The row as the book's JSON has it."""
    values = exported(row)
    for name in FIELDS["contacts"]:
        if name.endswith("_at") and values[name] and len(values[name]) == 17:
            values[name] = values[name][:10]
        if isinstance(values[name], tuple):
            values[name] = list(values[name])
    values["do_not_contact"] = bool(values["do_not_contact"])
    return {name: values[name] for name in (*FIELDS["contacts"], *(row.custom or {}))}


def comparable(row):
    return row._replace(
        line=1, phones=[(p.number, p.extension) for p in row.phones], do_not_contact=bool(row.do_not_contact),
        dates=sorted(row.dates, key=repr),
    )  # fmt: skip


@given(contact_rows(), CUSTOM, st.sampled_from(VERSIONS))
def test_there_and_back(tmp_path_factory, row, custom, to):
    """Everything that a person has comes back, in both versions."""
    row = row._replace(custom=custom)
    (back,) = read(tmp_path_factory.mktemp("trip"), written(to, as_json(row)))
    assert comparable(back) == comparable(row)


@given(st.text(max_size=300), st.sampled_from(VERSIONS))
def test_nothing_breaks_out(text, to):
    """Whatever is in a text, it adds no line and no property, and no line is longer than 75 octets."""
    quiet = written(to, person(note="x", title="x", tags=["x"], company="x", X="x"))
    loud = written(to, person(note=text or "x", title=text or "x", tags=[text or "x"], company=text or "x", X=text or "x"))  # fmt: skip
    lines = loud.split("\r\n")
    assert not any("\r" in line or "\n" in line or "\0" in line for line in lines)
    assert max(len(line.encode("utf-8", "replace")) for line in lines) <= 75
    names = [line.partition(":")[0].partition(";")[0] for line in lines if line[:1] != " "]
    assert names == [line.partition(":")[0].partition(";")[0] for line in quiet.split("\r\n")]


@pytest.mark.parametrize(
    ("to", "lines"),
    [
        ("vcard", ["BDAY:--0229", "ANNIVERSARY:20200101", "EMAIL;PREF=1:a@x.example",
                   "TEL;TYPE=voice;VALUE=uri:tel:+48601100101;ext=12", "LANG:pl", "REV:20260302T090000Z", "KIND:org"]),
        ("vcard3", ["BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29", "day1.X-ABDATE:2020-01-01", "day1.X-ABLabel:_$!<Anniversary>!$_",
                    "EMAIL;TYPE=INTERNET,PREF:a@x.example", "TEL;TYPE=VOICE:+48601100101 ext 12", "X-CRM-LANGUAGE:pl",
                    "REV:2026-03-02T09:00:00Z", "X-ABShowAs:COMPANY"]),
    ],
)  # fmt: skip
def test_each_version_has_its_way(to, lines):
    """Birthdays without a year, what is preferred, extensions, languages, companies."""
    text = written(
        to,
        person(
            name="Acme", company="Acme", birthday="--02-29", dates=["anniversary=2020-01-01"], emails=["a@x.example", "b@x.example"],
            phones=["+48601100101 ext 12"], language="pl", updated_at="2026-03-02T09:00:00Z",
        ),
    )  # fmt: skip
    assert set(lines) <= set(text.split("\r\n"))


def test_a_country_has_its_name():
    """A phone shows it; it comes back as its code, whichever it is."""
    assert "ADR;PREF=1:;;;Praha;;;Czechia\r\n" in written("vcard", person(city="Praha", country="CZ"))  # fmt: skip
    assert all(country.code(country.name(code) or code) == code for code in country.CODES)


BOOK = "uid,name,given,family,company,emails,phones,tags,note,birthday,dates,do_not_contact,consents,addresses,cadence,Kod\n"


def fill(crm):
    rows = [
        ["1" * 16, "Łukasz Wójcik", "Łukasz", "Wójcik", "Stalmex", "l@x.example;w@x.example", "+48601100101 ext 7", "vip;a\\;b",
         "one\ntwo; three", "--02-29", "renewal=2026-12-31/30d;anniversary=2020-01-02", "true", "consent=2026-01-02/fair, Brno",
         "label=home\\;address=Long St 1\nflat 2\\;country=US", "30", "=7,5"],
        ["2" * 16, "Acme", "", "", "Acme", "", "", "", "", "", "", "", "", "", "", ""],
        ["3" * 16, "Anna Maria Nowak", "", "", "", "", "", "", "", "", "", "", "", "", "", "x"],
    ]  # fmt: skip
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    (crm.home / "book.csv").write_text(BOOK + text.getvalue(), encoding="utf-8")
    crm.ok("import", str(crm.home / "book.csv"))


def dump(crm, *drop):
    return [
        {name: value for name, value in json.loads(line).items() if name not in ("id", *drop)}
        for line in crm.ok("export", "--to", "jsonl").lines
    ]


@pytest.mark.parametrize("to", VERSIONS)
def test_front_door(crm, to):
    """Into the same book it changes nothing, into an empty one it brings everything; undo takes it back."""
    fill(crm)
    before = dump(crm)
    path = str(crm.home / "out.vcf")
    assert "out.vcf: 3 contacts" in crm.ok("export", "--to", to, "-o", path).err
    assert "3 unchanged" in crm.ok("import", path).err
    assert dump(crm) == before
    other = {"CRM_DB": str(crm.home / "other.db")}
    empty = crm.ok("export", "--to", "jsonl", **other).out
    assert "3 added" in crm.ok("import", path, **other).err
    back = [json.loads(line) for line in crm.ok("export", "--to", "jsonl", **other).lines]
    assert [{k: v for k, v in one.items() if k != "id"} for one in back] == before
    crm.ok("undo", **other)
    assert crm.ok("export", "--to", "jsonl", **other).out == empty


def test_a_phones_book(crm):
    """A book of a phone comes in, a second time nothing changes, a newer one is followed."""
    text = "BEGIN:VCARD\nVERSION:3.0\nFN:Anna Nowak\nUID:A-1\nTEL:+48601100101\nADR;TYPE=HOME:;;a;;;;\nADR;TYPE=WORK:;;b;;;;\nEND:VCARD\n"
    path = crm.home / "phone.vcf"
    path.write_text(text)
    assert "1 added" in crm.ok("import", str(path)).err
    assert "1 unchanged" in crm.ok("import", str(path)).err
    path.write_text(
        text.replace("FN:Anna Nowak", "FN:Anna Kowal").replace("TEL:", "TITLE:CEO\nTEL:")
    )
    assert "1 updated" in crm.ok("import", str(path)).err
    (found,) = dump(crm)
    assert (found["name"], found["title"], found["source"]) == ("Anna Kowal", "CEO", "phone.vcf")
    assert [one["label"] for one in found["addresses"]] == ["work"]


def test_rejected_cards_come_back_mended(crm):
    """The rejects file is one of cards, with line and reason."""
    path = crm.home / "bad.vcf"
    path.write_text("BEGIN:VCARD\nVERSION:3.0\nNOTE:who?\nEND:VCARD\n")
    result = crm("import", str(path))
    assert result.code == 4
    rejects = crm.home / "bad.rejects.vcf"
    text = rejects.read_text(encoding="utf-8")
    assert "X-CRM-REJECTED-REASON:no name, e-mail, phone or company" in text
    rejects.write_text(text.replace("NOTE:who?", "FN:Ewa"))
    assert "1 added" in crm.ok("import", str(rejects)).err
