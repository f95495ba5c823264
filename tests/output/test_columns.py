"""Choosing columns."""

import pytest

from crmcli.errors import UsageError
from crmcli.output.columns import pick

AVAILABLE = ("id", "name", "email", "created_at", "Shoe size")


def test_default_and_order():
    """Without a wish it is the default; a wish picks and orders."""
    assert pick(None, AVAILABLE, ("name",)) == ["name"]
    assert pick("email, ID,,created-at,shoe_size", AVAILABLE, ()) == [
        "email",
        "id",
        "created_at",
        "Shoe size",
    ]


@pytest.mark.parametrize(
    ("asked", "message"),
    [("nmae", "did you mean name?"), ("zzz", "there are id, name"), (",", "names no column")],
)
def test_refuses_unknown_columns(asked, message):
    """An unknown column is refused with the nearest one, or with all."""
    with pytest.raises(UsageError, match=message.replace("?", r"\?")):
        pick(asked, AVAILABLE, ())
