"""Cells read once, and rows filled from them."""

import pytest

from crmcli.errors import InvalidValueError
from crmcli.exchange.cells import Cells
from crmcli.exchange.plan import Column, Options
from crmcli.exchange.remembered import Remembered
from crmcli.exchange.rows import builder


def test_a_cell_is_read_once():
    """The second time nobody is asked; an empty cell is never read."""
    asked = []
    known = Remembered(lambda cell: asked.append(cell) or cell.upper(), [], empty=())
    assert [known["a"], known["a"], known[""]] == ["A", "A", ()]
    assert asked == ["a"]


def test_a_remark_is_made_each_time():
    """Every row with a bad cell hears of it."""
    remarks = []
    known = Remembered(lambda cell: remarks.append(f"bad {cell}"), remarks)
    assert known["x"] is known["x"] is None
    assert remarks == ["bad x", "bad x"]


def test_a_refusal_is_made_each_time():
    """A cell that raises is not remembered."""
    known = Remembered(int, [])
    for _ in range(2):
        with pytest.raises(ValueError, match="invalid"):
            known["x"]
    assert "x" not in known


def test_no_more_is_remembered_than_said():
    """A column of a million different cells takes no more memory than one of a few."""
    known = Remembered(str.upper, [], most=10)
    for number in range(1000):
        assert known[f"a{number}"] == f"A{number}"
        assert len(known) <= 10
    assert known[""] is None


def test_a_long_cell_is_not_kept():
    """Notes of a page hardly come twice, and would take the memory of the file."""
    known = Remembered(str.upper, [])
    assert known["a" * 65] == "A" * 65
    assert known.keys() == {""}


def test_remarks_keep_the_order_of_the_fields():
    """Whichever cells are read by look-up, a row's remarks come e-mail first, and each once."""
    cells = Cells(Options(), own=False)
    fields = ("lifecycle", "cadence", "birthday", "emails", "name")
    build = builder("contacts", [Column(field, field) for field in fields], cells)
    for _ in range(2):
        row = build(2, ["warm", "often", "1980-99-99", "nobody", "Anna"])
        assert (row.name, row.custom) == (
            "Anna",
            {
                "email as written": "nobody",
                "birthday as written": "1980-99-99",
                "lifecycle": "warm",
            },
        )
        assert [remark.split()[0] for remark in cells.remarks] == [
            '"nobody"', "date", '"warm"', "cadence"
        ]  # fmt: skip
        cells.remarks.clear()


def test_the_first_refusal_counts():
    """Of two refusals in a row that of the earlier field is given, and no remark stays behind."""
    cells = Cells(Options(), own=False)
    fields = ("people", "at", "text", "kind")
    build = builder("interactions", [Column(field, field) for field in fields], cells)
    with pytest.raises(InvalidValueError, match="kind"):
        build(2, ["anna@acme.example", "2026-03-05", "a\0b", "juggling"])
