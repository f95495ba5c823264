"""crm forget: what it says before, what it leaves to others, and that nothing brings the person back."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest

from crmcli.db import residue as cleaning
from crmcli.errors import StorageError
from tests.faults.agree import disagreements
from tests.residue import residue

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crm

LEFT_OUT = "left out: somebody who was forgotten; crm add --force takes somebody back"
DAY = "Mon Feb  2 10:00:00 2026"
MAIL = """From: {0}
To: {1}
Subject: Offer
Date: Mon, 02 Feb 2026 10:00:00 +0000
Message-ID: <{2}@x.example>

Words.
"""


@pytest.fixture
def book(crm: Crm) -> Crm:
    """Anna, who is to be forgotten, with Bob, who met her and was sent by her."""
    crm.ok(
        "add", "Anna Nowakowska", "--email", "anna@acme.example", "--phone", "+48 601 234 567",
        "--company", "Acme", "--tag", "quartz", "--set", "Shoe=4242x", "--note", "plays the oboe",
    )  # fmt: skip
    crm.ok("add", "Bob Novak", "--email", "bob@b.example", "--referred-by", "anna")
    crm.ok("log", "meeting", "anna", "--with", "bob", "Anna Nowakowska wants blue")
    crm.ok(
        "log", "call", "anna", "likes tangerines", "--next", "friday", "--next-text", "send peels"
    )
    crm.ok("deal", "add", "anna", "Oboe reeds", "--amount", "100")
    crm.ok("view", "save", "her", "email:anna@acme.example")
    return crm


def test_it_says_before_what_goes_and_what_stays(book: Crm) -> None:
    """A dry run counts all of it, and changes nothing."""
    before = book.db.read_bytes()
    told = book.ok("forget", "anna", "--dry-run").err
    assert (
        "1 Anna Nowakowska: to be erased: 1 person, 1 e-mail, 1 phone, 1 tag, 1 field, 1 interaction"
        in told
    )
    assert "1 follow-up, 1 deal, 1 company, 1 saved view, " in told
    assert "1 interaction with others stay theirs, without this person" in told
    assert "1 text of others name them and stay; --redact puts (forgotten) there" in told
    assert "3 keyed hashes kept" in told
    assert "still named: interaction 2026-03-02 of Anna Nowakowska, Bob Novak" in told
    assert book.db.read_bytes() == before


def test_a_program_is_told_what_goes(book: Crm) -> None:
    """In rows, with a dry run and without, also where nothing of others names them."""
    book.ok("add", "Cyd Lone", "--email", "cyd@x.example")
    for words in (("--dry-run",), ("--yes",)):
        told = json.loads(book.ok("forget", "cyd", *words, "--json").out)
        assert {row["what"]: row["count"] for row in told}.items() >= {
            "person": 1,
            "e-mail": 1,
        }.items()
    told = book.ok("forget", "anna", "--dry-run", "--csv", "--columns", "count,what").lines
    assert told[:2] == ["count,what", "1,person"]


def test_the_count_is_the_same_with_redact(crm: Crm) -> None:
    """What the history alone has of e-mails, phones and links goes beside those of the person."""
    own = ["--email", "anna@x.example", "--phone", "601 100 101", "--url", "https://anna.example"]
    crm.ok("add", "Bob", *own)
    crm.ok("edit", "1", "--remove-email", "anna@x.example", "--remove-phone", "601100101", "--clear", "url")  # fmt: skip
    crm.ok("add", "Anna Nowakowska", *own)
    for words in ([], ["--redact"]):
        told = crm.ok("forget", "2", "--dry-run", *words).err
        assert "to be erased: 1 person, 1 e-mail, 1 phone, 1 link" in told


def test_nobody_is_forgotten_unasked(book: Crm) -> None:
    """Without a terminal it needs --yes; on whom and on what it is about it is strict."""
    refused = book("forget", "anna")
    assert refused.code == 2
    assert "--yes" in refused.err
    assert book("forget").code == 2
    assert book("forget", "anna", "--list").code == 2
    assert book("forget", "nobody at all").code == 3
    assert "Anna Nowakowska" in book.ok("search").out


def test_the_file_keeps_nothing(book: Crm) -> None:
    """Records, history, commands, index and free pages; what belongs to Bob too is Bob's."""
    book.ok("edit", "anna", "--note", "plays the harp")
    out = book.ok("forget", "anna", "--yes").out
    assert out.startswith("forgotten: 1  (1 person, 1 e-mail, 1 phone, ")
    words = "oboe harp quartz 4242x 601234567 anna@acme.example Shoe tangerines peels reeds Acme".split()  # noqa: SIM905 - reads as a list of words
    assert residue(words, book.home) == {}
    assert "Anna Nowakowska wants blue" in book.ok("show", "bob", "--all").out
    assert "referred" not in book.ok("show", "bob").out
    assert disagreements(str(book.db)) == []


def test_what_was_theirs_once_goes(crm: Crm) -> None:
    """A tag and a field that only they had, and were rid of; one that others had stays. A view with their surname is listed."""
    crm.ok("add", "Gustav Xanthippe", "--email", "gustav@x.example", "--tag", "both")
    crm.ok("add", "Bob", "--tag", "both")
    crm.ok("tag", "1", "debtor2024")
    crm.ok("untag", "1", "debtor2024")
    for person in ("1", "2"):
        crm.ok("untag", person, "both")
        crm.ok("edit", person, "--set", "Shoe=42")
        crm.ok("edit", person, "--set", "Shoe=")
    crm.ok("edit", "1", "--set", "prisonterm=2y")
    crm.ok("edit", "1", "--set", "prisonterm=")
    crm.ok("view", "save", "v1", "xanthippe")
    crm.ok("view", "save", "v2", "+both")
    for words in (["--dry-run"], ["--yes", "--redact"]):
        told = crm.ok("forget", "1", *words).err
        assert "still named: saved view v1\n" in told
        assert "saved view v2" not in told
    assert residue(["debtor2024", "prisonterm"], crm.home) == {}
    raw = crm.db.read_bytes()
    assert b"both" in raw
    assert b"Shoe" in raw
    assert disagreements(str(crm.db)) == []


