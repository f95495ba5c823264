"""The JSON of Monica as a stream: its records one by one, however large the file is.

ijson reads it, as one contact may be half a page and the list of them half a gigabyte, and the
photos between them are texts of megabytes that nobody wants. The json module would have to hold
all of it; ijson is asked by nobody else, and its parser is in C.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from crmcli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTACT, ACTIVITY, RELATION, KIND = "contact", "activity", "relationship", "kind"

_LARGEST = 8_000_000  # bytes of a record
_LONGEST = 64_000_000  # bytes of a text, such as a photo
_DEEPEST = 50  # objects and lists inside each other
_PIECE = 1 << 16
_BYTES = re.compile("[\ud800-\udfff]")  # what decodes to these was no text
# Where records stand in the shapes there are: a place in the document -> what stands there.
_SHARED = "account.data.item"  # a list of lists, of which each says what it is of
_PLACES = {
    f"{place}{list_}.item": kind
    for place, kind in {
        "contacts": CONTACT, "data": CONTACT, "account": CONTACT, "activities": ACTIVITY,
        "account.contact": CONTACT, "account.contacts": CONTACT,
        "account.activity": ACTIVITY, "account.activities": ACTIVITY,
        "account.relationship": RELATION, "account.relationships": RELATION,
        "account.instance.contact_field_types": KIND, "account.instance.contact_field_type": KIND,
        "account.instance.genders": KIND, "account.instance.life_event_types": KIND,
    }.items()
    for list_ in ("", ".values")
} | {"item": CONTACT}  # fmt: skip


class Part(NamedTuple):
    """One record."""

    kind: str  # CONTACT, ACTIVITY, RELATION or KIND
    value: Any
    problem: str | None = None


class _Text(Protocol):
    def read(self, size: int, /) -> str:
        """Return so many characters."""


class _Pieces:
    """A text as ijson wants it; counts what was read since something of it was understood."""

    def __init__(self, text: _Text) -> None:
        self._text = text
        self.unread = 0
        self.total = 0
        self.mended = False

    def read(self, size: int) -> bytes:
        """Return the next bytes, in UTF-8.

        Raises:
            UsageError: a text that does not end.
        """
        piece = self._text.read(size)
        if not piece.isascii() and _BYTES.search(piece):
            self.mended = True
            piece = _BYTES.sub("\ufffd", piece)
        found = piece.encode()
        self.unread += len(found)
        self.total += len(found)
        if self.unread > _LONGEST:
            raise UsageError(f"a text of more than {_LONGEST // 1_000_000} MB in it")
        return found


def parts(text: _Text) -> Iterator[Part]:
    """Yield the records of a document, or of several that follow each other.

    Raises:
        UsageError: it is no JSON.
    """
    import ijson

    pieces = _Pieces(text)
    events = ijson.parse(pieces, buf_size=_PIECE, multiple_values=True)
    said = ""  # what the list that stands here is of
    try:
        for prefix, event, value in events:
            pieces.unread = 0
            if prefix == f"{_SHARED}.type" and event == "string":
                said = value
                continue
            kind = _PLACES.get(prefix)
            if kind is None and prefix == f"{_SHARED}.values.item":
                kind = said if said in (CONTACT, ACTIVITY, RELATION) else None
            if kind and event not in ("end_map", "end_array"):
                yield _record(kind, event, value, events, pieces)
    except (ijson.JSONError, ValueError) as error:
        if isinstance(error, UsageError):
            raise
        raise UsageError(f"not JSON: {str(error).strip().splitlines()[0].lower()}") from None
    if pieces.mended:
        yield Part("", None)


def _record(
    kind: str,
    event: str,
    value: Any,
    events: Iterator[tuple[str, str, Any]],
    pieces: _Pieces,
) -> Part:
    """Build what starts with an event; of what is too large or too deep as much as says what it was."""
    if event not in ("start_map", "start_array"):
        return Part(kind, _plain(value))
    whole: Any = {} if event == "start_map" else []
    open_: list[Any] = [whole]
    keys: list[str] = [""]
    depth, start, problem = 1, pieces.total, None
    while depth:
        _, event, value = next(events)
        pieces.unread = 0
        if event == "map_key":
            keys[-1] = value
        elif event in ("end_map", "end_array"):
            depth -= 1
            if not problem:
                open_.pop()
                keys.pop()
        else:
            inside = event in ("start_map", "start_array")
            depth += inside
            if problem:
                continue
            if depth > _DEEPEST or pieces.total - start > _LARGEST:
                problem = "nested too deep" if depth > _DEEPEST else f"larger than {_LARGEST // 1_000_000} MB"  # fmt: skip
                continue
            one: Any = ({} if event == "start_map" else []) if inside else _plain(value)
            if isinstance(open_[-1], dict):
                open_[-1][keys[-1]] = one
            else:
                open_[-1].append(one)
            if inside:
                open_.append(one)
                keys.append("")
    if problem:
        plain = {key: one for key, one in whole.items() if isinstance(one, str | int)} if isinstance(whole, dict) else {}  # fmt: skip
        return Part(kind, plain, problem)
    return Part(kind, whole)


def _plain(value: Any) -> Any:
    """A number stays as it is written: an amount must not pass through a float."""
    return str(value) if isinstance(value, Decimal) else value
