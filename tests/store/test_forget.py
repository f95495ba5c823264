"""A person erased from a book in which every column of every table held something of theirs."""

from __future__ import annotations

import random
import re
import sqlite3
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import pytest

from crmcli.db import connection
from crmcli.db.connection import Transaction
from crmcli.db.triggers import TRACKED
from tests.faults.agree import disagreements
from tests.residue import residue

if TYPE_CHECKING:
    from tests.conftest import Crm

TODAY = date(2026, 3, 2)

# Columns in which a person may have no word of their own, with what they hold instead.
BOUND = {
    "number": "id contact_id company_id referred_by do_not_contact cadence position notice old_id other_id tag_id"
    " field_id deal_id interaction_id complaint_id set_by done_by row_id amount duration probability",
    "day or instant": "verified_on notice_on created_at updated_at archived_at dead_on date given_on withdrawn_on"
    " birthday close stage_since quoted_on valid_until won_at lost_at at closed_at since_at until_at due anchor"
    " done_at snoozed_until until",
    "one of a few": "lifecycle kind direction noun every stage language currency channel country rule",
    "made of a name": "alias occurrence",
}
BOUND_COLUMNS = {column for columns in BOUND.values() for column in columns.split()}
# Tables that hold nothing of one person, and why.
NOBODYS = {
    "meta": "the book itself",
    "forgotten": "hashes, which are kept on purpose",
    "change_set": "commands; tried by what is typed",
    "change": "the history of all other tables; tried by changing each of them",
    "taken_set": "the uids of change sets of other copies",
    "taken_value": "which change of which copy made a value: numbers, columns and uids",
    "kind": "of the config",
    "cadence": "of the config",
    "rate": "of the config",
    "stage": "of the config",
    "holiday": "of the config",
    "contact_stats": "numbers and days worked out of the rest",
    "stale_stats": "empty at rest",
    "stale_text": "empty at rest",
    "contact_fts": "the index; the words of all columns are in it",
    "interaction_fts": "the index; the words of all columns are in it",
    "shown": "handles, made of a rule and an id; tried by themselves",
    "sqlite_sequence": "SQLite's counters",
    "_sqlite_migrations": "which migrations ran",
}
# Rows of one person: table -> WHERE, by the id of the contact.
THEIRS = {
    "contact": "id = :id",
    "company": "id = (SELECT company_id FROM contact WHERE id = :id)",
    "tag": "id IN (SELECT tag_id FROM contact_tag WHERE contact_id = :id)",
    "field": "id IN (SELECT field_id FROM contact_field WHERE contact_id = :id)",
    "interaction": "id IN (SELECT interaction_id FROM participant WHERE contact_id = :id)",
    "complaint": "id IN (SELECT interaction_id FROM participant WHERE contact_id = :id)",
    "complaint_wait": "complaint_id IN (SELECT interaction_id FROM participant WHERE contact_id = :id)",
    "external_id": "noun = 'contact' AND row_id = :id",
    "saved_view": "query LIKE '%' || (SELECT address FROM email WHERE contact_id = :id) || '%'",
}


def tables(db: sqlite3.Connection) -> list[str]:
    rows = db.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '*_fts_*'"
    )
    return [row[0] for row in rows]


def test_every_table_and_column_is_thought_of(crm: Crm) -> None:
    """A new table is somebody's, or it says why it is nobody's; a new column holds words, or says why not."""
    crm.ok("add", "Anna Nowak")
    with closing(sqlite3.connect(crm.db)) as db:
        assert set(tables(db)) == set(TRACKED) - {"forgotten"} | set(NOBODYS)
        held = {
            row[1]
            for table in tables(db)
            if table not in NOBODYS
            for row in db.execute(f"PRAGMA table_info({table})")
        }
        assert held >= BOUND_COLUMNS
        numbers = {
            row[1]
            for table in tables(db)
            if table not in NOBODYS
            for row in db.execute(f"PRAGMA table_info({table})")
            if row[2] == "INTEGER"
        }
        assert numbers <= BOUND_COLUMNS