def test_redact_takes_the_name_out_of_the_texts_of_others(book: Crm) -> None:
    """In any order and case, also in the history; nothing else of them changes."""
    book.ok("edit", "bob", "--note", "knows NOWAKOWSKA, Anna (601 234 567) well")
    book.ok("edit", "bob", "--note", "wrote anna@acme.example once")
    book.ok("edit", "bob", "--note", "asked of Anna-Nowakowska")
    book.ok("forget", "anna", "--redact", "--yes")
    assert residue(["Nowakowska", "601234567", "601 234 567"], book.home) == {}
    said = book.ok("show", "bob", "--all").out
    assert "(forgotten) wants blue" in said
    assert "asked of (forgotten)" in said
    told = book.ok("history", "bob").out
    assert "note\tknows (forgotten) ((forgotten)) well\twrote (forgotten) once" in told
    assert disagreements(str(book.db)) == []


def test_redact_cuts_labels_and_kinds_of_dates_too(book: Crm) -> None:
    """In the book as in the history: the one agrees with the other; tags that name the person are listed."""
    book.ok(
        "edit",
        "bob",
        "--email",
        "b@b.example",
        "--label",
        "b@b.example=Anna Nowakowska",
        "--date",
        "Anna Nowakowska=2026-12-01",
    )
    book.ok("tag", "bob", "anna-nowakowska")
    told = book.ok("forget", "anna", "--redact", "--yes").err
    assert "1 name of companies, tags and fields are theirs, too, and stay" in told
    assert "still named: tag name of anna-nowakowska\n" in told
    card = book.ok("show", "bob", "--json").json
    assert card["email_labels"] == {"b@b.example": "(forgotten)"}
    book.ok("doctor", "--full")
    number = next(
        str(line["id"])
        for line in book.ok("history", "bob", "--json").json
        if "--label" in line["command"]
    )
    book.ok("undo", number)
    assert book.ok("show", "bob", "--json").json["email_labels"] == {}


def test_what_others_once_had_can_come_back_to_them(crm: Crm) -> None:
    """A tag, a field and a company that another had, too, stay while the history speaks of them."""
    for person in ("Anna", "Bob"):
        crm.ok("add", person, "--tag", "vip", "--company", "Acme", "--set", "Size=5")
    crm.ok("untag", "bob", "vip")
    crm.ok("edit", "bob", "--clear", "company", "--clear", "Size")
    crm.ok("forget", "anna", "--yes")
    crm.ok("undo", "3")
    crm.ok("undo", "4")
    bob = crm.ok("show", "bob", "--json").json
    assert (bob["company"], bob["tags"], bob["Size"]) == ("Acme", ["vip"], "5")
    crm.ok("doctor", "--full")


def test_a_word_of_an_import_goes_once_with_the_last_who_had_it(crm: Crm) -> None:
    """Also where it had been taken back and brought back meanwhile."""
    rows = "name,email,tags\nAnna,a@x.example,vip\nBob,b@x.example,vip\nCyd,c@x.example,x\n"
    crm.ok("import", "-", stdin=rows)
    crm.ok("undo")
    crm.ok("redo")
    for person in ("anna", "bob"):
        crm.ok("forget", person, "--yes")
        crm.ok("doctor", "--full")
    crm.ok("undo", "1")
    crm.ok("redo", "1")
    assert crm.ok("search", "--columns", "name,tags").lines == ["Cyd\tx"]
    crm.ok("doctor", "--full")


def test_an_entry_that_was_taken_back_goes_along(crm: Crm) -> None:
    """An import undone and made again leaves the person twice in the history; another of that name stays."""
    rows = (
        "name,email,tags\nAnna Kos,a@x.example,vip\nAnna Kos,b@x.example,vip\nCyd,a@x.example,x\n"
    )
    crm.ok("import", "-", "--on-match", "new", stdin=rows)
    crm.ok("undo")
    crm.ok("import", "-", "--on-match", "new", stdin=rows)
    crm.ok("forget", "4", "--yes")
    crm.ok("redo", "1")
    assert crm.ok("search", "--columns", "name,emails", "--sort", "id").lines == [
        "Anna Kos\tb@x.example",
        "Cyd\ta@x.example",
        "Anna Kos\tb@x.example",
        "Cyd\ta@x.example",
    ]
    crm.ok("doctor", "--full")


def test_what_others_once_had_is_not_brought_back_cut(crm: Crm) -> None:
    """Their former names come back as they were, what they were reached by and the person was does not."""
    anna = (
        "--email",
        "anna@acme.example",
        "--phone",
        "+48601100101",
        "--url",
        "https://anna.example",
    )
    crm.ok("add", "Anna Nowakowska", *anna)
    crm.ok("add", "Anna Nowakowska", "--email", "other@o.example", "--force")
    crm.ok(
        "add",
        "Bob Novak",
        *anna,
        "--email",
        "b@b.example",
        "--company",
        "Anna Nowakowska GmbH",
        "--force",
    )
    crm.ok("edit", "2", "--name", "Anna Kos")
    crm.ok(
        "edit",
        "3",
        "--remove-email",
        "anna@acme.example",
        "--remove-phone",
        "+48601100101",
        "--clear",
        "url",
    )
    crm.ok("company", "edit", "1", "--name", "AN")
    told = crm.ok("forget", "1", "--redact", "--yes").err
    assert "still named: history of AN (1), change 6\n" in told
    assert residue(["anna@acme.example", "601100101", "anna.example"], crm.home) == {}
    for number in ("6", "4"):
        crm.ok("undo", number)
    assert crm.ok("search", "--columns", "name,company,emails").lines == [
        "Anna Nowakowska\t\tother@o.example",
        "Bob Novak\tAnna Nowakowska GmbH\tb@b.example",
    ]
    crm.ok("doctor", "--full")


