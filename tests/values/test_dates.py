"""Civil dates and instants."""

# ruff: noqa: DTZ001 - times without a zone are the subject here

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crmcli.errors import ConfigError, InvalidValueError
from crmcli.values.dates import (
    AmbiguousDateError,
    day_bounds,
    decide_order,
    from_utc,
    parse_import_date,
    to_utc,
)

ZONES = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"}))
DAYS = st.dates(date(2012, 1, 1), date(2037, 12, 31))
TIMES = st.datetimes(datetime(2012, 1, 1), datetime(2037, 12, 31))
ANY_ORDER = st.sampled_from([None, "dmy", "mdy", "ymd"])


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2025-01-10", "2025-01-10"),
        ("20250110", "2025-01-10"),
        (" 2025-01-10 ", "2025-01-10"),
        ("2025-01-10 09:30", "2025-01-10T09:30:00"),
        ("2025-01-10T09:30:15", "2025-01-10T09:30:15"),
        ("2025-02-15 00:00", "2025-02-15"),
        ("10.01.2025 14:00", "2025-01-10T14:00:00"),
        ("13.01.2025 9:05", "2025-01-13T09:05:00"),
        ("4. 3. 1981", "1981-03-04"),
        ("01.02.2026", "2026-02-01"),
        ("2026/03/05", "2026-03-05"),
        ("31/12/25", "2025-12-31"),
        ("12/31/1985", "1985-12-31"),
        ("1/15/1980 12:00:00 AM", "1980-01-15"),
        ("1/15/1980 2:30:00 PM", "1980-01-15T14:30:00"),
        ("10 Feb 2025", "2025-02-10"),
        ("15-Jan-25", "2025-01-15"),
        ("Jan 10, 2025", "2025-01-10"),
        ("5. března 2026", "2026-03-05"),
        ("10 stycznia 2025 r.", "2025-01-10"),
        ("5 марта 2026", "2026-03-05"),
        ("3. März 2026", "2026-03-03"),
        ("2025-01-11T08:00:00+01:00", "2025-01-11T07:00:00Z"),
        ("2024-11-02T07:15:00.000+0000", "2024-11-02T07:15:00Z"),
        ("2024-11-02 07:15:00 UTC", "2024-11-02T07:15:00Z"),
        ("07/07/1977", "1977-07-07"),
        ("", None),
        ("0/0/00", None),
        ("00.00.0000", None),
        ("0000-00-00", None),
    ],
)
def test_a_cell_of_any_program_is_read(cell, expected):
    """The shapes that other programs write come out as ISO, midnight as no time at all."""
    assert parse_import_date(cell, None) == expected


@pytest.mark.parametrize(
    "cell", ["wczoraj", "12", "45000", "Infinity", "31.02.2025", "33 March", "99999-01-01",
             "²/²/2020", "2025-01-10 25:00", "May", "1 2 3", "March 2026"]
)  # fmt: skip
def test_what_is_no_date_is_refused_with_its_text(cell):
    """The message shows the cell."""
    with pytest.raises(InvalidValueError, match="not understood") as caught:
        parse_import_date(cell, None)
    assert f'"{cell}"' in str(caught.value)


def test_a_date_with_two_readings_shows_both():
    """Nothing is guessed about slashes and dashes."""
    with pytest.raises(AmbiguousDateError, match=r"2026-02-01 or 2026-01-02"):
        parse_import_date("01/02/2026", None)
    assert parse_import_date("01/02/2026", "dmy") == "2026-02-01"
    assert parse_import_date("01/02/2026", "mdy") == "2026-01-02"


def test_a_date_against_the_order_of_its_column_is_refused():
    """The order of a column is a fact: a month of 31 means that the order is wrong."""
    with pytest.raises(InvalidValueError, match="not in the order dmy"):
        parse_import_date("01/31/2026", "dmy")
    with pytest.raises(InvalidValueError, match="not in the order mdy"):
        parse_import_date("25/12/05", "mdy")
    assert parse_import_date("2026/01/31", "dmy") == "2026-01-31"


def test_spreadsheet_numbers_count_from_1900_only_when_asked():
    """45000 is 15 March 2023 in a spreadsheet; its fraction is the time of day."""
    assert parse_import_date("45000", None, excel_serial=True) == "2023-03-15"
    assert parse_import_date("45000.5", None, excel_serial=True) == "2023-03-15T12:00:00"
    assert parse_import_date("2023-03-15", None, excel_serial=True) == "2023-03-15"
    with pytest.raises(InvalidValueError):
        parse_import_date("60", None, excel_serial=True)


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ([], None),
        (["foo", ""], None),
        (["03/04/1990", "07/07/1977"], None),
        (["03/04/1990", "13/07/1977"], "dmy"),
        (["03/04/1990", "07/13/1977 12:00:00 AM"], "mdy"),
        (["13/04/1990", "04/13/1990"], None),
        (["2025-01-10", "2025-01-11T10:00"], "ymd"),
        (["01.02.2026"], "dmy"),
        (["01.31.2026"], "mdy"),
        (["85/05/17"], "ymd"),
        (["17/05/85", "01/02/03"], "dmy"),
        (["13/04/1990", "rubbish"], "dmy"),
        (["13/04/1990", "2025-01-10"], "dmy"),
        (["01.02.2026", "01/02/2026"], None),
    ],
)
def test_the_order_of_a_column_is_the_only_one_that_fits_all(samples, expected):
    """One date above 12 decides; a contradiction decides nothing."""
    assert decide_order(samples) == expected


