"""A contact as TOML for an editor, and back: every field with a word on what it takes."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.exceptions import ParseError, TOMLKitError

from crmcli.errors import UsageError
from crmcli.output import safe

if TYPE_CHECKING:
    from collections.abc import Mapping

# Editors obey what stands in the first and the last lines of a file, so these are ours.
_HEAD = """\
# Contact {id}
# Change what you like, save and leave the editor. What you empty or take out is emptied.
# Lists stand in brackets: ["a", "b"]. Behind a # is what a field takes.
# What cannot be seen, or would be obeyed by an editor, stands as its number, such as \\u202e.
#
"""
_TAIL = """\
#
# That is all. Lines that begin with # are left out.
# A text of several lines stands between three quotes.
#
#
"""
# In the order of the text; lists are marked by a star.
_FIELDS = {
    "name": "",
    "given": "",
    "family": "",
    "company": "made if new",
    "title": "",
    "emails*": 'such as ["anna@acme.example", "anna@home.example"], the first one is written to',
    "phones*": "in any spelling",
    "urls*": "",
    "channel": "how they like to be reached: call, email, message, meeting, visit or post",
    "language": "pl, de, en",
    "currency": "PLN, EUR",
    "address": "street and house",
    "address_label": "what address it is: work, home",
    "postcode": "",
    "city": "",
    "region": "",
    "country": "code or name",
    "birthday": "1984-05-17, or --05-17 without a year",
    "dates*": 'such as ["wedding=2010-06-12", "renewal=2026-12-31/30d"]; 30d is the notice',
    "lifecycle": "lead, prospect, customer, loyal, lapsed, partner or other",
    "cadence": "how often they should hear from you: 30d, 6w, 3m; empty goes by tags and lifecycle",
    "tags*": "",
    "source": "where they came from",
    "referred_by": "who sent them: an id, an e-mail or a name",
    "do_not_contact": "true or false",
    "verified_on": "when these facts were last checked",
    "notice_on": "when they were told what is kept about them",
    "note": "",
}
LISTS = frozenset(name.rstrip("*") for name in _FIELDS if name.endswith("*"))
_OWN = "fields"  # the table of custom fields

# What an editor would obey in a text: settings of Vim, of Emacs, of Kate. Escaping the last sign of each ends that.
_OBEYED = re.compile(
    r"\b(?:vim?[<>=]?\d*|ex|kate(?:-[\w()*;.-]*)?|local variables):|-\*-", re.IGNORECASE
)
_BARE = re.compile(r"[A-Za-z0-9_-]+").fullmatch
_SHORT = {"\\": "\\\\", '"': '\\"', "\t": "\\t", "\n": "\\n", "\r": "\\r"}

# A line whose value was deleted, which TOML has no word for.
_VALUELESS = re.compile(r"""^\s*([\w-]+|"[^"]*"|'[^']*')\s*=\s*(#.*)?$""")


def write(card: Mapping[str, Any]) -> str:
    """Return the text of a contact.

    Args:
        card: fields by name as store.card has them, ``custom`` among them.
    """
    lines = [_HEAD.format(id=card["id"])]
    for marked, about in _FIELDS.items():
        name = marked.rstrip("*")
        value = _shown(name, card[name])
        lines.append(f"{name} = {_toml(value)}" + (f"  # {about}" if about else ""))
    lines += ["", '# Fields of your own, such as delivery_day = "Tuesday".', f"[{_OWN}]"]
    lines += [
        f"{name if _BARE(name) else _quoted(name)} = {_toml(value)}"
        for name, value in card["custom"].items()
    ]
    return "\n".join([*lines, _TAIL])


def _shown(name: str, value: Any) -> Any:
    if name == "cadence":
        return f"{value}d" if value else ""
    if name == "referred_by":
        return str(value["id"]) if value else ""
    return "" if value is None else value


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return _quoted(str(value), multiline="\n" in str(value))


def _quoted(text: str, *, multiline: bool = False) -> str:
    """A text between quotes, in which nothing hides and nothing acts; it is read back exactly."""
    obeyed = {found.end() - 1 for found in _OBEYED.finditer(text)}
    inside = "".join(
        [
            safe.numbered(char)
            if at in obeyed or not (char in _SHORT or safe.shows(char, text, at))
            else char
            if multiline and char == "\n"
            else _SHORT.get(char, char)
            for at, char in enumerate(text)
        ]
    )
    return f'"""\n{inside}"""' if multiline else f'"{inside}"'


def read(text: str) -> dict[str, Any]:
    """Return the fields of a text: strings, lists of strings, and ``custom``; empty is None or [].

    Raises:
        UsageError: it is not TOML, has an unknown field or a value of the wrong kind; names the line.
    """
    document = _parsed(text)
    own = document.pop(_OWN, {})
    known = [name.rstrip("*") for name in _FIELDS]
    for name in document:
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(name, known, n=1)
            hint = (
                f", did you mean {near[0]}?"
                if near
                else f"; fields of your own stand under [{_OWN}]"
            )
            raise UsageError(f'{_where(text, name)}unknown field "{name}"{hint}')
    if not isinstance(own, dict):
        raise UsageError(f"{_where(text, _OWN)}{_OWN} is a table: [{_OWN}]")
    fields: dict[str, Any] = {}
    for name in known:
        value = document.get(name)
        fields[name] = _list(text, name, value) if name in LISTS else _text(text, name, value)
    fields["custom"] = {name: _text(text, name, value) for name, value in own.items()}
    return fields


def _parsed(text: str) -> dict[str, Any]:
    lines = text.split("\n")
    while True:
        try:
            return dict(tomlkit.parse("\n".join(lines)).unwrap())
        except ParseError as error:
            for number in (error.line - 1, error.line - 2):
                if 0 <= number < len(lines) and _VALUELESS.match(lines[number]):
                    lines[number] = lines[number].partition("=")[0] + '= ""'
                    break
            else:
                raise UsageError(f"line {error.line}: not TOML: {_reason(error)}") from None
        except TOMLKitError as error:
            raise UsageError(f"not TOML: {error}") from None


def _reason(error: ParseError) -> str:
    return str(error).partition(" at line ")[0]


def _text(text: str, name: str, value: Any) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, dict)):
        raise UsageError(f'{_where(text, name)}{name} is one value, such as {name} = "…"')
    return None if value is None else str(value).strip() or None


def _list(text: str, name: str, value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [one for item in values if (one := _text(text, name, item))]


def _where(text: str, name: str) -> str:
    """``line 12: ``, where a key or a table stands."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.partition("=")[0].strip(" \t\"'[]") == name:
            return f"line {number}: "
    return ""