def test_what_others_texts_said_before_is_named(book: Crm) -> None:
    """A text that was edited since is in the history and can come back: it is counted and listed."""
    book.ok("edit", "bob", "--note", "met Anna Nowakowska; ł")
    book.ok("edit", "bob", "--note", "clean")
    told = book.ok("forget", "anna", "--dry-run").err
    assert "3 texts of others name them and stay" in told
    said = book.ok("forget", "anna", "--yes").err
    numbers = [line["id"] for line in book.ok("history", "bob", "--json").json][:2]
    for number in numbers:
        assert f"still named: history of Bob Novak (2), change {number}\n" in said
        assert f"still named: history of Bob Novak (2), change {number}\n" in told
    assert "Anna Nowakowska" in book.ok("history", "bob").out


def test_another_of_that_name_is_left_alone(book: Crm) -> None:
    """The other Anna keeps her name, and so do commands about her."""
    book.ok("add", "Anna Nowakowska", "--email", "other@o.example", "--note", "the other one")
    book.ok("forget", "1", "--yes", "--redact")
    assert "Anna Nowakowska" in book.ok("show", "other@o.example").out
    assert book.ok("search", "nowakowska", "--ids").out == "3\n"


def test_there_is_no_undo(book: Crm) -> None:
    """It refuses, and says so; what was changed before and after can be taken back."""
    book.ok("edit", "bob", "--city", "Brno")
    number = book.ok("history", "--jsonl", "--limit", "1").out.partition(",")[0].rpartition(":")[2]
    book.ok("forget", "anna", "--yes")
    refused = book("undo")
    assert refused.code == 3
    assert "erased somebody for good" in refused.err
    book.ok("undo", number.strip())
    assert "Brno" not in book.ok("show", "bob").out
    book.ok("tag", "bob", "vip")
    book.ok("undo")
    assert disagreements(str(book.db)) == []


def test_the_rest_of_an_import_can_be_taken_back(crm: Crm) -> None:
    """What stood in it of the forgotten is gone; the others go and come back as one."""
    rows = "name,email,tags,note\n" + "".join(
        f"P{n} Q{n},p{n}@x.example,t{n};all,note{n}x\n" for n in range(1, 6)
    )
    crm.ok("import", "-", stdin=rows)
    before = crm.ok("export", "not id:3").out
    crm.ok("forget", "3", "--yes")
    assert residue(["p3@x.example", "note3x"], crm.home) == {}
    assert disagreements(str(crm.db)) == []
    told = crm.ok("history").out
    assert "crm forget (forgotten)" in told
    assert "crm import -" in told
    crm.ok("history", "2", "--json")
    crm.ok("undo", "1")
    assert crm("search").code == 1
    assert disagreements(str(crm.db)) == []
    crm.ok("redo")
    assert crm.ok("export").out == before
    assert disagreements(str(crm.db)) == []


def test_a_merge_taken_back_leaves_nothing(crm: Crm) -> None:
    """The values of one that a merge had put on the other, and its undoing, go with either."""
    crm.ok("add", "Anna Nowak", "--note", "xylophone", "--city", "Gdynia", "--email", "a@a.example")
    crm.ok("add", "Anna Nowak", "--note", "bassoon", "--city", "Olsztyn", "--email", "b@b.example")
    crm.ok("merge", "2", "1")
    crm.ok("undo")
    crm.ok("forget", "1", "--yes")
    assert residue(["xylophone", "Gdynia", "a@a.example"], crm.home) == {}
    assert "bassoon" in crm.ok("show", "2").out
    assert crm("redo").code == 3
    assert disagreements(str(crm.db)) == []


def test_somebody_whose_adding_was_undone(crm: Crm) -> None:
    """They are in the history alone, and can be forgotten by number."""
    crm.ok("add", "Anna Nowak", "--email", "anna@a.example", "--note", "bassoon")
    crm.ok("undo")
    assert residue(["bassoon"], crm.home)
    crm.ok("forget", "1", "--yes")
    assert residue(["bassoon", "Nowak", "anna@a.example"], crm.home) == {}
    assert crm("redo").code == 3
    assert disagreements(str(crm.db)) == []


def test_a_company_may_stay(book: Crm) -> None:
    """--keep-company leaves it; a company with others stays anyway."""
    book.ok("forget", "anna", "--yes", "--keep-company")
    assert "Acme" in book.ok("company", "list").out


def test_add_refuses_and_force_lifts(book: Crm) -> None:
    """A customer who comes back is added with --force; from then on imports know them."""
    book.ok("forget", "anna", "--yes")
    for way in (["--email", "ANNA@acme.example"], ["--phone", "0048601234567"]):
        refused = book("add", "Anna", *way)
        assert refused.code == 3
        assert "was forgotten on 2026-03-02" in refused.err
        assert "--force" in refused.err
    book.ok("add", "Anna", "--email", "anna@acme.example", "--force")
    again = book.ok("import", "-", stdin="name,email,city\nAnna,anna@acme.example,Brno\n").err
    assert "1 updated" in again
    book.ok("undo")
    book.ok("undo")
    assert book("add", "Anna", "--email", "anna@acme.example").code == 3


