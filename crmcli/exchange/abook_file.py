"""The address book of abook: sections of field=value."""

# The standard library's configparser holds the whole file, refuses a field that comes twice, and
# reads "%" and ":" as syntax.

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING

from crmcli.exchange import vcard_words as words
from crmcli.exchange.card_fields import card, field, items
from crmcli.exchange.text_source import LONGEST, Item, TextSource, numbered_lines
from crmcli.exchange.vcard_contact import People

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.exchange.plan import Options
    from crmcli.exchange.records import Reject, Row
    from crmcli.exchange.vcard_cards import Property

_HEADING = "# abook addressbook file"
# Before it comments alone: in a letter or a cell of a table the words say nothing.
_FORMAT = re.compile(
    rb"(?:#[^\n]*\n|[ \t\r]*\n)*\[format\][ \t\r]*\n(?:[^\[\n][^\n]*\n|\n)*?program[ \t]*=[ \t]*abook[ \t\r]*(?:\n|\Z)"
)
_SECTION = re.compile(r"\[([^\[\]]+)\]")
_PHONES = {"mobile": "cell", "workphone": "work", "phone": "home"}
_PLACE = ("address", "city", "state", "zip", "country")
_KNOWN = {"name", "email", "nick", "url", "notes", "anniversary", "groups", "fax", "address2", "birthday", *_PHONES, *_PLACE}  # fmt: skip


def claims(head: bytes) -> bool:
    """Whether the file says that abook wrote it."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(_HEADING.encode()) or _FORMAT.match(start) is not None


def open_file(stream: IO[bytes], name: str, options: Options) -> AbookFile:
    """Open it.

    Raises:
        UsageError: it is said to hold something else.
    """
    return AbookFile(stream, name, options)


class AbookFile(TextSource):
    """A section a person."""

    FORMAT = "abook"
    SUFFIX = "abook"

    def __init__(self, stream: IO[bytes], name: str, options: Options) -> None:
        super().__init__(stream, name, options)
        self._people = People(options)
        self.cells = self._people.cells

    def items(self, text: IO[str]) -> Iterator[Item]:
        """Yield the sections but the one about the file."""
        start, number, name, kept, size = 0, 0, "format", list[str](), 0
        for line, content in numbered_lines(text):
            found = _SECTION.fullmatch(content.strip())
            if found:
                if name != "format":
                    number += 1
                    yield _item(start, number, name, kept, size)
                start, name, kept, size = line, found[1], [], 0
            elif content.strip() and not content.startswith("#"):
                size += len(content)
                if size <= LONGEST:
                    kept.append(content)
        if name != "format":
            yield _item(start, number + 1, name, kept, size)

    def row(self, item: Item) -> Row:
        """Make a person."""
        found = dict.fromkeys((*_KNOWN, *_PLACE), "") | item.value
        properties = [
            field("FN", found["name"]),
            *(field("EMAIL", one) for one in found["email"].split(",")),
            *(field("TEL", found[name], types=[kind]) for name, kind in _PHONES.items()),
            field("TEL", found["fax"], types=["fax"]),
            _place(found),
            field("NICKNAME", found["nick"]),
            field("URL", found["url"]),
            field("NOTE", found["notes"]),
            field("ANNIVERSARY", found["anniversary"]),
            field("BDAY", found["birthday"]),
            items("CATEGORIES", filter(None, found["groups"].split(","))),
            *(
                field(words.OWN_FIELD, words.free(name), value)
                for name, value in item.value.items()
                if name not in _KNOWN and value
            ),
        ]
        return self._people.row(card(item.line, item.number, properties), {})

    def rejected(self, reject: Reject) -> str:
        """Return the section under the line by which abook's files are known."""
        return f"{_HEADING}\n{super().rejected(reject)}\n"


def _place(found: dict[str, str]) -> Property:
    street, *rest = (found[name] for name in _PLACE)
    return field("ADR", "", found["address2"], street, *rest)


def _item(line: int, number: int, name: str, kept: list[str], size: int) -> Item:
    pairs = [content.partition("=") for content in kept]
    odd = next((key for key, equals, _ in pairs if not equals), None)
    problem = f'"{odd[:40]}" is no field=value' if odd is not None else None
    if size > LONGEST:
        problem = "a section longer than 1 MB"
    value = {key.strip().lower(): said.strip() for key, _, said in pairs}
    return Item(line, number, "contacts", value, "\n".join([f"[{name}]", *kept]), problem)
