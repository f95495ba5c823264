"""Our own JSON, whole and broken."""

import json

import pytest

from crmcli.errors import UsageError
from crmcli.exchange import json_file


def test_lists_people_and_numbers(read):
    """Arrays are lists, an object with a name is a person, an amount never was a float."""
    row = {"kind": "call", "at": "2026-01-10", "amount": 0.1, "currency": "PLN"}
    row["contacts"] = [
        {"name": "Anna Nowak", "email": None},
        {"uid": "0" * 16, "email": "b@x.example"},
    ]
    rows = read(json.dumps([row])).rows
    assert rows[0].amount == 1000
    assert [(p.name, p.email) for p in rows[0].people] == [
        ("Anna Nowak", None),
        (None, "b@x.example"),
    ]


def test_objects_may_have_different_keys(read):
    """A key that only a later object has is read like any other."""
    rows = read('{"name": "A"}\n{"email": "b@x.example", "tags": ["x;y"], "shoe": 42}\n').rows
    assert (rows[1].emails, rows[1].tags, rows[1].custom) == (
        ("b@x.example",),
        ("x;y",),
        {"shoe": "42"},
    )


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "not json",
        "[1]",
        '"x"',
        '{"name": NaN}',
        '{"a":' * 100_000,
    ],
)
def test_a_bad_line_is_one_reject(read, bad):
    """In JSON Lines a broken line costs itself alone."""
    found = read(f'{{"name": "A"}}\n{bad}\n\n{{"name": "B"}}\n')
    rows, rejects = found.rows, found.rejects
    assert [(row.name, row.line) for row in rows] == [("A", 1), ("B", 4)]
    assert [reject.line for reject in rejects] == [2]


def test_a_huge_line_is_one_reject(read):
    """An object over the limit is refused without being held."""
    huge = "x" * (json_file.OBJECT_LIMIT + 10)
    found = read(f'{{"name": "A"}}\n{{"name": "{huge}"}}\n{{"name": "B"}}\n')
    rows, rejects = found.rows, found.rejects
    assert len(rows) == 2
    assert rejects[0].reason == "object is longer than 4 MB"


def test_arrays_are_read_in_pieces(read, monkeypatch):
    """Where a piece of the file ends inside an object doesn't matter."""
    people = [{"name": f"Łukasz {n}", "note": 'a, ] } \\ " b\n'} for n in range(50)]
    expected = [person["name"] for person in people]
    for size in (1, 7, 64):
        monkeypatch.setattr(json_file, "_CHUNK", size)
        for indent in (None, 2):
            rows = read(json.dumps(people, indent=indent, ensure_ascii=False)).rows
            assert [row.name for row in rows] == expected
    assert rows[1].line == 6


@pytest.mark.parametrize(
    "bad", ['[{"name": "A"}, {"name"', '[{"name": "A"} oops]', "[" + '{"a":' * 100_000]
)
def test_a_broken_array_is_refused(read, bad):
    """An array that breaks off is refused whole, with the line."""
    with pytest.raises(UsageError, match="line 1: "):
        read(bad)


def test_objects_about_nobody_are_refused(read):
    """JSON about something else is refused with its keys."""
    with pytest.raises(UsageError, match="columns seen: sku"):
        read('[{"sku": 1}]')


def test_an_empty_array_is_a_file_without_rows(read):
    """Nothing exported is nothing imported."""
    assert read("[]\n").rows == []


def test_originals_are_found_again(opened):
    """A record can be looked up by its line after it was read."""
    source = opened('{"name": "A"}\n{"name": "B"}\n')
    assert [json.loads(found.original) for found in source.originals({2})] == [{"name": "B"}]
