"""Files made to break an importer: a record is rejected, a file refused, and the rest comes in."""

from __future__ import annotations

import json
import os
import threading
from typing import TYPE_CHECKING

import pytest

from crmcli.exchange import unforeseen, vcard_contact

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crm

DIGITS = "9" * 5000
ONE_BAD = "name,email\n{0},{0}@x.example\nBad,b@x.example,1,2\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rejects of what has no place go to the working folder."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def write(name: str, text: str) -> str:
    with open(name, "w", encoding="utf-8", newline="") as stream:
        stream.write(text)
    return name


def card(*more: str, name: str = "Anna") -> str:
    lines = ("BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", *more, "END:VCARD")
    return "".join(f"{line}\r\n" for line in lines)


def test_numbers_of_thousands_of_digits_in_html(crm: Crm) -> None:
    """A character reference beyond all characters is one mark; those with zeros before stay letters."""
    head = "From: anna@x.example\nDate: Mon, 2 Mar 2026 09:00:00 +0000\nContent-Type: text/html\n\n"
    mail = write("a.eml", f"{head}<p>&#{DIGITS};&#0000000000065;&#66;</p>\n")
    assert "1 added" in crm.ok("import", mail).err
    found = crm.ok("export", "--as", "interactions", "--to", "json").out
    assert "\ufffdAB" in json.loads(found)[0]["text"]
    with open(mail, encoding="utf-8") as stream:
        assert "logged already" in crm.ok("log", "email", "-", stdin=stream.read()).err


def test_a_week_that_starts_on_no_day(crm: Crm) -> None:
    """A rule with WKST=XX is said to be wrong, and its first time is taken."""
    event = "BEGIN:VEVENT\nUID:1\nDTSTART:20260301T090000Z\nSUMMARY:s\nATTENDEE:mailto:b@x.example\nRRULE:FREQ=WEEKLY;WKST=XX\nEND:VEVENT"
    done = crm.ok("import", write("a.ics", f"BEGIN:VCALENDAR\n{event}\nEND:VCALENDAR\n"))
    assert "WKST is MO" in done.err
    assert "1 added" in done.err


@pytest.mark.parametrize("notice", ["9" * 20, DIGITS, "²"])
def test_a_notice_that_is_no_number_of_days(crm: Crm, notice: str) -> None:
    """The day is taken without it."""
    crm.ok("import", write("a.vcf", card(f"item1.X-ABDATE;X-CRM-NOTICE={notice}:20260101", "item1.X-ABLabel:renewal")))  # fmt: skip
    assert crm.ok("show", "anna", "--json").json["dates"] == ["renewal=2026-01-01"]


def test_a_kind_of_date_with_an_equals_sign(crm: Crm, tmp_path: Path) -> None:
    """It goes out as a calendar, and there and back as CSV, and can be typed."""
    crm.ok("import", write("a.vcf", card("item1.X-ABDATE:20260101", "item1.X-ABLabel:a＝b")))
    assert "SUMMARY:Anna: a=b (2026)" in crm.ok("export", "--to", "ics").out
    out = write("a.csv", crm.ok("export", "--to", "csv").out)
    crm.ok("import", out, CRM_DB=str(tmp_path / "other.db"))
    again = crm.ok("show", "anna", "--json", CRM_DB=str(tmp_path / "other.db")).json
    assert again["dates"] == ["a=b=2026-01-01"]
    crm.ok("edit", "anna", "--date", "c=d=2026-02-02")
    assert "c=d=2026-02-02" in crm.ok("show", "anna", "--json").json["dates"]


def test_a_letter_that_is_none_in_yaml(crm: Crm) -> None:
    r"""``\\UFFFFFFFF`` rejects the contact."""
    done = crm("import", write("a.yaml", 'First name: "\\UFFFFFFFF"\nLast name: X\n'))
    assert done.code == 4
    assert "not YAML" in done.err


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "idna", "punycode", "unicode_escape"])
def test_encodings_that_a_file_is_not_in(crm: Crm, encoding: str) -> None:
    """Cards of UTF-8 said to be in something else are refused."""
    done = crm("import", "--encoding", encoding, write("a.vcf", card(name="Łucja")))
    assert done.code == 2
    assert len(done.err.splitlines()) == 1


