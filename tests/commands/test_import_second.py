"""A second export of the same system updates what came from the first; what was changed by hand here stays."""

from __future__ import annotations

import csv
import io
import json
import time
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.conftest import Crm

CARD = """\
BEGIN:VCARD
VERSION:3.0
UID:7d3a
FN:Anna Nowak
N:Nowak;Anna;;;
EMAIL;TYPE=WORK:anna@acme.example
TEL;TYPE=CELL,VOICE:+48601100101
ADR;TYPE=WORK,PREF:;;Długa 1;Kraków;;30-001;Polska
ADR;TYPE=HOME:;;Krótka 2;Łódź;;90-001;Polska
URL:https://anna.example
item1.X-ABDATE:2012-06-12
item1.X-ABLabel:wesele
ANNIVERSARY:2010-06-12
X-HOBBY:golf
NOTE:first
END:VCARD
"""
SECOND = (
    CARD.replace("TYPE=CELL,VOICE", "TYPE=HOME,VOICE")
    .replace("Krótka 2", "Nowa 7")
    .replace("https://anna.example", "https://nowak.example")
    .replace("2012-06-12", "2012-06-13")
    .replace("2010-06-12", "2010-07-01")
    .replace("golf", "tenis")
)


def bring(crm: Crm, name: str, text: str, *more: str) -> str:
    (crm.home / name).write_text(text, encoding="utf-8")
    return str(crm.ok("import", str(crm.home / name), *more).err)


def dump(crm: Crm) -> str:
    return "".join(crm.ok("export", "--as", noun, "--to", "jsonl").out for noun in ("contacts", "companies", "deals"))  # fmt: skip


def anna(crm: Crm) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(crm.ok("show", "anna", "--json").out)
    return found


def test_what_stands_beside_a_person_follows(crm: Crm) -> None:
    """Custom fields, key dates, further addresses, links and labels take the new value; a third time nothing."""
    bring(crm, "one.vcf", CARD)
    before = dump(crm)
    said = bring(crm, "two.vcf", SECOND)
    assert "1 updated" in said
    assert "differs" not in said
    person = anna(crm)
    assert person["hobby"] == "tenis"
    assert person["dates"] == ["anniversary=2010-07-01", "wesele=2012-06-13"]
    assert [one["address"] for one in person["addresses"]] == ["Nowa 7"]
    assert person["urls"] == ["https://nowak.example"]
    assert person["phone_labels"] == {"+48601100101": "home"}
    after = dump(crm)
    assert "1 unchanged" in bring(crm, "three.vcf", SECOND)
    assert dump(crm) == after
    crm.ok("undo")
    assert dump(crm) == before


def test_what_was_edited_stays(crm: Crm) -> None:
    """A custom field and a date of the owner's stay, and the summary names them."""
    bring(crm, "one.vcf", CARD)
    crm.ok("edit", "anna", "--set", "hobby=szachy", "--date", "anniversary=2011-01-01")
    before = dump(crm)
    said = bring(crm, "two.vcf", SECOND)
    assert (
        "1 row differs in hobby, anniversary, and the book's stays: line 1 (Anna Nowak: hobby, anniversary)"
        in said
    )
    person = anna(crm)
    assert person["hobby"] == "szachy"
    assert person["dates"] == ["anniversary=2011-01-01", "wesele=2012-06-13"]
    assert "1 unchanged" in bring(crm, "two.vcf", SECOND)
    crm.ok("undo")
    assert dump(crm) == before
    crm.ok("undo")
    bring(crm, "two.vcf", SECOND)
    assert anna(crm)["hobby"] == "tenis"


def test_update_takes_all_and_settles(crm: Crm) -> None:
    """--on-match update overwrites what was edited, of two dates of a kind each once."""
    two = CARD.replace("ANNIVERSARY:2010-06-12", "X-ABDATE:2001-01-01\nX-ABDATE:2002-02-02")
    bring(crm, "one.vcf", two)
    crm.ok("edit", "anna", "--set", "hobby=szachy")
    changed = two.replace("2002-02-02", "2003-03-03")
    assert "1 updated" in bring(crm, "two.vcf", changed, "--on-match", "update")
    assert anna(crm)["hobby"] == "golf"
    assert anna(crm)["dates"] == ["other=2001-01-01", "other=2003-03-03", "wesele=2012-06-12"]
    assert "1 unchanged" in bring(crm, "two.vcf", changed, "--on-match", "update")


def test_dates_that_are_more_are_added(crm: Crm) -> None:
    """A second day of a kind in the export is a second day here."""
    bring(crm, "one.vcf", CARD.replace("ANNIVERSARY", "X-ABDATE"))
    more = CARD.replace("ANNIVERSARY:2010-06-12", "X-ABDATE:2010-06-12\nX-ABDATE:2015-05-05")
    assert "1 updated" in bring(crm, "two.vcf", more)
    assert anna(crm)["dates"] == ["other=2010-06-12", "other=2015-05-05", "wesele=2012-06-12"]


COMPANIES = (
    "Record ID,Company name,Company Domain Name,City,Description\n"
    "11,Acme sp. z o.o.,acme.example,Kraków,{}\n12,ACME,acme.example,,second row\n"
)
DEALS = "Record ID,Deal Name,Deal Stage,Amount,Close Date,Associated Company\n21,Oven,{},1000,2026-05-01,Acme\n"


