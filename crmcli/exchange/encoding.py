"""Which encoding a file is in, decided from a bounded sample of it.

In order: byte order marks, UTF-16 by its zero bytes, UTF-8, then the eight-bit encodings that
spreadsheets of Central and Eastern Europe write, told apart by how likely their letters are.
"""

# charset-normalizer and chardet need running text of one language. A contact list is the
# opposite: a few hundred bytes of names, five non-ASCII letters among them. Of files of three names in
# cp1250 the one decodes a half, the other nine of ten, the weights below all; docs/encodings.md has
# the measurements.

from __future__ import annotations

import codecs
import io
import re
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, NamedTuple

from crmcli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SURROGATE = re.compile("[\ud800-\udfff]")
SAMPLE = 256 * 1024
_OF_TWO_ORDERS = ("utf-16", "utf-32")  # without a mark most are little endian
# Python codecs for names and for source text, which fail where no other one does.
_NO_FILES = frozenset(("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"))
EIGHT_BIT = ("cp1250", "cp1252", "cp1251", "iso8859-2", "koi8-r", "cp852", "cp866")

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


class Encoding(NamedTuple):
    """A codec, how many bytes of byte order mark come first, and how people call it."""

    name: str
    skip: int
    label: str

    @property
    def errors(self) -> str:
        """How to decode so that what is wrong survives as a lone surrogate, which a record refuses."""
        return "surrogatepass" if self.name.startswith("utf-16") else "surrogateescape"


def decide(stream: IO[bytes]) -> Encoding:
    """Decide the encoding of a seekable binary stream; leaves it at its start."""
    stream.seek(0)
    head = stream.read(SAMPLE)
    for mark, name in _BOMS:
        if head.startswith(mark):
            stream.seek(0)
            return Encoding(name, len(mark), f"{name} with a byte order mark")
    found = _utf_16(head) or _eight_bit_or_utf_8(
        head if not head.isascii() else _first_other(stream)
    )
    stream.seek(0)
    return Encoding(found, 0, found)


def settle(stream: IO[bytes], asked: str | None) -> Encoding:
    """Decide the encoding of a stream, or take the user's word for it.

    Raises:
        UsageError: no such encoding.
    """
    found = decide(stream)
    if asked is None:
        return found._replace(name="utf-8") if found.name == "ascii" else found
    try:
        "".encode(asked)
        name = codecs.lookup(asked).name
    except (LookupError, ValueError):
        raise UsageError(f'encoding "{asked}" is not known; try utf-8, cp1250 or cp1251') from None
    if name in _NO_FILES:
        raise UsageError(f'encoding "{asked}" is none of files; try utf-8, cp1250 or cp1251')
    # "utf-16" leaves the byte order to the mark, and a mark may come before what the user says.
    if found.name.startswith(name) and (found.skip or name in _OF_TWO_ORDERS):
        return found
    return Encoding(f"{name}-le" if name in _OF_TWO_ORDERS else name, 0, asked)


def is_text(text: str) -> bool:
    """Whether nothing in decoded text is a byte that could not be decoded."""
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)


def guessed(texts: Sequence[str]) -> tuple[list[str], str]:
    """Return texts of one record with the bytes that could not be decoded read as eight-bit letters.

    Returns:
        The texts, and the encoding in which they look most like a language.
    """
    best: tuple[float, list[str], str] | None = None
    for name in EIGHT_BIT:
        letters = {
            0xDC00 + byte: bytes([byte]).decode(name, "replace") for byte in range(0x80, 0x100)
        }
        read = [text.translate(letters) for text in texts]
        likely = score(" ".join(read)) - _RARE.get(name, 0)
        if best is None or likely > best[0]:
            best = likely, read, name
    _, read, name = best or (0, [*texts], "")
    # Half of a surrogate pair of UTF-16 was no byte.
    return [text if is_text(text) else _SURROGATE.sub("\ufffd", text) for text in read], name


@contextmanager
def opened(stream: IO[bytes], encoding: Encoding) -> Iterator[io.TextIOWrapper]:
    """Give the text of a seekable stream from its start; the stream stays open afterwards.

    Raises:
        UsageError: the bytes end in the middle of a character.
    """
    stream.seek(encoding.skip)
    text = io.TextIOWrapper(stream, encoding.name, errors=encoding.errors, newline="")
    try:
        yield text
    except UnicodeError:
        raise UsageError(f"cannot be read as {encoding.label}; say which with --encoding") from None
    finally:
        text.detach()


