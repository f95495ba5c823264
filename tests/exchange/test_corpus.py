"""Files as other programs write them, and what has to come of each."""

import json
import pathlib

import pytest

from crmcli.errors import UsageError
from crmcli.exchange.plan import Options
from crmcli.exchange.records import Told
from crmcli.exchange.source import open_source
from crmcli.values import country, email, money, phone

SYSTEMS = ("google", "outlook", "linkedin", "hubspot", "salesforce", "zoho", "pipedrive")
FOLDER = pathlib.Path(__file__).parent.parent / "corpus" / "formats"
REGIONS = {"multi_value_cells.csv": "PL"}
EXPECTED = {
    path.name.removesuffix(".expect.json"): json.loads(path.read_text(encoding="utf-8"))
    for path in FOLDER.glob("*.expect.json")
}
ACCEPTED = sorted(
    path.name.removesuffix(".expect.json")
    for path in FOLDER.glob("*.expect.json")
    if path.name.split(".")[1] in ("csv", "txt") and not path.name.startswith("wrong_file")
)


def read(name, skips=None, **options):
    options = Options(region=REGIONS.get(name, "PL"), tz="UTC", **options)
    source = open_source(str(FOLDER / name), options)
    rejects, remarks, skips = [], [], [] if skips is None else skips
    told = Told(rejects.append, remarks.append, skips.append)
    rows = [row for noun in source.plan.holds for row in source.rows(noun, told)]
    source.close()
    expected = json.loads((FOLDER / f"{name}.expect.json").read_text(encoding="utf-8"))
    return source.plan, rows, rejects, remarks, expected


def different(rows):
    """The rows without those that repeat the id of an earlier one: the book takes these for one."""
    found = {}
    for row in rows:
        found.setdefault(row.external_id or row.line, row)
    return list(found.values())


def test_there_are_files():
    """The corpus is found."""
    assert len(ACCEPTED) > 8


@pytest.mark.parametrize("name", ACCEPTED)
def test_file_is_recognised(name):
    """What the file holds, its encoding and its delimiter are told from its content."""
    plan, _, _, _, expected = read(name)
    assert list(plan.holds)[:1] == expected["holds"]
    mark = plan.encoding.endswith("byte order mark")
    assert mark or not expected["encoding"].endswith("-sig")
    assert plan.encoding.replace("ascii", "utf-8")[:5] == expected["encoding"][:5]
    assert plan.delimiter == expected["delimiter"].replace("\\t", "\t")
    assert plan.header_line == expected.get("header_line", plan.header_line)
    assert (plan.dialect is not None) == expected["format"].startswith(SYSTEMS)
    assert (plan.dialect or expected["format"]).startswith(expected["format"])


@pytest.mark.parametrize("name", ACCEPTED)
def test_rejects_are_named(name):
    """Exactly the expected records are rejected, each with its line and reason."""
    _, _, rejects, _, expected = read(name)
    found = [{"record": r.record, "line": r.line, "reason": r.reason} for r in rejects]
    assert found == expected["rejected"]


@pytest.mark.parametrize("name", ACCEPTED)
def test_every_record_is_told_of(name):
    """Each record is a row, or rejected, or left out with its line and reason."""
    skips = []
    _, rows, rejects, _, expected = read(name, skips)
    told = [
        one
        for one in expected["skipped"]
        if "row" not in one["reason"] and "blank" not in one["reason"]
    ]
    repeated = [one for one in told if one["reason"].startswith("duplicate")]
    found = [{"record": s.record, "line": s.line, "reason": s.reason} for s in skips]
    assert found == [one for one in told if one not in repeated]
    assert len(rejects) == expected["records"]["rejected"]
    if name != "interactions_generic.csv":  # the double of the first: known by the book
        assert len(different(rows)) == expected["records"]["accepted"]
        assert len(rows) == len(different(rows)) + len(repeated)


@pytest.mark.parametrize("name", ACCEPTED)
def test_warnings_are_given(name):
    """What must be warned of is, and nothing else."""
    plan, _, _, remarks, expected = read(name)
    found = [*plan.warnings, *map(str, remarks)]
    if name == "hostile_formula_cells.csv":  # "-48601" may be a phone or not
        found = [text for text in found if "-48601" not in text]
    # Deals have no place for these.
    found = [
        text for text in found if "deals have no such" not in text and "one person" not in text
    ]
    assert [text.partition(": no @")[0] for text in found] == expected["must_warn"]


@pytest.mark.parametrize("name", [n for n in ACCEPTED if EXPECTED[n]["holds"] == ["contacts"]])
def test_contacts_are_read(name):
    """Every field of every person comes out as expected."""
    _, rows, _, _, expected = read(name)
    rows = different(rows)
    assert len(rows) == len(expected["contacts"])
    for row, contact in zip(rows, expected["contacts"], strict=True):
        if contact["name"] is not None:
            assert row.name == contact["name"]
        for part in ("given", "family"):
            assert getattr(row, part) == contact[part] or (
                contact["name"] is None and getattr(row, part)
            )
        assert [email.key(e) for e in row.emails] == [email.key(e) for e in contact["emails"]]
        if contact["phones"] is not None:
            wanted = [phone.parse(p, "PL").number for p in contact["phones"]]
            if contact.get("phones_order") == "any":
                assert {p.number for p in row.phones} == set(wanted)
            else:
                assert [p.number for p in row.phones] == wanted
        for field in ("company", "title", "city"):
            assert contact[field] is None or (getattr(row, field) or "") == contact[field]
        assert (row.country or "") == (country.code(contact["country"]) or contact["country"])
        assert row.birthday == contact["birthday"]
        assert list(row.tags) == contact["tags"]
        assert (row.note or "") == contact["notes"]
        assert_of_system(row, contact)


