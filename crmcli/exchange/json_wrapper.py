"""JSON of other programs: the list of objects inside an object, and objects inside their values."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, NamedTuple

from crmcli.errors import UsageError
from crmcli.exchange import headers

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from json import JSONDecoder

    Array = Callable[[IO[str], str, int, int], Generator[Any, None, tuple[str, int, int]]]

_HEAD = 1 << 20  # characters that may stand before the list, and after it
_LINE = 4 << 20  # of a line that is one object
_BLANKS = " \t\r\n"
_OURS = frozenset({"name", "email", "uid", "id", "phone"})  # a person as we write one
_DEEPEST = 3
_MOST = 100  # values of one object inside another


class Wrapper(NamedTuple):
    """Where the list of objects in an object is.

    Attributes:
        key: its name there.
        characters: that stand before the list.
        line: on which it starts, counted from 1.
        others: the keys beside it, which are left out.
    """

    key: str
    characters: int
    line: int
    others: tuple[str, ...]


def find(text: IO[str], decoder: JSONDecoder, array: Array) -> Wrapper | None:
    """Return the one list of objects in an object that is the whole file; None for another file.

    Args:
        text: at its start; it is read on.
        decoder: of JSON.
        array: reads the objects of a list in pieces, see json_file; returns what it read beyond them.

    Raises:
        UsageError: the list is broken.
    """
    buffer = text.read(_HEAD)
    # The first line is looked at whole: it may be a long record.
    if "\n" not in buffer.lstrip(_BLANKS):
        buffer += text.read(_LINE - _HEAD)
    at = buffer.find("{") + 1
    if not at or buffer[: at - 1].strip(_BLANKS) or _is_json_lines(buffer, decoder):
        return None
    found: Wrapper | None = None
    others: list[str] = []
    lines, gone = 1, 0  # before the buffer
    while True:
        at = _over(buffer, at, ",")
        if buffer[at : at + 1] == "}":
            rest = (buffer[at + 1 :] + text.read(_HEAD)).strip(_BLANKS)
            return found._replace(others=tuple(others)) if found and not rest else None
        try:
            key, at = decoder.raw_decode(buffer, at)
            at = _over(buffer, at, ":")
            if _is_list(buffer, at):
                if found:
                    return None
                line = lines + buffer.count("\n", 0, at)
                found = Wrapper(str(key), gone + at, line, ())
                buffer, at, lines = _behind(array(text, buffer, at + 1, line))
                buffer += text.read(_HEAD)
            else:
                others.append(str(key))
                _, at = decoder.raw_decode(buffer, at)
        except (ValueError, RecursionError):
            return None


def _behind(objects: Generator[Any, None, tuple[str, int, int]]) -> tuple[str, int, int]:
    """What was read beyond the objects of a list."""
    while True:
        try:
            next(objects)
        except StopIteration as end:
            rest: tuple[str, int, int] = end.value
            return rest


def _over(buffer: str, at: int, mark: str) -> int:
    while at < len(buffer) and (buffer[at] in _BLANKS or buffer[at] == mark):
        at += 1
    return at


def _is_list(buffer: str, at: int) -> bool:
    """Whether a list of objects starts there."""
    return buffer[at : at + 1] == "[" and buffer[_over(buffer, at + 1, "") :][:1] == "{"


def _is_json_lines(buffer: str, decoder: JSONDecoder) -> bool:
    """Whether the first line is an object of its own: a record, or one of several."""
    first, _, rest = buffer.lstrip(_BLANKS).partition("\n")
    try:
        value = decoder.decode(first)
    except (ValueError, RecursionError):
        below = rest.lstrip(_BLANKS).partition("\n")[0].strip(_BLANKS)
        if first.rstrip(_BLANKS)[-1:] == "[" or below[:1] != "{":
            return False
        return _is_object(below, decoder)  # a broken line, and a sound one below
    return bool(rest.strip(_BLANKS)) or not isinstance(value, dict) or _is_record(value)


def _is_object(line: str, decoder: JSONDecoder) -> bool:
    try:
        return isinstance(decoder.decode(line), dict)
    except (ValueError, RecursionError):
        return False


def _is_record(value: dict[str, Any]) -> bool:
    """Whether an object says by itself who or what it is about, such as a meeting with its people."""
    keys = [*value]
    noun = headers.holds(keys)
    try:
        headers.columns(keys, noun, {}, own="uid" in value)
    except UsageError:
        return False
    return True


def flat(value: dict[str, Any]) -> dict[str, Any]:
    """Return an object in which those inside have become values: their name, and the others beside it.

    ``{"firma": {"nazwa": "X", "nip": "1"}}`` is ``{"firma": "X", "firma.nip": "1"}``. People as we
    write them stay.
    """
    if dict not in map(type, value.values()):
        return value
    found: dict[str, Any] = {}
    for key, item in value.items():
        if type(item) is dict and not _is_ours(key, item) and len(item) <= _MOST:
            for name, one in _parts(key, item, 1):
                found.setdefault(name, one)
        else:
            found[key] = item
    return found


def _is_ours(key: str, value: dict[str, Any]) -> bool:
    """Whether an object is a person or key dates as we write them, and not where somebody works."""
    field = headers.aliases("contacts").get(headers.normal(key))
    known = value.keys() <= _OURS and bool(value.keys() & {"email", "uid"})
    return field == "dates" or (known and field != "company")


def _parts(key: str, value: dict[str, Any], depth: int) -> list[tuple[str, Any]]:
    names = [own for own in value if _is_name(own) and not isinstance(value[own], dict | list)]
    found: list[tuple[str, Any]] = [(key, value[names[0]])] if names else []
    for own, item in value.items():
        if own in names[:1]:
            continue
        if isinstance(item, dict) and depth < _DEEPEST and len(item) <= _MOST:
            found += _parts(f"{key}.{own}", item, depth + 1)
        else:
            found.append((f"{key}.{own}", item))
    return found


def _is_name(key: str) -> bool:
    return headers.aliases("companies").get(headers.normal(key)) == "name" or headers.normal(
        key
    ) in ("label", "value", "title", "imię i nazwisko")
