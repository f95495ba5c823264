"""The front of a long list: who comes first, without finding everybody else.

In a book of a hundred thousand people tens of thousands may be due, and the first ten of them are
asked for every morning. Who can be among these is known before the rules run: what a score has at
most follows from the rules that may find somebody, and from the value, in whose order people are
already kept. So a first handful is found and ranked, and then only those are looked at whose most
reaches the score of the last one shown. The list is the same as of everybody.

People stay in SQL until few are left: handing one over costs what ten more steps of SQLite do.
"""

from __future__ import annotations

from crmcli.rules import engine, rank

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from crmcli.config import Config
    from crmcli.rules.base import Day, Rule

FEW = 2000  # people that rules may find, so few that they are all looked at
_FIRST = 400  # people of the first handful by value
_KNOWN = 50  # of the first handful by what else is known of them
_MOST = 10_000  # people to look at, beyond which looking at everybody is no slower
_STEP = 500  # thousandths of a score between two values that are looked up

_SNOOZED = """
SELECT coalesce(s.contact_id, t.contact_id) AS contact_id
FROM silences s LEFT JOIN tags t ON t.tag_id = s.tag_id WHERE s.kind = 'snooze' AND s.until > :today
"""


def named(
    db: sqlite3.Connection, rules: Sequence[Rule], values: dict[str, dict[str, object]]
) -> set[int] | None:
    """Everybody whom the rules may find, None for more than FEW."""
    people: set[int] = set()
    for rule in rules:
        some = f"SELECT contact_id FROM ({rule.scout}) LIMIT {FEW + 1}"
        people |= _ids(db, some, values[rule.code])
        if len(people) > FEW:
            return None
    return people


def _ids(db: sqlite3.Connection, sql: str, values: dict[str, object]) -> set[int]:
    """The contact_id of all rows, handed over at once."""
    text = db.execute(f"SELECT group_concat(contact_id) FROM ({sql})", values).fetchone()[0]
    return set(map(int, text.split(","))) if text else set()


