"""A text goes through the editor and comes back valid, or not at all."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest

from crmcli import editor
from crmcli.errors import InvalidValueError, UsageError

if TYPE_CHECKING:
    from pathlib import Path


class Owner:
    """Somebody at a terminal who answers one way."""

    def __init__(self, *, there: bool = True, goes_on: bool = False):
        self.can_ask = there
        self.goes_on = goes_on
        self.heard: list[str] = []

    def error(self, text: str) -> None:
        self.heard.append(text)

    def confirm(self, question: str) -> bool:
        self.heard.append(question)
        return self.goes_on


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An editor that adds a letter to the text, which must not be longer than two."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    add = "import sys; file = open(sys.argv[1], 'a'); file.write('x')"
    return os.environ | {"EDITOR": shlex.join([sys.executable, "-c", add]), "VISUAL": ""}


def short(text: str) -> None:
    if len(text) == 1:
        raise InvalidValueError("too short")


def edit(text: str, owner: Owner, environ: dict[str, str]) -> str | None:
    return editor.edit(text, short, out=owner, environ=environ, name="x.toml")  # type: ignore[arg-type]


def test_a_valid_text_comes_back_and_leaves_no_file(
    environ: dict[str, str], tmp_path: Path
) -> None:
    """What the editor made is given back; its file is gone."""
    assert edit("ab", Owner(), environ) == "abx"
    assert list(tmp_path.iterdir()) == []


def test_nothing_changed_is_none(environ: dict[str, str], tmp_path: Path) -> None:
    """A text left as it was is told apart."""
    assert edit("ab", Owner(), environ | {"EDITOR": "true"}) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command", ["cp {0} {0}~; echo x >> {0}", "touch .{0}.swp; mkdir d; touch d/e; echo x >> {0}"]
)
def test_what_the_editor_laid_beside_it_goes(
    environ: dict[str, str], tmp_path: Path, command: str
) -> None:
    """A copy of how it was, or a swap file, which hold as much of the text."""
    script = f'cd "$(dirname "$0")"; {command.format("x.toml")}'
    environ["EDITOR"] = shlex.join(["sh", "-c", script])
    assert edit("ab", Owner(), environ) == "abx\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "kept"),
    [("false", False), ("no-such-editor", False), ("sh -c 'echo x >> $0; exit 1'", True)],
)
def test_an_editor_that_fails(
    environ: dict[str, str], tmp_path: Path, command: str, kept: bool
) -> None:
    """What was typed is kept, and named; a text that nobody touched is not."""
    with pytest.raises(UsageError) as caught:
        edit("ab", Owner(), environ | {"EDITOR": command})
    assert ("your text is in" in str(caught.value)) == kept
    assert bool(list(tmp_path.iterdir())) == kept


def test_an_invalid_text_can_be_edited_again(environ: dict[str, str]) -> None:
    """On a terminal the owner is told what is wrong and may go on from the same text."""
    owner = Owner(goes_on=True)
    assert edit("", owner, environ) == "xx"
    assert owner.heard == ["too short", "Edit again"]


@pytest.mark.parametrize("owner", [Owner(), Owner(there=False)], ids=["no", "nobody"])
def test_an_invalid_text_is_kept(environ: dict[str, str], owner: Owner) -> None:
    """Where nobody goes on, the error keeps its kind and names the file with the text."""
    with pytest.raises(InvalidValueError, match="too short; your text is kept in ") as caught:
        edit("", owner, environ)
    kept = str(caught.value).rpartition(" ")[2]
    assert os.stat(kept).st_mode & 0o777 == 0o600


def test_without_editor(environ: dict[str, str]) -> None:
    """Without a terminal no editor is guessed."""
    with pytest.raises(UsageError, match="set EDITOR"):
        edit("", Owner(there=False), environ | {"EDITOR": ""})