def test_list_tells_when_and_no_names(book: Crm) -> None:
    """The instant and the number of hashes."""
    book.ok("forget", "anna", "--yes")
    assert book.ok("forget", "--list", "--csv").out == "at,hashes\n2026-03-02T09:00:00Z,3\n"


def files(book: Crm, tmp: Path) -> list[list[str]]:
    """The same person in every kind of file, each with one who may come in."""
    own = book.ok("export", "--to", "jsonl").out
    cards = book.ok("export", "--to", "vcard").out
    said = book.ok("export", "--as", "interactions", "--to", "jsonl").out
    deals = book.ok("export", "--as", "deals").out
    tasks = book.ok("export", "--as", "followups", "--to", "json").out
    book.ok("export", "--as", "companies")
    texts = {
        "rows.csv": "name,email\nAnna N,anna@acme.example\nEva Z,eva@z.example\n",
        "phones.csv": "name,phone\nA. N.,601 234 567\nEva Z,777 888 999\n",
        "own.jsonl": own,
        "cards.vcf": cards,
        "said.jsonl": said,
        "deals.csv": deals,
        "tasks.json": tasks,
        "calls.csv": "kind,at,email,text\ncall,2026-02-01,anna@acme.example,hello\ncall,2026-02-01,eva@z.example,hi\n",
        "mail.mbox": "".join(
            f"From x\n{MAIL.format(who, 'me@me.example', place)}\n"
            for place, who in enumerate(("anna@acme.example", "eva@z.example"))
        ),
    }
    for name, text in texts.items():
        (tmp / name).write_text(text, "utf-8")
    return [[str(tmp / name)] for name in texts]


def test_no_import_brings_them_back(book: Crm, tmp_path: Path) -> None:
    """Rows, cards, mail, our own files by uid: the person is left out and counted, and the others come in."""
    (tmp_path / "c.toml").write_text('[owner]\nemails = ["me@me.example"]\ncountry = "PL"\n')
    config = str(tmp_path / "c.toml")
    wanted = files(book, tmp_path)
    book.ok("forget", "anna", "--yes")
    for paths in wanted:
        done = book("import", *paths, CRM_CONFIG=config)
        assert done.code == 0, done
        if "said" not in paths[0]:  # the call was hers alone, the meeting Bob's as well
            assert " 1 skipped" in done.err, done
        assert LEFT_OUT in done.err, done
        assert "anna" not in book.ok("export").out.lower(), paths
    assert "eva@z.example" in book.ok("export").out
    assert "likes tangerines" not in book.ok("export", "--as", "interactions").out


def test_a_message_of_the_forgotten_is_nobody_elses(book: Crm, tmp_path: Path) -> None:
    """One that they wrote to several is left out: it is not the others' words, and proves no address of theirs."""
    book.ok("forget", "anna", "--yes")
    (tmp_path / "c.toml").write_text('[owner]\nemails = ["me@me.example"]\n')
    config = {"CRM_CONFIG": str(tmp_path / "c.toml")}
    hers = MAIL.format("anna@acme.example", "me@me.example, bob@b.example, carl@c.example", 1)
    mine = MAIL.format("me@me.example", "anna@acme.example, bob@b.example", 2)
    (tmp_path / "mail.mbox").write_text(f"From a@b {DAY}\n{hers}\nFrom a@b {DAY}\n{mine}\n")
    said = book.ok("import", "mail.mbox", **config).err
    assert "2 read, 1 added" in said
    assert LEFT_OUT in said
    shown = book.ok("show", "bob", "--json").json
    assert shown["emails"] == ["bob@b.example"]
    assert "verified" not in book.ok("show", "bob").out
    sent = book.ok("export", "--as", "interactions", "--to", "jsonl").out
    assert '"direction":"in"' not in sent.replace(" ", "")
    assert '"direction":"out"' in sent.replace(" ", "")
    assert "carl" not in book.ok("export").out
    refused = book("log", "email", "-", stdin=hers, **config)
    assert (refused.code, refused.err.count("was forgotten")) == (3, 1)
    assert disagreements(str(book.db)) == []


def test_ids_that_hold_the_address(book: Crm, tmp_path: Path) -> None:
    """A message or meeting of others whose id has it is listed, or masked; a second import knows it all the same."""
    (tmp_path / "c.toml").write_text('[owner]\nemails = ["me@me.example"]\n')
    config = {"CRM_CONFIG": str(tmp_path / "c.toml")}
    mail = MAIL.format("bob@b.example", "me@me.example, anna@acme.example", "1.anna@acme.example")
    (tmp_path / "mail.mbox").write_text(f"From a@b {DAY}\n{mail}\n")
    meeting = (
        "BEGIN:VEVENT\r\nUID:anna@acme.example-{0}\r\nDTSTAMP:20260102T100000Z\r\nDTSTART:{1}T100000Z\r\nSUMMARY:M{0}\r\n"
        "ATTENDEE:mailto:anna@acme.example\r\nATTENDEE:mailto:bob@b.example\r\nEND:VEVENT\r\n"
    )
    (tmp_path / "cal.ics").write_text(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
        + meeting.format(7, "20260201")
        + "END:VCALENDAR\r\n"
    )
    files = ("mail.mbox", "cal.ics")
    book.ok("import", *files, **config)
    own = book.ok("export", "--as", "interactions", "--to", "jsonl").out
    (tmp_path / "own.jsonl").write_text(own)
    told = book.ok("forget", "anna", "--dry-run").err
    assert "still named: id of mail of interaction " in told
    assert "still named: id of ics of interaction " in told
    book.ok("forget", "anna", "--yes", "--redact")
    assert b"anna@acme.example" not in book.db.read_bytes().lower()
    for again in (*files, "own.jsonl"):
        assert " 0 added" in book.ok("import", again, **config).err
        assert b"anna@acme.example" not in book.db.read_bytes().lower()
    said = book.ok("log", "email", "-", stdin=mail, **config).err
    assert "logged already" in said
    assert "anna@acme.example" not in book.ok("export", "--as", "interactions", "--to", "jsonl").out
    later = (
        (tmp_path / "cal.ics")
        .read_text()
        .replace("END:VCAL", meeting.format(8, "20260202") + "END:VCAL")
    )
    (tmp_path / "cal.ics").write_text(later)
    for added in (1, 0):
        assert f" {added} added" in book.ok("import", "cal.ics", **config).err
        assert b"anna@acme.example" not in book.db.read_bytes().lower()
    assert disagreements(str(book.db)) == []


