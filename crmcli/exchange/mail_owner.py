"""Whose mail it is: by the addresses of the config, else by what the owner's own program left.

Decided from the first messages alone. Which addresses are lists the headers of all messages say:
the owner's own message to a list names it in no header, wherever in the mailbox it lies.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from crmcli.exchange import mail, mail_marks, mime, not_people
from crmcli.values import email

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.exchange.mbox import Piece
    from crmcli.exchange.mime import Head

_SAMPLE = 400  # messages
_FEW = 3  # messages from which the address that all were delivered to is the owner's
_NAMES_LIST = re.compile(rb"^list-(?:id|post)[ \t]*:", re.IGNORECASE | re.MULTILINE).search
_HEAD = 1 << 16  # bytes in which the headers of a message are looked for
_MOST_LISTS = 100_000
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-delivered-to")


class Owner(NamedTuple):
    """Whose mail it is."""

    keys: frozenset[str]  # of addresses
    warnings: list[str]
    encoding: str  # of the first message
    lists: frozenset[str] = frozenset()  # keys of addresses of lists that the mail names
    by_labels: bool = False  # whether the labels of the mail are those of the owner's own mailbox


def find_owner(
    pieces: Iterator[Piece], told: frozenset[str], marks: frozenset[str], *, by_labels: bool
) -> Owner:
    """Return the addresses that are ``told`` to be the owner's, and what the mail says itself.

    ``marks`` are those of the whole file, see mail_marks. ``by_labels`` is whether the file may be a
    Takeout, whose labels count where the addresses that are told do not.
    """
    sent: Counter[str] = Counter()
    labelled: Counter[str] = Counter()
    delivered: Counter[str] = Counter()
    seen: set[str] = set()
    lists: set[str] = set()
    encoding, count, threads = "", 0, 0
    for piece in islice(pieces, _SAMPLE):
        head, _ = mime.cut(piece.raw.lstrip(b"\r\n"))
        count += 1
        lists.update(_lists(head))
        encoding = encoding or _encoding(head)
        threads += "x-gm-thrid" in head
        for name in ("from", "to", "cc", "bcc"):
            keys = [email.key(box.address) for box in mail.mailboxes(head, name)]
            seen.update(keys)
            if name == "from" and "sent" in marks | piece.marks:
                sent.update(keys[:1])
            elif name == "from" and "sent" in mail_marks.of_head(head, sent=True):
                labelled.update(keys[:1])
        for name in _DELIVERED:
            delivered.update(email.key(box.address) for box in mail.mailboxes(head, name))
    for piece in pieces:
        if _NAMES_LIST(piece.raw, 0, _HEAD) and len(lists) < _MOST_LISTS:
            lists.update(_lists(mime.cut(piece.raw.lstrip(b"\r\n"))[0]))
    if told & seen or not count:
        return Owner(told, [], encoding, frozenset(lists))
    # One message may say of itself that it is of a Takeout; most of a mailbox are not forged.
    by_labels = by_labels and threads * 2 > count and (not told or count >= _FEW)
    if by_labels:
        sent += labelled
    found = [key for key, _ in sent.most_common(5)]
    found += [key for key, times in delivered.most_common(1) if times >= max(_FEW, count // 2)]
    warnings = [_warning(told, found, count)]
    return Owner(told | set(found), warnings, encoding, frozenset(lists), by_labels)


def _lists(head: Head) -> frozenset[str]:
    """The keys of the addresses of lists that a message came through."""
    if "list-id" in head or "list-post" in head:
        return frozenset(not_people.list_keys(head.text("list-post"), head.text("list-id")))
    return frozenset()


def _warning(told: frozenset[str], found: list[str], count: int) -> str:
    which = "the message" if count == 1 else f"the first {count} messages"
    what = f"none of owner.emails is in {which}" if told else "owner.emails is not set"
    if found:
        names = ", ".join(dict.fromkeys(found))
        return f"{what}; taken for yours, as the mail says: {names}"
    return (
        f"{what}; what is not marked as sent counts as received. crm config set owner.emails YOURS"
    )


def _encoding(head: Head) -> str:
    """How a message is written, such as ``iso-8859-2 in quoted-printable``."""
    how = head.word("content-transfer-encoding")
    charset = head.type.charset or "as each part says"
    return f"{charset} in {how}" if how in ("quoted-printable", "base64") else charset
