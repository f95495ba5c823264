"""Laws of every dialect: whatever stands in the cells, each record is told of once, and is the same again."""

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.exchange.plan import Options
from crmcli.exchange.records import Told
from crmcli.exchange.source import open_source
from tests.exchange.systems import HEADERS, made

# What systems write, and what nobody should.
CELLS = st.one_of(
    st.sampled_from([
        "", "", "", "0", "1", "true", "false", "Yes", "x", "Łoś", "a@x.example", "A (a@x.example);B", "601 100 101",
        "4.86E+10", "2024-01-01", "2024-01-01 10:00:00", "01/02/2024", "0.0.00", "--05-17", "15000,50", "won", "Call",
        "zcrm_1", "8001;8002", ";;;", " ::: ", "* myContacts ::: x", "https://x.example/in/a", "//[::1", "\x1b[31m",
        "a\nb", '"', "=1+1", "To do", "Completed",
    ]),
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12),
)  # fmt: skip


def read(path):
    source = open_source(str(path), Options(region="PL", tz="UTC", owner_name="Łoś"))
    rejects, skips = [], []
    told = Told(rejects.append, skip=skips.append)
    rows = [row for noun in source.plan.holds for row in source.rows(noun, told)]
    source.close()
    return rows, rejects, skips


@pytest.mark.parametrize(("name", "line"), HEADERS, ids=[name for name, _ in HEADERS])
@settings(max_examples=15)
@given(data=st.data())
def test_every_record_is_told_of_once(tmp_path_factory, name, line, data):
    """Rows, rejects and what is left out are the records of the file, in whatever noun."""
    columns = [column for column in next(csv.reader([line])) if column]
    columns = [" ".join(column.split()) for column in columns]
    cells = st.lists(st.tuples(st.sampled_from(columns), CELLS), max_size=20).map(dict)
    records = data.draw(st.lists(cells, min_size=1, max_size=6))
    path = tmp_path_factory.mktemp("law") / "file.csv"
    nth = [other for other in HEADERS if other[0] == name].index((name, line))
    path.write_bytes(made(name, *records, nth=nth))
    rows, rejects, skips = read(path)
    filled = [record for record in records if any(cell.strip() for cell in record.values())]
    lines = [one.line for one in (*rows, *rejects, *skips)]
    assert len(lines) == len(set(lines)) == len(filled)
    assert str(read(path)) == str((rows, rejects, skips))


MANY = ",".join(
    ["First Name,Last Name,File As,Organization Name,Labels"]
    + [f"E-mail {number} - Value,Address {number} - Street,Phone {number} - Label,Phone {number} - Value" for number in range(1, 450)]
)  # fmt: skip
BIG = [
    f"{MANY}\nJan,{',' * 200}a@x.example\n".encode(),
    made("linkedin-messages", {"FROM": "Łoś", "TO": "a," * 90_000, "RECIPIENT PROFILE URLS": "https://x.example/in/a," * 9_000, "DATE": "2024-01-01"}),
    made("hubspot-engagements", {"Activity type": "CALL", "Activity date": "2024-01-01", "Associated Contact IDs": "8;" * 90_000}),
    made("hubspot-contacts", {"Last Name": "x", "Associated Company": "A;" * 400_000, "Associated Company IDs": "1;" * 400_000}),
    made("google-csv-new", {"First Name": "a", "Phone 1 - Label": "Fax " * 90_000, "Custom Field 1 - Value": "y ::: " * 90_000}),
    made("linkedin-connections", {"Last Name": "x", "URL": "http://[" + "x" * 100_000}),
    made("salesforce-report", {"Last Name": "x", "Account Name": "y"}) + b"x\n" * 29,
]  # fmt: skip


@pytest.mark.parametrize("data", BIG, ids=range(len(BIG)))
def test_large_cells_are_one_record(tmp_path, data):
    """Cells of a megabyte, hundreds of numbered columns: one record, and no end of work."""
    path = tmp_path / "file.csv"
    path.write_bytes(data)
    rows, rejects, skips = read(path)
    assert len(rows) + len(rejects) + len(skips) == 1
