"""What mail says of the addresses that it came from, or did not reach: see ``store.channels``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store.channels import NEWS

if TYPE_CHECKING:
    import sqlite3

    from crmcli.store.bulk import Summary

_BOUNCED = "n.works = 0"
# Nobody is made because mail to them came back: who has the address in the book, or wrote or was
# written to in this file, is somebody.
_UNKNOWN = f"""
SELECT p.id FROM in_person p WHERE NOT EXISTS (SELECT 1 FROM email x WHERE x.key = p.email_key)
  AND p.id IN (SELECT n.person FROM in_event n WHERE {_BOUNCED})
  AND p.id NOT IN (SELECT n.person FROM in_event n WHERE n.works IS NOT 0 AND n.person IS NOT NULL)
  AND p.id NOT IN (SELECT person FROM in_also)
"""
# The last day that an address worked, and the first day behind it that it did not.
_HEARD = """
SELECT l.owner, q.email_key AS key, max(n.channel_on) FILTER (WHERE n.works = 1) AS heard_on,
  json_group_array(n.channel_on) FILTER (WHERE n.works = 0) AS bounces
FROM in_plan l JOIN in_event n ON n.row = l.row JOIN in_person q ON q.id = n.person
WHERE l.fresh AND n.channel_on IS NOT NULL AND q.email_key IS NOT NULL GROUP BY 1, 2
"""


def leave_unknown(db: sqlite3.Connection, summary: Summary) -> int:
    """Take out staged bounces of addresses that nobody has; return how many."""
    lines = [
        row[0]
        for row in db.execute(
            f"SELECT n.line FROM in_event n WHERE {_BOUNCED} AND n.person IN ({_UNKNOWN}) ORDER BY n.row"
        )
    ]
    if lines:
        db.execute(f"CREATE TEMP TABLE in_nobody AS {_UNKNOWN}")
        db.execute("DELETE FROM temp.in_event WHERE person IN (SELECT id FROM in_nobody)")
        db.execute("DELETE FROM temp.in_person WHERE id IN (SELECT id FROM in_nobody)")
        db.execute("DROP TABLE temp.in_nobody")
        more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
        summary.warnings.append(
            f"line {lines[0]}{more}: came back from addresses that nobody in the book has; left out"
        )
        summary.skipped += len(lines)
    return len(lines)


def learn(db: sqlite3.Connection) -> None:
    """Note of the addresses of new interactions that they work, or are dead, as of their days."""
    db.execute(f"CREATE TEMP TABLE in_heard AS {_HEARD}")
    same = "email.contact_id = h.owner AND email.key = h.key"
    db.execute(
        "UPDATE email SET verified_on = max(coalesce(verified_on, ''), h.heard_on),"
        " dead_on = iif(dead_on <= h.heard_on, NULL, dead_on) FROM in_heard h"
        f" WHERE {same} AND h.heard_on IS NOT NULL"
        " AND (dead_on <= h.heard_on OR verified_on IS NULL OR verified_on <= date(h.heard_on, ?))",
        (f"-{NEWS} days",),
    )
    db.execute(
        "UPDATE email SET dead_on = d.day FROM ("
        " SELECT h.owner, h.key, min(j.value) AS day FROM in_heard h, json_each(h.bounces) j"
        " JOIN email e ON e.contact_id = h.owner AND e.key = h.key"
        "  WHERE j.value > coalesce(h.heard_on, '') AND j.value >= coalesce(e.verified_on, '') GROUP BY 1, 2) d"
        " WHERE email.contact_id = d.owner AND email.key = d.key AND email.dead_on IS NULL"
    )
    db.execute("DROP TABLE temp.in_heard")
