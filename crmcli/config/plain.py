"""Reading the everyday part of TOML, because importing ``tomllib`` costs most of a whole command.

``read`` understands what config files are nearly always made of and answers None for anything
else, well-formed or not: then ``tomllib`` reads it. A property test holds the two equal.
"""

from __future__ import annotations

from datetime import date

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Table = dict[str, Any]
    Path = tuple[str, ...]

BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


class _NotPlainError(Exception):
    """The text is beyond this reader."""


def read(text: str) -> Table | None:
    """The document as ``tomllib.loads`` would give it, or None when it is not plain."""
    if not text.replace("\n", "").replace("\t", "").isprintable():
        return None
    try:
        return _document(text + "\n")
    except (_NotPlainError, IndexError, ValueError, RecursionError):
        return None


def _document(text: str) -> Table:
    document: Table = {}
    here = document
    made: dict[Path, str] = {}  # the tables that headers made, and how
    at = 0
    while (at := _skip(text, at)) < len(text):
        if text[at] == "[":
            end = text.index("\n", at)
            here = _header(text[at:end].partition("#")[0].strip(), document, made)
            at = end
            continue
        key, at = _key(text, at)
        if key in here:
            raise _NotPlainError
        here[key], at = _value(text, at)
        at = _blank(text, at)
        if text[at] not in "\n#":
            raise _NotPlainError
    return document


def _header(line: str, document: Table, made: dict[Path, str]) -> Table:
    """The table that ``[a.b]`` or ``[[a.b]]`` opens."""
    many = line.startswith("[[")
    if not line.endswith("]]" if many else "]"):
        raise _NotPlainError
    path = tuple(part.strip() for part in line[1 + many : -1 - many].split("."))
    if not all(part and BARE.issuperset(part) for part in path):
        raise _NotPlainError
    table = document
    for depth in range(1, len(path)):
        table = _child(table, path[:depth], made)
    if many:
        return _row(table, path, made)
    table = _child(table, path, made)
    if made[path] == "header":
        raise _NotPlainError
    made[path] = "header"
    return table


def _child(table: Table, path: Path, made: dict[Path, str]) -> Table:
    """The table at ``path``, made now or by an earlier header, never by a value."""
    name = path[-1]
    if name not in table:
        made[path] = "parent"
        table[name] = {}
    elif made.get(path, "array") == "array":
        raise _NotPlainError
    child: Table = table[name]
    return child


def _row(table: Table, path: Path, made: dict[Path, str]) -> Table:
    """The next row of the array of tables at ``path``."""
    name = path[-1]
    if name not in table:
        made[path] = "array"
        table[name] = []
    elif made.get(path) != "array":
        raise _NotPlainError
    row: Table = {}
    table[name].append(row)
    return row


def _key(text: str, at: int) -> tuple[str, int]:
    """A bare or simply quoted key, and the place of its value."""
    if text[at] in "\"'":
        key, at = _string(text, at)
    else:
        start = at
        while text[at] in BARE:
            at += 1
        key = text[start:at]
        if not key:
            raise _NotPlainError
    at = _blank(text, at)
    if text[at] != "=":
        raise _NotPlainError
    return key, _blank(text, at + 1)


def _value(text: str, at: int) -> tuple[object, int]:
    first = text[at]
    if first in "\"'":
        return _string(text, at)
    if first == "[":
        return _array(text, _skip(text, at + 1))
    if first == "{":
        return _inline(text, _blank(text, at + 1))
    end = at
    while text[end] not in " \t\n,]}#":
        end += 1
    return _scalar(text[at:end]), end


def _string(text: str, at: int) -> tuple[str, int]:
    quote = text[at]
    end = text.index(quote, at + 1)
    string = text[at + 1 : end]
    if "\n" in string or "\\" in string or text[end : end + 2] == quote * 2:
        raise _NotPlainError
    return string, end + 1


def _array(text: str, at: int) -> tuple[list[object], int]:
    items: list[object] = []
    while text[at] != "]":
        item, at = _value(text, at)
        items.append(item)
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
        elif text[at] != "]":
            raise _NotPlainError
    return items, at + 1


def _inline(text: str, at: int) -> tuple[Table, int]:
    table: Table = {}
    while text[at] != "}":
        key, at = _key(text, at)
        if key in table:
            raise _NotPlainError
        table[key], at = _value(text, at)
        at = _blank(text, at)
        if text[at] == ",":
            at = _blank(text, at + 1)
            if text[at] == "}":
                raise _NotPlainError
        elif text[at] != "}":
            raise _NotPlainError
    return table, at + 1


def _scalar(word: str) -> object:
    if word in ("true", "false"):
        return word == "true"
    if not word.isascii() or len(word) > 15:
        raise _NotPlainError
    if len(word) == 10 and word[4] == word[7] == "-" and word.replace("-", "").isdigit():
        return date.fromisoformat(word)
    whole, point, part = word.removeprefix("-").partition(".")
    if not whole.isdigit() or (whole[0] == "0" and whole != "0"):
        raise _NotPlainError
    if not point:
        return int(word)
    if not part.isdigit():
        raise _NotPlainError
    return float(word)


def _blank(text: str, at: int) -> int:
    while text[at] in " \t":
        at += 1
    return at


def _skip(text: str, at: int) -> int:
    """The next place that is neither white space nor comment; the length at the end."""
    while at < len(text):
        if text[at] == "#":
            at = text.index("\n", at)
        elif text[at] not in " \t\n":
            break
        else:
            at += 1
    return at
