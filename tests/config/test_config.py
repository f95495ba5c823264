"""Settings as the rest of crm sees them: which source wins, and what is said about a bad file."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.config import Config, config_path, data_path, load
from crmcli.config.paths import make_folder
from crmcli.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Write = Callable[[str | bytes], Config]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / ".config" / "crm"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "config.toml"


@pytest.fixture
def written(file: Path, environ: dict[str, str]) -> Write:
    """Write the config and load it."""

    def write(content: str | bytes) -> Config:
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        file.chmod(0o600)
        return load(None, environ)

    return write


def test_defaults_need_no_file(environ: dict[str, str], tmp_path: Path) -> None:
    """Without a file every setting has its default and no fingerprint is taken."""
    config = load(None, environ)
    assert not config.exists
    assert config.fingerprint == ""
    assert config.path == str(tmp_path / ".config/crm/config.toml")
    assert config["database"] == str(tmp_path / ".local/share/crm/crm.db")
    assert (config["owner.currency"], config["owner.language"]) == ("EUR", "en")
    assert config.get("owner.country") is None
    assert config.table("cadence")["customer"] == 91
    assert config.days_off == {5, 6}
    assert config["required.customer"] == ()
    assert {name for name, kind in config.table("kinds").items() if not kind["touch"]} == {"note"}
    assert [stage["name"] for stage in config["deals.stages"]][-2:] == ["won", "lost"]
    assert {origin for _, _, origin in config.rows()} == {"default"}


def test_flag_beats_environment_beats_file(
    written: Write, environ: dict[str, str], file: Path
) -> None:
    """A flag wins over the environment, that over the file; the origin says which one did."""
    config = written('[backup]\nkeep = 3\n\n[owner]\ncountry = "pl"\n')
    assert config.origin("database") == "default"
    file.write_text('database = "a.db"\n')
    config = load(None, environ)
    assert config["database"] == str(file.parent / "a.db")
    assert config.origin("database") == f"config {file}:1"
    config = load(None, environ | {"CRM_DB": "b.db"}, {"database": None})
    assert (config["database"], config.origin("database")) == ("b.db", "environment CRM_DB")
    config = load(None, environ | {"CRM_DB": "b.db"}, {"database": "c.db"})
    assert (config["database"], config.origin("database")) == ("c.db", "--db")


def test_home_in_the_database_path(written: Write, tmp_path: Path) -> None:
    """A tilde is the owner's home."""
    assert written('database = "~/books/crm.db"')["database"] == str(tmp_path / "books/crm.db")


def test_sections_merge_with_defaults(written: Write) -> None:
    """What the owner writes stands beside the defaults of its section."""
    config = written(
        '[cadence]\nlead = "2w"\n[cadence.tags]\n"big client" = 30\n"a.b" = 7\n'
        '[kinds]\nwebinar = false\n[rules.quiet]\ndays = 3\n[required]\ncustomer = ["email"]\n'
        '[views]\nhot = "is:lead"\n'
    )
    cadence = config.table("cadence")
    assert (cadence["lead"], cadence["loyal"]) == (14, 91)
    assert cadence["tags"] == {"big client": 30, "a.b": 7} == config.table("cadence.tags")
    assert config.get("cadence") == cadence
    assert config["kinds.webinar"] == {"touch": False}
    assert config.table("rules.quiet") == {"days": 3}
    assert config.table("rules")["quiet"] == {"days": 3}
    assert config.table("rules.other") == {}
    assert config["required.customer"] == ("email",)
    assert config.table("views") == {"hot": "is:lead"}
    assert config.origin("cadence.tags.big client").endswith(":4")
    assert config.warnings == []


def test_owner_decides_currency_and_languages(written: Write) -> None:
    """The country gives the currency, the owner's language comes before English."""
    config = written('[owner]\ncountry = "pl"\nlanguage = "pl"\n')
    assert config["owner.currency"] == "PLN"
    assert config["languages"] == ("pl", "en")
    assert written('languages = ["sk", "cs"]')["owner.language"] == "sk"
    assert written('[owner]\ncountry = "DE"')["owner.currency"] == "EUR"


