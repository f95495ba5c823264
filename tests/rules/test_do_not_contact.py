"""Do-not-contact is a gate in the queries: no list for contacting has them, whatever the options."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from crmcli import config as configs
from crmcli.rules import RULES
from tests.rules import anybody

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crm

REMIND = (
    (), ("--all",), ("--all", "--within", "365d"), ("--all", "--where", "dnc:yes"),
    ("--all", "--where", "dnc:yes or dnc:no"), ("--all", "--where", "is:archived or not is:archived"),
    ("--all", "--new"), ("--all", "--within", "365d", "--where", "has:email"),
)  # fmt: skip
REACHING = ("log", "draft", "remind")  # commands that lead to a touch


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A config under which every rule runs."""
    path = tmp_path / "c.toml"
    path.write_text(anybody.CONFIG, "utf-8")
    path.chmod(0o600)
    return path


def fill(crm: Crm, config: Path, seed: int) -> set[int]:
    """A book of anybody, a third of them not to be contacted; return these, and who shares their only e-mail."""
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    people = anybody.people(seed, 90, 0.5)
    for person in people:
        person["contact"]["do_not_contact"] = int(chance.random() < 0.35)
    twins = anybody.second_entries(people, chance)
    assert len(twins) > 5
    read = configs.load(str(config), {"HOME": str(crm.home)})
    with (
        closing(anybody.write(read, people, chance)) as book,
        closing(sqlite3.connect(crm.db)) as target,
    ):
        book.backup(target)
        rows = book.execute("SELECT id, uid, do_not_contact FROM contact")
        return {row["id"] for row in rows if row["do_not_contact"] or row["uid"] in twins}


@pytest.mark.parametrize("seed", range(3))
def test_no_list_for_contacting_has_them(crm: Crm, files: Path, seed: int) -> None:
    """Neither a morning, nor a look ahead, nor one rule alone, nor a calendar, nor a mailing."""
    silent = fill(crm, files, seed)
    assert len(silent) > 20
    environ = {"CRM_CONFIG": str(files)}
    asked = [*REMIND, *(("--all", "--select", code) for code in RULES)]
    heard = set()
    for words in asked:
        items = crm("remind", *words, "--json", **environ)
        assert items.code in (0, 2), items  # a rule that mornings never ask about
        if items.code == 0:
            named = {item["contact"]["id"] for item in json.loads(items.out)}
            assert not named & silent, words
            heard |= named
    assert len(heard) > 20
    with closing(sqlite3.connect(crm.db)) as db:
        marks = ", ".join(map(str, silent))
        names = [row[0] for row in db.execute(f"SELECT name FROM contact WHERE id IN ({marks})")]
        uids = [row[0] for row in db.execute(f"SELECT uid FROM contact WHERE id IN ({marks})")]
    calendars = [
        crm.ok("remind", "--all", "--within", "365d", "-f", "ics", **environ).out,
        crm.ok("export", "--to", "ics", "--as", "followups", **environ).out,
        crm.ok("export", "--to", "ics", "--as", "contacts", **environ).out,
    ]
    for text in calendars:
        told = text.replace("\r\n ", "")  # lines that are folded
        assert not [uid for uid in uids if f"UID:{uid}-" in told or f"CONTACT:{uid}\r" in told]
        assert not [name for name in names if f"SUMMARY:{name}:" in told]
    for query in ((), ("dnc:yes",), ("is:archived",), ("dnc:yes or has:email",)):
        out = crm.ok("export", "--marketing", *query, "--to", "ids", **environ).out
        assert not {int(line) for line in out.split()} & silent


@pytest.mark.parametrize("seed", range(3))
def test_no_finding_sends_the_owner_to_them(crm: Crm, files: Path, seed: int) -> None:
    """What check says of them is to be tidied, and its command reaches nobody."""
    silent = fill(crm, files, seed)
    found = crm("check", "--select", "ALL", "--json", CRM_CONFIG=str(files))
    if found.code == 2:
        found = crm("check", "--json", CRM_CONFIG=str(files))
    assert found.code == 1, found.err
    about = [item for item in found.json if item["contact"]["id"] in silent]
    assert about
    for item in about:
        action = item["action"]
        words = action.split() if isinstance(action, str) else action
        assert words[words[0] == "crm"] not in REACHING, item


def test_an_import_never_lifts_it(crm: Crm) -> None:
    """Only the owner does: an older export comes back, filling or updating, and the objection stays."""
    crm.ok("add", "Anna Nowak", "--email", "a@a.example")
    files = {kind: crm.ok("export", "--to", kind).out for kind in ("csv", "jsonl", "vcard")}
    crm.ok("dnc", "anna")
    for text in files.values():
        for how in ("fill", "update"):
            crm.ok("import", "-", "--on-match", how, stdin=text)
            assert crm.ok("search", "dnc:yes", "--ids").out == "1\n"
    crm.ok("dnc", "anna", "--lift")
    crm.ok("import", "-", stdin="email,do_not_contact\na@a.example,yes\n")
    assert crm.ok("search", "dnc:yes", "--ids").out == "1\n"
    crm.ok("undo")
    assert crm("search", "dnc:yes").code == 1


@pytest.mark.parametrize("keep", ["1", "2"])
def test_merged_either_way_it_holds(crm: Crm, keep: str) -> None:
    """And apart again each is as before."""
    crm.ok("add", "Anna Nowak", "--email", "a@a.example")
    crm.ok("add", "Anna Nowak", "--email", "b@b.example")
    crm.ok("dnc", "2")
    other = "2" if keep == "1" else "1"
    crm.ok("merge", keep, other)
    assert crm.ok("search", "dnc:yes", "--ids").out == f"{keep}\n"
    crm.ok("undo")
    assert crm.ok("search", "dnc:yes", "--ids").out == "2\n"


def test_a_follow_up_that_was_there_is_silent(crm: Crm) -> None:
    """It is named when they object, is in no list, and comes back when that is lifted."""
    crm.ok("add", "Anna Nowak")
    crm.ok("remind", "anna", "today", "send the offer")
    crm.ok("dnc", "anna")
    assert "send the offer" not in crm.ok("remind").out
    assert crm("remind", "anna", "tomorrow", "again").code == 3
    crm.ok("dnc", "anna", "--lift")
    assert "send the offer" in crm.ok("remind").out
