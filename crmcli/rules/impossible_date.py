"""The rule Q706."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT c.id AS contact_id, iif(c.last > :today, c.last, c.birthday) AS occurrence, NULL AS due,
  iif(c.last > :today, 'last touch ' || c.last || ' is in the future',
    'born ' || c.birthday || ', after today') AS message
FROM contacts c
WHERE c.archived_at IS NULL AND (c.last > :today OR (c.birthday GLOB '[0-9]*' AND c.birthday > :today))
"""


@rule("Q706", severity=Severity.ERROR, sql=SQL, action=("show", "{id}"))
def impossible_date(day: Day) -> dict[str, object]:
    """A date cannot be true.

    What it flags: a touch in the future, or a birth after today.

    Why: a touch in the future silences every reminder until then; it is nearly always day and
    month swapped by an import.

    Settle: ``crm edit 7 --birthday 1984-05-17``, or ``crm undo`` the import and import again
    with ``--date-order``.

    Source: no default to choose.
    """
    return {"today": day.today.isoformat()}
