"""One e-mail message as it came over the wire (RFC 5322), read whatever is in it."""

from __future__ import annotations

import email.utils
import hashlib
import re
from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from crmcli.errors import InvalidValueError
from crmcli.exchange import mime
from crmcli.exchange.mime import in_letters as in_letters  # noqa: PLC0414 - of a piped text too
from crmcli.values import email as addresses

if TYPE_CHECKING:
    from crmcli.exchange.mime import Head

SYSTEM = "mail"  # of external ids: what the sender's program calls a message
# What a message has and a note that somebody pipes has not.
_TELLING = ("from", "date", "message-id", "received", "to")
_MOST_PEOPLE = 1000  # of one header
_UNUSUAL = frozenset('"()\\:;[]')
_USUAL = re.compile(r"(?:([^<>@]*)<([^<>@\s]+@[^<>@\s]+)>|([^<>@\s]+@[^<>@\s]+))").fullmatch


class Mailbox(NamedTuple):
    """Somebody in a header."""

    name: str  # as shown; the address where there is none
    address: str  # valid


class Message(NamedTuple):
    """What a message says."""

    id: str  # of the sender's program, else one made of what it says
    at: str | None  # the instant, UTC, as stored; None where the header has none that can be read
    sender: Mailbox | None
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    subject: str
    text: str  # all of it, what it quotes and the signature included
    head: Head
    reports: dict[str, bytes]  # what a mail system says of a delivery, see mime.Body
    kinds: frozenset[str]  # the types of its parts


def read(raw: bytes) -> Message | None:
    """Read a message; None where the bytes do not start with the headers of one."""
    raw = raw.lstrip(b"\r\n")
    if raw.startswith(b"From "):  # the line that an mbox puts in front
        raw = raw.partition(b"\n")[2]
    return finish(*mime.cut(raw))


def finish(head: Head, body: bytes) -> Message | None:
    """Read a message whose headers are cut off; None where they are none of a message."""
    if "from" not in head or sum(name in head for name in _TELLING) < 2:
        return None
    senders = mailboxes(head, "from") or mailboxes(head, "sender")
    to, cc = mailboxes(head, "to"), mailboxes(head, "cc") + mailboxes(head, "bcc")
    subject = mime.tidy(mime.decoded(head.text("subject")))
    text, reports, kinds = mime.read_body(head, body)
    told = mime.tidy(head.text("message-id")).strip("<> ")
    if not 0 < len(told) <= 998:
        # What every copy has, whichever way it came: neither labels nor the stamps of servers.
        said = (senders, to, head.text("date"), subject, text)
        told = f"sha256:{hashlib.sha256(repr(said).encode()).hexdigest()}"
    return Message(
        told, instant(head.text("date")), senders[0] if senders else None, to, cc, subject, text,
        head, reports, kinds,
    )  # fmt: skip


def mailboxes(head: Head, name: str) -> tuple[Mailbox, ...]:
    """Everybody with a valid address in a header, in order, each once."""
    if name not in head:
        return ()
    pairs = _pairs(head.text(name))
    found: dict[str, Mailbox] = {}
    for shown, address in pairs[:_MOST_PEOPLE]:
        try:
            valid = addresses.parse(address)
        except InvalidValueError:
            continue
        shown_ = mime.tidy(mime.decoded(shown)) or valid
        found.setdefault(addresses.key(valid), Mailbox(shown_, valid))
    return tuple(found.values())


def _pairs(text: str) -> list[tuple[str, str]]:
    """Names with addresses: of the usual header at once, else as the standard library reads it."""
    if _UNUSUAL.isdisjoint(text):
        usual = [_USUAL(part.strip()) for part in text.split(",")]
        if all(usual):
            return [(found[1] or "", found[2] or found[3]) for found in usual if found]
    try:
        return email.utils.getaddresses([text])
    except (RecursionError, ValueError, IndexError):
        return []


def instant(text: str) -> str | None:
    """The instant of a date as mail writes it, as stored; None where it cannot be read."""
    try:
        moment = email.utils.parsedate_to_datetime(text)
        utc = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return utc.strftime("%Y-%m-%dT%H:%M:%SZ") if utc.year >= 1970 else None
