"""The house stands as drawn: registries resolve, floors hold, rooms stay small."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import crmcli
from crmcli.commands import ALIASES, COMMANDS
from crmcli.output import OUTPUTS

ROOT = Path(crmcli.__file__).parent
SOURCES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("target", COMMANDS.values(), ids=COMMANDS.keys())
def test_every_command_resolves(target: str) -> None:
    """Each entry of COMMANDS names a function."""
    module, _, name = target.partition(":")
    assert callable(getattr(importlib.import_module(module), name))


def test_every_command_file_is_registered() -> None:
    """A file in commands/ that nothing points to is an error."""
    used = {target.partition(":")[0].rpartition(".")[2] for target in COMMANDS.values()}
    files = {path.stem for path in (ROOT / "commands").glob("*.py")} - {"__init__"}
    assert files == used
    assert set(ALIASES.values()) <= set(COMMANDS)


@pytest.mark.parametrize("target", OUTPUTS.values(), ids=OUTPUTS.keys())
def test_every_output_resolves(target: str) -> None:
    """Each entry of OUTPUTS names a module that writes."""
    assert callable(importlib.import_module(target).write)


def test_floors_hold() -> None:
    """Imports go downward only, and rooms on one floor stay apart."""
    lint = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([lint], cwd=ROOT.parent, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("path", SOURCES, ids=[str(path.relative_to(ROOT)) for path in SOURCES])
def test_rooms_stay_small(path: Path) -> None:
    """No file over about 300 lines, no function over about 50."""
    text = path.read_text("utf-8")
    if path.name != "options.py":  # generated
        assert text.count("\n") <= 320
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = (node.end_lineno or 0) - node.body[0].lineno
            assert body <= 60, node.name


@pytest.mark.parametrize("path", SOURCES, ids=[str(path.relative_to(ROOT)) for path in SOURCES])
def test_nothing_is_unfinished(path: Path) -> None:
    """No marks of unfinished work, and nothing printed past Out."""
    text = path.read_text("utf-8").replace("VTO" + "DO", "")  # a task of a calendar
    tree = ast.parse(text)
    assert not any(mark in text for mark in ("TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error"))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert "print" not in {call.id for call in calls if isinstance(call, ast.Name)}


def test_the_quick_parser_is_fresh() -> None:
    """options.py is what the commands' signatures generate."""
    script = ROOT.parent / ".ci" / "generate.py"
    run = subprocess.run(
        [sys.executable, script, "--check"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
