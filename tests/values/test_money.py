"""Amounts as people, spreadsheets and other systems write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import InvalidValueError
from crmcli.values import money
from crmcli.values.money import CODES, UNITS, ambiguous, currency, decimal_mark, parse, show


@pytest.mark.parametrize(
    ("typed", "amount", "code"),
    [
        ("1 234,56", 1234.56, None),
        ("12 500,00 zł", 12500, "PLN"),
        ("12\u00a0500,00\u00a0zł", 12500, "PLN"),
        ("1\u202f234\u202f567.5", 1234567.5, None),
        ("1.234.567,89", 1234567.89, None),
        ("1,234,567.89", 1234567.89, None),
        ("1'234'567.89 CHF", 1234567.89, "CHF"),
        ("1’234.50", 1234.5, None),
        ("1,00,000.50 INR", 100000.5, "INR"),
        ("1.234.567", 1234567, None),
        ("€ 99,-", 99, "EUR"),
        ("99,- Kč", 99, "CZK"),
        ("250 000,5 RUB", 250000.5, "RUB"),
        ("500 руб.", 500, "RUB"),
        ("USD 1,234.00", 1234, "USD"),
        ("$1,234.5", 1234.5, "USD"),
        ("-$5", -5, "USD"),
        ("$-5", -5, "USD"),
        ("(1 234,00)", -1234, None),
        ("(€ 5)", -5, "EUR"),
        ("-500", -500, None),
        ("−500", -500, None),
        ("500-", -500, None),
        ("+500", 500, None),
        ("0", 0, None),
        ("0,5", 0.5, None),
        (".5", 0.5, None),
        ("0.500", 0.5, None),
        ("1234.567", 1234.567, None),
        ("1 234,567", 1234.567, None),
        ("12,3456", 12.3456, None),
        ("12,34560000", 12.3456, None),
        ("1,234", 1234, None),
        ("1.234", 1234, None),
        ("JPY 500", 500, "JPY"),
    ],
)
def test_parse_reads_every_notation(typed, amount, code):
    """Grouping, marks, signs and currencies of any side are understood."""
    assert parse(typed) == (round(amount * UNITS), code)


@pytest.mark.parametrize(
    ("typed", "decimal", "amount"),
    [("1,234", ",", 1.234), ("1,234", ".", 1234), ("1.234", ".", 1.234), ("1.234,5", ",", 1234.5)],
)
def test_parse_holds_to_the_mark_it_is_given(typed, decimal, amount):
    """A column's mark settles what a single cell leaves open."""
    assert parse(typed, decimal) == (round(amount * UNITS), None)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "do ustalenia", "-", "1.2.3", "1,2,3", "12 34", "1,23,4.5", "1-2", "--5x", "(-5)"),
        *("1.234,5.6", "12e5", "5 6 7", "1/2", "1,234.56,7"),
    ],
)
def test_parse_refuses_what_is_no_number(typed):
    """The refusal shows what stood there."""
    with pytest.raises(InvalidValueError) as caught:
        parse(typed)
    assert f'"{typed}"' in str(caught.value) or "currency" in str(caught.value)


def test_parse_says_why():
    """Each refusal has its own reason."""
    for typed, why in [
        ("do ustalenia", 'amount "do ustalenia" is not a number'),
        ("1,23456", 'amount "1,23456" has more than 4 decimals'),
        ("9" * 16, f'amount "{"9" * 16}" is too large'),
        ("9" * 400, "is too large"),
        ("5 kr", 'currency "kr" is not known; use a code such as EUR'),
        ("1.5", 'amount "1.5" is not a number'),
    ]:
        with pytest.raises(InvalidValueError) as caught:
            parse(typed, "," if typed == "1.5" else None)
        assert why in str(caught.value)


@given(st.text(alphabet="0123456789.,-+ ()'€złPLN\u00a0"))
def test_parse_takes_any_text(typed):
    """Any text is an amount that fits its column, or refused."""
    for decimal in (None, ",", "."):
        try:
            units, code = parse(typed, decimal)
        except InvalidValueError:
            continue
        assert abs(units) < 2**63
        assert code is None or code in CODES


UNITS_ = st.integers(-(2**63) + 1, 2**63 - 1)
CODES_ = st.sampled_from([None, *sorted(CODES)])


@given(UNITS_, CODES_)
def test_text_reads_back_exactly(units, code):
    """What is written for machines is read as the same amount."""
    assert parse(money.text(units, code), ".") == (units, None)


@given(UNITS_, CODES_)
def test_show_reads_back_exactly(units, code):
    """What is shown to people is read as the same amount and currency."""
    assert parse(show(units, code), ".") == (units, code)


@pytest.mark.parametrize(
    ("units", "code", "plain", "shown"),
    [
        (12_345_000, "PLN", "1234.50", "1\u202f234.50\u00a0PLN"),
        (5_000_000, "JPY", "500", "500\u00a0JPY"),
        (12_345, None, "1.2345", "1.2345"),
        (15_000, "KWD", "1.500", "1.500\u00a0KWD"),
        (-5_000, "EUR", "-0.50", "-0.50\u00a0EUR"),
        (0, "EUR", "0.00", "0.00\u00a0EUR"),
        (5_000, "JPY", "0.5", "0.5\u00a0JPY"),
    ],
)
def test_amounts_have_the_digits_of_their_currency(units, code, plain, shown):
    """At least as many as the currency has, more when there are more."""
    assert (money.text(units, code), show(units, code)) == (plain, shown)


def test_ambiguous_is_one_mark_before_three_digits():
    """Only a single mark with one to three digits before and three behind is open."""
    assert all(map(ambiguous, ("1,234", "12.345", "999,000 zł", "-1.234")))
    assert not any(
        map(ambiguous, ("1,23", "1,234.5", "1 234,567", "0,500", "1.234.567", "1234", "", "x"))
    )


@pytest.mark.parametrize(
    ("samples", "mark"),
    [
        (["1,234", "12,5"], ","),
        (["1.234", "12,50 zł"], ","),
        (["1,234", "1.5"], "."),
        (["1.234.567"], ","),
        (["1,234,567"], "."),
        (["1,234", "2,500"], None),
        (["1,5", "1.5"], None),
        (["", "do ustalenia", "1-2"], None),
        ([], None),
    ],
)
def test_decimal_mark_is_what_a_column_agrees_on(samples, mark):
    """Open cells say nothing, a contradiction settles nothing."""
    assert decimal_mark(samples) == mark


def test_currency_takes_codes_signs_and_words():
    """Any case, any usual sign."""
    assert [currency(t) for t in ("pln", "EUR", "€", "zł", "Kč", "руб.", " usd ")] == [
        "PLN", "EUR", "EUR", "PLN", "CZK", "RUB", "USD",
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["", "XYZ", "kr", "złoty polski", "EURO2"])
def test_currency_refuses_others(typed):
    """An unknown currency is named in the refusal."""
    with pytest.raises(InvalidValueError, match=f'currency "{typed}" is not known'):
        currency(typed)
