"""Why an item of the morning stands where it does, and why one does not stand there."""

from __future__ import annotations

from crmcli.rules import engine, morning, rank
from crmcli.rules.base import SEVERITIES
from crmcli.values import money

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from crmcli.rules.base import Day, Rule
    from crmcli.rules.handles import Handle
    from crmcli.rules.selection import Catalogue

_BEHIND = """
SELECT f.d, f.promise, w.share, coalesce(s.value, 0) AS value, s.pipeline / 100 AS pipeline
FROM finding f LEFT JOIN worth w ON w.contact_id = f.contact_id LEFT JOIN summaries s ON s.contact_id = f.contact_id
WHERE f.contact_id = :contact_id AND f.code = :code AND f.ref IS :ref AND f.occurrence IS :occurrence
"""
_SILENT = """
SELECT s.kind, s.rule, s.tag, s.until, s.reason FROM silences s
WHERE s.kind = :kind AND coalesce(s.rule, :code) = :code
  AND (s.contact_id = :id OR s.tag_id IN (SELECT tag_id FROM tags WHERE contact_id = :id))
  AND (s.kind <> 'snooze' OR s.until > :today)
ORDER BY s.id DESC LIMIT 1
"""


def terms(
    db: sqlite3.Connection, catalogue: Catalogue, handle: str
) -> list[tuple[str, float, str]] | None:
    """Return ``(term, points, meaning)`` of the score of one item, the sum last; None if not there.

    Reads what ``morning.prepare`` left. The best reason of a person carries what the further ones
    add.
    """
    row = db.execute(
        "SELECT contact_id FROM scored WHERE coalesce(ref, code || ':' || contact_id) = ?",
        (handle,),
    ).fetchone()
    if row is None:
        return None
    reasons = rank.reasons(db, [row["contact_id"]])[row["contact_id"]]
    mine = next(reason for reason in reasons if morning.handle_of(reason) == handle)
    meanings = _facts(db, mine, len(reasons) - 1)
    points = [(term, mine[term]) for term in rank.TERMS]
    if mine is reasons[0]:
        points.append(("further", rank.further(len(reasons) - 1)))
    points.append(("score", sum(number for _, number in points)))
    meanings["score"] = f"the sum, for {catalogue.name_of(mine['code'])}"
    return [(term, number / 1000, meanings[term]) for term, number in points]


def _facts(db: sqlite3.Connection, mine: sqlite3.Row, further: int) -> dict[str, str]:
    """What of this person and item each term of its score stands for."""
    days, promise, share, value, pipeline = db.execute(_BEHIND, dict(mine)).fetchone()
    days = round(days or 0)
    if days > 0:
        late = f"{days} working day{'s' if days > 1 else ''} late"
    else:
        late = f"{-days} working days ahead of its day" if days else "due today, or without a day"
    if mine["code"].startswith("R"):
        late += ", as its cadence counts"
    if share is None:
        worth = "no purchases of 24 months and no open deals, which counts as 30 %"
    else:
        what, units = ("net of 24 months", value) if value > 0 else ("open deals", pipeline)
        place = f"top {max(1, round(100 * (1 - share)))} %" if share > 0.5 else f"no less than {share:.0%} of people"  # fmt: skip
        worth = f"{place} by {what}: {money.show(units, None)}"
    return {
        "late": late,
        "value": worth,
        "severity": f"a rule of severity {SEVERITIES[mine['grade']]}",
        "promise": "it was promised" if promise else "nothing was promised",
        "age": f"due since {mine['due']}" if mine["age"] else "not due for long",
        "pin": "tagged pin" if mine["pin"] else "not tagged pin",
        "further": f"{further} further reason{'' if further == 1 else 's'}, of which {rank.FURTHER_MOST} count at most",
    }


