"""``python -m tests.fuzz [--minutes N] [--folder DIR] [TARGET…]``: the targets by turns, each for its share.

What the fuzzer has learnt stays in DIR (``.fuzz`` by default), so that the next run goes on from
there; ``--keep`` copies the few cases that between them reach the most into ``corpus/``.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.targets import TARGETS

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
_RUNS = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_PULSE = re.compile(r"^#(\d+)\t", re.MULTILINE)
_KEPT = 25  # cases of a target


def main() -> int:
    """Run the targets; 1 where anything was found."""
    arguments = argparse.ArgumentParser(prog="python -m tests.fuzz")
    arguments.add_argument("--minutes", type=float, default=13.0, help="in all")
    arguments.add_argument("--folder", type=Path, default=ROOT / ".fuzz")
    arguments.add_argument("--keep", action="store_true", help="only renew corpus/ from DIR")
    arguments.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    asked = arguments.parse_args()
    names = asked.targets or list(TARGETS)
    if unknown := set(names) - set(TARGETS):
        arguments.error(f"no target {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}")
    folder = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if asked.keep:
        for name in names:
            _keep(name, folder)
        return 0
    share = asked.minutes * 60 / len(names)
    total = 0
    for name in names:
        before = set((folder / "found").glob("*"))
        runs, seconds = _fuzz(name, folder, share)
        total += runs
        found = sorted(
            path.name for path in set((folder / "found").glob("*")) - before if not path.suffix
        )
        line = f"{name}: {runs} executions in {seconds:.0f} s, {len(found)} new findings"
        print(line, *found, sep="\n  ", flush=True)
        with (folder / "runs.tsv").open("a", encoding="utf-8") as log:
            print(name, runs, f"{seconds:.0f}", len(found), sep="\t", file=log)
    print(f"{total} executions")
    return 1 if any((folder / "found").glob("*")) else 0


def _fuzz(name: str, folder: Path, seconds: float) -> tuple[int, float]:
    """One target for its share of the time; started again where a case hung or killed it."""
    learnt = folder / name
    learnt.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="crm-seeds-") as seeds:
        for number, path in enumerate(_seeds(name)):
            (Path(seeds) / f"{number:04}-{path.name}").write_bytes(
                path.read_bytes()[: TARGETS[name].longest]
            )
        start, runs = time.monotonic(), 0
        while (left := seconds - (time.monotonic() - start)) > 1:
            done = _child(
                name, folder, f"-max_total_time={int(left)}", "-print_final_stats=1",
                str(learnt), seeds, str(HERE / "corpus" / name),
            )  # fmt: skip
            counted = _RUNS.search(done) or (list(_PULSE.finditer(done)) or [None])[-1]
            runs += int(counted[1]) if counted else 0
            (folder / f"{name}.log").write_text(done, "utf-8")
        return runs, time.monotonic() - start


def _child(name: str, folder: Path, *options: str) -> str:
    (HERE / "corpus" / name).mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["nice", "-n", "19", sys.executable, "-m", "tests.fuzz.child", name, str(folder), *options],
        capture_output=True,
        check=False,
        cwd=ROOT,
    )
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def _seeds(name: str) -> list[Path]:
    corpus = HERE.parent / "corpus"
    found = {path for pattern in TARGETS[name].seeds for path in corpus.glob(pattern)}
    return sorted(path for path in found if path.is_file() and "expect" not in path.name)


def _keep(name: str, folder: Path) -> None:
    """Renew the cases of a target in the repository: the smallest that reach the most."""
    with tempfile.TemporaryDirectory(prefix="crm-merged-") as merged:
        print(_child(name, folder, "-merge=1", merged, str(folder / name))[-300:])
        place = HERE / "corpus" / name
        if not any(Path(merged).iterdir()):
            raise SystemExit(f"{name}: nothing came of the merge; {place} is as it was")
        for old in place.glob("seed-*"):
            old.unlink()
        small = sorted(Path(merged).iterdir(), key=lambda path: path.stat().st_size)
        step = max(1, len(small) // _KEPT)
        for number, path in enumerate(small[::step][:_KEPT]):
            shutil.copyfile(path, place / f"seed-{number:02}")


if __name__ == "__main__":
    sys.exit(main())
