"""crm config and crm init, through the front door."""

from __future__ import annotations

import json
import os
import shlex
import sys
from typing import TYPE_CHECKING

import pytest

from crmcli.config import edit

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crm


@pytest.fixture
def file(crm: Crm) -> Path:
    """Where the config of this owner is."""
    return crm.home / ".config" / "crm" / "config.toml"


def editor(tmp_path: Path, script: str) -> str:
    """An EDITOR that runs Python over the text ``t`` of the file."""
    path = tmp_path / "editor.py"
    path.write_text(
        f"import sys\nt = open(sys.argv[1]).read()\n{script}\nopen(sys.argv[1], 'w').write(t)\n"
    )
    return shlex.join([sys.executable, str(path)])


def test_shows_all_with_origins(crm: Crm, file: Path) -> None:
    """Each setting is listed with its value and what settled it."""
    crm.ok("config", "set", "owner.country", "pl")
    rows = {row["key"]: row for row in crm.ok("config", "show", "--origin", "--json").json}
    assert rows["owner.country"]["value"] == "PL"
    assert rows["owner.country"]["origin"].startswith(f"config {file}:")
    assert rows["database"]["origin"] == "environment CRM_DB"
    assert rows["owner.currency"] == {"key": "owner.currency", "value": "PLN", "origin": "default"}
    assert rows["days.off"]["value"] == ["saturday", "sunday"]
    plain = crm.ok("config", "show").lines
    assert "owner.country\tPL" in plain
    assert {line.count("\t") for line in plain} == {1}


def test_a_flag_shows_as_origin(crm: Crm, tmp_path: Path) -> None:
    """--db wins over CRM_DB, and the listing says so."""
    words = ("config", "show", "--origin", "--columns", "origin,key")
    found = crm.ok("--db", str(tmp_path / "x.db"), *words)
    assert "--db\tdatabase" in found.lines


def test_gets_one_or_a_section(crm: Crm) -> None:
    """A setting prints bare, for scripts; a section prints its rows."""
    crm.ok("config", "set", "owner.emails", "a@x.example", "b@x.example")
    assert crm.ok("config", "get", "owner.emails").out == "a@x.example;b@x.example\n"
    assert crm.ok("config", "get", "owner.emails", "--json").json == ["a@x.example", "b@x.example"]
    assert crm.ok("config", "get", "owner.name").out == "\n"
    assert "cadence.customer\t91" in crm.ok("config", "get", "cadence").lines


def test_unknown_or_wrong_is_exit_2(crm: Crm, file: Path) -> None:
    """A misspelt setting or a wrong value is a usage error that helps, and writes nothing."""
    unknown = crm("config", "get", "owner.contry")
    assert (unknown.code, 'did you mean "owner.country"' in unknown.err) == (2, True)
    wrong = crm("config", "set", "cadence.lead", "soon")
    assert (wrong.code, "expected days" in wrong.err) == (2, True)
    assert not file.exists()


def test_set_takes_out_and_says_what_wins(crm: Crm, file: Path) -> None:
    """An empty value is back at the default; a value that the environment hides says so."""
    crm.ok("config", "set", "cadence.lead", "3")
    assert crm.ok("config", "get", "cadence.lead").out == "3\n"
    crm.ok("config", "set", "cadence.lead", "")
    assert crm.ok("config", "get", "cadence.lead").out == "14\n"
    assert "environment CRM_DB wins" in crm.ok("config", "set", "database", "~/a.db").err
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_cadence_set_counts_at_once(crm: Crm) -> None:
    """What is set holds for the next command."""
    crm.ok("add", "Anna Nowak", "--lifecycle", "customer")
    crm.ok("config", "set", "kinds.webinar", "true")
    refused = crm("config", "set", "kinds.note.touch", "true")
    assert refused.code == 2
    assert "crm config set kinds.note true makes it a touch" in refused.err
    assert crm.ok("log", "webinar", "anna").code == 0


def test_path(crm: Crm, file: Path, tmp_path: Path) -> None:
    """The path is printed whether the file is there or not; CRM_CONFIG moves it."""
    assert crm.ok("config", "path").out == f"{file}\n"
    other = tmp_path / "other.toml"
    other.write_text("")
    other.chmod(0o600)
    assert crm.ok("config", "path", CRM_CONFIG=str(other)).out == f"{other}\n"


def test_edit_takes_back_a_valid_text(crm: Crm, file: Path, tmp_path: Path) -> None:
    """The editor opens the template or the file; a valid text takes its place."""
    change = editor(tmp_path, "t = t.replace('#country', 'country')")
    crm.ok("config", "edit", EDITOR=change)
    assert 'country = "PL"' in file.read_text()
    assert "nothing changed" in crm.ok("config", "edit", EDITOR=change).err


