"""MIME (RFC 2045 to 2047): header blocks, parts and charsets of one message, as they really come.

A header block is cut by one expression of our own: the standard library's parser takes four times
as long for it, and its walk over nested parts takes quadratic time on input made for that. What a
single Content-Type means is left to the library.
"""

from __future__ import annotations

import binascii
import codecs
import email.errors
import email.header
import io
import quopri
import re
from email.message import Message as Library
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from crmcli.exchange.encoding import decide, score
from crmcli.exchange.html_text import plain
from crmcli.values.text import LONGEST, clean

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_HEAD = 256 * 1024  # bytes of headers that are looked at
_LONGEST_HEADER = 16 * 1024  # characters of one of them
LONGEST_TEXT = 1_000_000  # characters of text that are kept
_DEEPEST = 8  # parts within parts
_MOST_PARTS = 200
_LONGEST_TYPE = 200  # characters of a Content-Type that is remembered
_SAMPLE = 8192  # bytes by which two charsets are told apart
_LARGEST_REPORT = 64 * 1024  # bytes of what a mail system says of a delivery
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"^([!-9;-~]{1,100})[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)", re.MULTILINE)
# Codecs of Python that are no charset of mail, two of which take quadratic time.
_NO_CHARSETS = frozenset((
    "punycode", "idna", "unicode_escape", "raw_unicode_escape", "unicode-escape",
    "raw-unicode-escape", "undefined", "mbcs", "oem",
))  # fmt: skip
_IN_ASCII = ("utf-7", "utf_7", "iso2022", "hz")  # charsets that write other letters in ASCII
_WINDOWS = re.compile(r"(?:windows|win|cp|ansi)\D{0,3}(125\d)")
# What programs declare, and what Windows really wrote under that name.
_REALLY = {"iso8859-2": "cp1250", "iso8859-1": "cp1252", "iso8859-5": "cp1251"}
_REPORTS = ("message/delivery-status", "message/rfc822", "text/rfc822-headers")


class ContentType(NamedTuple):
    """What a Content-Type says."""

    kind: str  # such as text/plain, in lower case
    boundary: str | None
    charset: str | None
    params: dict[str, str]  # names in lower case


class Head:
    """The headers of a message or of a part."""

    def __init__(self, block: bytes) -> None:
        self.raw: dict[str, bytes] = {}
        self.type = _NO_TYPE
        for name, value in _FIELD.findall(block[:LARGEST_HEAD]):
            self.raw.setdefault(name.decode("ascii").lower(), value)
        self.type = _content_type(self.text("content-type"))

    def __contains__(self, name: str) -> bool:
        return name in self.raw

    def text(self, name: str) -> str:
        """A header as it was sent, its lines joined; empty where there is none."""
        raw = self.raw.get(name, b"")[:_LONGEST_HEADER]
        # Other letters are not allowed, and common.
        text = raw.decode() if raw.isascii() else in_letters(raw, self._header_charset(raw))
        return " ".join(text.splitlines()).strip()

    def _header_charset(self, raw: bytes) -> str | None:
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            return self.type.charset
        return "utf-8"

    def word(self, name: str) -> str:
        """The first word of a header, in lower case."""
        return self.text(name).partition(";")[0].strip().lower()


class Body(NamedTuple):
    """What the parts of a message hold."""

    text: str  # the plain text, else the HTML without its tags
    reports: dict[str, bytes]  # of a mail system: by type, the first of each
    kinds: frozenset[str]  # the types of all parts; of text/calendar with its method


def cut(raw: bytes) -> tuple[Head, bytes]:
    """The headers of a message or part, and what stands below them."""
    if raw[:1] == b"\n" or raw[:2] == b"\r\n":  # a part without headers
        return Head(b""), raw
    blank = _BLANK_LINE.search(raw)
    head, body = (raw[: blank.start()], raw[blank.end() :]) if blank else (raw, b"")
    return Head(head), body


def _content_type(value: str) -> ContentType:
    return _usual_type(value) if len(value) < _LONGEST_TYPE else _read_type(value)


def _read_type(value: str) -> ContentType:
    found = Library()
    if value:
        found["content-type"] = value
    params = {name.lower(): str(said) for name, said in found.get_params(())[1:]}
    return ContentType(
        found.get_content_type(), found.get_boundary(), found.get_content_charset(), params
    )


_usual_type = lru_cache(maxsize=1000)(_read_type)
_NO_TYPE = _read_type("")


def decoded(text: str) -> str:
    """Encoded words (``=?iso-8859-2?Q?...?=``) as the text that they stand for."""
    if "=?" not in text:
        return text
    try:
        parts = email.header.decode_header(text)
    except (email.errors.HeaderParseError, ValueError):
        return text
    return "".join(
        part if isinstance(part, str) else in_letters(part, charset) for part, charset in parts
    )


