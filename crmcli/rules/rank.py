"""The order of the morning: the score of each finding, and of each person.

WEIGHTS is the one table of every weight, shape and gate; the ranking and the docs read it. Scores
are whole thousandths, each term rounded by itself, so the terms sum exactly.
"""

from __future__ import annotations

from datetime import timedelta

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

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
_FEW = 1000  # people that are named one by one
TERMS = ("late", "value", "severity", "promise", "age", "pin")

# Here the summaries are read themselves: their index has the values in order.
_WORTH = """
INSERT OR IGNORE INTO worth
SELECT contact_id, cume_dist() OVER (ORDER BY value) FROM contact_stats WHERE value > 0
UNION ALL
SELECT d.contact_id, cume_dist() OVER (ORDER BY sum(d.amount * coalesce(r.factor, 1.0) * d.probability))
FROM deals d LEFT JOIN rate r ON r.currency = d.currency
WHERE d.open AND d.amount > 0 AND d.contact_id IS NOT NULL
AND d.contact_id NOT IN (SELECT contact_id FROM contact_stats WHERE value > 0) GROUP BY d.contact_id
"""
_GATED = """
DELETE FROM finding WHERE code >= 'R' AND code < 'U' AND code NOT GLOB 'S*' AND (
  (last > :recent AND NOT (coalesce(beat, 9999) < :days AND due <= :until))
  OR (last IS NULL AND EXISTS (
    SELECT 1 FROM contacts c WHERE c.id = finding.contact_id
    AND c.channel IS NULL AND c.email IS NULL AND c.phone IS NULL AND c.address IS NULL)))
"""
_SCORED = f"""
CREATE TEMP VIEW scored AS
SELECT f.contact_id, f.code, f.ref, f.occurrence, f.due, f.more, f.severity AS grade,
  CAST(round({1000 * W["late"]} * min(1, max({W["late_least"]},
    {W["late_least"]} + {1 - W["late_least"]} * (coalesce(f.d, 0) + {W["late_ahead"]}) / {W["late_span"]}))) AS INTEGER) AS late,
  CAST(round({1000 * W["value"]} * coalesce(w.share, {W["value_unknown"]})) AS INTEGER) AS value,
  CAST({1000 * W["severity"]} * f.severity AS INTEGER) AS severity,
  iif(f.promise, {round(1000 * W["promise"])}, 0) AS promise,
  CAST(round({1000 * W["age"]} * min(1, max(0, (julianday(today()) - julianday(f.due)) / 365.25))) AS INTEGER) AS age,
  iif(f.contact_id IN (SELECT contact_id FROM tags WHERE key = 'pin'), {round(1000 * W["pin"])}, 0) AS pin
FROM finding f LEFT JOIN worth w ON w.contact_id = f.contact_id
WHERE f.silent IS NULL AND f.touch
"""
_TOTAL = " + ".join(TERMS)
_PEOPLE = f"""
SELECT contact_id, max({_TOTAL}) + {round(1000 * W["further"])} * min(count(*) - 1, {round(W["further_most"])}) AS score,
  max(grade) AS grade, count(*) OVER () AS people
FROM scored GROUP BY contact_id ORDER BY score DESC, min(due), contact_id
"""


def score(db: sqlite3.Connection, day: Day) -> None:
    """Make the TEMP VIEW ``scored`` of ``finding``, from which the gates take what they hold back."""
    db.execute("DROP VIEW IF EXISTS temp.scored")
    db.execute("DROP TABLE IF EXISTS temp.worth")
    db.execute("CREATE TEMP TABLE worth (contact_id INTEGER PRIMARY KEY, share REAL)")
    db.execute(_WORTH)
    recent = (day.today - timedelta(days=int(W["recent"]))).isoformat()
    db.execute(_GATED, {"recent": recent, "days": int(W["recent"]), "until": day.until.isoformat()})
    db.execute(_SCORED.replace("today()", f"'{day.today.isoformat()}'"))


def people(db: sqlite3.Connection, most: int | None = None) -> tuple[list[tuple[int, int]], int]:
    """Return ``(contact_id, score in thousandths)``, first things first, and how many there are.

    With ``most`` only that many, of which no more than three in ten are mere information.
    """
    chosen: list[tuple[int, int]] = []
    info = total = 0
    for contact_id, points, grade, total in db.execute(_PEOPLE):  # noqa: B007 - total is the same in each
        if most is not None:
            if len(chosen) == most:
                break
            info += grade <= 1
            if grade <= 1 and info > W["info_most"] * most / 10:
                continue
        chosen.append((contact_id, points))
    return chosen, total


def further(reasons: int) -> int:
    """What so many further reasons add, in thousandths."""
    return round(1000 * W["further"] * min(reasons, W["further_most"]))


def reasons(db: sqlite3.Connection, people: Iterable[int]) -> dict[int, list[sqlite3.Row]]:
    """The rows of ``scored`` of each of these people, the best first."""
    found: dict[int, list[sqlite3.Row]] = {number: [] for number in people}
    some = f" WHERE contact_id IN ({', '.join(map(str, found))})" if len(found) < _FEW else ""
    for row in db.execute(f"SELECT *, {_TOTAL} AS total FROM scored{some} ORDER BY total DESC, due, code, ref"):
        if row["contact_id"] in found:
            found[row["contact_id"]].append(row)
    return found
