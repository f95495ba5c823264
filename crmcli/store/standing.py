"""What stands on what: changes that keep a set from being taken back, or from coming back.

A set is in force while it is not undone; since its redo, where it was undone and redone.
"""

from __future__ import annotations

from crmcli.db.triggers import BY_CONTACT, PAIRED, TRACKED
from crmcli.errors import RefusedError
from crmcli.store.history import EFFECTIVE, REDONE_BY

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from typing import Any

# Made in passing and shared: taken away only when nobody uses them.
SHARED = ("tag", "field", "company")
# Moved on by whatever is done later, which does not stand on what was there: columns that more than
# one set in force may have written; the last of them holds.
MOVING = {
    "contact": ("updated_at", "verified_on"),
    "company": ("updated_at",),
    "deal": ("updated_at",),
    "email": ("verified_on",),
    "phone": ("verified_on",),
}
_MOVED = "('updated_at', 'verified_on')"
_MOST = 5  # rows looked at for who wrote them
_KNOWN_ELSEWHERE = ("contact", "company", "interaction", "follow_up", "deal")
# Columns by which a row that comes back may meet another: the word of a tag, an id of another system.
_UNIQUE = {
    "tag": ("key",),
    "field": ("key",),
    "company": ("key",),
    "saved_view": ("name",),
    "external_id": ("noun", "system", "value"),
    "merged_contact": ("uid",),
    "contact": ("uid",),
    "interaction": ("uid",),
    "follow_up": ("uid",),
    "deal": ("uid",),
}

# In force and later: of an undo, applied since; of a redo, made since.
_APPLIED = (
    f"SELECT s.id FROM change_set s WHERE {EFFECTIVE} AND (s.id > :since OR {REDONE_BY} > :since)"
)
_MADE = f"SELECT id FROM change_set WHERE {EFFECTIVE} AND id > :since"
_NO_IDS = "('contact_tag', 'contact_field', 'different')"
_PAIRS = "('participant', 'contact_tag', 'contact_field', 'different')"
# Sets of later changes o(ther) that meet m(ine). CROSS JOIN and + hold SQLite to the one order and
# index that stays quick when either set has 100,000 rows.
_MEETING = (
    # The same row: two updates only where they change the same column. That both made a word is none.
    (
        "SELECT DISTINCT o.set_id FROM change m CROSS JOIN change o ON o.noun = m.noun AND o.row_id = m.row_id"
        f" WHERE m.set_id = :number AND m.row_last IS NULL AND m.noun NOT IN {_PAIRS} AND o.row_last IS NULL AND {{later}}"
        f" AND NOT (m.noun IN {SHARED} AND m.op <> 'update' AND o.op = 'insert')"
        " AND (m.op <> 'update' OR o.op <> 'update' OR EXISTS (SELECT 1 FROM json_each(m.data) a"
        f" JOIN json_each(o.data) b ON b.key = a.key WHERE m.noun NOT IN {tuple(MOVING)} OR a.key NOT IN {_MOVED}))"
    ),
    (
        "SELECT DISTINCT o.set_id FROM change m CROSS JOIN change o"
        " ON o.contact_id = m.contact_id AND +o.noun = m.noun AND +o.row_id = m.row_id"
        f" WHERE m.set_id = :number AND m.row_last IS NULL AND m.noun IN {_PAIRS} AND {{later}}"
    ),
    # A row of a range that this set inserted.
    (
        "SELECT DISTINCT o.set_id FROM change m CROSS JOIN change o"
        " ON o.noun = m.noun AND o.row_id BETWEEN m.row_id AND m.row_last"
        f" WHERE m.set_id = :number AND m.row_last IS NOT NULL AND m.noun NOT IN {_NO_IDS} AND {{later}}"
    ),
    # A person whom this set changed, and who was merged into another since.
    (
        "SELECT DISTINCT o.set_id FROM change m CROSS JOIN change o"
        " ON o.noun = 'contact' AND o.row_id = m.contact_id AND o.op = 'delete'"
        " WHERE m.set_id = :number AND m.contact_id IS NOT NULL AND {later}"
    ),
    # Anything on a person whom this set made.
    (
        "SELECT DISTINCT o.set_id FROM change m CROSS JOIN change o"
        " ON o.contact_id BETWEEN m.row_id AND coalesce(m.row_last, m.row_id)"
        " WHERE m.set_id = :number AND m.noun = 'contact' AND m.op = 'insert' AND {later}"
    ),
)


class StandingError(RefusedError):
    """Other changes keep a set from being undone or redone.

    Attributes:
        number: the set. redo: whether it was to come back.
        later: sets in force that have to be undone first, in their order.
        needed: undone sets that have to be redone first, in their order.
    """

    def __init__(
        self, number: int, *, redo: bool, later: Iterable[int] = (), needed: Iterable[int] = ()
    ) -> None:
        self.number = number
        self.redo = redo
        self.later = sorted(later)
        self.needed = sorted(needed)
        what = "cannot come back: other changes are" if redo else "cannot be undone: later changes"
        super().__init__(f"{number} {what} in the way; see crm history")


