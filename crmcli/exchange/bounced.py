"""Mail that came back: which address it was, and whether that address is dead.

A mailbox that is full and a server that refused what was in the message say nothing about an
address. Reports as the standard has them (RFC 3464), and what Exim, qmail, Exchange and the mail
services of Central and Eastern Europe write instead.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from crmcli.errors import InvalidValueError
from crmcli.exchange import mime
from crmcli.values import email as addresses
from crmcli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmcli.exchange.mail import Message


def _folded(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """An expression for folded text, in which Russian stands in Latin letters."""
    return re.compile(fold(pattern), flags)


_DAEMONS = re.compile(
    r"(?:mailer[-_.]?daemon|postmaster|mail[-_.]?(?:delivery|system).*|microsoftexchange[0-9a-f]{32})"
).fullmatch
_SUBJECT = _folded(
    r"undeliver|undelivered|delivery (?:status notification|failure|has failed|report)|mail delivery (?:failed|system)"
    r"|returned mail|failure notice|delivery notification|niedostarcz(?:on|aln)|nie (?:mozna|udalo sie) dostarczyc|zwrot (?:poczty|wiadomosci)"
    r"|blad dostarcz|unzustellbar|nicht zugestellt|zustellung.{0,20}fehlgeschlagen|ubermittlung|nedorucen|nedoruciteln|vraceno"
    r"|не доставлен|недоставлен|не удалось доставить|невозможно доставить|возвращен"
)
_LATE = _folded(
    r"delayed|\(delay\)|still trying|will continue to try|opoznien|nadal beda podejmowane|verzoger|zpozden|oneskoren|задерж"
)
_FULL = _folded(
    r"over ?quota|quota exceeded|mailbox (?:is )?full|full mailbox|insufficient (?:system )?storage|przepelnion|skrzynka.{0,30}pelna"
    r"|postfach.{0,30}voll|schranka.{0,30}pln|ящик.{0,30}(?:полон|переполнен)"
    r"|message (?:size )?(?:too (?:large|big)|exceeds)|\b[45]\.2\.[23]\b|\b5\.3\.4\b"
)
_REFUSED = _folded(
    r"\b5\.7\.\d|\b5\.6\.\d|spam|blocked|blacklist|policy|blocklist|заблокир|zablokowan"
)
# Behind these words stands the message that came back.
_COPY = _folded(
    r"below this line is a copy|this is a copy of|original message headers|included is a copy"
    r"|-----original message|reporting-mta:|ponizej.{0,20}kopia|kopie der nachricht|копия.{0,20}сообщения|^return-path:|^received: ",
    re.MULTILINE,
)
_AT_LINE_START = re.compile(
    r"^[ \t]*(?:to:\s*)?<?([^\s<>,;:()\"']{1,64}@[^\s<>,;:()\"']{1,190})>?:?", re.MULTILINE
)
_ANYWHERE = re.compile(r"([^\s<>,;:()\"'\[\]]{1,64}@[^\s<>,;:()\"'\[\]]{3,190})")
_MOST_LOOKED_AT = 20_000  # characters of the report
_MOST = 50  # addresses of one report
_GROUPS = re.compile(rb"\r?\n[ \t]*\r?\n")


class Bounce(NamedTuple):
    """Mail that did not arrive."""

    dead: tuple[str, ...]  # valid addresses that reach nobody
    reason: str  # why it is left out, where no address is dead


def find(message: Message, owner: frozenset[str]) -> Bounce | None:
    """Return what a report says; None where the message is no report of a delivery."""
    kind = message.head.type.params.get("report-type", "").lower()
    status = message.reports.get("message/delivery-status")
    if kind != "delivery-status" and status is None and not _looks_like_one(message):
        return None
    if status is not None:
        return _of_status(status, owner)
    text = fold(message.text[:_MOST_LOOKED_AT])
    if _LATE.search(fold(message.subject)) or (
        "x-failed-recipients" not in message.head and _LATE.search(text[:2000])
    ):
        return Bounce((), "mail that is late")
    report = _COPY.split(text, maxsplit=1)[0]
    if _FULL.search(report) or _REFUSED.search(report):
        return Bounce((), "mail that was refused, not the address")
    return _told(_in_words(message, len(report), owner))


def _looks_like_one(message: Message) -> bool:
    if "x-failed-recipients" in message.head:
        return True
    sender = message.sender.address if message.sender else message.head.text("from")
    daemon = _DAEMONS(fold(sender.partition("@")[0].rpartition("<")[2]))
    nobody = message.head.text("return-path").strip() == "<>"
    return bool((daemon or nobody) and _SUBJECT.search(fold(message.subject)))


def _told(dead: Iterable[str]) -> Bounce:
    found = tuple(dead)[:_MOST]
    return Bounce(found, "" if found else "mail that came back, of whom it does not say")


def _of_status(status: bytes, owner: frozenset[str]) -> Bounce:
    """By the fields of the standard: a group for each address behind the one of the message."""
    dead, reason = [], ""
    for group in _GROUPS.split(status)[:_MOST]:
        head = mime.Head(group.lstrip(b"\r\n"))
        action = head.word("action")
        if not action:
            continue
        if action != "failed":
            reason = "mail that is late" if action == "delayed" else "a receipt of delivery"
            continue
        said = f"{head.text('status')} {head.text('diagnostic-code')}"
        if _FULL.search(fold(said)) or _is_refusal(head.text("status"), said):
            reason = reason or "mail that was refused, not the address"
            continue
        for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
            address = _valid(head.text(name).rpartition(";")[2], owner)
            if address:
                dead.append(address)
                break
    return _told(dict.fromkeys(dead)) if dead or not reason else Bounce((), reason)


def _is_refusal(status: str, said: str) -> bool:
    """Whether the server minds the message. Many say 5.7.1 of an address that they don't know."""
    if not _REFUSED.search(f"{status} {fold(said)}"):
        return False
    return not re.search(r"unknown|no such|not exist|nieznan|unbekannt|user not found", fold(said))


def _in_words(message: Message, end: int, owner: frozenset[str]) -> list[str]:
    """By a header of Exim's, else the addresses that lines of the report begin with, else its first."""
    failed = message.head.text("x-failed-recipients")
    # Folding keeps nearly every letter one letter, so the end is near enough in the text itself.
    report = message.text[:end]
    for told in (
        failed.split(","),
        _AT_LINE_START.findall(report),
        _ANYWHERE.findall(report)[:1],
    ):
        found = [address for text in told[:_MOST] if (address := _valid(text, owner))]
        if found:
            return list(dict.fromkeys(found))
    return []


def _valid(text: str, owner: frozenset[str]) -> str | None:
    try:
        address = addresses.parse(text.strip().rstrip("."))
    except InvalidValueError:
        return None
    if addresses.key(address) in owner or _DAEMONS(fold(address.partition("@")[0])):
        return None
    return address