def test_rates_by_day(written: Write) -> None:
    """A rate is that of the newest day not after the one asked for; shipped ones fill the rest."""
    config = written(
        '[owner]\ncurrency = "PLN"\n'
        "[rates]\nUSD = { 2026-02-01 = 4.0, 2026-01-01 = 3.0 }\nXAU = 9999\n"
    )
    assert config.rate("USD", date(2026, 1, 31)) == 3.0
    assert config.rate("USD", date(2026, 2, 1)) == 4.0
    assert config.rate("USD", date(2020, 1, 1)) == 3.0
    assert config.table("rates")["USD"] == config.rate("USD") == 4.0
    assert config["rates.USD"] == {"2026-01-01": 3.0, "2026-02-01": 4.0}
    assert config.table("rates")["PLN"] == 1.0
    assert config.rate("XAU") == 9999.0
    assert config.rate("XTS") is None
    assert 4 < config.table("rates")["EUR"] < 5


def test_unknown_keys_are_named(written: Write, file: Path) -> None:
    """An unknown key is a warning with its line and the nearest name, and nothing more."""
    config = written(
        '[owner]\nname = "M"\nemial = "x"\n[ownr]\na = 1\n'
        '[required]\nvip = ["email"]\n[backup]\nname = 1\n'
    )
    assert config.warnings == [
        f'{file}:3: unknown key "owner.emial", did you mean "owner.emails"?',
        f'{file}:4: unknown key "ownr", did you mean "owner"?',
        f'{file}:7: unknown key "required.vip"',
        f'{file}:9: unknown key "backup.name", did you mean "owner.name"?',
    ]
    assert config["owner.name"] == "M"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[owner]\ncountry = "Poland"', ':2: owner.country is "Poland", expected a country code'),
        ("\n\n[cadence]\nlead = -1", ":4: cadence.lead is -1, expected days"),
        ("backup = 3", ":1: backup is 3, expected a section [backup]"),
        ('[kinds.demo]\ntouch = "yes"', ":1: kinds.demo is"),
        ('[owner]\nname = "Maria', ":2"),
        ('[owner\nname = "Maria"', ":1:7: not TOML: "),
        ("a = 1\na = 2", ":2:"),
        (b'[owner]\nname = "\xff"', ":2: not UTF-8"),
        ("a = " + "[" * 50_000, ": nested too deeply"),
        (b"#" * 2_000_000, ": too large"),
    ],
    ids=range(10),
)
def test_a_wrong_file_is_refused(
    written: Write, file: Path, content: str | bytes, message: str
) -> None:
    """A wrong value or a broken file is exit 2 with file, line, key and what is expected."""
    with pytest.raises(ConfigError) as caught:
        written(content)
    assert str(caught.value).startswith(f"{file}{message}")
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)


def test_lenient_goes_on(file: Path, environ: dict[str, str]) -> None:
    """For commands that mend the config what is wrong is a warning and the default holds."""
    file.write_text('[cadence]\nlead = "x"\ncustomer = 30\n')
    file.chmod(0o600)
    config = load(None, environ, lenient=True)
    assert (config["cadence.lead"], config["cadence.customer"]) == (14, 30)
    assert len(config.warnings) == 1
    file.write_text("[")
    assert load(None, environ, lenient=True)["cadence.lead"] == 14


def test_a_named_file_has_to_be_there(environ: dict[str, str], tmp_path: Path) -> None:
    """A config that a flag or CRM_CONFIG names must exist: its absence could mean another book."""
    missing = str(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="no such config"):
        load(missing, environ)
    with pytest.raises(ConfigError, match="no such config"):
        load(None, environ | {"CRM_CONFIG": missing})
    assert load(missing, environ, lenient=True).path == missing
    assert load(os.devnull, environ).exists
    with pytest.raises(ConfigError, match="cannot be read"):
        load(str(tmp_path), environ)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_tolerated(written: Write, codec: str) -> None:
    """What Notepad writes is read, line ends and all."""
    assert written('[owner]\r\nname = "Łukasz"\r\n'.encode(codec))["owner.name"] == "Łukasz"


