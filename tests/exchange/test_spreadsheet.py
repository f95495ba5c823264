"""Cells that a spreadsheet would run."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.exchange.spreadsheet import safe, safe_rows, unsafe

CELLS = st.text("'\"=+-@|%\t\r\n＝＋－＠ 0,5;ax.", max_size=8) | st.text(max_size=8)


@given(CELLS)
def test_reading_takes_off_what_writing_added(cell):
    """The pair is the identity for every text."""
    assert unsafe(safe(cell)) == cell


@pytest.mark.parametrize(
    "cell", ["=1+1", "@x", "+48 to nie telefon", "-1+cmd|' /C calc'!A0", "＝1", "|x", "'=x", '"=x']
)
def test_what_would_run_is_prefixed(cell):
    """Formulas, commands and their full-width sisters get an apostrophe."""
    assert safe(cell) == "'" + cell


@pytest.mark.parametrize(
    "cell", ["+48 601 100 101", "-12.50", "+48601;+48602 ext 12", "a=b", "", "'", "5", "O'Brien"]
)
def test_phones_numbers_and_text_stay(cell):
    """What a spreadsheet shows as it is stays as it is."""
    assert safe(cell) == cell


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("x;=cmd|' /C calc'!A0;y", "x;'=cmd|' /C calc'!A0;y"),
        (";@SUM(1)", ";'@SUM(1)"),
        ("\t=1", "'\t'=1"),
        ("one\r\n=1+1", "one\r\n'=1+1"),
        ('x;"=1', "x;'\"=1"),
        ("+48601100101;+48602100102", "+48601100101;+48602100102"),
        ("call +48 601;-5;-5a", "call +48 601;-5;'-5a"),
    ],
)
def test_what_another_separator_cuts_off_is_prefixed(cell, written):
    """Elsewhere the separator is a semicolon or a tab, and a quote in the row is no quote."""
    assert safe(cell) == written


@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=4),
    st.sampled_from(",;\t"),
)
def test_no_separator_makes_a_formula(rows, separator):
    """Whichever of the three a program splits by, no piece that it sees is a formula."""
    from crmcli.output.as_csv import write_scalars

    file = io.StringIO(newline="")
    write_scalars(file, *safe_rows(["id", "=1;=2"], [[str(n), *row] for n, row in enumerate(rows)]), quoted=True)  # fmt: skip
    for record in csv.reader(io.StringIO(file.getvalue(), newline=""), delimiter=separator):
        for piece in record:
            assert piece[:1] not in tuple("=@|%＝＋－＠"), piece
            if piece[:1] in ("+", "-"):
                number = piece.split('"')[0].split(";")[0]
                assert safe(number) == number, piece
                assert number[1:2].isdigit(), piece
