"""Rows in each format."""

import csv
import importlib
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.output import OUTPUTS
from crmcli.output.as_csv import write_scalars
from crmcli.output.cells import exact, split_list
from crmcli.output.look import Look
from crmcli.output.width import width

ANNA = {"id": 7, "uid": "u7", "name": "Anna Nowak", "email": "anna@acme.example"}
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.one_of(
    texts,
    st.text(st.sampled_from('a;\\"\r\n\t,\x1b\u202e'), max_size=6),
    st.integers(),
    st.booleans(),
    st.none(),
    st.lists(texts.filter(bool), max_size=3),
    st.just(ANNA),
)
tables = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.lists(values, min_size=n, max_size=n), max_size=6)
)


def written(name, rows, columns=None, look=None):
    """What a format writes, once its count is known to be right."""
    stream = io.StringIO()
    if columns is None:
        columns = [f"c{at}" for at in range(len(rows[0]) if rows else 2)]
    count = importlib.import_module(OUTPUTS[name]).write(
        stream, columns, iter(rows), look or Look(80)
    )
    assert count == len(rows)
    return stream.getvalue()


@given(tables)
def test_tsv_is_one_line_a_row(rows):
    """Whatever the values hold, a row is a line and a value is between tabs."""
    lines = written("tsv", rows).split("\n")
    assert lines.pop() == ""
    assert [len(line.split("\t")) for line in lines] == [len(row) for row in rows]


def test_tsv_shows_control_characters():
    """A tab, a line end and an escape sequence show as escapes; a backslash is itself."""
    assert written("tsv", [["a\tb\nc", "\x1b[1m", "C:\\new", None]]) == (
        "a\\tb\\nc\t\\x1b[1m\tC:\\new\t\n"
    )


@given(tables)
def test_csv_round_trip(rows):
    """A reader gets back every value, and the lists of it."""
    header, *read = csv.reader(io.StringIO(written("csv", rows), newline=""))
    assert header[0] == "c0"
    assert read == [[exact(value) for value in row] for row in rows]
    for row, cells in zip(rows, read, strict=True):
        for value, cell in zip(row, cells, strict=True):
            if isinstance(value, list):
                assert split_list(cell) == value


def test_csv_carries_values_exactly():
    """Control characters stay, rows end in a line feed, a lone carriage return is quoted."""
    rows = [["\x1b[1m", ["a;b", "c"], ANNA], ["x\ry", None, True]]
    assert written("csv", rows, ["name", "tags", "contact"]) == (
        'name,tags,contact\n\x1b[1m,a\\;b;c,anna@acme.example\n"x\ry",,true\n'
    )


def test_csv_without_rows_has_its_header():
    """A file with no rows still says what its columns are."""
    assert written("csv", [], ["id", "name"]) == "id,name\n"


def test_csv_straight_from_a_cursor():
    """The way for exports writes the same for rows of scalars."""
    rows = [(at, f"name {at}", None, 1.5) for at in range(1000)]
    stream = io.StringIO()
    assert write_scalars(stream, ["a", "b", "c", "d"], iter(rows)) == 1000
    assert stream.getvalue() == written("csv", rows, ["a", "b", "c", "d"])


@given(tables)
def test_json_parses_to_the_rows(rows):
    """Both JSON formats hold the values, on lines that are harmless to look at."""
    columns = [f"c{at}" for at in range(len(rows[0]) if rows else 2)]
    expected = [dict(zip(columns, row, strict=True)) for row in rows]
    array = written("json", rows)
    lines = written("jsonl", rows).splitlines()
    assert json.loads(array) == expected
    assert [json.loads(line) for line in lines] == expected
    assert all(line.isprintable() for line in [*lines, *array.splitlines()])


def test_json_keeps_letters_and_escapes_the_rest():
    """Letters stay readable; control and invisible characters are escapes, astral ones in pairs."""
    assert written("jsonl", [["Żółć", "\x9b\u202e\U000e0041\ud800"]], ["a", "b"]) == (
        '{"a": "Żółć", "b": "\\u009b\\u202e\\udb40\\udc41\\ud800"}\n'
    )


def test_json_without_rows():
    """Nothing found is an empty array."""
    assert written("json", []) == "[]\n"


@pytest.mark.parametrize(
    ("columns", "ids"),
    [(["name", "id"], "7\n"), (["code", "handle"], "7\n"), (["email", "name"], "a\n")],
)
def test_ids(columns, ids):
    """The id of each row, or its handle, or else what comes first."""
    assert written("ids", [["a", 7]], columns) == ids


@given(tables, st.integers(10, 120))
def test_table_fits(rows, columns):
    """No line of a table is wider than the terminal, and every row is one line."""
    lines = written("table", rows, look=Look(columns)).split("\n")
    assert lines.pop() == ""
    assert len(lines) == (len(rows) + 2 if rows else 0)
    assert all(width(line) <= columns for line in lines)


def test_table_looks():
    """Headers, a rule, numbers at the right, wide letters in line."""
    rows = [[1, "Łukasz Żółć", "2026-01-02"], [22, "山田", None], [3, "[red]x[/] :smile:", ""]]
    look = Look(80, labels={"last": "last touch"})
    assert written("table", rows, ["id", "name", "last"], look) == (
        "id  name               last touch\n"
        "──  ─────────────────  ──────────\n"
        " 1  Łukasz Żółć        2026-01-02\n"
        "22  山田\n"
        " 3  [red]x[/] :smile:\n"
    )


def test_table_in_a_narrow_terminal():
    """Empty columns go first, then the named ones; what gives way is shortened before the rest."""
    row = [7, "Anna Maria Nowak", "+48600100200", "", "wants the new offer before Easter"]
    columns = ["id", "name", "phone", "city", "match"]

    def drawn(room):
        look = Look(room, shrink=("match",), drop=("phone",))
        return written("table", [row], columns, look).splitlines()

    assert drawn(100)[0].split() == columns
    assert drawn(60)[2] == " 7  Anna Maria Nowak  +48600100200  wants the new offer bef…"
    assert drawn(30)[2] == " 7  Anna Maria No…  wants the…"


def test_table_streams_past_its_sample():
    """Rows after those that decided the widths are cut to them."""
    rows = [[at, "Anna"] for at in range(300)] + [[300, "Anna " * 30]]
    lines = written("table", rows, ["id", "name"]).splitlines()
    assert len(lines) == 303
    assert lines[-1] == "300  Ann…"


def test_table_in_colour():
    """Only the header is coloured."""
    text = written("table", [["\x1b[31m"]], ["name"], Look(80, colour=True))
    assert text.startswith("\x1b[1mname\x1b[0m\n")
    assert text.count("\x1b") == 2


def test_table_with_a_huge_value():
    """A value of millions of characters is cut as any other."""
    lines = written("table", [["ż" * 3_000_000]], ["text"], Look(20)).splitlines()
    assert lines[2] == "ż" * 19 + "…"
