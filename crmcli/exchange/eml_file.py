"""One message in a file, as mail programs save it (``.eml``, Apple's ``.emlx``)."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.exchange.mail_source import MailSource
    from crmcli.exchange.mbox import Piece
    from crmcli.exchange.plan import Options

_HEADER = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_KNOWN = frozenset((
    b"received", b"return-path", b"delivered-to", b"date", b"from", b"to", b"subject", b"message-id",
    b"mime-version", b"content-type", b"x-original-to", b"dkim-signature", b"authentication-results",
    b"reply-to", b"cc", b"arc-seal", b"x-mailer", b"user-agent", b"x-gmail-labels", b"x-received",
))  # fmt: skip
_EMLX = re.compile(rb"\d{1,10}[ \t]*\r?\n")  # the length that Apple Mail writes in front


def claims(head: bytes) -> bool:
    """Whether bytes begin like the headers of a message: nothing else, and two that only mail has."""
    head = _without_length(head).removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    block, blank, _ = head.replace(b"\r\n", b"\n").partition(b"\n\n")
    names = set()
    lines = block.split(b"\n")
    for line in lines if blank else lines[:-1] or lines:
        found = _HEADER.match(line)
        if found:
            names.add(found[1].lower())
        elif line[:1] not in (b" ", b"\t", b">") or not names:
            return False
    if not blank:  # the stamps of many servers
        return len(names & _KNOWN) >= 2 or b"received" in names
    return len(names & _KNOWN) >= 2 and b"from" in names


def _without_length(head: bytes) -> bytes:
    length = _EMLX.match(head)
    return head[length.end() :] if length else head


def open_file(stream: IO[bytes], name: str, options: Options) -> MailSource:
    """Open a file that is one message."""
    from crmcli.exchange.mail_source import MailSource
    from crmcli.exchange.mbox import LARGEST, Piece

    def read() -> Iterator[Piece]:
        stream.seek(0)
        raw = stream.read(LARGEST)
        length = _EMLX.match(raw)
        if length:
            raw = raw[length.end() :][: int(length[0])]
        yield Piece(1, raw.removeprefix(b"\xef\xbb\xbf"))

    return MailSource(name, "eml", options, read, stream)
