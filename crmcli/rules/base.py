"""What a rule is made of.

A rule is one SELECT over the views, and a function that turns the day and the rule's options into
the values that the SELECT binds. Its name comes from the function, its options and their defaults
from the keyword-only parameters, its manual page from the docstring: each fact is written once.
"""

from __future__ import annotations

from datetime import timedelta

from crmcli.rules import TOUCH
from crmcli.values import workdays

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Sequence
    from datetime import date


class Severity:
    """How much a finding weighs; its number is its part of the score."""

    INFO = 1
    WARN = 3
    DUE = 6
    ERROR = 8


SEVERITIES = {1: "info", 3: "warn", 6: "due", 8: "error"}


class Day:
    """The day that rules look at.

    Nothing falls due on a day off. A task rolls forward: what would be due on a Saturday is due on
    Monday. A deadline rolls backward, to Friday. And as nobody looks before Monday, the last
    working day looks ahead over the days off, to birthdays and appointments.

    Attributes:
        today: the owner's civil date.
        until: the day to look ahead to, today unless asked otherwise.
        tz: the owner's zone, None for the system's.
        off: weekdays off, Monday 0. holidays: dates off.
        leap: ``28`` or ``march``, where a 29 February falls in other years.
        required: fields that people of a lifecycle should have. profile: ``eu`` or ``none``.
    """

    __slots__ = ("holidays", "leap", "off", "profile", "required", "today", "tz", "until")

    def __init__(
        self,
        today: date,
        *,
        until: date | None = None,
        tz: str | None = None,
        off: frozenset[int] = frozenset((5, 6)),
        holidays: frozenset[date] = frozenset(),
        leap: str = "28",
        required: dict[str, Sequence[str]] | None = None,
        profile: str = "none",
    ) -> None:
        self.today = today
        self.until = until or today
        self.tz = tz
        self.off = off
        self.holidays = holidays
        self.leap = leap
        self.required = required or {}
        self.profile = profile

    @property
    def due(self) -> str:
        """The last day on which a task that is due by now may have fallen: never a day off.

        On a Saturday it is Friday; what was set for the weekend waits for Monday.
        """
        return self.working.isoformat()

    @property
    def working(self) -> date:
        """The last working day up to the day looked ahead to."""
        return workdays.roll_back(self.until, self.off, self.holidays)

    @property
    def ahead(self) -> int:
        """Days from today to the last day on which what is due by now may have fallen due."""
        return (self.working - self.today).days

    @property
    def reach(self) -> str:
        """The day before the next working day: how far one who looks now must see."""
        return (self.working_next(self.until) - timedelta(days=1)).isoformat()

    def working_next(self, day: date) -> date:
        """The first working day after a day."""
        return workdays.roll_forward(day + timedelta(days=1), self.off, self.holidays)

    def ago(self, days: int) -> str:
        """The date some days before today, after it when negative."""
        return (self.today - timedelta(days=days)).isoformat()

    def past(self, days: int) -> date:
        """The day since which so many days are over: what falls due on a day off waits for work."""
        return self.working - timedelta(days=days)

    def working_ago(self, days: int) -> date:
        """The day since which so many working days are over, as seen on the last working day."""
        return workdays.add_working_days(self.working, -days, self.off, self.holidays)

    def working_ahead(self, days: int) -> str:
        """The working day some working days after the day looked ahead to."""
        return self._working_ahead(days).isoformat()

    def deadline(self, days: int) -> str:
        """The last day of what must be done within some working days: days off that follow count."""
        return (self.working_next(self._working_ahead(days)) - timedelta(days=1)).isoformat()

    def _working_ahead(self, days: int) -> date:
        return workdays.add_working_days(self.until, days, self.off, self.holidays)

    @staticmethod
    def after(day: str) -> str:
        """The day after: civil times of a day are less than it."""
        from datetime import date

        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()

    def start(self, day: date) -> str:
        """The first instant of a civil day, to compare stored instants with."""
        from crmcli.values.dates import day_bounds

        return day_bounds(day, self.tz)[0]

    def yearly(self, late: int, ahead: int) -> dict[str, str]:
        """The days that come round from some days ago to some days ahead, ``02-28`` to ``2026-02-28``.

        The last working day looks ahead over the days off; a 29 February stands where it falls.
        """
        from crmcli.values.key_dates import occurrence_in

        worked = workdays.roll_back(self.today, self.off, self.holidays)
        first = self.today - timedelta(days=late)
        last = max(worked + timedelta(days=ahead), self.working_next(worked), self.until)
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        found = {on.isoformat()[5:]: on.isoformat() for on in days}
        for year in {first.year, last.year}:
            leapling = occurrence_in("--02-29", year, self.leap)
            if leapling is not None and first <= leapling <= last:
                found["02-29"] = leapling.isoformat()
        return found

    def worked(self, since: date) -> int:
        """Working days from a day to today, negative for a day to come."""
        return workdays.working_days(since, self.today, self.off, self.holidays)


