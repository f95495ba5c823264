"""Fixtures: the front door, on a book of its own, at a fixed time."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings

from crmcli.main import main

if TYPE_CHECKING:
    from pathlib import Path

# Repeatable, and without a clock: a loaded machine must not fail a law.
settings.register_profile(
    "crm", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("crm")

NOW = "2026-03-02T09:00"  # a Monday


class Result(NamedTuple):
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Crm:
    """Runs command lines on one book: ``crm("add", "Anna Nowak")``."""

    def __init__(self, home: Path):
        self.home = home
        self.environ = {
            "HOME": str(home),
            "CRM_DB": str(home / "book.db"),
            # Beside the home, which holds the book alone.
            "XDG_STATE_HOME": f"{home}-state",
            "CRM_NOW": NOW,
            "TZ": "UTC",
        }

    @property
    def db(self) -> Path:
        return self.home / "book.db"

    def __call__(self, *words: str, stdin: str | bytes = "", **environ: str) -> Result:
        raw = stdin.encode() if isinstance(stdin, str) else stdin
        source = io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8")
        out, err = (
            io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in "oe"
        )
        code = main(
            list(words), environ=self.environ | environ, stdin=source, stdout=out, stderr=err
        )
        texts = []
        for stream in (out, err):
            stream.flush()
            texts.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
        return Result(code, *texts)

    def ok(self, *words: str, stdin: str | bytes = "", **environ: str) -> Result:
        """Run a command that must succeed."""
        result = self(*words, stdin=stdin, **environ)
        assert result.code == 0, (words, result)
        return result


@pytest.fixture
def crm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Crm:
    """The command line on an empty book, in a folder of its own, where rejects of a pipe go."""
    monkeypatch.chdir(tmp_path)
    return Crm(tmp_path)
