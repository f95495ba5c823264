"""Names are shown as typed; parts and keys are made with care."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crmcli.values import name
from crmcli.values.name import company_key, join, key, parse
from crmcli.values.text import fold


@pytest.mark.parametrize(
    ("text", "given_name", "family"),
    [
        ("Anna Nowak", "Anna", "Nowak"),
        ("Nowak, Anna", "Anna", "Nowak"),
        ("Nowak, Anna Maria", "Anna Maria", "Nowak"),
        ("Cher", None, None),
        ("", None, None),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Maria de la Cruz", "Maria", "de la Cruz"),
        ("Karl Heinz von der Berg", "Karl Heinz", "von der Berg"),
        ("Ahmed bin Khalid", "Ahmed", "bin Khalid"),
        ("van Dam, Piet", "Piet", "van Dam"),
        ("dr Anna Nowak", "Anna", "Nowak"),
        ("Ing. Ján Kováč, PhD.", "Ján", "Kováč"),
        ("John Smith, Jr.", "John", "Smith"),
        ("Иван Петрович Сидоров", "Иван", "Сидоров"),
        ("Сидоров Иван Петрович", "Иван", "Сидоров"),
        ("佐藤 花子", "花子", "佐藤"),
        ("Ing. Tomáš Říha, Ph.D.", "Tomáš", "Říha"),
        ("Mgr. Jana Nováková, DiS.", "Jana", "Nováková"),
        ("JUDr. Ivana Šebestová, LL.M.", "Ivana", "Šebestová"),
        ("Ing. arch. Eva Malá", "Eva", "Malá"),
        ("Tomáš Jelínek Ph.D.", "Tomáš", "Jelínek"),
        ("Dipl.-Ing. Uwe Krüger", "Uwe", "Krüger"),
        ("Kovář st. Josef", "Josef", "Kovář"),
        ("Josef Kovář st.", "Josef", "Kovář"),
        ("doc. Ing. Jan Procházka, CSc., MBA", "Jan", "Procházka"),
        ("Mgr. art. Eva Malá, ArtD.", "Eva", "Malá"),
        ("Říha, Ing. Tomáš, Ph.D.", "Tomáš", "Říha"),
        ("prof. dr hab. inż. Jan Kowalski", "Jan", "Kowalski"),
        ("lek. med. Anna Nowak", "Anna", "Nowak"),
        ("Univ.-Prof. Dr. rer. nat. Eva Huber, MSc", "Eva", "Huber"),
        ("Dr.med. Hans Müller", "Hans", "Müller"),
        ("Mag. (FH) Karin Gruber, B.A.", "Karin", "Gruber"),
        ("Dr. h.c. Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("к.т.н. Иван Сидоров", "Иван", "Сидоров"),
        ("д.э.н., проф. Сидоров", None, None),
        ("Rev. John Smith, M.D.", "John", "Smith"),
        ("John Smith MA", "John", "Smith"),
        ("John Smith Jr., Ph.D.", "John", "Smith"),
        # Not titles: these are their names.
        ("Yo-Yo Ma", "Yo-Yo", "Ma"),
        ("J.D. Salinger", "J.D.", "Salinger"),
        ("J.R. Ewing", "J.R.", "Ewing"),
        ("Art Garfunkel", "Art", "Garfunkel"),
        ("Md Rahman", "Md", "Rahman"),
        ("Ian St. John", None, None),
        ("Anna Maria Nowak", None, None),
        ("Smith-Jones Ada Beth Carol", None, None),
    ],
)
def test_parse_splits_only_the_obvious(text, given_name, family):
    """The parts come where nobody would argue; the name itself is never reordered."""
    assert parse(text) == (text, given_name, family)


def test_parse_cleans_the_shown_name():
    """Blanks are tidied, nothing else."""
    assert parse("  anna \u00a0 NOWAK ")[0] == "anna NOWAK"


@given(st.text(alphabet="aBł, .van-'花\u00a0"))
def test_parse_takes_any_text(text):
    """The parts are made of words of the name, and both come or neither."""
    name, given_name, family = parse(text)
    assert (given_name is None) == (family is None)
    if given_name is not None and family is not None:
        assert set(given_name.split() + family.split()) <= set(name.replace(",", " ").split())


def test_join_skips_what_is_missing():
    """Empty parts leave no blank behind."""
    assert join("Anna", None, "Nowak") == "Anna Nowak"
    assert join(" Anna", " ", None, "dr") == "dr Anna"
    assert join(None, None, None) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Nowak", "NOWAK, Anna"),
        ("Łukasz Wójcik", "lukasz wojcik"),
        ("Иван Щербаков", "Shcherbakov Ivan"),
        ("Smith-Jones Ada", "Ada Smith Jones"),
    ],
)
def test_key_minds_neither_order_nor_alphabet(one, other):
    """One person in two spellings has one key."""
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Stalmex Sp. z o.o.", "stalmex"),
        ("Stalmex Sp. z o.o. Sp. k.", "stalmex"),
        ("STALMEX spółka z ograniczoną odpowiedzialnością", "stalmex"),
        ("Stalmex S.A.", "stalmex"),
        ("PHU Stalmex s.c.", "stalmex"),
        ("Kvet, spol. s r.o.", "kvet"),
        ("Kvet s.r.o.", "kvet"),
        ("Tatra, a.s.", "tatra"),
        ("Berg GmbH & Co. KG", "berg"),
        ("Müller & Co. KG", "muller"),
        ("Rhein AG", "rhein"),
        ("Blue Works Ltd.", "blue works"),
        ("Acme, Inc.", "acme"),
        ("Acme LLC", "acme"),
        ("North Foods Pty Ltd", "north foods"),
        ("ООО «Волгасервис»", "volgaservis"),
        ("АО «Волгасервис» и Ко", "volgaservis"),
        ("ИП Щербаков", "shcherbakov"),
        ("富士貿易株式会社", "富士貿易"),
        ("株式会社富士貿易", "富士貿易"),
        ("North & Sons", "north sons"),
        ("Kasa", "kasa"),
        ("SA", "sa"),
        ("AS Roma", "as roma"),
        ("株式会社", "株式会社"),
        ("", ""),
    ],
)
def test_company_key_drops_legal_forms(name, expected):
    """Legal forms go in front and behind, words of the name stay."""
    assert company_key(name) == expected


FORMS = st.sampled_from(
    [
        "Sp. z o.o.",
        "S.A.",
        "a.s.",
        "ООО",
        "и Ко",
        "GmbH",
        "& Co.",
        "KG",
        "株式会社",
        "Acme",
        "o",
        "Ż«»",
    ]
)


@given(st.one_of(st.text(), st.lists(FORMS).map(" ".join)))
@example("株式会社 x 有限公司")
def test_company_key_is_idempotent(name):
    """A key is its own key."""
    assert company_key(company_key(name)) == company_key(name)


def test_word_lists_are_folded():
    """The tables are compared with folded words, so they must be folded themselves."""
    for table in (name._FORMS, name._FRONT, name._PARTICLES):
        assert fold(table) == table
