"""JSON as other programs export it, through `crm import`."""

import json

import pytest

PEOPLE = [
    {"name": "Anna Nowak", "email": "a@x.example"},
    {"name": "Jan Kos", "email": "j@x.example", "note": "]}[{"},
]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("others", [{}, {"total": 2, "meta": {"page": [1, 2]}}])
@pytest.mark.parametrize("before", [True, False])
def test_the_list_in_an_object_is_read(messy, indent, others, before):
    """One list of objects in an object is the data, however it is written; what is left out is said."""
    wrapped = {**others, "contacts": PEOPLE} if before else {"contacts": PEOPLE, **others}
    said = messy(json.dumps(wrapped, indent=indent), name="in.json")
    assert said.code == 0
    assert list(messy.people) == ["Anna Nowak", "Jan Kos"]
    assert ('only the list "contacts" is read; left out: total, meta' in said.err) == bool(others)


def test_one_long_record_is_a_record(messy):
    """However long: an object on one line, with a list of people in it, is what we write ourselves."""
    row = {
        "kind": "note",
        "at": "2026-01-10",
        "contacts": [{"name": "Anna"}],
        "text": "щ" * 240_000,  # six signs each in JSON
    }
    said = messy(json.dumps(row) + "\n", name="in.jsonl")
    assert "is read; left out" not in said.err
    assert "1 added" in said.err


def test_lines_of_a_wrapped_list_are_counted(messy):
    """A reject names the line on which its object starts."""
    text = '{\n "x": 1,\n "contacts": [\n {"name":"Anna Nowak"},\n {"email":"?"}\n]}\n'
    assert "in.json:5: " in messy(text, name="in.json").err
    assert '"email": "?"' in messy.rejects("in.rejects.jsonl")


def test_a_record_with_a_list_of_people_is_a_record(messy):
    """One object a line is what we write ourselves, also where there is one line."""
    row = {
        "kind": "call",
        "at": "2026-01-10",
        "contacts": [{"name": "Anna", "email": "a@x.example"}],
    }
    said = messy(json.dumps(row), name="in.json")
    assert "interactions" in said.err
    assert "1 added" in said.err


def test_two_lists_are_not_guessed_at(messy):
    """Which of two lists is meant nobody knows: nobody is made up from them."""
    assert messy(json.dumps({"a": PEOPLE, "b": PEOPLE}), name="in.json").code != 0
    assert not messy.people


@pytest.mark.parametrize(
    "bad", ['{"contacts": [{"name": "A"}, {"na', '{"contacts": [{"name": "A"} x]}']
)
def test_a_broken_list_is_refused(messy, bad):
    """A list that breaks off is refused whole, with its line."""
    said = messy(bad, name="in.json")
    assert "line 1: " in said.err
    assert said.code != 0


def test_objects_in_values_are_flattened(messy):
    """A company with a name and more is that company; the rest are custom fields."""
    row = {"imię": "Anna", "firma": {"nazwa": "Stal", "nip": "1", "adres": {"kraj": "PL"}}}
    ewa = {"imię": "Ewa", "company": {"id": 5, "name": "Bud", "email": "b@x.example"}}
    messy(json.dumps([row, {"imię": "Jan", "firma": "Acme"}, ewa]), name="in.json")
    anna = messy.people["Anna"]
    assert (anna["company"], anna["firma.nip"], anna["firma.adres.kraj"]) == ("Stal", "1", "PL")
    assert messy.people["Jan"]["company"] == "Acme"
    assert messy.people["Ewa"]["company"] == "Bud"


def test_key_dates_stay_key_dates(messy):
    """An object of dates, as we write it, is no company."""
    messy(json.dumps([{"name": "Anna", "dates": {"renewal": "2026-12-31"}}]), name="in.json")
    assert messy.people["Anna"]["dates"] == ["renewal=2026-12-31"]
