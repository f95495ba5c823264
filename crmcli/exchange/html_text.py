"""HTML as plain text: a line for what stands on its own, nothing of scripts and styles."""

from __future__ import annotations

import html
import re

_SPACE = re.compile(r"\s+")
_LONG_NUMBER = re.compile(r"&#[0-9]{8,}")
_UNSEEN = ("script", "style", "head", "title")
# Tags that stand on a line of their own.
# fmt: off
_BREAKING = frozenset((
    "address", "blockquote", "br", "div", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "li", "ol", "p", "pre", "table", "tr", "ul",
))
# fmt: on


def plain(text: str) -> str:
    """Return what there is to read, a line a paragraph."""
    pieces = []
    at = 0
    while (start := text.find("<", at)) >= 0:
        pieces.append(_SPACE.sub(" ", text[at:start]))
        closing = "-->" if text.startswith("<!--", start) else ">"
        end = text.find(closing, start)
        if end < 0:
            return _lines(pieces)
        at = end + len(closing)
        tag, *_ = (*text[start + 1 : min(end, start + 20)].lower().split(), "")
        if tag.strip("/") in _BREAKING:
            pieces.append("\n")
        elif tag in _UNSEEN:
            ending = re.compile(f"</{tag}", re.IGNORECASE).search(text, end)
            if ending is None:
                return _lines(pieces)
            at = ending.start()
    pieces.append(_SPACE.sub(" ", text[at:]))
    return _lines(pieces)


def _lines(pieces: list[str]) -> str:
    # Python refuses to read a number of thousands of digits; eight are beyond any character.
    text = _LONG_NUMBER.sub(
        lambda found: "&#" + (found[0][2:].lstrip("0") or "0")[:8], "".join(pieces)
    )
    lines = html.unescape(text).splitlines()
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))