def in_letters(raw: bytes, charset: str | None = None) -> str:
    """Bytes as text: what the charset cannot say is replaced; one unknown or untold is guessed."""
    name = _codec(charset) if charset else None
    if raw.isascii() and b"\0" not in raw and not (name or "").startswith(_IN_ASCII):
        return raw.decode("ascii")
    try:
        if name == "utf-8":
            return raw.decode("utf-8")
        if name and name != "ascii":
            return raw.decode(_really(raw, name), "replace")
    except (LookupError, ValueError):
        pass
    return _guessed(raw)


def _guessed(raw: bytes) -> str:
    found = decide(io.BytesIO(raw))
    return raw[found.skip :].decode(found.name, "replace")


def _codec(charset: str) -> str | None:
    """Python's name of a charset, also of one that is spelled in a way of its own."""
    try:
        name = codecs.lookup(charset.strip("\"' ")).name
    except (LookupError, ValueError):
        windows = _WINDOWS.search(charset.lower())
        return f"cp{windows[1]}" if windows else None
    return None if name in _NO_CHARSETS else name


def _really(raw: bytes, name: str) -> str:
    """The charset that a text is in: Windows writes its own under the name of the ISO's."""
    windows = _REALLY.get(name)
    if windows is None:
        return name
    if any(0x80 <= byte < 0xA0 for byte in raw[:_SAMPLE]):
        return windows
    told, other = (score(raw[:_SAMPLE].decode(codec, "replace")) for codec in (name, windows))
    return windows if other > told + 1 else name


def tidy(text: str, *, multiline: bool = False) -> str:
    """Text that the book can hold, whatever came, and as much of it."""
    text = text[:LONGEST].replace("\0", "")
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return clean(text, multiline=multiline)


def read_body(head: Head, body: bytes) -> Body:
    """Read the parts; attachments are passed over as they are."""
    found: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    reports: dict[str, bytes] = {}
    kinds: set[str] = set()
    for part, content in _parts(head, body, 0, iter(range(_MOST_PARTS))):
        kind, _, charset, params = part.type
        method = params.get("method") if kind == "text/calendar" else None
        kinds.add(f"{kind}; {method.lower()}" if method else kind)
        if kind in _REPORTS:
            reports.setdefault(kind, _unpacked(part, content[:_LARGEST_REPORT]))
        elif kind in found and not part.text("content-disposition").lower().startswith("attach"):
            text = in_letters(_unpacked(part, content), charset)
            if params.get("format", "").lower() == "flowed":
                text = _unflowed(text, delete=params.get("delsp", "").lower() == "yes")
            found[kind].append(text[:LONGEST_TEXT])
    told = "\n\n".join(found["text/plain"]).strip()
    text = told or "\n\n".join(map(plain, found["text/html"]))
    return Body(tidy(text[:LONGEST_TEXT], multiline=True), reports, frozenset(kinds))


def _parts(
    head: Head, body: bytes, depth: int, left: Iterator[int]
) -> Iterator[tuple[Head, bytes]]:
    """Every part that is not made of parts itself, in order, while there are numbers ``left``."""
    boundary = head.type.boundary if head.type.kind.startswith("multipart/") else None
    if not boundary or depth == _DEEPEST:
        yield head, body
        return
    mark = b"\n--" + boundary.encode("utf-8", "replace")
    for piece in (b"\n" + body).split(mark)[1:]:
        if piece.startswith(b"--") or next(left, None) is None:
            return
        part, content = cut(piece.partition(b"\n")[2])
        yield from _parts(part, content.removesuffix(b"\r"), depth + 1, left)


def _unpacked(part: Head, content: bytes) -> bytes:
    """The bytes behind the transfer encoding; damaged ones as far as they can be read."""
    how = part.word("content-transfer-encoding")
    if how == "quoted-printable":
        return quopri.decodestring(content)
    if how == "base64":
        try:
            return binascii.a2b_base64(content)
        except binascii.Error:
            letters = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
            return binascii.a2b_base64(letters[: len(letters) // 4 * 4])
    return content


def _unflowed(text: str, *, delete: bool) -> str:
    """RFC 3676: a line that ends in a blank goes on in the next one of the same quoting."""
    pieces: list[str] = []
    goes_on = None  # the quoting of the line before, where that goes on
    for line in text.splitlines():
        bare = line.lstrip(">")
        quoting = line[: len(line) - len(bare)]
        bare = bare.removeprefix(" ")
        if goes_on != quoting or bare == "-- ":
            pieces.append("\n" + quoting + " " * bool(quoting))
        goes_on = quoting if bare.endswith(" ") and bare != "-- " else None
        pieces.append(bare[:-1] if delete and goes_on is not None else bare)
    return "".join(pieces).removeprefix("\n")