def test_a_piped_message_brings_nobody_back(book: Crm) -> None:
    """The forgotten are left out of it; a message of nobody else is refused."""
    book.ok("forget", "anna", "--yes")
    environ = {"CRM_CONFIG": str(book.home / "c.toml")}
    (book.home / "c.toml").write_text('[owner]\nemails = ["me@me.example"]\n')
    refused = book(
        "log", "email", "-", stdin=MAIL.format("anna@acme.example", "me@me.example", 1), **environ
    )
    assert refused.code == 3
    both = MAIL.format("me@me.example", "anna@acme.example, bob@b.example", 2)
    assert "email" in book.ok("log", "email", "-", stdin=both, **environ).out
    assert "anna" not in book.ok("export").out.lower()


def test_an_address_that_another_has_too_keeps_nobody_out(crm: Crm) -> None:
    """Of a shared mailbox or switchboard no hash is kept."""
    crm.ok("add", "Anna Nowak", "--email", "office@a.example", "--phone", "+48 601 000 000")
    crm.ok("add", "Jan Nowak", "--email", "office@a.example", "--force")
    assert "2 keyed hashes" in crm.ok("forget", "anna", "--yes").err
    crm.ok("add", "Eva Nowak", "--email", "office@a.example", "--force")


def test_copies_are_named_or_cleaned(book: Crm) -> None:
    """A copy beside the book is named; --backups erases in it as well; another book is not touched."""
    copy, other = book.home / "book (conflicted copy).db", book.home / "bookshop.db"
    shutil.copy(book.db, copy)
    book.ok("add", "Anna Nowakowska", CRM_DB=str(other))
    before = other.read_bytes()
    told = book.ok("forget", "anna", "--dry-run").err
    assert f"not reached: {copy}" in told
    assert "bookshop" not in told
    told = book.ok("forget", "anna", "--yes", "--backups").err
    assert f"erased in: {copy}" in told
    assert "not reached" not in told
    assert other.read_bytes() == before
    assert set(residue(["oboe", "tangerines", "601234567"], book.home)) == set()
    assert disagreements(str(copy)) == []
    assert "Bob Novak" in book.ok("search", CRM_DB=str(copy)).out


def test_a_copy_of_any_name_is_known(book: Crm) -> None:
    """What crm backup FILE laid into the folder of the book is known by what is in it."""
    copy = book.db.parent / "mycopy.db"
    book.ok("backup", str(copy))
    assert f"not reached: {copy}" in book.ok("forget", "anna", "--dry-run").err
    assert f"erased in: {copy}" in book.ok("forget", "anna", "--yes", "--backups").err
    assert residue(["oboe", "tangerines", "601234567"], book.home) == {}


def test_kept_copies_are_cleaned_too(book: Crm) -> None:
    """Those of crm backup are named, or erased in and whole afterwards."""
    copy = book.ok("backup").out.strip()
    assert f"not reached: {copy}" in book.ok("forget", "anna", "--dry-run").err
    book.ok("forget", "anna", "--yes", "--backups")
    assert residue(["oboe", "tangerines", "601234567"], book.home) == {}
    assert disagreements(copy) == []
    book.ok("restore", copy, "--yes")
    assert "Bob Novak" in book.ok("search").out


def test_copies_of_before_the_folder_was_set_are_known(book: Crm) -> None:
    """The folder where copies go by default is looked into whatever the config says."""
    copy = book.ok("backup").out.strip()
    book.ok("config", "set", "backup.folder", str(book.home / "elsewhere"))
    other = book.ok("backup").out.strip()
    assert os.path.dirname(other) != os.path.dirname(copy)
    told = book.ok("forget", "anna", "--yes", "--backups").err
    assert f"erased in: {copy}\n" in told
    assert f"erased in: {other}\n" in told
    assert residue(["tangerines", "601234567"], book.home) == {}


def test_copies_can_be_cleaned_later(book: Crm) -> None:
    """Without WHO everybody who was ever forgotten is erased in the copies."""
    copy = book.ok("backup").out.strip()
    book.ok("forget", "anna", "--yes")
    assert book.ok("forget", "--backups").out == f"{copy}: 1 person erased\n"
    assert residue(["oboe", "tangerines", "601234567"], book.home) == {}
    assert disagreements(copy) == []


