"""One e-mail message as it came over the wire (RFC 5322 and MIME), read whatever is in it.

Only the header blocks go through the standard library's parser, each of bounded size. The parts are
cut here, because its walk over nested parts takes quadratic time on input made for that.
"""

from __future__ import annotations

import binascii
import email
import email.errors
import email.header
import email.utils
import hashlib
import html
import io
import quopri
import re
from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from crmcli.errors import InvalidValueError
from crmcli.exchange.encoding import decide
from crmcli.values import email as addresses
from crmcli.values.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message as Headers

_LARGEST_HEAD = 256 * 1024  # bytes of headers that are looked at
_LONGEST_HEADER = 16 * 1024  # characters of one of them
_LONGEST_TEXT = 1_000_000  # characters of text that are kept
_DEEPEST = 8  # parts within parts
_MOST_PARTS = 200
_SPACE = re.compile(r"\s+")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
# What a message has and a note that somebody pipes has not.
_TELLING = ("from", "date", "message-id", "received", "to")
_UNSEEN = ("script", "style", "head", "title")
# Tags that stand on a line of their own.
# fmt: off
_BREAKING = frozenset((
    "address", "blockquote", "br", "div", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "li", "ol", "p", "pre", "table", "tr", "ul",
))
# fmt: on


class Mailbox(NamedTuple):
    """Somebody in a header."""

    name: str  # as shown; the address where there is none
    address: str  # valid


class Message(NamedTuple):
    """What a message says."""

    id: str  # of the sender's program, else one made of the bytes: the same bytes, the same id
    at: str | None  # the instant, UTC, as stored; None where the header has none that can be read
    sender: Mailbox | None
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    subject: str
    text: str  # all of it, what it quotes and the signature included


def read(raw: bytes) -> Message | None:
    """Read a message; None where the bytes do not start with the headers of one."""
    raw = raw.lstrip(b"\r\n")
    if raw.startswith(b"From "):  # the line that an mbox puts in front
        raw = raw.partition(b"\n")[2]
    headers, body = _cut(raw)
    if "from" not in headers or sum(name in headers for name in _TELLING) < 2:
        return None
    senders = _mailboxes(headers, "from") or _mailboxes(headers, "sender")
    return Message(
        id=_id(headers, raw),
        at=_instant(headers),
        sender=senders[0] if senders else None,
        to=_mailboxes(headers, "to"),
        cc=_mailboxes(headers, "cc"),
        subject=_clean(_decoded(_header(headers, "subject"))),
        text=_text(headers, body),
    )


def _cut(raw: bytes) -> tuple[Headers, bytes]:
    """The headers of a message or part, and what stands below them."""
    if raw[:1] == b"\n" or raw[:2] == b"\r\n":  # a part without headers
        return email.message_from_bytes(b""), raw
    blank = _BLANK_LINE.search(raw)
    head, body = (raw[: blank.start()], raw[blank.end() :]) if blank else (raw, b"")
    return email.message_from_bytes(head[:_LARGEST_HEAD] + b"\n\n"), body


def _header(headers: Headers, name: str) -> str:
    """A header as it was sent, its lines joined; empty where there is none."""
    for key, value in headers.raw_items():
        if key.lower() == name:
            raw = value[:_LONGEST_HEADER].encode("ascii", "surrogateescape")
            return " ".join(in_letters(raw).splitlines())
    return ""


def _decoded(text: str) -> str:
    """Encoded words (``=?iso-8859-2?Q?...?=``) as the text that they stand for."""
    try:
        parts = email.header.decode_header(text)
    except (email.errors.HeaderParseError, ValueError):
        return text
    return "".join(
        part if isinstance(part, str) else in_letters(part, charset) for part, charset in parts
    )


def in_letters(raw: bytes, charset: str | None = None) -> str:
    """Bytes as text: what the charset cannot say is replaced; one unknown or untold is guessed."""
    try:
        if charset:
            return raw.decode(charset, "replace")
    except (LookupError, ValueError):
        pass
    found = decide(io.BytesIO(raw))
    return raw[found.skip :].decode(found.name, "replace")


