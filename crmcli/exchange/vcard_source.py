"""vCards 2.1, 3.0 and 4.0, as phones, Outlook, iCloud, Google, Nextcloud and DAVx5 write them."""

from __future__ import annotations

import codecs
import io
from typing import IO, TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.exchange import encoding, not_people, unforeseen
from crmcli.exchange import vcard_words as words
from crmcli.exchange.plan import Plan
from crmcli.exchange.records import Reject, Remark, Skip
from crmcli.exchange.stream_source import StreamSource
from crmcli.exchange.vcard_cards import Letters, Reader
from crmcli.exchange.vcard_contact import People
from crmcli.exchange.vcard_lines import Unfolder, physical
from crmcli.exchange.vcard_takers import uid

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from crmcli.exchange.encoding import Encoding
    from crmcli.exchange.plan import Options
    from crmcli.exchange.records import Row, Told
    from crmcli.exchange.vcard_cards import Card, Property
    from crmcli.exchange.vcard_lines import Readable

_HEADER_MARKS = frozenset(b":;,\t")
_CHUNK = 1 << 18
_MOST_MEMBERS = 500_000  # of all groups of a file
_MOST_GROUPS = 200  # of one member
_GROUP_KINDS = ("KIND", "X-ADDRESSBOOKSERVER-KIND", "X-KIND")
_MEMBERS = ("MEMBER", "X-ADDRESSBOOKSERVER-MEMBER", "X-MEMBER")
_NO_PERSON = frozenset(("location", "device", "application", "thing"))
_NO_EIGHT_BIT = ("utf-8", "ascii", "utf-16", "utf-32")


def claims(head: bytes) -> bool:
    """Whether the file starts with a card, perhaps below some words that are no header of anything."""
    before, begin, _ = head.replace(b"\0", b"").upper().partition(b"BEGIN:VCARD")
    words = before.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return bool(begin) and words.count(b"\n") < 4 and not _HEADER_MARKS & set(words)


def open_file(stream: IO[bytes], name: str, options: Options) -> VcardSource:
    """Read the first card, to say what the file is.

    Raises:
        UsageError: there is no card in it, or it is said to hold something else.
    """
    return VcardSource(stream, name, options)


class VcardSource(StreamSource):
    """A file of cards; see ``source.Source``."""

    def __init__(self, stream: IO[bytes], name: str, options: Options) -> None:
        if options.noun not in (None, "contacts"):
            raise UsageError(f"vCards hold contacts, not {options.noun}")
        super().__init__(stream, options, settle(stream, options.encoding))
        first = next((card for card in self._cards() if not card.outside), None)
        if first is None:
            raise UsageError("no BEGIN:VCARD in it")
        made = {one.name: one.value.strip() for one in first.properties}
        self.plan = Plan(
            file=name,
            format="vcard",
            holds=("contacts",),
            encoding=self._encoding.label,
            dialect=f"vcard-{first.version}" if first.version in ("2.1", "3.0", "4.0") else "vcard",
            own=made.get("PRODID") == words.PRODUCT,
            suffix="vcf",
        )
        self._groups = self._find_groups()

    def rows(self, noun: str, told: Told) -> Generator[Row]:  # noqa: ARG002 - they hold one
        """Yield the people; tell of cards that are none."""
        people = People(self._options)
        remarks = people.cells.remarks
        pictures = 0
        for card in self._cards():
            pictures += card.pictures
            reason = card.problem or _left_out(card.properties)
            if card.problem:
                told.reject(self._reject(card, card.problem))
                continue
            if reason:
                told.skip(Skip(card.line, card.number, reason))
                continue
            try:
                row = people.row(card, self._groups)
            except unforeseen.ERRORS as error:
                remarks.clear()
                told.reject(self._reject(card, unforeseen.why(error)))
                continue
            if not card.whole:
                remarks.append("its END:VCARD is missing")
            for text in remarks:
                told.remark(Remark(card.line, card.number, text))
            remarks.clear()
            if people.is_owner(row):
                told.skip(Skip(card.line, card.number, not_people.OWN_CARD))
            else:
                yield row
        if pictures:
            text = f"pictures, sounds and keys are not kept; {pictures} in the file"
            told.remark(Remark(0, 0, text))

    def originals(self, lines: Iterable[int]) -> Iterator[Reject]:
        """Yield the cards that start on these lines, as rejects without a reason."""
        wanted = set(lines)
        if wanted:
            for card in self._cards():
                if card.line in wanted:
                    yield self._reject(card, "")

    def rejected(self, reject: Reject) -> str:
        """Return a card with two properties more, which an import leaves out."""
        said = (str(reject.line), " ".join(reject.reason.split()))
        marks = [f"{name}:{value}" for name, value in zip(words.REJECTED, said, strict=True)]
        return "\r\n".join(["BEGIN:VCARD", *marks, str(reject.original), "END:VCARD\r"])

    def _cards(self) -> Iterator[Card]:
        return cards(self._stream, self._encoding, Unfolder())

    def _mentions_members(self) -> bool:
        return mentions_members(self._stream)

    def _reject(self, card: Card, reason: str) -> Reject:
        name = self._encoding.name
        shown = b"\r\n".join(card.raw).decode(
            "utf-8" if name.startswith(_NO_EIGHT_BIT) else name, "replace"
        )
        named = f"{card.file}: {reason}" if card.file and reason else reason
        return Reject(card.line, card.number, named, shown)

    def _find_groups(self) -> dict[str, tuple[str, ...]]:
        """Of a uid the groups that it is in; a file without groups is only looked through for the word."""
        if not self._mentions_members():
            return {}
        found: dict[str, dict[str, None]] = {}
        count = 0
        for card in self._cards():
            if _kind(card.properties) != "group":
                continue
            name = _called(card.properties)
            for one in card.properties:
                if one.name in _MEMBERS and name and count < _MOST_MEMBERS:
                    groups = found.setdefault(uid(one.text).lower(), {})
                    if len(groups) < _MOST_GROUPS:
                        groups[name] = None
                    count += 1
        return {member: tuple(groups) for member, groups in found.items()}


