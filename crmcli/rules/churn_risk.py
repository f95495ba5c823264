"""The rule C402."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT contact_id, occurrence, due,
  'ordered about every ' || gap || ' days, nothing for ' || silent || ' days: may be leaving' AS message
FROM (
  SELECT c.id AS contact_id, c.last, c.next, s.last_order_on AS occurrence, s.order_gap AS gap,
    date(s.last_order_on, '+' || (2 * s.order_gap) || ' days') AS due,
    CAST(julianday(:today) - julianday(s.last_order_on) AS INTEGER) AS silent
  FROM summaries s JOIN people c ON c.id = s.contact_id
  WHERE s.next_order_on BETWEEN :oldest AND :worked AND s.orders > :gaps AND s.order_cv <= :variation
    AND c.lifecycle <> 'lapsed'
)
WHERE due < :worked AND silent <= :lost * gap AND last <= due AND last <= :rested
  AND NOT coalesce(substr(next, 1, 10) > :until AND substr(next, 1, 10) <= :planned, FALSE)
"""
HINT = """
s.next_order_on BETWEEN :oldest AND :worked AND s.orders > :gaps AND s.order_cv <= :variation
"""


@rule(
    "C402",
    severity=Severity.WARN,
    sql=SQL,
    mutes=("C401", "R201"),
    hint=HINT,
    due="date(s.last_order_on, '+' || (2 * s.order_gap) || ' days')",
    wide=True,
    since="oldest",
)
def churn_risk(
    day: Day,
    *,
    gaps: int = 3,
    variation: int = 50,
    rest: int = 14,
    planned: int = 14,
    lost: int = 6,
    oldest: int = 732,
) -> dict[str, object]:
    """A regular customer has stopped ordering.

    What it flags: the same steady buyers as reorder-due (at least ``gaps`` gaps, varying by at
    most ``variation`` percent), silent for over two median gaps, with no touch since then nor in
    the last ``rest`` days, and no follow-up planned for the next ``planned`` days. After ``lost``
    gaps, or ``oldest`` days after the order was due, they are not leaving but gone; so are those
    marked lapsed.

    Why: keeping a customer costs a fifth of winning one, and at two missed orders there is still
    somebody to ask why.

    Settle: call, ask what changed, and log it; ``crm done C402:7`` until they order again.

    Source: two missed intervals is the common threshold for repeat buyers; keeping costs a fifth
    of winning by the usual estimates of customer-loyalty research.
    """
    return {
        "gaps": gaps,
        "variation": variation,
        "lost": lost,
        "today": day.today.isoformat(),
        "worked": day.due,
        "rested": day.past(rest).isoformat(),
        "until": day.until.isoformat(),
        "planned": day.ago(-planned),
        "oldest": day.ago(oldest),
    }
