"""Opening files: what is refused, what comes through a pipe, what is kept of a record."""

import io
import os
import threading
from contextlib import closing

import pytest

from crmcli.errors import StorageError, UsageError
from crmcli.exchange.plan import Options
from crmcli.exchange.records import Told
from crmcli.exchange.source import FORMATS, open_source

OPTIONS = Options(region="PL", tz="UTC")


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel workbook"),
        (b"\n <!DOCTYPE html><p>", "web page"),
        (b"<HTML>", "web page"),
        (b"\xef\xbb\xbf<?xml version", "XML"),
        (b"%PDF-1.7", "PDF"),
        (b"SQLite format 3\0", "database"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
    ],
)
def test_other_files_named_csv_are_refused(opened, head, words):
    """A file of another kind is refused with its kind, whatever its name."""
    with pytest.raises(UsageError, match=words):
        opened(head)


def test_missing_files_and_folders_are_refused(tmp_path):
    """A path that isn't there, or is a folder, is the user's mistake."""
    with pytest.raises(UsageError, match="no such file"):
        open_source(str(tmp_path / "none.csv"), OPTIONS)
    with pytest.raises(UsageError, match="is a folder"):
        open_source(str(tmp_path), OPTIONS)


def test_every_format_resolves():
    """Each name of the registry leads to a module with what a format needs."""
    import importlib

    for module in FORMATS.values():
        assert callable(importlib.import_module(module).claims)
        assert callable(importlib.import_module(module).open_file)


def test_an_unknown_format_is_refused(opened):
    """``--from`` names a format that exists."""
    with pytest.raises(UsageError, match='format "xyz" is not known'):
        opened("name\nA\n", format="xyz")


def test_a_pipe_is_read_like_a_file():
    """Standard input needs no seeking, and its records can be looked up again."""
    end, start = os.pipe()
    writer = threading.Thread(target=lambda: _fill(start, b"name,email\nA,a@x.example\nB\n"))
    writer.start()
    with os.fdopen(end, "rb") as stdin:
        source = open_source("-", OPTIONS, stdin)
    writer.join()
    with closing(source):
        assert [row.name for row in source.rows(source.plan.holds[0], Told())] == ["A", "B"]
        assert [found.original for found in source.originals([3])] == [("B", "")]


def _fill(number, data):
    with os.fdopen(number, "wb") as stream:
        stream.write(data)


def test_memory_streams_are_read():
    """A stream that is no file of the system is read too."""
    with closing(open_source("-", OPTIONS, io.BytesIO(b"name\nA\n"))) as source:
        assert [row.name for row in source.rows(source.plan.holds[0], Told())] == ["A"]


def test_a_read_error_is_a_storage_error():
    """A file that stops being readable is no bug of ours."""

    class Failing(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, _buffer):
            raise OSError(5, "Input/output error")

    with pytest.raises(StorageError, match="Input/output error"):
        open_source("-", OPTIONS, io.BufferedReader(Failing()))


def test_bad_bytes_cost_their_row(read):
    """In a UTF-8 file, the row with bytes that aren't is refused and the others are read."""
    data = (
        "name,email\nŁukasz,l@x.example\nŻofia,z@x.example\n".encode() + b"J\xf3zef,j@x.example\n"
    )
    found = read(data + b"Ewa,e@x.example\n")
    rows, rejects = found.rows, found.rejects
    assert [row.name for row in rows] == ["Łukasz", "Żofia", "Ewa"]
    assert [(r.line, r.record) for r in rejects] == [(4, 3)]


def test_bad_bytes_in_an_email_cost_the_row_too(read):
    """Broken bytes are never passed over with a remark."""
    data = "name,email\nŁukasz,l@x.example\n".encode() + b"J,j\xf3@x.example\n"
    found = read(data)
    assert len(found.rejects) == 1
    assert not found.remarks


def test_a_nul_costs_its_row(read):
    """A NUL character is refused with its row."""
    found = read("name\nA\0B\nC\n")
    rows, rejects = found.rows, found.rejects
    assert [row.name for row in rows] == ["C"]
    assert "NUL" in rejects[0].reason


