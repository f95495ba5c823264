"""What search compares, held against a real FTS5 table."""

import sqlite3
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crmcli.errors import InvalidValueError
from crmcli.values import text as values_text
from crmcli.values.text import alias, clean, fold, has_words, is_placeholder, snippet, words

NAMES = st.text(
    alphabet=st.one_of(
        st.sampled_from("abcXYZ019 .,-'’@_\u00a0\u00ad\u200b\u202e\u0301½²ﬁſ⁄"),
        st.sampled_from("ąćęłńóśźżŁŻäöüßÄřšťžýáíéďňľĺôĽøØđÐþæœħŧıİçğşơươưĐạộ"),
        st.sampled_from("абвгдеёжзийклмнопрстуфхцчшщъыьэюяЁЙЩїєіґўђћљњџј"),
        st.sampled_from("αβγδεζηθικλμνξοπρσςτυφχψωΆΈΊΐ"),
        st.sampled_from("花子健一さくらガがハﾊﾞ한글각ليلىأحمدإآىשלוםָ🎉"),
        st.characters(max_codepoint=0x2FFF, categories=("L", "N", "P", "Z", "Mn")),
    ),
    max_size=24,
)


def tokens(text: str, options: str = "") -> list[str]:
    """The words that FTS5 makes of a text, in order."""
    db = sqlite3.connect(":memory:")
    try:
        db.execute(f"CREATE VIRTUAL TABLE t USING fts5(x, tokenize='unicode61 {options}')")
        db.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance')")
        db.execute("INSERT INTO t VALUES (?)", (text,))
        return [row[0] for row in db.execute("SELECT term FROM v ORDER BY offset")]
    finally:
        db.close()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Anna \t Nowak ", "Anna Nowak"),
        ("12\u00a0500\u202f00\u3000x", "12 500 00 x"),
        ("Z\u0307o\u0301łw", "Żółw"),
        ("\ufeffname", "name"),
        ("a\r\nb", "a b"),
        ("", ""),
    ],
)
def test_clean_unifies_blanks_and_composes_letters(typed, stored):
    """Blanks of every kind become one space, letters are composed, ends are bare."""
    assert clean(typed) == stored


def test_clean_keeps_line_breaks_when_asked():
    """Only multi-line fields keep their lines, without empty ones at the ends."""
    assert clean("\n a  b \r\n\r\n c\u2028d\n", multiline=True) == "a b\n\nc\nd"


@pytest.mark.parametrize("bad", ["a\0b", "ł\0", "a\ud800b"])
def test_clean_refuses_what_cannot_be_stored(bad):
    """NUL and half a surrogate pair are refused with a line that can be printed."""
    with pytest.raises(InvalidValueError) as caught:
        clean(bad)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Łukasz Żółć", "lukasz zolc"),
        ("Großmann", "grossmann"),
        ("Æsir Œuvre Þór Øre Đorđe", "aesir oeuvre thor ore dorde"),
        ("Щербаков Юлия Фёдорович Цой", "shcherbakov yuliya fedorovich coy"),
        ("Хохлов Чайка Жук", "khokhlov chayka zhuk"),
        ("Київ Їжак Ґалаґан", "kiiv izhak galagan"),
        ("Фёдор", "fedor"),
        ("И\u0306од", "yod"),
        ("İstanbul Işıl", "istanbul isil"),
        ("Nguyễn Thị", "nguyen thi"),
        ("Οδυσσεύς", "odysseys"),
        ("ﬁrma Ｆｕｌｌ", "firma full"),
        ("A\u200bnn\u202ea", "anna"),
        ("がハバ 한글", "がハバ 한글"),
        ("أحمد إيمان", "احمد ايمان"),
        ("शहर हिन्दी", "शहर हिन्दी"),
    ],
)
def test_fold_spells_letters_out(typed, folded):
    """Diacritics go, Cyrillic and Greek become Latin, other scripts stay themselves."""
    assert fold(typed) == folded


def test_fold_is_settled_for_every_character():
    """No character of the planes in use folds further when it is folded again."""
    planes = (*range(0x20000), *range(0x2F800, 0x2FA20), *range(0xE0000, 0xE0200))
    unsettled = [c for c in map(chr, planes) if fold(fold(c)) != fold(c)]
    assert unsettled == []


