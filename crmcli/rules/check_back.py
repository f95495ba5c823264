"""The rule S503."""

from __future__ import annotations

from datetime import timedelta

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT c.id AS contact_id, k.closed_at AS occurrence, date(on_day(k.closed_at), '+' || :days || ' days') AS due,
  'complaint closed ' || near(on_day(max(k.closed_at))) || ': ask whether all is well' AS message
FROM cases k JOIN people c ON c.id = k.contact_id
WHERE k.closed_at >= :first AND k.closed_at < :last AND NOT EXISTS (
  SELECT 1 FROM timeline t WHERE t.contact_id = c.id AND t.touch AND t.at > k.closed_at)
GROUP BY c.id
"""
SCOUT = """
SELECT contact_id, substr(closed_at, 1, 10) AS due, 0 AS promise FROM cases WHERE closed_at >= :first AND closed_at < :last
"""


@rule("S503", severity=Severity.INFO, sql=SQL, scout=SCOUT)
def check_back(day: Day, *, days: int = 7, until: int = 14) -> dict[str, object]:
    """A complaint was settled a week ago: ask whether it held.

    What it flags: a complaint closed ``days`` to ``until`` days ago, and no touch since.

    Why: the question is what the customer tells others about, and it finds out early when the mend
    did not hold.

    Settle: ask and log it; ``crm done S503:7`` where it is not needed.

    Source: service practice: a week is long enough to know, short enough to still mean it.
    """
    return {
        "days": days,
        "first": day.start(day.today - timedelta(days=until)),
        "last": day.start(day.today - timedelta(days=days - 1)),
    }