class Words:
    """Words that no other person and no other place has."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a test that repeats
        self.made: list[str] = []

    def __call__(self) -> str:
        self.made.append("zq" + "".join(self.random.choices("abcdefghijkmnprstuwy", k=10)))
        return self.made[-1]

    def number(self) -> str:
        self.made.append("6" + "".join(self.random.choices("0123456789", k=8)))
        return f"+48{self.made[-1]}"


def enter(crm: Crm, words: Words) -> int:
    """Type a person in, with something in every table."""
    name, mail = f"Łucja{words()} Żak{words()}", f"{words()}@{words()}.example"
    out = crm.ok(
        "add", name, "--email", mail, "--email", f"{words()}@a.example", "--phone", words.number(),
        "--company", words(), "--title", words(), "--city", words(), "--address", words(), "--url",
        f"https://{words()}.example", "--tag", words(), "--date", f"{words()}=2026-12-31/30d", "--source", words(),
        "--note", words(), "--set", f"{words()}={words()}",
    ).out  # fmt: skip
    number = out.split()[0]
    other = crm.ok("add", name, "--email", f"{words()}@b.example", "--note", words()).out.split()[0]
    crm.ok("merge", number, other)
    crm.ok("consent", number, "--basis", "consent", "--source", words())
    crm.ok(
        "log",
        "complaint",
        number,
        words(),
        "--subject",
        words(),
        "--next",
        "friday",
        "--next-text",
        words(),
    )
    case = crm.ok("case", "list", "--ids").lines[-1]
    crm.ok("case", "wait", case)
    crm.ok("case", "close", case, words())
    crm.ok("remind", number, "tomorrow", words())
    crm.ok("snooze", number, "2026-04-01", "--reason", words())
    crm.ok("deal", "add", number, words(), "--amount", "12")
    crm.ok("view", "save", words(), f"email:{mail}")
    crm.ok("edit", number, "--note", words(), "--city", words())
    crm.ok("log", "call", number, words())
    crm.ok("undo")
    crm.ok("tag", number, words())
    crm.ok("undo")
    return int(number)


def fill(crm: Crm, number: int, words: Words) -> None:
    """Put a word of theirs into every column that takes one, twice, so that the history has the first."""
    with closing(connection.connect(str(crm.db), today=TODAY, tz="UTC")) as db:
        for _ in range(2):
            with Transaction(db, f"crm edit {words()}", "2026-03-02T09:00:00Z"):
                for table in set(TRACKED) - {"forgotten"}:
                    where = THEIRS.get(table, "contact_id = :id")
                    for row in db.execute(f"PRAGMA table_info({table})").fetchall():
                        column = row["name"]
                        fixed = (table, column) in (("company", "key"), ("saved_view", "query"))
                        if column in BOUND_COLUMNS or fixed or row["pk"]:
                            continue
                        ids = (
                            db.execute(f"SELECT rowid FROM {table} WHERE {where}", {"id": number})
                            if table != "contact_field"
                            else None
                        )
                        if ids is None:
                            db.execute(
                                "UPDATE contact_field SET value = ? WHERE contact_id = ?",
                                (words(), number),
                            )
                            continue
                        for (key,) in ids.fetchall():
                            db.execute(
                                f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (words(), key)
                            )


def added_rows(crm: Crm, number: int) -> None:
    """What the commands have no option for: a further address, an id of another system, a pair told apart."""
    with (
        closing(connection.connect(str(crm.db), today=TODAY, tz="UTC")) as db,
        Transaction(db, "crm import", "2026-03-02T09:00:00Z"),
    ):
        db.execute("INSERT INTO address (contact_id, position) VALUES (?, 1)", (number,))
        db.execute(
            "INSERT INTO external_id (noun, row_id, system, value) VALUES ('contact', ?, 's', 'v')",
            (number,),
        )
        db.execute("INSERT OR IGNORE INTO different VALUES (1, ?)", (number,))
        db.execute("INSERT INTO shown VALUES ('R201:' || ?, 'x', '2026-03-02')", (number,))


def exports(crm: Crm, query: str) -> list[str]:
    """All that is theirs, but from whom they were told apart."""
    texts = [
        crm.ok("export", query, "--as", noun, "--to", "jsonl").out
        for noun in ("contacts", "companies", "interactions", "deals", "followups")
    ]
    return [re.sub(r',"different":\[[^]]*\]', "", text) for text in texts]


@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_left(crm: Crm, seed: int) -> None:
    """No word of theirs is in any file; the words of all others are, and their exports are as before."""
    theirs, others = Words(seed), Words(1000 + seed)
    kept = enter(crm, others)
    gone = enter(crm, theirs)
    also = enter(crm, others)
    for number, words in ((kept, others), (gone, theirs), (also, others)):
        added_rows(crm, number)
        fill(crm, number, words)
    assert set(residue(theirs.made, crm.home)) == set(theirs.made)
    held = set(residue(others.made, crm.home))
    assert held == set(others.made)
    before = exports(crm, f"id:{kept},{also}")
    crm.ok("forget", str(gone), "--yes", "--backups")
    assert residue(theirs.made, crm.home) == {}
    assert set(residue(others.made, crm.home)) == held
    assert exports(crm, f"id:{kept},{also}") == before
    assert disagreements(str(crm.db)) == []
    crm.ok("history")
    crm.ok("history", str(kept))


class Life:
    """A book that fills at random, and whose words are whose."""

    def __init__(self, crm: Crm, seed: int) -> None:
        self.crm = crm
        self.dice = random.Random(seed)  # noqa: S311 - a test that repeats
        self.words: dict[int, Words] = {}
        self.told: dict[int, list[str]] = {}

    def new(self) -> None:
        """Somebody is typed in, or two come in by a file."""
        words = Words(self.dice.getrandbits(30))
        rows = [(f"{words()} {words()}", f"{words()}@x.example", words())]
        if self.dice.random() < 0.5:
            self.crm.ok("add", rows[0][0], "--email", rows[0][1], "--note", rows[0][2])
        else:
            other = Words(self.dice.getrandbits(30))
            rows.append((f"{other()} {other()}", f"{other()}@y.example", other()))
            text = "".join(f"{name},{mail},{note}\n" for name, mail, note in rows)
            self.crm.ok("import", "-", stdin=f"name,email,note\n{text}")
        for name, mail, note in rows:
            number = int(self.crm.ok("search", f"email:{mail}", "--ids").out)
            self.words[number] = Words(self.dice.getrandbits(30))
            self.told[number] = [*name.split(), mail, note]

    def one(self) -> int:
        return self.dice.choice(sorted(self.words))

    def change(self) -> None:
        """Something about one person."""
        number = self.one()
        word = self.words[number]()
        self.told[number].append(word)
        who = str(number)
        self.crm.ok(
            *self.dice.choice((
                ("edit", who, "--note", word), ("edit", who, "--city", word), ("log", "call", who, word, "--in"),
                ("tag", who, word), ("edit", who, "--set", f"{word}={word}"), ("remind", who, "tomorrow", word),
                ("deal", "add", who, word, "--amount", "5"), ("edit", who, "--email", f"{word}@z.example"),
                ("edit", who, "--company", word), ("consent", who, "--basis", "consent", "--source", word),
                ("snooze", who, "+30d", "--reason", word), ("log", "complaint", who, word),
            ))
        )  # fmt: skip

    def many(self) -> None:
        """Something about everybody, or about two."""
        one, two = self.one(), self.one()
        self.crm.ok(*self.dice.choice((
            ("tag", "--where", "id:1..", "everybody", "--yes"),
            ("log", "meeting", str(one), "--in", *(["--with", str(two)] if one != two else [])),
            ("edit", str(one), *(["--referred-by", str(two)] if one != two else ["--clear", "note"])),
        )))  # fmt: skip

    def merge(self, *, back: bool) -> None:
        """Two become one; perhaps that is taken back."""
        keep, other = self.one(), self.one()
        if keep == other:
            return
        self.crm.ok("merge", str(keep), str(other))
        if back:
            self.crm.ok("undo")
        else:
            del self.words[other]
            self.told[keep] += self.told.pop(other)

    def step(self) -> None:
        """Anything."""
        chance = self.dice.random()
        if chance < 0.15:
            self.new()
        elif chance < 0.8:
            self.change()
            if self.dice.random() < 0.25:
                self.crm.ok("undo")
                if self.dice.random() < 0.5:
                    self.crm.ok("redo")
        elif chance < 0.9:
            self.many()
        else:
            self.merge(back=self.dice.random() < 0.6)


@pytest.mark.parametrize("seed", range(3))
def test_at_any_time(crm: Crm, seed: int) -> None:
    """After whatever was typed, merged, undone and imported: the one is gone, the others are as they were."""
    life = Life(crm, seed)
    for _ in range(3):
        life.new()
    for _ in range(2):
        for _ in range(25):
            life.step()
        if len(life.words) < 2:
            life.new()
        gone = life.one()
        words = life.told.pop(gone)
        del life.words[gone]
        others = {word for told in life.told.values() for word in told}
        held = set(residue(others, crm.home))
        query = "id:" + ",".join(map(str, life.words))
        before = [
            re.sub(r'"referred_by":\{[^}]*\}', '"referred_by":null', text)
            for text in exports(crm, query)
        ]
        crm.ok("forget", str(gone), "--yes", "--backups")
        assert residue(words, crm.home) == {}
        assert set(residue(others, crm.home)) == held
        assert disagreements(str(crm.db)) == []
        crm.ok("doctor")
        assert len(exports(crm, query)[1]) <= len(before[1])
        crm.ok("edit", str(life.one()), "--city", "Brno")
        crm.ok("undo")
        assert disagreements(str(crm.db)) == []
