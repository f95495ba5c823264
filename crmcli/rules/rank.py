"""The order of the morning: the score of each finding, and of each person.

WEIGHTS is the one table of every weight, shape and gate; the ranking and the docs read it. Scores
are whole thousandths, each term rounded by itself, so the terms sum exactly.
"""

from __future__ import annotations

from datetime import timedelta

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from crmcli.rules.base import Day

# name, number, meaning
WEIGHTS: tuple[tuple[str, float, str], ...] = (
    ("late", 12, "weight of lateness: late_least + (1 - late_least) * (d + late_ahead) / late_span, from late_least to 1; d is working days overdue, for a cadence 14 (elapsed / cadence - 1)"),
    ("late_least", 0.2, "lateness of what is far from due"),
    ("late_ahead", 14, "working days before it is due that lateness starts to grow"),
    ("late_span", 21, "working days in which it grows to 1"),
    ("value", 6, "weight of value: the share of people whose net purchases of 24 months are no greater; of open deals by amount and probability where nothing was bought"),
    ("value_unknown", 0.3, "value of people without purchases or deals"),
    ("severity", 1, "weight of severity: info 1, warn 3, due 6, error 8"),
    ("promise", 3, "added to what was promised"),
    ("age", 1, "added for each year that it has been due, at most one"),
    ("pin", 1, "added to people with the tag pin"),
    ("further", 1, "added for each further reason"),
    ("further_most", 3, "further reasons that count"),
    ("recent", 14, "gate: days since a touch in which rules R and T are not heard; the cadence, where that is shorter"),
    ("info_most", 3, "gate: rows in ten that are of no more than severity info"),
)  # fmt: skip
W = {name: number for name, number, _ in WEIGHTS}
TERMS = ("late", "value", "severity", "promise", "age", "pin")

_WORTH = """
CREATE TEMP TABLE worth AS
SELECT id AS contact_id, cume_dist() OVER (ORDER BY value) AS share FROM contacts WHERE value > 0
UNION ALL
SELECT contact_id, cume_dist() OVER (ORDER BY sum(d.amount * coalesce(r.factor, 1.0) * d.probability))
FROM deals d JOIN contacts c ON c.id = d.contact_id LEFT JOIN rate r ON r.currency = d.currency
WHERE d.open AND d.amount > 0 AND coalesce(c.value, 0) <= 0 GROUP BY contact_id
"""
_GATED = """
DELETE FROM finding WHERE substr(code, 1, 1) IN ('R', 'T') AND contact_id IN (
  SELECT id FROM contacts c WHERE c.id = finding.contact_id AND (
    (c.last > :recent AND NOT (c.beat < :days AND c.stale_on <= :until))
    OR (c.last IS NULL AND c.channel IS NULL AND c.email IS NULL AND c.phone IS NULL AND c.address IS NULL)))
"""
_SCORED = f"""
CREATE TEMP TABLE scored AS
SELECT f.rowid AS finding, f.contact_id, f.code, f.ref, f.occurrence, f.due, f.more, f.severity AS grade,
  CAST(round({1000 * W["late"]} * min(1, max({W["late_least"]},
    {W["late_least"]} + {1 - W["late_least"]} * (coalesce(f.d, 0) + {W["late_ahead"]}) / {W["late_span"]}))) AS INTEGER) AS late,
  CAST(round({1000 * W["value"]} * coalesce(w.share, {W["value_unknown"]})) AS INTEGER) AS value,
  CAST({1000 * W["severity"]} * f.severity AS INTEGER) AS severity,
  iif(f.promise, {round(1000 * W["promise"])}, 0) AS promise,
  CAST(round({1000 * W["age"]} * min(1, max(0, (julianday(:today) - julianday(f.due)) / 365.25))) AS INTEGER) AS age,
  iif(f.contact_id IN (SELECT contact_id FROM tags WHERE key = 'pin'), {round(1000 * W["pin"])}, 0) AS pin
FROM finding f LEFT JOIN worth w ON w.contact_id = f.contact_id
WHERE f.silent IS NULL AND f.touch
"""
_PEOPLE = f"""
SELECT contact_id, max({" + ".join(TERMS)}) + {round(1000 * W["further"])} * min(count(*) - 1, {round(W["further_most"])}) AS score,
  max(grade) AS grade
FROM scored GROUP BY contact_id ORDER BY score DESC, min(due), contact_id
"""


def score(db: sqlite3.Connection, day: Day) -> None:
    """Fill the TEMP TABLE ``scored`` from ``finding``, what the gates hold back left out."""
    for table in ("worth", "scored"):
        db.execute(f"DROP TABLE IF EXISTS temp.{table}")
    db.execute(_WORTH)
    recent = (day.today - timedelta(days=int(W["recent"]))).isoformat()
    db.execute(_GATED, {"recent": recent, "days": int(W["recent"]), "until": day.until.isoformat()})
    db.execute(_SCORED, {"today": day.today.isoformat()})


def people(db: sqlite3.Connection, most: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield ``(contact_id, score in thousandths)``, first things first.

    With ``most`` only that many, of which no more than three in ten are mere information.
    """
    info = shown = 0
    for contact_id, total, grade in db.execute(_PEOPLE):
        if most is not None:
            if shown == most:
                return
            if grade <= 1:
                info += 1
                if info > W["info_most"] * most / 10:
                    continue
        shown += 1
        yield contact_id, total


def further(reasons: int) -> int:
    """What so many further reasons add, in thousandths."""
    return round(1000 * W["further"] * min(reasons, W["further_most"]))


def count(db: sqlite3.Connection) -> int:
    """How many people ``scored`` holds."""
    return int(db.execute("SELECT count(DISTINCT contact_id) FROM scored").fetchone()[0])


def reasons(db: sqlite3.Connection, contact_id: int) -> list[sqlite3.Row]:
    """The rows of ``scored`` of one person, the best first."""
    total = " + ".join(TERMS)
    return db.execute(
        f"SELECT *, {total} AS total FROM scored WHERE contact_id = ? ORDER BY total DESC, due, code, ref",
        (contact_id,),
    ).fetchall()
