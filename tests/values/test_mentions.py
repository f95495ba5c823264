"""Where a text names a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.values.mentions import CUT, Mentions
from crmcli.values.text import words

ANNA = Mentions(
    ["Anna Maria Nowak-Żak"], ["anna@acme.example"], ["48601234567"], ["https://anna.example/me"]
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Anna Maria Nowak-Żak rang", f"{CUT} rang"),
        ("ANNA MARIA NOWAK ZAK rang", f"{CUT} rang"),
        ("met Żak, Anna Maria Nowak today", f"met {CUT} today"),
        ("file anna_maria_nowak-zak.vcf", f"file {CUT}.vcf"),
        ("wrote to Anna@Acme.example.", f"wrote to {CUT}."),
        ("call 601 234 567 or +48 (601) 234-567!", f"call {CUT} or {CUT}!"),
        ("0048601234567", CUT),
        ("see https://anna.example/me", f"see {CUT}"),
        ("line one\nAnna Maria\nNowak Żak", f"line one\n{CUT}"),
        ("ß Łódź: Anna Maria Nowak-Żak", f"ß Łódź: {CUT}"),
    ],
)
def test_named(text: str, left: str) -> None:
    """In any case, order, spelling; what stands around it stays."""
    assert text in ANNA
    assert ANNA.cut(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Anna rang", "Maria Nowak", "Annabel Maria Nowak-Żak", "hanna@acme.example", "anna@acme.example.org2",
        "1601234567899", "601 234", "", "https://anna.example/menu",
    ],
)  # fmt: skip
def test_not_named(text: str) -> None:
    """A part of the name, another's name or number that holds it, nothing."""
    if text.startswith("anna@"):  # a longer domain is another address
        assert ANNA.cut(text) in (text, f"{CUT}.org2")
        return
    assert text not in ANNA
    assert ANNA.cut(text) == text


@pytest.mark.parametrize(
    "name",
    [
        "Sean O'Brien", "Jeanne d’Arc", 'Anna "Ania" Nowak', "Anna Nowak (Acme)", "Jiří & Eva Novák", "Łukasz/Anna Nowak",
        "Mary\u2011Jane Watson", "Anna – Nowak", "Anna|Nowak", "M&M Boss", "नरेंद्र मोदी", "山田 太郎",
    ],
)  # fmt: skip
def test_signs_in_a_name(name: str) -> None:
    """Whatever stands between its words, a name names its bearer."""
    assert f"met {name}, who agreed" in Mentions([name])
    assert Mentions([name]).cut(f"met {name}").startswith(f"met {CUT}")


@given(st.text())
def test_a_name_names_its_bearer(name: str) -> None:
    """A law for every name of two words or more."""
    if len(words(name)) > 1:
        assert name in Mentions([name])
        assert Mentions([name]).cut(name) != name


def test_one_word_is_anybody() -> None:
    """A name of one word is not looked for, unless it is said to be nobody else's."""
    assert "Anna rang" not in Mentions(["Anna"])
    assert Mentions(["Anna"], alone=["anna"]).cut("Anna rang Annabel") == f"{CUT} rang Annabel"


@given(
    st.text(),
    st.text(),
    st.sampled_from(["Anna Maria Nowak-Żak", "anna@acme.example", "601 234 567"]),
)
def test_what_is_cut_is_gone(before: str, after: str, name: str) -> None:
    """Wherever it stands between other words, it is found, and not found again."""
    text = f"{before} {name} {after}"
    assert text in ANNA
    assert ANNA.cut(text) not in ANNA
    assert ANNA.cut(text).startswith(before[:1]) or before[:1] in "aA6+0("
