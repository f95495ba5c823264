"""crm merge-book and a book that was damaged and repaired: what the repair lost or made up is nobody's change."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from crmcli.store.union_nouns import NOUNS
from tests.commands.test_salvage import PAGE, pages
from tests.conftest import Crm
from tests.faults.agree import disagreements
from tests.store.copies import Copies

if TYPE_CHECKING:
    from pathlib import Path

COUNT = 150


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A book of people with companies, tags, notes, talks and names that no key can say."""
    crm = Crm(tmp_path_factory.mktemp("filled"))
    (crm.home / "people.csv").write_text(
        "name,email,phone,company,tags,note,city,title\n"
        + "".join(
            f"Łukasz Osoba{n} McKónig,o{n}@f{n % 20}.example,+42077712{n:04},Firma {n % 20},t{n % 5},Note Ä {n},Łódź,Šéf\n"
            for n in range(COUNT)
        )
    )
    crm.ok("import", str(crm.home / "people.csv"))
    (crm.home / "talk.csv").write_text(
        "kind,at,contact,text\n"
        + "".join(f"call,2026-01-{n % 28 + 1:02},o{n}@f{n % 20}.example,{'spoke of it ' * 9}{n}\n" for n in range(COUNT))
    )  # fmt: skip
    crm.ok("--no-backup", "import", str(crm.home / "talk.csv"))
    for number in ("3", "70", "120"):
        crm.ok("remind", number, "2026-03-09", "call")
        crm.ok("edit", number, "--birthday", "1980-02-03", "--set", "Size=M")
    crm.ok("edit", "7", "--phone", "+420777999888 ext 12")
    return crm.db.read_bytes()


@pytest.fixture
def copies(crm: Crm, filled: bytes) -> Copies:
    """A good copy and one to damage."""
    found = Copies(crm)
    for name in ("good", "hurt"):
        found.path(name).write_bytes(filled)
        found.path(name).chmod(0o600)
    return found


def blot(path: Path, *numbers: int) -> None:
    with open(path, "r+b") as file:
        for number in numbers:
            file.seek((number - 1) * PAGE)
            file.write(b"\0" * PAGE)


_NAMED = {  # words get new numbers when they come back
    "contact_tag": "SELECT contact_id, name FROM contact_tag JOIN tag ON tag.id = tag_id",
    "contact_field": "SELECT contact_id, name, value FROM contact_field JOIN field ON field.id = field_id",
}