def test_rows_of_blanks_are_no_rows(read):
    """Rows with nothing but delimiters or blanks are neither read nor rejected."""
    found = read("name,email\n,\n , \n\nA,\n")
    rows, rejects = found.rows, found.rejects
    assert [row.line for row in rows] == [5]
    assert not rejects


def test_several_columns_of_one_field_lose_nothing(read):
    """A second city is kept under its own header, a second note below the first."""
    text = "Name,Business City,Home City,Notes,Comments\nA,Łódź,Brno,x,y\nB,,Brno,,y\n"
    rows = read(text).rows
    assert (rows[0].city, rows[0].custom, rows[0].note) == ("Łódź", {"Home City": "Brno"}, "x\ny")
    assert (rows[1].city, rows[1].custom, rows[1].note) == ("Brno", None, "y")


def test_dates_decided_late_in_the_file(opened):
    """The order of a column follows from the one row that shows it, however late."""
    text = "name,birthday\n" + "A,03/04/1990\n" * 5000 + "B,25/04/1990\n"
    source = opened(text)
    assert source.plan.columns[1].order == "dmy"
    assert not source.plan.warnings
    assert next(source.rows(source.plan.holds[0], Told())).birthday == "1990-04-03"


def test_columns_of_one_file_agree(read):
    """A column that shows no order follows the other column of the file."""
    text = "name,birthday,created\nA,03/04/1990,12/31/2024\n"
    rows = read(text).rows
    assert rows[0].birthday == "1990-03-04"


def test_the_config_decides_what_the_file_leaves_open(read):
    """``date_order`` of the config is the last resort, below the file's own evidence."""
    text = "name,birthday\nA,03/04/1990\n"
    rows = read(text, default_date_order="mdy").rows
    assert rows[0].birthday == "1990-03-04"


def test_civil_times_become_utc(read):
    """A time in the file is the owner's time, through summer and winter and both changes."""
    text = (
        "contact,kind,at\na@x.example,call,2026-01-10 09:30\na@x.example,call,2026-07-10 09:30\n"
        "a@x.example,call,2026-03-29 01:30\na@x.example,call,2026-03-29 03:30\n"
        "a@x.example,call,2026-01-10 00:30\na@x.example,call,2026-01-10\n"
    )
    assert [row.at for row in read(text, tz="Europe/Warsaw").rows] == [
        "2026-01-10T08:30:00Z", "2026-07-10T07:30:00Z", "2026-03-29T00:30:00Z",
        "2026-03-29T01:30:00Z", "2026-01-09T23:30:00Z", "2026-01-10T12:00Z",
    ]  # fmt: skip


def test_an_unknown_kind_is_rejected(read):
    """A kind that nobody knows is named, and a kind of the config is known."""
    text = "contact,kind,at\na@x.example,jogging,2026-01-10\n"
    assert 'kind "jogging"' in read(text).rejects[0].reason
    rows = read(text, kinds=frozenset({"jogging"})).rows
    assert rows[0].kind == "jogging"


def test_explain_says_what_the_file_is_taken_for(opened):
    """Every decision is in the plan's lines."""
    source = opened("Imię;Nazwisko;Data urodzenia\nA;B;31.12.1990\n")
    assert source.plan.lines()[1:] == [
        "format: csv",
        "holds: contacts",
        "encoding: utf-8",
        "delimiter: semicolon",
        "header: line 1",
        "column Imię: given",
        "column Nazwisko: family",
        "column Data urodzenia: birthday, dates dmy",
    ]


def test_an_unknown_encoding_is_refused(opened, read):
    """``--encoding`` names one that exists."""
    with pytest.raises(UsageError, match='encoding "xyz" is not known'):
        opened("name\nA\n", encoding="xyz")
    rows = read("name\nŁ\n".encode("cp1250"), encoding="cp1250").rows
    assert rows[0].name == "Ł"


def test_a_device_is_no_file():
    """One that never ends would be read for ever."""
    for path in ("/dev/zero", "/dev/null"):
        with pytest.raises(UsageError, match="a device"):
            open_source(path, OPTIONS)
