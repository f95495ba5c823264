"""The rule Q704."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.rules.base import Day

SQL = """
SELECT contact_id, group_concat(field) AS occurrence, NULL AS due, lifecycle || ' without ' || group_concat(field, ', ') AS message
FROM (
  SELECT c.id AS contact_id, c.lifecycle, w.value ->> 1 AS field
  FROM json_each(:wanted) w JOIN contacts c ON c.lifecycle = w.value ->> 0
  WHERE c.archived_at IS NULL AND c.id {whom} AND coalesce(CASE w.value ->> 1
    WHEN 'name' THEN c.name WHEN 'given' THEN iif(instr(c.name, ' ') = 0, c.name, c.given) WHEN 'family' THEN iif(instr(c.name, ' ') = 0, c.name, c.family) WHEN 'company' THEN c.company
    WHEN 'title' THEN c.title WHEN 'email' THEN c.email WHEN 'emails' THEN c.email WHEN 'phone' THEN c.phone
    WHEN 'phones' THEN c.phone WHEN 'urls' THEN nullif(c.urls, '[]') WHEN 'address' THEN c.address WHEN 'city' THEN c.city
    WHEN 'region' THEN c.region WHEN 'postcode' THEN c.postcode WHEN 'country' THEN c.country WHEN 'birthday' THEN c.birthday
    WHEN 'dates' THEN nullif(c.dates, '[]') WHEN 'language' THEN c.language WHEN 'currency' THEN c.currency
    WHEN 'channel' THEN c.channel WHEN 'cadence' THEN c.cadence WHEN 'tags' THEN nullif(c.tags, '[]')
    WHEN 'source' THEN c.source WHEN 'referred_by' THEN c.referred_by WHEN 'note' THEN c.note
    WHEN 'verified_on' THEN c.verified_on WHEN 'last' THEN c.last WHEN 'next' THEN c.next ELSE c.custom ->> ('$."' || (w.value ->> 1) || '"') END, '') = ''
  ORDER BY c.id, w.key
)
GROUP BY contact_id
"""


@rule("Q704", severity=Severity.INFO, sql=SQL, action=("show", "{id}"))
def incomplete(day: Day) -> dict[str, object]:
    """A field that you want of such people is missing.

    What it flags: an empty field that the config requires of the person's lifecycle
    (``[required]``, such as ``customer = ["email", "phone"]``; custom fields by their names). A
    name of one word is both given and family name. Nothing without that section.

    Why: the missing number is found out when it is needed.

    Settle: ask, and ``crm edit 7 --phone ...``; ``crm ignore Q704:7`` where there is none.

    Source: no default to choose; the fields are yours.
    """
    wanted = [(of, field) for of, fields in day.required.items() for field in fields]
    if not wanted:
        return {"wanted": "[]"}
    from json import dumps

    return {"wanted": dumps(wanted)}
