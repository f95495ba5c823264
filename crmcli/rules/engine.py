"""Running rules: their SELECTs fill the TEMP TABLE ``finding``; there they are muted and silenced.

Everything stays in SQL, so that a morning costs what its SELECTs cost, whatever the size of the
book, and the result is the same whatever the order of insertion.
"""

from __future__ import annotations

from datetime import date, timedelta

from crmcli.rules import functions, selection
from crmcli.rules.day import Day
from crmcli.rules.finding import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from crmcli.config import Config
    from crmcli.rules.base import Rule
    from crmcli.rules.selection import Catalogue

BATCH = 10  # findings of one batch that are one line

_TABLE = """
CREATE TEMP TABLE IF NOT EXISTS finding (
  code TEXT, touch INTEGER, contact_id INTEGER, ref TEXT, occurrence TEXT, due TEXT, d REAL,
  last TEXT, beat INTEGER, severity INTEGER, promise INTEGER, batch TEXT, target INTEGER, fix TEXT, message TEXT, news TEXT, silent TEXT, more INTEGER
)"""
_BASE = ("contact_id", "occurrence", "due")
_MATCH = """
(s.contact_id = finding.contact_id
  OR s.tag_id IN (SELECT tag_id FROM tags WHERE contact_id = finding.contact_id))
AND (s.rule = finding.code OR (s.rule IS NULL AND finding.touch))
AND CASE s.kind WHEN 'ack' THEN s.occurrence IS finding.occurrence WHEN 'snooze' THEN s.until > :today AND coalesce(finding.news, '') < s.created_at ELSE 1 END
"""
_SILENCE = f"""
UPDATE finding SET silent = coalesce((
  SELECT s.kind FROM silences s WHERE {_MATCH} ORDER BY s.kind = 'ignore' DESC, s.kind = 'snooze' DESC LIMIT 1), silent)
WHERE contact_id IN (
  SELECT contact_id FROM silences WHERE contact_id IS NOT NULL
  UNION SELECT t.contact_id FROM silences s JOIN tags t ON t.tag_id = s.tag_id)
"""
# Do-not-contact is a gate: who can be reached only where somebody marked so would be is not asked for either.
_BARRED = """
DELETE FROM finding WHERE code IN ({codes}) AND contact_id IN (SELECT f.contact_id FROM (SELECT DISTINCT contact_id FROM finding) f
  WHERE EXISTS (SELECT 1 FROM barred b WHERE b.contact_id = f.contact_id))
"""
_MUTE = """
UPDATE finding SET silent = 'muted' WHERE code = :code AND silent IS NULL AND coalesce(occurrence, '') GLOB :about
AND contact_id IN (SELECT contact_id FROM finding WHERE code = :by AND coalesce(silent, '') NOT IN ('ack', 'ignore'))
"""
_BATCHES = """
SELECT code, batch, min(contact_id) AS first, count(*) AS number FROM finding
WHERE batch IS NOT NULL AND silent IS NULL GROUP BY code, batch HAVING count(*) >= :least
"""


def day_of(
    db: sqlite3.Connection, config: Config, today: date, tz: str | None, *, ahead: int = 0
) -> Day:
    """The day as rules look at it; ``ahead`` days further where one looks ahead."""
    holidays = db.execute("SELECT date FROM holidays").fetchall()
    return Day(
        today,
        until=today + timedelta(days=ahead),
        tz=tz,
        off=config.days_off,
        holidays=frozenset([date.fromisoformat(row[0]) for row in holidays]),
        leap=config["leap"],
        region=config["owner.country"],
        required=config.table("required"),
        profile=config["profile"],
    )


def ready(
    db: sqlite3.Connection,
    config: Config,
    rules: Sequence[Rule],
    day: Day,
    people: Collection[int] | None = None,
) -> dict[str, dict[str, object]]:
    """Give the book what rules need; return the values that each rule's SELECT binds, by code.

    ``people`` are the only ones that will be looked at, None for everybody.

    Raises:
        ConfigError: a rule's option in the config is wrong.
    """
    functions.create(db, day)
    db.execute(_TABLE)
    options = selection.options(config, rules)
    for rule in rules:
        if rule.seek:
            rule.seek(db, day, people)
    return {rule.code: rule.bind(day, **options.get(rule.code, {})) for rule in rules}


