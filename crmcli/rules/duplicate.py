"""The rule Q705."""

from __future__ import annotations

from crmcli.rules.base import Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    from crmcli.rules.base import Day

# Behind an e-mail or a phone (the first two ranks) a name may be less alike. One row a person: the best.
SQL = """
SELECT t.contact_id, t.target || '' AS occurrence, NULL AS due, t.target, iif(t.sure, 'unsafe', NULL) AS fix,
  t.reason || ' ' || o.id || ' ' || o.name AS message
FROM (
  SELECT contact_id, target, sure, reason, row_number() OVER (PARTITION BY contact_id ORDER BY rank, score DESC, target) AS place
  FROM temp.twin WHERE rank < 2 OR alike * 100 >= :alike
) t JOIN names o ON o.id = t.target
WHERE place = 1
"""


def _seek(db: sqlite3.Connection, day: Day, people: Collection[int] | None) -> None:
    from crmcli.rules import twins  # what compares names is loaded by those who ask for it

    twins.seek(db, day, people)


@rule(
    "Q705",
    severity=Severity.WARN,
    sql=SQL,
    gives=("target", "fix"),
    action=("merge", "{target}", "{id}", "--dry-run"),
    fix="merge",
    seek=_seek,
)
def duplicate(day: Day, *, alike: int = 92) -> dict[str, object]:
    """Two entries look like one person.

    What it flags: an entry with the e-mail of an earlier one, or with its phone in any spelling and
    a name like its; an address that differs by ``+tag`` alone; a name that is ``alike`` percent
    alike and the same company, or the same birthday; a name that nobody else has and the same
    city, or spelt in two ways. Names are compared in any order and script, and forgive a slip, an
    initial, a short form, a second family name. A mailbox of an office (info@, biuro@), a phone of
    several people and a name alone are no sign by themselves; two birthdays, or two addresses at
    one firm, tell namesakes apart.

    Why: half a history on each of two entries is as good as none, and both get reminded of.

    Settle: look at what would come of it with ``crm merge 3 7 --dry-run``, then ``crm merge 3 7``;
    ``crm merge 3 7 --different`` where they are two people, and it is never asked again.
    ``crm check --unsafe-fixes`` merges those with one e-mail or phone and names alike, and asks
    first.

    Source: measured on 100,000 people with 2 % near-duplicates of ten kinds; see
    docs/duplicates.md.
    """
    del day
    return {"alike": alike}
