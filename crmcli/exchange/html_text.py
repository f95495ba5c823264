"""HTML as plain text: a line for what stands on its own, nothing of scripts and styles."""

from __future__ import annotations

import html
import re

_SPACE = re.compile(r"\s+")
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
    lines = html.unescape("".join(pieces)).splitlines()
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))
