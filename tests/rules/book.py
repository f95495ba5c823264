"""Books for the cases of rules: a few command lines, typed at the times that they name."""

from __future__ import annotations

import shlex
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.conftest import Crm

CASES = Path(__file__).parent.parent / "cases"
TODAY = "2026-03-02"  # a Monday


def load(name: str) -> dict[str, list[dict[str, Any]]]:
    """The cases of a rule: ``quiet`` and ``flagged``."""
    return tomllib.loads((CASES / f"{name}.toml").read_text("utf-8"))


def build(crm: Crm, case: dict[str, Any]) -> str:
    """Write the case's book, config and files (``{files}/name``); return the day on which to look."""
    today = f"{case.get('today', TODAY)}T09:00"
    if "config" in case:
        folder = crm.home / ".config" / "crm"
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text(case["config"], "utf-8")
        (folder / "config.toml").chmod(0o600)
    for name, text in case.get("files", {}).items():
        (crm.home / name).write_text(text, "utf-8")
    for line in case["book"]:
        now = today
        if line.startswith("@"):
            day, _, line = line[1:].partition(" ")  # noqa: PLW2901 - the line without its clock
            now = f"{day}T09:00"
        words = [word.replace("{files}", str(crm.home)) for word in shlex.split(line)]
        crm.ok(*words, CRM_NOW=now)
    return today