def test_companies_and_deals_say_what_stays(crm: Crm) -> None:
    """As people do; notes of companies are joined, and rows of one company fill each other."""
    bring(crm, "companies.csv", COMPANIES.format("old oven"))
    bring(crm, "deals.csv", DEALS.format("Appointment Scheduled"))
    (company,) = (json.loads(line) for line in crm.ok("export", "--as", "companies", "--to", "jsonl").lines)  # fmt: skip
    assert company["note"] == "old oven\nsecond row"
    assert company["external_ids"] == ["hubspot:11", "hubspot:12"]
    crm.ok("company", "edit", "acme", "--city", "Łódź")
    crm.ok("deal", "move", "1", "negotiation")
    said = bring(crm, "companies.csv", COMPANIES.format("new oven").replace("Kraków", "Gdańsk"))
    assert "1 row differs in city, and the book's stays: line 2 (Acme sp. z o.o.: city)" in said
    said = bring(crm, "deals.csv", DEALS.format("Qualified To Buy").replace("1000", "2000"))
    assert "1 row differs in stage, and the book's stays: line 2 (Oven: stage)" in said
    assert "1 updated" in said
    (deal,) = crm.ok("deal", "list", "--json").json
    assert (deal["stage"], deal["amount"]) == ("negotiation", 2000)
    assert "1 unchanged" in bring(
        crm, "companies.csv", COMPANIES.format("new oven").replace("Kraków", "Gdańsk")
    )


def test_a_note_of_a_person_edited_by_hand_keeps_both(crm: Crm) -> None:
    """Also when the export says another thing a third and a fourth time."""
    bring(crm, "one.vcf", CARD)
    crm.ok("edit", "anna", "--note", "my own words")
    for said in ("second", "third"):
        bring(crm, "two.vcf", CARD.replace("NOTE:first", f"NOTE:{said}"))
        assert "1 unchanged" in bring(crm, "two.vcf", CARD.replace("NOTE:first", f"NOTE:{said}"))
    assert anna(crm)["note"] == "my own words\nsecond\nthird"


def test_a_note_of_a_company_edited_by_hand_keeps_both(crm: Crm) -> None:
    """Nothing that was written is lost, on either side; and only once."""
    bring(crm, "companies.csv", COMPANIES.format("old oven"))
    crm.ok("company", "edit", "acme", "--note", "my own words")
    bring(crm, "companies.csv", COMPANIES.format("new oven"))
    bring(crm, "companies.csv", COMPANIES.format("new oven"))
    (company,) = (json.loads(line) for line in crm.ok("export", "--as", "companies", "--to", "jsonl").lines)  # fmt: skip
    assert company["note"].split("\n")[0] == "my own words"
    assert company["note"].count("new oven") == 1


FIELDS = ("Zone", "Level", "Size")
VALUES = st.sampled_from(["", "a", "b", "c"])
EDITS = st.lists(
    st.tuples(st.sampled_from(["theirs", "ours"]), st.integers(0, 2), st.sampled_from(FIELDS), st.sampled_from("abc")),
    max_size=8,
)  # fmt: skip


def sheet(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    to = csv.DictWriter(out, ["Record ID", "First Name", "Last Name", "Email", "Lifecycle Stage", *FIELDS])  # fmt: skip
    to.writeheader()
    to.writerows(rows)
    return out.getvalue()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=3, max_size=3), st.lists(EDITS, min_size=1, max_size=3))  # fmt: skip
def test_edits_on_both_sides(crm: Crm, first: list[tuple[str, ...]], rounds: list[Any]) -> None:
    """Whoever changed a field by hand here keeps it; all others are what the other system says now."""
    (crm.home / "law.db").unlink(missing_ok=True)
    env = {"CRM_DB": str(crm.home / "law.db")}
    rows = [
        {"Record ID": str(n), "First Name": f"P{n}", "Last Name": "Q", "Email": f"p{n}@x.example", **dict(zip(FIELDS, values, strict=True))}
        for n, values in enumerate(first)
    ]  # fmt: skip
    path = crm.home / "law.csv"

    def load() -> str:
        path.write_text(sheet(rows), encoding="utf-8")
        return str(crm.ok("import", str(path), **env).err)

    load()
    expected = [{field: row[field] for field in FIELDS} for row in rows]
    mine: set[tuple[int, str]] = set()
    for edits in rounds:
        for side, n, field, value in edits:
            if side == "theirs":
                rows[n][field] = value
            elif expected[n][field] != value:  # an edit that changes nothing is none
                crm.ok("edit", f"p{n}@x.example", "--set", f"{field}={value}", **env)
                expected[n][field] = value
                mine.add((n, field))
        said = load()
        stays = False
        for n, row in enumerate(rows):
            for field in FIELDS:
                if row[field] and (n, field) not in mine:
                    expected[n][field] = row[field]
                stays = stays or bool(row[field] and row[field] != expected[n][field])
        assert ("the book's stays" in said) == stays
        found = [
            json.loads(line) for line in crm.ok("export", "--to", "jsonl", "--as", "contacts", **env).lines
        ]  # fmt: skip
        assert [{field: one.get(field, "") for field in FIELDS} for one in found] == expected
        before = crm.ok("export", "--to", "jsonl", **env).out
        assert "3 unchanged" in load()
        assert crm.ok("export", "--to", "jsonl", **env).out == before


def test_a_chain_of_shared_addresses_is_one_person_soon(crm: Crm) -> None:
    """Each row shares an address with the next, in any order of the rows: joining costs no more for a long chain."""
    count = 6000
    # 1009 has no divisor in common with the count, so that neighbours stand far apart in the file.
    turns = [number * 1009 % count for number in range(count)]
    rows = [f"Same Name,u{turn}@x.example;u{turn + 1}@x.example" for turn in turns]
    before = time.process_time()
    done = crm.ok("import", "-", "--no-backup", stdin="\n".join(["name,email", *rows]))
    assert time.process_time() - before < 20
    assert f"1 added, 0 updated, 0 unchanged, {count - 1} skipped" in done.err
    card = json.loads(crm.ok("show", "1", "--json").out)
    assert len(card["emails"]) == count + 1
