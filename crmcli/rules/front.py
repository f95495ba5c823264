"""The front of a long list: who comes first, without finding everybody else.

In a book of a hundred thousand people tens of thousands may be due, and the first ten of them are
asked for every morning. What somebody's score can be at most is known before the rules run: from
the value, in whose order people are kept, and from the summaries, of which each rule's ``hint``
says whether it may find them. So a handful who are likely to come first is found and ranked, and
then only those are looked at whose most reaches the score of the last one shown. The list is the
same as of everybody.

People stay in SQL until few are left: handing one over costs what ten more steps of SQLite do.
"""

from __future__ import annotations

from crmcli.rules import engine, rank

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from crmcli.config import Config
    from crmcli.rules.base import Day, Rule

FEW = 2000  # people that rules may find, so few that they are all looked at
_TOP = 5000  # people of each order of value from whom the handful is taken
_HANDFUL = 200  # how many of these, and of those whom a rule without a hint may find
_MOST = 20_000  # people to look at, beyond which looking at everybody is no slower
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
    for rule in _widest_first(rules):
        some = f"SELECT contact_id FROM ({rule.scout}) LIMIT {FEW + 1}"
        people |= _ids(db, some, values[rule.code])
        if len(people) > FEW:
            return None
    return people


def _widest_first(rules: Iterable[Rule]) -> list[Rule]:
    """Rules that may find many first, of these the one of cadences, so that what is many shows soon."""
    return sorted(rules, key=lambda rule: (rule.wide, rule.code), reverse=True)


def _ids(db: sqlite3.Connection, sql: str, values: dict[str, object]) -> set[int]:
    """The contact_id of all rows, handed over at once."""
    text = db.execute(f"SELECT group_concat(contact_id) FROM ({sql})", values).fetchone()[0]
    return set(map(int, text.split(","))) if text else set()


class Front:
    """What is known of people before rules are run.

    Attributes:
        values: what each rule's SELECTs bind, by code.
        points: of each rule, what its finding has at most besides value and pin.
        hints: by code, the rules that the summaries decide on; they use ``bound``.
        strong: the other rules that beat all these: whom they may find is looked at whatever the
            value. ``weak``: the rest. Whom either may find is in the TEMP TABLE ``scouted``.
        totals: how many people each order of value has.
    """

    __slots__ = ("bound", "db", "hints", "points", "several", "strong", "totals", "values", "weak")

    def __init__(
        self,
        db: sqlite3.Connection,
        rules: Sequence[Rule],
        values: dict[str, dict[str, object]],
        day: Day,
    ) -> None:
        self.db = db
        self.values = values
        self.totals = {order: rank.count(db, where) for order, where in rank.ORDERS}
        self.points = {
            rule.code: rank.most(rule, day, values[rule.code].get(rule.since)) for rule in rules
        }
        self.several = frozenset(rule.code for rule in rules if "ref" in rule.gives)
        self.bound: dict[str, object] = {}
        self.hints = {rule.code: self._own(rule) for rule in rules if rule.hint}
        plain = max((self.points[code] for code in self.hints), default=0)
        others = [rule.code for rule in rules if not rule.hint]
        self.strong = [code for code in others if self.points[code] > plain]
        self.weak = [code for code in others if self.points[code] <= plain]
        db.execute("CREATE TEMP TABLE scouted (code TEXT, contact_id INTEGER)")
        for rule in rules:
            if not rule.hint:
                db.execute(
                    f"INSERT INTO scouted SELECT '{rule.code}', contact_id FROM ({_scout(rule)})",
                    values[rule.code],
                )

    def _own(self, rule: Rule) -> str:
        """A rule's hint with names of its own for what it binds: another's may mean something else."""
        hint = f"({rule.hint})"
        for name in sorted(self.values[rule.code], key=len, reverse=True):  # no name within another
            if f":{name}" in hint:
                hint = hint.replace(f":{name}", f":{rule.code}_{name}")
                self.bound[f"{rule.code}_{name}"] = self.values[rule.code][name]
        return hint

    def _bounds(self) -> tuple[str, str]:
        """SQL over ``summaries s``: the most points of a finding of hinted rules, and how many there may be."""
        best, hits = ["0", "0"], ["0"]
        for code, hint in self.hints.items():
            best.append(f"iif({hint}, {self.points[code]}, 0)")
            hits.append(
                f"coalesce({hint}, 0)"
                + (f" * {rank.FURTHER_MOST + 1}" if code in self.several else "")
            )
        return f"max({', '.join(best)})", " + ".join(hits)

    def handful(self) -> set[int]:
        """Some who are likely to come first."""
        found = _ids(
            self.db,
            "SELECT contact_id FROM (SELECT contact_id, row_number() OVER (PARTITION BY code) AS place FROM scouted)"
            f" WHERE place <= {_HANDFUL}",
            {},
        )
        best, hits = self._bounds()
        for order, where in rank.ORDERS:
            top = f"SELECT * FROM summaries WHERE {where} ORDER BY {order} DESC LIMIT {_TOP}"
            some = f"SELECT contact_id FROM ({top}) s ORDER BY {_sum(best, hits, '0')} DESC, {order} DESC LIMIT {_HANDFUL}"
            found |= _ids(self.db, some, self.bound)
        return found

    def reaching(self, floor: int) -> set[int] | None:
        """Everybody whose score may reach ``floor``, None where they are not known or too many."""
        plain = [points for code, points in self.points.items() if code not in self.strong]
        most = max(plain, default=0)
        need = floor - most - rank.FURTHER * rank.FURTHER_MOST
        if need <= rank.UNKNOWN:
            return None
        strong = ", ".join(f"'{code}'" for code in self.strong)
        found = _ids(
            self.db,
            f"SELECT contact_id FROM tags WHERE key = 'pin' UNION SELECT contact_id FROM scouted WHERE code IN ({strong})",
            {},
        )
        for order, where in rank.ORDERS:
            found |= self._reaching(order, where, need, floor)
        return found if len(found) <= _MOST else None

    def _reaching(self, order: str, where: str, need: int, floor: int) -> set[int]:
        """Those of one order of value; ``need`` is what the value has to give at least."""
        total = self.totals[order]
        enough = rank.at_least(self.db, order, where, total, need)
        if enough is None:
            return set()
        worth, points = "", rank.MOST_VALUE
        while points - _STEP > need:
            points -= _STEP
            least = rank.at_least(self.db, order, where, total, points)
            worth += f" WHEN s.{order} >= {least} THEN {points + _STEP}"
        worth = f"CASE{worth} ELSE {points} END" if worth else str(points)
        best, hits = self._bounds()
        # Who has no finding that alone could be enough need not be added up.
        alone = floor - rank.MOST_VALUE - rank.FURTHER * rank.FURTHER_MOST
        hinted = " OR ".join(
            hint for code, hint in self.hints.items() if self.points[code] >= alone
        )
        weak = " ".join(f"WHEN '{code}' THEN {self.points[code]}" for code in self.weak)
        return _ids(
            self.db,
            f"WITH others AS MATERIALIZED (SELECT contact_id, max(CASE code {weak or 'WHEN 0 THEN 0'} END) AS best, count(*) AS hits"
            "   FROM scouted GROUP BY contact_id),"
            f" bounds AS MATERIALIZED (SELECT s.contact_id, max({best}, coalesce(o.best, 0)) AS best, {hits} + coalesce(o.hits, 0) AS hits,"
            f"   {worth} AS worth FROM summaries s LEFT JOIN others o ON o.contact_id = s.contact_id"
            f"   WHERE s.{order} >= :enough AND {where} AND (o.best >= {alone} OR {hinted or 'FALSE'}))"
            f" SELECT contact_id FROM bounds WHERE {_sum('best', 'hits', 'worth')} >= :floor",
            self.bound | {"enough": enough, "floor": floor},
        )

    def look(self, config: Config, rules: Sequence[Rule], day: Day, people: set[int]) -> None:
        """Find and score what the rules find about these people."""
        these = ", ".join(map(str, people))
        among: dict[str, set[int]] = {rule.code: set() for rule in rules}
        for code, text in self.db.execute(
            f"SELECT code, group_concat(contact_id) FROM scouted WHERE contact_id IN ({these}) GROUP BY code"
        ):
            among[code] = set(map(int, text.split(",")))
        held = " + ".join(
            f"(coalesce({hint}, 0) << {place})" for place, hint in enumerate(self.hints.values())
        )
        for contact_id, bits in self.db.execute(
            f"SELECT contact_id, {held or '0'} FROM summaries s WHERE contact_id IN ({these})",
            self.bound,
        ):
            for place, code in enumerate(self.hints):
                if bits >> place & 1:
                    among[code].add(contact_id)
        kept = [rule.code for rule in rules if "batch" in rule.gives]
        engine.fill(
            self.db, config, rules, day, people=among, told=False, values=self.values, kept=kept
        )
        rank.score(self.db, day)