def as_json(values: dict[str, str] | list[str]) -> str:
    """Plain texts as SQL's json_each takes them; ``import json`` would cost more than the rule."""
    if isinstance(values, dict):
        return "{" + ", ".join(f'"{key}": "{value}"' for key, value in values.items()) + "}"
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"


class Rule:
    """A rule, as the decorator ``rule`` makes it.

    Attributes:
        code: such as ``R201``. name: such as ``quiet``. page: the manual page.
        touch: whether it asks for a touch, and not for tidying up.
        severity: a number of Severity; a row of its own may be less.
        sql: the SELECT. It gives contact_id, occurrence (changes when the rule is to be heard again
            after it was acknowledged), due (a date, or NULL), message, and the columns of ``gives``.
        gives: further columns: ``d`` (working days overdue; counted from ``due`` without it),
            ``severity``, ``ref`` (the handle of what it is about), ``promise`` (1 for one), ``batch``
            (many rows of one batch are one line of a list; it is the query that finds them),
            ``target`` (the number of the deal, case or other person that it is about, for the
            action), and for the gate of those touched lately ``last`` and, where it is a matter of
            a cadence, ``beat``.
        action: the command that settles it, ``{id}`` for the person, ``{handle}`` for what names the
            finding, ``{target}`` for the column ``target``, ``{other}`` for a channel that was not
            tried lately; empty for a logged touch on the channel that this person answers, and so
            where it names a target and the finding has none.
        fix: a name in store.fixes.FIXES of what would mend it, empty for nothing.
        mutes: codes of rules that need not be heard where this one is, ``T602:*first order`` for
            only the occurrences that the pattern (SQL's GLOB) fits.
        scout: a SELECT that names whom the rule may find, too many rather than too few, by an
            index alone: contact_id, and where the rule is not ``wide`` also due and promise of
            each finding. Empty for rules that don't ask for a touch.
        wide: it may find a good part of the book, each person once and nobody for a promise.
        since: the value that no due date comes before, where there is one.
        bind: from the day and the options to the values of the SELECT.
        seek: what has to be done before its SELECT, given the day and the only people to look at,
            None for everybody. None for nothing.
    """

    __slots__ = (
        "action",
        "bind",
        "code",
        "fix",
        "gives",
        "mutes",
        "name",
        "page",
        "scout",
        "seek",
        "severity",
        "since",
        "sql",
        "touch",
        "wide",
    )

    def __init__(
        self,
        code: str,
        bind: Callable[..., dict[str, object]],
        *,
        severity: int,
        sql: str,
        gives: tuple[str, ...],
        action: tuple[str, ...],
        fix: str,
        mutes: tuple[str, ...],
        scout: str,
        wide: bool,
        since: str,
    ) -> None:
        self.code = code
        self.name = bind.__name__.replace("_", "-")
        self.severity = severity
        self.sql = sql
        self.gives = gives
        self.action = action
        self.fix = fix
        self.mutes = mutes
        self.scout = scout
        self.wide = wide
        self.since = since
        self.bind = bind
        self.page = bind.__doc__ or ""
        self.touch = code in TOUCH
        self.seek: Callable[[sqlite3.Connection, Day, Collection[int] | None], None] | None = None

    @property
    def options(self) -> dict[str, object]:
        """Options and their defaults."""
        return dict(self.bind.__kwdefaults__ or {})


def rule(
    code: str,
    *,
    severity: int,
    sql: str,
    gives: tuple[str, ...] = (),
    action: tuple[str, ...] = (),
    fix: str = "",
    mutes: tuple[str, ...] = (),
    scout: str = "",
    wide: bool = False,
    since: str = "",
) -> Callable[[Callable[..., dict[str, object]]], Rule]:
    """Make a function the rule of that code; see Rule."""

    def made(bind: Callable[..., dict[str, object]]) -> Rule:
        return Rule(
            code,
            bind,
            severity=severity,
            sql=sql,
            gives=gives,
            action=action,
            fix=fix,
            mutes=mutes,
            scout=scout,
            wide=wide,
            since=since,
        )

    return made
