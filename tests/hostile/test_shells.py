"""What is printed to be copied into a shell is what it says, in every shell, whatever the names."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.output import shell
from crmcli.output.safe import visible

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crm

SHELLS = [name for name in ("sh", "bash", "zsh", "fish") if shutil.which(name)]
PIECES = [
    "'", '"', "\\", "`touch ran`", "$(touch ran)", "(touch ran)", "${HOME}", "$HOME", "; touch ran", "& touch ran",
    "| touch ran", "> ran", "# x", "!!", "!x", "*", "?", "[a]", "{a,b}", "~", "=ls", "%self", "%1", "--help", "-",
    "\\'", "\\\\'", "'; touch ran; '", "\\'; touch ran; #", "^x^y", "<(touch ran)", "\t", "Łoś", "🙂", " ", "a", "\n",
    "\\n", "\\x1b", "%s", "&&", "\r", "@x", "+x",
]  # fmt: skip
WORDS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join) | st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8
)


def heard(name: str, folder: Path, script: str) -> list[str]:
    """The words that ``crm`` is given by a shell that runs the script; it runs nothing else."""
    stub = folder / "crm"
    if not stub.exists():
        stub.write_text("#!/bin/sh\nprintf '%s\\0' \"$@\"\n")
        stub.chmod(0o755)
    desk = folder / "desk"
    desk.mkdir(exist_ok=True)
    done = subprocess.run(
        [name, *(["-f"] if name == "zsh" else []), "-c", script], cwd=desk, capture_output=True, check=False,
        env={"PATH": f"{folder}:{os.environ['PATH']}", "HOME": str(folder), "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert list(desk.iterdir()) == [], script
    assert done.stderr == b"", (script, done.stderr)
    return done.stdout.decode().split("\0")[:-1]


@pytest.mark.parametrize("name", SHELLS)
def test_each_piece(name: str, tmp_path: Path) -> None:
    """Each piece alone, twice and among others is one word."""
    words = [
        *PIECES,
        *(piece * 2 for piece in PIECES),
        "".join(PIECES),
        *map("a{}b".format, PIECES),
    ]
    assert heard(name, tmp_path, f"crm {' '.join(map(shell.word, words))}") == words


@pytest.mark.parametrize("name", SHELLS)
def test_any_words(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """So is any word; many of them at once, as a shell takes longer to start than to read them."""
    folder = tmp_path_factory.mktemp(name)

    @given(st.lists(WORDS, min_size=20, max_size=60))
    def law(words: list[str]) -> None:
        assert heard(name, folder, f"crm {' '.join(map(shell.word, words))}") == words

    law()


@pytest.fixture
def morning(crm: Crm) -> tuple[Crm, list[str]]:
    """A book with a deal for each piece, about whose next step somebody is asked."""
    titles = [f"{piece}x{piece}" for piece in PIECES if visible(piece) == piece and piece.strip()]
    titles.append(f"a {' '.join(titles)}")
    for number, title in enumerate(titles, 1):
        crm.ok("add", f"P{number}", "--email", f"p{number}@x.example")
        crm.ok("deal", "add", str(number), "--amount", "9", "--stage", "proposal", "--", title)
        crm.ok("log", "call", str(number), "about it")
    return crm, titles


@pytest.mark.parametrize("name", SHELLS)
def test_the_morning_as_printed(morning: tuple[Crm, list[str]], tmp_path: Path, name: str) -> None:
    """The command under each person, also over several lines, names the title whole."""
    crm, titles = morning
    text = crm.ok("remind", "--all", "--select", "F104", "--within", "30d").out
    commands = re.findall(r"^ {4}(crm (?:.*\\\n)*.*)$", text, re.MULTILINE)
    assert len(commands) == len(titles), text
    found = set()
    for command in commands:
        *_, last = heard(name, tmp_path, command)
        found.add(last)
    assert found == {f"next step for {title}" for title in map(" ".join, map(str.split, titles))}