@given(st.one_of(st.text(), NAMES))
def test_fold_is_idempotent(text):
    """Folding twice is folding once."""
    assert fold(fold(text)) == fold(text)


@given(NAMES)
def test_fold_does_not_mind_composition_or_case(text):
    """Composed, decomposed and lower-case spellings fold alike."""
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
    assert fold(text.casefold()) == fold(text)


@given(NAMES.filter(lambda text: "🎉" not in text))
@example("ǡ Ǡb x₽y")
def test_words_split_where_fts5_splits(text):
    """FTS5 makes the same words of the folded text."""
    folded = fold(text)
    known = [c for c in folded if _known_to_sqlite(c)]
    folded = "".join(known)
    assert words(folded) == tokens(folded, "remove_diacritics 0")


def _known_to_sqlite(letter: str) -> bool:
    """Whether the (older) Unicode of SQLite has the character, and has it as no mark."""
    if letter.isascii():
        return True
    is_word = tokens(f"a {letter} b") != ["a", "b"]
    return is_word == bool(words(letter))


@given(NAMES)
@example("Ko’oł İx Ǡb ł-b a\u200bb ½ка Z\u0307ó")
def test_every_folded_word_finds_its_text(text):
    """Text and alias together are found by every word of the text, folded."""
    db = sqlite3.connect(":memory:")
    db.execute(
        "CREATE VIRTUAL TABLE t USING fts5(x, alias, tokenize='unicode61 remove_diacritics 2')"
    )
    db.execute("INSERT INTO t VALUES (?, ?)", (text, alias(text)))
    for word in words(text):
        found = db.execute("SELECT count(*) FROM t WHERE t MATCH ?", (f'"{word}"',)).fetchone()
        assert found == (1,), word
    db.close()


def test_alias_claims_only_what_unicode61_reads_alike():
    """Every character that alias leaves out is one that unicode61 folds by itself."""
    letters = [
        c
        for c in map(chr, range(1, 0x30000))
        if not 0xD800 <= ord(c) < 0xE000 and alias(c) is None and values_text._reads_alike(c)
    ]
    got = " ".join(tokens(" 1 ".join(letters), "remove_diacritics 2"))
    assert got.split() == words(" 1 ".join(letters))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna Nowak", None),
        ("Żaneta Pająk, Köln – „Müller”", None),
        ("花子 أحمد حسن".replace("أ", "ا"), None),
        ("Jan Małkowski, Łódź", "malkowski lodz"),
        ("Иван Nowak", "ivan"),
        ("Großmann GmbH", "grossmann"),
    ],
)
def test_alias_holds_only_what_fts5_would_miss(text, expected):
    """Most texts need no alias; the others only for the words concerned."""
    assert alias(text) == expected


def test_has_words_wants_the_start_of_every_word():
    """Each asked word must start some word, in any order."""
    assert has_words("Łukasz Nowak-Żak", ["zak", "luk"])
    assert not has_words("Łukasz Nowak", ["owak"])
    assert not has_words("Łukasz Nowak", ["lukasz", "anna"])
    assert has_words("", [])


LONG = "Klient prosi o kontakt w przyszłym tygodniu, bo zarząd się nie zebrał i nie ma decyzji"


def test_snippet_shows_the_original_around_the_match():
    """The match stays as typed, cut at blanks, with an ellipsis at each cut."""
    assert snippet(LONG, ["zarzad"], 40) == "…bo zarząd się nie zebrał i nie ma…"
    assert snippet("krótki\n tekst", ["tekst"]) == "krótki tekst"
    assert snippet(LONG, ["nothing"], 30) == "Klient prosi o kontakt w…"


@given(NAMES, st.integers(10, 80))
def test_snippet_fits_and_holds_the_word(text, width):
    """A snippet is one line, no wider than asked, and still has the start of the word."""
    line = f"{text} x\n" * 4 + f"Łódź {text}"
    cut = snippet(line, ["lodz"], width)
    assert len(cut) <= width
    assert "\n" not in cut
    assert has_words(cut, ["lod"])


def test_placeholders_say_nothing():
    """What people write for "none" is known in several languages, and only alone."""
    assert all(is_placeholder(text) for text in ("-", " N/A ", "Brak", "нет", "—"))
    assert not any(is_placeholder(text) for text in ("", "brak telefonu", "0", "Noemi"))