def assert_of_system(row, contact):
    """What only some systems know."""
    custom = row.custom or {}
    kinds = {kind: day for kind, day, _ in row.dates}
    for told, found in (
        ("anniversary", kinds.get("anniversary")),
        ("lifecycle", row.lifecycle),
        ("url", next(iter(row.urls), None)),
        ("connected_on", custom.get("Connected On")),
        ("middle", row.name and row.name.split()[1:2] and row.name.split()[1]),
    ):
        assert contact.get(told, found) == found
    for told, found in (
        ("external_id", row.external_id),
        ("company_external_id", row.company_external_id),
    ):
        if told in contact:  # 15 and 18 characters are one id
            assert contact[told][:15] == found.partition(":")[2][:15]
    for number in contact.get("not_phones", ()):
        assert phone.parse(number, "PL").number not in [p.number for p in row.phones]
    assert not set(contact.get("not_emails", ())) & set(row.emails)
    assert contact.get("custom", {}).items() <= custom.items()


def test_deals_are_read():
    """Amounts in every spelling, stages in Polish: what was won and lost is known by its stage."""
    _, rows, _, _, expected = read("deals_pl_decimal_comma_cp1250.csv")
    ours = {
        "Oferta": "proposal", "Negocjacje": "negotiation", "Wygrana": "won", "Przegrana": "lost"
    }  # fmt: skip
    for row, deal in zip(rows, expected["deals"], strict=True):
        amount = None if deal["amount"] is None else money.parse(deal["amount"], ".")[0]
        status = "won" if row.won_at else "lost" if row.lost_at else "open"
        assert (row.title, row.amount, row.currency) == (deal["name"], amount, deal["currency"])
        assert (row.stage, status) == (ours[deal["stage"]], deal["status"])
        assert (row.close, row.company) == (deal["close_date"], deal["company"])
        assert row.person.email == deal["contact_email"]


def test_deals_of_hubspot_are_read():
    """People in brackets, several with a semicolon, a deal about nobody."""
    _, rows, _, _, expected = read("hubspot_deals.csv")
    ours = {"Contract Sent": "negotiation", "Closed Won": "won", "Closed Lost": "lost", "Appointment Scheduled": "new"}  # fmt: skip
    for row, deal in zip(rows, expected["deals"], strict=True):
        amount = None if deal["amount"] is None else money.parse(deal["amount"], ".")[0]
        status = "won" if row.won_at else "lost" if row.lost_at else "open"
        assert (row.title, row.amount, row.currency) == (deal["name"], amount, deal["currency"])
        assert (row.stage, status) == (ours[deal["stage"]], deal["status"])
        assert (row.close, row.company) == (deal["close_date"], deal["company"])
        assert (row.person and row.person.email) == deal["contact_email"]
        assert row.external_id == f"hubspot:{deal['external_id']}"
    assert rows[0].person.name == expected["deals"][0]["contact_name"]


def test_tasks_of_salesforce_are_read():
    """What is done has happened, what is open is to do; people are known by their ids."""
    _, rows, _, _, expected = read("salesforce_dataexport_Task.csv")
    for row, task in zip(rows, expected["interactions"], strict=True):
        assert row.external_id == f"salesforce:{task['external_id'][:15]}"
        done = type(row).__name__ == "InteractionRow"
        assert done == task.get("done", True)
        person = next(iter(row.people), None) if done else row.person
        theirs = person and person.external_id and person.external_id.partition(":")[2]
        assert theirs == (task.get("contact_external_id") and task["contact_external_id"][:15])
        if done:
            assert (row.kind, row.at, row.direction) == (
                task["kind"],
                task["when"],
                task["direction"],
            )
            assert row.subject == task["subject"]
            assert task["body"] in row.text
            assert (
                task.get("duration_min") is None
                or round(row.duration / 60, 4) == task["duration_min"]
            )
        else:
            assert (row.text, row.due) == (task["subject"], task["when"] or "")


def test_interactions_are_read():
    """Kinds in several languages, days with and without a time, offsets."""
    _, rows, _, _, expected = read("interactions_generic.csv")
    rows.pop()  # the double of the first: known by the book, not by the file
    for row, wanted in zip(rows, expected["interactions"], strict=True):
        when = wanted["when"] + ("T12:00Z" if len(wanted["when"]) == 10 else "")
        assert row.at == when.removesuffix("Z") + "Z"
        assert row.kind == wanted["kind"].replace("order", "purchase")
        assert email.key(row.people[0].email) == wanted["contact_email"]
        assert (row.subject, row.text) == (wanted["subject"], wanted["body"])
        amount = wanted.get("amount") and money.parse(wanted["amount"], ".")[0]
        assert (row.amount, row.currency) == (amount, wanted.get("currency"))


def test_date_order_can_be_said():
    """``--date-order`` settles what the column leaves open."""
    plan, rows, _, _, expected = read("dates_slash_undecidable.csv", date_order="dmy")
    assert [row.birthday for row in rows] == expected["with_option"]["birthdays"]
    assert not plan.warnings


def test_wrong_file_is_refused():
    """A table about something else is refused, with the columns that were seen."""
    expected = json.loads((FOLDER / "wrong_file.csv.expect.json").read_text(encoding="utf-8"))
    with pytest.raises(UsageError, match="columns seen: sku, qty, price") as error:
        read("wrong_file.csv")
    assert str(error.value).endswith(expected["error"])