def test_a_damaged_copy_is_not_said_to_be_clean(book: Crm) -> None:
    """What a restore put away because it was damaged cannot be looked through, and is named."""
    book.ok("backup")
    with book.db.open("r+b") as file:
        file.write(bytes(4096))
    book.ok("restore", "latest", "--yes")
    book.ok("forget", "anna", "--yes")
    for words in (["add", "Eva"], ["forget", "eva", "--yes", "--backups"], ["forget", "--backups"]):
        done = book(*words)
        assert done.code == (0 if words[0] == "add" else 4), done
    (line,) = [line for line in done.err.splitlines() if line.startswith("not reached: ")]
    assert line.endswith(".damaged")
    assert "cannot be cleaned: delete them" in done.err
    assert ".damaged" not in done.out


def test_a_copy_that_is_damaged_within(book: Crm) -> None:
    """One that can be asked who it is, and not be cleaned, is not reached either; the others are cleaned all the same."""
    copy = book.home / "a.db"
    book.ok("backup", str(copy))
    shutil.copy(copy, book.home / "b.db")
    pages = copy.read_bytes()
    at = next(n for n in range(4096, len(pages), 4096) if b"tangerines" in pages[n : n + 4096])
    copy.write_bytes(pages[:at] + b"\xff" * 4096 + pages[at + 4096 :])
    book.ok("forget", "anna", "--yes")
    done = book("forget", "--backups")
    assert done.code == 4
    assert done.out == f"{book.home / 'b.db'}: 1 person erased\n"
    assert f"not reached: {copy}" in done.err


@pytest.mark.parametrize(
    "harm", ["cut short", "first page", "number", "schema", "all but the number"]
)
def test_a_damaged_copy_beside_the_book_is_named(book: Crm, harm: str) -> None:
    """It cannot say whose it is; its bytes may, and where they do not it is named all the same."""
    copy = book.home / "half.db"
    book.ok("backup", str(copy))
    raw = copy.read_bytes()
    pages = [raw[at : at + 4096] for at in range(0, len(raw), 4096)]
    number = next(place for place, page in enumerate(pages) if re.search(b"book[0-9a-f]{16}", page))
    if harm == "cut short":
        pages = pages[:number]
    elif harm == "first page":
        pages[0] = bytes(4096)
    elif harm == "number":
        pages[number] = b"\xff" * 4096
    elif harm == "schema":
        pages[0] = pages[0][:100] + b"\xff" * 3996
    else:
        pages = [pages[0][:100] + b"\xff" * 3996, pages[number]]
    copy.write_bytes(b"".join(pages))
    for words in (["anna", "--yes", "--backups"], ["--backups"]):
        done = book("forget", *words)
        assert done.code == 4, done
        assert f"not reached: {copy}\n" in done.err
        assert str(copy) not in done.out


def test_what_is_no_copy_of_the_book_is_not_named(book: Crm) -> None:
    """Databases of other programs, other books, damaged or sound, and what only has such a name."""
    with sqlite3.connect(book.home / "songs.db") as db:
        db.execute("CREATE TABLE song (name)")
    db.close()
    other = str(book.home / "other.db")
    book.ok("--db", other, "add", "Anna Nowakowska", "--email", "anna@acme.example")
    raw = (book.home / "other.db").read_bytes()
    (book.home / "cut.db").write_bytes(raw[:100] + b"\xff" * 3996 + raw[4096:])
    (book.home / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(5000))
    (book.home / "empty.db").write_bytes(b"")
    (book.home / "notes.txt").write_text("Anna")
    told = book.ok("forget", "anna", "--yes", "--backups").err
    assert "not reached" not in told
    assert "erased in" not in told


