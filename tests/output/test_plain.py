"""Wrapping for mails."""

from hypothesis import given
from hypothesis import strategies as st

from crmcli.output.plain import wrap
from crmcli.output.width import width


def test_wraps_at_words():
    """Lines break between words and continue under the hanging indent."""
    assert wrap("Call Anna about the new price list", 16, indent="- ", hang="  ") == [
        "- Call Anna",
        "  about the new",
        "  price list",
    ]


def test_keeps_line_breaks():
    """The line breaks of the text stay, empty lines too."""
    assert wrap("one\n\ntwo", 20) == ["one", "", "two"]


def test_never_breaks_a_link():
    """A link longer than the line stands alone and whole, unless no mail could carry it."""
    link = "https://shop.example/a/very/long/path"
    assert wrap(f"see {link} now", 12) == ["see", link, "now"]
    assert max(map(len, wrap("https://" + 1000 * "x", 72))) == 72


def test_breaks_wide_text_anywhere():
    """Text without blanks is broken where the line ends, by what a reader sees."""
    assert wrap("株式会社例示商事", 8) == ["株式会社", "例示商事"]
    assert wrap("a" * 20, 8, indent="  ") == ["  " + "a" * 6] * 3 + ["  aa"]


@given(st.text(st.sampled_from("ab żЖ山田👍\n"), max_size=200), st.integers(4, 40))
def test_loses_nothing(text, columns):
    """All that is not blank is still there, and no line is overrun."""
    lines = wrap(text, columns)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line) <= columns for line in lines)
