"""Mail as what happened with people: one message, or a folder of them in one file.

Everybody in From, To, Cc and Bcc but the owner had part. Bulk mail, what programs write and what is
a draft or spam is no touch: left out, and counted by its kind. Mail that came back makes its address
dead. Messages are known by their Message-ID, so that the copies in Inbox and Sent are one.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from typing import IO, TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.exchange import bounced, mail, mail_kinds, mail_marks, not_people, unforeseen
from crmcli.exchange.headers import REJECT_COLUMNS
from crmcli.exchange.mail_owner import find_owner
from crmcli.exchange.mbox import LARGEST
from crmcli.exchange.plan import Plan
from crmcli.exchange.records import InteractionRow, Person, Reject, Remark, Skip
from crmcli.values import dates, email

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from crmcli.exchange.mail import Mailbox, Message
    from crmcli.exchange.mbox import Piece
    from crmcli.exchange.plan import Options
    from crmcli.exchange.records import Row, Told

_EARLIEST = "1980-01-02"
MOST_PEOPLE = 50  # of one message
_LONGEST_TEXT = 200_000  # characters: a thousand messages are in memory on their way into the book


class MailSource:
    """Messages; see ``source.Source``."""

    header = None

    def __init__(
        self,
        name: str,
        kind: str,
        options: Options,
        read: Callable[[], Iterator[Piece]],
        stream: IO[bytes] | None = None,
        total: int = 0,
    ) -> None:
        self._total, self._done = total, 0  # messages, where there is no stream
        if options.noun not in (None, "interactions"):
            raise UsageError(f"mail holds interactions, not {options.noun}")
        self._read = read
        self._stream = stream
        self._options = options
        self._latest = None
        if options.now:
            self._latest = (options.now + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        # A message is named by its subject or as its program likes; a folder is named for what is in it.
        stem = os.path.splitext(os.path.basename(name))[0]
        self._of_folder = mail_marks.of_names([stem] if kind != "eml" else [])
        owner = find_owner(read(), options.owner, self._of_folder, by_labels=kind == "mbox")
        self._owner, self._lists = owner.keys, owner.lists
        self._by_labels = owner.by_labels
        self.plan = Plan(
            file=name,
            format=kind,
            holds=("interactions",),
            encoding=owner.encoding if kind == "eml" else "as each message says",
            suffix="mbox",
            warnings=owner.warnings,
        )

    def rows(self, noun: str, told: Told) -> Generator[Row]:
        """Yield what happened; tell what is no touch."""
        del noun
        for number, piece in enumerate(self._read(), 1):
            self._done = number
            try:
                message = mail.read(piece.raw)
                found = list(self._rows_of(message, piece, number, told)) if message else ()
            except unforeseen.ERRORS as error:
                why = unforeseen.why(error)
                told.reject(_refused(piece, number, why))
                continue
            if message is None:
                why = "not an e-mail message: it has not both a sender and a date"
                told.reject(_refused(piece, number, why))
            yield from found

    def _rows_of(self, message: Message, piece: Piece, number: int, told: Told) -> Iterator[Row]:
        line = piece.line
        marks = piece.marks | self._of_folder
        marks |= mail_marks.of_head(message.head, sent=self._by_labels)
        sent = message.sender is not None and email.key(message.sender.address) in self._owner
        out = sent or "sent" in marks
        found = None if out or "spam" in marks else bounced.find(message, self._owner)
        why = found.reason if found else mail_kinds.left_out(message, marks, out=out)
        people = self._people(message, out=out)
        if not why and not found and not people:
            why = self._without_people(message, out=out)
        if why:
            told.skip(Skip(line, number, why))
            return
        at = self._instant(message, piece)
        if at is None:
            said = message.head.text("date")
            why = f'date "{said}" not understood' if said else "no date"
            told.reject(_refused(piece, number, why))
            return
        day = str(dates.from_utc(at, self._options.tz))[:10]
        if found:
            for place, address in enumerate(found.dead):
                yield InteractionRow(
                    line=line,
                    external_id=f"{mail.SYSTEM}:{message.id}{f'/{place}' * bool(place)}",
                    at=at,
                    people=(Person(address),),
                    subject=f"bounced: {address}",
                    channel=(day, False),
                )
            return
        if len(people) > MOST_PEOPLE:
            told.remark(
                Remark(line, number, f"{len(people)} people; the first {MOST_PEOPLE} taken")
            )
        yield InteractionRow(
            line=line,
            external_id=f"{mail.SYSTEM}:{message.id}",
            kind="message" if "chat" in marks else "email",
            at=at,
            direction="out" if out else "in",
            people=people[:MOST_PEOPLE],
            subject=message.subject or None,
            text=message.text[:_LONGEST_TEXT] or None,
            channel=None if out else (day, True),
        )

    def _people(self, message: Message, *, out: bool) -> tuple[Person, ...]:
        """Who had part, the one who wrote first; nobody where it came from no address."""
        if message.sender is None and not out:
            return ()
        sender = [message.sender] if message.sender and not out else []
        found: dict[str, Person] = {}
        for box in (*sender, *message.to, *message.cc):
            key = email.key(box.address)
            if key in self._owner or (out and box == message.sender):
                continue
            if key not in self._lists and not not_people.is_nobodys(box.address):
                found.setdefault(key, _person(box))
        return tuple(found.values())

    def _without_people(self, message: Message, *, out: bool) -> str:
        """Why a message that nobody has part in is left out."""
        if not out and message.sender is None:
            return "no address of a sender"
        boxes = (*message.to, *message.cc)
        if any(
            email.key(one.address) in self._lists or not_people.is_list(one.address)
            for one in boxes
        ):
            return "mail to a list"
        return "between nobody but you"

    def _instant(self, message: Message, piece: Piece) -> str | None:
        """When it was sent; of a clock that was wrong, when it arrived.

        Clocks that were never set say 1970, or when their makers began to count.
        """
        arrived = message.head.text("received").rpartition(";")[2]
        for at in (message.at, mail.instant(arrived), mail.instant(piece.date)):
            if at and at >= _EARLIEST and (self._latest is None or at <= self._latest):
                return at
        return None

    def originals(self, lines: Iterable[int]) -> Iterator[Reject]:
        """Yield the messages that begin on these lines, as rejects without a reason."""
        wanted = set(lines)
        if wanted:
            for number, piece in enumerate(self._read(), 1):
                if piece.line in wanted:
                    yield _refused(piece, number, "")

    def rejected(self, reject: Reject) -> str:
        """Return a message of an mbox with two headers more."""
        said = zip(REJECT_COLUMNS, (reject.line, reject.reason), strict=True)
        more = "\n".join(f"X-Crm-{name.title().replace('_', '-')}: {value}" for name, value in said)
        text = re.sub(r"^(>*From )", r">\1", str(reject.original), flags=re.MULTILINE)
        return f"From crm Thu Jan  1 00:00:00 1970\n{more}\n{text.rstrip()}\n"

    def size(self) -> int:
        """The bytes of the file; of folders the messages."""
        return os.fstat(self._stream.fileno()).st_size if self._stream else self._total

    def position(self) -> int:
        """How much of that is read so far."""
        return self._stream.tell() if self._stream else self._done

    def close(self) -> None:
        """Close the file."""
        if self._stream:
            self._stream.close()


def _person(box: Mailbox) -> Person:
    """Somebody in a header. The mailbox of an office is no person, whoever writes from it."""
    named = box.name.strip("'\"") if "@" not in box.name else ""
    return Person(box.address, name=named if named and not email.is_role(box.address) else None)


def _refused(piece: Piece, number: int, why: str) -> Reject:
    """A reject with the message as it came: in bytes, which its own headers say how to read."""
    raw = piece.raw.replace(b"\r\n", b"\n").replace(b"\0", b"")
    if why and len(piece.raw) > LARGEST - 1000:  # the line above a message counts too
        why = f"{why} (of the message the first {LARGEST >> 20} MB are kept)"
    return Reject(piece.line, number, why, raw.decode("utf-8", "surrogateescape"))