@pytest.mark.parametrize("words", ["forget anna --yes --backups", "forget --backups"])
def test_all_is_done_before_it_is_told(book: Crm, words: str) -> None:
    """Where the result cannot be written, the copies are clean as well, and a line says what was done."""
    book.ok("backup")
    if words == "forget --backups":
        book.ok("forget", "anna", "--yes")
    with open("/dev/full", "w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "crmcli", "--db", str(book.db), *words.split()],
            env=os.environ | book.environ, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert run.returncode == 5, run
    assert "forgotten all the same" in run.stderr or "erased all the same" in run.stderr
    assert residue(["oboe", "tangerines", "601234567"], book.home) == {}


def test_the_book_lacks_nothing_after_a_forgetting(crm: Crm) -> None:
    """That the last change went with the person is no other version of the book, nor does an older copy hold more."""
    crm.ok("add", "Bob")
    crm.ok("add", "Anna Nowakowska")
    shutil.copy(crm.db, crm.db.parent / "book (1).db")
    crm.ok("forget", "anna", "--yes")
    assert crm.ok("tag", "bob", "vip").err == ""
    assert crm.ok("tag", "bob", "new").err == ""
    crm.ok("merge-book", str(crm.db.parent / "book (1).db"))
    assert crm.ok("search", "--ids").out == "1\n"


def test_restoring_a_copy_brings_nobody_back(book: Crm) -> None:
    """Who was forgotten since it was taken is erased in what takes the place of the book."""
    copy = book.ok("backup").out.strip()
    book.ok("forget", "anna", "--yes")
    told = book.ok("restore", copy, "--yes")
    assert "1 person who was forgotten since that copy stayed forgotten" in told.err
    assert "anna" not in book.ok("export").out.lower()
    assert (
        residue(["oboe", "tangerines"], book.db.parent) != {}
    )  # in the copy, which is the owner's
    assert b"tangerines" not in book.db.read_bytes()
    assert book("add", "Anna", "--email", "anna@acme.example").code == 3
    assert disagreements(str(book.db)) == []


@pytest.mark.parametrize("page", ["first", "all", "gone"])
def test_restoring_over_a_damaged_book(book: Crm, page: str) -> None:
    """What can be read of it, and its copies, tell who was forgotten; where that may not be all, a line says so."""
    book.ok("edit", "anna", "--note", "the first state")
    copy = str(book.home / "before.db")
    book.ok("backup", copy)
    book.ok("forget", "anna", "--yes")
    if page == "all":  # only a newer copy tells
        book.ok("--now", "2026-03-02T09:05", "backup")
    size = book.db.stat().st_size
    if page == "gone":
        book.db.unlink()
    else:
        with book.db.open("r+b") as file:
            file.write(bytes(4096 if page == "first" else size))
    told = book.ok("restore", copy, "--yes")
    assert ("the book that was there cannot say" in told.err) == (page != "first")
    if page == "gone":
        assert "Anna Nowakowska" in book.ok("search").out
        return
    assert "1 person who was forgotten since that copy stayed forgotten" in told.err
    assert told.out == f"restored {copy}: 1 person and 1 interaction\n"
    assert "anna" not in book.ok("export").out.lower()
    assert book("add", "Anna", "--email", "anna@acme.example").code == 3
    assert disagreements(str(book.db)) == []


@pytest.mark.parametrize("way", ["restore", "later", "at once"])
def test_what_was_cut_is_cut_in_copies(book: Crm, way: str) -> None:
    """--redact holds for copies as well: where they are cleaned, and where one takes the place of the book."""
    book.ok("edit", "bob", "--note", "knows Anna Nowakowska, anna@acme.example")
    book.ok("edit", "bob", "--note", "knows Nowakowska, Anna")
    copy = book.ok("backup").out.strip()
    book.ok("forget", "anna", "--yes", "--redact", *(["--backups"] if way == "at once" else []))
    if way == "later":
        assert f"{copy}: 1 person erased\n" in book.ok("forget", "--backups").out
    book.ok("restore", copy, "--yes")
    said = book.ok("show", "bob", "--all").out
    assert "(forgotten) wants blue" in said
    assert "knows (forgotten)" in said
    raw = book.db.read_bytes().lower()
    assert b"nowakowska" not in raw
    assert b"anna@acme.example" not in raw
    if way != "restore":
        assert residue(["Nowakowska", "anna@acme.example"], book.home) == {}
        assert disagreements(copy) == []
    assert disagreements(str(book.db)) == []
    assert book.ok("forget", "--list", "--csv").out == "at,hashes\n2026-03-02T09:00:00Z,3\n"


def test_a_copy_without_the_person_may_name_them(crm: Crm) -> None:
    """One of before they were added is cut where the forgetting itself reaches it."""
    crm.ok("add", "Bob Novak", "--note", "met Anna Nowakowska")
    copy = crm.ok("backup").out.strip()
    crm.ok("add", "Anna Nowakowska")
    assert f"erased in: {copy}" in crm.ok("forget", "anna", "--yes", "--redact", "--backups").err
    assert residue(["Nowakowska"], crm.home) == {}
    assert disagreements(copy) == []


def test_drafts_go_and_other_files_are_named(
    book: Crm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An editor's draft is ours and goes; files that were imported and the config are the owner's."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    editor = tmp_path / "ed"
    editor.write_text("#!/bin/sh\necho 'nonsense = [' >> $1\n")
    editor.chmod(0o700)
    assert book("edit", "anna", EDITOR=str(editor)).code != 0
    (draft,) = tmp_path.glob("crm-draft-*/contact-1.toml")
    for name in ("contact-1.toml~", "#contact-1.toml#", ".contact-1.toml.swp"):
        draft.with_name(name).write_text("name = 'Anna Nowakowska'")
    (tmp_path / "list.csv").write_text(
        "name,email\nAnna Nowakowska,anna@acme.example\nEva,e@e.example\n"
    )
    book.ok("import", "list.csv")
    (tmp_path / "c.toml").write_text('[views]\nher = "anna@acme.example"\n')
    told = book.ok("forget", "anna", "--yes", CRM_CONFIG=str(tmp_path / "c.toml")).err
    assert told.count("deleted: ") == 4
    assert [name for name in os.listdir(tmp_path) if name.startswith("crm-draft-")] == []
    assert "still named: list.csv, which was imported" in told
    assert "c.toml:2; crm config edit" in told


def test_a_draft_that_names_nobody_goes_too(
    crm: Crm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is of whom it was opened on: a name of one word, one that was changed in it, an entry that was merged into theirs."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    editor = tmp_path / "ed"
    editor.write_text(
        "#!/bin/sh\nsed -i -e 's/^name.*/name = \"Xy Zet\"/' -e 's/^emails.*/emails = []/' -e 's/^lifecycle.*/lifecycle = \"zz\"/' \"$1\"\n"
    )
    editor.chmod(0o700)
    for number, name in enumerate(("Zorbatos", "Anna Nowakowska", "Bob"), 1):
        crm.ok("add", name, "--note", f"secret{number}", "--email", f"e{number}@x.example")
        assert crm("edit", str(number), EDITOR=str(editor)).code != 0
    crm.ok("merge", "1", "2")
    told = crm.ok("forget", "1", "--yes").err
    assert told.count("deleted: ") == 2
    assert residue(["secret1", "secret2"], tmp_path) == {}
    assert residue(["secret3"], tmp_path / "tmp")


@pytest.mark.parametrize("words", ["forget anna --yes", "doctor", "merge-book copy.db"])
def test_copies_that_killed_processes_left_go(
    book: Crm, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """A doctor or a merge that is killed leaves the whole book among temporary files; the next one, or forget, deletes it."""
    temporary = book.home / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.chdir(book.db.parent)
    shutil.copy(book.db, "copy.db")
    seen: list[str] = []
    real = tempfile.TemporaryDirectory

    def left(prefix: str, **options: bool) -> tempfile.TemporaryDirectory[str]:
        seen.append(prefix)
        return real(prefix=prefix, **options)

    monkeypatch.setattr(tempfile, "TemporaryDirectory", left)
    book.ok("doctor")
    book.ok("merge-book", "copy.db")
    assert os.listdir(temporary) == []
    running = str(os.getpid())
    for number, prefix in enumerate(dict.fromkeys(seen)):
        assert f"-{running}-" in prefix
        for pid in (running, "4194399"):  # above what Linux counts to
            folder = temporary / f"{prefix.replace(running, pid)}ab{number}"
            folder.mkdir()
            shutil.copy(book.db, folder)
    (temporary / "crm-doctor-my-own").mkdir()
    assert len(os.listdir(temporary)) == 5
    told = book.ok(*words.split()).err
    kept = os.listdir(temporary)
    assert len(kept) == 3
    assert all(running in name for name in kept if name != "crm-doctor-my-own")
    assert ("a copy that a killed process left" in told) == words.startswith("forget")


def test_rejects_are_named_whatever_became_of_their_file(
    book: Crm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The file was deleted, came by a pipe, changed nothing, or said where its rejects go."""
    monkeypatch.chdir(tmp_path)
    rows = "name,email\n{0},{0}@e.example\n,Anna Nowakowska\n"
    (tmp_path / "sub").mkdir()
    for name, person in (("gone.csv", "eva"), ("sub/gone.csv", "ida"), ("nothing.csv", "eva")):
        (tmp_path / name).write_text(rows.format(person))
        book("import", name)
        (tmp_path / name).unlink()
    book("import", "-", stdin=rows.format("ota"))
    (tmp_path / "last.csv").write_text(rows.format("jan"))
    book("import", "last.csv", "--rejects=bad.csv")
    told = book.ok("forget", "anna", "--yes").err
    for name in (
        "gone.rejects.csv",
        "sub/gone.rejects.csv",
        "nothing.rejects.csv",
        "stdin.rejects.csv",
        "bad.csv",
    ):
        assert (tmp_path / name).exists(), name
        assert f"still named: {name}, which was imported" in told, name


def test_imported_files_are_named_wherever_one_is(
    book: Crm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The history has the words that were typed in another folder; one of that name here is another file."""
    (tmp_path / "dl").mkdir()
    (tmp_path / "people.csv").write_text("name\nNobody\n")
    monkeypatch.chdir(tmp_path / "dl")
    (tmp_path / "dl" / "people.csv").write_text("name,email\nEva,e@e.example\n,Anna Nowakowska\n")
    book("import", "people.csv")
    monkeypatch.chdir(tmp_path)
    told = book.ok("forget", "anna", "--yes").err
    for name in ("people.csv", "people.rejects.csv"):
        assert f"still named: {tmp_path / 'dl' / name}, which was imported" in told
    assert told.count("which was imported") == 2


def test_a_folder_named_after_the_person_is_not_kept(
    book: Crm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where files were imported is known to the book, too."""
    folder = tmp_path / "Anna-Nowakowska"
    folder.mkdir()
    monkeypatch.chdir(folder)
    book.ok("import", "-", stdin="name\nEva\n")
    assert b"Anna-Nowakowska" in book.db.read_bytes()
    book.ok("forget", "anna", "--yes")
    assert b"Anna-Nowakowska" not in book.db.read_bytes()


def test_a_forgetting_cut_short_is_finished(book: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forgotten is not said before the file is clean; the next start, or --finish, cleans it."""

    def fail(_: object) -> None:
        raise StorageError("not yet out of the file")

    book.ok("edit", "anna", "--note", "nothing")
    with monkeypatch.context() as patch:
        patch.setattr(cleaning, "clean", fail)
        cut = book("forget", "anna", "--yes")
        assert (cut.code, cut.out) == (5, "")
        book.ok("search")  # cannot finish either, and does its work
    book.ok("forget", "--finish")
    assert residue(["oboe", "tangerines", "601234567"], book.home) == {}
    assert "pending" not in book.db.read_bytes().decode("latin-1")


def test_who_is_left_out_because_of_the_person_is_named(crm: Crm) -> None:
    """With the no of the person goes that of a second entry; before it is asked it is said how it stays."""
    crm.ok("add", "Anna Kos", "--email", "a@x.example")
    crm.ok("add", "Kos A", "--email", "a@x.example", "--force")
    crm.ok("dnc", "1")
    told = crm("forget", "1", "--dry-run").err
    assert (
        "2 Kos A is in no list for contacting because of them alone; crm dnc 2 keeps it so" in told
    )


def test_redact_cuts_addresses_and_names_of_files(crm: Crm) -> None:
    """What the owner or a file wrote there freely, in the book as in the history."""
    crm.ok("add", "Anna Kos", "--email", "a@x.example")
    crm.ok("add", "Bob", "--address", "c/o Anna Kos", "--company", "Acme")
    crm.ok("company", "edit", "1", "--address", "at Anna Kos")
    mail = crm.home / "Anna Kos.eml"
    mail.write_text(
        "From: b@b.example\nTo: me@me.example\nDate: Mon, 2 Feb 2026 10:00:00 +0000\nSubject: s\n\nhello\n"
    )
    crm.ok("--no-backup", "import", str(mail))
    mail.unlink()
    crm.ok("forget", "1", "--redact", "--yes")
    assert residue(["Anna Kos"], crm.home) == {}
    crm.ok("doctor", "--full")
