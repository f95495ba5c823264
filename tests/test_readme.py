"""The README tells the truth: every console block in it is run and printed as it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
NEW, SAMPLE = "a new book", "the sample book"


class Step(NamedTuple):
    """A command of a console block and what is printed under it."""

    command: str
    printed: list[str]


def _steps() -> dict[str, list[Step]]:
    """Steps by the book they run on: a comment before a block names it for it and what follows."""
    found: dict[str, list[Step]] = {}
    book = NEW
    for comment, block in re.findall(r"<!-- (.+?) -->|```console\n(.*?)```", README, re.DOTALL):
        if comment:
            book = SAMPLE if comment.startswith(SAMPLE) else NEW
            continue
        for line in block.splitlines():
            if line.startswith("$ "):
                found.setdefault(book, []).append(Step(line[2:], []))
            else:
                found[book][-1].printed.append(line)
    return found


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin" / "crm"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m crmcli "$@"\n')
    script.chmod(0o755)
    return {
        "PATH": f"{script.parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "CRM_NOW": "2026-03-02T09:00",
        "TZ": "UTC",
        "PYTHONPATH": str(ROOT),
    }


def _run(command: str, environ: dict[str, str]) -> str:
    return subprocess.run(
        command, shell=True, env=environ, capture_output=True, text=True, check=False, cwd=ROOT
    ).stdout


@pytest.mark.parametrize("book", [SAMPLE, NEW])
def test_every_console_block_prints_what_it_says(book: str, environ: dict[str, str]) -> None:
    """Each command prints exactly the lines under it; a line with an ellipsis stands for any."""
    if book == SAMPLE:
        files = " ".join(str(path) for path in sorted((ROOT / "examples" / "book").glob("*.csv")))
        _run(f"crm import {files}", environ)
    for step in _steps()[book]:
        printed = [line.rstrip() for line in _run(step.command, environ).splitlines()]
        expected = [line.rstrip() for line in step.printed]
        if "…" in expected:
            cut = expected.index("…")
            assert printed[:cut] == expected[:cut], step.command
            expected = expected[cut + 1 :]
            printed = printed[len(printed) - len(expected) :]
        assert printed == expected, step.command


def test_every_command_it_names_exists() -> None:
    """No `crm word` in the README is unknown."""
    from crmcli.commands import ALIASES, COMMANDS

    known = {name.split()[0] for name in COMMANDS} | set(ALIASES) | {"COMMAND"}
    named = set(re.findall(r"`crm ([a-zA-Z]+)", README)) | set(
        re.findall(r"^\$? ?crm ([a-z]+)", README, re.MULTILINE)
    )
    assert named <= known


def test_its_links_lead_somewhere() -> None:
    """Every file that it links to is there."""
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
