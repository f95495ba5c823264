"""Words of commands that are printed to be copied: every shell takes them for what they are."""

from __future__ import annotations

_PLAIN = frozenset("@%+=:,./-_")
_INSIDE = {"'": "'\"'\"'", "\\": "'\"\\\\\"'"}


def word(text: str) -> str:
    r"""The word as bash, zsh and fish take it, each alike.

    A quote and a backslash stand between double quotes: fish takes ``\'`` within single ones for a
    quote that does not end them, where the others end there. At the beginning of a word zsh takes
    ``=`` for the path of a command, fish ``%`` for a process.
    """
    if text and text[0] not in "=%" and all(char.isalnum() or char in _PLAIN for char in text):
        return text
    return f"'{''.join([_INSIDE.get(char, char) for char in text])}'"
