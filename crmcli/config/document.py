"""From the bytes of a config file to checked settings, and the line that each stands on."""

from __future__ import annotations

import os
import stat

from crmcli.config import plain
from crmcli.config.check import check
from crmcli.config.paths import home
from crmcli.config.settings import DEFAULTS, KINDS, SECTIONS, row_of
from crmcli.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

LIMIT = 1_000_000  # bytes; a config is a few thousand
_DEEPEST = 50  # parts of a key
_HANDED = ("/dev/fd/", "/proc/")  # what a shell hands over open: <(command)
_PRIME = (1 << 127) - 1


class Document:
    """A config file that was read.

    Attributes:
        values: settings by key, in their working form.
        warnings: unknown keys and rights too wide, one line each.
        text: what the file says. fingerprint: changes with every byte of it.
    """

    __slots__ = ("fingerprint", "text", "values", "warnings")

    def __init__(self, content: bytes) -> None:
        self.values: dict[str, object] = {}
        self.warnings: list[str] = []
        self.text = ""
        # Compared whenever the book is opened, so it must cost no import.
        self.fingerprint = f"{len(content)}-{int.from_bytes(content, 'big') % _PRIME:x}"


def load(path: str, environ: Mapping[str, str], *, lenient: bool) -> Document:
    """Read and check a config file.

    Args:
        path: the file, which is there.
        environ: says what ``~`` stands for.
        lenient: take what is wrong as a warning and leave it out.

    Raises:
        ConfigError: it cannot be read, is not TOML, or a value is wrong.
    """
    content, about = read(path)
    document = Document(content)
    errors: list[str] = []
    try:
        document.text = decode(content, path)
        table = parse(document.text, path)
        document.values, errors, document.warnings = settings(table, document.text, path)
    except ConfigError as error:
        errors.append(str(error))
    if errors and not lenient:
        raise ConfigError(errors[0])
    document.warnings = errors + document.warnings
    _place_files(document.values, path, environ)
    _guard(document, about, path)
    return document


def _place_files(values: dict[str, object], path: str, environ: Mapping[str, str]) -> None:
    """Say where database and backups are whatever folder crm is called from: ~ is home, else beside the file."""
    for key in ("database", "backup.folder"):
        place = values.get(key)
        if isinstance(place, str):
            if place == "~" or place.startswith("~/"):
                place = home(environ) + place[1:]
            values[key] = os.path.join(os.path.dirname(os.path.abspath(path)), place)


def _guard(document: Document, about: os.stat_result, path: str) -> None:
    """Warn of rights too wide, and take no rules of the user's own from a file that others can write."""
    if not stat.S_ISREG(about.st_mode):
        return
    foreign = about.st_uid not in (os.geteuid(), 0)
    if foreign:
        document.warnings.append(
            f"{path}: the config belongs to somebody else; copy it to a file of your own"
        )
    elif about.st_mode & 0o077:
        may = "write" if about.st_mode & 0o022 else "read"
        document.warnings.append(f"{path}: others can {may} the config; chmod 600 it")
    if (foreign or about.st_mode & 0o022) and document.values.pop("rule", None):
        where = _where(path, document.text, "rule")
        document.warnings.append(
            f"{where}: [[rule]] is not read, because others can write the file"
        )


def read(path: str) -> tuple[bytes, os.stat_result]:
    """The bytes of the file and what the system knows of it.

    Raises:
        ConfigError: it cannot be read, or is no config by its size.
    """
    try:
        if stat.S_ISFIFO(os.stat(path).st_mode) and not path.startswith(_HANDED):
            raise ConfigError(f"{path}: not a regular file; name another with --config")
        with open(path, "rb") as file:
            content = file.read(LIMIT + 1)
            about = os.fstat(file.fileno())
    except OSError as error:
        raise ConfigError(f"{path}: the config cannot be read: {error.strerror}") from None
    if len(content) > LIMIT:
        raise ConfigError(f"{path}: too large for a config, over {LIMIT} bytes")
    return content, about


