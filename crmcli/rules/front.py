"""The front of a long list: who comes first, without finding everybody else.

In a book of a hundred thousand people tens of thousands may be due, and the first ten of them are
asked for every morning. Who can be among these is known before the rules run: what a score has at
most follows from the rules that may find somebody, and from the value, in whose order people are
already kept. So a first handful is found and ranked, and then only those are looked at whose most
reaches the score of the last one shown. The list is the same as of everybody.
"""

from __future__ import annotations

from itertools import islice

from crmcli.rules import engine, rank

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from datetime import date
    from typing import Any

    from crmcli.config import Config
    from crmcli.rules.base import Day, Rule

FEW = 2000  # people that rules may find, so few that they are all looked at
MANY = 1000  # people behind those shown who are no longer counted one by one
_FIRST = 400  # people of the first handful by value
_KNOWN = 50  # of the first handful by what else is known of them
_MOST = 10_000  # people to look at, beyond which looking at everybody is no slower

_SNOOZED = """
SELECT coalesce(s.contact_id, t.contact_id) FROM silences s LEFT JOIN tags t ON t.tag_id = s.tag_id
WHERE s.kind = 'snooze' AND s.until > :today
"""


def named(
    db: sqlite3.Connection, rules: Sequence[Rule], values: dict[str, dict[str, object]]
) -> set[int] | None:
    """Everybody whom the rules may find, None for more than FEW."""
    people: set[int] = set()
    for rule in rules:
        rows = db.execute(
            f"SELECT contact_id FROM ({rule.scout}) LIMIT {FEW + 1}", values[rule.code]
        )
        people.update(row[0] for row in rows)
        if len(people) > FEW:
            return None
    return people


class Front:
    """What is known of people before rules are run.

    Attributes:
        scouted: whom each of the rules that are not wide may find.
        special: the most that the score of these may be besides value; with them the pinned.
        plain: the same of everybody else.
        dealers: the points of value of people who have open deals and bought nothing.
        buyers: everybody who bought, the greatest value first, with the value.
        shares: of those of them who were looked at, the share of people of no greater value.
    """

    __slots__ = ("buyers", "dealers", "plain", "scouted", "shares", "special")

    def __init__(
        self,
        db: sqlite3.Connection,
        rules: Sequence[Rule],
        values: dict[str, dict[str, object]],
        today: date,
    ) -> None:
        wide = [rule for rule in rules if rule.wide]
        points = 0
        for rule in wide:
            since = values[rule.code].get(rule.since)
            points = max(
                points, rank.most(rule.severity, str(since)[:10] if since else None, today)
            )
        self.plain = points + rank.further(len(wide) - 1)
        self.scouted: dict[str, set[int]] = {}
        likely: dict[int, tuple[int, int]] = {}
        for rule in rules:
            if not rule.wide:
                self.scouted[rule.code] = _scout(db, rule, values[rule.code], today, likely)
        # Many have the same, so that is worked out once.
        bounds = {
            (most, count): max(points, most) + rank.further(count + len(wide) - 1)
            for most, count in set(likely.values())
        }
        self.special = {key: bounds[known] for key, known in likely.items()}
        for row in db.execute("SELECT contact_id FROM tags WHERE key = 'pin'"):
            self.special[row[0]] = self.special.get(row[0], self.plain) + rank.PIN
        self.dealers = {key: rank.value_points(share) for key, share in rank.dealers(db)}
        self.buyers = _plain_rows(
            db, "SELECT contact_id, value FROM summaries WHERE value > 0 ORDER BY value DESC"
        )
        self.shares: dict[int, float] = {}

    def _in_order(self) -> Iterator[tuple[int, float]]:
        """Yield ``(contact_id, share)`` of those who bought, the greatest first."""
        total = len(self.buyers)
        before, share = None, 0.0
        for place, (key, value) in enumerate(self.buyers):
            if value != before:
                before, share = value, (total - place) / total
            yield key, share

    def handful(self) -> set[int]:
        """Some who are likely to come first."""
        self.shares.update(islice(self._in_order(), _FIRST))
        found = set(self.shares)
        for known in (self.special, self.dealers):
            found.update(sorted(known, key=known.__getitem__, reverse=True)[:_KNOWN])
        return found

    def reaching(self, floor: int) -> set[int] | None:
        """Everybody whose score may reach ``floor``, None where they are not known or too many."""
        special, plain = self.special, self.plain
        if plain + rank.UNKNOWN >= floor:
            return None
        # Also those who bought or have deals: looked at without need, they do no harm.
        found = {key for key, most in special.items() if most + rank.UNKNOWN >= floor}
        found.update(
            key for key, value in self.dealers.items() if value + special.get(key, plain) >= floor
        )
        best = max(special.values(), default=plain)
        for key, share in self._in_order():
            points = rank.value_points(share)
            if points + best < floor:
                break
            if points + special.get(key, plain) >= floor:
                found.add(key)
                self.shares[key] = share
        return found if len(found) <= _MOST else None


def _scout(
    db: sqlite3.Connection,
    rule: Rule,
    values: dict[str, object],
    today: date,
    likely: dict[int, tuple[int, int]],
) -> set[int]:
    """Note in ``likely`` the most points of a finding and how many, of those whom the rule may find; return these."""
    known: dict[tuple[str | None, int], int] = {}
    people = set()
    for contact_id, due, promise in _plain_rows(
        db, f"SELECT contact_id, due, promise FROM ({rule.scout})", values
    ):
        points = known.get((due, promise))
        if points is None:
            points = known[due, promise] = rank.most(
                rule.severity, due, today, promise=bool(promise)
            )
        if contact_id in likely:
            most, count = likely[contact_id]
            likely[contact_id] = (max(most, points), count + 1)
        else:
            likely[contact_id] = (points, 1)
        people.add(contact_id)
    return people


def _plain_rows(
    db: sqlite3.Connection, sql: str, values: dict[str, object] | None = None
) -> list[tuple[Any, ...]]:
    """All rows as tuples, which cost half of what rows with names do."""
    cursor = db.cursor()
    cursor.row_factory = None
    return cursor.execute(sql, values or {}).fetchall()


def fill(
    db: sqlite3.Connection,
    config: Config,
    rules: Sequence[Rule],
    values: dict[str, dict[str, object]],
    day: Day,
    most: int,
) -> bool:
    """Leave in ``finding`` at least all of the first ``most`` people, scored.

    Returns:
        False where that is not so, or where no more than MANY wait behind them.
    """
    front = Front(db, rules, values, day.today)
    # A batch is one line for all of it, and what is put off is counted: these are needed whole.
    needed = {row[0] for row in db.execute(_SNOOZED, {"today": day.today.isoformat()})}
    for rule in rules:
        if "batch" in rule.gives:
            needed |= front.scouted[rule.code]

    def look(people: set[int]) -> None:
        among = {rule.code: people & front.scouted.get(rule.code, people) for rule in rules}
        engine.fill(db, config, rules, day, people=among, told=False, values=values)
        engine.collapse(db)
        rank.score(db, day, front.shares)

    look(front.handful() | needed)
    first, _ = rank.people(db, most)
    if len(first) < most:
        return False
    people = front.reaching(first[-1][1])
    if people is None:
        return False
    look(people | needed)
    return rank.more_than(db, day, rules, values, most + MANY)
