"""Addresses as people paste them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crmcli.errors import InvalidValueError
from crmcli.values.email import is_role, key, parse, split_many, split_name_address


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("anna@acme.example", "anna@acme.example"),
        (" Anna.Nowak@ACME.Example ", "Anna.Nowak@acme.example"),
        ("mailto:ivan.kot@mail.example?subject=Hi", "ivan.kot@mail.example"),
        ("<MAILTO:anna@acme.example>", "anna@acme.example"),
        ("'anna@acme.example'", "anna@acme.example"),
        ("„anna@acme.example”,", "anna@acme.example"),
        ("anna@acme.example.", "anna@acme.example"),
        ("kontakt@żółw.example", "kontakt@żółw.example"),
        ("Kontakt@ŻÓŁW.example", "Kontakt@żółw.example"),
        ("юрий@почта.example", "юрий@почта.example"),
        ("o'brien+tag@a-b.example", "o'brien+tag@a-b.example"),
        ("two..dots.@docomo.example", "two..dots.@docomo.example"),
    ],
)
def test_parse_takes_the_wrapping_off(typed, address):
    """Wrapping goes, the domain is lower case, the local part keeps its case."""
    assert parse(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "anna",
        "anna(at)acme.example",
        "@acme.example",
        "anna@",
        "anna@acme",
        "anna@@acme.example",
        "anna nowak@acme.example",
        "anna@acme .example",
        "anna@.example",
        "anna@acme..example",
        "anna@-acme.example",
        "anna@acme_x.example",
        "a,b@acme.example",
        "anna@acme.example bob@acme.example",
        "anna\u202e@acme.example",
        "anna\x1b@acme.example",
        "a" * 65 + "@acme.example",
        "a@" + "b" * 64 + ".example",
        "a@" + "b." * 130 + "example",
    ],
)
def test_parse_refuses_what_is_no_address(typed):
    """The refusal shows the text."""
    with pytest.raises(InvalidValueError, match="is not an e-mail") as caught:
        parse(typed)
    assert str(caught.value).startswith(f'"{typed}"')


@given(st.one_of(st.text(), st.emails()))
@example("<'mailto:mailto:<a@b.example>'>")
def test_parse_of_parsed_changes_nothing(text):
    """What parse gives back, parse takes as it is."""
    try:
        address = parse(text)
    except InvalidValueError:
        return
    assert parse(address) == address
    assert split_many(address) == ([address], [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna@acme.example", "anna@acme.example"),
        ("a@żółw.example", "a@xn--w-uga1v8h.example"),
        ("a@ŻÓŁW.example", "a@XN--W-UGA1V8H.EXAMPLE"),
        ("ż@a.example", "z\u0307@a.example"),
        ("a@straße.example", "a@STRASSE.example"),
    ],
)
def test_key_unifies_spellings(one, other):
    """Case, composition and the two spellings of an IDN are one mailbox."""
    assert key(one) == key(other)


def test_key_keeps_tags_apart():
    """A +tag is another mailbox until somebody says otherwise."""
    assert key("anna+shop@acme.example") != key("anna@acme.example")


@given(st.one_of(st.text(), st.emails(), st.from_regex(r"a@xn--[a-z0-9-]{1,9}\.example")))
def test_key_is_settled(address):
    """The key of a key is itself, whatever stands there."""
    assert key(key(address)) == key(address)


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("Anna Nowak <anna@acme.example>", ("Anna Nowak", "anna@acme.example")),
        ('"Nowak, Anna" <anna@ACME.example> ', ("Nowak, Anna", "anna@acme.example")),
        ("Łukasz <lukasz@x.example>", ("Łukasz", "lukasz@x.example")),
        ("<anna@acme.example>", None),
        ("anna@acme.example", None),
        ("Anna <not an address>", None),
        ("Anna Nowak", None),
        ("", None),
    ],
)
def test_split_name_address(text, pair):
    """A name with an address in brackets is taken apart, nothing else is."""
    assert split_name_address(text) == pair


@pytest.mark.parametrize(
    ("cell", "addresses", "leftovers"),
    [
        ("a@x.example; b@x.example", ["a@x.example", "b@x.example"], []),
        ("a@x.example,b@x.example\nc@x.example", ["a@x.example", "b@x.example", "c@x.example"], []),
        ("a@x.example ::: b@x.example", ["a@x.example", "b@x.example"], []),
        ("a@x.example b@x.example", ["a@x.example", "b@x.example"], []),
        ("a@x.example / b@x.example", ["a@x.example", "b@x.example"], []),
        ('"Eva Nová" <e@x.example>', ["e@x.example"], []),
        ('"Nová, Eva" <e@x.example>, Jan <j@x.example>', ["e@x.example", "j@x.example"], []),
        ('"e@x.example; j@x.example', ["e@x.example", "j@x.example"], []),
        (" DWA@X.EXAMPLE , dwa@x.example ", ["DWA@x.example"], []),
        ("zly(at)x.example", [], ["zly(at)x.example"]),
        ("a@x.example; ask Anna", ["a@x.example"], ["ask Anna"]),
        ("-", [], []),
        ("N/A", [], []),
        ("brak", [], []),
        ("", [], []),
        (" ; , \n", [], []),
    ],
)
def test_split_many(cell, addresses, leftovers):
    """Every usual separator, quoted names, placeholders and what is left over."""
    assert split_many(cell) == (addresses, leftovers)


@given(st.text(alphabet="ab@x.; ,<>\"'\n:|/-"))
def test_split_many_takes_any_cell(cell):
    """Any cell is read, and each address found is one."""
    addresses, _ = split_many(cell)
    assert [parse(address) for address in addresses] == addresses


@pytest.mark.parametrize(
    "local", ["info", "Biuro", "SALES", "kontakt", "no-reply", "info2", "office+x"]
)
def test_is_role_knows_shared_mailboxes(local):
    """Office mailboxes are recognised in any case, with digits or a tag behind."""
    assert is_role(f"{local}@acme.example")


@pytest.mark.parametrize("local", ["anna", "informatyk.jan", "salesman", "j.post"])
def test_is_role_leaves_people_alone(local):
    """A person's mailbox is no office."""
    assert not is_role(f"{local}@acme.example")
