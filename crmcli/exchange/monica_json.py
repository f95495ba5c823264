"""What Monica exports as JSON: version 1.0-preview of its export, and the flat shape of its API.

Both hold contacts with what happened with them inside. A value of the export stands under
"properties" and "data", one of the API beside the id; they are read as one.
"""

from __future__ import annotations

import io
import json
from typing import IO, TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.exchange import encoding
from crmcli.exchange.monica_events import event, follow_up
from crmcli.exchange.monica_kept import Account, flat
from crmcli.exchange.monica_people import contact, whose
from crmcli.exchange.text_source import Item, Left, TextSource

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from crmcli.exchange.plan import Options
    from crmcli.exchange.records import Reject, Row, Told

_MARKS = (b'"app_version"', b'"exported_by"', b'"contactFields"', b'"contact_fields"', b'"information"', b'"is_partial"', b'"hash_id"')  # fmt: skip


def claims(head: bytes) -> bool:
    """Whether the file starts as Monica's do."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] not in (b"{", b"["):
        return False
    marks = sum(mark in head for mark in _MARKS)
    return marks > 1 or (marks == 1 and b'"first_name"' in head)


def open_file(stream: IO[bytes], name: str, options: Options) -> MonicaFile:
    """Read it.

    Raises:
        UsageError: it is no JSON of this shape.
    """
    return MonicaFile(stream, name, options)


class MonicaFile(TextSource):
    """Contacts; their notes, calls and activities; their reminders and tasks."""

    FORMAT = "monica"
    HOLDS = ("contacts", "interactions", "followups")
    SUFFIX = "json"

    def __init__(self, stream: IO[bytes], name: str, options: Options) -> None:
        super().__init__(stream, name, options)
        self._noun: str | None = None  # the only records that are read
        self._account = Account()
        try:
            with encoding.opened(self._stream, self._encoding) as text:
                self._account.take(text)
        except BaseException:
            self._account.close()
            raise
        if self._account.empty:
            self._account.close()
            raise UsageError("no contacts of Monica in it")
        if self._account.photos:
            self.plan.warnings.append(
                f"photos and documents are not kept; {self._account.photos} in the file"
            )
        if self._account.mended:
            self.plan.warnings.append("bytes that are no text in it are read as \ufffd")

    def items(self, text: IO[str]) -> Iterator[Item]:  # noqa: ARG002 - read when it was opened
        """Yield the contacts, then what happened; a record's line is its number, for JSON has none."""
        for kept in self._account.items(self._noun):
            yield Item(kept.number, kept.number, kept.noun, kept.kind, kept.text, kept.problem)

    def rows(self, noun: str, told: Told) -> Generator[Row]:
        """Yield the rows of a noun; see TextSource."""
        self._noun = noun
        try:
            yield from super().rows(noun, told)
        finally:
            self._noun = None

    def row(self, item: Item) -> Row | Left:
        """Make a person, what happened, or what is to be done."""
        one, kind = json.loads(item.text), item.value
        if item.noun == "contacts":
            return contact(item.line, one, self._account, self.cells)
        each = flat(one.pop(kind)[0])
        if item.noun == "followups":
            return follow_up(item.line, each, one, kind)
        return event(item.line, each, one, kind, self._account, self.cells)

    def rejected(self, reject: Reject) -> str:
        """Return a small export, on a line of its own."""
        head = {"app_version": "", "exported_by": "", "rejected_line": reject.line, "rejected_reason": reject.reason}  # fmt: skip
        one = json.loads(str(reject.original))
        for each in one.get("activities", ()) if isinstance(one, dict) and not whose(one) else ():
            each.setdefault(
                "contacts", self._account.took_part(whose(each))
            )  # else only they say so
        return json.dumps({**head, "contacts": [one]})

    def close(self) -> None:
        """Close the file, and forget what was in it."""
        self._account.close()
        super().close()

    def _items(self) -> Iterator[Item]:
        yield from self.items(io.StringIO())
