"""Which address or number an interaction went to: the one that bounced, the one that somebody answered."""

from __future__ import annotations

from crmcli import lines
from crmcli.errors import RefusedError, UsageError
from crmcli.output import shell
from crmcli.store import channels, contacts, privacy

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from typing import Any

    from crmcli.context import App
    from crmcli.exchange.mail import Message

_NATIONAL = 7  # digits from which words are a number


class Bounce:
    """An address or number that reached nobody.

    Attributes:
        contact_id: whose it is.
        channel: email or phone. row: the entry, of store.channels.
        rest: the words behind its name.
    """

    __slots__ = ("channel", "contact_id", "rest", "row")

    def __init__(self, contact_id: int, channel: str, row: sqlite3.Row, rest: list[str]) -> None:
        self.contact_id = contact_id
        self.channel = channel
        self.row = row
        self.rest = rest

    @property
    def subject(self) -> str:
        """What happened, as the subject of a note."""
        said = "bounced" if self.channel == "email" else "wrong number"
        return f"{said}: {self.row['shown']}"

    def mark(self, app: App, at: str) -> None:
        """Note that it is dead, inside the transaction that logs the note."""
        channels.set_dead(app.db, self.channel, self.row["id"], lines.moment(app, at)[:10])

    def told(self, app: App) -> Iterator[str]:
        """Say what is dead now, how to take that back, and what is left."""
        shown, who = self.row["shown"], self.contact_id
        quoted = shell.word(shown)
        since = f" since {self.row['dead_on']}" if self.row["dead_on"] else ""
        yield f"dead{since}: {shown}; crm verify {who} --{self.channel} {quoted} takes that back"
        alive = [
            row["shown"]
            for row in channels.of_contact(app.db, who, self.channel)
            if row["dead_on"] is None
        ]
        word = channels.CHANNELS[self.channel][2]
        none = f"no {word} left: crm edit {who} --{self.channel} NEW"
        yield f"left: {', '.join(alive)}" if alive else none
        if refuser := privacy.barred_by(app.db, who):
            yield privacy.told_barred(who, contacts.get_name(app.db, who), refuser)


def find(
    app: App, kind: str, contact_id: int | None, who: list[str], rest: list[str], *, heard: bool
) -> Bounce:
    """Return what bounced: what the first word, all of them or WHO name, else the first alive.

    Raises:
        UsageError: the kind goes through no address or number, nobody is named, or it was ``heard``.
        RefusedError: the person has none, or not the one named.
    """
    channel = channels.CARRIER.get(kind)
    if channel is None:
        raise UsageError(f"--bounced is for {', '.join(channels.CARRIER)}, not for {kind}")
    if heard:
        raise UsageError("--bounced is about what you sent, not --in")
    if contact_id is None:
        raise UsageError("whose address bounced? crm log email WHO --bounced")
    rows = channels.of_contact(app.db, contact_id, channel)
    for text, left in (
        (" ".join(rest[:1]), rest[1:]),
        (" ".join(rest), []),
        (" ".join(who), rest),
    ):
        row = channels.find(rows, channel, text, app.region)
        if row:
            return Bounce(contact_id, channel, row, left)
    name, word = contacts.get_name(app.db, contact_id), channels.CHANNELS[channel][2]
    if not rows:
        raise RefusedError(f"{name} has no {word} that could be dead")
    if rest and channel == "email" and "@" in rest[0]:
        have = ", ".join(row["shown"] for row in rows)
        raise RefusedError(f'{name} has no {word} "{rest[0]}"; there is {have}')
    alive = next((row for row in rows if row["dead_on"] is None), rows[0])
    return Bounce(contact_id, channel, alive, rest)


def answered(
    app: App, contact_id: int, fields: dict[str, Any], who: list[str], message: Message | None
) -> None:
    """Note that the channel of an e-mail from them, or of a call with them, works.

    Inside the transaction that logs it; ``fields`` are the interaction's, ``who`` the words that
    named them.
    """
    kind, way = fields["kind"], fields["direction"]
    if not (kind == "email" and way == "in") and not (kind == "call" and way != "out"):
        return
    named = message.sender.address if message and message.sender else " ".join(who)
    if kind == "call" and sum(char.isdigit() for char in named) < _NATIONAL:
        named = ""
    if kind == "email" and "@" not in named:
        named = ""
    day = lines.moment(app, fields["at"])[:10]
    channels.heard(app.db, contact_id, channels.CARRIER[kind], day, named, app.region)
