"""The rule C406."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

# What people call the end of a contract; any other kind counts when it has a notice period.
KINDS = "'renewal', 'contract', 'subscription', 'contract end', 'expiry', 'umowa', 'koniec umowy', 'odnowienie', 'zmluva', 'smlouva', 'konec smlouvy', 'koniec zmluvy', 'vertrag', 'vertragsende', 'verlängerung', 'договор', 'продление', 'abo'"
SQL = f"""
SELECT contact_id, group_concat(kind || date || step) AS occurrence, min(due) AS due,
  iif(min(date) < :today, 8, 6) AS severity,
  kind || ' ' || iif(date < :today, 'ended ', 'ends ') || near(date) || ' (' || date || ')'
    || iif(notice > 0, iif(last_day < :today, ', notice was due by ', ', notice by ') || last_day, '')
    || iif(count(*) > 1, '; and ' || (count(*) - 1) || ' more', '') AS message
FROM (
  SELECT k.contact_id, k.kind, k.date, coalesce(k.notice, 0) AS notice, date(k.date, '-' || coalesce(k.notice, 0) || ' days') AS last_day,
    rolled_back(date(k.date, '-' || coalesce(k.notice, 0) || ' days')) AS due,
    CASE WHEN k.date < :today THEN 'past' WHEN k.date <= date(:today, '+7 days') THEN '7'
      WHEN k.date <= date(:today, '+30 days') THEN '30' WHEN k.date <= date(:today, '+60 days') THEN '60' ELSE 'first' END AS step
  FROM key_dates k JOIN people c ON c.id = k.contact_id
  WHERE k.date GLOB '[0-9]*' AND k.date BETWEEN :oldest AND :latest AND (k.notice IS NOT NULL OR lower(k.kind) IN ({KINDS}))
    AND rolled_back(date(k.date, '-' || (coalesce(k.notice, 0) + :ahead) || ' days')) <= :until
    AND NOT EXISTS (SELECT 1 FROM key_dates n WHERE n.contact_id = k.contact_id AND n.kind = k.kind AND n.date > k.date AND n.date GLOB '[0-9]*')
  ORDER BY k.date
)
GROUP BY contact_id
"""
SCOUT = f"""
SELECT contact_id, date AS due, 0 AS promise FROM key_dates
WHERE date GLOB '[0-9]*' AND date BETWEEN :oldest AND :latest AND (notice IS NOT NULL OR lower(kind) IN ({KINDS}))
"""


@rule("C406", severity=Severity.ERROR, sql=SQL, gives=("severity",), scout=SCOUT)
def renewal_due(day: Day, *, ahead: int = 30, oldest: int = 366) -> dict[str, object]:
    """A contract or subscription ends soon.

    What it flags: a key date called renewal, contract or subscription (or the same in Polish,
    Slovak, Czech, Russian or German), or any with a notice period, from ``ahead`` days before
    notice must be given; again at 60, 30 and 7 days before the end; as an error once it is past,
    for ``oldest`` days. It is due on the last day for notice, or the working day before. A later
    date of the same kind settles it.

    Why: renewals are the cheapest sales there are, and the only ones that are lost by the calendar.

    Settle: agree, log it, and set the next end: ``crm edit 7 --date renewal=2027-12-31/30d``;
    ``crm done C406:7`` rests it until the next of these marks.

    Source: the usual marks of contract management, 60, 30 and 7 days.
    """
    return {
        "ahead": ahead,
        "today": day.today.isoformat(),
        "until": day.until.isoformat(),
        "oldest": day.ago(oldest),
        "latest": day.ago(-(ahead + 400 + day.ahead)),
    }
