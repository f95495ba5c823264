"""vCards (2.1, 3.0, 4.0) as properties: names, parameters, and values in letters."""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING, NamedTuple

from crmcli.exchange.mail import in_letters
from crmcli.exchange.vcard_lines import BINARY, MARKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmcli.exchange.encoding import Encoding
    from crmcli.exchange.vcard_lines import Content

_MOST = 5_000  # properties of one card
_LARGEST = 4_000_000  # bytes of one card
_HEADS = 5_000  # remembered: names with the same parameters come again and again
_ENCODINGS = frozenset(("QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT", "Q"))
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_OLD_ESCAPED = re.compile(r"\\([;,:\\])")
_SEMICOLON, _COMMA = re.compile(r"\\.|;", re.DOTALL), re.compile(r"\\.|,", re.DOTALL)
_RAW_SEMICOLON = re.compile(rb"(?<!\\);")
_PIECES = re.compile(r'(?:[^";]|"[^"]*")+')
_CIRCUMFLEX = {"^n": "\n", "^N": "\n", "^^": "^", "^'": '"'}
_HEX = re.compile(r"\\(?:x([0-9a-f]{2})|(\\))")
ESCAPES = (
    "X-CRM-ESCAPES"  # a parameter: control characters of the value are \xNN, a backslash is two
)

Params = dict[str, list[str]]


class Property(NamedTuple):
    """One property of a card."""

    name: str  # in capitals
    group: str  # in small letters, empty for none
    params: Params  # names in capitals; TYPE has those of 2.1 too
    value: str  # as it stands in the file, escapes and all
    old: bool = False  # of version 2.1

    @property
    def types(self) -> set[str]:
        """The values of TYPE, in small letters."""
        return {one.lower() for one in self.params.get("TYPE", ())}

    @property
    def preference(self) -> int:
        """1 for the most preferred, 101 for the others."""
        stated = self.params.get("PREF", ("",))[0]
        if stated.isascii() and stated.isdecimal() and len(stated) < 4:
            return int(stated)
        return 1 if "pref" in self.types or "PREF" in self.params else 101

    @property
    def text(self) -> str:
        """The value as one text."""
        return self._plain(self.value)

    @property
    def parts(self) -> list[str]:
        """The components of a value that semicolons part."""
        return [self._plain(part) for part in _split(self.value, ";", _SEMICOLON)]

    @property
    def items(self) -> list[str]:
        """The items of a list that commas part; of old cards also semicolons."""
        if self.old and ";" in self.value and "," not in self.value:
            return self.parts
        return [self._plain(item) for item in _split(self.value, ",", _COMMA)]

    def _plain(self, value: str) -> str:
        if "\\" in value:
            pattern = _OLD_ESCAPED if self.old else _ESCAPED
            value = pattern.sub(_unescaped, value)
        if ESCAPES in self.params:
            return _HEX.sub(lambda found: chr(int(found[1], 16)) if found[1] else "\\", value)
        return value


class Card(NamedTuple):
    """One card."""

    line: int  # of its BEGIN
    number: int  # in the file, from 1
    version: str
    properties: list[Property]
    raw: list[bytes]  # its content lines, pictures left out, to be rejected as they are
    pictures: int = 0  # pictures, sounds and keys that were passed over
    problem: str | None = None  # why it cannot be read
    whole: bool = True  # its END is there
    outside: bool = False  # no card, but text between cards
    file: str = ""  # of a folder


class Letters:
    """Bytes to text: by the charset that a property names, else by that of the file."""

    def __init__(self, encoding: Encoding) -> None:
        self._name, self._errors = encoding.name, encoding.errors

    def __call__(self, raw: bytes, charset: str | None = None, *, hidden: bool = False) -> str:
        """Return the text; ``hidden`` bytes stood in quoted-printable, where the file does not tell."""
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            pass
        if charset and charset.lower() not in ("utf-8", "utf8"):
            return in_letters(raw, charset)
        if hidden and self._name in ("utf-8", "ascii"):
            return in_letters(raw)
        try:
            return raw.decode(self._name, self._errors)
        except UnicodeError:  # of an encoding of several bytes a letter, cut or damaged
            return raw.decode(self._name, "replace")


