"""Random books: people with anything that a rule, a gate or a term of the score looks at.

People are made first and written then, so that the same book can be written in any order.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from crmcli.db import connection, migrations
from crmcli.rules import engine
from crmcli.store import settings

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from crmcli.config import Config
    from crmcli.rules.base import Rule

TODAY = date(2026, 3, 2)
AT = "2026-03-02T08:00:00Z"
TAGS = ("pin", "vip", "quiet", "newsletter")
# What makes every rule run. Three cadences, so that the shortest wins.
CONFIG = """
profile = "eu"
[cadence.tags]
vip = 20
quiet = 300
[required]
customer = ["phone"]
[kinds]
newsletter = { touch = false }
"""
_STAGES = ("new", "qualified", "proposal", "proposal", "negotiation")
_TALKS = (
    ("call", None), ("call", "out"), ("call", "in"), ("email", "in"), ("email", "in"), ("email", "out"),
    ("message", "out"), ("meeting", None), ("visit", "in"), ("note", None), ("newsletter", "out"),
)  # fmt: skip
_KINDS = ("wedding", "name day", "renewal", "subscription", "lease")
Row = dict[str, Any]


def day(chance: random.Random, most: int, least: int = 0) -> date:
    return TODAY - timedelta(days=chance.randint(least, most))


def instant(chance: random.Random, on: date) -> str:
    """At a time, around midnight too; or only the day is known."""
    clock = chance.choice(
        ["T12:00Z", "T12:00Z", "T12:00:00Z", "T09:30:00Z", "T23:40:00Z", "T00:10:00Z"]
    )
    return f"{on}{clock}"


def somebody(chance: random.Random, number: int, buyers: float) -> dict[str, Any]:
    """Rows by table, and what the person is; nothing of it depends on an id."""
    who: dict[str, Any] = {"contact": _contact(chance, number)}
    who["company"] = chance.choice([None, None, None, f"C{number % 7}"])
    who["referred_by"] = chance.random() < 0.03
    mail = number if chance.random() < 0.96 else max(number - 1, 1)
    some = chance.random()
    who["email"] = [
        {"position": 0, "address": f"a{mail}@{chance.choice(['acme.example', 'gmial.com'])}", "key": str(mail),
         "dead_on": chance.choice([None] * 9 + ["2026-01-10"]), "verified_on": chance.choice([None, None, "2025-12-01"])}
    ] if some < 0.8 else []  # fmt: skip
    who["phone"] = [
        {"position": 0, "number": chance.choice([f"+4860012{number:04}", "12 34"]), "key": f"60012{number:04}",
         "dead_on": chance.choice([None] * 9 + ["2026-01-10"])}
    ] if some > 0.5 else []  # fmt: skip
    who["tags"] = [tag for tag in TAGS if chance.random() < 0.05]
    who["consent"] = [{"basis": "consent", "given_on": "2024-05-01", "withdrawn_on": "2025-05-01"}] * (chance.random() < 0.05)  # fmt: skip
    who["key_date"] = [_key_date(chance) for _ in range(chance.choice([0, 0, 0, 1, 2]))]
    who["follow_up"] = [_follow_up(chance) for _ in range(chance.choice([0, 0, 0, 1, 1, 2, 4]))]
    who["deal"] = [_deal(chance, place) for place in range(chance.choice([0, 0, 0, 0, 1, 2]))]
    who["talks"] = _talks(chance)
    if chance.random() < buyers:
        who["talks"] += _orders(chance, number)
    return who


def _contact(chance: random.Random, number: int) -> Row:
    added = chance.choice([date(2026, 2, 20), day(chance, 40), day(chance, 1500)])
    soon = TODAY + timedelta(days=chance.randint(-9, 5))
    return {
        "uid": f"u{number}",
        "name": chance.choice([f"P{number} Nowak"] * 20 + [f"P{number} NOWAK"]),
        "key": "",
        "lifecycle": chance.choice(
            ["lead", "prospect", "customer", "customer", "loyal", "lapsed", "other"]
        ),
        "cadence": chance.choice([None, None, 7, 30]),
        "birthday": chance.choice(
            [None, None, f"1984-{soon:%m-%d}", f"--{soon:%m-%d}", "--02-29", "--07-01"]
            + ["2027-01-01"] * (chance.random() < 0.1)
        ),
        "channel": chance.choice([None, None, "call", "message"]),
        "address": chance.choice([None, None, None, "Rynek 1"]),
        "source": chance.choice([None, "fair", "bought list"]),
        "do_not_contact": int(chance.random() < 0.03),
        "created_at": f"{added}T09:00:00Z",
        "updated_at": AT,
        "archived_at": chance.choice([None] * 30 + [AT]),
    }


def _key_date(chance: random.Random) -> Row:
    kind = chance.choice(_KINDS)
    on = TODAY + timedelta(
        days=chance.choice([-400, -40, -1, 0, 2, 3, 8, 20, 31, 60, 61, 100, 200])
    )
    if kind in ("wedding", "name day"):
        on = TODAY + timedelta(days=chance.randint(-5, 5))
        text = chance.choice([f"{on.year - 3}-{on:%m-%d}", f"--{on:%m-%d}", str(on), "2020-02-29"])
        return {"kind": kind, "date": text, "notice": None}
    text = chance.choice([str(on), str(on), f"--{on:%m-%d}"])
    return {
        "kind": kind,
        "date": text,
        "notice": chance.choice([30, 90]) if kind == "lease" else None,
    }


def _follow_up(chance: random.Random) -> Row:
    due = str(
        TODAY - timedelta(days=chance.choice([chance.randint(-30, 500), chance.randint(-4, 4)]))
    )
    return {
        "due": due + chance.choice(["", "", "", "T14:30"]),
        "text": chance.choice(["call", "write"]),
        "snoozed_until": chance.choice([None] * 8 + ["2026-03-01", "2026-03-09"]),
        "source": chance.choice(["remind", "remind", "promise"]),
        "created_at": chance.choice([AT, "2025-06-01T08:00:00Z"]),
    }


def _deal(chance: random.Random, place: int) -> Row:
    """Several of one person never fall on one day: of such the book's first would be named."""

    def some(most: int) -> date:
        return TODAY - timedelta(days=2 * chance.randint(0, most // 2) + place)

    amount = chance.choice([0, 100, 100, 500])
    done = chance.choice([None] * 6 + [AT])
    return {
        "title": f"offer {chance.randint(1, 10**9)}",
        "stage": chance.choice(_STAGES),
        "amount": amount,
        "currency": "EUR",
        "close": chance.choice(
            [None, str(some(chance.choice([60, 400]))), f"2026-05-0{place + 1}"]
        ),
        "stage_since": f"{some(chance.choice([6, 20, 60, 700]))}T12:00Z",
        "quoted_on": chance.choice([None, None, None, str(some(20))]),
        "valid_until": chance.choice(
            [None, None, f"2026-03-0{place + 3}", f"2026-02-2{place + 4}", "2026-04-01"]
        ),
        "won_at": done,
        "created_at": AT,
        "updated_at": AT,
        "of_company": chance.random() < 0.15,
    }


def _talks(chance: random.Random) -> list[Row]:
    """What was said, some of it at the same instant; tries without an answer; complaints."""
    found: list[Row] = []
    for _ in range(chance.choice([0, 1, 1, 3])):
        kind, direction = chance.choice(_TALKS)
        on = day(chance, chance.choice([8, 20, 100, 200, 900]))
        found.append({"kind": kind, "direction": direction, "at": instant(chance, on)})
    if chance.random() < 0.15:
        last = chance.choice([0, 2, 8, 30])
        kind = chance.choice(["email", "email", "call"])
        for number in range(chance.choice([2, 3, 4, 5])):
            on = TODAY - timedelta(days=last + number)
            found.append({"kind": kind, "direction": "out", "at": instant(chance, on)})
    if chance.random() < 0.15:
        on = day(chance, chance.choice([4, 12, 40]))
        closed = on + timedelta(days=chance.randint(0, 3))
        ended = {"closed_at": f"{min(closed, TODAY)}T11:00:00Z"} if chance.random() < 0.5 else None
        waits = [{"since_at": f"{on}T18:00:00Z", "until_at": None}] * (chance.random() < 0.2)
        found.append({
            "kind": "complaint", "direction": chance.choice([None, "in"]), "at": instant(chance, on),
            "text": f"broken {chance.randint(1, 10**9)}", "ended": ended, "waits": waits,
        })  # fmt: skip
    if chance.random() < 0.02:
        found.append({"kind": "call", "direction": None, "at": "2026-06-01T12:00Z"})
    return found


def _orders(chance: random.Random, number: int) -> list[Row]:
    """One order, or a rhythm of them; some of one day, for the same money, sent back."""
    value = chance.choice([100, 500, number, number])
    last = chance.choice(
        [day(chance, 6), day(chance, 100), day(chance, 800), day(chance, 366, 334)]
    )
    gap, count = chance.choice([7, 20, 30, 60, 120]), chance.choice([1, 1, 2, 5, 6])
    days = [
        last - timedelta(days=gap * place + chance.choice([0, 0, 1, 3])) for place in range(count)
    ]
    days += [days[0]] * (chance.random() < 0.1)
    found = [{"kind": "purchase", "direction": None, "at": instant(chance, on), "amount": value} for on in days]  # fmt: skip
    if chance.random() < 0.15:
        back = {"kind": "return", "direction": None, "at": instant(chance, min(last + timedelta(days=3), TODAY)), "amount": chance.choice([value, value // 2])}  # fmt: skip
        found.append(back)
    return found


def second_entries(people: list[dict[str, Any]], chance: random.Random) -> set[str]:
    """Have some share their only e-mail or phone with somebody not to be contacted; return their uids."""
    silent = [who for who in people if who["contact"]["do_not_contact"]]
    found = set()
    for who in people:
        if silent and not who["contact"]["do_not_contact"] and chance.random() < 0.2:
            other = chance.choice(silent)
            who["email"], who["phone"] = [{"position": 0, "address": "x@x.example", "key": f"of {other['contact']['uid']}"}], []  # fmt: skip
            other["email"] = who["email"]
            found.add(who["contact"]["uid"])
    return found


def write(
    config: Config, people: Iterable[dict[str, Any]], order: random.Random, *, tz: str = "UTC"
) -> sqlite3.Connection:
    """A book of these people, what belongs to each of them in the order of chance."""
    db = connection.connect(":memory:", today=TODAY, tz=tz)
    migrations.migrate(db)
    with connection.Transaction(db, "crm test", AT):
        settings.sync(db, config, TODAY)
        for name in order.sample(TAGS, len(TAGS)):
            _insert(db, "tag", {"name": name, "key": name})
        rest: list[tuple[int, str, Row]] = []
        for who in people:
            number = _insert(
                db, "contact", who["contact"] | {"company_id": _company(db, who["company"])}
            )
            for table in ("email", "phone", "consent", "key_date", "follow_up", "deal"):
                rest += [(number, table, row) for row in who[table]]
            rest += [(number, "interaction", row) for row in who["talks"]]
            rest += [(number, "contact_tag", {"name": name}) for name in who["tags"]]
            if who["referred_by"]:
                db.execute("UPDATE contact SET referred_by = id WHERE id = ?", (number,))
        for number, table, row in order.sample(rest, len(rest)):
            _belonging(db, number, table, row)
    return db


def _company(db: sqlite3.Connection, name: str | None) -> int | None:
    if name is None:
        return None
    row = db.execute("SELECT id FROM company WHERE key = ?", (name,)).fetchone()
    values = {"uid": name, "name": name, "key": name, "created_at": AT, "updated_at": AT}
    return int(row[0]) if row else _insert(db, "company", values)


def _belonging(db: sqlite3.Connection, number: int, table: str, row: Row) -> None:
    if table == "contact_tag":
        db.execute(
            "INSERT INTO contact_tag SELECT ?, id FROM tag WHERE name = ?", (number, row["name"])
        )
        return
    if table == "interaction":
        own = {key: row[key] for key in row if key not in ("ended", "waits")}
        key = _insert(db, table, own | {"uid": _uid(db), "currency": "EUR"})
        _insert(db, "participant", {"contact_id": number, "interaction_id": key})
        if row.get("ended"):
            _insert(db, "complaint", row["ended"] | {"id": key})
        for wait in row.get("waits", ()):
            _insert(db, "complaint_wait", wait | {"complaint_id": key})
        return
    values = row | {"contact_id": number}
    if table == "deal" and values.pop("of_company"):
        company = db.execute("SELECT company_id FROM contact WHERE id = ?", (number,)).fetchone()[0]
        if company:
            values |= {"contact_id": None, "company_id": company}
    if table in ("follow_up", "deal"):
        values["uid"] = _uid(db)
    _insert(db, table, values)


def _uid(db: sqlite3.Connection) -> str:
    uid: str = db.execute("SELECT hex(randomblob(8))").fetchone()[0]
    return uid


def _insert(db: sqlite3.Connection, table: str, row: Row) -> int:
    marks = ", ".join("?" * len(row))
    cursor = db.execute(
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values())
    )
    return cursor.lastrowid or 0


def hush(
    db: sqlite3.Connection,
    config: Config,
    rules: Iterable[Rule],
    seed: int,
    *,
    share: float = 0.1,
    tz: str = "UTC",
) -> None:
    """Acknowledge, snooze or ignore some of what the rules find, and whole people and a tag.

    By person and rule, not by what else is found nor in which order.
    """
    engine.fill(db, config, list(rules), engine.day_of(db, config, TODAY, tz), told=False)
    found = db.execute(
        "SELECT c.uid, f.code, f.contact_id, f.occurrence FROM finding f JOIN contact c ON c.id = f.contact_id"
        " WHERE f.ref IS NULL"
    ).fetchall()
    with connection.Transaction(db, "crm test", AT):
        for uid, code, number, occurrence in found:
            chance = random.Random(f"{seed} {uid} {code}")  # noqa: S311 - repeatable on purpose
            if chance.random() < share:
                kind = chance.choice(["ack", "ack", "snooze", "ignore"])
                until = chance.choice(["2026-02-20", "2026-03-20"]) if kind == "snooze" else None
                rule = None if kind == "snooze" and chance.random() < 0.3 else code
                what = {
                    "kind": kind,
                    "rule": rule,
                    "contact_id": number,
                    "until": until,
                    "created_at": AT,
                }
                _insert(db, "silence", what | {"occurrence": occurrence if kind == "ack" else None})
        if seed % 3 == 0:
            tag = db.execute("SELECT id FROM tag WHERE name = 'quiet'").fetchone()[0]
            _insert(
                db, "silence", {"kind": "ignore", "rule": "R201", "tag_id": tag, "created_at": AT}
            )


def people(seed: int, number: int, buyers: float) -> list[dict[str, Any]]:
    """So many people by chance."""
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    return [somebody(chance, place, buyers) for place in range(1, number + 1)]
