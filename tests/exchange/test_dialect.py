"""Dialects: the user's own beside ours, what may stand in one, and what is said of a wrong one."""

import pathlib
import re
import tomllib

import pytest

from crmcli.errors import ConfigError, UsageError
from crmcli.exchange import dialect
from crmcli.exchange.records import Told

DOCS = (pathlib.Path(__file__).parents[2] / "docs" / "dialects.md").read_text("utf-8")
FILE, DIALECT = (re.search(rf"```{kind}\n(.*?)```", DOCS, re.DOTALL)[1] for kind in ("csv", "toml"))
HEAD = 'name = "x"\nabout = "x"\nnouns = ["contacts"]\nclaims = [["A", "B"]]\n'
COLUMNS = '[columns.contacts]\nname = ["A"]\n'


@pytest.fixture
def folder(tmp_path):
    """A folder of dialects with a function that puts one into it."""
    path = tmp_path / "dialects"
    path.mkdir()

    def put(text, name="acme.toml"):
        (path / name).write_text(text, encoding="utf-8")
        return str(path)

    return put


def test_example_of_the_manual(opened, folder):
    """The dialect in docs/dialects.md reads the file beside it as the text says."""
    source = opened(FILE, dialects=folder(DIALECT))
    skips = []
    (call,) = source.rows("interactions", Told(skip=skips.append))
    (visit,) = source.rows("followups", Told())
    assert (call.kind, call.at, call.external_id) == ("call", "2026-03-05T14:30:00Z", "acme:17")
    assert call.people[0][:3] + call.people[0][4:5] == (
        "lukasz@stalmex.example",
        None,
        "Łukasz Wójcik",
        "acme:1",
    )
    assert (visit.due, visit.text, visit.person.external_id) == (
        "2026-03-09",
        "Pokazać próbki",
        "acme:2",
    )
    assert [one.reason for one in skips] == ["State = void"]
    assert source.plan.why.startswith("by its columns Acme No, Client No, What, State, from ")


def test_manual_has_every_key():
    """docs/dialects.md explains whatever a dialect may hold."""
    from crmcli.exchange.dialect_check import _KEYS

    for key in _KEYS:
        assert re.search(rf"^\| `\[*{key}(\.\w+)?\]*` \|", DOCS, re.MULTILINE), key


@pytest.mark.parametrize("claim", dialect.known(None), ids=lambda claim: claim.name)
def test_ours_are_right(claim):
    """Each of our dialects passes what a user's has to, and is called as its file."""
    found = dialect.load(claim.path)
    assert (found.head, found.user) == (claim, False)
    assert claim.path.endswith(f"/{claim.name}.toml")


def test_user_wins(opened, folder):
    """Of two dialects with an equal claim the user's is taken; one of our name replaces ours."""
    ours = dialect.named("thunderbird-csv", None)
    claims = f"claims = [{list(ours.claims[0])}]".replace("'", '"')
    text = (
        HEAD.replace('claims = [["A", "B"]]', claims)
        + '[columns.contacts]\nname = ["Display Name"]\n'
    )
    header = ",".join(ours.claims[0]) + "\n"
    assert opened(header, dialects=folder(text)).plan.dialect == "x"
    named = text.replace('name = "x"', 'name = "thunderbird-csv"', 1)
    plan = opened(header, dialects=folder(named)).plan
    assert "from " in plan.why
    assert sum(claim.name == "thunderbird-csv" for claim in dialect.known(folder(named))) == 1


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (HEAD + "[columns.contacts]\nemial = ['A']\n", 6, 'field "emial" is not known; did you mean email'),
        (HEAD + "[columns.contact]\nname = ['A']\n", 5, 'noun "contact" is not known; did you mean contacts?'),
        (HEAD + "[columns.companies]\nname = ['A']\n", 3, "nouns says contacts, columns has companies"),
        (HEAD + "colums = 1\n" + COLUMNS, 5, 'key "colums" is not known; did you mean columns?'),
        (HEAD + "[columns.contacts]\nname = 'A'\n", 6, "name is a list of texts"),
        (HEAD + "[columns.contacts]\nuid = ['A']\n", 6, 'field "uid" is not known'),
        (HEAD + "[columns.contacts]\nexternal_id = ['A']\n", 6, 'ids need a "system"'),
        (HEAD + "[columns.contacts\n", 5, "Expected ']'"),
        (HEAD.replace('[["A", "B"]]', "[[]]") + COLUMNS, 4, "would take every file"),
        (HEAD.replace('[["A", "B"]]', '["A"]') + COLUMNS, 4, "claims is a list of lists"),
        (HEAD.replace('about = "x"\n', "") + COLUMNS, 1, '"about" is missing'),
        (HEAD + "date_order = 'dym'\n" + COLUMNS, 5, "date_order is one of"),
        (HEAD + COLUMNS + "[[rows]]\nwhere = {A = ['x']}\n", 7, "a rule has one of skip, noun, set"),
        (HEAD + COLUMNS + "[[rows]]\nnoun = 'deals'\n", 8, 'noun "deals" has no columns'),
        (HEAD + COLUMNS + "[[rows]]\nset = {stage = 'x'}\n", 8, 'field "stage" is not known'),
        (HEAD + COLUMNS + "[[pairs]]\nlabel = 'A'\nvalue = 'B'\nfield = 'tags'\n", 10, "a pair fills one of"),
        (HEAD + COLUMNS + "[words.colours]\nred = ['A']\n", 7, 'group of words "colours" is not known'),
        (HEAD + COLUMNS + "[ids]\nlength = 0\n", 8, "length is a number of characters"),
    ],
)  # fmt: skip
def test_mistakes_are_named(opened, folder, text, line, reason):
    """A wrong dialect is refused with its file, the line and what is wrong there."""
    path = folder(text)
    with pytest.raises(ConfigError) as error:
        opened("A,B\n", dialects=path)
    said = str(error.value)
    assert said.startswith(f"{path}/acme.toml:{line}: ")
    assert reason in said


