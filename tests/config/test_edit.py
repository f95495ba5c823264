"""Setting values in the file, and what is made from the table of settings."""

from __future__ import annotations

import stat
import tomllib
from typing import TYPE_CHECKING

import pytest

from crmcli.config import document, edit, load
from crmcli.config.settings import SETTINGS
from crmcli.errors import ConfigError
from tests.config.test_plain import LIVE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "crm" / "config.toml"


def put(file: Path, key: str, text: str) -> object:
    edit.set_value(str(file), key, text)
    return load(str(file), {"HOME": "/h"})[key]


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("owner.name", 'Maria "Mia" Zając', 'Maria "Mia" Zając'),
        ("owner.emails", "a@x.example b@x.example", ("a@x.example", "b@x.example")),
        ("owner.country", "pl", "PL"),
        ("languages", "pl, en", ("pl", "en")),
        ("date_order", "dmy", "dmy"),
        ("leap", "28", "28"),
        ("cadence.lead", "7", 7),
        ("cadence.customer", "6w", 42),
        ("cadence.tags.big client", "30", 30),
        ("days.off", "sun", ("sunday",)),
        ("kinds.webinar", "no", {"touch": False}),
        ("kinds.note", "{ touch = true }", {"touch": True}),
        ("rates.USD", "3.61", 3.61),
        ("rates.GBP", "{ 2026-01-01 = 4.8 }", {"2026-01-01": 4.8}),
        ("rules.select", "F,R T601", ("F", "R", "T601")),
        ("rules.quiet.days", "12", 12),
        ("rules.never-contacted.note", "some words", "some words"),
        ("required.customer", "email;phone", ("email", "phone")),
        ("views.hot", "is:prospect quiet:30d", "is:prospect quiet:30d"),
        ("output.columns", "name,email", ("name", "email")),
        ("backup.keep", "0", 0),
    ],
)
def test_sets_in_any_file(file: Path, key: str, text: str, value: object) -> None:
    """A value set is read back: in a new file, an empty one and one where it is set already."""
    assert put(file, key, text) == value
    assert put(file, key, text) == value
    file.write_text("")
    assert put(file, key, text) == value
    edit.set_value(str(file), key, edit.text(value))
    assert load(str(file), {"HOME": "/h"})[key] == value
    edit.set_value(str(file), key, "")
    assert load(str(file), {"HOME": "/h"}).origin(key) == "default"


def test_stages_are_set_as_toml(file: Path) -> None:
    """What has no short spelling is set as TOML."""
    put(file, "deals.stages", '[{ name = "talk", probability = 20 }]')
    stages = load(str(file), {"HOME": "/h"})["deals.stages"]
    assert [stage["name"] for stage in stages] == ["talk", "won", "lost"]


def test_keeps_comments_and_order(file: Path) -> None:
    """Only the value changes; comments, blank lines and all else stay."""
    file.parent.mkdir()
    file.write_text(
        '# mine\n\n[owner] # me\nname = "A" # first\n# before the end\n\n[cadence]\nlead = 3\n'
    )
    put(file, "owner.name", "B")
    put(file, "cadence.customer", "30")
    assert file.read_text() == (
        '# mine\n\n[owner] # me\nname = "B" # first\n# before the end\n\n'
        "[cadence]\nlead = 3\ncustomer = 30\n"
    )


def test_a_new_file_is_the_template_with_one_line_live(file: Path) -> None:
    """The first value set wakes its line in the template, beside its explanation."""
    put(file, "owner.currency", "PLN")
    changed = set(file.read_text().split("\n")) ^ set(edit.template().split("\n"))
    assert changed == {'currency = "PLN"', '#currency = "PLN"'}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    """A config kept elsewhere and linked is changed where it is kept."""
    kept = tmp_path / "dotfiles.toml"
    kept.write_text("")
    file.parent.mkdir()
    file.symlink_to(kept)
    put(file, "owner.name", "B")
    assert file.is_symlink()
    assert 'name = "B"' in kept.read_text()


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        ("owner.contry", "PL", 'no setting "owner.contry", did you mean "owner.country"'),
        ("owner.country", "Poland", 'owner.country cannot be "Poland", expected a country code'),
        ("cadence.lead", "soon", "expected days"),
        ("rule", "x", "crm config edit"),
        ("deals.stages", "new won", "expected stages"),
        ("rules.quiet.days", "[1, [2]]", "expected text"),
        ("cadence.tags", "3", "no setting"),
        ("rates.usd", "3", "no setting"),
        ("kinds.two words", "true", "no setting"),
        ("owner.name", "\udcff", "not UTF-8"),
    ],
)
def test_refuses_and_leaves_the_file(file: Path, key: str, text: str, message: str) -> None:
    """A wrong key or value is refused and nothing is written."""
    with pytest.raises(ConfigError) as caught:
        put(file, key, text)
    assert message in str(caught.value)
    assert not file.exists()


@pytest.mark.parametrize(
    "content", ["[owner", "rules = 3\n", "rules.quiet = 3\n", "[[rules]]\nquiet = 3\n"]
)
def test_a_broken_file_is_not_touched(file: Path, content: str) -> None:
    """A file in which the value could not stand is left as it is, with one line why."""
    file.parent.mkdir()
    file.write_text(content)
    with pytest.raises(ConfigError):
        edit.set_value(str(file), "rules.quiet.days", "3")
    assert file.read_text() == content


def test_a_file_with_another_fault_can_be_mended(file: Path) -> None:
    """Setting the wrong value right is possible while others are still wrong."""
    file.parent.mkdir()
    file.write_text('[owner]\ncountry = "Poland"\n[cadence]\nlead = "x"\n')
    edit.set_value(str(file), "owner.country", "PL")
    edit.set_value(str(file), "cadence.lead", "3")
    assert load(str(file), {"HOME": "/h"})["owner.country"] == "PL"


def test_the_template_explains_every_setting() -> None:
    """As written it sets nothing; with every # taken away it sets every key, and rightly."""
    text = edit.template()
    assert document.settings(document.parse(text, "x"), text, "x") == ({}, [], [])
    values, errors, warnings = document.settings(tomllib.loads(LIVE), LIVE, "x")
    assert (errors, warnings) == ([], [])
    exact = {row[0] for row in SETTINGS if "<" not in row[0]}
    assert exact <= set(values)
    sections = {row[0].partition(".<")[0] for row in SETTINGS if "<" in row[0]}
    assert all(any(key.startswith(section + ".") for key in values) for section in sections)
    assert all(len(line) < 101 for line in text.split("\n"))


def test_the_reference_has_every_setting() -> None:
    """The documentation names each setting, each row of equal width."""
    text = edit.reference()
    assert all(f"| `{row[0]}` |" in text for row in SETTINGS)
    assert {line.count(" |") for line in text.splitlines()[2:]} == {3}
