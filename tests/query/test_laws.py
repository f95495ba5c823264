"""Laws of the query language: nothing that people type becomes syntax, and logic is logic."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.db import derived
from crmcli.query.compile import compile_query
from crmcli.query.errors import QueryError
from crmcli.query.fields import FIELDS, field_names
from crmcli.query.parser import join_terms, parse
from crmcli.query.tree import And, Field, Not, Or, View, Word

from .conftest import AT, TODAY

CUSTOM = ["Shirt size", "seats"]
NAMES = field_names(CUSTOM)
VIEWS = {"hot": "+vip or is:lead", "not-hot": "not @hot"}

# Characters younger than SQLite's own table of Unicode are all letters to its tokenizer.
old_text = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]).filter(
        lambda letter: letter == "🚀" or unicodedata.ucd_3_2_0.category(letter) != "Cn"
    )
)
any_text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
broken_text = st.text()
PIECES = [
    "(", ")", '"', ":", ",", "..", "+", "@", "not", "or", "and", "*", "'", "%", "_", "-", "--",
    "anna", "nowak", "90d", "2026-03-01", "1", "none", "any", "hot", "vip", "customer",
    "archived", "NEAR", "AND", "^", "{", "}", "\\", "Łódź", "Иван", "🚀", "\ud800", "\x00", ";",
    "company", "is", "has", "tag", "last", "birthday", "value", "id", "said", "phone",
    "created", "due", "seats", "quiet", "rule", "dates", "country", "\n",
    *([" "] * 8),
]  # fmt: skip
syntax = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
TERMS = [
    "anna", "nowak", "o", '"annual contract"', "*", "+vip", "is:lead", "company:any",
    "company:acme", "city:none", "last:90d..", "quiet:30d", "due:..7d", "birthday:14d",
    "value:500..", "has:phone", "kind:call", "@hot", "said:offer", "seats:10..", "id:1,4", '""',
    "600 123 456", "note:tea", "orders:none", "created:2026",
]  # fmt: skip
queries = st.recursive(
    st.sampled_from(TERMS),
    lambda inner: st.one_of(
        inner.map("not ({})".format),
        st.tuples(inner, inner).map(lambda both: "({} {})".format(*both)),
        st.tuples(inner, inner).map(lambda both: "({} or {})".format(*both)),
    ),
    max_leaves=3,  # deeper ones are refused
)


def ids(db, query, *, tz="UTC"):
    compiled = compile_query(query, today=TODAY, views=VIEWS, custom=CUSTOM, tz=tz)
    sql = f"SELECT c.id FROM contacts c WHERE {compiled.where}"
    return {row[0] for row in db.execute(sql, compiled.params)}


@given(st.one_of(any_text, broken_text, syntax, st.lists(st.one_of(any_text, syntax), max_size=4)))
def test_any_text_is_a_query_or_a_query_error(book, text):
    """Whatever is typed, SQLite never sees it as SQL or as full-text syntax."""
    try:
        ids(book, text)
    except QueryError as error:
        lines = str(error).count("\n")
    else:
        lines = 2
    assert lines == 2


@given(st.sampled_from(sorted(FIELDS)), st.one_of(any_text, syntax))
def test_any_value_of_any_field_runs_or_is_refused(book, field, text):
    """A value of any kind is compared or refused in a message, quoted or not."""
    quoted = text.replace('"', '""')
    for query in (
        f'{field}:"{quoted}"',
        f"{field}:{text}",
        f"{field}:{text}..",
        f"{field}:..{text}",
    ):
        try:
            ids(book, query)
        except QueryError:
            continue


@given(old_text.filter(str.strip))
def test_a_name_is_found_by_each_of_its_words(book, name):
    """A person is found by every quoted word of the name, whatever it is made of."""
    book.execute("BEGIN")
    try:
        row = book.execute(
            "INSERT INTO contact (uid, name, key, lifecycle, created_at, updated_at)"
            " VALUES ('x', ?, '', 'lead', ?, ?) RETURNING id",
            (name, AT, AT),
        ).fetchone()
        derived.refresh(book)
        for word in (*name.split(), name):
            quoted = '"{}"'.format(word.replace('"', '""'))
            assert row[0] in ids(book, quoted)
            assert row[0] in ids(book, f"name:{quoted}")
            assert row[0] not in ids(book, f"not {quoted}")
    finally:
        book.execute("ROLLBACK")


@given(queries, queries)
def test_de_morgan(book, one, other):
    """Neither of two is not the one and not the other, also for people without the value."""
    assert ids(book, f"not (({one}) or ({other}))") == ids(book, f"not ({one}) not ({other})")
    assert ids(book, f"not (({one}) ({other}))") == ids(book, f"(not ({one})) or not ({other})")


@given(queries)
def test_a_query_and_its_negation_part_the_book(book, query):
    """Everybody is found by a query or by its negation, and nobody by both."""
    found, others = ids(book, query), ids(book, f"not ({query})")
    assert not found & others
    assert found | others == ids(book, "")


@given(queries, queries)
def test_ranking_pieces_mean_the_whole(book, one, other):
    """Who matches every full-text string and the rest matches the query, and nobody else."""
    query = compile_query(f"{one} {other}", today=TODAY, views=VIEWS, custom=CUSTOM, tz="UTC")
    sql = f"SELECT c.id FROM contacts c WHERE {query.rest}"
    found = {row[0] for row in book.execute(sql, query.rest_params)}
    for match in query.fts:
        people = book.execute(
            "SELECT rowid FROM contact_fts WHERE contact_fts MATCH ? UNION SELECT p.contact_id"
            " FROM interaction_fts f JOIN participant p ON p.interaction_id = f.rowid"
            " WHERE interaction_fts MATCH ?",
            (match, match),
        )
        found &= {row[0] for row in people}
    assert found == ids(book, f"{one} {other}")


def word(text, *, quoted):
    return Word(text, 0, 0, quoted=quoted)


plain = st.text("abcŁя*'%-5", min_size=1).filter(lambda text: not text.isascii() or text.strip("5"))
phrases = st.builds(word, any_text, quoted=st.just(True))
values = st.lists(
    st.one_of(
        st.builds(word, plain, quoted=st.just(False)),
        phrases.filter(lambda value: value.text.strip()),
    ),
    min_size=1,
    max_size=3,
)
leaves = st.one_of(
    st.builds(word, plain, quoted=st.just(False)),
    phrases,
    st.builds(Field, st.sampled_from([*FIELDS, *CUSTOM]), values, st.just(0), st.just(0)),
    st.builds(View, st.sampled_from(["hot", "q-1", "x_y"]), st.just(0), st.just(0)),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.filter(lambda node: not isinstance(node, Not)).map(lambda node: Not(node, 0, 0)),
        st.lists(inner, min_size=2, max_size=4).map(lambda items: And(items, 0, 0)),
        st.lists(inner, min_size=2, max_size=4).map(lambda items: Or(items, 0, 0)),
    ),
    max_leaves=12,
)


def render(node):
    """Write a tree as text, with as many quotes and parentheses as it may need."""
    match node:
        case Word():
            return '"{}"'.format(node.text.replace('"', '""')) if node.quoted else node.text
        case Field():
            name = render(word(node.name, quoted=" " in node.name))
            return f"{name}:{','.join(render(value) for value in node.values)}"
        case View():
            return f"@{node.name}"
        case Not():
            return f"not ({render(node.item)})"
        case And() | Or():
            between = " " if isinstance(node, And) else " or "
            return between.join(f"({render(item)})" for item in node.items)


@given(trees)
def test_a_tree_written_out_reads_back_the_same(tree):
    """Text and tree say the same."""
    assert parse(render(tree), NAMES) == tree


@given(st.lists(st.one_of(any_text, syntax), max_size=4))
def test_a_joined_command_line_stays_as_it_is(items):
    """Joining once more changes nothing, so a saved query means what was typed."""
    text = join_terms(items, NAMES)
    try:
        tree = parse(text, NAMES)
    except QueryError:
        return
    assert parse(join_terms([text], NAMES), NAMES) == tree


@pytest.mark.parametrize("text", ["country:pl", "country:Poland", "country:POL", "country:polska"])
def test_countries_are_found_by_code_and_by_name(book, text):
    """A country is stored as its code and may be asked for by its name."""
    assert ids(book, text) == {1, 2}
