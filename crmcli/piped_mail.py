"""A message piped into ``crm log email -``: whose timeline it belongs on, and which way it went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import AmbiguousContactError, RefusedError
from crmcli.store import contacts, forgotten, who
from crmcli.values import email
from crmcli.values import name as names

if TYPE_CHECKING:
    from crmcli.context import App
    from crmcli.exchange.mail import Mailbox, Message


def direction(app: App, message: Message) -> str:
    """``out`` where the owner sent it, else ``in``."""
    sent = message.sender and _is_owner(app, message.sender)
    return "out" if sent else "in"


def _is_owner(app: App, mailbox: Mailbox) -> bool:
    return email.key(mailbox.address) in set(map(email.key, app.config["owner.emails"]))


def people(app: App, message: Message, way: str) -> list[int | Mailbox]:
    """Return whom the message is from, or to where the owner sent it; the rest if they are known.

    A mailbox stands for somebody who is not in the book yet.

    Raises:
        RefusedError: it names nobody but the owner, or is from somebody who was forgotten.
        AmbiguousContactError: several people have the address, and none the name beside it.
    """
    first = [message.sender] if message.sender and way == "in" else []
    first += [] if first else message.to
    found: list[int | Mailbox] = []
    for mailbox in (*first, *message.to, *message.cc):
        if _is_owner(app, mailbox):
            continue
        known = _find(app, mailbox)
        if known is None and forgotten.find(app.db, [("email", email.key(mailbox.address))]):
            if way == "in" and mailbox in first:
                raise RefusedError(f"the message is from somebody who {forgotten.REASON}")
            app.out.note(f"left out: somebody who {forgotten.REASON}")
        elif known is not None or mailbox in first:
            found.append(mailbox if known is None else known)
    if not found:
        raise RefusedError("the message names nobody but you; say WHO: crm log email WHO -")
    return list(dict.fromkeys(found))


def _find(app: App, mailbox: Mailbox) -> int | None:
    """The contact with the address; of several the one with the name beside it."""
    ids = who.find(app.db, mailbox.address)
    if len(ids) < 2:
        return ids[0] if ids else None
    key = names.key(mailbox.name)
    called = [number for number in ids if names.key(contacts.get_name(app.db, number)) == key]
    if len(called) == 1:
        return called[0]
    raise AmbiguousContactError(
        f"{mailbox.address} belongs to {len(ids)} people; say which: crm log email ID -",
        who.candidates(app.db, ids),
    )


def add(app: App, mailbox: Mailbox) -> int:
    """Make a contact of somebody who wrote or was written to; inside the transaction."""
    shown, given, family = names.parse(mailbox.name)
    fields = {
        "name": shown,
        "given": given,
        "family": family,
        "emails": [mailbox.address],
        "lifecycle": "other",
        "source": "email",
    }
    number = contacts.add(app.db, fields, app.at)
    app.out.note(f"added {number}  {shown} <{mailbox.address}>")
    return number
