"""crm demo."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crm


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where throw-away books are made."""
    folder = tmp_path / "room"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_it_walks_through_the_day(crm: Crm, room: Path, tmp_path: Path) -> None:
    """Every command is shown with what it really prints, and nothing stays behind."""
    home = tmp_path / "home of it"
    home.mkdir()
    crm.environ |= {"PATH": os.environ["PATH"], "HOME": str(home)}
    for name in ("XDG_STATE_HOME", "XDG_DATA_HOME"):
        crm.environ.pop(name, None)
    text = crm.ok("demo").out
    commands = [line for line in text.splitlines() if line.startswith("$ crm ")]
    assert commands[1] == "$ crm remind"
    assert "62 added" in text
    assert "Anna Nowak, Cukiernia Pod Lipą" in text
    assert "done: F6" in text
    assert "Kawiarnia Młynek" in text
    assert "undone" in text
    assert list(room.iterdir()) == list(home.iterdir()) == []
    assert not crm.db.exists()


def test_the_book_can_be_kept(crm: Crm, tmp_path: Path) -> None:
    """--keep leaves it in a new folder for its owner alone, with how to try things on it."""
    folder = tmp_path / "a demo"
    text = crm.ok("demo", "--keep", str(folder)).out
    assert f"CRM_DB='{folder}/crm.db'" in text
    assert folder.stat().st_mode & 0o077 == 0
    found = crm.ok(
        "search", "eva", "--columns", "name",
        CRM_DB=str(folder / "crm.db"), CRM_CONFIG=str(folder / "config.toml"),
    )  # fmt: skip
    assert "Eva Nováková" in found.lines
    assert crm("demo", "--keep", str(folder)).code == 3
