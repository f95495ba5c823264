"""The rule C406."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule
from crmcli.values.key_dates import CONTRACTS, ENDS, NUMBERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

# Any other kind counts when it has a notice period.
_END = ", ".join(f"'{kind}'" for kind in ENDS)
KINDS = ", ".join(f"'{kind}{number}'" for kind in (*CONTRACTS, *ENDS) for number in NUMBERS)
# Without a year it comes round every year, and is never past.
_ENDS = f"""
  SELECT contact_id, kind, date AS day, 0 AS notice FROM key_dates
  WHERE notice IS NULL AND kind IN ({KINDS}) AND date BETWEEN :oldest AND :near
  UNION ALL
  SELECT contact_id, kind, date, notice FROM key_dates WHERE notice IS NOT NULL AND date BETWEEN :oldest AND :latest
  UNION ALL
  SELECT contact_id, kind, iif(date(day, '+0 days') = day, day, iif(:leap = 'march', date(day, '+0 days'), date(day, '-1 day'))), notice
  FROM (
    SELECT contact_id, kind, notice, iif(substr(date, 3) < substr(:today, 6), substr(:today, 1, 4) + 1, substr(:today, 1, 4)) || substr(date, 2) AS day
    FROM (
      SELECT contact_id, kind, date, 0 AS notice FROM key_dates WHERE notice IS NULL AND kind IN ({KINDS}) AND date BETWEEN '--' AND '--99'
      UNION ALL
      SELECT contact_id, kind, date, notice FROM key_dates WHERE notice IS NOT NULL AND date BETWEEN '--' AND '--99'))
"""
# Before days off are asked for, which is not done in SQL.
_NEAR = "date(day, '-' || (notice + :ahead) || ' days') <= :edge"


def _reached(mark: str) -> str:
    """SQL: the working day of a mark where it has come, else less than any day."""
    return f"iif(rolled_back({mark}) <= :today, rolled_back({mark}), '')"


_MARKS = ", ".join(
    _reached(mark)
    for mark in (
        "date(last_day, '-7 days')",
        "date(day, '-60 days')",
        "date(day, '-30 days')",
        "date(day, '-7 days')",
    )
)
_SINCE = "CAST((julianday(rolled_back(:today)) - julianday(day) - 1) / 30 AS INTEGER)"
_MARKED = f"""
SELECT *, day < :today AS past, rolled_back(last_day) AS due,
  iif(day < :today, date(day, '+' || (1 + 30 * max(0, {_SINCE})) || ' days'), max(begins, {_MARKS})) AS mark
FROM (
  SELECT *, date(day, '-' || notice || ' days') AS last_day, rolled_back(date(day, '-' || (notice + :ahead) || ' days')) AS begins
  FROM ({_ENDS}) WHERE {_NEAR}
)
WHERE begins <= :until
"""
# One row a person: of the ends that were neither acknowledged nor talked about since their last mark
# the first. A mark falls on a working day, as what it announces does.
SQL = f"""
SELECT contact_id, occurrence, due, severity, message || iif(number > 1, '; and ' || (number - 1) || ' more', '') AS message
FROM (
  SELECT contact_id, occurrence, due, iif(past, 8, 6) AS severity,
    row_number() OVER (PARTITION BY contact_id ORDER BY due, day, kind) AS place, count(*) OVER (PARTITION BY contact_id) AS number,
    kind || iif(kind IN ({_END}), iif(past, ' was due ', ' is due '), iif(past, ' ended ', ' ends ')) || near(day)
      || iif(day = :today, '', ' (' || day || ')')
      || iif(notice > 0 AND NOT past, iif(last_day < :today, ', notice was due by ', ', notice by ') || last_day, '') AS message
  FROM (
    SELECT m.*, c.last, kind || ' ' || day || ' ' || mark AS occurrence
    FROM ({_MARKED}) m JOIN people c ON c.id = m.contact_id
    WHERE NOT EXISTS (SELECT 1 FROM key_dates n WHERE n.contact_id = m.contact_id AND n.kind = m.kind AND n.date > m.day)
  ) e
  WHERE (last IS NULL OR last < mark)
    AND NOT EXISTS (SELECT 1 FROM silences a
      WHERE a.contact_id = e.contact_id AND a.kind = 'ack' AND a.rule = 'C406' AND a.occurrence = e.occurrence)
)
WHERE place = 1
"""
SCOUT = f"""
SELECT contact_id FROM ({_ENDS})
WHERE {_NEAR}
"""
_LONGEST = 1100  # days of notice
_BREAK = 30  # days off in a row


@rule("C406", severity=Severity.ERROR, sql=SQL, gives=("severity",), scout=SCOUT)
def renewal_due(day: Day, *, ahead: int = 30, oldest: int = 366) -> dict[str, object]:
    """A contract or subscription ends soon.

    What it flags: a key date called renewal, contract or subscription (or the like in Polish,
    Slovak, Czech, Russian or German), or any with a notice period, from ``ahead`` days before
    notice must be given; again a week before that, and 60, 30 and 7 days before the end; as an
    error once it is past and every 30 days then, for ``oldest`` days. It is due on the last day
    for notice; where that or one of the marks is a day off, on the working day before. A touch
    settles it until the next mark, a later date of the same kind for good.

    Why: renewals are the cheapest sales there are, and the only ones that are lost by the calendar.

    Settle: agree, log it, and set the next end: ``crm edit 7 --date renewal=2027-12-31/30d``;
    ``crm done C406:7`` rests it until the next of these marks.

    Source: the usual marks of contract management, 60, 30 and 7 days.
    """
    from datetime import timedelta

    return {
        "ahead": ahead,
        "leap": day.leap,
        "today": day.today.isoformat(),
        "until": day.until.isoformat(),
        "oldest": day.ago(oldest),
        "edge": (day.until + timedelta(days=_BREAK)).isoformat(),
        "near": (day.until + timedelta(days=ahead + _BREAK)).isoformat(),
        "latest": (day.until + timedelta(days=ahead + _LONGEST)).isoformat(),
    }