def test_utf_16_without_a_mark(crm: Crm) -> None:
    """``--encoding utf-16`` reads what is in either order of bytes."""
    for order in ("le", "be"):
        with open("a.vcf", "wb") as stream:
            stream.write(card(name="Łucja").encode(f"utf-16-{order}"))
        crm.ok("import", "--encoding", "utf-16", "a.vcf")
    assert crm.ok("show", "Łucja", "--json").json["name"] == "Łucja"


def test_json_nested_deep(crm: Crm) -> None:
    """Such an object is rejected as it stands, and its neighbours come in."""
    deep = '{"name": "Deep", "x": ' + "[" * 600 + "]" * 600 + "}"
    bomb = '{"name": "x", "tags": ' + "[" * 24 + '"a;b", "c"' + "]" * 24 + "}"
    done = crm(
        "import", write("a.jsonl", f'{deep}\n{bomb}\n{{"name": "Anna", "tags": [["a;b"]]}}\n')
    )
    assert done.code == 4
    assert "1 added, 0 updated, 0 unchanged, 0 skipped, 2 rejected" in done.err
    assert done.err.count("nested too deep") == 2
    assert os.path.getsize("a.rejects.jsonl") < 4000


def test_objects_of_thousands_of_keys(crm: Crm) -> None:
    """An object has as many keys as a header of CSV may have."""
    wide = json.dumps({"name": "Wide", **{f"k{number}": 1 for number in range(2001)}})
    done = crm("import", write("a.jsonl", f'{{"name": "Anna"}}\n{wide}\n'))
    assert "a.jsonl:2: more than 2,000 keys" in done.err
    assert "1 added" in done.err


