"""HTML as plain text: a line for what stands on its own, nothing of scripts and styles.

Lines of a quotation begin with ``>``, as they do in mail that is plain text.
"""

from __future__ import annotations

import html
import re

_SPACE = re.compile(r"\s+")
# A quotation opens and closes; no text has these characters.
_OPEN, _CLOSE = "\x01", "\x02"
_MARKS = str.maketrans("", "", _OPEN + _CLOSE)
_DEEPEST = 3  # marks in front of a line
_TAG = 500  # characters of a tag that are looked at
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
    pieces: list[str] = []
    cited: list[bool] = []  # of the open blockquotes, whether each is a quotation
    text = text.translate(_MARKS) if _OPEN in text or _CLOSE in text else text
    at = 0
    while (start := text.find("<", at)) >= 0:
        pieces.append(_SPACE.sub(" ", text[at:start]))
        closing = "-->" if text.startswith("<!--", start) else ">"
        end = text.find(closing, start)
        if end < 0:
            return _lines(pieces)
        at = end + len(closing)
        tag, *_ = (*text[start + 1 : min(end, start + 20)].lower().split(), "")
        if tag == "blockquote":
            # Without a border it is how a program indents.
            cited.append("border:none" not in text[start : min(end, start + _TAG)].replace(" ", ""))
            pieces.append("\n" + _OPEN * cited[-1])
        elif tag == "/blockquote":
            pieces.append(_CLOSE * (bool(cited) and cited.pop()) + "\n")
        elif tag.strip("/") in _BREAKING:
            pieces.append("\n")
        elif tag in _UNSEEN:
            ending = re.compile(f"</{tag}", re.IGNORECASE).search(text, end)
            if ending is None:
                return _lines(pieces)
            at = ending.start()
    pieces.append(_SPACE.sub(" ", text[at:]))
    return _lines(pieces)


def _lines(pieces: list[str]) -> str:
    found: list[str] = []
    depth = 0
    # Python refuses to read a number of thousands of digits; eight are beyond any character.
    text = _LONG_NUMBER.sub(
        lambda found: "&#" + (found[0][2:].lstrip("0") or "0")[:8], "".join(pieces)
    )
    for line in html.unescape(text).splitlines():
        depth += line.count(_OPEN)
        if said := " ".join(line.translate(_MARKS).split()):
            found.append(f"{'>' * min(depth, _DEEPEST)} {said}" if depth else said)
        depth -= line.count(_CLOSE)
    return "\n".join(found)
