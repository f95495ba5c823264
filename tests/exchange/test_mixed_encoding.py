"""A file of which some lines are in another encoding, through `crm import`."""

from hypothesis import given
from hypothesis import strategies as st

from crmcli.exchange import encoding

MIXED = "name;email;city\nZdzisław;z@x.example;Łódź\nŁucja;l@x.example;\n".encode() + (
    "Zdzisław Kos;k@x.example;Gdańsk\n".encode("cp1250")
)


def test_a_line_in_another_encoding_is_refused_in_letters(messy):
    """The rejects file holds what the line most likely says; looked through, it comes in."""
    said = messy(MIXED)
    assert "in.csv:4: not utf-8; in the rejects file read as cp1250, check it" in said.err
    assert "Zdzisław Kos;k@x.example;Gdańsk" in messy.rejects()
    assert messy(messy.rejects(), name="mended.csv").code == 0
    person = messy.people["Zdzisław Kos"]
    assert (person["city"], person["emails"]) == ("Gdańsk", ["k@x.example"])
    assert not [key for key in person if "reject" in key]


def test_a_line_that_is_broken_as_well_is_in_letters(messy):
    """Whatever a line is refused for, its letters can be read."""
    messy(MIXED + 'Ewa Lis;"w Łodzi\n'.encode("cp1250") + "Żaneta;ż@x.example;\n".encode())
    assert "w Łodzi" in messy.rejects()
    assert "\\ud" not in messy.rejects()


def test_a_line_of_json_in_another_encoding_is_in_letters(messy):
    """Rejects of JSON Lines hold letters too."""
    good = '{"name": "Żaneta", "email": "z@x.example"}\n'.encode()
    messy(good * 2 + '{"name": "Łucja", "email": "l@x.example"\n'.encode("cp1250"), name="in.jsonl")
    rejects = messy.rejects("in.rejects.jsonl")
    assert "Łucja" in rejects
    assert "\\ud" not in rejects


@given(st.binary(max_size=40))
def test_a_guess_is_always_text(data):
    """No byte is left undecoded, and what was text stays as it is."""
    text = data.decode("utf-8", "surrogateescape")
    (read,), _ = encoding.guessed([text])
    assert encoding.is_text(read)
    assert read == text or not encoding.is_text(text)
