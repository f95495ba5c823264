"""Text and the tree it is read as."""

import pytest

from crmcli.query.errors import QueryError
from crmcli.query.fields import field_names
from crmcli.query.parser import join_terms, parse
from crmcli.query.tree import And, Field, Not, Or, View, Word

NAMES = field_names(["Shirt size", "účet"])


def words(*texts):
    return [Word(text, 0, 0) for text in texts]


def phrase(text):
    return Word(text, 0, 0, quoted=True)


def both(*items):
    return And(items, 0, 0)


def either(*items):
    return Or(items, 0, 0)


def no(item):
    return Not(item, 0, 0)


def field(name, *values):
    return Field(
        name, [Word(value, 0, 0) if isinstance(value, str) else value for value in values], 0, 0
    )


A, B, C, D = words("a", "b", "c", "d")

TREES = {
    "a b": both(A, B),
    "a and b AND c": both(A, B, C),
    "a b or c d": either(both(A, B), both(C, D)),
    "a (b or c)": both(A, either(B, C)),
    "a (b (c d))": both(A, B, C, D),
    "(a)": A,
    "not a b": both(no(A), B),
    "not (a b)": no(both(A, B)),
    "not not a": A,
    "not (not a)": A,
    "Not(a)or(b)": either(no(A), B),
    "android notable order": both(*words("android", "notable", "order")),
    "tag:vip": field("tags", "vip"),
    "+vip,gold": field("tags", "vip", "gold"),
    '+"key account"': field("tags", phrase("key account")),
    "Email:x": field("emails", "x"),
    "created:2026-01-01T10:30..": field("created_at", "2026-01-01T10:30.."),
    'city:"New York",Boston,': field("city", phrase("New York"), "Boston"),
    "city:a, b": both(field("city", "a"), B),
    '"Shirt size":XL': field("Shirt size", "XL"),
    "shirt-size:XL": field("Shirt size", "XL"),
    "ÚČET:5": field("účet", "5"),
    "@hot @q-1": both(View("hot", 0, 0), View("q-1", 0, 0)),
    '"say ""hi"""': phrase('say "hi"'),
    '""': phrase(""),
    '"not" "(" "+vip"': both(phrase("not"), phrase("("), phrase("+vip")),
    '"a"b': both(phrase("a"), B),
    "(company:acme(pl))": field("company", "acme(pl)"),
    "(a b)": both(A, B),
}
ORDINARY = [
    "O'Brien", "C++", "bob@example.com", "*", "+", "+++", "+48", "+48(600)123-456", "@", "@@",
    "@acme.example", "@a@b", '5"', 'a"b"', ":-)", ":)", "a)", "f(x)", "a,b", "10:30", "http://x.example",
    "https://x.example?a=b",
    "mailto:anna@acme.example", "Re:", "x:1", "C:\\temp", "std::vector",
    "1:2:3", "a.b:c", "a@b:c", "..", "-vip",
    "!", "<90d", "🚀", "a..b", "+,", "%", "_", "--", "\\",
]  # fmt: skip


@pytest.mark.parametrize(("text", "tree"), TREES.items())
def test_text_is_read_as(text, tree):
    """Each form of the language has one tree."""
    assert parse(text, NAMES) == tree


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_a_word(text):
    """What only looks like syntax is searched for as it stands."""
    assert parse(text, NAMES) == Word(text, 0, 0)


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_blank_text_asks_nothing(text):
    """An empty query has no tree."""
    assert parse(text, NAMES) is None


ERRORS = {
    "compny:acme +vip": ('unknown field "compny", did you mean company?', "^^^^^^"),
    "a foo:bar": ('unknown field "foo"; in quotes it is ordinary text', "  ^^^"),
    "a company:": ("company: needs a value right behind it", "  ^^^^^^^^"),
    "company:, a": ("company: needs a value", "^^^^^^^^^"),
    'city:""': ("an empty value", "^^^^^^^"),
    'a "b': ("this quote is not closed", "  ^"),
    "a (b": ("this parenthesis is not closed", "  ^"),
    "(a) b )": ('")" closes nothing', "      ^"),
    "a () b": ("nothing between the parentheses", "  ^^"),
    "a or": ('nothing follows "or"', "  ^^"),
    "a or or b": ('"or" stands between two terms', "     ^^"),
    "or b": ('"or" stands between two terms', "^^"),
    "(not)": ('nothing follows "not"', " ^^^"),
    "日本 compny:x": ("unknown field", "     ^^^^^^"),
    "a\n\x1b compny:x": ("unknown field", "    ^^^^^^"),
}


@pytest.mark.parametrize(("text", "expected"), ERRORS.items())
def test_errors_point_at_the_place(text, expected):
    """The message, then the query on a line of its own, then carets under the place."""
    with pytest.raises(QueryError) as caught:
        parse(text, NAMES)
    first, shown, carets = str(caught.value).split("\n")
    assert first.startswith(f"query: {expected[0]}")
    assert carets == f"  {expected[1]}"
    assert shown.isprintable()
    assert caught.value.exit_code == 2


def test_a_long_query_is_cut_around_the_place():
    """The caret stays under its term when the query is longer than a line."""
    with pytest.raises(QueryError) as caught:
        parse(f"{'a ' * 500}compny:x{' b' * 500}", NAMES)
    _, shown, carets = str(caught.value).split("\n")
    assert len(shown) < 120
    assert shown[carets.index("^") :].startswith("compny:x")


@pytest.mark.parametrize(("items", "text"), [
    (["anna", "+vip"], "anna +vip"),
    (["Anna Nowak"], "Anna Nowak"),
    (["company:Acme Widgets", "+vip"], 'company:"Acme Widgets" +vip'),
    (["city:New York,Boston"], 'city:"New York",Boston'),
    (["company:Acme, Inc"], 'company:"Acme, Inc"'),
    (["Shirt size:XL"], '"Shirt size":XL'),
    (["company:acme +vip"], "company:acme +vip"),
    (["company:acme city:x"], "company:acme city:x"),
    (["company:acme or b"], "company:acme or b"),
    (['company:"acme" b'], 'company:"acme" b'),
    (["note: call back"], "note: call back"),
    (["anna company:acme"], "anna company:acme"),
    ([""], ""),
])  # fmt: skip
def test_join_terms(items, text):
    """A field and its value in one shell word stay together; whole queries stay as typed."""
    assert join_terms(items, NAMES) == text
