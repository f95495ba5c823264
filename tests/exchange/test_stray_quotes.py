"""Records that a quote nobody doubled tore apart, through `crm import`."""

import io
import time

import pytest

from crmcli.exchange.csv_file import Broken, records

HEADER = "Imię;Nazwisko;E-mail;Notatki\n"
NEXT = "Jan;Kos;j@x.example;\n"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_torn_note_is_one_again(messy, end):
    """A note of three lines with words in plain quotes stays with its person."""
    torn = 'Anna;Nowak;a@x.example;"Lubi "mocną" kawę\nzadzwonić we wtorek\nsyn Staś"\n'
    assert messy((HEADER + torn + NEXT).replace("\n", end)).code == 0
    assert list(messy.people) == ["Anna Nowak", "Jan Kos"]
    assert messy.people["Anna Nowak"]["note"] == 'Lubi "mocną" kawę\nzadzwonić we wtorek\nsyn Staś'


def test_a_torn_note_of_even_quotes_is_one_again(messy):
    """The first line's quotes may be even by chance: the note ends where a quote ends a line."""
    torn = 'Anna;Nowak;a@x.example;"Lubi "mocną kawę\nzadzwonić\nsyn Staś"\n'
    assert messy(HEADER + torn + NEXT).code == 0
    assert list(messy.people) == ["Anna Nowak", "Jan Kos"]


def test_what_cannot_be_joined_is_one_reject(messy):
    """A note that never ends is refused with its lines; none of them is a person."""
    torn = 'Anna;Nowak;a@x.example;"Lubi mocną kawę\nzadzwonić\nsyn Staś\n'
    done = messy(HEADER + torn + NEXT)
    assert "1 added" in done.err
    assert "1 rejected" in done.err
    assert list(messy.people) == ["Jan Kos"]
    assert "zadzwonić\nsyn Staś" in messy.rejects()


def test_good_cells_of_a_reject_have_no_quotes(messy):
    """Mending the one bad cell of a refused row is enough."""
    messy('"Imię","Nazwisko","Firma","Stanowisko"\n"Jan","Kos","Stal "Bud" SA","y\n"A","B","",""\n')
    rejects = messy.rejects()
    assert 'Jan,Kos,"Stal ""Bud"" SA","""y"' in rejects
    messy(rejects.replace('"""y"', "y"), name="mended.csv")
    assert "Jan Kos" in list(messy.people)


def test_whole_records_below_are_left_alone():
    """An open quote above sound rows never takes them in."""
    found = list(records(io.StringIO('"a;b\nc;d\n"e";"f"\ng;"h\n', newline=""), ";", 1, 2))
    assert [type(cells) for _, cells in found] == [Broken, list, list, Broken]
    assert [line for line, _ in found] == [1, 2, 3, 4]


@pytest.mark.parametrize("line", ['"' + ";" * 200_000 + "\n", 'a;"b\n' * 20_000, '"b\n' * 20_000])
def test_odd_quotes_everywhere_take_no_time(line):
    """Neither many cells nor many lines with an open quote are gone over again and again."""
    start = time.process_time()
    for _ in records(io.StringIO(line), ";", 1, 2):
        pass
    assert time.process_time() - start < 5