def test_what_nobody_foresaw_is_one_reject(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of a reader on one card is a reject of that card, and says that it is a fault of ours."""
    real = vcard_contact.People.row

    def row(self: vcard_contact.People, *given: object) -> object:
        found = real(self, *given)  # type: ignore[arg-type]
        if found.name == "Odd":
            raise OverflowError
        return found

    monkeypatch.setattr(vcard_contact.People, "row", row)
    done = crm("import", write("a.vcf", card() + card(name="Odd") + card(name="Jan")))
    assert done.code == 4
    assert f"{unforeseen.STRANGE} (OverflowError)" in done.err
    assert "2 added, 0 updated, 0 unchanged, 0 skipped, 1 rejected" in done.err


def test_names_that_are_no_text(crm: Crm) -> None:
    """A file of such a name comes in, its name as escapes; a tag of such bytes is refused."""
    name = os.fsdecode(b"f\xff.csv")
    done = crm("import", write(name, ONE_BAD.format("Anna")))
    assert done.code == 4
    assert "f\\xff.csv: 2 read, 1 added" in done.err
    assert crm.ok("show", "anna", "--json").json["source"] == "f\\xff.csv"
    assert os.path.exists(os.fsencode("f") + b"\xff.rejects.csv")
    done = crm("import", name, "--tag", os.fsdecode(b"t\xff"))
    assert done.code == 3
    assert "broken character" in done.err


def test_one_message_is_one_line(crm: Crm) -> None:
    """A line end in the name of a file does not start a message of its own."""
    done = crm("import", write("a\ncrm: warning: forged.csv", ONE_BAD.format("Anna")))
    assert not any(line.startswith("crm: warning") for line in done.err.splitlines())
    assert "a\\ncrm: warning: forged.csv: 2 read" in done.err


DIALECT = (
    'name="zz"\nabout="x"\nnouns=["contacts"]\nclaims=[["Zz"]]\n[columns.contacts]\nname=["Zz"]\n'
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (DIALECT + '[parties]\nfrom="name"\n', "parties are those of interactions"),
        ("a=" + "[" * 3000, "nested too deep"),
        ("a=" + DIGITS, "a number in it is too long"),
    ],
)
def test_broken_dialects(crm: Crm, text: str, reason: str) -> None:
    """One of the user's that is wrong is named."""
    folder = os.path.join(os.path.dirname(crm.ok("config", "path").out.strip()), "dialects")
    os.makedirs(folder)
    write(os.path.join(folder, "x.toml"), text)
    done = crm("import", write("a.csv", "name\nAnna\n"))
    assert done.code == 2
    assert reason in done.err


def test_a_pipe_among_the_dialects(crm: Crm) -> None:
    """Only files are read there: a pipe would never end."""
    folder = os.path.join(os.path.dirname(crm.ok("config", "path").out.strip()), "dialects")
    os.makedirs(folder)
    os.mkfifo(os.path.join(folder, "x.toml"))
    os.symlink("y.toml", os.path.join(folder, "y.toml"))
    crm.ok("import", write("a.csv", "name\nAnna\n"))


def test_rejects_of_a_pipe(crm: Crm) -> None:
    """What is no file has no folder beside it: its rejects go to the working folder."""
    os.mkfifo("pipe")

    def feed() -> None:
        write("pipe", ONE_BAD.format("Anna"))

    writer = threading.Thread(target=feed)
    writer.start()
    done = crm("import", "pipe")
    writer.join()
    assert done.code == 4
    assert os.path.exists("stdin.rejects.csv")


def test_rejects_of_several_files(crm: Crm) -> None:
    """Those of the same columns share the file that --rejects names, each with its own; others get a number or ending."""
    same = [write(f"{name}.csv", ONE_BAD.format(name)) for name in ("r1", "r2")]
    other = write("r3.csv", "name,email,tags\nR3,r3@x.example,t,9\n")
    card = write("r4.vcf", "BEGIN:VCARD\nVERSION:3.0\nNOTE:x\nEND:VCARD\n")
    assert crm("import", *same, other, card, "--rejects", "rr.csv").code == 4
    with open("rr.csv", encoding="utf-8") as stream:
        _, first, second = stream.readlines()
    assert "r1.csv: " in first
    assert "r2.csv: " in second
    with open("rr.vcf", encoding="utf-8") as stream:
        assert "X-CRM-REJECTED-REASON:no name" in stream.read()
    with open("rr-2.csv", encoding="utf-8") as stream:
        assert stream.readline().strip() == "rejected_line,rejected_reason,name,email,tags"


def test_files_of_one_stem_have_rejects_of_their_own(crm: Crm) -> None:
    """a.csv and a.txt don't meet at one path."""
    files = [write(name, ONE_BAD.format(name[2])) for name in ("a.csv", "a.txt")]
    assert crm("import", *files).code == 4
    assert os.path.exists("a.rejects.csv")
    assert os.path.exists("a.rejects-2.csv")


def test_rejects_to_nowhere(crm: Crm) -> None:
    """/dev/null takes them, and stays what it is."""
    assert crm("import", write("a.csv", ONE_BAD.format("Anna")), "--rejects", "/dev/null").code == 4
    assert not os.path.isfile("/dev/null")


def test_an_import_taken_back_leaves_no_rejects(crm: Crm) -> None:
    """Where the second file stops the import, the rejects of the first one go too."""
    good = write("a.csv", ONE_BAD.format("Anna"))
    bad = write("b.json", "[" + '{"name": "Jan"}, ' * 150 + '{"name": ')
    done = crm("import", good, bad)
    assert done.code == 2
    assert "a.csv:3: 4 cells" in done.err
    assert not [name for name in os.listdir() if "rejects" in name]


def test_one_bad_link_among_cards(crm: Crm) -> None:
    """A link that leads nowhere or to itself is left out of a folder, and named."""
    os.mkdir("cards")
    write("cards/a.vcf", card())
    os.symlink("loop.vcf", "cards/loop.vcf")
    os.symlink("nowhere", "cards/gone.vcf")
    done = crm.ok("import", "cards")
    assert "1 added" in done.err
    assert "loop.vcf: too many levels" in done.err
    assert "gone.vcf: no such file" in done.err


def test_a_format_of_folders_on_a_file(crm: Crm) -> None:
    """It is said that it is for folders."""
    done = crm("import", write("a.csv", "name\nAnna\n"), "--from", "maildir")
    assert done.code == 2
    assert "this is a file" in done.err
