"""The suggested commands, as printed, through a real shell."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crmcli.rules import RULES, selection
from tests.rules.book import CASES, build, load

if TYPE_CHECKING:
    from tests.conftest import Crm

ROOT = Path(__file__).parent.parent.parent
# Whatever a shell could take for something else; each of them would leave a file behind.
NAMES = (
    "O'Brien; touch ran $(touch ran) `touch ran` > ran",
    '"Żółć"  🙂 \\ & touch ran | cat > ran #',
    "-rf --help * ~ !! {a,b} ${HOME} \\$(touch ran)",
)
LOOKS = re.compile(
    r"crm (show|search|deal show|case show|consent \d+$|merge \d+ \d+ --dry-run$)"
)  # what changes nothing


@pytest.fixture
def shell(crm: Crm, tmp_path: Path) -> Any:
    """Runs a line as somebody would who copied it."""
    script = tmp_path / "bin" / "crm"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m crmcli "$@"\n')
    script.chmod(0o755)
    desk = tmp_path / "desk"
    desk.mkdir()
    path = f"{script.parent}:{os.environ['PATH']}"
    environ = crm.environ | {"PATH": path, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}

    def run(line: str, now: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ["bash", "-c", line], env=environ | {"CRM_NOW": now}, cwd=desk,
            capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert list(desk.iterdir()) == [], line
        return done

    return run


def settles(crm: Crm, shell: Any, finding: dict[str, Any], now: str) -> None:
    """The command succeeds, and what asked for it is settled, unless it only shows something."""
    line = finding["action"]
    done = shell(line, now)
    rehearsed = line.endswith(" --dry-run")  # says on stderr what would be
    assert (done.returncode, "" if rehearsed else done.stderr) == (0, ""), line
    if not LOOKS.match(line):
        left = crm("check", "--select", finding["code"], "--json", CRM_NOW=now).json
        assert finding["handle"] not in [row["handle"] for row in left], line


def rename(crm: Crm, now: str) -> None:
    """Give everybody a name that is dangerous at both ends, in capitals where it was."""
    for person in crm.ok("search", "--json").json:
        worst = NAMES[person["id"] % len(NAMES)]
        name = f"{worst} {person['name']} {worst}"
        name = name.upper() if person["name"].isupper() else name
        crm.ok("edit", str(person["id"]), "--name", name, CRM_NOW=now)


@pytest.mark.parametrize(
    "code", [code for code in RULES if (CASES / f"{selection.name_of(code)}.toml").exists()]
)
def test_the_command_of_every_rule_runs_as_printed(crm: Crm, shell: Any, code: str) -> None:
    """On the first of its cases, with names that a shell would trip over."""
    now = build(crm, load(selection.name_of(code))["flagged"][0])
    rename(crm, now)
    found = crm("check", "--select", code, "--json", CRM_NOW=now).json
    assert found
    for finding in found:
        settles(crm, shell, finding, now)


@pytest.mark.parametrize("source", NAMES)
def test_the_search_for_a_batch_lists_it(crm: Crm, shell: Any, source: str) -> None:
    """Whatever the file called where they came from, and nobody else."""
    for number in range(11):
        crm.ok("add", f"P{number}", "--source", source, CRM_NOW="2026-02-20T09:00")
    crm.ok("add", "Somebody", "--source", "fair", CRM_NOW="2026-02-20T09:00")
    batch, alone = crm("check", "--select", "R202", "--json").json
    assert "10 more like it" in batch["message"]
    listed = shell(batch["action"] + " --ids", "2026-03-02T09:00")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert sorted(map(int, listed.stdout.split())) == list(range(1, 12))
    settles(crm, shell, alone, "2026-03-02T09:00")


def test_every_command_of_the_sample_book_runs_as_printed(crm: Crm, shell: Any) -> None:
    """Those of the morning, once more by each rule of which check finds something."""
    crm.ok("import", *map(str, sorted((ROOT / "examples" / "book").glob("*.csv"))))
    now = "2026-03-02T09:00"
    found = {row["code"]: row for row in crm("check", "--json", CRM_NOW=now).json}
    found |= {row["code"]: row for row in crm("remind", "--all", "--json", CRM_NOW=now).json}
    assert len(found) > 10
    for finding in found.values():
        settles(crm, shell, finding, now)
        if not LOOKS.match(finding["action"]):
            crm.ok("undo")