class Front:
    """What is known of people before rules are run.

    The TEMP TABLE ``scouted`` has whom each rule that is not wide may find, with the most points
    of that finding; ``likely`` by person what their score is at most without the value, also of
    those with the tag pin. Everybody else has at most ``plain``.
    """

    __slots__ = ("db", "plain", "totals")

    def __init__(
        self,
        db: sqlite3.Connection,
        rules: Sequence[Rule],
        values: dict[str, dict[str, object]],
        day: Day,
    ) -> None:
        self.db = db
        self.totals = {order: rank.count(db, where) for order, where in rank.ORDERS}
        today = {"today": day.today.isoformat()}
        db.execute("CREATE TEMP TABLE scouted (code TEXT, contact_id INTEGER, points INTEGER)")
        db.execute("CREATE TEMP TABLE likely (contact_id INTEGER PRIMARY KEY, points INTEGER)")
        wide = [0]
        for rule in rules:
            known = values[rule.code] | today
            if "batch" in rule.gives:
                # One line stands for all of a batch: these findings are there already.
                db.execute(
                    f"INSERT INTO scouted SELECT code, contact_id, {rank.most(rule.severity, 'due')}"
                    " FROM finding WHERE code = :code AND silent IS NULL",
                    known | {"code": rule.code},
                )
            elif rule.wide:
                since = f"substr(:{rule.since}, 1, 10)" if rule.since else "NULL"
                wide.append(
                    db.execute(f"SELECT {rank.most(rule.severity, since)}", known).fetchone()[0]
                )
            else:
                points = rank.most(rule.severity, "due", promise="promise")
                db.execute(
                    f"INSERT INTO scouted SELECT '{rule.code}', contact_id, {points} FROM ({rule.scout})",
                    known,
                )
        others = len(wide) - 2  # further ones beside one of the wide rules
        self.plain = max(wide) + rank.further(others)
        db.execute(
            "INSERT INTO likely SELECT contact_id, max(:wide, max(points))"
            f" + {rank.FURTHER} * min(count(*) + :others, {rank.FURTHER_MOST}) FROM scouted GROUP BY contact_id",
            {"wide": max(wide), "others": others},
        )
        db.execute(
            "INSERT INTO likely SELECT contact_id, :plain + :pin FROM tags WHERE key = 'pin'"
            " ON CONFLICT DO UPDATE SET points = max(points, :plain) + :pin",
            {"plain": self.plain, "pin": rank.PIN},
        )

    def handful(self) -> set[int]:
        """Some who are likely to come first."""
        found = _ids(self.db, f"SELECT * FROM likely ORDER BY points DESC LIMIT {_KNOWN}", {})
        for (order, where), most in zip(rank.ORDERS, (_FIRST, _KNOWN), strict=True):
            first = (
                f"SELECT contact_id FROM summaries WHERE {where} ORDER BY {order} DESC LIMIT {most}"
            )
            found |= _ids(self.db, first, {})
        return found

    def reaching(self, floor: int) -> set[int] | None:
        """Everybody whose score may reach ``floor``, None where they are not known or too many."""
        if self.plain + rank.UNKNOWN >= floor:
            return None
        # Also those with value: looked at without need, they do no harm.
        some = f"SELECT contact_id FROM likely WHERE points + {rank.UNKNOWN} >= :floor"
        found = _ids(self.db, some, {"floor": floor})
        # How much value is needed differs from one to the other, but not much.
        steps = [
            row[0]
            for row in self.db.execute(
                f"SELECT DISTINCT max(:floor - points, 0) / {_STEP} FROM likely", {"floor": floor}
            )
        ]
        for order, where in rank.ORDERS:
            total = self.totals[order]
            enough = rank.at_least(self.db, order, where, total, floor - self.plain)
            if enough is not None:
                some = f"SELECT contact_id FROM summaries WHERE {order} >= :enough AND {where}"
                found |= _ids(self.db, some, {"enough": enough})
            needs = {
                step: rank.at_least(self.db, order, where, total, step * _STEP) for step in steps
            }
            whens = "".join(
                f" WHEN {step} THEN {need}" for step, need in needs.items() if need is not None
            )
            if whens:
                least = min(need for need in needs.values() if need is not None)
                some = (
                    f"SELECT s.contact_id FROM summaries s CROSS JOIN likely l WHERE s.{order} >= {least} AND {where}"
                    f" AND l.contact_id = s.contact_id AND s.{order} >= CASE max(:floor - points, 0) / {_STEP}{whens} END"
                )
                found |= _ids(self.db, some, {"floor": floor})
        return found if len(found) <= _MOST else None

    def look(
        self,
        config: Config,
        rules: Sequence[Rule],
        values: dict[str, dict[str, object]],
        day: Day,
        people: set[int],
    ) -> None:
        """Find and score what the rules find about these people."""
        among = {rule.code: people for rule in rules}
        for rule in rules:
            if not rule.wide:
                some = "SELECT contact_id FROM scouted WHERE code = :code"
                among[rule.code] = people & _ids(self.db, some, {"code": rule.code})
        kept = [rule.code for rule in rules if "batch" in rule.gives]
        engine.fill(self.db, config, rules, day, people=among, told=False, values=values, kept=kept)
        rank.score(self.db, day)


def fill(
    db: sqlite3.Connection,
    config: Config,
    rules: Sequence[Rule],
    day: Day,
    *,
    values: dict[str, dict[str, object]],
    most: int,
    many: int,
) -> bool:
    """Leave in ``finding`` at least all of the first ``most`` people, scored.

    Returns:
        False where that is not so, or where no more than ``many`` wait behind them.
    """
    batches = [rule for rule in rules if "batch" in rule.gives]
    engine.fill(db, config, batches, day, told=False, values=values)
    engine.collapse(db)
    front = Front(db, rules, values, day)
    # What is put off is counted.
    needed = _ids(db, _SNOOZED, {"today": day.today.isoformat()})
    front.look(config, rules, values, day, front.handful() | needed)
    first, _ = rank.people(db, most)
    if len(first) < most:
        return False
    people = front.reaching(first[-1][1])
    if people is None:
        return False
    front.look(config, rules, values, day, people | needed)
    return rank.more_than(db, day, rules, values=values, number=most + many)