@given(st.dates(date(1970, 1, 1), date(2068, 12, 31)), st.sampled_from(["dmy", "mdy"]))
def test_a_written_date_reads_back_in_its_order(day, order):
    """Whatever the mark between the numbers and the length of the year."""
    fields = {"dmy": "%d{0}%m{0}%", "mdy": "%m{0}%d{0}%"}[order]
    for mark in "/-.":
        for year in "Yy":
            cell = day.strftime(fields.format(mark) + year)
            assert parse_import_date(cell, order) == day.isoformat()


@given(st.text(max_size=30), ANY_ORDER, st.booleans())
def test_any_text_is_a_date_or_refused(text, order, serial):
    """Nothing but the two answers comes out, and what is understood is read the same again."""
    try:
        once = parse_import_date(text, order, excel_serial=serial)
    except InvalidValueError:
        return
    assert once is None or parse_import_date(once, None) == once


@given(ZONES, TIMES.map(lambda t: t.replace(microsecond=0)))
def test_a_civil_time_comes_back_unless_the_clock_skipped_it(zone, civil):
    """A skipped time moves forward by what was skipped."""
    text = to_utc(civil, zone)
    back = from_utc(text, zone)
    assert len(text) == 20
    assert text.endswith("Z")
    if back != civil:
        before = civil.replace(tzinfo=ZoneInfo(zone)).utcoffset()
        after = civil.replace(tzinfo=ZoneInfo(zone), fold=1).utcoffset()
        assert back - civil == before - after or back - civil == after - before
        assert back > civil


def test_the_changes_of_the_clock():
    """02:30 does not exist in March and comes twice in October."""
    assert to_utc(datetime(2026, 3, 29, 2, 30), "Europe/Warsaw") == "2026-03-29T01:30:00Z"
    assert to_utc(datetime(2026, 10, 25, 2, 30), "Europe/Warsaw") == "2026-10-25T00:30:00Z"


@given(ZONES, DAYS)
def test_a_day_without_a_time_stays_that_day_and_in_its_bounds(zone, day):
    """In every zone, also where noon in UTC is the next day already."""
    text = to_utc(day, zone)
    start, end = day_bounds(day, zone)
    assert from_utc(text, zone) == day
    assert type(from_utc(text, zone)) is date
    assert text[:10] == day.isoformat()
    assert start <= text < end


@given(ZONES, TIMES)
def test_an_instant_lies_in_the_bounds_of_its_day(zone, civil):
    """The days tile time: no instant is in two of them."""
    text = to_utc(civil, zone)
    day = from_utc(text, zone).date()
    start, end = day_bounds(day, zone)
    assert start <= text < end
    assert day_bounds(day + timedelta(days=1), zone)[0] == end


@given(DAYS)
def test_the_zone_of_the_system_is_taken_without_a_name(day):
    """None is a zone as good as any."""
    start, end = day_bounds(day, None)
    assert start <= to_utc(day, None) < end
    assert from_utc(to_utc(day, None), None) == day


@pytest.mark.parametrize("day", [date.min, date.max])
@given(zone=ZONES)
def test_the_ends_of_the_calendar_do_no_harm(day, zone):
    """They are dates like others, or out of range with a message."""
    assert from_utc(to_utc(day, zone), zone) == day
    try:
        start, end = day_bounds(day, zone)
    except InvalidValueError:
        return
    assume(start != end)
    assert start < end


@pytest.mark.parametrize("zone", ["Europe/Warszawa", "../etc/passwd", "Europe", "", "a\x00b"])
def test_an_unknown_zone_names_itself(zone):
    """The message says what to write."""
    with pytest.raises(ConfigError, match="is unknown; use a name such as Europe/Warsaw"):
        to_utc(date(2026, 1, 1), zone)


@pytest.mark.parametrize("text", ["", "2026-03-05", "rubbish", "2026-13-05T12:00Z"])
def test_what_is_no_stored_instant_is_refused(text):
    """A broken row is named, not passed on."""
    with pytest.raises(InvalidValueError, match="stored instant"):
        from_utc(text, "UTC")
