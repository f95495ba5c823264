"""Handles: how done, snooze and ignore name an item: ``F12`` a follow-up, ``R201:7`` a finding."""

from __future__ import annotations

from crmcli.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from crmcli.rules.selection import Catalogue


class Handle:
    """What a handle names.

    Attributes:
        follow_up: the number of a follow-up, None for a finding.
        code: of the rule, empty for a follow-up.
        contact_id: whom the finding is about, None for a tag.
        tag: the tag of ``R201:+vip``, without the sign, else empty.
    """

    __slots__ = ("code", "contact_id", "follow_up", "tag")

    def __init__(
        self,
        follow_up: int | None = None,
        code: str = "",
        contact_id: int | None = None,
        tag: str = "",
    ) -> None:
        self.follow_up = follow_up
        self.code = code
        self.contact_id = contact_id
        self.tag = tag


def find(text: str, catalogue: Catalogue, *, gone: bool = False) -> Handle | None:
    """Read a handle, in any case, with the rule's code or name; None for other text.

    With ``gone`` also that of a rule of the owner's that does not run, or is in the config no more.
    """
    head, colon, tail = text.strip().partition(":")
    if not colon:
        number = follow_up(head)
        return None if number is None else Handle(follow_up=number)
    code = catalogue.find(head)
    if not code and gone and _is_own(head):
        code = head.upper()
    if not code:
        return None
    if _is_id(tail):
        return Handle(code=code, contact_id=int(tail))
    if tail[:1] == "+" and len(tail) > 1:
        return Handle(code=code, tag=tail[1:])
    return None


def follow_up(text: str) -> int | None:
    """The number in ``F12``, in any case; None for other text."""
    number = text.strip()[1:]
    return int(number) if text.strip()[:1] in ("f", "F") and _is_id(number) else None


def get(text: str, catalogue: Catalogue, *, gone: bool = False) -> Handle:
    """Read a handle, with ``gone`` as ``find``.

    Raises:
        UsageError: it is none, or that of a broken rule.
    """
    found = find(text, catalogue, gone=gone)
    if found is None and (why := catalogue.broken_rule(text.partition(":")[0])):
        raise UsageError(why)
    if found is None:
        raise UsageError(
            f'"{text}" is no handle; it is written F12 (a follow-up) or R201:7 (a rule and a person), as crm remind shows it'
        )
    return found


def ignored(row: sqlite3.Row) -> str:
    """The handle of what an ignore is about, from its row: ``R201:7`` or ``R201:+vip``."""
    return f"{row['rule']}:+{row['tag']}" if row["tag"] else f"{row['rule']}:{row['contact_id']}"


def _is_own(code: str) -> bool:
    return len(code) == 4 and code[0] in "uU" and _is_id(code[1:])


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16
