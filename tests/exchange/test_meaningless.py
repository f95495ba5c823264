"""Rows and cells about nobody, through `crm import`."""

import pytest

HEADER = "Imię;Nazwisko;Telefon;Firma\n"


@pytest.mark.parametrize(
    "word",
    ["Razem", "SUMA:", "Celkem", "Spolu", "Итого", "Всего", "Summe", "Gesamt", "Total", "Súčet"],
)
def test_totals_are_nobody(messy, word):
    """The word before a sum is left out with a reason, wherever it stands."""
    text = f"{HEADER}Jan;Kos;601100101;\n{word};;;\n;{word};;1\n"
    said = messy(text + f";;;{word}\n" * (word != "Total"))
    assert said.code == 0
    assert "row of totals" in said.err
    assert list(messy.people) == ["Jan Kos"]


def test_somebody_called_like_a_total_is_somebody(messy):
    """A phone, an e-mail or a company says that it is a person."""
    messy(f"{HEADER}Suma;;601100101;\nTotal;;;Acme\nSpolu;Novák;;\n")
    assert list(messy.people) == ["Suma", "Total", "Spolu Novák"]


@pytest.mark.parametrize(
    "again", [HEADER, "\ufeff" + HEADER, '\ufeff"Imię";"Nazwisko";Telefon;firma\n']
)
def test_a_header_in_the_middle_is_nobody(messy, again):
    """Files put one behind the other have their header again, also with a byte order mark."""
    said = messy(f"{HEADER}Jan;Kos;;\n{again}Ewa;Lis;;\n")
    assert "1 skipped" in said.err
    assert "line 3: left out: the header again" in said.err
    assert list(messy.people) == ["Jan Kos", "Ewa Lis"]


def test_errors_of_formulas_mean_nothing(messy):
    """What a spreadsheet or a database writes for nothing is no company, phone or custom field."""
    messy("Name;Company;City;Shoe\nJan Kos;#N/A;(brak);#REF!\nAnn Null;null;#ADR!;NULL\n")
    for person in messy.people.values():
        assert not person["company"]
        assert not person["city"]
        assert not person.get("Shoe")
    assert list(messy.people) == ["Jan Kos", "Ann Null"]


SHIFTED = (
    "Imię,Nazwisko,Firma,Telefon,E-mail,Miasto\nJan,Kos,Konstal, Gdańsk,601100101,j@x.example\n"
)


def test_shifted_rows_are_refused(messy):
    """An e-mail in another column while its own has none: mended, the row comes in."""
    said = messy(SHIFTED)
    assert said.code != 0
    assert 'cells seem shifted: j@x.example stands under "Miasto"' in said.err
    rejects = messy.rejects().replace(
        " Gdańsk,601100101,j@x.example", "601100101,j@x.example,Gdańsk"
    )
    assert messy(rejects, name="mended.csv").code == 0
    person = messy.people["Jan Kos"]
    assert (person["city"], person["emails"]) == ("Gdańsk", ["j@x.example"])


def test_an_email_elsewhere_beside_one_of_its_own_is_no_shift(messy):
    """A person with an e-mail is taken, whatever the other cells hold."""
    assert messy(SHIFTED.replace("601100101", "k@x.example")).code == 0
