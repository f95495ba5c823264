"""The message of an owner's own rule: words with fields of the person in braces, as SQL."""

from __future__ import annotations

from crmcli.errors import UsageError
from crmcli.query import fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

UNKNOWN = "?"  # stands for what a person does not have
_LONGEST = 80  # characters of a note or of what was said

_LIST = "(SELECT group_concat(value, ', ') FROM json_each(c.{}))"
# The fields whose text is not the column itself.
_SHOWN = {
    "quiet": "c.quiet",
    "next": "replace(c.next, 'T', ' ')",
    "created_at": "on_day(c.created_at)",
    "updated_at": "on_day(c.updated_at)",
    "archived_at": "on_day(c.archived_at)",
    "value": "printf('%,d', CAST(round(c.value / 10000.0) AS INTEGER))",
    "do_not_contact": "iif(c.do_not_contact, 'yes', 'no')",
    "referred_by": "(SELECT name FROM contacts WHERE id = c.referred_by)",
    "note": f"substr(c.note, 1, {_LONGEST})",
    "last_text": f"substr(c.last_text, 1, {_LONGEST})",
    "email": "c.email",
    "phone": "c.phone",
    **{name: _LIST.format(name) for name in ("emails", "phones", "urls", "dates", "tags")},
}
_CUSTOM = "(SELECT value FROM json_each(c.custom) WHERE key = :{})"
# What a query can ask for that is more than a field of one person.
_NO_FIELDS = ("due", "said", "kind", "deal", "stage", "is", "has", "rule")


def compiled(message: str, custom: Collection[str]) -> tuple[str, dict[str, object]]:
    """Return SQL over ``contacts c`` that gives the message, and the values that it binds.

    ``{field}`` stands for a field of the person, ``{{`` and ``}}`` for the braces themselves.

    Raises:
        UsageError: a brace without its other, or no such field.
    """
    names = fields.field_names(custom)
    parts = []
    values: dict[str, object] = {}
    for text, field in _pieces(message):
        mark = f"word{len(values)}"
        if text:
            values[mark] = text
            parts.append(f":{mark}")
        elif field:
            sql, bound = _field(field, names, mark)
            values |= bound
            parts.append(f"coalesce(nullif(CAST({sql} AS TEXT), ''), '{UNKNOWN}')")
    return " || ".join(parts) or "''", values


def _pieces(message: str) -> Iterator[tuple[str, str]]:
    """Yield ``(text, "")`` and ``("", field)`` in turn."""
    text, at = "", 0
    while at < len(message):
        letter = message[at]
        if letter in "{}" and message[at + 1 : at + 2] == letter:
            text, at = text + letter, at + 2
            continue
        if letter not in "{}":
            text, at = text + letter, at + 1
            continue
        end = message.find("}", at)
        if letter == "}" or end < 0:
            raise UsageError(f'a "{letter}" without its other; write it twice to mean itself')
        yield text, ""
        yield "", message[at + 1 : end]
        text, at = "", end + 1
    yield text, ""


def _field(field: str, names: dict[str, str], mark: str) -> tuple[str, dict[str, object]]:
    wanted = field.strip().lower()
    name = wanted if wanted in ("email", "phone") else names.get(wanted, "")
    if not name or name in _NO_FIELDS:
        from crmcli.query.errors import did_you_mean

        near = (
            did_you_mean(wanted, set(names) - set(_NO_FIELDS)) or "; crm show 1 --json has them all"
        )
        raise UsageError(f"a person has no field {{{field}}}{near}")
    if name in _SHOWN:
        return _SHOWN[name], {}
    if name in fields.FIELDS:
        return f"c.{name}", {}
    return _CUSTOM.format(mark), {mark: name}