def decode(content: bytes, path: str) -> str:
    """The text, whatever byte order mark an editor put before it, with plain line ends."""
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = content.decode("utf-16" if wide else "utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: not UTF-8 text; save the file as UTF-8") from None
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def parse(text: str, path: str) -> dict[str, Any]:
    """The document as ``tomllib`` would give it.

    Raises:
        ConfigError: not TOML; names line and column.
    """
    document = plain.read(text)
    if document is not None:
        return document
    import tomllib

    if is_deep(text):
        raise ConfigError(f"{path}: nested too deeply")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ConfigError(f"{path}: nested too deeply") from None
    except ValueError as error:
        message, _, place = str(error).rpartition(" (at ")
        words = place.rstrip(")").replace(",", "").split()
        where = f":{words[1]}:{words[3]}" if words[:1] == ["line"] else ""
        if words[:1] == ["end"]:
            where = f":{text.count(chr(10)) + 1}"
        raise ConfigError(f"{path}{where}: not TOML: {message or error}") from None


def is_deep(text: str) -> bool:
    """Whether a key of the text has more parts than any reader of TOML is quick with."""
    return any(line.partition("=")[0].count(".") > _DEEPEST for line in text.split("\n"))


def settings(
    document: dict[str, Any], text: str, path: str
) -> tuple[dict[str, object], list[str], list[str]]:
    """Check every setting of a document.

    Returns:
        The values by key in their working form; errors for what has a wrong value; warnings for
        what is no setting. Each names file, line and key.
    """
    values: dict[str, object] = {}
    errors: list[str] = []
    warnings: list[str] = []
    for key, value in _leaves(document, ""):
        row = row_of(key)
        name = " ".join(key.split())  # a message is one line
        if key in SECTIONS:
            errors.append(
                f"{_where(path, text, key)}: {name} is {_shown(value)}, expected a section [{key}]"
            )
        elif row is None:
            warnings.append(f'{_where(path, text, key)}: unknown key "{name}"{_hint(key)}')
        else:
            try:
                values[key] = check(KINDS[row], value)
            except ValueError as error:
                errors.append(
                    f"{_where(path, text, key)}: {name} is {_shown(value)}, expected {error}"
                )
    return values, errors, warnings


def must_hold(text: str, path: str) -> None:
    """Raise ConfigError, with its line, for the first thing wrong in a config."""
    errors = settings(parse(text, path), text, path)[1]
    if errors:
        raise ConfigError(errors[0])


def _leaves(table: dict[str, Any], prefix: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in table.items():
        key = prefix + name
        if isinstance(value, dict) and (
            key in SECTIONS or (prefix == "rules." and key not in DEFAULTS)
        ):
            found += _leaves(value, key + ".")
        else:
            found.append((key, value))
    return found


def _shown(value: object) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value)
    text = " ".join(text.lower().split() if isinstance(value, bool) else text.split())
    return text if len(text) <= 60 else text[:59] + "…"


def _where(path: str, text: str, key: str) -> str:
    line = line_of(lines(text), key)
    return f"{path}:{line}" if line else path


def _hint(key: str) -> str:
    near = nearest(key)
    return f', did you mean "{near}"?' if near else ""


def nearest(key: str) -> str | None:
    """The setting that a misspelt key most likely means."""
    from difflib import get_close_matches

    known = [*DEFAULTS, *(() if "." in key else SECTIONS)]
    found = get_close_matches(key, known, n=1, cutoff=0.75)
    if not found:
        # A name in the wrong section, or in none.
        name = key.rpartition(".")[2]
        found = [other for other in known if other.rpartition(".")[2] == name]
    return found[0] if found else None


def lines(text: str) -> dict[str, int]:
    """The line on which each key and header first stands, by dotted key."""
    found: dict[str, int] = {}
    section = quote = ""
    rows: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        quote, inside = _after(line, quote), quote
        bare = line.strip()
        if inside or not bare or bare[0] == "#":
            continue
        if bare[0] == "[" and "]" in bare:
            many = bare.startswith("[[")
            name = _dotted(bare.strip("[").partition("]")[0])
            found.setdefault(name, number)
            section = name + "."
            if many:
                rows[name] = rows.get(name, -1) + 1
                section = f"{name}.{rows[name]}."
                found[section[:-1]] = number
        elif "=" in bare:
            found.setdefault(section + _dotted(bare.partition("=")[0]), number)
    return found


def _after(line: str, quote: str) -> str:
    """The mark of the text over several lines that is open at the end of ``line``, or ""."""
    for mark in ('"""', "'''"):
        if quote in ("", mark) and line.count(mark) % 2:
            return "" if quote else mark
    return quote


def _dotted(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))


def line_of(found: dict[str, int], key: str) -> int | None:
    """The line of a key, else of the table that holds it."""
    while key:
        if key in found:
            return found[key]
        key = key.rpartition(".")[0]
    return None
