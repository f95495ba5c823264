"""Records of separated values, sound and broken."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import UsageError
from crmcli.exchange import csv_file
from crmcli.exchange.csv_file import Broken, lenient, records, shape

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


def read(text, delimiter=","):
    return list(records(io.StringIO(text, newline=""), delimiter))


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=6), st.sampled_from(",;\t|"))
def test_sound_files_are_read_as_written(rows, delimiter):
    """What the csv module writes comes back whole, with the line that each record starts on."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    found = read(out.getvalue(), delimiter)
    assert [cells for _, cells in found] == rows
    starts = [line for line, _ in found]
    assert starts == sorted(set(starts))


@given(st.text('ab",\n', max_size=40))
def test_no_text_is_too_broken(text):
    """Whatever the quotes, every line is in a record or named, in order."""
    found = read(text)
    lines = [line for line, _ in found]
    assert lines == sorted(set(lines))
    assert not lines or lines[-1] <= text.count("\n") + 1


def test_an_open_quote_costs_one_row():
    """The rows after a quote that never closes are read."""
    found = read('a,b\n"c,d\ne,f\ng,h\n')
    assert found[0] == (1, ["a", "b"])
    assert found[1] == (2, Broken("unbalanced quote", '"c,d\n'))
    assert found[2:] == [(3, ["e", "f"]), (4, ["g", "h"])]


def test_an_open_quote_before_sound_quotes_costs_one_row():
    """A sound quoted cell further on doesn't swallow what lies between."""
    found = read('"a,b\nc,d\n"e",f\n')
    assert [type(cells) for _, cells in found] == [Broken, list, list]
    assert found[-1] == (3, ["e", "f"])


def test_quotes_that_nobody_doubled_are_read():
    """A name that starts with a quoted word is a name."""
    assert lenient('"Piekarnia "Świt"";Łódź\n', ";") == ['Piekarnia "Świt"', "Łódź"]
    assert read('"Świt" Piekarnia,Łódź\n') == [(1, ['"Świt" Piekarnia', "Łódź"])]


def test_line_ends_of_every_system():
    """Old Mac, Unix and Windows line ends count as one line each."""
    assert [line for line, _ in read("a\rb\nc\r\nd")] == [1, 2, 3, 4]


def test_a_huge_cell_is_one_broken_row():
    """A cell over the limit is refused, and the next row is read."""
    found = read("a,b\n" + "x" * (csv_file.CELL_LIMIT + 1) + ",y\nc,d\n")
    assert found[1][1].reason == "a cell is longer than 1 MB"
    assert found[2] == (3, ["c", "d"])


def test_a_huge_line_is_one_broken_row():
    """A line over the limit is refused without being held, and the next row is read."""
    found = read("a,b\n" + "x," * csv_file.LINE_LIMIT + "\nc,d\n")
    assert found[1][1].reason == "line is longer than 4 MB"
    assert found[2] == (3, ["c", "d"])


@pytest.mark.parametrize("delimiter", ",;\t|")
def test_the_delimiter_is_found(delimiter):
    """The delimiter is the one that shows the most headers."""
    text = delimiter.join(["Name", "E-mail", "Note, or; more"]) + "\n"
    found = shape(io.StringIO(text), None, None, set())
    assert found.delimiter == delimiter
    assert found.header[:2] == ["Name", "E-mail"]


def test_a_sep_line_says_the_delimiter():
    """Excel's own first line is believed and is no header."""
    found = shape(io.StringIO("sep=|\nName|Email\nA|a@x.example\n"), None, None, set())
    assert (found.delimiter, found.header_line, found.first_line) == ("|", 2, 3)


def test_lines_before_the_header_are_passed_over():
    """Titles and notes before the header don't hide it."""
    text = 'Notes:\n"Some, words\nover two lines"\n\nFirst Name,Last Name,Email\nA,B,c@x.example\n'
    found = shape(io.StringIO(text), None, None, set())
    assert (found.header_line, found.first_line) == (5, 6)


def test_a_million_columns_are_refused():
    """A header too wide for any table is refused with its width."""
    with pytest.raises(UsageError, match="columns; at most 2000"):
        shape(io.StringIO("name" + ",x" * 1_000_000), None, None, set())


def test_an_empty_file_is_refused():
    """Nothing but blank lines is no table."""
    with pytest.raises(UsageError, match="empty"):
        shape(io.StringIO("\n \n"), None, None, set())
