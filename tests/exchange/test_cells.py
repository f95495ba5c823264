"""The short ways of reading cells say what the careful ways say."""

from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import InvalidValueError
from crmcli.exchange.cells import Cells
from crmcli.exchange.plan import Column, Options
from crmcli.exchange.records import Person
from crmcli.values import email, money

LOCAL = st.text(alphabet="abcXYZ019._%+-'`<@ ,", max_size=70)
DOMAIN = st.text(alphabet="abcX019.-_ @>", max_size=70)


@given(
    st.builds("{}@{}".format, LOCAL, DOMAIN)
    | st.text(st.characters(exclude_characters="\0"), max_size=20)
)
def test_an_email_is_read_as_by_the_careful_way(cell):
    """One cell gives what the list of cells gives, and what stands there is an address."""
    short, careful = Cells(Options(), own=False), Cells(Options(), own=False)
    found = short.email(cell)
    assert found == careful.emails([cell])
    assert short.remarks == careful.remarks
    assert [email.parse(address) for address in found] == list(found)


@given(st.builds("{}@{}".format, LOCAL, DOMAIN))
def test_people_are_the_same_as_the_persons_one_by_one(cell):
    """The short way to a person is the long one, refusals too."""
    cells = Cells(Options(), own=True)
    try:
        wanted = cells.person(cell)
    except InvalidValueError:
        return
    if wanted and not {";", ","} & set(cell):
        assert cells.people(cell) == (wanted,)


def test_people_of_several_cells_share_one_reading():
    """The same cell gives the same people, the very same objects."""
    cells = Cells(Options(), own=False)
    assert cells.people("anna@acme.example") == (Person("anna@acme.example"),)
    assert cells.people("anna@acme.example") is cells.people("anna@acme.example")


@given(
    st.text(alphabet="0123456789.,- ٣", max_size=16),
    st.sampled_from([".", ",", None]),
    st.booleans(),
)
def test_an_amount_is_read_as_by_the_careful_way(cell, decimal, own):
    """Whatever stands in a cell, the short way gives the number that money gives."""
    cells = Cells(Options(), own=own)
    try:
        wanted = money.parse(cell, decimal)
    except InvalidValueError:
        return
    assert cells.amount(cell, Column("Amount", "amount", decimal=decimal)) == wanted
