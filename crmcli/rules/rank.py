"""The order of the morning: the score of each finding, and of each person.

WEIGHTS is the one table of every weight, shape and gate; the ranking and the docs read it. Scores
are whole thousandths, each term rounded by itself, so the terms sum exactly.
"""

from __future__ import annotations

from datetime import date, timedelta

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from crmcli.rules.base import Day, Rule

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

PIN = round(1000 * W["pin"])
MOST_VALUE = round(1000 * W["value"])
FURTHER, FURTHER_MOST = round(1000 * W["further"]), round(W["further_most"])
UNKNOWN = round(1000 * W["value"] * W["value_unknown"])

# The two orders of value: of those who bought, and by what their deals may bring of those who did not.
ORDERS = (("value", "value > 0"), ("pipeline", "pipeline IS NOT NULL AND value <= 0"))
_FOUND = """
SELECT f.contact_id, s.{order} FROM (SELECT DISTINCT contact_id FROM finding) f CROSS JOIN summaries s
WHERE s.contact_id = f.contact_id AND {where} ORDER BY s.{order} DESC
"""
_HELD = """(
  (last > :recent AND NOT (coalesce(beat, 9999) < :days AND due <= :until))
  OR (last IS NULL AND EXISTS (
    SELECT 1 FROM contacts c WHERE c.id = finding.contact_id
    AND c.channel IS NULL AND c.address IS NULL
    AND NOT EXISTS (SELECT 1 FROM emails e WHERE e.contact_id = c.id AND e.dead_on IS NULL)
    AND NOT EXISTS (SELECT 1 FROM phones p WHERE p.contact_id = c.id AND p.dead_on IS NULL))))
"""
_COUNTED = """
SELECT count(*) FROM (
  SELECT 1 FROM (SELECT contact_id, due, {last} AS last, {beat} AS beat FROM ({sql})) finding
  WHERE {held} IS NOT TRUE AND contact_id NOT IN (
    SELECT contact_id FROM silences WHERE contact_id IS NOT NULL
    UNION SELECT t.contact_id FROM silences s JOIN tags t ON t.tag_id = s.tag_id)
  {welcome}
  LIMIT {most})
"""
_WELCOME = "AND NOT EXISTS (SELECT 1 FROM barred b WHERE b.contact_id = finding.contact_id)"
_SCORED = f"""
CREATE TEMP VIEW IF NOT EXISTS scored AS
SELECT f.contact_id, f.code, f.ref, f.occurrence, f.due, f.target, f.batch, f.message, f.more, f.severity AS grade,
  CAST(round({1000 * W["late"]} * min(1, max({W["late_least"]},
    {W["late_least"]} + {1 - W["late_least"]} * (coalesce(f.d, 0) + {W["late_ahead"]}) / {W["late_span"]}))) AS INTEGER) AS late,
  CAST(round({1000 * W["value"]} * coalesce(w.share, {W["value_unknown"]})) AS INTEGER) AS value,
  CAST({1000 * W["severity"]} * f.severity AS INTEGER) AS severity,
  iif(f.promise, {round(1000 * W["promise"])}, 0) AS promise,
  CAST(round({1000 * W["age"]} * coalesce(min(1, max(0, (julianday(today()) - julianday(f.due)) / 365.25)), 0)) AS INTEGER) AS age,
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


def create(db: sqlite3.Connection, day: Day) -> None:
    """Make what ``score`` fills; before other statements, as SQLite would prepare those anew."""
    db.execute("CREATE TEMP TABLE IF NOT EXISTS worth (contact_id INTEGER PRIMARY KEY, share REAL)")
    db.execute(_SCORED.replace("today()", f"'{day.today.isoformat()}'"))


def score(db: sqlite3.Connection, day: Day) -> None:
    """Make ``scored`` the view of ``finding``, from which the gates take what they hold back."""
    db.execute(
        f"DELETE FROM finding WHERE code >= 'R' AND code < 'U' AND code NOT GLOB 'S*' AND {_HELD}",
        _gate(day),
    )
    db.execute("DELETE FROM worth")
    for order, where in ORDERS:
        _weigh(db, order, where)


def _gate(day: Day) -> dict[str, object]:
    recent = (day.today - timedelta(days=int(W["recent"]))).isoformat()
    return {"recent": recent, "days": int(W["recent"]), "until": day.until.isoformat()}


def _weigh(db: sqlite3.Connection, order: str, where: str) -> None:
    """Note the share of those found in one of ORDERS: their place there, without reading it all."""
    found = db.execute(_FOUND.format(order=order, where=where)).fetchall()
    if not found:
        return
    total = count(db, where)
    worth, greater, before = [], 0, 2**63 - 1
    for contact_id, value in found:
        if value != before:
            # The + keeps SQLite from planning anew for each value.
            greater += db.execute(
                f"SELECT count(*) FROM summaries WHERE {order} > +? AND {order} <= ? AND {where}",
                (value, before),
            ).fetchone()[0]
            before = value
        worth.append((contact_id, (total - greater) / total))
    db.executemany("INSERT INTO worth VALUES (?, ?)", worth)


def count(db: sqlite3.Connection, where: str) -> int:
    """How many people one of ORDERS has."""
    number: int = db.execute(f"SELECT count(*) FROM summaries WHERE {where}").fetchone()[0]
    return number


def at_least(db: sqlite3.Connection, order: str, where: str, total: int, points: int) -> int | None:
    """What one has in one of ORDERS, of ``total`` people, who has so many points of value.

    Never more than that, rather a little less; None where nobody has so many.
    """
    share = (points - 0.5) / (1000 * W["value"])
    if share > 1 or not total:
        return None
    ahead = min(int(total * (1 - share)) + 1, total - 1) if share > 0 else total - 1
    row = db.execute(
        f"SELECT {order} FROM summaries WHERE {where} ORDER BY {order} DESC LIMIT 1 OFFSET ?",
        (ahead,),
    ).fetchone()
    number: int = row[0]
    return number


def most(rule: Rule, day: Day, since: object) -> int:
    """What a finding of a rule has at most besides value and pin, in thousandths.

    ``since`` is a date or an instant that no due date of it comes before, None where there is none.
    """
    age = 1.0
    if since is not None:
        age = min((day.today - date.fromisoformat(str(since)[:10])).days / 365.25, 1.0)
    promise = W["promise"] if "promise" in rule.gives else 0
    points = W["late"] + W["severity"] * rule.severity + promise + W["age"] * max(age, 0.0)
    return int(1000 * points) + 1  # one more, for the rounding of each term


def most_of(rule: Rule, day: Day, points: int, due: str, d: str) -> str:
    """SQL of what a finding has at most of these ``points``, given SQL of its ``due`` and its ``d``.

    As in ``most`` one more for the rounding of each term; what is NULL there is at the most.
    """
    least, ahead, span = W["late_least"], W["late_ahead"], W["late_span"]
    late = f"{W['late']} * (1 - min(1, max({least}, {least} + {1 - least} * ({d} + {ahead}) / {span})))"
    old = f"max(0, (julianday('{day.today.isoformat()}') - julianday({due})) / 365.25)"
    age = f"{W['age']} * (1 - min(1, {old}))" if not rule.since else "0"
    return f"min({points}, {points} + 2 - CAST(1000 * (coalesce({late}, 0) + coalesce({age}, 0)) AS INTEGER))"


def more_than(
    db: sqlite3.Connection,
    day: Day,
    rules: Iterable[Rule],
    *,
    values: dict[str, dict[str, object]],
    number: int,
) -> bool:
    """Whether one of the rules that find many finds more people than that, counting no further."""
    welcome = _WELCOME if db.execute("SELECT 1 FROM silent LIMIT 1").fetchone() else ""
    for rule in rules:
        if rule.wide:
            held = _HELD if "R" <= rule.code < "U" and rule.code[0] != "S" else "NULL"
            names = {name: name if name in rule.gives else "NULL" for name in ("last", "beat")}
            sql = _COUNTED.format(
                sql=rule.among(None), held=held, welcome=welcome, most=number + 1, **names
            )
            if db.execute(sql, values[rule.code] | _gate(day)).fetchone()[0] > number:
                return True
    return False


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


def findings(db: sqlite3.Connection) -> sqlite3.Cursor:
    """Every row of ``scored``, the highest ``total`` first."""
    return db.execute(
        f"SELECT *, {_TOTAL} AS total FROM scored ORDER BY total DESC, due, contact_id, code, ref"
    )


def further(reasons: int) -> int:
    """What so many further reasons add, in thousandths."""
    return round(1000 * W["further"] * min(reasons, W["further_most"]))


def reasons(db: sqlite3.Connection, people: Iterable[int]) -> dict[int, list[sqlite3.Row]]:
    """The rows of ``scored`` of each of these people, the best first."""
    found: dict[int, list[sqlite3.Row]] = {number: [] for number in people}
    some = f" WHERE contact_id IN ({', '.join(map(str, found))})" if len(found) < _FEW else ""
    for row in db.execute(
        f"SELECT *, {_TOTAL} AS total FROM scored{some} ORDER BY total DESC, due, code, ref"
    ):
        if row["contact_id"] in found:
            found[row["contact_id"]].append(row)
    return found
