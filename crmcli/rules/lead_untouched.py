"""The rule R202."""

from __future__ import annotations

from datetime import timedelta

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

# A batch is the query that finds it, so that its line says how to see them all.
SQL = """
SELECT contact_id, created_at AS occurrence, day AS due, last, worked(day) - :days AS d,
  iif(touches = 0, 'created:' || day || ' source:' || CASE
    WHEN source IS NULL THEN 'none'
    WHEN source GLOB '*[^a-zA-Z0-9]*' OR lower(source) IN ('none', 'any') THEN '"' || replace(source, '"', '""') || '"'
    ELSE source END, NULL) AS batch,
  'new lead' || coalesce(' from ' || source, '') || ', added ' || near(day) || ', not contacted yet' AS message
FROM (
  SELECT c.id AS contact_id, c.created_at, on_day(c.created_at) AS day, c.last, coalesce(c.touches, 0) AS touches, nullif(c.source, '') AS source
  FROM people c
  WHERE c.lifecycle = 'lead' AND c.created_at < :before AND c.created_at >= :oldest
    AND (c.next IS NULL OR substr(c.next, 1, 10) > :planned)
    AND c.last_out_at IS NULL
    AND c.heard_at IS c.last_in_at
    AND (c.touches < 2 OR NOT EXISTS ( -- one of one is theirs; of several one may have been of both
      SELECT 1 FROM timeline t WHERE t.contact_id = c.id AND t.touch AND t.direction IS NOT 'in'))
)
"""
SCOUT = f"SELECT contact_id FROM ({SQL})"


@rule("R202", severity=Severity.DUE, sql=SQL, gives=("last", "d", "batch"), scout=SCOUT)
def lead_untouched(
    day: Day, *, days: int = 1, planned: int = 7, oldest: int = 30
) -> dict[str, object]:
    """A new lead has not heard from you yet.

    What it flags: a lead added more than ``days`` working days ago without a touch from your
    side, and no follow-up within ``planned`` days. Ten leads or more of one source, added on one
    day as by an import and never touched, are one line; its command lists them, and done or
    snooze of its handle take them all. After ``oldest`` days R203 takes over: the lead is no
    longer new.

    Why: a lead is warm for hours. Whoever answers first has the conversation; the others have
    a name in a list.

    Settle: get in touch and log it; or give them their true lifecycle with
    ``crm edit 7 --lifecycle other``.

    Source: J. Oldroyd and others, The Short Life of Online Sales Leads, Harvard Business Review
    2011: an answer within the hour had seven times the odds of one an hour later.
    """
    return {
        "days": days,
        "planned": day.ago(-planned),
        "before": day.start(day.working_ago(days)),
        "oldest": day.start(day.today - timedelta(days=oldest)),
    }
