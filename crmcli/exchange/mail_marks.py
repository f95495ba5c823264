"""What a mail program says of a message by where it lies: sent, draft, trash, spam, chat.

From the labels of Google's Takeout, the names of folders in our languages, and the flags of files.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.exchange import mime
from crmcli.values.text import fold

if TYPE_CHECKING:
    from crmcli.exchange.mime import Head

_NAMES = {
    "sent": "sent/sent mail/sent items/sent messages/sent-mail/outbox/wyslane/elementy wyslane/"
    "wyslane wiadomosci/gesendet/gesendete/gesendete elemente/gesendete objekte/postausgang/odeslane/"
    "odeslana posta/odoslane/odoslana posta/otpravlennye/otpravlennoe/отправленные/отправленное",
    "draft": "draft/drafts/szkice/szkic/wersje robocze/kopie robocze/robocze/entwurfe/entwurf/koncepty/"
    "rozepsane/rozpisane/черновики/черновик",
    "trash": "trash/bin/deleted/deleted items/deleted messages/kosz/elementy usuniete/papierkorb/"
    "geloschte elemente/geloschte objekte/kos/odstranena posta/odstranene/корзина/удаленные",
    "spam": "spam/junk/junk e-mail/junk email/junk mail/bulk mail/wiadomosci-smieci/wiadomosci smieci/"
    "niechciane/nevyzadana posta/nevyziadana posta/спам",
    "chat": "chat/chats/czat/czaty/чат",
}
_MARKS = {fold(name): mark for mark, names in _NAMES.items() for name in names.split("/")}
_FLAGS = {"D": "draft", "T": "trash"}  # of a file in a Maildir, behind ":2,"
_MOZILLA_DELETED = 0x0008


def of_names(names: list[str]) -> frozenset[str]:
    """The marks that names of folders and labels are."""
    found = (_MARKS.get(fold(name.strip(' "'))) for name in names)
    return frozenset(mark for mark in found if mark)


def of_flags(name: str) -> frozenset[str]:
    """The marks of a file in a Maildir, by the flags at the end of its name."""
    flags = re.split(r"[:;!]2,", name)[-1] if re.search(r"[:;!]2,", name) else ""
    return frozenset(_FLAGS[flag] for flag in flags if flag in _FLAGS)


def of_head(head: Head, *, sent: bool) -> frozenset[str]:
    """The marks that programs leave in the headers.

    Whoever sends a message writes its headers, labels too: only where they are known to be those of
    the owner's own mailbox (``sent``) does a label say that the owner sent it.
    """
    found: set[str] = set()
    if "x-gmail-labels" in head:
        found |= of_names(mime.decoded(head.text("x-gmail-labels")).split(","))
        found -= set() if sent else {"sent"}
    if "x-mozilla-status" in head:
        word = head.text("x-mozilla-status")
        if re.fullmatch(r"[0-9A-Fa-f]{4}", word) and int(word, 16) & _MOZILLA_DELETED:
            found.add("trash")
    if "x-status" in head:  # mutt, dovecot and pine in an mbox
        flags = head.text("x-status")
        found |= {mark for flag, mark in (("D", "trash"), ("T", "draft")) if flag in flags.upper()}
    if head.word("x-spam-flag") == "yes":
        found.add("spam")
    return frozenset(found)


def folder_name(name: str) -> str:
    """A folder's name in letters: IMAP's own UTF-7 (``Wys&AUI-ane``) is what Courier and Dovecot write."""
    if "&" not in name:
        return name

    def letters(match: re.Match[str]) -> str:
        coded = match[1].replace(",", "/")
        try:
            return f"+{coded}-".encode("ascii").decode("utf-7") if coded else "&"
        except UnicodeError:
            return match[0]

    return re.sub(r"&([^-&]{0,200})-", letters, name)
