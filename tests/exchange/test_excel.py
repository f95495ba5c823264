"""CSV as Excel writes it in Central and Eastern Europe: semicolons, commas in numbers, its own dates."""

import pytest

from crmcli.values import money

PEOPLE = [
    ("cp1250", "sep=;\r\nJméno;Příjmení;E-mail;Telefon;Datum narození\r\nJiří;Dvořák;jiri@x.example;602 100 100;4. 3. 1981\r\n", "CZ", "+420602100100"),
    ("cp1250", "Meno;Priezvisko;E-mail;Telefón;Dátum narodenia\r\nĽubomír;Šťastný;jiri@x.example;0901 200 201;4.3.1981\r\n", "SK", "+421901200201"),
    ("cp1250", "Imię;Nazwisko;E-mail;Telefon;Data urodzenia\r\nŁukasz;Wójcik;jiri@x.example;601 100 101;29649\r\n", "PL", "+48601100101"),
    ("cp1251", "Имя;Фамилия;E-mail;Телефон;Дата рождения\r\nОльга;Журавлёва;jiri@x.example;8 912 300-30-02;04.03.1981\r\n", "RU", "+79123003002"),
    ("cp1252", "Vorname;Nachname;E-Mail;Telefon;Geburtsdatum\r\nJürgen;Weiß;jiri@x.example;0151 55504002;04.03.1981\r\n", "DE", "+4915155504002"),
    ("utf-16", "Vorname\tNachname\tE-Mail\tTelefon\tGeburtsdatum\r\nJürgen\tWeiß\tjiri@x.example\t0151 55504002\t04.03.81\r\n", "DE", "+4915155504002"),
]  # fmt: skip


@pytest.mark.parametrize(("encoding", "text", "region", "number"), PEOPLE)
def test_people(read, encoding, text, region, number):
    """Names keep their letters, the birthday is day first or Excel's number of a day."""
    found = read(text.encode(encoding), region=region)
    row = found.rows[0]
    assert f"{row.given} {row.family}" in text.replace(";", " ").replace("\t", " ")
    assert (row.emails, row.birthday) == (("jiri@x.example",), "1981-03-04")
    assert row.phones[0].number == number
    assert not found.remarks


AMOUNTS = [
    ("cp1250", "Příležitost;Společnost;Částka;Datum uzavření\r\nStřecha;Dřevo;1 234,50 Kč;4. 3. 2026\r\nOkna;Dřevo;12 000,- Kč;31. 12. 2026\r\n", "CZK", ["1234.5", "12000"]),
    ("cp1250", "Príležitosť;Spoločnosť;Hodnota;Dátum uzavretia\r\nStrecha;Drevo;1 234,50 €;4.3.2026\r\nOkná;Drevo;12 000;31.12.2026\r\n", "EUR", ["1234.5", "12000"]),
    ("cp1250", "Szansa;Firma;Kwota;Data zamknięcia\r\nDach;Drewno;zł 1.234,50;04.03.2026\r\nOkna;Drewno;12.000,00 zł;31.12.2026\r\n", "PLN", ["1234.5", "12000"]),
    ("cp1251", "Сделка;Компания;Сумма;Дата закрытия\r\nКрыша;Лес;1\xa0234,50 руб.;04.03.2026\r\nОкна;Лес;12\xa0000 р.;31.12.2026\r\n", "RUB", ["1234.5", "12000"]),
    ("cp1252", "Geschäft;Unternehmen;Betrag;Abschluss\r\nDach;Holz;1.234,50 €;46085\r\nFenster;Holz;12.000 €;46387\r\n", "EUR", ["1234.5", "12000"]),
]  # fmt: skip


@pytest.mark.parametrize(("encoding", "text", "currency", "amounts"), AMOUNTS)
def test_amounts(read, encoding, text, currency, amounts):
    """A decimal comma, thin blanks and points between thousands, the currency before or behind."""
    rows = read(text.encode(encoding)).rows
    assert [row.amount for row in rows] == [money.parse(amount, ".")[0] for amount in amounts]
    assert rows[0].currency == currency
    assert [row.close for row in rows] == ["2026-03-04", "2026-12-31"]


def test_a_rounded_number_is_no_phone(read):
    """What Excel made of a number is refused with how to keep it; the person comes in."""
    found = read("Name;Telefon\nAnna;4,8601E+10\nJan;4.86E+10\n")
    assert [row.phones for row in found.rows] == [(), ()]
    assert all("format that column as text" in str(remark) for remark in found.remarks)
    assert len(found.remarks) == 2


def test_an_undecidable_column_is_left_empty(read):
    """Dates of two readings are left out, and the warning names the option that settles them."""
    found = read("Name;Birthday\nAnna;03/04/1981\nJan;05/06/1982\n")
    assert [row.birthday for row in found.rows] == [None, None]
    assert "use --date-order" in found.source.plan.warnings[0]
    settled = read("Name;Birthday\nAnna;03/04/1981\nJan;25/06/1982\n").rows
    assert [row.birthday for row in settled] == ["1981-04-03", "1982-06-25"]


def test_bad_lines_of_utf_8_are_rejected(read):
    """Two lines of another encoding in UTF-8 are two rejects; the rest keeps its letters."""
    good = "".join(f"Łukasz {number};Łódź\n" for number in range(8))
    found = read(b"Name;City\n" + good.encode() + "Paweł;Wrocław\nŚliwa;Łódź\n".encode("cp1250"))
    assert found.source.plan.encoding == "utf-8"
    assert [reject.line for reject in found.rejects] == [10, 11]
    assert {row.city for row in found.rows} == {"Łódź"}


LATIN = "Dvořák Růžička Šťastný Kučera Beneš Kříž Ňorek Čermák Veselý Žák"
POLISH = "Źrebiec Wójcik Śliwa Żak Łoś Ćwik Pająk Gąsior Głąb Jeż"
CYRILLIC = "Иванов Щербаков Ефимов Гущин Зайцев Цыганков Ёлкин Шубин Яковлев Юрьев"


@pytest.mark.parametrize("names", [LATIN, POLISH, CYRILLIC])
def test_ten_names_are_enough(read, names):
    """Ten people settle any encoding of their language."""
    for codec in (
        ("cp1251", "koi8-r", "cp866") if names == CYRILLIC else ("cp1250", "iso8859-2", "cp852")
    ):
        text = "Surname;Mail\n" + "".join(f"{name};\n" for name in names.split())
        rows = read(text.encode(codec)).rows
        assert [row.family for row in rows] == names.split(), codec
