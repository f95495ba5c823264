"""The examples are what newcomers copy: every one of them is run here as they would."""

from __future__ import annotations

import csv
import io
import json
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from crmcli import config
from crmcli.rules import own_table

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
RECIPES = EXAMPLES / "recipes"
BOOK = EXAMPLES / "book"
DAY = "2026-03-02"
HOUSE = {
    "PYTHONPATH": str(ROOT),
    "LC_ALL": "C.UTF-8",
    "CRM_NOW": f"{DAY}T08:00",
    "TZ": "Europe/Warsaw",
}


def script(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home with `crm` on its PATH and the sample book in it."""
    home = tmp_path_factory.mktemp("home")
    script(home / ".local" / "bin", "crm", f'exec "{sys.executable}" -m crmcli "$@"')
    done = run(home, RECIPES / "import-all.sh", BOOK)
    assert done.returncode == 0, done.stderr
    return home


def run(home, *command, path="", db="book.db", **env):
    """Run a command with the environment of a plain shell, and no more."""
    places = [path, str(home / ".local" / "bin"), "/usr/bin", "/bin"]
    full = HOUSE | {
        "HOME": str(home),
        "PATH": ":".join(filter(None, places)),
        "CRM_DB": str(home / db),
    }
    return subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        env=full | env,
        stdin=subprocess.DEVNULL,
        cwd=home,
        check=False,
    )


def rows(name):
    with (BOOK / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tools(home, name, *others):
    """A PATH of only what the recipes need, with or without one tool."""
    folder = home / name
    if not folder.exists():
        folder.mkdir()
        for tool in ("sh", "cat", "sort", "uniq", "head", *others):
            (folder / tool).symlink_to(shutil.which(tool))
    return f"{home / '.local' / 'bin'}:{folder}"


def test_sample_book_is_in_whole(home):
    """Each file goes in without a rejected row or a remark; the second time nothing changes."""
    done = run(home, RECIPES / "import-all.sh", BOOK)
    assert done.returncode == 0, done.stderr
    for name in ("companies", "contacts", "deals", "interactions", "followups"):
        count = len(rows(name))
        assert (
            f"{name}.csv: {count} read, 0 added, 0 updated, {count} unchanged, 0 skipped"
            in done.stderr
        )


def test_sample_book_is_made_up():
    """Every address in it ends in .example, and every person that is named is in it."""
    known = {
        address
        for row in rows("contacts")
        for address in (row["uid"], *row["emails"].split(";"))
        if address
    }
    assert all(who.endswith(".example") for who in known if "@" in who)
    assert all(row["domain"].endswith(".example") for row in rows("companies") if row["domain"])
    named = {row["contact"] for name in ("followups", "deals") for row in rows(name)}
    named |= {who for row in rows("interactions") for who in row["contacts"].split(";")}
    named |= {row["referred_by"] for row in rows("contacts") if row["referred_by"]}
    assert named <= known


def test_readme_counts_the_book():
    """The README says how many people and interactions there are."""
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert f"{len(rows('contacts'))} people, {len(rows('interactions'))} interactions" in text


def test_readme_names_every_recipe():
    """No example is without its line in the README."""
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    for path in RECIPES.iterdir():
        assert f"`recipes/{path.name}" in text
        assert path.stat().st_mode & stat.S_IXUSR, f"{path.name} is not executable"


def test_config_has_every_section_and_no_mistake(home):
    """Copied to a home it is read without a warning and names each section there is."""
    copy = home / "config.toml"
    shutil.copyfile(EXAMPLES / "config.toml", copy)
    copy.chmod(0o600)
    loaded = config.load(str(copy), {"HOME": str(home)})
    assert loaded.warnings == []
    text = copy.read_text(encoding="utf-8")
    for section in config.SECTIONS:
        assert f"[{section}" in text or f"\n{section} " in text, section
    assert loaded["owner.currency"] == "PLN"


def test_search_takes_the_view_of_the_config(home):
    """A view of the config is a query by its name, on the sample book."""
    shutil.copyfile(EXAMPLES / "config.toml", home / "views.toml")
    (home / "views.toml").chmod(0o600)
    done = run(home, "crm", "--config", home / "views.toml", "search", "@vip", "--columns", "name")
    assert done.stderr == ""
    assert sorted(done.stdout.splitlines()) == ["Anna Nowak", "Zuzana Kováčová"]


def test_mail_merge_is_csv_of_people_with_an_address(home):
    """Customers by default, and whom the query names; nobody who asked to be left alone."""
    merged = list(csv.DictReader(io.StringIO(run(home, RECIPES / "mail-merge.sh").stdout)))
    assert {
        "given": "Łukasz",
        "name": "Łukasz Dąbrowski",
        "email": "lukasz@kawiarniamlynek.example",
        "company": "Kawiarnia Młynek",
        "language": "pl",
    } in merged
    assert all(row["email"] for row in merged)
    assert "Wojciech Jeż" not in {row["name"] for row in merged}
    asked = run(home, RECIPES / "mail-merge.sh", "country:PL", "or", "country:SK").stdout
    names = {row["name"] for row in csv.DictReader(io.StringIO(asked))}
    assert {"Zuzana Kováčová", "Jakub Król"} <= names
    assert "Sławomir Dudek" not in names


def test_mail_merge_writes_to_no_second_entry_of_who_asked_to_be_left_alone(home):
    """Nor to whoever has an address of theirs beside one of their own."""
    twins = (("Anna", "dnc@x.example"), ("Ewa", "dnc@x.example"), ("Jan", "jan@x.example"))
    for name, address in twins:
        run(
            home,
            "crm",
            "add",
            name,
            "--email",
            address,
            "--lifecycle",
            "customer",
            "--force",
            db="twins.db",
        )
    run(home, "crm", "edit", "2", "--email", "ewa@x.example", db="twins.db")
    assert run(home, "crm", "dnc", "1", db="twins.db").returncode == 0
    merged = run(home, RECIPES / "mail-merge.sh", db="twins.db").stdout
    assert [row["email"] for row in csv.DictReader(io.StringIO(merged))] == ["jan@x.example"]


def test_weekly_report_has_its_four_parts(home):
    """What happened by kind, who they were, who is due, whose birthday comes."""
    done = run(home, RECIPES / "weekly-report.sh")
    assert done.returncode == 0, done.stderr
    kinds, people, due, birthdays = done.stdout.split("\n\n")
    assert "6 email" in kinds
    assert "2026-02-26\tmessage\tKatarína Vrábeľová\tPražiareň Vrábeľ" in people
    assert "2026-03-02\tTereza Dvořáková" in due
    assert "2026-03-10" not in due
    assert [line.split("\t")[0] for line in birthdays.splitlines()[1:]] == [
        "Zuzana Kováčová",
        "Katarzyna Zielińska",
        "Martin Šťastný",
    ]


def test_weekly_report_of_an_empty_week_is_no_failure(home):
    """Nobody found is a part without lines."""
    done = run(home, RECIPES / "weekly-report.sh", CRM_NOW="2031-06-01T08:00")
    assert done.returncode == 0, done.stderr
    assert "Who they were\n\n" in done.stdout


@pytest.mark.parametrize(("recipe", "tool"), [("pick.sh", "fzf"), ("phones-json.sh", "jq")])
def test_missing_tool_is_named(home, recipe, tool):
    """Without its tool a recipe says so and what to use in its place."""
    done = run(home, RECIPES / recipe, PATH=tools(home, "bare"))
    assert done.returncode == 127
    assert done.stderr.startswith(f"{recipe}: {tool} is not installed; get it, or use: crm search")


def test_phones_are_one_a_line(home):
    """Each number of each person, after the name."""
    if shutil.which("jq", path="/usr/bin:/bin"):
        done = run(home, RECIPES / "phones-json.sh", "anna")
        assert done.stdout == "Anna Nowak\t+48600000142\nAnna Nowak\t+48338000014\n"
    done = run(home, "crm", "search", "has:phone", "anna", "--columns", "name,phones", "--jsonl")
    assert done.stdout == '{"name": "Anna Nowak", "phones": ["+48600000142", "+48338000014"]}\n'


MORNING = [
    ("anna", "F102"),
    ("kozlowski grzegorz", "F101"),
    ("jakub krol", "F101"),
    ("dabrowski", "F103"),
    ("krawczyk", "S502"),
    ("kaminska", "C401 C403"),
    ("petra mala", "F105"),
    ("jablonski", "R202"),
    ("lewandowska", "R203"),
    ("kovacova", "C401 T601"),
    ("glab", "C404 T601"),
    ("zielinska", "T601"),
    ("cwik", "Q703"),
    ("tomasz zajac", "Q705"),
    ("zrebiec", "Q706"),
    ("marek sikora", ""),
    ("wojcik", ""),
    ("simko", ""),
]


@pytest.mark.parametrize(("who", "codes"), MORNING)
def test_morning_of_the_sample_book(home, who, codes):
    """On its day the book has one of everything, and people who are quietly fine."""
    found = json.loads(run(home, "crm", "show", who, "--json").stdout)["findings"]
    assert [finding["code"] for finding in found] == codes.split()


def test_own_rules_hold_their_cases(home):
    """Both rules of the example are sound, each has cases of both kinds, and all of them hold."""
    shutil.copyfile(EXAMPLES / "rules" / "config.toml", home / "rules.toml")
    (home / "rules.toml").chmod(0o600)
    crm = ("crm", "--config", home / "rules.toml", "rule", "test")
    done = run(home, *crm, EXAMPLES / "rules" / "cases.toml", "--json")
    assert (done.returncode, done.stderr) == (0, "9 cases, none failed\n")
    kinds = {
        (row["kind"], handle[:4]) for row in json.loads(done.stdout) for handle in row["found"]
    }
    assert kinds == {("flagged", "U001"), ("flagged", "U002")}
    done = run(home, *crm, "--book", BOOK, "--at", DAY)
    assert done.returncode == 0, done.stderr


def test_the_page_on_own_rules_shows_what_works(home):
    """Its rule and its cases, as they stand there, print what stands under them."""
    text = (ROOT / "docs" / "own-rules.md").read_text(encoding="utf-8")
    rule, cases = (block.partition("```")[0] for block in text.split("```toml\n")[1:])
    (home / "page.toml").write_text(rule, encoding="utf-8")
    (home / "page.toml").chmod(0o600)
    (home / "cases.toml").write_text(cases, encoding="utf-8")
    command, *printed = text.split("```console\n$ ")[1].partition("```")[0].splitlines()
    done = run(home, *command.split(), CRM_CONFIG=str(home / "page.toml"))
    assert (done.stdout.splitlines(), done.stderr) == (printed, "2 cases, none failed\n")
    keys = {line.split("`")[1] for line in text.splitlines() if line.startswith("| `")}
    assert keys == set(own_table.KEYS)


def test_pick_shows_the_card_of_the_line_picked(home):
    """The id is the first column of what fzf hands back; fzf left alone ends quietly."""
    script(home / "takes-first", "fzf", "head -n 1")
    done = run(home, RECIPES / "pick.sh", "sikora", "marek", path=str(home / "takes-first"))
    assert done.stdout.startswith("Marek Sikora  właściciel, Piekarnia Sikora")
    script(home / "escaped", "fzf", "cat > /dev/null; exit 130")
    done = run(home, RECIPES / "pick.sh", path=str(home / "escaped"))
    assert (done.returncode, done.stdout) == (0, "")


def test_shells_take_the_recipes():
    """Every recipe is POSIX shell that stops at the first failure."""
    for path in RECIPES.iterdir():
        assert "\nset -eu\n" in path.read_text(encoding="utf-8")
        for shell in ("sh", "bash", "dash"):
            if shutil.which(shell):
                subprocess.run([shell, "-n", path], check=True)


def test_systemd_takes_the_units(home):
    """Where there is a systemd, it finds no fault with them."""
    for name in ("crm-remind.service", "crm-remind.timer"):
        shutil.copyfile(EXAMPLES / "systemd" / name, home / name)
    if shutil.which("systemd-analyze"):
        timer = home / "crm-remind.timer"
        done = run(home, "systemd-analyze", "verify", "--user", timer, XDG_RUNTIME_DIR=str(home))
        assert (done.returncode, done.stderr) == (0, "")


def test_import_all_asks_for_its_folder(home):
    """Without a folder it says how it is used."""
    done = run(home, RECIPES / "import-all.sh")
    assert done.returncode == 2
    assert done.stderr == "usage: import-all.sh FOLDER\n"


def test_files_of_the_book_are_plain():
    """UTF-8 without a byte order mark, line ends of Unix, no field that a spreadsheet would run."""
    for path in BOOK.iterdir():
        raw = path.read_bytes()
        assert not raw.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in raw
        assert not any(
            cell.startswith(("=", "@")) for row in rows(path.stem) for cell in row.values()
        )


def test_copy_of_the_book_comes_back_the_same(home):
    """Its five files fill an empty book, and a copy of that is the same, byte for byte."""
    first, second = home / "first", home / "second"
    for folder in (first, second):
        folder.mkdir()
    done = run(home, RECIPES / "copy-book.sh", first)
    assert done.returncode == 0, done.stderr
    copy = Path(done.stdout.strip())
    assert copy.parent == first
    assert stat.S_IMODE(copy.stat().st_mode) == 0o700
    run(home, RECIPES / "import-all.sh", copy, db="other.db")
    again = Path(run(home, RECIPES / "copy-book.sh", second, db="other.db").stdout.strip())
    for path in copy.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes(), path.name


def test_copy_overwrites_nothing(home):
    """A copy of the same day stays, and so does no half of a new one."""
    folder = home / "copies"
    folder.mkdir()
    run(home, RECIPES / "copy-book.sh", folder)
    before = sorted(folder.rglob("*"))
    done = run(home, RECIPES / "copy-book.sh", folder)
    assert done.returncode == 1
    assert "is there already" in done.stderr
    assert sorted(folder.rglob("*")) == before


def cron_commands():
    lines = (EXAMPLES / "cron" / "crontab.example").read_text(encoding="utf-8").splitlines()
    jobs = [line for line in lines if line[:1].isdigit()]
    assert all("%" not in job for job in jobs)  # cron makes a line end of it
    return [job.split(None, 5)[5] for job in jobs]


@pytest.mark.parametrize("command", cron_commands())
def test_cron_line_tells_the_morning(home, command):
    """As cron runs it: by sh, in an environment of four variables, with no terminal."""
    bare = {"HOME": str(home), "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "LOGNAME": "hanna"}
    needed = {name: HOUSE[name] for name in ("PYTHONPATH", "CRM_NOW")} | {
        "CRM_DB": str(home / "book.db")
    }
    done = subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, text=True, env=bare | needed, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "Grzegorz Kozłowski" in done.stdout
    assert "\x1b" not in done.stdout


def test_systemd_service_starts_the_same_command(home):
    """Its ExecStart, with %h as the home, works and tells the morning."""
    text = (EXAMPLES / "systemd" / "crm-remind.service").read_text(encoding="utf-8")
    start = next(line for line in text.splitlines() if line.startswith("ExecStart="))
    words = start.partition("=")[2].replace("%h", str(home)).split()
    done = run(home, *words)
    assert done.returncode == 0, done.stderr
    assert "Grzegorz Kozłowski" in done.stdout
