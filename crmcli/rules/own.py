"""The owner's own rules: the ``[[rule]]`` tables of the config, made rules like ours.

Nothing in them is evaluated: ``where`` is the query language, the message has fields in braces, the
action is a list of words. One that is wrong is left out, with its line and the reason, and the
others run. They come out of the config alone; config/document.py says who may have written it.
"""

from __future__ import annotations

import sqlite3
from time import process_time

from crmcli.db import connection
from crmcli.errors import ConfigError, UsageError
from crmcli.rules import own_table
from crmcli.rules.base import Rule
from crmcli.rules.selection import Catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from crmcli.rules.base import Day
    from crmcli.rules.own_table import Surroundings, Told

SECONDS = 5.0  # of the processor, that one rule may look for people
_OFTEN = 20_000  # steps of SQLite between two looks at them

_TABLE = """
CREATE TEMP TABLE IF NOT EXISTS own_found (
  code TEXT, contact_id INTEGER, PRIMARY KEY (code, contact_id)) WITHOUT ROWID"""
_SQL = """
SELECT o.contact_id, {occurrence} AS occurrence, NULL AS due, {message} AS message
FROM temp.own_found o CROSS JOIN contacts c ON c.id = o.contact_id WHERE o.code = :code
"""
_SCOUT = "SELECT contact_id, NULL AS due, 0 AS promise FROM temp.own_found WHERE code = :code"
# From when a rule that was acknowledged counts.
_SINCE = "coalesce(c.last, on_day(c.created_at))"
_LIVING, _WELCOME = "c.archived_at IS NULL", "c.archived_at IS NULL AND c.do_not_contact = 0"


def read(around: Surroundings) -> Catalogue:
    """Return the catalogue with the owner's own rules in it; what is wrong with one is warned of."""
    rules: dict[str, Rule] = {}
    broken: dict[str, tuple[str, str]] = {}
    catalogue = Catalogue(around.config, rules, broken)
    told: dict[str, Told] = {}

    def leave_out(number: int, error: UsageError) -> None:
        code, name = own_table.named(around.config["rule"][number])
        if not code or code in told or code in broken:
            code = f"#{number + 1}"
        broken[code] = (name, str(error))
        around.warn(f"{error}; the rule is left out")

    for number in range(len(around.config["rule"])):
        try:
            one = own_table.read(around, number, told)
            told[one.code] = one
        except ConfigError as error:
            leave_out(number, error)
    rules |= {code: _made(told[code], around) for code in sorted(told)}
    for rule in list(rules.values()):
        # Only now, as one may mute another that stands behind it.
        try:
            rule.mutes = _muted(told[rule.code], catalogue)
        except ConfigError as error:
            del rules[rule.code]
            leave_out(told.pop(rule.code).number, error)
    return catalogue


def _muted(told: Told, catalogue: Catalogue) -> tuple[str, ...]:
    try:
        codes = {code for word in told.mutes for code in catalogue.matching(word)}
    except UsageError as error:
        raise ConfigError(f"{told.place('mutes')}: mutes: {error}") from None
    return tuple(sorted(codes - {told.code}))


def _made(told: Told, around: Surroundings) -> Rule:
    """The rule that a table describes."""
    occurrence = {"touch": _SINCE, "never": "''"}.get(
        told.again,
        f"{_SINCE} || '+' || (CAST(julianday(:today) - julianday({_SINCE}) AS INTEGER) / :again)",
    )

    def bind(day: Day) -> dict[str, object]:
        today = day.today.isoformat()
        return told.values | {"code": told.code, "today": today, "again": told.days}

    made = Rule(
        told.code,
        bind,
        severity=told.severity,
        sql=_SQL.format(occurrence=occurrence, message=told.sql),
        gives=(),
        action=told.action,
        fix="",
        safe=False,
        mutes=(),
        hint="",
        due="",
        d="",
        scout=_SCOUT if told.touch else "",
        wide=False,
        since="",
    )
    made.name, made.page, made.touch = told.name, told.page, told.touch
    made.seek = _seeker(told, around)
    return made


def _seeker(
    told: Told, around: Surroundings
) -> Callable[[sqlite3.Connection, Day, Collection[int] | None], None]:
    """What finds the people of a rule, once in a run, and then its SELECT and its scout read them.

    Also how many there are is known then, so that a rule of the owner's costs a morning no more
    than its query.
    """
    stopped: list[bool] = []

    def seek(db: sqlite3.Connection, day: Day, people: Collection[int] | None) -> None:
        db.execute(_TABLE)
        db.execute("DELETE FROM temp.own_found WHERE code = ?", (told.code,))
        if stopped:
            return
        query = around.compile(told.where, day.until)
        who = _WELCOME if told.touch else "1" if query.archived else _LIVING
        if people is not None:
            who += f" AND c.id IN ({', '.join(str(int(number)) for number in people)})"
        # Read first and written then: a statement that writes would take the transaction with it.
        sql = f"SELECT group_concat(c.id) FROM contacts c WHERE {who} AND ({query.where})"
        found = _bounded(db, sql, query.params)
        if found is None:
            stopped.append(True)
            around.warn(
                f"{told.place('where')}: rule {told.code} {told.name} was stopped after"
                f" {SECONDS:g} seconds; make its where find people by something that few have"
            )
        elif found:
            db.execute(
                "INSERT INTO temp.own_found SELECT ?, value FROM json_each('[' || ? || ']')",
                (told.code, found),
            )

    return seek


def _bounded(db: sqlite3.Connection, sql: str, params: list[object]) -> str | None:
    """The one value of a SELECT, empty for NULL; None when its time was up."""
    end = process_time() + SECONDS
    connection.watch(db, lambda: process_time() > end, _OFTEN)
    try:
        return db.execute(sql, params).fetchone()[0] or ""
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname != "SQLITE_INTERRUPT" or process_time() <= end:
            raise
        return None
    finally:
        connection.watch(db)
