"""Countries as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.values.country import CODES, code, currency_of
from crmcli.values.country_names import ROWS
from crmcli.values.money import CODES as CURRENCIES
from crmcli.values.text import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PL", "PL"),
        (" pl ", "PL"),
        ("POL", "PL"),
        ("Poland", "PL"),
        ("POLSKA", "PL"),
        ("Rzeczpospolita Polska", "PL"),
        ("Poľsko", "PL"),
        ("Польша", "PL"),
        ("Slovensko", "SK"),
        ("Słowacja", "SK"),
        ("Česká republika", "CZ"),
        ("Czechy", "CZ"),
        ("Czechia", "CZ"),
        ("Czech Republic", "CZ"),
        ("Россия", "RU"),
        ("Российская Федерация", "RU"),
        ("Deutschland", "DE"),
        ("Niemcy", "DE"),
        ("Německo", "DE"),
        ("Nemecko", "DE"),
        ("España", "ES"),
        ("Ελλάδα", "GR"),
        ("日本", "JP"),
        ("대한민국", "KR"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("UK", "GB"),
        ("Wielka Brytania", "GB"),
        ("The Netherlands", "NL"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("Україна", "UA"),
        ("Côte d'Ivoire", "CI"),
        ("Atlantis", None),
        ("", None),
        ("P", None),
    ],
)
def test_code_knows_countries_by_code_and_name(text, expected):
    """Codes and names in the users' languages and the country's own."""
    assert code(text) == expected


def test_every_name_is_of_one_country():
    """No two countries share a code or a name, and each row finds its own country."""
    owners: dict[str, str] = {}
    for row in ROWS:
        alpha2, alpha3, names = row.split(" ", 2)
        assert (len(alpha2), len(alpha3)) == (2, 3)
        for name in (alpha2, alpha3, *names.split("|")):
            assert owners.setdefault(" ".join(words(name)), alpha2) == alpha2, name
            assert code(name) == alpha2, name


def test_every_code_has_a_row():
    """The codes that are taken at sight are those that have names."""
    assert {row[:2] for row in ROWS} == CODES


@given(st.text())
def test_code_takes_any_text(text):
    """Any text is a country or none; a code is its own code."""
    found = code(text)
    assert found is None or code(found) == found


def test_currency_of_names_the_money():
    """Each country's own currency; none for what is no country."""
    countries = ("PL", "SK", "cz", "RU", "GB", "BG", "AQ", "XX", "")
    assert [currency_of(country) for country in countries] == [
        *("PLN", "EUR", "CZK", "RUB", "GBP", "EUR", None, None, None)
    ]


def test_every_currency_of_a_country_is_one():
    """What `currency_of` says, the amounts understand."""
    assert {money for c in CODES if (money := currency_of(c))} <= CURRENCIES
