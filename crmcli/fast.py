"""The quick way in: everyday command lines parsed without Typer.

Typer's declarations are the only source: ``options.py`` beside this is generated from them. What
this parser does not understand completely (help, errors, odd spellings) it leaves to Typer, so a
command line means the same on both ways; a property test holds them equal.
"""

from __future__ import annotations

from crmcli.options import OPTIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def parse(command: str, words: list[str]) -> dict[str, Any] | None:
    """Return the keyword arguments that ``words`` give to ``command``, None to leave it to Typer.

    Arguments not given are absent. The keys of the options of ``Rows`` are as in params.ROWS.
    """
    if command not in OPTIONS:
        return None
    positions, options = OPTIONS[command]
    given: dict[str, Any] = {}
    free: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            free += rest
            break
        if len(word) < 2 or word[0] != "-":
            free.append(word)
            continue
        name, equals, value = word.partition("=")
        option = options.get(name)
        if option is None or (equals and name[1] != "-"):
            return None
        key, kind = option
        if kind in ("flag", "off"):
            if equals:
                return None
            given[key] = kind == "flag"
            continue
        if not equals:
            found = next(rest, None)
            if found is None:
                return None
            value = found
        if kind == "list":
            given.setdefault(key, []).append(value)
        elif kind == "int":
            if not _is_int(value):
                return None
            given[key] = int(value)
        else:
            given[key] = value
    return given if _place(positions, free, given) else None


def _is_int(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdigit() and len(text) < 20


def _place(
    positions: tuple[tuple[str, str, bool], ...], free: list[str], given: dict[str, Any]
) -> bool:
    """Give the free words to the arguments in turn; false where Typer should explain."""
    for key, kind, required in positions:
        if kind == "list":
            if free:
                given[key] = free
            elif required:
                return False
            return True
        if free:
            word = free.pop(0)
            if kind == "int":
                if not _is_int(word):
                    return False
                given[key] = int(word)
            else:
                given[key] = word
        elif required:
            return False
    return not free
