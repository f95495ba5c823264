"""The rule Q701."""

from __future__ import annotations

from datetime import timedelta

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT contact_id, known AS occurrence, date(known, '+' || days || ' days') AS due,
  'data of ' || lifecycle || ' last confirmed ' || near(known) || ' (' || known || ')' AS message
FROM (
  SELECT c.id AS contact_id, c.lifecycle, iif(c.lifecycle IN ('customer', 'loyal'), :customer, :prospect) AS days,
    max(coalesce(c.verified_on, ''), coalesce(on_day(c.heard_at), ''), on_day(c.created_at),
      coalesce((SELECT max(verified_on) FROM emails e WHERE e.contact_id = c.id), ''),
      coalesce((SELECT max(verified_on) FROM phones p WHERE p.contact_id = c.id), '')) AS known
  FROM contacts c
  WHERE c.archived_at IS NULL AND c.do_not_contact = 0 AND c.lifecycle IN ('customer', 'loyal', 'prospect', 'lead') AND c.created_at < :start
)
WHERE known < date(:today, '-' || days || ' days')
"""


@rule("Q701", severity=Severity.INFO, sql=SQL, action=("verify", "{id}"))
def unverified(day: Day, *, customer: int = 365, prospect: int = 180) -> dict[str, object]:
    """Nobody has checked for long whether the data still holds.

    What it flags: customers whose data was last confirmed over ``customer`` days ago, prospects
    and leads over ``prospect``: by ``crm verify``, by something that they sent or said
    themselves, or by being added. An e-mail from them and a call with them verify that address or
    number too.

    Why: people change jobs, numbers and names; wrong data is worse than none, because it is
    trusted.

    Settle: ask at the next call, correct with ``crm edit``, then ``crm verify 7``.

    Source: a quarter to a third of business contact data goes out of date in a year.
    """
    return {
        "customer": customer,
        "prospect": prospect,
        "today": day.today.isoformat(),
        "start": day.start(day.today - timedelta(days=min(customer, prospect))),
    }