def test_fingerprint_follows_the_bytes(written: Write) -> None:
    """The fingerprint is the same for the same file and another for any other."""
    first = written("[cadence]\nlead = 1\n").fingerprint
    assert first == written("[cadence]\nlead = 1\n").fingerprint
    assert (
        len({first, written("[cadence]\nlead = 2\n").fingerprint, written("").fingerprint, ""}) == 4
    )


def test_rules_come_from_a_safe_file_only(
    written: Write, file: Path, environ: dict[str, str]
) -> None:
    """Rules of a file that others can write are not read; rights too wide are warned about."""
    config = written('[[rule]]\ncode = "U001"\n\n[[rule]]\ncode = "U002"\n')
    assert [rule["code"] for rule in config["rule"]] == ["U001", "U002"]
    assert (config.line("rule.1"), config.line("rule.1.code"), config.warnings) == (4, 5, [])
    file.chmod(0o644)
    config = load(None, environ)
    assert len(config["rule"]) == 2
    assert config.warnings == [f"{file}: others can read the config; chmod 600 it"]
    file.chmod(0o620)
    config = load(None, environ)
    assert config["rule"] == ()
    assert config.warnings[1].startswith(f"{file}:1: [[rule]] is not read")


def test_unknown_setting_is_refused(environ: dict[str, str]) -> None:
    """Asking for what is no setting names the nearest."""
    with pytest.raises(ConfigError, match='did you mean "owner'):
        load(None, environ).get("owner.contry")
    with pytest.raises(ConfigError, match="no setting"):
        load(None, environ).table("nonsense")


def test_folders(tmp_path: Path) -> None:
    """XDG folders are used where absolute; else those under the home, known without HOME too."""
    environ = {"HOME": "/h", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "rel"}
    assert config_path(environ) == "/c/crm/config.toml"
    assert data_path(environ) == "/h/.local/share/crm/crm.db"
    assert config_path({"CRM_CONFIG": "x.toml"}) == "x.toml"
    assert data_path({}).endswith("/.local/share/crm/crm.db")
    make_folder(str(tmp_path / "a" / "b"))
    make_folder(str(tmp_path / "a" / "b"))
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("a", "a/b")] == [0o700, 0o700]


LINES = st.sampled_from(
    [
        "[owner]",
        "[rules.quiet]",
        "[[rule]]",
        "[rule]",
        "[kinds.x]",
        'name = "a"',
        "touch = true",
        "lead = 3",
        "[cadence]",
        "[cadence.tags]",
        "a.b = 1",
        "x = '''",
        "'''",
        "[[",
        "é = 1",
        '"é.ü" = 2',
        '"a\\nb" = 3',
        "database = '~'",
        "rule = 1",
        "owner = []",
        "[deals]",
        "stages = [",
        "{name='a'},",
        "]",
        "[rates]",
        "EUR = {2026-01-01 = 2}",
        "rates = {}",
        "usd = 2",
        "USD = 2",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINES, max_size=8).map("\n".join))
def test_any_file_is_read_or_refused(file: Path, environ: dict[str, str], text: str) -> None:
    """Whatever stands in the file, every setting has a value, or one line says what is wrong."""
    file.write_text(text)
    file.chmod(0o600)
    try:
        config = load(None, environ)
    except ConfigError:
        config = load(None, environ, lenient=True)
    assert not any("\n" in warning for warning in config.warnings)
    assert all(origin for _, _, origin in config.rows())
    for name in ("rates", "kinds", "rules", "cadence", "deals", "required"):
        config.table(name)


def test_everyday_loading_is_light(written: Write, environ: dict[str, str]) -> None:
    """Reading an ordinary config imports no library."""
    written('[owner]\nname = "Łukasz"\ntimezone = "UTC"\n[cadence]\nlead = 7\n[rates]\nUSD = 3.5\n')
    script = (
        "import sys, datetime; before = set(sys.modules)\n"
        "from crmcli.config import load\n"
        f"config = load(None, {environ!r}); config.table('rates')\n"
        "print(*sorted(m for m in set(sys.modules) - before if not m.startswith('crmcli')))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert set(run.stdout.split()) <= {"__future__", "pwd"}