def _first_other(stream: IO[bytes]) -> bytes:
    """The first stretch of the stream that isn't ASCII, from the start of its line; or nothing."""
    tail = b""
    while chunk := stream.read(SAMPLE):
        if not chunk.isascii():
            return tail + chunk + stream.read(SAMPLE)
        tail = chunk[chunk.rfind(b"\n") + 1 :]
    return b""


def _utf_16(head: bytes) -> str | None:
    """UTF-16 without a mark: line ends, delimiters and Latin letters have a zero for a half."""
    pairs = len(head) // 2
    if not pairs or len(head) % 2:
        return None
    for name, zeros, others in (
        ("utf-16-le", head[1::2], head[::2]),
        ("utf-16-be", head[::2], head[1::2]),
    ):
        if zeros.count(0) > pairs * 0.1 and others.count(0) < pairs * 0.02 and b"\n" in others:
            return name
    return None


def _uncut(last: bytes) -> bytes:
    """The last line of a sample without a letter of UTF-8 that the end of the sample cut."""
    try:
        last.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start:
            return last[: error.start]
    return last


def _eight_bit_or_utf_8(sample: bytes) -> str:
    if not sample:
        return "ascii"
    good = bad = 0
    *lines, last = sample.split(b"\n")
    for line in (*lines, _uncut(last)):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            good += 1
        except UnicodeDecodeError:
            bad += 1
    # A line of an eight-bit encoding is hardly ever valid UTF-8, so some good lines settle it:
    # the bad ones are then damage, to be refused one by one.
    if good >= bad:
        return "utf-8"
    scores = {
        name: score(sample.decode(name, "replace")) - _RARE.get(name, 0) for name in EIGHT_BIT
    }
    return max(EIGHT_BIT, key=lambda name: scores[name])  # the first of equals


_LANGUAGES = tuple(
    frozenset(letters)
    for letters in (
        "ąćęłńóśźż",
        "áäčďéíĺľňóôŕšťúýž",
        "áčďéěíňóřšťúůýž",
        "äöüß",
        "áéíóöőúüű",
        "ăâîşţșț",
        "čćđšž",
        "àâçèéêëîïôœùûü",
        "åæøäöé",
        "áéíñóúüçãõâêôà",
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяў",
    )
)
_FREQUENT = frozenset("łóąężśćńšžáéíýčľüöäřěßоеаинтсрвлкмдпу")
_LETTERS = frozenset().union(*_LANGUAGES)
_MARKS = frozenset("\u00a0€„”“’‘–—…«»№§°·ªº©®™‹›")
_MARKS_IN_WORDS = frozenset("\u00a0”“’…»–—™®")  # may follow a letter at once
_NEVER_NASAL = frozenset("aeouyáéíóúý")
# Encodings of other days have to be a little likelier than those of today; the weights were tried on
# one name and up, see docs/encodings.md.
_RARE = {"koi8-r": 1, "cp866": 1, "cp852": 2}


def score(text: str) -> float:
    """How much text looks like names and notes of one European language, per non-ASCII letter."""
    total = letters = count = 0
    seen: dict[str, int] = {}
    before = " "
    for char in text:
        if char > "\x7f":
            count += 1
            low = char.lower()
            if low in _LETTERS:
                letters += 1
                seen[low] = seen.get(low, 0) + 1
                total += 4 if char in _FREQUENT else 3 if low in _FREQUENT else 2
            else:
                total += 3 if char in _MARKS else -3 if char.isalpha() else -6
        if (char > "\x7f" or before > "\x7f") and before.isalpha():
            total += _joint(before, char)
        before = char
    if not count:
        return 0.0
    best = max(sum(n for low, n in seen.items() if low in known) for known in _LANGUAGES)
    return (total + 4 * best - 2 * (letters - best)) / count


def _joint(before: str, char: str) -> int:
    """What two neighbours in a word say against a decoding."""
    if not char.isalpha():
        return -4 if char > "\x7f" and char not in _MARKS_IN_WORDS else 0
    if char.isupper() and before.islower():
        return -6
    if char in "ąę" and before in _NEVER_NASAL:  # š in ISO 8859-2 is ą in cp1250
        return -4
    return -4 if (char > "\u03ff") != (before > "\u03ff") else 0
