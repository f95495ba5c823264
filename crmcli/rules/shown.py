"""What ``remind --new`` showed before: the handle of a finding and its occurrence."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from crmcli.rules.base import Day
    from crmcli.rules.morning import Item

_HANDLE = "coalesce(f.ref, f.code || ':' || f.contact_id)"
_LEAVE = f"""
DELETE FROM finding AS f WHERE EXISTS (
  SELECT 1 FROM shown h WHERE h.handle = {_HANDLE} AND h.occurrence = f.occurrence
  -- What was put off since is new again when that ends.
  AND NOT EXISTS (SELECT 1 FROM silences s WHERE s.kind = 'snooze' AND s.contact_id = f.contact_id
    AND coalesce(s.rule, f.code) = f.code AND s.until > h.on_date AND s.until <= :today)
  AND NOT EXISTS (SELECT 1 FROM follow_ups u WHERE u.id = CAST(substr(f.ref, 2) AS INTEGER)
    AND u.snoozed_until > h.on_date AND u.snoozed_until <= :today))
"""
# Who will stand behind the one line of a batch; they are as good as shown when it is.
_BATCHES = f"""
CREATE TEMP TABLE batched AS
SELECT code, batch, contact_id, {_HANDLE} AS handle, occurrence FROM finding f
WHERE batch IS NOT NULL AND silent IS NULL
"""
_MATES = """
SELECT mate.handle, mate.occurrence FROM batched me JOIN batched mate ON mate.code = me.code AND mate.batch = me.batch
WHERE me.handle = ?
"""
# A clock that went back does not make a later day unseen.
_MARK = """
INSERT INTO shown (handle, occurrence, on_date) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET on_date = max(on_date, excluded.on_date)
"""


def leave_out(db: sqlite3.Connection, day: Day) -> None:
    """Take what was shown before out of ``finding``, before the lines of batches are made there."""
    db.execute(_LEAVE, {"today": day.today.isoformat()})
    db.execute("DROP TABLE IF EXISTS temp.batched")
    db.execute(_BATCHES)


def mark(db: sqlite3.Connection, items: Iterable[Item], day: Day) -> None:
    """Note that these are shown, inside the open transaction; after ``leave_out``."""
    today = day.today.isoformat()
    for item in items:
        for mark, stands_for in zip(item.marks, item.more, strict=True):
            marks = db.execute(_MATES, mark[:1]).fetchall() if stands_for else [mark]
            db.executemany(_MARK, [(handle, occurrence, today) for handle, occurrence in marks])


def unmark(db: sqlite3.Connection, handles: Iterable[str]) -> None:
    """Have these shown again, ``*:7`` all findings about contact 7; inside the open transaction."""
    db.executemany("DELETE FROM shown WHERE handle GLOB ?", [(handle,) for handle in handles])
