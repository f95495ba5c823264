"""Every case that the fuzzer ever found, and the few that reach the most, as a part of the suite."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz import case
from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"


@pytest.mark.parametrize("name", TARGETS)
def test_cases(name: str) -> None:
    """No case of a target breaks its laws."""
    cases = sorted((CORPUS / name).iterdir())
    assert cases
    for path in cases:
        try:
            case.run(name, path.read_bytes())
        except Exception as error:
            error.add_note(f"the case is {path.name}")
            raise


@pytest.mark.parametrize("name", TARGETS)
def test_files_of_the_other_tests(name: str) -> None:
    """Nor do the files that other tests read, whatever they are taken for."""
    for pattern in TARGETS[name].seeds:
        for path in sorted((CORPUS.parents[1] / "corpus").glob(pattern)):
            if path.is_file() and "expect" not in path.name:
                case.run(name, path.read_bytes()[: TARGETS[name].longest])


@pytest.mark.parametrize("name", TARGETS)
def test_words(name: str) -> None:
    """Nor does any word of its language alone."""
    for word in TARGETS[name].words:
        case.run(name, word.encode())
        case.run(name, b"A" + word.encode())
