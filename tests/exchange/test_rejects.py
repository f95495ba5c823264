"""The rejects file: mended, it can be imported as it is."""

import os
import stat

import pytest

from crmcli.errors import StorageError, UsageError
from crmcli.exchange.new_file import create, replacing
from crmcli.exchange.records import Told
from crmcli.exchange.rejects import RejectsFile


@pytest.fixture
def reject(opened, tmp_path):
    """A function that reads text and gives its rows and its rejects file."""

    def read(text, name="in.csv"):
        source = opened(text, name=name)
        rejects = RejectsFile(str(tmp_path / f"{name}.rejects"), source)
        rows = list(source.rows(source.plan.holds[0], Told(rejects.add)))
        rejects.close()
        return rows, rejects

    return read


def content(rejects):
    with open(rejects.path, encoding="utf-8") as stream:
        return stream.read()


def test_mended_rows_come_in(reject):
    """Taking away the spare cell and the stray quote is all that is needed."""
    text = 'name;email;Klucz\nA;a@x.example;1;2\n"B;b@x.example;3\nC;c@x.example;4\n'
    rows, rejects = reject(text)
    assert [row.name for row in rows] == ["C"]
    written = content(rejects)
    assert written.splitlines()[0] == "rejected_line;rejected_reason;name;email;Klucz"
    mended = written.replace(";1;2", ";1").replace('"""B"', "B")
    rows, rejects = reject(mended, "mended.csv")
    assert [(row.name, row.custom) for row in rows] == [
        ("A", {"Klucz": "1"}),
        ("B", {"Klucz": "3"}),
    ]
    assert rejects.count == 0
    assert not os.path.exists(rejects.path)


def test_rows_that_were_not_mended_are_rejected_again(reject):
    """Importing the rejects as they are adds nothing that was refused before."""
    text = "contact,kind,at\na@x.example,call,wczoraj\n"
    _, rejects = reject(text)
    rows, again = reject(content(rejects), "again.csv")
    assert (rows, again.count) == ([], 1)


def test_objects_are_rejected_as_objects(tmp_path, reject):
    """Rejects of JSON are JSON Lines with two keys more, which an import leaves out."""
    _, rejects = reject('{"contact": "a@x.example", "kind": "call", "at": "?"}\n{\n')
    written = content(rejects)
    rows, _ = reject(written.replace('"?"', '"2026-01-10"').splitlines()[0], "m.jsonl")
    assert rows[0].at == "2026-01-10T12:00Z"


def test_marked_files_keep_their_mark(reject):
    """Rejects of a file made for spreadsheets still have our apostrophes, and say so."""
    text = "'name,email\n'=A,a@x.example,,9\n"
    _, rejects = reject(text)
    mended = content(rejects).replace(",,9", "")
    assert reject(mended, "m.csv")[0][0].name == "=A"


def test_nothing_is_written_over(tmp_path, reject):
    """A file or link at the path is never touched."""
    aim = tmp_path / "aim"
    (tmp_path / "in.csv.rejects").symlink_to(aim)
    with pytest.raises(UsageError, match="is there already"):
        reject("name,email\nA,,x\n")
    assert not aim.exists()


def test_new_files_are_private(tmp_path):
    """What we write, only the owner can read."""
    with create(str(tmp_path / "a")):
        pass
    with replacing(str(tmp_path / "b")) as stream:
        stream.write("x")
    for name in "ab":
        assert stat.S_IMODE(os.stat(tmp_path / name).st_mode) == 0o600


def test_an_export_is_whole_or_absent(tmp_path):
    """A failure half way leaves the old file and no other."""
    path = tmp_path / "out.csv"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), replacing(str(path)) as stream:
        stream.write(f"new {1 / 0}")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["out.csv"]


def test_an_export_replaces_a_link_and_not_its_aim(tmp_path):
    """Writing through a link that somebody else made changes nothing elsewhere."""
    aim = tmp_path / "aim"
    aim.write_text("precious")
    (tmp_path / "out").symlink_to(aim)
    with replacing(str(tmp_path / "out")) as stream:
        stream.write("x")
    assert aim.read_text() == "precious"
    assert not (tmp_path / "out").is_symlink()


def test_a_missing_folder_and_a_full_disk_are_told_apart(tmp_path):
    """A wrong path is the user's, a failing write the disk's."""
    with pytest.raises(UsageError, match="no such folder"), replacing(str(tmp_path / "no" / "f")):
        pass
    with pytest.raises(StorageError, match="No space left"), replacing(str(tmp_path / "f")):
        raise OSError(28, "No space left on device")


def test_the_two_columns_mean_nothing_in_any_dialect(messy):
    """A mended row of another system's file is read by its dialect, without the line and reason."""
    text = (
        "First Name,Middle Name,Last Name,Company,E-mail Address,Home Street,Business Street,Business Phone\n"
        "Jan,,Kos,Acme,j@x.example,,,601100101\nEwa,,Lis,Acme,e@x.example,,,601100102,spare\n"
    )
    assert "outlook-csv-en" in messy(text).err
    mended = messy.rejects().replace(",spare", "")
    assert "outlook-csv-en" in messy(mended, name="mended.csv").err
    assert "Ewa Lis" in messy.people
    assert not [key for key in messy.people["Ewa Lis"] if "reject" in key]