def _clean(text: str, *, multiline: bool = False) -> str:
    """Text that the book can hold, whatever came."""
    text = text.replace("\0", "").encode("utf-8", "replace").decode()
    return clean(text, multiline=multiline)


def _mailboxes(headers: Headers, name: str) -> tuple[Mailbox, ...]:
    """Everybody with a valid address in a header, in order, each once."""
    try:
        pairs = email.utils.getaddresses([_header(headers, name)])
    except (RecursionError, ValueError, IndexError):
        return ()
    found: dict[str, Mailbox] = {}
    for shown, address in pairs:
        try:
            valid = addresses.parse(address)
        except InvalidValueError:
            continue
        found.setdefault(addresses.key(valid), Mailbox(_clean(_decoded(shown)) or valid, valid))
    return tuple(found.values())


def _instant(headers: Headers) -> str | None:
    try:
        moment = email.utils.parsedate_to_datetime(_header(headers, "date"))
        utc = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return utc.strftime("%Y-%m-%dT%H:%M:%SZ") if utc.year >= 1970 else None


def _id(headers: Headers, raw: bytes) -> str:
    told = _clean(_header(headers, "message-id")).strip("<> ")
    return told if 0 < len(told) <= 998 else f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _text(headers: Headers, body: bytes) -> str:
    """What there is to read: the plain text, else the HTML without its tags."""
    found: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    for part, content in _parts(headers, body, 0, iter(range(_MOST_PARTS))):
        kind = part.get_content_type()
        if kind in found and part.get_content_disposition() != "attachment":
            decoded = in_letters(_unpacked(part, content), part.get_content_charset())
            found[kind].append(decoded[:_LONGEST_TEXT])
    plain = "\n\n".join(found["text/plain"]).strip()
    text = plain or "\n\n".join(map(_without_tags, found["text/html"]))
    return _clean(text[:_LONGEST_TEXT], multiline=True)


def _parts(
    headers: Headers, body: bytes, depth: int, left: Iterator[int]
) -> Iterator[tuple[Headers, bytes]]:
    """Every part that is not made of parts itself, in order, while there are numbers ``left``."""
    boundary = headers.get_boundary() if headers.get_content_maintype() == "multipart" else None
    if not boundary or depth == _DEEPEST:
        yield headers, body
        return
    mark = b"\n--" + boundary.encode("utf-8", "replace")
    for piece in (b"\n" + body).split(mark)[1:]:
        if piece.startswith(b"--") or next(left, None) is None:
            return
        part, content = _cut(piece.partition(b"\n")[2])
        yield from _parts(part, content.removesuffix(b"\r"), depth + 1, left)


def _unpacked(part: Headers, content: bytes) -> bytes:
    """The bytes behind the transfer encoding; damaged ones as far as they can be read."""
    how = _header(part, "content-transfer-encoding").strip().lower()
    if how == "quoted-printable":
        return quopri.decodestring(content)
    if how == "base64":
        try:
            return binascii.a2b_base64(content)
        except binascii.Error:
            letters = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
            return binascii.a2b_base64(letters[: len(letters) // 4 * 4])
    return content


def _without_tags(text: str) -> str:
    """HTML as plain text: a line for what stands on its own, nothing of scripts and styles."""
    pieces = []
    at = 0
    while (start := text.find("<", at)) >= 0:
        pieces.append(_SPACE.sub(" ", text[at:start]))
        closing = "-->" if text.startswith("<!--", start) else ">"
        end = text.find(closing, start)
        if end < 0:
            return _lines(pieces)
        at = end + len(closing)
        tag, *_ = (*text[start + 1 : min(end, start + 20)].lower().split(), "")
        if tag.strip("/") in _BREAKING:
            pieces.append("\n")
        elif tag in _UNSEEN:
            ending = re.compile(f"</{tag}", re.IGNORECASE).search(text, end)
            if ending is None:
                return _lines(pieces)
            at = ending.start()
    pieces.append(_SPACE.sub(" ", text[at:]))
    return _lines(pieces)


def _lines(pieces: list[str]) -> str:
    lines = html.unescape("".join(pieces)).splitlines()
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))
