"""What is new: a book that several make at once, and what crm remind --new shows, to whom, and to whom not."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults.agree import leftovers
from tests.faults.desk import CRM, Desk

if TYPE_CHECKING:
    from collections.abc import Iterator

MANY = 400


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A book in which many are to be called today."""
    with Desk() as found:
        names = [f"p{number}@acme.example" for number in range(MANY)]
        people = [{"name": name, "email": name, "lifecycle": "other"} for name in names]
        calls = [{"contact": name, "due": "2026-03-02", "text": "call " * 30} for name in names]
        for noun, rows in (("contacts", people), ("followups", calls)):
            run = found.crm("import", "--as", noun, found.file(f"{noun}.json", json.dumps(rows)))
            assert run.returncode == 0, run
        yield found


def shown(desk: Desk, *words: str) -> list[str]:
    run = desk.crm("remind", "--all", "--ids", *words)
    assert run.returncode == 0, run
    return run.stdout.split()


def test_two_at_once_share_what_is_new(desk: Desk) -> None:
    """Each item is shown by exactly one of them, whoever comes first."""
    command = [*CRM, "remind", "--new", "--all", "--ids"]
    runs = [
        subprocess.Popen(command, env=desk.environ, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    texts = [run.communicate(timeout=120)[0].split() for run in runs]
    assert [run.returncode for run in runs] == [0] * 4
    assert sorted(map(len, texts)) == [0, 0, 0, MANY]
    assert shown(desk, "--new") == []
    assert len(shown(desk)) == MANY


def test_two_at_once_print_the_same(desk: Desk) -> None:
    """Without --new nothing is noted, and both read one book."""
    before = Path(desk.book).read_bytes()
    runs = [
        subprocess.Popen([*CRM, "remind"], env=desk.environ, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    texts = [run.communicate(timeout=120)[0] for run in runs]
    assert len(set(texts)) == 1
    assert texts[0]
    assert Path(desk.book).read_bytes() == before
    assert leftovers(desk.data, "book.db") == []


@pytest.mark.parametrize("options", [["--all"], ["--all", "--json"], []])
def test_what_a_reader_left_behind_stays_new(desk: Desk, options: list[str]) -> None:
    """Silent, exit 141, and nothing counts as shown: it comes again."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as gone:
        run = subprocess.run(
            [*CRM, "remind", "--new", *options],
            env=desk.environ, stdout=gone, stderr=subprocess.PIPE, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert (run.returncode, run.stderr) == (141, "")
    assert len(shown(desk, "--new")) == MANY


def test_what_could_not_be_printed_stays_new(desk: Desk) -> None:
    """A full disk behind stdout is exit 5 and one line, and loses nothing."""
    with open("/dev/full", "w") as full:
        run = desk.crm("remind", "--new", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert (run.returncode, run.stderr.count("\n")) == (5, 1), run
    assert len(shown(desk, "--new")) == MANY


@pytest.mark.parametrize("_round", [1, 2])
def test_several_who_make_the_book_at_once(_round: int) -> None:
    """Each says that somebody was added, and each is in the book, whoever made the file."""
    with Desk() as desk:
        runs = [
            subprocess.Popen(
                [*CRM, "add", f"New {number}"], env=desk.environ, stdout=subprocess.PIPE
            )
            for number in range(4)
        ]
        for run in runs:
            run.communicate(timeout=120)
        assert [run.returncode for run in runs] == [0] * 4
        assert len(desk.crm("search", "--ids").stdout.split()) == 4
