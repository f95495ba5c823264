"""The rule F104."""

from __future__ import annotations

from crmcli.rules.base import HAS_DEAL, OF_COMPANY, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

# One line a person, for the deal that is to close first; without an open deal, for the talks.
SQL = f"""
SELECT contact_id, occurrence, due, target, message FROM (
  SELECT contact_id, max(since) OVER every AS due, id AS target, group_concat(id || since) OVER every AS occurrence,
    'no next step for ' || title || iif(count(*) OVER every > 1, ' and ' || (count(*) OVER every - 1) || ' more', '') AS message,
    row_number() OVER (PARTITION BY contact_id ORDER BY close NULLS LAST, id) AS nth
  FROM (
    SELECT o.person_id AS contact_id, o.id, o.title, o.close,
      max(on_day(o.stage_since), coalesce(c.last, ''), coalesce(on_day(o.touched_at), '')) AS since
    FROM deals o JOIN people c ON c.id = o.person_id
    WHERE o.open AND {{deals}} AND (c.next IS NULL OR substr(c.next, 1, 10) > :planned))
  WINDOW every AS (PARTITION BY contact_id ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
)
WHERE nth = 1 AND due < :settled
UNION ALL
SELECT c.id, c.last, c.last, NULL, 'in talks since ' || c.first_on || ', and no next step'
FROM people c
WHERE c.lifecycle IN ('lead', 'prospect') AND c.last >= :since AND c.last < :settled AND c.heard_at >= :since AND c.touches > 1
  AND (c.next IS NULL OR substr(c.next, 1, 10) > :planned)
  AND NOT EXISTS (SELECT 1 FROM summaries s WHERE s.contact_id = c.id AND {HAS_DEAL})
"""
HINT = f"""
coalesce(s.last, '') < :settled AND (s.next IS NULL OR substr(s.next, 1, 10) > :planned) AND (s.moved_on < :settled OR {OF_COMPANY}
  OR (s.last >= :since AND s.heard_at >= :since AND s.touches > 1))
"""
SCOUT = """
SELECT person_id AS contact_id FROM deals WHERE open
UNION
SELECT * FROM (
  WITH RECURSIVE beats (beat) AS (
    SELECT min(beat) FROM summaries WHERE beat > 0
    UNION ALL SELECT (SELECT min(s.beat) FROM summaries s WHERE s.beat > beats.beat) FROM beats WHERE beat IS NOT NULL
  )
  SELECT s.contact_id FROM beats b CROSS JOIN summaries s WHERE s.beat = b.beat AND s.last >= :since)
"""


@rule(
    "F104",
    severity=Severity.WARN,
    sql=SQL,
    gives=("target",),
    action=("remind", "{id}", "+7d", "next step {deal}"),
    fix="follow-up",
    hint=HINT,
    due="s.last",
    scout=SCOUT,
    wide=True,
)
def no_next_step(day: Day, *, days: int = 45, rest: int = 2) -> dict[str, object]:
    """A sale is under way, and nothing is planned.

    What it flags: an open deal, or a lead or prospect in talks (touched more than once, and heard
    from, in the last ``days`` days), with no follow-up in the next ``days`` days. For ``rest`` days
    after a touch or a move of the deal it waits, for you to set one.

    Why: a sale without a next step is lost to whoever has one. The step costs a line.

    Settle: ``crm remind 7 +7d "ask for the decision"``, or log the next touch with ``--next``;
    close the deal if it is over. ``crm check --unsafe-fixes`` sets a follow-up
    in seven working days.

    Source: sales practice asks that every open deal has a dated next step; 45 days is the longest
    that one still counts as a plan.
    """
    return {
        "planned": day.ago(-days),
        "since": day.ago(days),
        "settled": day.ago(rest - day.ahead),
    }
