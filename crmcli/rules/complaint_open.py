"""The rule S502."""

from __future__ import annotations

from datetime import timedelta

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT contact_id, group_concat(id || iif(answered, '-', '')) AS occurrence, min(due) AS due, max(d) AS d, min(id) AS target,
  iif(answered, 'complaint of ' || due || ' still open: ', 'complaint of ' || due || ' without an answer: ') || title
    || iif(count(*) > 1, '; and ' || (count(*) - 1) || ' more', '') AS message
FROM (
  SELECT c.id AS contact_id, k.id, on_day(k.opened_at) AS due, coalesce(k.title, 'no text') AS title, k.responded_at IS NOT NULL AS answered,
    k.worked_days - iif(k.responded_at IS NULL, :first, :close) AS d
  FROM (SELECT *, worked(on_day(opened_at)) - coalesce((
      SELECT sum(max(0, worked(on_day(w.since_at)) - coalesce(worked(on_day(w.until_at)), 0))) FROM waits w WHERE w.case_id = cases.id), 0) AS worked_days,
    EXISTS (SELECT 1 FROM waits w WHERE w.case_id = cases.id AND (w.until_at IS NULL OR w.until_at > :now)) AS waiting
    FROM cases WHERE closed_at IS NULL AND opened_at >= :oldest) k
  JOIN people c ON c.id = k.contact_id
  WHERE NOT k.waiting
  ORDER BY k.id
)
WHERE d >= 0
GROUP BY contact_id
"""
SCOUT = """
SELECT contact_id, substr(opened_at, 1, 10) AS due, 0 AS promise FROM cases WHERE closed_at IS NULL AND opened_at >= :oldest
"""


@rule(
    "S502",
    severity=Severity.DUE,
    sql=SQL,
    gives=("d", "target"),
    action=("case", "show", "{target}"),
    mutes=("F103", "C401", "C405", "S501"),
    scout=SCOUT,
)
def complaint_open(
    day: Day, *, first: int = 1, close: int = 5, oldest: int = 366
) -> dict[str, object]:
    """A complaint waits for you.

    What it flags: a complaint without a first response for ``first`` working day, or open for
    ``close`` working days. Time spent waiting for the customer (``crm case wait 12``) does not
    count. Complaints older than ``oldest`` days are history.

    Why: a complaint settled quickly makes a customer more loyal than none at all; one left lying
    loses them and whom they tell.

    Settle: answer and log it, then ``crm case close 12 "sent new boxes"``; ``crm case wait 12``
    stops the clock while it is their turn.

    Source: one working day to a first answer, a week to a solution: the common service levels.
    """
    return {
        "first": first,
        "close": close,
        "oldest": day.start(day.today - timedelta(days=oldest)),
        "now": day.start(day.today + timedelta(days=1)),
    }
