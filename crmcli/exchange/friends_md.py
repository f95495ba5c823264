"""The file of Friends, a journal for the terminal: friends, activities and notes in Markdown."""

from __future__ import annotations

import re
from datetime import date
from typing import IO, TYPE_CHECKING

from crmcli.errors import InvalidValueError
from crmcli.exchange.cell_text import lines, text
from crmcli.exchange.records import ContactRow, InteractionRow, Person
from crmcli.exchange.text_source import Item, TextSource, numbered_lines
from crmcli.values import dates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.exchange.plan import Options
    from crmcli.exchange.records import Reject, Row

_SECTIONS = {"activities": "interactions", "notes": "interactions", "friends": "contacts"}
_HEADING = re.compile(r"###\s+(Activities|Notes|Friends|Locations):?\s*", re.IGNORECASE)
_START = re.compile(rb"###[ \t]+(activities|notes|friends|locations):?[ \t]*[\r\n]")
_FRIEND = re.compile(
    r"(?P<name>[^(\[@]+)(?:\((?P<aka>[^()]*)\)\s*)?(?:\[(?P<place>[^\[\]]*)\]\s*)?(?P<tags>(?:@[^\s@]+\s*)*)"
)
_NAME = re.compile(r"\*\*([^*]+)\*\*")
_PLACE = re.compile(r"(?<!\w)_([^_]+)_(?!\w)")
_MOST_NAMES = 100_000


def claims(head: bytes) -> bool:
    """Whether the file starts with one of the headings."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    while start.startswith(b"<!--") and b"\n" in start:
        start = start.partition(b"\n")[2].lstrip()
    return _START.match(start) is not None


def open_file(stream: IO[bytes], name: str, options: Options) -> FriendsFile:
    """Open it.

    Raises:
        UsageError: it is said to hold something else.
    """
    return FriendsFile(stream, name, options)


class FriendsFile(TextSource):
    """The sections Friends, Activities and Notes; Locations are the places of friends again."""

    FORMAT = "friends-md"
    HOLDS = ("contacts", "interactions")
    SUFFIX = "md"

    def __init__(self, stream: IO[bytes], name: str, options: Options) -> None:
        super().__init__(stream, name, options)
        self._called: dict[str, str] = {}
        for item in self._items():
            if item.noun == "contacts" and (found := _FRIEND.fullmatch(item.value[1])):
                for other in _others(found["aka"])[: _MOST_NAMES - len(self._called)]:
                    self._called.setdefault(other, found["name"].strip())

    def items(self, text: IO[str]) -> Iterator[Item]:
        """Yield the lines of the three sections."""
        section, number = "", 0
        for line, content in numbered_lines(text):
            plain = content.strip()
            if found := _HEADING.fullmatch(plain):
                section = found[1].lower()
                continue
            noun = _SECTIONS.get(section)
            if noun is None or not plain or plain.startswith(("<!--", "#")):
                continue
            number += 1
            problem = None if plain[:2] in ("- ", "* ") else 'no entry; entries start with "- "'
            yield Item(line, number, noun, (section, plain[2:].strip()), f"### {section.capitalize()}:\n{plain}", problem)  # fmt: skip

    def row(self, item: Item) -> Row:
        """Make a friend, or what happened."""
        section, content = item.value
        if section == "friends":
            return _friend(item.line, content)
        return self._happened(item.line, content, "note" if section == "notes" else "meeting")

    def rejected(self, reject: Reject) -> str:
        """Return the entry under its heading, the reason in a comment."""
        return f"<!-- line {reject.line}: {' '.join(reject.reason.split())} -->\n{reject.original}"

    def _happened(self, line: int, content: str, kind: str) -> InteractionRow:
        day, colon, said = content.partition(":")
        try:
            at = dates.to_utc(date.fromisoformat(day.strip()), self._options.tz)
        except ValueError:
            raise InvalidValueError(f'date "{day.strip()[:40]}" not understood') from None
        names = dict.fromkeys(filter(None, map(text, _NAME.findall(said))))
        plain = lines(_PLACE.sub(r"\1", _NAME.sub(r"\1", said)))
        if not plain or not colon:
            raise InvalidValueError("no text")
        people = tuple(Person(name=self._called.get(name, name)) for name in names)
        return InteractionRow(
            line, kind=kind, at=at, people=tuple(dict.fromkeys(people)), text=plain
        )


def _friend(line: int, content: str) -> ContactRow:
    found = _FRIEND.fullmatch(content)
    name = text(found["name"] if found else content)
    if not name or name[0] in "@([":
        raise InvalidValueError("no name")
    if found is None:
        return ContactRow(line, name=name)
    tags = tuple(dict.fromkeys(found["tags"].replace("@", " ").split()))
    other = ", ".join(_others(found["aka"]))
    custom = {"nickname": other} if other else None
    return ContactRow(line, name=name, city=text(found["place"] or ""), tags=tags, custom=custom)


def _others(aka: str | None) -> list[str]:
    return [plain for one in (aka or "").split("a.k.a.") if (plain := text(one))]
