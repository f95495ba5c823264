"""Writing the config: one value set with its comments kept, the file that ``crm init`` makes, the reference."""

from __future__ import annotations

import os
import tempfile
from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import tomlkit

from crmcli.config import document
from crmcli.config.check import check
from crmcli.config.paths import make_folder
from crmcli.config.plain import BARE
from crmcli.config.settings import KINDS, SETTINGS, place, row_of
from crmcli.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

_LISTS = ("texts", "codes", "emails", "languages", "weekdays", "dates")
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}

_INTRO = """\
# The settings of crm. All are optional. A setting behind a # is at its default, or an example
# where there is none; take the # away to make it count. "crm config show --origin" lists them all.
"""


def set_value(path: str, key: str, text: str) -> None:
    """Set one setting in the file; see set_values."""
    set_values(path, {key: text})


def set_values(path: str, texts: Mapping[str, str]) -> None:
    """Set settings in the file, or take out those whose text is empty; the rest stays as it is.

    A file that is not there is made from the template. Lists are words, or texts with ``;``
    between them. Anything can also be written as TOML: ``[…]`` or ``{…}``.

    Raises:
        ConfigError: no such setting, a wrong value, or a file that is not TOML; nothing is set.
    """
    source = current(path)
    for key, text in texts.items():
        kind = _kind(key)
        value = checked(key, text) if text.strip() else None
        document.parse(source, path)  # says where it is broken
        source = _changed(source, *place(key), value)
        written = document.settings(document.parse(source, path), source, path)[0].get(key)
        if written != (None if value is None else check(kind, value)):
            raise ConfigError(f"{path}: {key} cannot be set here; crm config edit opens the file")
    write(path, source)


def current(path: str) -> str:
    """The text of the config, or of the template where there is none."""
    if not os.path.exists(path):
        return template()
    return document.decode(document.read(path)[0], path)


def _kind(key: str) -> str:
    row = row_of(key)
    if row is None:
        near = document.nearest(key)
        raise ConfigError(f'no setting "{key}"' + (f', did you mean "{near}"?' if near else ""))
    if KINDS[row] == "rules":
        raise ConfigError("rules of your own are written in the file: crm config edit")
    return KINDS[row]


def checked(key: str, text: str) -> Any:
    """The value that ``text`` gives a setting, in the form in which it goes into the file.

    Raises:
        ConfigError: no such setting, or a wrong value.
    """
    kind = _kind(key)
    raw = _read(kind, text.strip())
    try:
        text.encode()
        value = check(kind, raw)
    except UnicodeEncodeError:
        raise ConfigError(f"{key} cannot be set: the value is not UTF-8 text") from None
    except ValueError as error:
        raise ConfigError(f'{key} cannot be "{text}", expected {error}') from None
    return raw if kind == "option" else value


def _read(kind: str, text: str) -> Any:
    if text[0] in "[{" or kind == "option":
        try:
            found = tomlkit.parse(f"x = {text}").unwrap()
        except tomlkit.exceptions.ParseError:
            return text
        return found["x"] if len(found) == 1 else text
    if kind in _LISTS:
        return text.split(";") if ";" in text else text.replace(",", " ").split()
    if kind in ("kind", "switch"):
        return _WORDS.get(text.lower(), text)
    if kind in ("count", "days", "rate", "keep"):
        for number in (int, float):
            try:
                return number(text)
            except ValueError:
                continue
    return text


def _changed(source: str, section: str, name: str, value: Any) -> str:
    """The source with a setting set, or without it when ``value`` is None."""
    parsed = tomlkit.parse(source)
    table: Any = parsed
    for part in section.split(".") if section else []:
        if not isinstance(table.get(part, table), dict):
            return source
        if part not in table:
            if value is None:
                return source
            table[part] = tomlkit.table()
        table = table[part]
    if value is None:
        table.pop(name, None)
    elif name not in table and (live := _uncommented(source, section, name, value)):
        return live
    else:
        table[name] = tomlkit.value(toml(value))
    return parsed.as_string()


def _uncommented(source: str, section: str, name: str, value: Any) -> str | None:
    """The source with the template's line for a setting made live, None where it has none."""
    lines = source.split("\n")
    here = ""
    for number, line in enumerate(lines):
        if line.startswith("["):
            here = line.partition("]")[0].strip("[ ")
        elif here == section and line.startswith(f"#{_key(name)} = ") and not line.endswith("["):
            lines[number] = f"{_key(name)} = {toml(value)}"
            return "\n".join(lines)
    return None


def write(path: str, text: str) -> None:
    """Put ``text`` in place of the file at once or not at all, for the owner only (0600).

    A link stays a link; what it points to is replaced.
    """
    target = os.path.realpath(path)
    if os.path.exists(target) and not os.path.isfile(target):
        raise ConfigError(f"{path}: not a regular file; name another with --config")
    folder = os.path.dirname(target)
    make_folder(folder)
    descriptor, temporary = tempfile.mkstemp(prefix=".config-", dir=folder)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def toml(value: object) -> str:
    """A value as TOML, on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, dict):
        pairs = [f"{_key(name)} = {toml(item)}" for name, item in value.items() if item is not None]
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, date):
        return value.isoformat()
    return tomlkit.item(value).as_string() if isinstance(value, str) else repr(value)


def text(value: object) -> str:
    """A value as ``crm config get`` prints it: what ``crm config set`` takes."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple) and not any(isinstance(item, dict) for item in value):
        return ";".join(map(text, value))
    return toml(value)


def _key(name: str) -> str:
    bare = name and BARE.issuperset(name)
    return name if bare else str(tomlkit.item(name).as_string())


def template() -> str:
    """The config that ``crm init`` writes: every setting behind a #, with its meaning."""
    lines = [_INTRO]
    here = ""
    for key, _, default, example, doc in SETTINGS:
        section, name = place(key)
        section = section.partition(".<")[0]
        if section != here and key != "rule":
            lines += [f"[{section}]"]
            here = section
        lines += [f"# {line}" for line in wrap(doc, 97)]
        lines += [f"#{line}" for line in _sample(key, name, default, example).split("\n")]
        lines += [""]
    return "\n".join(lines)


def _sample(key: str, name: str, default: object, example: str) -> str:
    if example:
        return example if "<" in key or key == "rule" else f"{name} = {example}"
    if isinstance(default, tuple) and isinstance(default[0], dict):
        rows = "".join(f"  {toml(row)},\n" for row in default)
        return f"{name} = [\n{rows}]"
    return f"{name} = {toml(default)}"


def reference() -> str:
    """The settings as a Markdown table, for the documentation."""
    lines = ["| setting | default | meaning |", "|---|---|---|"]
    for key, _, default, example, doc in SETTINGS:
        shown = f" `{toml(default)}`" if default not in (None, ()) else ""
        more = " ".join(f"`{line}`" for line in example.split("\n") if line and key != "rule")
        lines.append(f"| `{key}` |{shown} | {doc}{' Example: ' + more if more else ''} |")
    return "\n".join(lines) + "\n"
