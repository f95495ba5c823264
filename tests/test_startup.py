"""Everyday commands stay light: what a fresh process imports is counted, not timed."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {
    "typer", "click", "rich", "sqlite_utils", "dateutil", "dateparser", "pydantic", "phonenumbers",
    "rapidfuzz", "tomlkit", "tomllib", "typing", "dataclasses", "enum", "re", "json", "csv",
    "inspect", "argparse", "pathlib", "urllib.request", "socket", "ssl", "http", "jinja2", "asyncio",
    "zoneinfo", "contextlib", "decimal", "logging",
}  # fmt: skip

PROBE = """
import sys
before = set(sys.modules)
from crmcli.main import main
code = main(sys.argv[1:])
print(" ".join(sorted(set(sys.modules) - before)), file=sys.stderr)
raise SystemExit(code)
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    home: Path = tmp_path_factory.mktemp("home")
    env = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "CRM_NOW": "2026-03-02T09:00",
        "TZ": "UTC",
    }
    for words in (
        ["add", "Anna Nowak", "--email", "anna@acme.example"],
        ["remind", "1", "today", "call"],
    ):
        subprocess.run([sys.executable, "-m", "crmcli", *words], env=env, check=True)
    return env


@pytest.mark.parametrize(
    "words",
    [
        ["search", "anna"],
        ["search"],
        ["search", "+vip", "last:90d.."],
        ["show", "anna"],
        ["show", "anna", "--brief"],
        ["remind"],
        ["log", "call", "anna", "all", "is", "well"],
        ["log", "call", "anna", "again", "--next", "friday"],
        ["add", "Jan", "Kowalski", "--email", "jan@acme.example", "--tag", "vip"],
        ["remind", "anna", "+3d", "call", "again"],
        ["done", "F1"],
    ],
    ids=" ".join,
)
def test_everyday_commands_import_nothing_heavy(book: dict[str, str], words: list[str]) -> None:
    """None of the libraries that cost more than the command itself is imported for it."""
    run = subprocess.run(
        [sys.executable, "-I", "-c", PROBE, *words],
        env=book,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode in (0, 1), run.stderr
    imported = set(run.stderr.splitlines()[-1].split())
    assert not imported & HEAVY