def fill(
    db: sqlite3.Connection,
    config: Config,
    rules: Sequence[Rule],
    day: Day,
    *,
    people: set[int] | dict[str, set[int]] | None = None,
    told: bool = True,
    values: dict[str, dict[str, object]] | None = None,
    kept: Collection[str] = (),
) -> None:
    """Run the rules into the TEMP TABLE ``finding``, silenced ones marked.

    ``people`` are the only ones to look at, all rules or each its own by code, everybody by
    default; with ``told`` false the messages are left out. ``values`` is what ``ready`` gave;
    ``kept`` are codes of rules that ran before and whose findings stay.

    Raises:
        ConfigError: a rule's option in the config is wrong.
    """
    if values is None:
        only_these = None if isinstance(people, dict) else people
        values = ready(db, config, rules, day, only_these)
    stay = ", ".join(f"'{code}'" for code in kept)
    db.execute(f"DELETE FROM finding WHERE code NOT IN ({stay})")
    for rule in rules:
        if rule.code in kept:
            continue
        whom = people.get(rule.code) if isinstance(people, dict) else people
        if whom is not None and not whom:
            continue
        _run(db, rule, values[rule.code], whom, told=told)
    if db.execute("SELECT 1 FROM silent LIMIT 1").fetchone():
        asking = [f"'{rule.code}'" for rule in rules if rule.touch or not rule.action]
        db.execute(_BARRED.format(codes=", ".join(asking)))
    if db.execute("SELECT 1 FROM silences LIMIT 1").fetchone():
        db.execute(_SILENCE, {"today": day.today.isoformat()})
    _mute(db, rules)


def _mute(db: sqlite3.Connection, rules: Sequence[Rule]) -> None:
    """Mark what another rule says already.

    What is put off still mutes, else the same matter would be heard at once from the other rule;
    what was acknowledged or is ignored does not.
    """
    codes = {rule.code for rule in rules}
    for rule in rules:
        for entry in rule.mutes:
            code, _, about = entry.partition(":")
            if code in codes:
                db.execute(_MUTE, {"code": code, "by": rule.code, "about": about or "*"})


def _run(
    db: sqlite3.Connection,
    rule: Rule,
    values: dict[str, object],
    people: Collection[int] | None,
    *,
    told: bool,
) -> None:
    columns = [*_BASE, *(name for name in rule.gives if name != "severity")]
    picked = [*columns]
    if told:
        columns.append("message")
        picked.append("message")
    if "d" not in rule.gives:
        columns.append("d")
        picked.append("worked(due)")
    if rule.fix and "fix" not in rule.gives:
        columns.append("fix")
        picked.append(f"'{rule.fixes}'")
    severity = "severity" if "severity" in rule.gives else str(rule.severity)
    db.execute(
        f"INSERT INTO finding (code, touch, severity, {', '.join(columns)})"
        f" SELECT '{rule.code}', {int(rule.touch)}, {severity}, {', '.join(picked)} FROM ({rule.among(people)})",
        values,
    )


def collapse(db: sqlite3.Connection) -> None:
    """Make one line of the findings of a large batch: the first person's, for all."""
    for code, batch, first, number in db.execute(_BATCHES, {"least": BATCH}).fetchall():
        where = "WHERE code = ? AND batch = ? AND silent IS NULL"
        db.execute(f"DELETE FROM finding {where} AND contact_id <> ?", (code, batch, first))
        db.execute(f"UPDATE finding SET more = ? {where}", (number - 1, code, batch))


def only(db: sqlite3.Connection, sql: str, params: Sequence[object]) -> None:
    """Leave in ``finding`` only people for whom a condition over ``contacts c`` holds."""
    db.execute("DROP TABLE IF EXISTS temp.asked")
    db.execute("CREATE TEMP TABLE asked (contact_id INTEGER PRIMARY KEY)")
    db.execute(f"INSERT INTO asked SELECT c.id FROM contacts c WHERE {sql}", params)
    db.execute("DELETE FROM finding WHERE contact_id NOT IN (SELECT contact_id FROM asked)")


def read(db: sqlite3.Connection, catalogue: Catalogue) -> Iterator[Finding]:
    """Yield what ``finding`` holds and is not silenced, by code and person."""
    for row in db.execute(
        "SELECT * FROM finding WHERE silent IS NULL ORDER BY code, contact_id, ref"
    ):
        yield _made(row, catalogue.name_of(row["code"]))


