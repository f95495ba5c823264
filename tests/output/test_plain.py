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
    """A word longer than the line stands alone and whole."""
    link = "https://shop.example/a/very/long/path"
    assert wrap(f"see {link} now", 12) == ["see", link, "now"]


def test_breaks_wide_text_anywhere():
    """Text without blanks in wide characters is broken where the line ends."""
    assert wrap("株式会社例示商事", 8) == ["株式会社", "例示商事"]


@given(st.text(st.sampled_from("ab żЖ山田👍\n"), max_size=200), st.integers(4, 40))
def test_loses_nothing(text, columns):
    """All that is not blank is still there, and only a long word overruns the line."""
    lines = wrap(text, columns)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line) <= columns or " " not in line.strip() for line in lines)
