"""What a stranger may put into a name: texts that try to act, to hide, or to break what draws them."""

from __future__ import annotations

import os

# Each has the word Eve in it, by which it is found again, and no blank that cleaning would change.
ATTACKS = {
    # Sequences of terminals, begun by ESC, by a C1 character and by what reads the bytes of UTF-8 as
    # Latin-1: colours, the cursor, the title, a link, the clipboard, the answerback, a soft reset.
    "escapes": (
        "Eve\x1b[2J\x1b[1;31m\x1b[10A\x1b]0;owned\x07\x1b]8;;https://evil.example\x1b\\x\x1b]8;;\x1b\\"
        "\x1b]52;c;ZXZpbA==\x07\x1bP+q544e\x1b\\\x1b[6n\x1b[c\x1bc\x1b[!p\x1b[?1049h\x1b(0\x1b#8"
    ),
    "c1": "Eve\x9b31m\x9b2J\x9d0;owned\x9c\x90+q\x9c\x84\x8d\x98x\x9e\x9f",
    "strokes": "Eve\b\b\bAnna\r!\x07\x7f\x05\x0e\x0f\x11\x13\x18\x1a",
    # Unfinished ones, which swallow what follows them.
    "open": "Eve\x1b]52;c;",
    "markup": (
        "[bold red]Eve[/] :smile: [link=https://evil.example]x[/link] [/] [[x]] \\[x] {0} {name} %s"
        " $(touch ran) `touch ran` ${HOME} <b>&amp;</b>"
    ),
    "bidi": "\u202eEve\u202c \u2066x\u2069 \u2067y\u2069 \u2068z\u2069 \u200f\u200e\u061c \u202dw",
    "hidden": (
        "E\u200bv\u2060e\xad Eve \ufeffx\u200dy\u200cz\u115f\u3164\uffa0\u034f\u180e"
        "\U000e0041\U000e0042\U000e007f \ufe0f\ufe00\U000e0100 \u2028a\u2029b\u2800"
    ),
    "marks": "Eve" + "\u0301\u0489\u20dd\u0e31\u0488" * 300,
    "wide": "Eve" + "漢" * 400 + "\U0001f469\u200d\U0001f4bb" * 50,
    "long": "Eve" + "x" * 5_000,
    "sql": "Eve'; DROP TABLE contact; -- \" OR 1=1 * NEAR(a b) AND a:b ^c {d} MATCH ? :x @y #z %_",
    "formula": "=cmd|' /C calc'!A0+Eve",
    "surrogates": "Eve\ufffd\ufffe\uffff\U0010ffff\ue000\U000f0000",
}
# All that act in one, and all that hide: what each command takes its turn with.
ATTACKS["acting"] = "".join(ATTACKS[kind] for kind in ("escapes", "c1", "strokes", "open"))
ATTACKS["hiding"] = " ".join(ATTACKS[kind] for kind in ("bidi", "hidden", "surrogates", "marks"))
# What every command meets, in every format; CRM_HOSTILE=all has it meet the others as well.
_ALL = os.environ.get("CRM_HOSTILE") == "all"
TYPICAL = ("acting", *(("hiding", "markup", "long") if _ALL else ()))
SHOWN = ("acting", *(("hiding", "markup") if _ALL else ()))  # on a terminal