def test_edit_refuses_an_invalid_text(crm: Crm, file: Path, tmp_path: Path) -> None:
    """An invalid text is exit 2, kept in a file that is named, and the config stays."""
    crm.ok("config", "set", "owner.country", "PL")
    before = file.read_text()
    found = crm("config", "edit", VISUAL=editor(tmp_path, "t = t.replace('PL', 'Poland')"))
    assert found.code == 2
    assert "owner.country" in found.err
    kept = found.err.rpartition("kept in ")[2].strip()
    with open(kept, encoding="utf-8") as text:
        assert "Poland" in text.read()
    assert file.read_text() == before


@pytest.mark.parametrize("command", ["", "'", "/nowhere/editor", "false"])
def test_edit_without_a_working_editor(crm: Crm, command: str) -> None:
    """No editor, or one that fails, is exit 2 and changes nothing."""
    assert crm("config", "edit", EDITOR=command).code == 2


def test_init_writes_the_commented_config_once(crm: Crm, file: Path) -> None:
    """The template is written; a second run leaves the file alone."""
    assert crm.ok("init").out == f"{file}\n"
    assert file.read_text() == edit.template()
    assert "is there already" in crm.ok("init").out
    assert file.read_text() == edit.template()


def test_init_sets_what_its_options_give(crm: Crm, file: Path) -> None:
    """The options of init set the owner, all or none of them."""
    assert crm("init", "--name", "Maria Z", "--country", "Poland").code == 2
    assert not file.exists()
    crm.ok("init", "--name", "Maria Z", "--country", "PL", "--email", "m@x.example;z@x.example")
    found = {row["key"]: row["value"] for row in json.loads(crm.ok("config", "show", "--json").out)}
    assert found["owner.name"] == "Maria Z"
    assert found["owner.emails"] == ["m@x.example", "z@x.example"]


def test_the_owners_country_is_one(crm: Crm) -> None:
    """What is no country is refused at once, and one in a file of old keeps no command from its work."""
    crm.ok("init")
    refused = crm("config", "set", "owner.country", "XX")
    assert (refused.code, '"XX" is no country' in refused.err) == (2, True)
    assert crm.ok("config", "get", "owner.country").out == "\n"
    path = crm.ok("config", "path").out.strip()
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace('#country = "PL"', 'country = "XX"'))
    assert crm.ok("config", "get", "owner.country").out == "XX\n"
    assert crm.ok("add", "Anna").out == "1  Anna\n"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("rules.quiet.soon", "abc"), ("rules.quiet.soon", "101"), ("rules.select", "ZZ"),
        ("rules.ignore", "R ZZ"), ("rules.nope.x", "3"), ("rules.quiet.nope", "3"), ("views.a", "(("),
        ("owner.currency", "ZZZ"), ("output.columns", "bogus"),
    ],
)  # fmt: skip
def test_what_the_next_command_would_refuse_is_not_set(crm: Crm, file: Path, key: str, value: str) -> None:  # fmt: skip
    """By the same checks; what is wrong beside it does not keep the owner from mending."""
    file.parent.mkdir(parents=True)
    file.write_text('[rules]\nignore = ["QQ"]\n', "utf-8")
    file.chmod(0o600)
    before = file.read_text("utf-8")
    result = crm("config", "set", key, *value.split())
    assert (result.code, result.out) == (2, "")
    assert file.read_text("utf-8") == before
    crm.ok("config", "set", "rules.quiet.soon", "70")
    crm.ok("config", "set", "rules.select", "R", "F")
    crm.ok("config", "set", "rules.ignore", "R202")
    crm.ok("config", "set", "views.a", "+vip")
    crm.ok("config", "set", "output.columns", "id", "name")
    crm.ok("check", "--exit-zero")


@pytest.mark.parametrize(
    ("stages", "says"),
    [
        ('{ name = "New" }, { name = "new" }', 'not "new" beside "New"'),
        ('{ name = "Won" }', 'not "Won" beside "won"'),
        ('{ name = "won", probability = 20 }', 'in stage "won" a probability of 100'),
        ('{ name = "lost", probability = 20 }', 'in stage "lost" a probability of 0'),
    ],
)
def test_stages_that_cannot_be_told_apart_are_refused(crm: Crm, file: Path, stages: str, says: str) -> None:  # fmt: skip
    """And so is an end that is not certain."""
    file.parent.mkdir(parents=True)
    file.write_text(f"[deals]\nstages = [{stages}]\n", "utf-8")
    file.chmod(0o600)
    result = crm("search")
    assert result.code == 2
    assert "config.toml:2: deals.stages" in result.err
    assert says in result.err


def test_a_pipe_with_a_name_is_no_config(crm: Crm) -> None:
    """It would wait for ever; what a shell hands over open is read."""
    path = crm.home / "pipe"
    os.mkfifo(path)
    result = crm("--config", str(path), "search")
    assert result.code == 2
    assert "not a regular file" in result.err
    ours, theirs = os.pipe()
    os.write(theirs, b'date_order = "dmy"\n')
    os.close(theirs)
    assert crm.ok("--config", f"/dev/fd/{ours}", "config", "get", "date_order").out == "dmy\n"
    assert crm("--config", "/dev/null", "search").code == 1
