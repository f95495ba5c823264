"""The YAML of khard: the template that it edits and shows a contact with, one or one after another."""

# PyYAML's loader that makes nothing but texts, lists and mappings: a date, a phone that looks like an
# octal number and "no" stay what was written. Its import costs half a start of Python, so it waits
# for a file. Aliases are refused, and what is nested or long beyond any contact.

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Any

from crmcli.errors import InvalidValueError
from crmcli.exchange import vcard_words as words
from crmcli.exchange.card_fields import card, field, items
from crmcli.exchange.text_source import Item, TextSource, numbered_lines
from crmcli.exchange.vcard_contact import People

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmcli.exchange.plan import Options
    from crmcli.exchange.records import Reject, Row
    from crmcli.exchange.vcard_cards import Property

_STARTS = re.compile(rb"(?m)^(?:Formatted name|First name|Last name)[ \t]*:")
_APART = re.compile(r"---(?:\s.*)?|\.\.\.|# Contact template for khard.*|# Name: .*")
_LONGEST = 200_000  # characters of a contact
_DEEPEST = 12
_ADDRESS = ("Box", "Extended", "Street", "City", "Region", "Code", "Country")
_TEXTS = {"Formatted name": "FN", "Title": "TITLE", "Role": "ROLE", "Kind": "KIND", "Note": "NOTE", "Webpage": "URL"}  # fmt: skip


def claims(head: bytes) -> bool:
    """Whether the file starts as khard's template does."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n-")
    return start.startswith(b"# Contact template for khard") or (
        _STARTS.search(head) is not None and b"," not in head.partition(b":")[0]
    )


def open_file(stream: IO[bytes], name: str, options: Options) -> KhardFile:
    """Open it.

    Raises:
        UsageError: it is said to hold something else.
    """
    return KhardFile(stream, name, options)


class KhardFile(TextSource):
    """A document a person."""

    FORMAT = "khard"
    SUFFIX = "yaml"

    def __init__(self, stream: IO[bytes], name: str, options: Options) -> None:
        super().__init__(stream, name, options)
        self._people = People(options)
        self.cells = self._people.cells
        self._load = _loader()

    def items(self, text: IO[str]) -> Iterator[Item]:
        """Yield the documents; the comments of a template stand at the start of one."""
        start, number, kept, size = 0, 0, list[str](), 0
        for line, content in numbered_lines(text):
            if _APART.fullmatch(content):
                if kept:
                    number += 1
                    yield _item(start, number, kept, size)
                kept, size = [], 0
                continue
            if not kept and (not content.strip() or content.startswith("#")):
                continue
            start = start if kept else line
            size += len(content) + 1
            kept.append(content if size <= _LONGEST else "")
        if kept:
            yield _item(start, number + 1, kept, size)

    def row(self, item: Item) -> Row:
        """Make a person."""
        found = self._load(item.value)
        if not isinstance(found, dict):
            raise InvalidValueError("no fields")
        return self._people.row(card(item.line, item.number, list(_fields(found))), {})

    def rejected(self, reject: Reject) -> str:
        """Return a document of its own."""
        return f"---\n{super().rejected(reject)}"


def _item(line: int, number: int, kept: list[str], size: int) -> Item:
    problem = "a contact longer than 200,000 characters" if size > _LONGEST else None
    text = "\n".join(kept).rstrip()
    return Item(line, number, "contacts", text, text, problem)


def _fields(found: dict[str, Any]) -> Iterator[Property]:
    names = [" ".join(_texts(found.get(name))) for name in ("Last name", "First name", "Additional", "Prefix", "Suffix")]  # fmt: skip
    yield field("N", *names)
    for name, ours in _TEXTS.items():
        for value in _texts(found.get(name)):
            yield field(ours, value)
    yield items("NICKNAME", _texts(found.get("Nickname")))
    yield items("CATEGORIES", _texts(found.get("Categories")))
    for name, ours in (("Birthday", "BDAY"), ("Anniversary", "ANNIVERSARY")):
        for value in _texts(found.get(name)):
            yield field(ours, value.removeprefix("text=").strip())
    companies = found.get("Organisation")
    for company in companies if isinstance(companies, list) else [companies]:
        yield field("ORG", *_texts(company))
    for name, ours in (("Phone", "TEL"), ("Email", "EMAIL")):
        for kinds, value in _typed(found.get(name)):
            for one in _texts(value):
                yield field(ours, one, types=kinds)
    for kinds, value in _typed(found.get("Impp")):
        for one in _texts(value):
            yield field("IMPP", f"{kinds[0]}:{one}" if kinds and ":" not in one else one)
    for kinds, value in _typed(found.get("Address")):
        for place in value if isinstance(value, list) else [value]:
            if isinstance(place, dict):
                yield field("ADR", *(" ".join(_texts(place.get(part))) for part in _ADDRESS), types=kinds)  # fmt: skip
    for kinds, value in _typed(found.get("Private")):
        yield field(words.OWN_FIELD, words.free(", ".join(kinds).lower()), ", ".join(_texts(value)))


def _typed(value: Any) -> Iterator[tuple[list[str], Any]]:
    """The pairs of a mapping of types to values."""
    for kinds, one in value.items() if isinstance(value, dict) else ():
        yield (
            [kind.strip().lower().replace("pref=1", "pref") for kind in str(kinds).split(",")],
            one,
        )


def _texts(value: Any) -> list[str]:
    """The texts of a value that is one, none or a list."""
    several = value if isinstance(value, list) else [value]
    return [one for one in several if isinstance(one, str) and one.strip()]


def _loader() -> Callable[[str], Any]:
    """What reads a document."""
    import yaml

    class Loader(yaml.BaseLoader):  # type: ignore[misc]  # it has no types
        """Refuses aliases, of which a few lines make gigabytes, and what no contact is nested like."""

        depth = 0

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent) or self.depth > _DEEPEST:
                raise InvalidValueError("aliases, or nested too deep")
            self.depth += 1
            node = super().compose_node(parent, index)
            self.depth -= 1
            return node

    def load(text: str) -> Any:
        try:
            return yaml.load(text, Loader)  # noqa: S506 - of texts, lists and mappings only
        except (yaml.YAMLError, ValueError, OverflowError, RecursionError, TypeError) as error:
            mark = getattr(error, "problem_mark", None)
            where = f" at line {mark.line + 1} of the contact" if mark else ""
            raise InvalidValueError(f"not YAML{where}") from None

    return load