def held(path: Path) -> dict[str, list[Any]]:
    """Every row of every table with its id; the uids of lists apart, which a lost row loses."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return {
            table: sorted(
                (
                    sorted(
                        (key, value)
                        for key, value in dict(row).items()
                        if not (key == "uid" or (key == "id" and table not in ("contact", "company", "interaction", "follow_up")))
                    )
                    for row in db.execute(_NAMED.get(table, f"SELECT * FROM {table}"))
                ),
                key=repr,
            )
            for table in NOUNS
        }  # fmt: skip


DAMAGES = {
    "a leaf of people": ("contact", slice(2, 3)),
    "all of people": ("contact", slice(0, 1)),
    "e-mails": ("email", slice(1, 2)),
    "phones": ("phone", slice(1, 2)),
    "companies": ("company", slice(0, 1)),
    "talks": ("interaction", slice(2, 4)),
    "follow-ups": ("follow_up", slice(0, 1)),
    "tags": ("tag", slice(0, 1)),
    "history": ("change", slice(0, 1)),
}


def damage(copies: Copies, kind: str) -> None:
    if kind == "a leaf written over another":
        leaves = sorted(pages(copies.path("hurt"), "contact"))[1:3]
        data = bytearray(copies.path("hurt").read_bytes())
        one, two = ((number - 1) * PAGE for number in leaves)
        data[two : two + PAGE] = data[one : one + PAGE]
        copies.path("hurt").write_bytes(data)
    elif kind == "people and the index of their uids":
        for table in ("contact", "sqlite_autoindex_contact_1"):
            blot(copies.path("hurt"), *pages(copies.path("hurt"), table))
    else:
        table, which = DAMAGES[kind]
        blot(copies.path("hurt"), *sorted(pages(copies.path("hurt"), table))[which])
    told = copies.ok("hurt", "doctor", "--repair", "--yes", "--force")
    assert "crm merge-book" in told.err


@pytest.mark.parametrize(
    "kind", [*DAMAGES, "a leaf written over another", "people and the index of their uids"]
)
def test_all_comes_back_from_the_good_copy_and_nothing_goes_there(copies, kind):
    """Whichever of the two merges first."""
    before = held(copies.path("good"))
    damage(copies, kind)
    copies.merge("good", "hurt")
    assert held(copies.path("good")) == before
    told = copies.merge("hurt", "good", "--json").json
    assert not told["conflicts"]
    assert held(copies.path("hurt")) == before
    assert disagreements(str(copies.path("hurt"))) == []
    assert copies.ok("hurt", "doctor", "--full").code == 0
    assert "nothing in" in copies.told("hurt", "good")
    assert "nothing in" in copies.told("good", "hurt")
    assert held(copies.path("good")) == before


@pytest.mark.parametrize("kind", ["a leaf of people", "a leaf written over another"])
def test_the_repaired_book_first(copies, kind):
    """It has all again, and then tells the good copy nothing."""
    before = held(copies.path("good"))
    damage(copies, kind)
    copies.merge("hurt", "good")
    assert held(copies.path("hurt")) == before
    copies.merge("good", "hurt")
    assert held(copies.path("good")) == before


def test_what_somebody_did_keeps_its_weight(copies):
    """People taken away and values set before and after the repair hold in both; the rest of a lost row comes back."""
    copies.ok("hurt", "untag", "20", "t4")
    copies.ok("hurt", "tag", "60", "new")
    copies.ok("hurt", "edit", "25", "--city", "Brno")
    copies.ok("good", "edit", "80", "--city", "Opava")
    damage(copies, "a leaf of people")
    lost = _stub(copies)
    copies.ok("hurt", "edit", str(lost), "--title", "Chief")
    copies.ok("hurt", "untag", "30", "t4")
    copies.fork("good", "old")
    for one, other in (("hurt", "good"), ("good", "hurt"), ("hurt", "old")):
        copies.merge(one, other)
    for name in ("hurt", "good"):
        shown = {
            n: copies.ok(name, "show", str(n), "--json").json for n in (20, 25, 30, 60, 80, lost)
        }
        assert (shown[20]["tags"], shown[30]["tags"]) == ([], [])
        assert "new" in shown[60]["tags"]
        assert (shown[25]["city"], shown[80]["city"]) == ("Brno", "Opava")
        assert (shown[lost]["title"], shown[lost]["city"]) == ("Chief", "Łódź")
        assert shown[lost]["name"].startswith("Łukasz")
    assert held(copies.path("hurt"))["contact"] == held(copies.path("good"))["contact"]


def test_whom_somebody_took_away_does_not_come_back(copies):
    """A repaired book knows who went on purpose."""
    copies.ok("hurt", "merge", "10", "11")
    damage(copies, "a leaf written over another")
    copies.merge("hurt", "good")
    assert copies("hurt", "show", "11", "--json").json["id"] == 10
    assert len(held(copies.path("hurt"))["contact"]) == COUNT - 1
    copies.merge("good", "hurt")
    assert held(copies.path("hurt"))["contact"] == held(copies.path("good"))["contact"]


def _stub(copies: Copies) -> int:
    """Somebody whom the repair put together."""
    with closing(sqlite3.connect(copies.path("hurt"))) as db:
        row = db.execute("SELECT id FROM contact WHERE city IS NULL ORDER BY id DESC").fetchone()
    return int(row[0])
