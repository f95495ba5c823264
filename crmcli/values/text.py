"""Text as people type it and as search compares it.

The folded form is what the search index, the matching of duplicates and WHO compare: lower case,
no diacritics, Latin letters for Cyrillic and Greek.
"""

from __future__ import annotations

import unicodedata

from crmcli.errors import InvalidValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# Letters that no decomposition spells out. Keys are case-folded already.
_SPELLINGS = (
    # Latin
    "ł:l ø:o đ:d ð:d þ:th æ:ae œ:oe ħ:h ŧ:t ı:i ŋ:n ĸ:k ə:e ǝ:e ƒ:f ɓ:b ɗ:d ƙ:k ȷ:j "
    # Cyrillic: Russian, Ukrainian, Belarusian, Bulgarian, Serbian, Macedonian, Kazakh
    "а:a б:b в:v г:g д:d е:e ё:e ж:zh з:z и:i й:y к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u "
    "ф:f х:kh ц:c ч:ch ш:sh щ:shch ъ: ы:y ь: э:e ю:yu я:ya є:e і:i ї:i ґ:g ў:u ђ:d ћ:c љ:lj "
    "њ:nj џ:dz ј:j ѕ:dz ѓ:g ќ:k ә:a ғ:g қ:k ң:n ө:o ұ:u ү:u һ:h ѣ:e "
    # Greek
    "α:a β:v γ:g δ:d ε:e ζ:z η:i θ:th ι:i κ:k λ:l μ:m ν:n ξ:x ο:o π:p ρ:r σ:s τ:t υ:y φ:f "
    "χ:ch ψ:ps ω:o "
    # Apostrophes that Unicode counts as letters, and the Arabic stretching line
    "ʼ:' ʻ:' ʹ:' ʾ:' ʿ:' ـ:"
)
_SPELLED = dict(pair.split(":") for pair in _SPELLINGS.split())
# Marks that a reader leaves out: Latin and Cyrillic accents, Hebrew points, Arabic vowels,
# variation selectors. Vowel signs of Indic scripts and kana voicing are letters and stay.
_MARKS = (
    (0x0300, 0x036F),
    (0x0483, 0x0487),
    (0x0591, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
    (0xE0100, 0xE01EF),
)
LONGEST = (
    250_000  # characters of a text: within what each format of file takes, whatever their letters
)
# What people write where there is nothing.
_NONE = (
    "- -- --- – — . ? x n/a na none null nil nan brak bd b/d nie nemá nema není neni žádný keine kein "
    "нет н/д no unknown nieznany"
)
_PLACEHOLDERS = frozenset(_NONE.split())
# Letters to Python, separators to SQLite: its table has the New Tai Lue vowels as marks.
_NOT_LETTERS = frozenset([*range(0x19B0, 0x19C1), 0x19C8, 0x19C9, 0x1CF2, 0x1CF3])


def _is_word_letter(letter: str) -> bool:
    kind = unicodedata.category(letter)
    return (kind[0] in "LN" or kind == "Co") and ord(letter) not in _NOT_LETTERS


class _Letters(dict[int, str]):
    """Code point -> its folded letters; fills itself as letters turn up."""

    def __missing__(self, code: int) -> str:
        text, before = chr(code), ""
        while text != before:  # one spelling may lead to the next: NFKD gives capitals, too
            before = text
            text = "".join(
                [
                    _SPELLED[letter] if letter in _SPELLED else _unmarked(letter)
                    for letter in unicodedata.normalize("NFC", text.casefold())
                ]
            )
        self[code] = text
        return text


def _unmarked(letter: str) -> str:
    if letter < "\x80":
        return letter
    if unicodedata.category(letter) == "Cf":  # zero-width and bidi controls
        return ""
    kept = [c for c in unicodedata.normalize("NFKD", letter) if c < "\u0300" or not _is_mark(c)]
    return unicodedata.normalize("NFC", "".join(kept))


def _is_mark(letter: str) -> bool:
    code = ord(letter)
    return any(low <= code <= high for low, high in _MARKS)


class _Breaks(dict[int, str]):
    """Code point -> itself in a word, a blank between words; fills itself."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = kept = letter if _is_word_letter(letter) else " "
        return kept


def _reads_alike(letter: str) -> bool:
    """Whether SQLite's unicode61 reads a character exactly as `fold` does."""
    code = ord(letter)
    if code < 0x80:
        return True
    if letter in "«»„”“’‘‚–—…·•°§€£¥©®№\u00a0\u202f\u2009×÷¿¡™":
        return _FOLDED[code] != "" and not _is_word_letter(_FOLDED[code][0])
    if 0xC0 <= code < 0x250 or 0x1E00 <= code < 0x1F00:
        # U+01E0 and its small letter are the two that unicode61 forgot.
        base = unicodedata.normalize("NFD", letter)[0]
        return base.isascii() and base.isalpha() and code not in (0x1E0, 0x1E1)
    same = _FOLDED[code] == letter and unicodedata.category(letter) == "Lo"
    return same and code not in _NOT_LETTERS


_FOLDED = _Letters({code: chr(code).lower() for code in range(0x80)})
_BROKEN = _Breaks()
# Characters known so far to be read alike, and known not to be; both fill themselves.
_ALIKE = {chr(code) for code in range(0x80)}
_UNLIKE: set[str] = set()


def clean(text: str, *, multiline: bool = False) -> str:
    """Text as it is stored: NFC, blanks of every kind as single spaces, none at the ends.

    With `multiline` the line breaks stay, as newlines, but for empty lines at both ends.

    Raises:
        InvalidValueError: it holds a NUL character or half of a surrogate pair, or is longer than LONGEST.
    """
    if len(text) > LONGEST:
        raise InvalidValueError(
            f"text is longer than {LONGEST:,} characters; keep it in a file, and here where that is"
        )
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise InvalidValueError(
                f"text has a broken character at place {error.start + 1}; save it as UTF-8"
            ) from None
        text = text.strip("\ufeff\u200b\u2060")  # what copying from web pages leaves behind
    if "\0" in text:
        place = text.index("\0") + 1
        raise InvalidValueError(f"text has a NUL character at place {place}; remove it")
    if multiline:
        return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip("\n")
    return " ".join(text.split())


def below(text: str | None, more: str) -> str:
    """A note with ``more`` on lines of its own below it, unless these stand there already."""
    if not text:
        return more
    return text if f"\n{more}\n" in f"\n{text}\n" else f"{text}\n{more}"


def storable(text: str) -> str:
    """A name out of a file, U+FFFD in the place of what no book holds: NUL, halves of surrogate pairs."""
    if text.isprintable():
        return text
    return "".join(
        "\ufffd" if char == "\0" or "\ud800" <= char <= "\udfff" else char for char in text
    )


def fold(text: str) -> str:
    """What search compares: lower case, no diacritics, Latin letters where there are some.

    Folding twice changes nothing more. Zero-width and bidi controls vanish.
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFC", text).translate(_FOLDED)
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


def words(text: str) -> list[str]:
    """The folded words, split where FTS5's unicode61 splits: letters and digits make words."""
    return fold(text).translate(_BROKEN).split()


def alias(text: str) -> str | None:
    """The folded words that FTS5's ``unicode61 remove_diacritics 2`` does not make itself.

    They are what the index needs besides the text, so that every folded word finds it. None for
    most texts.
    """
    if text.isascii():
        return None
    if not _ALIKE.issuperset(text):
        for letter in set(text) - _ALIKE - _UNLIKE:
            (_ALIKE if _reads_alike(letter) else _UNLIKE).add(letter)
    composed = unicodedata.is_normalized("NFC", text)
    if composed and _UNLIKE.isdisjoint(text):
        return None
    odd = [
        chunk
        for chunk in text.split()
        if not (_UNLIKE.isdisjoint(chunk) and (composed or chunk.isascii()))
    ]
    return " ".join(dict.fromkeys(words(" ".join(odd)))) or None


def is_placeholder(text: str) -> bool:
    """Whether it is what people write in a cell that has nothing to say: ``-``, ``n/a``, ``brak``."""
    return text.strip().lower() in _PLACEHOLDERS


def has_words(text: str, folded_words: Iterable[str]) -> bool:
    """Whether every folded word is the start of some word of the text; the order is free."""
    line = " " + " ".join(words(text))
    return all(f" {word}" in line for word in folded_words)


def snippet(text: str, folded_words: Iterable[str], width: int = 60) -> str:
    """The bit of the text, as it was typed, around the first word that matched.

    One line of at most `width` characters, with … where something was cut off.
    """
    line = " ".join(text.split())
    if len(line) <= width:
        return line
    start = max(0, _first_match(line, folded_words) - width // 3)
    if start and (blank := line.find(" ", start, start + width // 3)) >= 0:
        start = blank + 1
    start = min(start, len(line) - width + 1) if start else 0
    room = width - (1 if start else 0)
    cut = line[start : start + room]
    if start + room < len(line):
        cut = line[start : start + room - 1]
        head, blank_, _ = cut.rpartition(" ")
        cut = (head if blank_ and len(head) > room // 2 else cut).rstrip() + "…"
    return "…" + cut if start else cut


def _first_match(line: str, folded_words: Iterable[str]) -> int:
    """The place in the line where the first of the words starts; 0 when none does."""
    pieces = [" "]
    places = [0]
    for place, letter in enumerate(line):
        spelled = _FOLDED[ord(letter)].translate(_BROKEN)
        pieces.append(spelled)
        places.extend([place] * len(spelled))
    folded = "".join(pieces)
    found = [at for word in folded_words if (at := folded.find(f" {word}")) >= 0]
    return places[min(min(found) + 1, len(places) - 1)] if found else 0