def _made(row: sqlite3.Row, name: str) -> Finding:
    code: str = row["code"]
    number = row["contact_id"]
    message = row["message"]
    if row["more"]:
        message = f"{message}; {row['more']} more like it"
    return Finding(
        code,
        name,
        number,
        row["ref"] or f"{code}:{number}",
        severity=row["severity"],
        message=message,
        more=row["more"] or 0,
        target=row["target"],
        batch=row["batch"] if row["more"] else None,
        fix=row["fix"],
    )


def findings(
    db: sqlite3.Connection, catalogue: Catalogue, *, today: date, tz: str | None, contact_id: int
) -> list[Finding]:
    """What the rules find about one person, what is silenced left out."""
    day = day_of(db, catalogue.config, today, tz)
    fill(db, catalogue.config, catalogue.selected(), day, people={contact_id})
    return list(read(db, catalogue))


def line(
    db: sqlite3.Connection,
    config: Config,
    rule: Rule,
    contact_id: int,
    *,
    today: date,
    tz: str | None,
    silent: str | None = None,
) -> list[tuple[int, str]]:
    """Return ``(contact_id, occurrence)`` of all that one line of the list stands for, that person first.

    More than one where it is the line of a large batch; empty where the rule finds nothing. With
    ``silent`` the line that was there before it was silenced that way.
    """
    people = None if "batch" in rule.gives else {contact_id}
    fill(db, config, [rule], day_of(db, config, today, tz), people=people, told=False)
    rows = db.execute(
        "SELECT f.contact_id, f.occurrence FROM finding me JOIN finding f"
        " ON f.contact_id = me.contact_id OR f.batch = me.batch"
        " WHERE me.contact_id = ? AND me.silent IS ? AND f.silent IS ? ORDER BY f.contact_id",
        (contact_id, silent, silent),
    ).fetchall()
    if len(rows) < BATCH or rows[0][0] != contact_id:
        rows = [row for row in rows if row[0] == contact_id]
    return [(row[0], row[1]) for row in rows]


def muted(
    db: sqlite3.Connection,
    config: Config,
    rule: Rule,
    others: Sequence[Rule],
    contact_id: int,
    *,
    today: date,
    tz: str | None,
) -> list[tuple[str, str]]:
    """Return ``(code, occurrence)`` of what the others would say on one person, were it not for the rule."""
    day = day_of(db, config, today, tz)
    fill(db, config, [rule, *others], day, people={contact_id}, told=False)
    rows = db.execute("SELECT code, occurrence FROM finding WHERE silent = 'muted' ORDER BY code")
    return [(row["code"], row["occurrence"]) for row in rows]


def fill_found(
    db: sqlite3.Connection,
    codes: Sequence[str],
    catalogue: Catalogue,
    *,
    today: date,
    tz: str | None,
) -> None:
    """Fill the TEMP TABLE ``found (code, name, contact_id)`` for queries with ``rule:``.

    ``codes`` are codes, prefixes and names; an empty one means all.

    Raises:
        UsageError: there is no such rule.
    """
    words = [] if "" in codes else codes
    rules = catalogue.selected(words)
    fill(db, catalogue.config, rules, day_of(db, catalogue.config, today, tz), told=False)
    db.execute("DROP TABLE IF EXISTS temp.found")
    db.execute("CREATE TEMP TABLE found (code TEXT, name TEXT, contact_id INTEGER)")
    for rule in rules:
        db.execute(
            "INSERT INTO found SELECT DISTINCT code, ?, contact_id FROM finding WHERE code = ? AND silent IS NULL",
            (rule.name, rule.code),
        )
    db.execute("DROP TABLE temp.finding")


def ignored(db: sqlite3.Connection, codes: Iterable[str]) -> list[sqlite3.Row]:
    """Ignores of these rules: rule, contact_id, name, tag, reason, created_at and ``findings``.

    The last is how many in ``finding`` each of them silences, everybody looked at.
    """
    marks = ", ".join(f"'{code}'" for code in codes)
    db.execute("CREATE INDEX IF NOT EXISTS temp.finding_person ON finding (contact_id, code)")
    return db.execute(
        "SELECT s.rule, s.contact_id, (SELECT name FROM contacts WHERE id = s.contact_id) AS name, s.tag, s.reason, s.created_at,"
        " (SELECT count(*) FROM finding WHERE code = s.rule AND contact_id = s.contact_id)"
        " + (SELECT count(*) FROM finding WHERE code = s.rule AND contact_id IN (SELECT contact_id FROM tags WHERE tag_id = s.tag_id)) AS findings"
        f" FROM silences s WHERE s.kind = 'ignore' AND s.rule IN ({marks}) ORDER BY s.rule, s.id"
    ).fetchall()
