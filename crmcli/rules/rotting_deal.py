"""The rule D301."""

from __future__ import annotations

from crmcli.rules.base import HAS_DEAL, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT contact_id, group_concat(id || since) AS occurrence, min(date(since, '+' || rot || ' days')) AS due, min(id) AS target,
  title || ': nothing for ' || CAST(julianday(:today) - julianday(min(since)) AS INTEGER) || ' days in ' || stage
    || ', limit ' || rot || iif(count(*) > 1, '; and ' || (count(*) - 1) || ' more', '') AS message
FROM (
  SELECT o.person_id AS contact_id, o.id, o.title, o.stage, o.rot, max(on_day(o.stage_since), coalesce(c.last, '')) AS since, c.next
  FROM deals o JOIN people c ON c.id = o.person_id
  WHERE o.open AND o.rot > 0
  ORDER BY o.id
)
WHERE date(since, '+' || rot || ' days') <= :today AND (next IS NULL OR substr(next, 1, 10) > date(:today, '+' || rot || ' days'))
GROUP BY contact_id
"""
SCOUT = "SELECT person_id AS contact_id FROM deals WHERE open AND rot > 0"


@rule(
    "D301",
    severity=Severity.WARN,
    sql=SQL,
    gives=("target",),
    hint=HAS_DEAL,
    scout=SCOUT,
    wide=True,
)
def rotting_deal(day: Day) -> dict[str, object]:
    """An open deal lies still.

    What it flags: no touch and no move for as long as the stage's limit, the ``rot`` of
    ``deals.stages`` in the config (30, 30, 21 and 14 days for new, qualified, proposal and
    negotiation). A follow-up that is due inside the limit silences it.

    Why: deals are seldom lost with a word. They are lost in a silence that nobody noticed.

    Settle: get in touch and log it, ``crm deal move 3 negotiation``, or
    ``crm deal lost 3 --reason "no budget"``.

    Source: the usual limits of pipeline tools; later stages move faster, so their limits are
    shorter.
    """
    return {"today": day.today.isoformat()}