def test_bytes_that_are_no_text(opened, folder):
    """A dialect in another encoding is refused with the line of the first such letter."""
    path = pathlib.Path(folder(""))
    (path / "acme.toml").write_bytes((HEAD + "# Łódź\n").encode("cp1250"))
    with pytest.raises(ConfigError, match=r"acme\.toml:5: not UTF-8"):
        opened("A,B\n", dialects=str(path))


def test_large_files_are_no_dialects(opened, folder):
    """A file of megabytes is refused before it is read as TOML."""
    with pytest.raises(ConfigError, match="more than 200000 bytes"):
        opened("A,B\n", dialects=folder(HEAD + "#" * 300_000))


def test_other_files_in_the_folder_are_left_alone(opened, folder):
    """Only what ends in .toml is a dialect; no folder is no trouble."""
    assert (
        opened(
            "Name,Email\nAnna,a@x.example\n", dialects=folder("nonsense", "notes.txt")
        ).plan.dialect
        is None
    )
    assert opened("Name,Email\nAnna,a@x.example\n", dialects="/nowhere").plan.dialect is None


def test_from_forces(opened):
    """``--from`` takes a dialect for a file that does not look like one, ``--from csv`` none."""
    text = "Record ID,First Name,Email\n7,Anna,a@x.example\n"
    assert opened(text).plan.dialect is None
    plan = opened(text, format="hubspot-contacts").plan
    assert (plan.dialect, plan.why) == ("hubspot-contacts", "by --from")
    whole = "Record ID,First Name,Last Name,Email,Lifecycle Stage\n"
    assert opened(whole).plan.dialect == "hubspot-contacts"
    assert opened(whole, format="csv").plan.dialect is None


def test_wrong_words_are_answered(opened):
    """An unknown name is answered with the nearest or all, a noun with what the dialect holds."""
    with pytest.raises(UsageError, match="did you mean hubspot-contacts"):
        opened("A,B\n", format="hubspot-contcts")
    with pytest.raises(UsageError, match=r"known: abook, csv, .*google-csv-new, .*zoho-leads"):
        opened("A,B\n", format="qqq")
    with pytest.raises(UsageError, match="hubspot-contacts holds contacts, not deals"):
        opened("A,B\n", format="hubspot-contacts", noun="deals")
    with pytest.raises(UsageError, match="no column names a deal"):
        opened("Record ID,First Name\n", format="hubspot-deals")


def test_rules_beat_columns(read, folder):
    """What a rule sets for a record counts more than its column, which counts in all others."""
    text = (
        HEAD
        + COLUMNS
        + 'lifecycle = ["B"]\n[[rows]]\nwhere = {A = ["Jan"]}\nset = {lifecycle = "partner"}\n'
    )
    rows = read("A,B\nJan,lead\nAnna,lead\n", dialects=folder(text)).rows
    assert [row.lifecycle for row in rows] == ["partner", "lead"]


def test_map_beats_a_dialect(read):
    """What the user says of a column counts more than the dialect."""
    text = "Record ID,First Name,Last Name,Email,Lifecycle Stage\n7,Anna,Nowak,a@x.example,Lead\n"
    row = read(text, columns={"Lifecycle Stage": "tags"}).rows[0]
    assert (row.tags, row.lifecycle) == (("Lead",), None)
    with pytest.raises(UsageError, match='no column "Nope"'):
        read(text, columns={"Nope": "tags"})


def test_ours_begin_with_plain_keys():
    """What says whose a file is stands before the first table: only that is read of most of them."""
    for claim in dialect.known(None):
        text = pathlib.Path(claim.path).read_text("utf-8")
        assert {"name", "about", "nouns", "claims"} <= tomllib.loads(
            text.partition("\n[")[0]
        ).keys()
