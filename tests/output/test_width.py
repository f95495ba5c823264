"""Widths as a terminal draws them, and cutting to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from crmcli.output.width import cut, pad, width

names = st.text(st.sampled_from("aZ ż Łé山田한국яИ👍😀नमスｶ٣—…\u0301\u20ac"), max_size=30)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("Anna", 4),
        ("Żółć", 4),
        ("e\u0301", 1),
        ("山田", 4),
        ("한국", 4),
        ("\u1112\u1161\u11ab", 2),
        ("👍🏽", 2),
        ("👩\u200d💻", 2),
        ("❤\ufe0f", 2),
        ("🇵🇱", 2),
        ("ﾔﾏﾀﾞ", 4),
    ],
)
def test_width(text, columns):
    """Wide characters and emoji take two columns, marks and joined parts none."""
    assert width(text) == columns


@given(names.filter(lambda text: "न" not in text))
def test_width_agrees_with_rich(text):
    """On letters of many scripts the width is the one that rich knows."""
    assert width(text) == cell_len(text)


@given(names, st.integers(1, 40))
def test_pad_is_exact(text, columns):
    """Whatever the text, a padded cell takes its columns exactly."""
    assert width(pad(text, columns)) == columns
    assert width(pad(text, columns, right=True)) == columns


@given(names, st.integers(0, 40))
def test_cut_keeps_the_beginning(text, columns):
    """A cut text is a beginning of it and an ellipsis; one that fits is left alone."""
    short = cut(text, columns)
    assert width(short) <= columns
    if width(text) <= columns:
        assert short == text
    elif columns:
        assert short.endswith("…")
        assert text.startswith(short[:-1])


def test_cut_of_a_huge_text():
    """A text of millions of characters is cut as any other."""
    assert cut("ż" * 5_000_000, 4) == "żżż…"


def test_cut_never_splits_a_letter_from_its_mark():
    """A combining mark stays with its letter."""
    assert cut("e\u0301e\u0301e\u0301e\u0301", 3) == "e\u0301e\u0301…"