def _scout(rule: Rule) -> str:
    """The scout of a rule; of one with batches what it found, as one line stands for a whole batch."""
    if "batch" in rule.gives:
        return f"SELECT contact_id FROM finding WHERE code = '{rule.code}' AND silent IS NULL"
    return rule.scout


def _sum(best: str, hits: str, worth: str) -> str:
    """SQL of the most that a score can be."""
    return f"{best} + {worth} + {rank.FURTHER} * min({rank.FURTHER_MOST}, max({hits} - 1, 0))"


def _batches(
    db: sqlite3.Connection,
    config: Config,
    rules: Sequence[Rule],
    day: Day,
    values: dict[str, dict[str, object]],
) -> None:
    """Leave in ``finding`` what rules with batches find, a large batch as one line.

    Which line stands for a batch depends on who is in it still when other rules have muted theirs.
    """
    batches = [rule for rule in rules if "batch" in rule.gives]
    codes = {rule.code for rule in batches}
    engine.fill(db, config, batches, day, told=False, values=values)
    people = _ids(db, "SELECT DISTINCT contact_id FROM finding", {})
    if people:
        muting = [
            rule for rule in rules if codes & {entry.partition(":")[0] for entry in rule.mutes}
        ]
        among = {rule.code: people for rule in muting}
        both = [*batches, *muting]
        engine.fill(db, config, both, day, people=among, told=False, values=values)
        engine.collapse(db)


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
    _batches(db, config, rules, day, values)
    front = Front(db, rules, values, day)
    # What is put off is counted.
    needed = _ids(db, _SNOOZED, {"today": day.today.isoformat()})
    front.look(config, rules, day, front.handful() | needed)
    first, _ = rank.people(db, most)
    if len(first) < most:
        return False
    people = front.reaching(first[-1][1])
    if people is None:
        return False
    front.look(config, rules, day, people | needed)
    return rank.more_than(db, day, _widest_first(rules), values=values, number=most + many)