def why_not(
    db: sqlite3.Connection,
    catalogue: Catalogue,
    which: Handle,
    rules: Sequence[Rule],
    day: Day,
    *,
    asked: bool,
) -> str:
    """Say why an item is not in the list that ``morning.prepare`` left.

    ``asked`` where that had a condition on the people. Leaves other things there.
    """
    code, contact_id = which.code, which.contact_id
    name = f"{code}:{contact_id}"
    if which.follow_up is not None:
        row = db.execute("SELECT * FROM follow_ups WHERE id = ?", (which.follow_up,)).fetchone()
        if row is None:
            return f"there is no follow-up F{which.follow_up}"
        said = _waiting(row, day)
        if said:
            return said
        code = "F102" if row["source"] == "promise" else "F101"
        contact_id, name = row["contact_id"], f"F{row['id']}"
    person = db.execute("SELECT * FROM contacts WHERE id = ?", (contact_id,)).fetchone()
    if person is None:
        return f"there is no contact {contact_id}"
    whom = f"{contact_id} {person['name']}"
    if person["archived_at"]:
        return f"{whom} is archived; crm unarchive {contact_id} brings reminders back"
    if person["do_not_contact"]:
        return f"{whom} is marked do-not-contact"
    row = db.execute("SELECT by_name FROM barred WHERE contact_id = ?", (contact_id,)).fetchone()
    if row is not None:
        return f"{whom} can be reached only where {row['by_name']} is too, who is marked do-not-contact; crm edit {contact_id} --email, where they have one of their own"
    if not any(rule.code == code for rule in rules):
        if catalogue.is_touch(code):
            return f"{code} {catalogue.name_of(code)} is not among the rules asked for"
        return f"{code} {catalogue.name_of(code)} asks for tidying up: crm check --select {code}"
    if (
        asked
        and not db.execute("SELECT 1 FROM asked WHERE contact_id = ?", (contact_id,)).fetchone()
    ):
        return f"{whom} is not among those that --where asks for"
    return f"{name} is not in the list: {_held(db, catalogue, name, rules, day, code, person)}"


def _waiting(row: sqlite3.Row, day: Day) -> str:
    """What the follow-up itself waits for, empty for nothing."""
    name = f"F{row['id']}"
    if row["done_at"]:
        return f"{name} was done on {row['done_at'][:10]}"
    if (row["snoozed_until"] or "") > day.until.isoformat():
        why = f" ({row['snooze_reason']})" if row["snooze_reason"] else ""
        return f"{name} is snoozed until {row['snoozed_until']}{why}; crm snooze {name} --wake"
    if row["due"][:10] > day.until.isoformat() and row["source"] != "promise":
        return f"{name} is due on {row['due'].replace('T', ' ')}"
    return ""


def _held(
    db: sqlite3.Connection,
    catalogue: Catalogue,
    name: str,
    rules: Sequence[Rule],
    day: Day,
    code: str,
    person: sqlite3.Row,
) -> str:
    """What holds it back, by running the rules on this person alone."""

    def find(some: Sequence[Rule]) -> sqlite3.Row | None:
        engine.fill(db, catalogue.config, some, day, people={person["id"]}, told=False)
        rows = db.execute("SELECT * FROM finding WHERE code = ?", (code,)).fetchall()
        return next((row for row in rows if morning.handle_of(row) == name), None)

    if find([catalogue.get(code)]) is None:
        return f"{catalogue.name_of(code)} has nothing to say on {person['name']} now"
    row = find(rules)
    if row is None or row["silent"] == "muted":
        louder = [
            rule.code
            for rule in rules
            if any(entry.partition(":")[0] == code for entry in rule.mutes)
            and db.execute("SELECT 1 FROM finding WHERE code = ?", (rule.code,)).fetchone()
        ]
        return f"{' and '.join(louder)} says more on {person['name']}"
    if row["silent"]:
        values = {"kind": row["silent"], "code": code, "id": person["id"]}
        return _silence(db.execute(_SILENT, values | {"today": day.today.isoformat()}).fetchone())
    rank.score(db, day)
    if db.execute("SELECT 1 FROM scored WHERE code = ?", (code,)).fetchone():
        return "it stands behind the line of its batch"
    if person["last"]:
        return (
            f"touched on {person['last']}; rules R and T wait for {rank.W['recent']} days after one"
        )
    return f"there is no way to reach {person['name']}"


def _silence(row: sqlite3.Row) -> str:
    how = {
        "ack": "done, until it comes up again",
        "snooze": f"snoozed until {row['until']}",
        "ignore": "ignored",
    }[row["kind"]]
    on = f" on +{row['tag']}" if row["tag"] else ""
    why = f" ({row['reason']})" if row["reason"] else ""
    whole = ", like all else on them" if row["kind"] == "snooze" and not row["rule"] else ""
    return f"{how}{on}{why}{whole}"
