"""The channel that a person answers, as the kind of interaction to log next."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

_REACHING = ("call", "email", "message", "visit", "meeting")  # the least trouble first
OUTBOUND = frozenset(("email", "message"))  # kinds that have a direction
_UNWRITTEN = frozenset(("message", "visit", "meeting"))  # where to is often known by heart
_PERSON = """
SELECT c.channel, c.address IS NOT NULL AS address, c.urls <> '[]' AS urls,
  (SELECT max(dead_on IS NULL AND position NOT IN (SELECT position FROM refused WHERE contact_id = c.id AND channel = 'phone'))
    FROM phones WHERE contact_id = c.id) AS phone,
  (SELECT max(dead_on IS NULL AND position NOT IN (SELECT position FROM refused WHERE contact_id = c.id AND channel = 'email'))
    FROM emails WHERE contact_id = c.id) AS email
FROM contacts c WHERE c.id = ?
"""
# What they sent; a call that has no direction was answered.
_ANSWERED = """
SELECT kind FROM timeline WHERE contact_id = ? AND touch AND kind IN ('call', 'email', 'message', 'visit', 'meeting')
AND (direction = 'in' OR (direction IS NULL AND kind = 'call'))
ORDER BY at DESC, kind
"""
_TRIED = """
SELECT DISTINCT t.kind FROM timeline t JOIN summaries s ON s.contact_id = t.contact_id
WHERE t.contact_id = ? AND t.touch AND t.direction = 'out' AND t.at > coalesce(s.heard_at, '')
"""


def suggest(
    db: sqlite3.Connection, contact_id: int, kinds: Collection[str], *, other: bool = False
) -> str:
    """Return the kind of touch for a person: the channel they chose, else the one they used last.

    Else a call where there is a number, an e-mail where there is an address, a message where there
    is a link, a visit where it is known where they are, or a meeting. What bounced or was a wrong
    number is not suggested again, nor what somebody has too who is not to be contacted.

    With ``other`` only what was not tried since they were heard, and what there is a number or an
    address for; empty where no way is left.
    """
    person = db.execute(_PERSON, (contact_id,)).fetchone()
    if person is None:
        return "call"
    # True where there is one that works, False where all of them are dead, None where none is known.
    message = True if person["phone"] or person["urls"] else person["phone"]
    ways = {
        "call": person["phone"],
        "email": person["email"],
        "message": message,
        "visit": person["address"] or None,
    }
    answered = [row[0] for row in db.execute(_ANSWERED, (contact_id,))]
    if other:
        tried = {row[0] for row in db.execute(_TRIED, (contact_id,))}
        known = [kind for kind in _REACHING if ways.get(kind) and kind not in tried]
        liked = (kind for kind in (person["channel"], *answered) if kind in known)
        return next(liked, known[0] if known else "")
    if person["channel"] in kinds and ways.get(person["channel"]) != 0:
        return str(person["channel"])
    if answered and (
        ways.get(answered[0]) or (answered[0] in _UNWRITTEN and ways.get(answered[0]) != 0)
    ):
        return str(answered[0])
    return next((kind for kind in _REACHING if ways.get(kind)), "meeting")
