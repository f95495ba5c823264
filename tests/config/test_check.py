"""What each kind of setting accepts."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.config.check import check
from crmcli.config.settings import KINDS, SETTINGS

TOML = st.recursive(
    st.one_of(
        st.booleans(), st.integers(), st.floats(), st.text(), st.dates(), st.datetimes(), st.times()
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("dmy|mdy|ymd", "dmy", "dmy"),
        ("28|march", 28, "28"),
        ("text", " Anna ", "Anna"),
        ("texts", "one", ("one",)),
        ("codes", ["R, C4", "T601"], ("R", "C4", "T601")),
        ("emails", "me@shop.example", ("me@shop.example",)),
        ("country", "pl", "PL"),
        ("currency", "eur", "EUR"),
        ("language", "PL", "pl"),
        ("language", "pt-BR", "pt-BR"),
        ("zone", "Europe/Warsaw", "Europe/Warsaw"),
        ("zone", "UTC", "UTC"),
        ("count", 0, 0),
        ("days", 30, 30),
        ("days", "6w", 42),
        ("days", "none", 0),
        ("weekdays", ["Sat", "sunday"], ("saturday", "sunday")),
        ("dates", [date(2026, 12, 26), "2026-12-25"], (date(2026, 12, 25), date(2026, 12, 26))),
        ("kind", False, {"touch": False}),
        ("kind", {"touch": True}, {"touch": True}),
        ("rate", 4, 4.0),
        ("rate", {"2026-07-01": 3, "2026-01-01": 2.5}, {"2026-01-01": 2.5, "2026-07-01": 3.0}),
        ("option", [1, 2], (1, 2)),
    ],
)
def test_accepts(kind: str, value: object, expected: object) -> None:
    """A right value comes back in its working form, and checking that changes nothing more."""
    found = check(kind, value)
    assert found == expected
    assert check(kind, found if kind != "option" else value) == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("dmy|mdy|ymd", "dym"),
        ("text", ""),
        ("text", 3),
        ("texts", [1]),
        ("emails", ["me"]),
        ("emails", ["a b@x.example"]),
        ("country", "Poland"),
        ("country", "1a"),
        ("currency", "zł"),
        ("language", "polish"),
        ("languages", []),
        ("zone", "Europe/Warszawa"),
        ("zone", "../../etc/passwd"),
        ("zone", "Europe"),
        ("count", -1),
        ("count", True),
        ("days", 1.5),
        ("days", "3m"),
        ("days", "²d"),
        ("weekdays", ["su"]),
        ("weekdays", ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]),
        ("dates", [datetime(2026, 1, 1, 9)]),  # noqa: DTZ001 - TOML has times without a zone
        ("dates", ["2026-02-29"]),
        ("kind", {"touch": True, "color": "red"}),
        ("kind", 1),
        ("rate", 0),
        ("rate", float("inf")),
        ("rate", {}),
        ("rate", {"soon": 3}),
        ("stages", []),
        ("stages", [{"name": "a"}, {"name": "a"}]),
        ("stages", [{"name": "a", "probability": 0.5}]),
        ("stages", [{"name": "a", "rott": 3}]),
        ("option", {"a": 1}),
        ("rules", [1]),
    ],
)
def test_refuses(kind: str, value: object) -> None:
    """A wrong value is refused with what was expected."""
    with pytest.raises(ValueError, match=r"\w"):
        check(kind, value)


def test_a_deal_can_always_be_won_or_lost() -> None:
    """The stages won and lost are added where the owner's list lacks them."""
    stages: Any = check("stages", [{"name": "talk", "probability": 20}, {"name": "lost"}])
    assert [(stage["name"], stage["probability"], stage["rot"]) for stage in stages] == [
        ("talk", 20, None),
        ("lost", 0, None),
        ("won", 100, None),
    ]


@given(st.sampled_from(sorted(set(KINDS.values()))), TOML)
def test_any_value_is_taken_or_refused(kind: str, value: object) -> None:
    """No value of TOML makes a checker fail in another way."""
    with suppress(ValueError):
        check(kind, value)


def test_defaults_pass_their_own_check() -> None:
    """Each default in the table is in the form that its check gives."""
    for key, kind, default, _, doc in SETTINGS:
        assert doc.endswith("."), key
        if default not in (None, ()):
            assert check(kind, default) == default, key
