"""Dialects: what the CSV of another system means, one TOML file each; docs/dialects.md has all keys.

Ours stand in ``dialects/`` beside this module, those of the user in the config folder; of two that
claim a header equally well the user's wins. A file is read in two steps, because a CSV is compared
with all of them and read by one: `known` reads the plain keys at its top, `Dialect` the whole.
"""

from __future__ import annotations

import functools
import os
import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from crmcli.errors import ConfigError, StorageError, UsageError
from crmcli.exchange import headers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.exchange.plan import Options

_OURS = os.path.join(os.path.dirname(__file__), "dialects")
_LARGEST = 200_000  # bytes
_TABLE = re.compile(r"^\[", re.MULTILINE)


class Claim(NamedTuple):
    """A dialect by its head: enough to know whether a header row is its own."""

    name: str
    path: str
    about: str
    nouns: tuple[str, ...]
    claims: tuple[tuple[str, ...], ...]  # of headers as written; all of one of them must be there
    keys: tuple[frozenset[str], ...]  # the same, normalised


@dataclass(frozen=True)
class Dialect:
    """A dialect whole; the tables are as the file has them, checked.

    Attributes:
        head: its name, where it comes from, what it claims.
        system: starts the external ids, such as ``hubspot``; None where there are none.
        columns: of each noun, our field to their headers, the best first.
        tables: everything else, by its key.
    """

    head: Claim
    system: str | None
    columns: dict[str, dict[str, list[str]]]
    tables: dict[str, Any] = field(default_factory=dict)

    @property
    def nouns(self) -> tuple[str, ...]:
        """What its files hold; the first is that of a record of which no rule says otherwise."""
        return tuple(self.columns)

    @property
    def user(self) -> bool:
        """Whether it is one of the user's."""
        return os.path.dirname(self.head.path) != _OURS

    def get(self, key: str, default: Any) -> Any:
        """The value of a key of the file, or a default."""
        return self.tables.get(key, default)


def known(folder: str | None) -> tuple[Claim, ...]:
    """The dialects there are: of the user in their folder, then ours, each by name.

    Raises:
        ConfigError: one of the user's is wrong; the message names file, line and reason.
        StorageError: the folder or a file cannot be read.
    """
    own = _in_folder(folder) if folder else ()
    names = {claim.name for claim in own}
    return (*own, *(claim for claim in _of_ours() if claim.name not in names))


@functools.cache
def _of_ours() -> tuple[Claim, ...]:
    found = []
    for name in sorted(os.listdir(_OURS)):
        path = os.path.join(_OURS, name)
        with open(path, encoding="utf-8") as file:
            found.append(_claim(tomllib.loads(_TABLE.split(file.read(), maxsplit=1)[0]), path))
    return tuple(found)


def _in_folder(folder: str) -> tuple[Claim, ...]:
    try:
        with os.scandir(folder) as entries:  # a pipe of that name would wait for ever
            names = sorted(
                entry.name for entry in entries if entry.name.endswith(".toml") and _is_file(entry)
            )
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise StorageError(f"{folder}: cannot be read: {error.strerror}") from error
    return tuple(load(os.path.join(folder, name)).head for name in names)


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads to itself
        return False


def load(path: str) -> Dialect:
    """Read a dialect whole.

    Raises:
        ConfigError: it is wrong; the message names file, line and reason.
        StorageError: it cannot be read.
    """
    from crmcli.config.document import is_deep
    from crmcli.exchange.dialect_check import DialectError, check

    text = _text(path)
    if is_deep(text):
        raise ConfigError(f"{path}: nested too deep")
    try:
        tables = tomllib.loads(text)
        check(tables)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        reason = re.sub(r" \(at .*", "", str(error))
        raise ConfigError(
            f"{path}:{line[1] if line else text.count(chr(10)) + 1}: {reason}"
        ) from None
    except RecursionError:
        raise ConfigError(f"{path}: nested too deep") from None
    except ValueError:
        raise ConfigError(f"{path}: a number in it is too long") from None
    except DialectError as error:
        raise ConfigError(f"{path}:{_line(text, error.keys)}: {error}") from None
    head = _claim(tables, path)
    rest = {key: value for key, value in tables.items() if key not in ("columns", "system")}
    return Dialect(head, tables.get("system"), tables["columns"], rest)


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror}") from error
    if len(content) > _LARGEST:
        raise ConfigError(f"{path}: more than {_LARGEST} bytes; no dialect needs them")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ConfigError(f"{path}:{line}: not UTF-8") from None


def _line(text: str, keys: Sequence[str]) -> int:
    """The line that holds the last of the keys, looked for one after the other."""
    line, lines = 1, text.splitlines()
    for key in keys:
        for number in range(line, len(lines) + 1):
            if key in lines[number - 1]:
                line = number
                break
    return line


def _claim(tables: dict[str, Any], path: str) -> Claim:
    claims = tuple(map(tuple, tables["claims"]))
    keys = tuple(frozenset(map(headers.normal, claim)) for claim in claims)
    return Claim(tables["name"], path, tables["about"], tuple(tables["nouns"]), claims, keys)


def choose(header: Sequence[str], known: Sequence[Claim], options: Options) -> Claim | None:
    """The dialect of a file: as ``--from`` says, else the one with the longest claim to its header.

    None for a file of nobody's.

    Raises:
        UsageError: ``--from`` and ``--as`` contradict.
    """
    noun = options.noun
    if options.format:
        asked = next((claim for claim in known if claim.name == options.format), None)
        if asked and noun and noun not in asked.nouns:
            raise UsageError(f"{asked.name} holds {' and '.join(asked.nouns)}, not {noun}")
        return asked  # of csv none, whatever its columns are
    seen = {headers.normal(cell) for cell in header}
    best, found = 0, None
    for claim in known:
        size = claimed(seen, (claim,)) if noun is None or noun in claim.nouns else 0
        if size > best:
            best, found = size, claim
    return found


def claimed(seen: set[str], known: Sequence[Claim]) -> int:
    """How many headers the longest claim has, of those whose headers are all there; 0 if none is."""
    return max(
        (len(keys) for claim in known for keys in claim.keys if keys <= seen),
        default=0,
    )


def reason(claim: Claim, header: Sequence[str]) -> str:
    """Which columns the claim rests on, in words."""
    seen = {headers.normal(cell) for cell in header}
    sizes = [len(keys) if keys <= seen else 0 for keys in claim.keys]
    return ", ".join(claim.claims[sizes.index(max(sizes))]) if any(sizes) else ""


def named(name: str, folder: str | None) -> Claim | None:
    """The dialect of a name, None where there is none."""
    return next((claim for claim in known(folder) if claim.name == name), None)


def nearest(name: str, names: Sequence[str]) -> str:
    """A question after the nearest name, or nothing."""
    import difflib

    found = difflib.get_close_matches(name, names, 1)
    return f"; did you mean {found[0]}?" if found else ""
