"""The rule S503."""

from __future__ import annotations

from datetime import date, timedelta

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

# One person a case, though several may have complained together.
SQL = """
SELECT contact_id, max(closed_at) AS occurrence, date(on_day(closed_at), '+' || :days || ' days') AS due,
  'complaint closed ' || near(on_day(closed_at)) || ': ask whether all is well' || iif(title IS NULL, '',
    ' (' || substr(replace(title, char(10), ' '), 1, 80) || ')') AS message
FROM (
  SELECT k.id, min(k.contact_id) AS contact_id, k.closed_at, k.title FROM cases k JOIN people c ON c.id = k.contact_id
  WHERE k.closed_at >= :first AND k.closed_at < :last GROUP BY k.id
) k
WHERE date(rolled_forward(date(on_day(closed_at), '+' || :days || ' days')), '+' || :long || ' days') >= :today
  AND NOT EXISTS (SELECT 1 FROM timeline t WHERE t.contact_id = k.contact_id AND t.touch AND t.at > k.closed_at)
  AND contact_id NOT IN (SELECT contact_id FROM open_cases WHERE kept_at >= :kept)
GROUP BY contact_id
"""
_BREAK = 16  # days off in a row, at the most
SCOUT = """
SELECT contact_id, substr(closed_at, 1, 10) AS due, 0 AS promise FROM cases WHERE closed_at >= :first AND closed_at < :last
"""


@rule("S503", severity=Severity.INFO, sql=SQL, scout=SCOUT)
def check_back(day: Day, *, days: int = 7, until: int = 14) -> dict[str, object]:
    """A complaint was settled a week ago: ask whether it held.

    What it flags: a complaint closed ``days`` to ``until`` days ago, no touch since, and no other
    complaint of theirs open. Where the first of these days is a day off, they begin and end later,
    so that a week away misses none.

    Why: the question is what the customer tells others about, and it finds out early when the mend
    did not hold.

    Settle: ask and log it; ``crm done S503:7`` where it is not needed.

    Source: service practice: a week is long enough to know, short enough to still mean it.
    """
    return {
        "days": days,
        "long": until - days,
        "today": day.today.isoformat(),
        "first": day.start(day.today - timedelta(days=until + _BREAK)),
        "last": day.start(date.fromisoformat(day.due) - timedelta(days=days - 1)),
        "kept": day.ago(30),
    }
