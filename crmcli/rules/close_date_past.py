"""The rule D302."""

from __future__ import annotations

from crmcli.rules.base import OF_COMPANY, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

# One line a person, for the deal whose day has been past the longest.
SQL = """
SELECT contact_id, occurrence, due, target, message FROM (
  SELECT o.person_id AS contact_id, o.close AS due, o.id AS target,
    group_concat(o.id || o.close || '+' || (CAST(julianday(:today) - julianday(o.close) AS INTEGER) / :again)) OVER every AS occurrence,
    o.title || iif(o.close < :today, ': was to close ', ': is to close ') || near(o.close)
      || iif(count(*) OVER every > 1, ', and ' || (count(*) OVER every - 1) || ' more', '')
      || iif(o.close < :today, '; won, lost, or when?', '') AS message,
    row_number() OVER (PARTITION BY o.person_id ORDER BY o.close, o.id) AS nth
  FROM deals o JOIN people c ON c.id = o.person_id
  WHERE o.open AND {deals} AND o.close < :due
  WINDOW every AS (PARTITION BY o.person_id ORDER BY o.id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
)
WHERE nth = 1
"""
SCOUT = "SELECT person_id AS contact_id FROM deals WHERE open AND close < :due"


@rule(
    "D302",
    severity=Severity.DUE,
    sql=SQL,
    gives=("target",),
    action=("deal", "edit", "{target}", "--close", "+2w"),
    hint=f"s.close_on < :due OR {OF_COMPANY}",
    due=f"iif({OF_COMPANY}, NULL, s.close_on)",
    scout=SCOUT,
    wide=True,
)
def close_date_past(day: Day, *, again: int = 30) -> dict[str, object]:
    """A deal was to be closed by now, and is open.

    What it flags: an open deal whose expected close is before today; on a day off, before the last
    working day. Acknowledged, it is heard again with another date, or ``again`` days later.

    Why: a forecast with dates of last month is no forecast, and the date was a promise of
    somebody's: ask what became of it.

    Settle: ask, then ``crm deal won 3``, ``crm deal lost 3 --reason "chose another"``, or
    ``crm deal edit 3 --close +2w`` with the day that it now looks like.

    Source: no default to choose, the day is yours; a month is how often a forecast is looked at.
    """
    return {"today": day.today.isoformat(), "due": day.due, "again": max(again, 1)}
