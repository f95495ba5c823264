"""Bombs and broken files, each imported by a process of its own whose memory and time are measured."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.hostile import measured
from tests.hostile.bombs import BOMBS, MB

if TYPE_CHECKING:
    from tests.hostile.bombs import Bomb
    from tests.hostile.measured import Ended

SIZE = 0.1
SECONDS = 20.0  # of the processor; a tenth of a bomb takes one or two
MOST_MEMORY = 220  # MB, of which the program itself has 60


def imported(bomb: Bomb, home: Path, size: float) -> Ended:
    """Import a file into an empty book."""
    path = home / bomb.name
    path.write_bytes(bomb.make(size))
    return measured.crm(home, "import", str(path))


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.name)
def test_bomb(bomb: Bomb, tmp_path: Path) -> None:
    """A rejected row with its line and reason, or a file refused with the reason, in little memory."""
    ended = imported(bomb, tmp_path, SIZE)
    assert ended.code in bomb.codes, ended
    assert bomb.says in ended.err, ended
    assert "a bug" not in ended.err
    assert ended.seconds < SECONDS, ended
    assert ended.megabytes < MOST_MEMORY, ended
    assert len(ended.err) < MB // 4
    assert not (tmp_path / "ran").exists()
    if ended.code == 2:
        assert ended.err.count("\n") == 1
        assert not (tmp_path / "book.db").exists()


def report() -> bool:
    """Try the whole bombs; print what each cost; whether all went well."""
    good = True
    for bomb in BOMBS:
        with tempfile.TemporaryDirectory(prefix="crm-bombs-") as folder:
            ended = imported(bomb, Path(folder), 1)
            size = (Path(folder) / bomb.name).stat().st_size / MB
        right = ended.code in bomb.codes and bomb.says in ended.err and "a bug" not in ended.err
        good = good and right
        last = ended.err.strip().splitlines()[-1][-100:] if ended.err.strip() else ""
        print(
            f"{bomb.name:16} {size:6.1f} MB  exit {ended.code}  {ended.seconds:6.1f} s  {ended.megabytes:4} MB"
            f"  {'' if right else 'WRONG  '}{last}",
            flush=True,
        )
    return good
