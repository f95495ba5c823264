"""crm import."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crm

PEOPLE = (
    "Name;E-mail;Phone;Company;City\n"
    "Anna Nowak;anna@acme.example;+48609100109;Acme;Łódź\n"
    "Jan Kowalski;jan@acme.example;;Acme;\n"
)


@pytest.fixture
def people(tmp_path: Path) -> str:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, "utf-8")
    return str(path)


def person(crm: Crm, who: str) -> dict[str, Any]:
    found: dict[str, Any] = crm.ok("show", who, "--json").json
    return found


def test_people_come_in(crm: Crm, people: str) -> None:
    """Any CSV with usable headers is read; the summary stands on stderr, lifecycle is other."""
    result = crm.ok("import", people)
    assert result.out == ""
    assert "people.csv: contacts, utf-8, semicolon" in result.err
    assert (
        "people.csv: 2 read, 2 added, 0 updated, 0 unchanged, 0 skipped, 0 rejected" in result.err
    )
    anna = person(crm, "anna")
    assert (anna["company"], anna["city"], anna["lifecycle"]) == ("Acme", "Łódź", "other")


def test_a_second_import_changes_nothing(crm: Crm, people: str) -> None:
    """The same file again is unchanged rows and no entry in the history."""
    crm.ok("import", people)
    before = crm.ok("export").out
    assert "0 added, 0 updated, 2 unchanged" in crm.ok("import", people).err
    assert crm.ok("export").out == before
    assert len(crm.ok("history", "--json").json) == 1


@pytest.mark.parametrize(
    ("how", "expected", "counted"),
    [
        ("fill", ("Brno", ["+48609100109"], 2), "1 added, 1 updated"),
        ("update", ("Łódź", ["+48609100109"], 2), "1 added, 1 updated"),
        ("skip", ("Brno", [], 2), "1 added, 0 updated, 0 unchanged, 1 skipped"),
        ("new", ("Brno", [], 3), "2 added"),
    ],
)
def test_on_match(
    crm: Crm, people: str, how: str, expected: tuple[str, list[str], int], counted: str
) -> None:
    """Fill keeps what is there, update overwrites, skip leaves alone, new adds another."""
    crm.ok("add", "Ania Nowak", "--email", "ANNA@acme.example", "--city", "Brno")
    assert counted in crm.ok("import", people, "--on-match", how).err
    ania, count = person(crm, "1"), len(crm.ok("search", "--ids").lines)
    assert (ania["city"], ania["phones"], count) == expected


def test_an_import_is_one_change(crm: Crm, people: str) -> None:
    """Undo takes a whole import back."""
    crm.ok("add", "Eva")
    crm.ok("import", people, "--tag", "fair")
    assert crm.ok("search", "+fair", "--ids").lines == ["2", "3"]
    crm.ok("undo")
    assert crm.ok("search", "--ids").lines == ["1"]


def test_a_dry_run_changes_nothing(crm: Crm, people: str, tmp_path: Path) -> None:
    """The counts are those of the real run; no book, no rejects file and no row comes into being."""
    said = tmp_path / "said.csv"
    said.write_text("kind,date,email\ncall,someday,jan@acme.example\n")
    files = sorted(tmp_path.iterdir())
    assert "2 added" in crm.ok("import", people, "--dry-run").err
    assert crm("import", str(said), "--dry-run").code == 4
    assert sorted(tmp_path.iterdir()) == files
    crm.ok("add", "Eva")
    before = crm.db.read_bytes()
    assert "2 added" in crm.ok("import", people, "--dry-run").err
    assert crm.db.read_bytes() == before


def test_rejects_are_mended_and_imported_again(crm: Crm, tmp_path: Path) -> None:
    """A bad row is exit 4, goes to the rejects file with line and reason, and comes in mended."""
    path = tmp_path / "said.csv"
    path.write_text(
        "kind,date,email,text\n"
        "call,2026-02-01,anna@acme.example,fine\n"
        "call,someday,jan@acme.example,bad date\n"
    )
    result = crm("import", str(path))
    assert result.code == 4
    assert "1 added" in result.err
    assert "1 rejected" in result.err
    assert 'said.csv:3: date "someday" not understood' in result.err
    rejects = tmp_path / "said.rejects.csv"
    text = rejects.read_text()
    assert "someday" in text
    assert "anna" not in text
    assert rejects.stat().st_mode & 0o777 == 0o600
    rejects.write_text(text.replace(",someday,", ",2026-02-03,"))
    assert "1 added" in crm.ok("import", str(rejects)).err
    assert person(crm, "jan@acme.example")["interactions"][0]["text"] == "bad date"
    assert "0 added" in crm("import", str(path)).err


def test_rejects_go_where_asked(crm: Crm, tmp_path: Path) -> None:
    """--rejects names the file; one that is there already is never written over."""
    path, rejects = tmp_path / "said.csv", tmp_path / "bad.csv"
    path.write_text("kind,date,email\ncall,someday,jan@acme.example\n")
    assert crm("import", str(path), "--rejects", str(rejects)).code == 4
    kept = rejects.read_bytes()
    assert crm("import", str(path), "--rejects", str(rejects)).code == 2
    assert rejects.read_bytes() == kept


def test_files_in_any_order(crm: Crm, tmp_path: Path) -> None:
    """Several files are one transaction; people come before what happened with them."""
    said, people = tmp_path / "a.csv", tmp_path / "b.csv"
    said.write_text("kind,date,email,text\ncall,2026-02-01,anna@acme.example,hello\n")
    people.write_text("name,email,city\nAnna Nowak,anna@acme.example,Brno\n")
    crm.ok("import", str(said), str(people))
    anna = person(crm, "anna nowak")
    assert (anna["city"], anna["interactions"][0]["text"]) == ("Brno", "hello")
    assert len(crm.ok("history", "--json").json) == 1
    crm.ok("undo")
    assert crm("search").code == 1


def test_several_files_are_all_or_nothing(crm: Crm, tmp_path: Path, people: str) -> None:
    """One that cannot be read keeps the others out, and a dry run of several changes nothing."""
    assert crm("import", people, str(tmp_path / "missing.csv")).code == 2
    assert not crm.db.exists()
    other = tmp_path / "other.csv"
    other.write_text("name,email\nEva,eva@acme.example\n")
    assert "2 added" in crm.ok("import", people, str(other), "--dry-run").err
    assert not crm.db.exists()


def test_stdin(crm: Crm) -> None:
    """A lone dash reads stdin, in any encoding."""
    assert "stdin: 2 read, 2 added" in crm.ok("import", "-", stdin=PEOPLE.encode("cp1250")).err
    assert person(crm, "1")["city"] == "Łódź"


def test_a_column_can_be_named(crm: Crm, tmp_path: Path) -> None:
    """--map says what a column means, and --as what the rows are."""
    path = tmp_path / "odd.csv"
    path.write_text("Wer,Wo,Was\nAnna Nowak,Brno,blue\n")
    crm.ok("import", str(path), "--map", "Wer=name", "--map", "Wo=city", "--as", "contacts")
    assert (person(crm, "1")["name"], person(crm, "1")["city"]) == ("Anna Nowak", "Brno")
    assert crm("import", str(path), "--map", "Wer").code == 2
    assert crm("import", str(path), "--map", "Wer=shoe size,").code in (0, 2)


def test_explain_changes_nothing(crm: Crm, people: str) -> None:
    """--explain says what the file is taken for, on stdout, and makes no book."""
    out = crm.ok("import", "--explain", people).out
    for line in ("holds: contacts", "encoding: utf-8", "delimiter: semicolon", "header: line 1",
                 "column E-mail: emails"):  # fmt: skip
        assert line in out
    assert not crm.db.exists()


def test_no_create(crm: Crm, tmp_path: Path) -> None:
    """--no-create rejects what happened with people who are not in the book."""
    crm.ok("add", "Anna", "--email", "anna@acme.example")
    path = tmp_path / "said.csv"
    path.write_text(
        "kind,date,email\ncall,2026-02-01,anna@acme.example\ncall,2026-02-01,jan@acme.example\n"
    )
    result = crm("import", str(path), "--no-create")
    assert result.code == 4
    assert "1 added" in result.err
    assert "1 rejected" in result.err
    assert len(crm.ok("search", "--ids").lines) == 1


@pytest.mark.parametrize(
    "words",
    [
        ["missing.csv"],
        ["PEOPLE", "--as", "things"],
        ["PEOPLE", "--on-match", "guess"],
        ["PEOPLE", "--date-order", "ydm"],
        ["PEOPLE", "--delimiter", "xx"],
        ["PEOPLE", "--encoding", "klingon"],
        ["PEOPLE", "--from", "xml"],
        [],
        ["/"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_imported_is_exit_2(crm: Crm, people: str, words: list[str]) -> None:
    """A wrong option or file is exit 2, one line, and no book."""
    result = crm("import", *(people if word == "PEOPLE" else word for word in words))
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert not crm.db.exists()


def test_everything_goes_there_and_back(crm: Crm, people: str, tmp_path: Path) -> None:
    """What export wrote, import brings into another book, field by field."""
    crm.ok("import", people, "--tag", "a;b")
    crm.ok("edit", "anna", "--set", "tea=green; black", "--note", "two\nlines")
    out = crm.ok("export").out
    other = str(tmp_path / "other.db")
    crm.ok("import", "-", stdin=out, CRM_DB=other)
    assert crm.ok("export", CRM_DB=other).out == out


def test_rows_skipped_on_request_are_not_called_repeats(crm: Crm, people: str) -> None:
    """What `--on-match skip` leaves alone was in the book, not twice in the file."""
    crm.ok("import", people)
    again = crm.ok("import", people, "--on-match", "skip")
    assert "repeat somebody" not in again.err


def test_key_dates_are_called_what_crm_edit_calls_them(crm: Crm) -> None:
    """Folded, so that a rule knows the kind and a later date of it is one of the same kind."""
    crm.ok("import", "-", stdin="name,dates\nAnna,Verlängerung=2026-03-20\n")
    crm.ok("edit", "1", "--date", "VERLÄNGERUNG=2027-03-20")
    assert crm.ok("show", "1", "--json").json["dates"] == ["verlangerung=2027-03-20"]
    assert crm.ok("check", "--select", "C406").out == ""


def test_an_import_says_that_nothing_is_asked_about_others(crm: Crm) -> None:
    """With the command that changes it; not where the file said what they are, nor the second time."""
    result = crm.ok(
        "import", "-", stdin="name,email\nAnna,anna@acme.example\nJan,jan@acme.example\n"
    )
    assert '2 are "other", of whom remind asks nothing' in result.err
    query = result.err.partition('--where "')[2].partition('"')[0]
    crm.ok("edit", "--where", query, "--lifecycle", "lead", "--yes")
    assert crm.ok("search", "is:lead", "--ids").lines == ["1", "2"]
    again = crm.ok("import", "-", stdin="name,email\nAnna,anna@acme.example\n")
    assert "of whom" not in again.err
    marked = crm.ok("import", "-", stdin="name,lifecycle\nEva,customer\n")
    assert "of whom" not in marked.err


@pytest.mark.parametrize("header", ["Jméno", "Imię", "Meno", "Имя", "Vorname", "Name", "contact"])
def test_whole_names_are_parted_as_crm_add_parts_them(crm: Crm, header: str) -> None:
    """A column of first names that holds whole ones is one of names; those of a name are in it."""
    rows = f"{header},email\nJiří Šimůnek,jiri@a.example\nIng. Eva Malá,eva@a.example\n"
    crm.ok("import", "-", stdin=rows)
    shown = crm.ok("search", "--columns", "name,given,family", "--sort", "id").out
    assert shown == "Jiří Šimůnek\tJiří\tŠimůnek\nIng. Eva Malá\tEva\tMalá\n"
    assert "2 unchanged" in crm.ok("import", "-", stdin=rows).err


def test_first_names_alone_stay_first_names(crm: Crm) -> None:
    """Where most cells hold one word, or --map says so, or a surname stands beside, nothing is parted."""
    crm.ok("import", "-", stdin="Vorname,email\nEva,a@a.example\nEva Maria,b@a.example\n")
    crm.ok("import", "-", "--map", "Jméno=given", stdin="Jméno,email\nJan Karel,c@a.example\n")
    crm.ok("import", "-", stdin="Vorname,Nachname,email\nUwe Jan,,d@a.example\n")
    shown = crm.ok("search", "--columns", "given,family", "--sort", "id").lines
    assert shown == ["Eva\t", "Eva Maria\t", "Jan Karel\t", "Uwe Jan\t"]


def test_parts_of_another_name_are_not_taken(crm: Crm) -> None:
    """Whoever is known by another name keeps it whole; whoever has no parts gets those of the same."""
    crm.ok("add", "Aneta Marie Malá", "--email", "a@a.example")
    crm.ok("edit", "1", "--set", "given=")
    rows = "name,email\nAneta Malá,a@a.example\n"
    crm.ok("import", "-", stdin=rows)
    assert crm.ok("search", "--columns", "name,given,family").out == "Aneta Marie Malá\t\t\n"
    crm.ok("import", "-", "--on-match", "update", stdin=rows)
    assert crm.ok("search", "--columns", "name,given,family").out == "Aneta Malá\tAneta\tMalá\n"


def test_an_import_says_of_new_people_alone_where_they_come_from(crm: Crm) -> None:
    """Who was added by hand does not come from the file that filled them in, unless its row says so."""
    crm.ok("add", "Anna", "Nová", "--email", "a@a.example")
    rows = "name,email,city\nAnna Nová,a@a.example,Brno\nJan Malý,j@a.example,Brno\n"
    (crm.home / "m.csv").write_text(rows, "utf-8")
    crm.ok("import", str(crm.home / "m.csv"))
    crm.ok("import", "--on-match", "update", str(crm.home / "m.csv"))
    shown = crm.ok("search", "--columns", "name,city,source", "--sort", "id").lines
    assert shown == ["Anna Nová\tBrno\t", "Jan Malý\tBrno\tm.csv"]
    crm.ok("import", "-", stdin="name,email,source\nAnna Nová,a@a.example,fair\n")
    assert crm.ok("search", "anna", "--columns", "source").out == "fair\n"


def test_cells_that_were_left_out_are_counted(crm: Crm) -> None:
    """A row without a phone that could not be read is not rejected, and not silently whole either."""
    rows = "name,phone,birthday\nEva,12,1990-02-30\nJan,,\n"
    told = crm.ok("import", "-", stdin=rows).err
    assert "0 rejected; 2 cells not understood, named above\n" in told
    assert "not understood" not in crm.ok("import", "-", stdin="name\nJan\n").err


def test_consents_come_back_from_some_columns(crm: Crm) -> None:
    """Ours by their form, though the file has no uid; what is not known by it is warned of."""
    crm.ok("add", "A", "--email", "a@x.example")
    crm.ok("consent", "1", "--basis", "consent", "--on", "2025-01-01", "--source", "fair")
    crm.ok("consent", "1", "--basis", "contract", "--on", "2025-02-01")
    text = crm.ok("export", "--columns", "name,emails,consents").out
    other = {"CRM_DB": str(crm.home / "other.db")}
    crm.ok("import", "-", stdin=text, **other)
    assert crm.ok("export", "--columns", "name,emails,consents", **other).out == text
    theirs = crm.ok("import", "-", stdin="name,email,Consents\nB,b@x.example,yes\n", **other)
    assert '--map "Consents=consents"' in theirs.err
    assert "Consents (theirs)" in crm.ok("show", "2", "--json", **other).out


def test_outcomes_come_back_beside_the_day(crm: Crm) -> None:
    """Others have outcomes of calls; ours stand beside closed_at."""
    text = (
        "contacts,kind,at,closed_at,outcome\na@x.example,complaint,2026-02-01,2026-02-03,sent new\n"
    )
    crm.ok("import", "-", stdin=text)
    assert crm.ok("case", "show", "1", "--json").json["outcome"] == "sent new"


def test_closed_complaints_are_told_from_open_ones(crm: Crm) -> None:
    """The history of an import knows which of its complaints were closed, and has no more."""
    closed = "a@x.example,complaint,2026-02-01,2026-02-03,sent\n"
    text = f"contacts,kind,at,closed_at,outcome\n{closed}a@x.example,call,2026-02-02,,\n{closed.replace('-01,', '-04,').replace('-03,', '-05,')}"
    crm.ok("import", "-", stdin=text)
    assert crm.ok("doctor", "--full").code == 0
    assert crm.ok("history", "--change", "1").out.count("\t1 closed case\t") == 2
    crm.ok("undo")
    assert crm.ok("export", "--as", "interactions").out.count("\n") == 1


def test_rejects_of_lines_of_json_are_lines_of_json(crm: Crm) -> None:
    """Valid ones, whatever Python lets through, under a name that says so."""
    path = crm.home / "j.jsonl"
    good = '{"kind":"call","contacts":"a@b.example","at":"2026-02-01"}\n'
    path.write_text(good + '{"kind":"call","contacts":"a@b.example","at":"zz","amount":NaN}\n', "utf-8")  # fmt: skip
    assert crm("import", str(path), "--as", "interactions").code == 4
    [line] = (crm.home / "j.rejects.jsonl").read_text("utf-8").splitlines()
    found = json.loads(line, parse_constant=pytest.fail)
    assert found["amount"] == "nan"


DEALS = "title,contact,amount,close\nS,a@x.example,10,2026-05-01\n"
FOLLOW_UPS = "contact,due,text\na@x.example,2026-04-01,call\n"


@pytest.mark.parametrize(
    ("noun", "text", "edit"),
    [
        ("deals", DEALS, "deal edit 1 --amount 7"),
        ("deals", DEALS, "deal edit 1 --title T --close 2026-06-01"),
        ("deals", DEALS, "deal won 1"),
        ("followups", FOLLOW_UPS, "remind F1 friday"),
        ("followups", FOLLOW_UPS, "remind F1 --text other"),
        ("followups", FOLLOW_UPS, "done F1"),
    ],
)
def test_a_file_comes_again_after_its_rows_were_edited(crm: Crm, noun: str, text: str, edit: str) -> None:  # fmt: skip
    """Nothing is doubled and nothing changed back; what was undone never was."""
    crm.ok("import", "-", "--as", noun, stdin=text)
    crm.ok(*edit.split())
    if edit.startswith("deal edit"):
        crm.ok("deal", "edit", "1", "--amount", "8")
    before = crm.ok("export", "--as", noun).out
    again = crm.ok("import", "-", "--as", noun, stdin=text)
    assert "1 unchanged" in again.err
    assert crm.ok("export", "--as", noun).out == before
    crm.ok("import", "-", "--as", noun, "--on-match", "new", stdin=text)
    assert len(crm.ok("export", "--as", noun, "--jsonl").lines) == 2


def test_what_the_book_says_now_is_known_before_what_it_said(crm: Crm) -> None:
    """An edited deal gives way to one that is now as it was."""
    crm.ok("import", "-", "--as", "deals", stdin=DEALS)
    crm.ok("deal", "edit", "1", "--amount", "7")
    crm.ok("deal", "add", "1", "S", "--amount", "10", "--close", "2026-05-01")
    text = DEALS.replace("close\n", "close,stage\n").replace("05-01\n", "05-01,proposal\n")
    crm.ok("import", "-", "--as", "deals", "--on-match", "update", stdin=text)
    found = [json.loads(line) for line in crm.ok("export", "--as", "deals", "--jsonl").lines]
    assert [deal["stage"] for deal in found] == ["new", "proposal"]
    crm.ok("deal", "edit", "1", "--amount", "9")
    crm.ok("undo")
    done = crm.ok("import", "-", "--as", "deals", stdin=DEALS.replace("10", "9"))
    assert "1 added" in done.err


@pytest.mark.parametrize(
    "text",
    [
        "First Name,Last Name,E-mail 1 - Value,Labels\nMarek,Ja,marek@me.example,\nJan,Kos,jan@kos.example,\n",
        '[{"name": "Marek Ja", "email": "marek@me.example"}, {"name": "Jan Kos", "email": "jan@kos.example"}]',
        "[format]\nprogram=abook\n\n[0]\nname=Marek Ja\nemail=marek@me.example\n\n[1]\nname=Jan Kos\nemail=jan@kos.example\n",
    ],
)
def test_the_owner_is_nobodys_contact(crm: Crm, text: str) -> None:
    """In the files of others the owner's own card is left out; in an export of ours it stays."""
    crm.ok("config", "set", "owner.emails", "marek@me.example")
    result = crm.ok("import", "-", stdin=text)
    assert "the owner's own card" in result.err
    assert "2 read, 1 added, 0 updated, 0 unchanged, 1 skipped, 0 rejected" in result.err
    crm.ok("add", "Marek Ja", "--email", "marek@me.example")
    assert "0 skipped" in crm.ok("import", "-", stdin=crm.ok("export").out).err


@pytest.mark.parametrize(
    "text",
    [
        "uid,name,email\n7,Jan Kos,jan@kos.example\n",
        '{"uid": 7, "name": "Jan Kos", "email": "jan@kos.example"}',
    ],
)
def test_a_uid_of_somebody_else_makes_no_file_ours(crm: Crm, text: str) -> None:
    """Other programs have a column uid too: their columns are read as theirs."""
    crm.ok("import", "-", stdin=text)
    assert crm.ok("show", "jan", "--json").json["emails"] == ["jan@kos.example"]
