"""What ``visible`` lets through, and what it shows as an escape."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.output.safe import visible

# Every code point, lone surrogates too: text() alone leaves them out.
anything = st.lists(
    st.one_of(st.integers(0, 0x10FFFF), st.integers(0, 0xFF), st.integers(0x2000, 0x2070))
).map(lambda codes: "".join(map(chr, codes)))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x1b]8;;http://x.example\x07x", r"\x1b]8;;http://x.example\x07x"),
        ("a\x9b2Jb", r"a\x9b2Jb"),
        ("a\rb\x08\x7f\x00", r"a\rb\x08\x7f\x00"),
        ("a\tb\nc", r"a\tb\nc"),
        ("a\u202egpj.exe", r"a\u202egpj.exe"),
        ("\u2066x\u2069", r"\u2066x\u2069"),
        ("An\u200bna", r"An\u200bna"),
        ("a\u2028b", r"a\u2028b"),
        ("\udc80", r"\udc80"),
        ("A\u3164B", r"A\u3164B"),
        ("a\U000e0041", r"a\U000e0041"),
        ("a\u200db", r"a\u200db"),
        ("soft\xadhyphen", r"soft\xadhyphen"),
    ],
)
def test_shows_what_could_act_or_hide(raw, shown):
    """Escape sequences, overrides and invisible characters show as escapes."""
    assert visible(raw) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Łukasz Żółć",
        "Иван Иванов",
        "山田太郎",
        "שלום",
        "👩\u200d💻 ❤\ufe0f\u200d🔥 👍🏽 🇵🇱",
        "\U0001faea",  # an emoji of Unicode 17
        "می\u200cخواهم",
        "क\u094d\u200dष",
        "[red]x[/] :smile: C:\\new",
        "a\u00a0b",
    ],
)
def test_leaves_text_alone(text):
    """Letters of every script, emoji and their joiners, and markup are text."""
    assert visible(text) == text


@given(anything)
def test_no_control_byte_leaves(text):
    """Nothing that a terminal could obey, nor a line end, is left over."""
    kinds = {unicodedata.category(char) for char in visible(text) if char not in "\u200c\u200d"}
    assert kinds.isdisjoint(("Cc", "Cs", "Cf", "Zl", "Zp"))
    visible(text).encode()


@given(anything)
def test_multiline_keeps_only_tabs_and_line_feeds(text):
    """With ``multiline`` a tab and a line feed stay, and nothing else is different."""
    shown = visible(text, multiline=True)
    assert visible(shown.replace("\t", "").replace("\n", "")) == shown.replace("\t", "").replace(
        "\n", ""
    )


def test_multiline_line_ends():
    """A carriage return with its line feed is a line end; alone it is an escape."""
    assert visible("a\r\nb\rc\td", multiline=True) == "a\nb\\rc\td"
