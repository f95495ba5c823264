"""What a rule is made of.

A rule is one SELECT over the views, and a function that turns the day and the rule's options into
the values that the SELECT binds. Its name comes from the function, its options and their defaults
from the keyword-only parameters, its manual page from the docstring: each fact is written once.
"""

from __future__ import annotations

from crmcli.rules import TOUCH

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection

    from crmcli.rules.day import Day as Day  # noqa: PLC0414 - rules take all that they name from here


class Severity:
    """How much a finding weighs; its number is its part of the score."""

    INFO = 1
    WARN = 3
    DUE = 6
    ERROR = 8


# Who is asked of the open deals of a company alone: whom was spoken to last there. The summaries are silent on these.
OF_COMPANY = "s.contact_id IN (SELECT person_id FROM deals WHERE open AND contact_id IS NULL)"
HAS_DEAL = f"(s.deals > 0 OR {OF_COMPANY})"
SEVERITIES = {1: "info", 3: "warn", 6: "due", 8: "error"}


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
            Where it says ``{whom}`` behind a person's id, it is quickest to start from the people asked for,
            and where it says ``{deals}`` from their rows of ``deals o``.
        gives: further columns: ``d`` (working days overdue; counted from ``due`` without it),
            ``severity``, ``fix`` (see there), ``ref`` (the handle of what it is about), ``promise`` (1
            for one), ``batch`` (many rows of one batch are one line of a list; it is the query that
            finds them), ``target`` (the number of the deal, case or other person that it is about,
            for the action), and for the gate of those touched lately ``last`` and, where it is a
            matter of a cadence, ``beat``; ``news``, the instant of what is heard in spite of a snooze
            that was set before.
        action: the command that settles it, ``{id}`` for the person, ``{handle}`` for what names the
            finding, ``{target}`` for the column ``target``, ``{channel}`` for the channel that this
            person answers and ``{other}`` for one that was not tried lately; empty for a logged
            touch on that channel, and so where it names a target and the finding has none. In a
            word ``{deal}`` stands for the title of the deal.
        fix: a name in store.fixes.FIXES of what would mend it, empty for nothing.
        safe: whether that may be done unasked, as it takes nothing away and cannot be wrong; None
            where it is a matter of the finding. Then the column ``fix`` says so: ``safe``,
            ``unsafe``, or NULL, as in other rules where not everything can be mended.
        mutes: codes of rules that need not be heard where this one is, ``T602:*first order`` for
            only the occurrences that the pattern (SQL's GLOB) fits.
        hint: a condition over ``summaries s`` that holds for all whom the rule may find, too many
            rather than too few; empty where the summaries don't tell.
        due: a date over ``summaries s`` that no due date of whom the hint holds for is before, NULL or
            empty where it is not known. d: likewise what ``d`` of a finding is at most; without it
            the working days since ``due``.
        scout: a SELECT of the contact_id of all whom the rule may find, too many rather than too
            few, by an index alone; made of the hint where there is one and nothing better. Empty
            for rules that don't ask for a touch.
        wide: it may find a good part of the book, each person once.
        since: the value that no due date comes before, where there is one.
        bind: from the day and the options to the values of the SELECT.
        seek: what has to be done before its SELECT, given the day and the only people to look at,
            None for everybody. None for nothing.
    """

    __slots__ = (
        "action",
        "bind",
        "code",
        "d",
        "due",
        "fix",
        "gives",
        "hint",
        "mutes",
        "name",
        "page",
        "safe",
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
        safe: bool | None,
        mutes: tuple[str, ...],
        hint: str,
        due: str,
        d: str,
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
        self.safe = safe
        self.mutes = mutes
        self.hint = hint
        self.due = due
        self.d = d or (due and f"worked({due})")
        self.scout = scout or (hint and f"SELECT contact_id FROM summaries s WHERE {hint}")
        self.wide = wide
        self.since = since
        self.bind = bind
        self.page = bind.__doc__ or ""
        self.touch = code in TOUCH
        self.seek: Callable[[sqlite3.Connection, Day, Collection[int] | None], None] | None = None

    def among(self, people: Collection[int] | None) -> str:
        """Its SELECT for these people, None for everybody."""
        if people is None:
            return self.sql.replace("{whom}", "IS NOT NULL").replace("{deals}", "TRUE")
        these = f"IN ({', '.join(str(int(number)) for number in people)})"
        deals = f"(o.contact_id {these} OR (o.contact_id IS NULL AND o.person_id {these}))"
        sql = self.sql.replace("{whom}", these).replace("{deals}", deals)
        return f"SELECT * FROM ({sql}) WHERE contact_id {these}"

    @property
    def fixes(self) -> str:
        """How what it finds can be mended: ``safe``, ``unsafe``, ``safe or unsafe``, or empty."""
        if not self.fix:
            return ""
        return {True: "safe", False: "unsafe", None: "safe or unsafe"}[self.safe]

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
    safe: bool | None = False,
    mutes: tuple[str, ...] = (),
    hint: str = "",
    due: str = "",
    d: str = "",
    scout: str = "",
    wide: bool = False,
    since: str = "",
    seek: Callable[[sqlite3.Connection, Day, Collection[int] | None], None] | None = None,
) -> Callable[[Callable[..., dict[str, object]]], Rule]:
    """Make a function the rule of that code; see Rule."""

    def made(bind: Callable[..., dict[str, object]]) -> Rule:
        found = Rule(
            code,
            bind,
            severity=severity,
            sql=sql,
            gives=gives,
            action=action,
            fix=fix,
            safe=safe,
            mutes=mutes,
            hint=hint,
            due=due,
            d=d,
            scout=scout,
            wide=wide,
            since=since,
        )
        found.seek = seek
        return found

    return made