def cards(stream: IO[bytes], encoding: Encoding, unfolder: Unfolder) -> Iterator[Card]:
    """Yield the cards of a seekable stream."""
    letters = Letters(encoding)
    stream.seek(encoding.skip)
    readable: Readable = stream
    if encoding.name.startswith(("utf-16", "utf-32")):
        readable = _Recoded(stream, encoding)
        letters = Letters(encoding._replace(name="utf-8"))
    return Reader(letters).cards(unfolder.contents(physical(readable)))


def mentions_members(stream: IO[bytes]) -> bool:
    """Whether there is the word that says who is in a group."""
    stream.seek(0)
    tail = b""
    while chunk := stream.read(_CHUNK):
        if b"MEMBER" in (tail + chunk).replace(b"\0", b"").upper():
            return True
        tail = chunk[-16:]
    return False


class _Recoded:
    """A stream of UTF-16 or UTF-32 as UTF-8, in which lines can be found."""

    def __init__(self, stream: IO[bytes], of: Encoding) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(of.name)("replace")

    def read(self, size: int, /) -> bytes:
        """Return the next bytes; none at the end."""
        while raw := self._stream.read(size):
            if text := self._decoder.decode(raw):
                return text.encode("utf-8", "replace")
        return self._decoder.decode(b"", final=True).encode("utf-8", "replace")


def settle(stream: IO[bytes], asked: str | None) -> Encoding:
    """Decide the encoding; a character that a fold cut in two is no sign of another one."""
    found = encoding.settle(stream, asked)
    if asked is None and not found.name.startswith(_NO_EIGHT_BIT):
        stream.seek(0)
        head = stream.read(encoding.SAMPLE)
        while head.isascii() and (more := stream.read(encoding.SAMPLE)):
            head = more
        whole = head.replace(b"\r\n ", b"").replace(b"\n ", b"").replace(b"\r\n\t", b"")
        again = encoding.settle(io.BytesIO(whole), None)
        found = again if again.name == "utf-8" else found
    return found


def _kind(properties: list[Property]) -> str:
    return next((one.text.strip().lower() for one in properties if one.name in _GROUP_KINDS), "")


def _called(properties: list[Property]) -> str:
    for wanted in ("FN", "N"):
        for one in properties:
            if one.name == wanted and (name := " ".join(" ".join(one.parts).split())):
                return name
    return ""


def _left_out(properties: list[Property]) -> str | None:
    """Why a card is no person."""
    kind = _kind(properties)
    if kind == "group":
        return f'the group "{_called(properties)}" is a tag of its members'
    return f"a {kind}, not a person" if kind in _NO_PERSON else None
