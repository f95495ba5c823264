"""Who may be entered twice: the TEMP TABLE ``twin``, which the rule Q705 reads.

candidates.py names the pairs to look at, evidence.py judges each. Of a pair the later entry is found, and
of its earlier ones the best.
"""

from __future__ import annotations

from functools import partial

from crmcli.rules import evidence
from crmcli.rules.candidates import LEAST, SEVERAL, all_pairs, pairs_of
from crmcli.rules.evidence import Entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator

    from crmcli.rules.base import Day

_FEW = 50  # people, up to which each is looked up by itself
_HELD = 5_000  # entries kept at hand

_TABLES = """
CREATE TEMP TABLE IF NOT EXISTS twin (
  contact_id INTEGER, target INTEGER, alike REAL, rank INTEGER, differing INTEGER, score INTEGER, sure INTEGER, reason TEXT,
  PRIMARY KEY (contact_id, target)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS temp.twin_target ON twin(target);
CREATE TEMP TABLE IF NOT EXISTS twin_pair (one INTEGER, two INTEGER, PRIMARY KEY (one, two)) WITHOUT ROWID;
DELETE FROM temp.twin;
DELETE FROM temp.twin_pair
"""
# By company, birthday or city an entry may be like several who are not like each other: then it is one of
# them at most, and only the most like of all is found, if there is one.
_OTHER = """
SELECT 1 FROM (SELECT target AS other, score FROM temp.twin WHERE contact_id = t.{0} UNION ALL SELECT contact_id, score FROM temp.twin WHERE target = t.{0}) o
WHERE o.other <> t.{1} AND o.score >= t.score AND NOT EXISTS (
  SELECT 1 FROM temp.twin p WHERE p.contact_id = max(o.other, t.{1}) AND p.target = min(o.other, t.{1}))
"""
_DOUBTFUL = f"""
SELECT contact_id, target FROM temp.twin t WHERE rank >= {evidence.DOUBTFUL} AND (differing > 1
  OR EXISTS ({_OTHER.format("contact_id", "target")}) OR EXISTS ({_OTHER.format("target", "contact_id")}))
"""


def seek(db: sqlite3.Connection, day: Day, people: Collection[int] | None) -> None:
    """Fill ``twin`` with what is found of ``people``, None for everybody."""
    del day
    for statement in _TABLES.split(";"):
        db.execute(statement)
    at_once = not db.in_transaction
    if at_once:
        db.execute("BEGIN")
    try:
        if people is None or len(people) > _FEW:
            _look(db, all_pairs(db))
        else:
            _look(db, (pair for number in people for pair in pairs_of(db, number)))
            # Whether they are the most like is known when those whom they are like were looked at.
            asked = "SELECT contact_id FROM temp.twin UNION SELECT target FROM temp.twin"
            others = {row[0] for row in db.execute(asked)}.difference(people)
            _look(db, [pair for number in others for pair in pairs_of(db, number)])
        doubtful = db.execute(_DOUBTFUL).fetchall()
        db.executemany("DELETE FROM temp.twin WHERE contact_id = ? AND target = ?", doubtful)
    finally:
        if at_once:
            db.execute("COMMIT")


def _look(db: sqlite3.Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """Judge pairs ``(later, earlier)`` into ``twin``."""
    db.execute("DELETE FROM temp.twin_pair")
    db.executemany("INSERT OR IGNORE INTO temp.twin_pair VALUES (?, ?)", pairs)
    db.execute(
        "DELETE FROM temp.twin_pair WHERE EXISTS"
        " (SELECT 1 FROM differing d WHERE d.contact_id = two AND d.other_id = one)"
    )
    _judge_all(db)


def _judge_all(db: sqlite3.Connection) -> None:
    """Fill ``twin`` from ``twin_pair``."""
    known: dict[int, Entry] = {}

    def entry(number: int) -> Entry:
        if number not in known:
            if len(known) >= _HELD:
                known.clear()
            row = db.execute(f"{evidence.SQL} WHERE c.id = ?", (number,)).fetchone()
            known[number] = Entry(row)
        return known[number]

    def verdicts() -> Iterator[tuple[object, ...]]:
        for later, earlier in db.execute("SELECT one, two FROM temp.twin_pair"):
            one, two = entry(later), entry(earlier)
            verdict = evidence.judge(
                one,
                two,
                sharers=partial(_sharers, db, one, two),
                bearers=partial(_bearers, db, one, two),
                least=LEAST,
            )
            if verdict:
                told = (verdict.differing, verdict.score, verdict.sure, verdict.text)
                yield (later, earlier, verdict.likeness, verdict.rank, *told)

    db.executemany("INSERT OR IGNORE INTO temp.twin VALUES (?, ?, ?, ?, ?, ?, ?, ?)", verdicts())


def _sharers(db: sqlite3.Connection, one: Entry, two: Entry) -> int:
    """How many have the e-mail that two entries share, 0 where they share none."""
    shared = one.emails & two.emails
    return min(
        (
            db.execute(
                "SELECT count(DISTINCT contact_id) FROM emails WHERE key = ?", (key,)
            ).fetchone()[0]
            for key in shared
        ),
        default=0,
    )


def _bearers(db: sqlite3.Connection, one: Entry, two: Entry) -> int:
    """How many have the name that two entries share, in their city where both have one.

    More than a few where they share none.
    """
    if one.key != two.key:
        return SEVERAL + 1
    place = " AND city = ?" if one.city and two.city else ""
    sql = f"SELECT count(*) FROM names WHERE key = ?{place}"
    return int(db.execute(sql, (one.key, one.city) if place else (one.key,)).fetchone()[0])
