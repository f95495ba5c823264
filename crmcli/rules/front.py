"""The front of a long list: who comes first, without finding everybody else.

In a book of a hundred thousand people tens of thousands may be due, and the first ten of them are
asked for every morning. What somebody's score can be at most is known before the rules run: from
the value, in whose order people are kept, and from the summaries, of which each rule's ``hint``
says whether it may find them, and its ``due`` and ``d`` how late. So a handful who are likely to come
first is found and ranked, and then only those are looked at whose most reaches the score of the last
one shown, a few at a time, as that score rises. The list is the same as of everybody.

People stay in SQL until few are left: handing one over costs what ten more steps of SQLite do.
"""

from __future__ import annotations

from crmcli.rules import base, engine, rank

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from crmcli.config import Config
    from crmcli.rules.base import Day, Rule

FEW = 2000  # people that rules may find, so few that they are all looked at
_TOP = 1000  # people of each order of value from whom the handful is taken
_HANDFUL = 100  # how many of these, and of those whom a rule without a hint may find
_MOST = 20_000  # people to look at, beyond which looking at everybody is no slower
_STEP = 300  # people who are looked at at once, four times as many each time
_SURE = 10**9  # more than any score

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
        hints: by code, the rules that the summaries decide on; they use ``bound``. ``exact``: SQL of
            the points that a finding of theirs has at most, where there is one. ``firms``: SQL of who
            is asked of the deals of a company.
        strong: the other rules that beat all these: whom they may find is looked at whatever the
            value. ``weak``: the rest. Whom either may find is in the TEMP TABLE ``scouted``.
        totals: how many people each order of value has.
    """

    __slots__ = (
        "bound",
        "db",
        "exact",
        "firms",
        "hints",
        "points",
        "several",
        "strong",
        "totals",
        "values",
        "weak",
    )

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
        # Worked out once, and not in each hint; in most books there are none.
        db.execute("CREATE TEMP TABLE of_company (contact_id INTEGER PRIMARY KEY)")
        db.execute(
            "INSERT OR IGNORE INTO of_company SELECT person_id FROM deals WHERE open AND contact_id IS NULL AND person_id IS NOT NULL"
        )
        some = db.execute("SELECT 1 FROM of_company LIMIT 1").fetchone()
        self.firms = "s.contact_id IN (SELECT contact_id FROM of_company)" if some else "FALSE"
        self.hints = {rule.code: f"({self._own(rule, rule.hint)})" for rule in rules if rule.hint}
        self.exact = {code: str(self.points[code]) for code in self.hints}
        for rule in rules:
            if rule.hint and rule.d:
                due, d = self._own(rule, rule.due or "NULL"), self._own(rule, rule.d)
                self.exact[rule.code] = rank.most_of(rule, day, self.points[rule.code], due, d)
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

    def _own(self, rule: Rule, sql: str) -> str:
        """SQL of a rule with names of its own for what it binds: another's may mean something else."""
        for name in sorted(self.values[rule.code], key=len, reverse=True):  # no name within another
            if f":{name}" in sql:
                sql = sql.replace(f":{name}", f":{rule.code}_{name}")
                self.bound[f"{rule.code}_{name}"] = self.values[rule.code][name]
        return sql.replace(base.OF_COMPANY, self.firms)

    def _held(self) -> str:
        """SQL over ``summaries s``: a number whose bits tell which of the hints hold."""
        held = [
            f"(coalesce({hint}, 0) << {place})" for place, hint in enumerate(self.hints.values())
        ]
        return " + ".join(held) or "0"

    def _bounds(self, points: Mapping[str, object]) -> tuple[str, str]:
        """SQL over such a number ``held``: the most of these points, and how many findings there may be."""
        best, hits = ["0", "0"], ["0"]
        for place, code in enumerate(self.hints):
            best.append(f"iif(held >> {place} & 1, {points[code]}, 0)")
            times = rank.FURTHER_MOST + 1 if code in self.several else 1
            hits.append(f"(held >> {place} & 1) * {times}")
        return f"max({', '.join(best)})", " + ".join(hits)

    def handful(self) -> set[int]:
        """Some who are likely to come first."""
        found = _ids(
            self.db,
            "SELECT contact_id FROM (SELECT contact_id, row_number() OVER (PARTITION BY code) AS place FROM scouted)"
            f" WHERE place <= {_HANDFUL}",
            {},
        )
        best, hits = self._bounds(self.points)
        for order, where in rank.ORDERS:
            top = f"SELECT * FROM summaries WHERE {where} ORDER BY {order} DESC LIMIT {_TOP}"
            some = (
                f"WITH likely AS MATERIALIZED (SELECT contact_id, {order} AS worth, {self._held()} AS held FROM ({top}) s)"
                f" SELECT contact_id FROM likely ORDER BY {_sum(best, hits, '0')} DESC, worth DESC LIMIT {_HANDFUL}"
            )
            found |= _ids(self.db, some, self.bound)
        return found

    def reaching(self, floor: int) -> list[tuple[int, int]] | None:
        """``(most, contact_id)`` of all whose score may reach ``floor``, the highest first.

        None where they are not known or too many.
        """
        plain = [points for code, points in self.points.items() if code not in self.strong]
        most = max(plain, default=0)
        need = floor - most - rank.FURTHER * rank.FURTHER_MOST
        if need <= rank.UNKNOWN:
            return None
        found: dict[int, int] = {}
        for order, where in rank.ORDERS:
            found.update(self._reaching(order, where, need, floor))
        strong = ", ".join(f"'{code}'" for code in self.strong)
        sure = f"SELECT contact_id FROM tags WHERE key = 'pin' UNION SELECT contact_id FROM scouted WHERE code IN ({strong})"
        found.update(dict.fromkeys(_ids(self.db, sure, {}), _SURE))
        if len(found) > _MOST:
            return None
        return sorted([(most, number) for number, most in found.items()], reverse=True)

    def _reaching(self, order: str, where: str, need: int, floor: int) -> list[tuple[int, int]]:
        """``(contact_id, most)`` of those of one order of value, which has to give ``need`` at least."""
        total = self.totals[order]
        enough = rank.at_least(self.db, order, where, total, need)
        if enough is None:
            return []
        best, hits = self._bounds(self.points)
        exact, _ = self._bounds(self.exact)
        # Who has no finding that alone could be enough need not be added up.
        alone = floor - rank.MOST_VALUE - rank.FURTHER * rank.FURTHER_MOST
        hinted = " OR ".join(
            hint for code, hint in self.hints.items() if self.points[code] >= alone
        )
        weak = " ".join(f"WHEN '{code}' THEN {self.points[code]}" for code in self.weak)
        worth = f"CAST({rank.MOST_VALUE}.0 * ({total + 1} - p.place) / {total} AS INTEGER) + 1"
        return self.db.execute(
            f"WITH others AS MATERIALIZED (SELECT contact_id, max(CASE code {weak or 'WHEN 0 THEN 0'} END) AS best, count(*) AS hits"
            "   FROM scouted GROUP BY contact_id),"
            # The places stand in the index alone.
            f" placed AS (SELECT contact_id, rank() OVER (ORDER BY {order} DESC) AS place FROM summaries WHERE {order} >= :enough AND {where}),"
            f" likely AS MATERIALIZED (SELECT s.contact_id, coalesce(o.best, 0) AS other, coalesce(o.hits, 0) AS others, {worth} AS worth, {self._held()} AS held"
            "   FROM placed p CROSS JOIN summaries s ON s.contact_id = p.contact_id LEFT JOIN others o ON o.contact_id = p.contact_id"
            f"   WHERE o.best >= {alone} OR {hinted or 'FALSE'}),"
            f" known AS MATERIALIZED (SELECT s.contact_id, {_sum(f'max(other, {exact})', f'{hits} + others', 'worth')} AS most"
            "   FROM likely b CROSS JOIN summaries s ON s.contact_id = b.contact_id"
            f"   WHERE {_sum(f'max(other, {best})', f'{hits} + others', 'worth')} >= :floor)"
            " SELECT contact_id, most FROM known WHERE most >= :floor",
            self.bound | {"enough": enough, "floor": floor},
        ).fetchall()

    def look(self, config: Config, rules: Sequence[Rule], day: Day, people: set[int]) -> None:
        """Find and score what the rules find about these people."""
        these = ", ".join(map(str, people))
        among: dict[str, set[int]] = {rule.code: set() for rule in rules}
        for code, text in self.db.execute(
            f"SELECT code, group_concat(contact_id) FROM scouted WHERE contact_id IN ({these}) GROUP BY code"
        ):
            among[code] = set(map(int, text.split(",")))
        for contact_id, bits in self.db.execute(
            f"SELECT contact_id, {self._held()} FROM summaries s WHERE contact_id IN ({these})",
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
    waiting = front.reaching(first[-1][1])
    if waiting is None:
        return False
    step = _STEP
    while waiting:
        some = {number for _, number in waiting[:step]}
        front.look(config, rules, day, some | needed | {number for number, _ in first})
        first, _ = rank.people(db, most)
        floor = first[-1][1]
        waiting = [entry for entry in waiting[step:] if entry[0] >= floor]
        step *= 4
    return rank.more_than(db, day, _widest_first(rules), values=values, number=most + many)
