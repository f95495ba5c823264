"""Values as cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.output.cells import exact, join_list, readable, split_list

ANNA = {"id": 7, "uid": "u7", "name": "Anna Nowak", "email": "anna@acme.example"}
NO_MAIL = {"id": 8, "uid": "u8", "name": "Jan", "email": None}


@given(st.lists(st.text(st.sampled_from(";\\aż ,\n"), min_size=1)))
def test_lists_survive(items):
    """Splitting takes apart exactly what joining put together."""
    assert split_list(join_list(items)) == items


def test_split_takes_what_people_type():
    """A lone backslash is itself and empty places are nothing."""
    assert split_list(r"a;;b;C:\new") == ["a", "b", r"C:\new"]


@pytest.mark.parametrize(
    ("value", "in_csv", "for_people"),
    [
        (None, "", ""),
        (True, "true", "yes"),
        (False, "false", ""),
        (7, "7", "7"),
        (1.5, "1.5", "1.5"),
        ("a;b", "a;b", "a;b"),
        (["a;b", "c"], r"a\;b;c", "a;b, c"),
        ([], "", ""),
        (ANNA, "anna@acme.example", "Anna Nowak"),
        (NO_MAIL, "u8", "Jan"),
        ([ANNA, NO_MAIL], "anna@acme.example;u8", "Anna Nowak, Jan"),
        ({"renewal": "2026-12-31"}, "renewal=2026-12-31", "renewal 2026-12-31"),
        ("a\nb\x1b", "a\nb\x1b", "a b\\x1b"),
    ],
)
def test_values(value, in_csv, for_people):
    """A cell of CSV is exact, one for people reads well and is harmless."""
    assert exact(value) == in_csv
    assert readable(value) == for_people
