"""What a message is beside one that somebody wrote to somebody: bulk, automatic, a report.

Such mail is no touch. Each kind has the reason by which an import counts it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.exchange import not_people
from crmcli.values.text import fold

if TYPE_CHECKING:
    from crmcli.exchange.mail import Message

_LYING = {"draft": "a draft", "trash": "in the trash", "spam": "spam"}
# Folded beginnings of subjects that absent people's programs write.
_ABSENT = re.compile(
    fold(
        r"(?:re: |odp: |aw: )?(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response|odpowiedz|odpoved)"
        r"|out of (?:the )?office|automatyczna odpowiedz|odpowiedz automatyczna|poza biurem|nieobecnosc|jestem na urlopie"
        r"|automatische antwort|abwesenheit|automaticka odpoved|mimo kancelar|автоматический ответ|автоответ|вне офиса)"
    )
)
_BULK = frozenset(("bulk", "list", "junk"))


def left_out(message: Message, marks: frozenset[str], *, out: bool) -> str | None:
    """Return why a message is no touch, None where it is one; of bounces see ``bounced``.

    Args:
        message: what came.
        marks: of mail_marks.
        out: whether the owner sent it.
    """
    for mark, words in _LYING.items():
        if mark in marks:
            return words
    head = message.head
    if head.type.params.get("report-type", "").lower() == "disposition-notification":
        return "a read receipt"
    if "message/disposition-notification" in message.kinds:
        return "a read receipt"
    if any(kind.startswith("text/calendar; reply") for kind in message.kinds):
        return "an answer to an invitation"
    automatic = _automatic(message, out=out)
    if automatic:
        return automatic
    if "list-id" in head or "list-post" in head:
        return "mail of a list"
    if out:
        return None
    if "list-unsubscribe" in head or head.word("precedence") in _BULK or "feedback-id" in head:
        return "a newsletter or other bulk mail"
    sender = message.sender
    if sender and not_people.nobody_reads(sender.address):
        return "from an address that nobody reads"
    if sender and not_people.writes_for_somebody(sender.name, sender.address):
        return "sent by a service for somebody"
    if sender and not_people.is_list(sender.address):
        return "mail of a list"
    return None


def _automatic(message: Message, *, out: bool) -> str | None:
    """Whether a program wrote it: for somebody who is away, or for itself."""
    head = message.head
    how = head.word("auto-submitted")
    if (
        how.startswith(("auto-replied", "auto-notified"))
        or any(name in head for name in ("x-autoreply", "x-autorespond", "x-autoresponder"))
        or head.word("precedence").startswith("auto")
        or _ABSENT.match(fold(message.subject))
    ):
        return "an automatic reply"
    if how and how != "no":
        return "sent by a program"
    if not out and "x-auto-response-suppress" in head:
        return "sent by a program"
    return None
