"""E-mails, phones and dates as people write them in a table, through `crm import`."""

import pytest


@pytest.mark.parametrize(
    ("cell", "emails"),
    [
        ("a @x.example", ["a@x.example"]),
        ("jan@x.example lub j@y.example", ["jan@x.example", "j@y.example"]),
        ("ewa@x.example (priv)", ["ewa@x.example"]),
        ("a@x.example (dom), b@y.example (praca)", ["a@x.example", "b@y.example"]),
    ],
)
def test_evident_addresses_are_read(messy, cell, emails):
    """A blank, a word or a remark beside an address hides it from nobody."""
    assert "not understood" not in messy(f"Name;E-mail\nJan Kos;{cell}\n").err
    assert messy.people["Jan Kos"]["emails"] == emails


@pytest.mark.parametrize("cell", ["zapytać Ewę @ x", "ida(at)x.example", "ewa"])
def test_other_addresses_are_kept_as_written(messy, cell):
    """What is no address is remarked on and stays with the person, and with nobody else."""
    said = messy(f"Name;E-mail\nJan Kos;{cell}\nEwa Lis;e@x.example\n")
    assert "1 cell not understood, named above" in said.err
    assert messy.people["Jan Kos"]["email as written"] == cell
    assert "email as written" not in {k for k, v in messy.people["Ewa Lis"].items() if v}


def test_two_phones_with_a_blank_between_are_two(messy):
    """Each plus starts a number."""
    messy("Name;Phone\nJan Kos;+48601100101 +48602200202\n")
    assert messy.people["Jan Kos"]["phones"] == ["+48601100101", "+48602200202"]


@pytest.mark.parametrize("cell", ["4.3.1981 r.", "4 III 1981", "4.III.1981r.", "04.03.1981 roku"])
def test_dates_as_poles_write_them(messy, cell):
    """A word for the year and a month in Roman numerals are read."""
    assert "not understood" not in messy(f"Name;Birthday\nJan Kos;{cell}\n").err
    assert messy.people["Jan Kos"]["birthday"] == "1981-03-04"


@pytest.mark.parametrize("cell", ["0-0-00", "00-00-00", "0.0.0000", "00/00/00"])
def test_noughts_are_no_date(messy, cell):
    """Nothing is said about a day that a program left empty."""
    assert "not understood" not in messy(f"Name;Birthday\nJan Kos;{cell}\n").err
    assert not messy.people["Jan Kos"]["birthday"]


def test_a_day_that_never_was_is_kept_as_written(messy):
    """The 31st of February is a custom field, as in vCards."""
    assert "1 cell not understood" in messy("Name;Birthday\nJan Kos;31. 2. 1980\n").err
    assert messy.people["Jan Kos"]["birthday as written"] == "31. 2. 1980"


def test_all_remarks_can_be_seen(messy):
    """The summary says how many cells it names; --verbose names all."""
    text = "Name;E-mail\n" + "".join(f"P{n};zły adres {n}\n" for n in range(30))
    said = messy(text, "--dry-run").err
    assert "30 cells not understood, 20 of them named above" in said
    assert "10 more remarks; --verbose shows them all" in said
    everything = messy(text, "--verbose").err
    assert "zły adres 29" in everything
    assert "30 cells not understood, named above" in everything
