"""``--columns name,email,last``: which columns, in which order."""

from __future__ import annotations

from crmcli.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def pick(asked: str | None, available: Sequence[str], default: Sequence[str]) -> list[str]:
    """The columns to print.

    Args:
        asked: names separated by commas, in any case, with ``-`` or ``_``; None for the default.
        available: every column that there is, custom fields included.
        default: what is shown unless asked otherwise.

    Raises:
        UsageError: an unknown column, with the nearest name, or none at all.
    """
    if asked is None:
        return list(default)
    by_key = {_key(name): name for name in reversed(available)}
    chosen = []
    for name in asked.split(","):
        word = name.strip()
        if word in available:
            chosen.append(word)
        elif _key(word) in by_key:
            chosen.append(by_key[_key(word)])
        elif word:
            raise UsageError(_unknown(word, available))
    if not chosen:
        raise UsageError(f"--columns names no column; there are {', '.join(available)}")
    return chosen


def _key(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")


def _unknown(word: str, available: Sequence[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(_key(word), available, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(available)}"
    return f'unknown column "{word}" in --columns; {hint}'
