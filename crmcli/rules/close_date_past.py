"""The rule D302."""

from __future__ import annotations

from crmcli.rules.base import HAS_DEAL, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT o.person_id AS contact_id, group_concat(o.id || o.close) AS occurrence, min(o.close) AS due,
  CAST(substr(min(o.close || ' ' || (1000000000000 + o.id)), 13) AS INTEGER) AS target,
  substr(min(o.close || ' ' || (1000000000000 + o.id) || ' ' || o.title), 26) || ': was to close ' || near(min(o.close))
    || iif(count(*) > 1, '; and ' || (count(*) - 1) || ' more', '') AS message
FROM deals o JOIN people c ON c.id = o.person_id
WHERE o.open AND o.close < :today
GROUP BY o.person_id
"""
SCOUT = "SELECT person_id AS contact_id FROM deals WHERE open AND close < :today"


@rule(
    "D302",
    severity=Severity.DUE,
    sql=SQL,
    gives=("target",),
    action=("deal", "show", "{target}"),
    hint=HAS_DEAL,
    scout=SCOUT,
    wide=True,
)
def close_date_past(day: Day) -> dict[str, object]:
    """A deal was to be closed by now, and is open.

    What it flags: an open deal whose expected close is before today.

    Why: a forecast with dates of last month is no forecast, and the date was a promise of
    somebody's: ask what became of it.

    Settle: ask, then ``crm deal edit 3 --close +2w``, ``crm deal won 3`` or
    ``crm deal lost 3 --reason "chose another"``.

    Source: no default to choose; the day is yours.
    """
    return {"today": day.today.isoformat()}
