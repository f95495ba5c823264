"""The rule R201."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT contact_id, last || '+' || (days / beat) AS occurrence, stale_on AS due, last, beat,
  14.0 * days / beat - 14 AS d, iif(stale_on > :due, 1, 3) AS severity,
  'quiet ' || days || ' days, ' || lifecycle || ', every ' || beat AS message
FROM (
  SELECT c.id AS contact_id, c.last, c.beat, c.stale_on, c.lifecycle, c.next,
    CAST(julianday(:today) - julianday(c.last) AS INTEGER) AS days
  FROM people c
  -- Many people are quiet: reading the summaries in their order beats looking each up by an index.
  WHERE unlikely(c.last <= :due) AND +c.beat > 0
)
WHERE 100 * (days + :ahead) >= :soon * beat AND days <= :lapsed * beat
  AND (next IS NULL OR substr(next, 1, 10) > max(stale_on, :planned))
"""
HINT = """
s.beat > 0 AND s.last <= date(julianday(:today) + :ahead - :soon * s.beat / 100) AND s.last >= date(julianday(:today) - :lapsed * s.beat)
  AND (s.next IS NULL OR substr(s.next, 1, 10) > max(s.stale_on, :planned))
"""
# The cadences in use are few, and for each the quiet ones stand side by side.
SCOUT = """
WITH RECURSIVE beats (beat) AS (
  SELECT min(beat) FROM summaries WHERE beat > 0
  UNION ALL SELECT (SELECT min(s.beat) FROM summaries s WHERE s.beat > beats.beat) FROM beats WHERE beat IS NOT NULL
)
SELECT s.contact_id FROM beats b CROSS JOIN summaries s
WHERE s.beat = b.beat AND s.last <= date(julianday(:today) + :ahead - :soon * b.beat / 100)
  AND s.last >= date(julianday(:today) - :lapsed * b.beat)
"""


@rule(
    "R201",
    severity=Severity.WARN,
    sql=SQL,
    gives=("last", "beat", "d", "severity"),
    hint=HINT,
    due="s.stale_on",
    d="14.0 * (julianday(:today) - julianday(s.last)) / s.beat - 14",
    scout=SCOUT,
    wide=True,
)
def quiet(day: Day, *, soon: int = 80, planned: int = 14, lapsed: int = 4) -> dict[str, object]:
    """Somebody has not heard from you for as long as their cadence, or nearly.

    What it flags: the time since the last touch reaches the cadence (the person's own, else the
    shortest of the tags', else the lifecycle's); from ``soon`` percent of it already, as info.
    An open follow-up that falls due before the cadence ends, or within ``planned`` days, is plan
    enough and silences it. People quiet for more than ``lapsed`` cadences are left alone: they
    are no longer late, they are lapsed, and would bury the ones that can still be kept.
    ``crm search quiet:365d.. is:customer`` finds them.

    Why: customers leave quietly. Whoever hears from you in time does not have to wonder whether
    you still care, and a word costs minutes.

    Settle: get in touch and log it. ``crm done R201:7`` lets it rest until the cadence is over,
    or for one more where it is; ``crm snooze R201:7 +2w`` puts it off, and
    ``crm edit 7 --cadence 180d`` changes the beat.

    Source: key-account practice of four touches a year for customers and six for prospects.
    """
    return {
        "today": day.today.isoformat(),
        "ahead": day.ahead,
        "due": day.due,
        "soon": soon,
        "planned": day.ago(-planned),
        "lapsed": lapsed,
    }
