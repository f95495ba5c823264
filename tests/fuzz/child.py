"""One target under the fuzzer, in a process of its own: ``python -m tests.fuzz.child TARGET FOLDER …``.

What is found is written to FOLDER/found, once for each place that it comes from, and the search
goes on: one finding must not hide the next. Only what hangs or dies ends the process.
"""

from __future__ import annotations

import shlex
import sys
import traceback
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["crmcli"]):
    from tests.fuzz import case
    from tests.fuzz.targets import TARGETS


def main() -> None:
    """Fuzz until the options of libFuzzer behind FOLDER say that it is over."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    found = folder / "found"
    found.mkdir(parents=True, exist_ok=True)

    def one(raw: bytes) -> None:
        try:
            case.run(name, raw)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            path = found / f"{name}-{case.place(error)}"
            if not path.exists():
                path.write_bytes(raw)
                told = "".join(traceback.format_exception(error))
                path.with_name(path.name + ".txt").write_text(told, "utf-8", "backslashreplace")

    words = folder / f"{name}.dict"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in TARGETS[name].words))
    options = [f"-dict={words}", f"-max_len={TARGETS[name].longest}", "-timeout=30"]
    options += ["-rss_limit_mb=3000", f"-artifact_prefix={found}/{name}-"]
    atheris.Setup([_again(name, folder), *sys.argv[3:], *options], one)
    atheris.Fuzz()


def _again(name: str, folder: Path) -> str:
    """A program that is this one, which libFuzzer runs for each step of a merge."""
    path = folder / f"{name}.sh"
    words = [sys.executable, "-m", "tests.fuzz.child", name, str(folder)]
    path.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
    path.chmod(0o700)
    return str(path)


def _escaped(word: str) -> str:
    return "".join(
        chr(byte) if 0x20 <= byte < 0x7F and byte not in b'\\"' else f"\\x{byte:02x}"
        for byte in word.encode()
    )


main()