class Later:
    """Which sets count as later than one, for as long as the question is asked.

    Args:
        db: the book.
        number: the set asked about.
        since: the number after which it was undone (redo) or came into force.
        redo: whether it is to come back.
    """

    def __init__(self, db: sqlite3.Connection, number: int, since: int, *, redo: bool) -> None:
        self.db = db
        self.number = number
        self.redo = redo
        self.since = since
        self.sql = f"+o.set_id IN ({_MADE if redo else _APPLIED})"

    def error(self, later: Iterable[int] = (), needed: Iterable[int] = ()) -> StandingError:
        """The refusal that names these sets."""
        return StandingError(self.number, redo=self.redo, later=later, needed=needed)

    def meeting(self, changes_of: int) -> set[int]:
        """Later sets in force that touch what the set ``changes_of`` touched."""
        db, values = self.db, {"number": changes_of, "since": self.since}
        if not db.execute(f"{_MADE if self.redo else _APPLIED} LIMIT 1", values).fetchone():
            return set()
        return {
            row[0] for sql in _MEETING for row in db.execute(sql.format(later=self.sql), values)
        }

    def orphaned(self, changes_of: int) -> set[int]:
        """Later sets whose rows need one that the set had inserted and that is gone now.

        They are found by what remains, since a row of an import has no change of its own.
        """
        found: set[int] = set()
        pointing = references(self.db)
        for change in self.db.execute(
            "SELECT noun, row_id, coalesce(row_last, row_id) AS last FROM change WHERE set_id = ? AND op = 'insert'",
            (changes_of,),
        ):
            if change["noun"] in SHARED:
                continue
            for child, column, only in pointing.get(change["noun"], ()):
                key = f"contact_id, {PAIRED[child]}" if child in PAIRED else "NULL, id"
                for contact_id, row_id in self.db.execute(
                    f"SELECT {key} FROM {child} WHERE {only}{column} BETWEEN ? AND ? LIMIT {_MOST}",
                    (change["row_id"], change["last"]),
                ):
                    found.update(self.writers(child, row_id, contact_id))
        return found

    def writers(self, noun: str, row_id: int, contact_id: int | None) -> Iterator[int]:
        """Later sets in force that wrote a row."""
        for row in self.db.execute(
            _writers(self.sql),
            _row_of(noun, row_id, contact_id) | {"since": self.since},
        ):
            yield row[0]

    def blamed(self, change: sqlite3.Row | dict[str, Any]) -> StandingError:
        """Who keeps a change from being reversed: whoever wrote the row since, or is undone and wrote it before."""
        noun, row_id = change["noun"], change["row_id"]
        later = set(self.writers(noun, row_id, change["contact_id"]))
        if change["op"] == "delete":
            later.update(self._holders(noun, change["data"]))
        if not later:  # nobody new; then somebody who was there before and is back
            anybody = f"+o.set_id IN ({_APPLIED})"
            values = _row_of(noun, row_id, change["contact_id"]) | {"since": self.since}
            later = {row[0] for row in self.db.execute(_writers(anybody), values)}
        later.discard(self.number)
        return self.error(later, () if later else self._undone(noun, row_id, change["contact_id"]))

    def missing(self, noun: str, row_id: int) -> StandingError:
        """Who keeps a row from coming back that points to another: whoever took that away."""
        later = set(self.writers(noun, row_id, None))
        return self.error(later, () if later else self._undone(noun, row_id, None))

    def _holders(self, noun: str, data: str) -> Iterator[int]:
        """Later sets that made what has the same word, name or id of another system."""
        from json import loads

        columns = _UNIQUE.get(noun)
        if not columns or data is None:
            return
        row = loads(data)
        where = " AND ".join(f"{column} = ?" for column in columns)
        for other in self.db.execute(
            f"SELECT id FROM {noun} WHERE {where}", tuple(row[column] for column in columns)
        ):
            yield from self.writers(noun, other[0], row.get("contact_id"))

    def _undone(self, noun: str, row_id: int, contact_id: int | None) -> list[int]:
        """Sets that wrote a row and are undone."""
        undone = "+o.set_id IN (SELECT id FROM change_set WHERE undoes IS NULL AND undone_by IS NOT NULL)"
        found = self.db.execute(_writers(undone), _row_of(noun, row_id, contact_id))
        return [row[0] for row in found if row[0] != self.number]


def _row_of(noun: str, row_id: int, contact_id: int | None) -> dict[str, Any]:
    ranged = contact_id if noun in BY_CONTACT else row_id
    return {
        "noun": noun,
        "row": row_id,
        "contact": contact_id if noun in PAIRED else None,
        "ranged": ranged,
    }


def _writers(which: str) -> str:
    """SQL of the sets that wrote a row, of those that ``which`` says."""
    return (
        "SELECT set_id FROM change o WHERE noun = :noun AND row_id = :row AND row_last IS NULL"
        f" AND (:contact IS NULL OR contact_id = :contact) AND {which}"
        " UNION SELECT set_id FROM change o WHERE noun = :noun AND row_id <= :ranged AND row_last >= :ranged"
        f" AND row_last IS NOT NULL AND {which}"
    )


def references(db: sqlite3.Connection) -> dict[str, list[tuple[str, str, str]]]:
    """Table -> the tables and columns that point to it, and SQL of which of their rows do."""
    found: dict[str, list[tuple[str, str, str]]] = {
        noun: [("external_id", "row_id", f"noun = '{noun}' AND ")] for noun in _KNOWN_ELSEWHERE
    }
    for child in TRACKED:
        for key in db.execute(f"PRAGMA foreign_key_list({child})"):
            found.setdefault(key["table"], []).append((child, key["from"], ""))
    return found


def is_free(noun: str, pointing: dict[str, list[tuple[str, str, str]]]) -> str:
    """SQL of whether nothing points to a row of a shared table."""
    return " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {child} WHERE {only}{column} = {noun}.id)"
        for child, column, only in pointing[noun]
    )