class Reader:
    """Makes cards of content lines."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self._heads: dict[bytes, tuple[str, str, Params]] = {}

    def cards(self, contents: Iterable[Content]) -> Iterator[Card]:
        """Yield the cards, and what stands between them."""
        number, card = 0, None
        for content in contents:
            mark = _mark(content) if content.name in MARKS else None
            if card is None:
                number += 1
                card = _Growing(content, number, outside=mark != "BEGIN")
                continue
            if card.outside and mark != "BEGIN":
                card.add(content)
                continue
            if mark == "BEGIN" and not card.awaits_nested():
                yield self._made(card, whole=card.outside)
                number += 1
                card = _Growing(content, number)
            elif mark == "BEGIN":
                card.depth += 1
            elif mark == "END" and card.depth:
                card.depth -= 1
            elif mark == "END":
                yield self._made(card, whole=True)
                card = None
            elif card.depth:
                card.nested(content)
            else:
                card.add(content)
        if card is not None:
            yield self._made(card, whole=card.outside)

    def _made(self, card: _Growing, *, whole: bool) -> Card:
        properties: list[Property] = []
        old, version = False, ""
        if not (card.problem or card.outside):
            for raw in card.raw:
                made = self.property(raw, old=old)
                if made.name == "VERSION" and not version:
                    version = made.value.strip()
                    old = version == "2.1"
                properties.append(made)
        problem = "text outside of a card" if card.outside else card.problem
        return Card(
            card.line, card.number, version, properties, card.raw, card.pictures, problem, whole, card.outside,
        )  # fmt: skip

    def property(self, raw: bytes, *, old: bool) -> Property:
        """Read one content line."""
        head, _, value = raw.partition(b":")
        if b'"' in head and head.count(b'"') % 2:
            head, _, value = _cut(raw)
        known = self._heads.get(head)
        if known is None:
            if len(self._heads) >= _HEADS:
                self._heads.clear()
            known = self._heads[head] = _head(self._letters(head))
        group, name, params = known
        encoding = params.get("ENCODING", ("",))[0]
        if encoding in ("QUOTED-PRINTABLE", "Q"):
            text = self._quoted(value, params)
        elif encoding in ("BASE64", "B"):
            text = self._base64(value, params)
        else:
            text = self._letters(value, params.get("CHARSET", (None,))[0])
        return Property(name, group, params, text, old)

    def _quoted(self, value: bytes, params: Params) -> str:
        charset = params.get("CHARSET", (None,))[0]
        # Parted before it is decoded: an encoded semicolon is one of the text.
        parts = [
            self._letters(binascii.a2b_qp(part), charset, hidden=True)
            for part in _RAW_SEMICOLON.split(value)
        ]
        if len(parts) == 1:
            return parts[0]
        return ";".join(re.sub(r"(?<!\\);", r"\\;", part) for part in parts)

    def _base64(self, value: bytes, params: Params) -> str:
        try:
            decoded = binascii.a2b_base64(value)
        except binascii.Error:
            return self._letters(value)
        text = self._letters(decoded, params.get("CHARSET", (None,))[0], hidden=True)
        return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


class _Growing:
    """A card while its lines come in."""

    def __init__(self, first: Content, number: int, *, outside: bool = False) -> None:
        self.line, self.number, self.outside = first.line, number, outside
        self.raw: list[bytes] = []
        self.pictures = self.depth = self._size = 0
        self.problem = first.problem
        if outside:
            self.add(first)

    def add(self, content: Content) -> None:
        """Take one more content line."""
        raw = content.raw
        if content.name in BINARY:
            self.pictures += 1
            return
        self.problem = self.problem or content.problem
        self._size += len(raw) + 40
        if len(self.raw) >= _MOST or self._size > _LARGEST:
            self.problem = self.problem or "a card of more than 5,000 properties or 4 MB"
            return
        self.raw.append(raw)

    def nested(self, content: Content) -> None:
        """Take the name of a card within the card; who that is, the AGENT before it says."""
        if self.depth == 1 and content.name == b"fn" and self.raw:
            last = self.raw[-1]
            head, colon, value = content.raw.partition(b":")
            if colon and last[:5].upper() == b"AGENT" and last.endswith(b":"):
                self.raw[-1] = last[:-1] + head[2:] + b":" + value

    def awaits_nested(self) -> bool:
        """Whether a card may begin here within this one."""
        last = self.raw[-1] if self.raw else b""
        return last[:5].upper() == b"AGENT" and last.endswith(b":")


def _mark(content: Content) -> str | None:
    """BEGIN or END of a card."""
    value = content.raw.partition(b":")[2].strip().upper()
    return (
        "BEGIN"
        if value == b"VCARD" and content.name == b"begin"
        else "END"
        if value == b"VCARD"
        else None
    )


def _cut(raw: bytes) -> tuple[bytes, bytes, bytes]:
    """Part a line at its first colon outside of quotes."""
    at = quotes = 0
    while (at := raw.find(b":", at)) >= 0:
        quotes = raw.count(b'"', 0, at)
        if not quotes % 2:
            return raw[:at], b":", raw[at + 1 :]
        at += 1
        if at > 2_000:
            break
    return raw.partition(b":")


def _head(text: str) -> tuple[str, str, Params]:
    """The group, name and parameters before the colon."""
    pieces = text.split(";") if '"' not in text else _PIECES.findall(text) or [text]
    group, _, name = pieces[0].rpartition(".")
    params: Params = {}
    for piece in pieces[1:]:
        key, equals, value = piece.partition("=")
        key = key.strip().upper()
        if not equals:
            key, value = ("ENCODING" if key in _ENCODINGS else "TYPE"), key
        values = value.split(",") if '"' not in value or key == "TYPE" else [value]
        plain = [one.strip().strip('"') for one in values]
        if key == "ENCODING":
            plain = [one.upper() for one in plain]
        if "^" in value:
            plain = [re.sub(r"\^[nN^']", lambda found: _CIRCUMFLEX[found[0]], one) for one in plain]
        params.setdefault(key, []).extend(plain)
    return group.strip().lower(), name.strip().upper(), params


def _unescaped(found: re.Match[str]) -> str:
    char = found[1]
    return "\n" if char in "nN" else char if char in ";,:\\" else found[0]


def _split(value: str, mark: str, marks: re.Pattern[str]) -> list[str]:
    if "\\" not in value:
        return value.split(mark)
    parts, start = [], 0
    for found in marks.finditer(value):
        if found[0] == mark:
            parts.append(value[start : found.start()])
            start = found.end()
    return [*parts, value[start:]]
