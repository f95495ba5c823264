"""Durations."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import InvalidValueError
from crmcli.values import duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30m", 1800), ("1h30", 5400), ("1h30m", 5400), ("1:30", 5400), ("00:12:30", 750),
        ("90", 5400), ("PT1H30M", 5400), ("P1DT2H", 93600), ("1.5h", 5400), ("1,5 h", 5400),
        ("1h 30 min", 5400), ("45s", 45), ("2 hours", 7200), ("1d5", 104400), ("10m15", 615),
        ("0", 0), ("20 мин", 1200),
    ],
)  # fmt: skip
def test_the_usual_spellings_are_read(text, seconds):
    """A number without a unit is minutes, or the next smaller unit."""
    assert duration.parse(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "p", "pt", "P1M", "foo", "1e5", "30m1h", "1:75", "1:2:3:4", "-5m", "1..5h", ".h",
             "²", "x:y"]
)  # fmt: skip
def test_the_rest_is_refused_with_a_hint(text):
    """The message shows the text and what to try."""
    with pytest.raises(InvalidValueError, match="not understood; try 30m"):
        duration.parse(text)


def test_a_month_long_meeting_is_a_slip():
    """More than 31 days is refused."""
    with pytest.raises(InvalidValueError, match="longer than 31 days"):
        duration.parse("9" * 400 + "h")


@given(st.integers(0, 31 * 86400))
def test_what_is_shown_can_be_typed(seconds):
    """Text and parse are each other's reverse."""
    assert duration.parse(duration.text(seconds)) == seconds


@given(st.text(max_size=20))
def test_any_text_is_a_duration_or_refused(text):
    """Nothing else comes out."""
    with suppress(InvalidValueError):
        assert duration.parse(text) >= 0
