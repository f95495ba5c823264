"""What headers mean, in every language and however they are written."""

import pathlib
import tomllib

import pytest

from crmcli.errors import UsageError
from crmcli.exchange import headers
from crmcli.exchange.plan import CUSTOM, IGNORED
from crmcli.exchange.records import NOUNS
from crmcli.exchange.write import FIELDS

TABLE = tomllib.loads(pathlib.Path(headers.__file__).with_name("aliases.toml").read_text("utf-8"))


def meanings(*names, noun="contacts", chosen=None, own=False):
    found = headers.columns(names, noun, chosen or {}, own=own)
    return [column.field for column in found]


@pytest.mark.parametrize("noun", NOUNS)
def test_a_header_means_one_field(noun):
    """No header stands under two fields of a noun."""
    seen = {}
    for field, names in TABLE["columns"][noun].items():
        for name in names:
            assert seen.setdefault(headers.normal(name), field) == field, name


@pytest.mark.parametrize("group", TABLE["words"])
def test_a_word_means_one_thing(group):
    """No word stands for two values of a closed list."""
    seen = {}
    for ours, words in TABLE["words"][group].items():
        for word in words:
            assert seen.setdefault(headers.normal(word), ours) == ours, word


@pytest.mark.parametrize("noun", NOUNS)
def test_our_own_exports_are_known(noun):
    """The columns of an export say what it holds, and none of them is a custom field."""
    assert headers.holds(FIELDS[noun]) == noun
    assert not [m for m in meanings(*FIELDS[noun], noun=noun, own=True) if m.startswith(CUSTOM)]


def test_case_blanks_and_marks_do_not_count():
    """The same header in any dress is the same header."""
    for name in ("E-mail", "e mail ", "EMAIL:", "E-MAIL *", "E_Mail", "\ufeffe-mail"):
        assert meanings(name)[0] == "emails"


@pytest.mark.parametrize(
    "trap",
    [
        "Contact owner", "Assistant's Name", "Assistant's Phone", "Manager's Name", "Spouse",
        "Telefon asystenta", "Menedżer", "Współmałżonek", "Created By", "Vendor Name", "Reports To",
        "Person - Owner", "Имя помощника", "Meno asistenta",
    ],
)  # fmt: skip
def test_other_people_are_not_the_contact(trap):
    """The owner, assistant or spouse in a row is a custom field, never whom the row is about."""
    assert meanings("Name", trap)[1] == CUSTOM + trap


def test_an_unknown_column_is_a_custom_field():
    """A header nobody knows keeps its own name."""
    assert meanings("Name", "Kod  klienta") == ["name", CUSTOM + "Kod klienta"]


def test_a_column_can_be_mapped():
    """``--map`` beats the table, may make a custom field, and may leave a column out."""
    chosen = {"KTO": "name", "Name": "-", "x": "client code"}
    assert meanings("Kto", "Name", "X", chosen=chosen) == ["name", IGNORED, CUSTOM + "client code"]


def test_mapping_a_missing_column_is_refused():
    """A mapping of a column that isn't there names the ones that are."""
    with pytest.raises(UsageError, match='no column "Kto"; columns seen: Name'):
        meanings("Name", chosen={"Kto": "name"})


@pytest.mark.parametrize(
    ("names", "noun"),
    [
        ("Imię;Nazwisko;Telefon", "contacts"),
        ("Firma;Telefon", "contacts"),
        ("Firma;Miasto;WWW", "companies"),
        ("name;url;city", "companies"),
        ("contact;kind;at;direction;subject;text", "interactions"),
        ("email;date;note", "interactions"),
        ("contact;due;text;every", "followups"),
        ("contact;title;stage;amount;currency;probability;close", "deals"),
        ("Klient;E-mail;Szansa;Kwota;Waluta;Etap;Data zamknięcia", "deals"),
        (
            "name;given;family;email;phone;company;title;city;country;birthday;tags;notes",
            "contacts",
        ),
        ("First Name;Last Name;Email;Company;Position;Connected On", "contacts"),
        ("Name;Email;Created At;Notes", "contacts"),
    ],
)
def test_headers_say_what_rows_are(names, noun):
    """The noun follows from the columns."""
    assert headers.holds(names.split(";")) == noun


@pytest.mark.parametrize("noun", NOUNS)
def test_a_table_about_nobody_is_refused(noun):
    """Each noun says which column it misses."""
    with pytest.raises(UsageError, match="columns seen: sku, qty"):
        meanings("sku", "qty", noun=noun)
