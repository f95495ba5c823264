"""The short way to UTC is the long way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.exchange.clock import Clock
from crmcli.values import dates

ZONES = ("Europe/Warsaw", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "UTC")


@given(st.datetimes(), st.sampled_from(ZONES))
def test_both_ways_agree(moment, zone):
    """Where the short way has an answer, it is the right one, to the minute."""
    moment = moment.replace(second=0, microsecond=0)
    quick = Clock(zone).quick(moment.isoformat(" ", timespec="minutes"))
    assert quick is None or quick == dates.to_utc(moment, zone)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30 10:00",
        "2026-01-10 24:00",
        "2026-01-10 10:5x",
        "20260110 10:30:00",
        "2026-01-10 00:00",
        "2026-02-30T12:00Z",
    ],
)
def test_the_rest_goes_the_long_way(text):
    """Days and times that aren't, and midnight, are not decided here."""
    assert Clock("UTC").quick(text) is None


def test_a_day_without_a_time_stays_one():
    """Our own mark of an unknown time comes back as it was written."""
    assert Clock("Europe/Warsaw").quick("2026-03-29T12:00Z") == "2026-03-29T12:00Z"
    assert Clock("Europe/Warsaw").quick("2026-03-28T12:00Z") == "2026-03-28T12:00Z"
