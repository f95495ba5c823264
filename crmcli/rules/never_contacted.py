"""The rule R203."""

from __future__ import annotations

from datetime import timedelta

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT c.id AS contact_id, c.created_at AS occurrence, on_day(c.created_at) AS due,
  'added ' || near(on_day(c.created_at)) || ', never contacted' AS message,
  iif(c.next IS NULL AND c.id NOT IN (SELECT person_id FROM deals WHERE open AND person_id IS NOT NULL), 'unsafe', NULL) AS fix
FROM people c
WHERE c.last IS NULL AND c.created_at < :before
"""


@rule("R203", severity=Severity.INFO, sql=SQL, gives=("fix",), fix="archive")
def never_contacted(day: Day, *, days: int = 30) -> dict[str, object]:
    """A person was added and never contacted.

    What it flags: no touch ever, and added more than ``days`` days ago.

    Why: a name without a first word goes stale and hides the ones that matter.

    Settle: get in touch and log it, or ``crm archive 7``. ``crm check --unsafe-fixes`` archives
    those for whom nothing is planned and no deal is open, and asks first.

    Source: a month is our choice; after it few remember why the name was written down.
    """
    return {"before": day.start(day.today - timedelta(days=days))}
