"""Cells that a spreadsheet would run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.exchange.spreadsheet import safe, unsafe

CELLS = st.text("'=+-@|%\t\r\n＝＋－＠ 0,5;ax.", max_size=8) | st.text(max_size=8)


@given(CELLS)
def test_reading_takes_off_what_writing_added(cell):
    """The pair is the identity for every text."""
    assert unsafe(safe(cell)) == cell


@pytest.mark.parametrize(
    "cell", ["=1+1", "@x", "+48 to nie telefon", "-1+cmd|' /C calc'!A0", "\t=1", "＝1", "|x", "'=x"]
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
