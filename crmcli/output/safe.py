"""Data shown as text: whatever could act on a terminal, or hide in it, becomes a visible escape."""

from __future__ import annotations

from unicodedata import category

# Printable by their category and yet without any ink: they would make two names look alike.
_INKLESS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_ZWNJ = "\u200c"
_ZWJ = "\u200d"


def visible(text: str, *, multiline: bool = False) -> str:
    r"""Show control and invisible characters as escapes such as ``\x1b`` or ``\u202e``.

    Escaped are C0, C1 and DEL, lone surrogates, bidi marks, overrides and isolates, zero-width and
    other format characters, line and paragraph separators, inkless letters and code points without
    a meaning. A joiner stays where writing needs it: between the parts of an emoji, and after a
    letter of a script that joins or shapes its letters (Persian, Hindi). A backslash stays itself:
    this is for reading, so ``C:\new`` looks like what it is; CSV and JSON carry values exactly.

    Args:
        text: any text.
        multiline: keep tabs and line ends (``\r\n`` becomes ``\n``).
    """
    if text.isprintable() and (text.isascii() or _has_ink(text)):
        return text
    if multiline:
        text = text.replace("\r\n", "\n")
    return "".join(
        [
            char if shows(char, text, at, multiline=multiline) else escape(char)
            for at, char in enumerate(text)
        ]
    )


def _has_ink(text: str) -> bool:
    # Seven searches for one character each are much faster than a look at every character.
    for char in _INKLESS:  # noqa: SIM110 - a generator costs three times as much
        if char in text:
            return False
    return True


def escape(char: str) -> str:
    r"""One character as ``\n``, ``\xNN``, ``\uNNNN`` or ``\UNNNNNNNN``."""
    if char in _SHORT:
        return _SHORT[char]
    if ord(char) < 0x100:
        return f"\\x{ord(char):02x}"
    return numbered(char)


def numbered(char: str) -> str:
    r"""One character as ``\uNNNN`` or ``\UNNNNNNNN``."""
    code = ord(char)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def shows(char: str, text: str, at: int, *, multiline: bool = False) -> bool:
    """Whether the character at a place of a text stays as it is, because it has ink and cannot act."""
    if char.isprintable():
        return char not in _INKLESS
    if char in "\t\n":
        return multiline
    if char in (_ZWJ, _ZWNJ):
        return _joins(char, text, at)
    kind = category(char)
    if kind == "Cn":  # an emoji newer than this Python's tables is still an emoji
        return "\U0001f000" <= char <= "\U0001faff"
    return kind not in _HIDDEN  # what is left: spaces of other widths, private use


def _joins(char: str, text: str, at: int) -> bool:
    before = text[at - 1] if at else ""
    after = text[at + 1] if at + 1 < len(text) else ""
    if not before or not after:
        return False
    if _shapes(before) and _shapes(after):
        return True
    return char == _ZWJ and is_pictograph(after) and (before == "\ufe0f" or is_pictograph(before))


def _shapes(char: str) -> bool:
    """Whether a character is of Arabic, Syriac or an Indic script, whose letters take joiners."""
    return "\u0600" <= char <= "\u0dff" and category(char)[0] in "LM"


def is_pictograph(char: str) -> bool:
    """Whether a character can be a part of an emoji made of several."""
    return "\U0001f000" <= char <= "\U0001faff" or "\u2190" <= char <= "\u2bff"
