"""One person, by everything that names them: in the book now, and in its history."""

from __future__ import annotations

from json import loads

from crmcli.store import entries
from crmcli.values.mentions import Mentions
from crmcli.values.text import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    Named = tuple[str, str | None]  # (what it is, text)

# What names a person, in the book and in rows of the history: table -> (column, what it is).
_NAMING = {
    "contact": (("name", "name"), ("uid", "uid")),
    "merged_contact": (("name", "name"), ("uid", "uid")),
    "email": (("address", "address"), ("key", "email")),
    "phone": (("key", "phone"),),
    "link": (("url", "link"),),
    "external_id": (("value", "value"),),
}
_OF = {
    "contact": "id = :id",
    "external_id": "noun = 'contact' AND row_id = :id",
}
# What Mentions takes: names, e-mails, phones, others.
_FINDING = (("name",), ("address", "email"), ("phone",), ("link", "uid", "value"))
# Others who have it too: what is shared keeps nobody out.
_SHARED = {
    "email": "SELECT 1 FROM email WHERE key = ? AND contact_id <> ?",
    "phone": "SELECT 1 FROM phone WHERE key = ? AND contact_id <> ?",
}


def mentions(named: Iterable[Named]) -> Mentions:
    """What finds in texts whoever is named so: one or several people."""
    of: dict[str, list[str]] = {}
    for what, text in named:
        if text:
            of.setdefault(what, []).append(text)
    texts = [[text for kind in kinds for text in of.get(kind, ())] for kinds in _FINDING]
    return Mentions(*texts)


class Subject:
    """Whom an erasure is about.

    Attributes:
        id: of the contact. ids: that and those of contacts merged into it, and of earlier entries of the
            same person that were taken back, which the history has.
        name: as the book has it. named: all that names the person, each with what it is.
        perhaps: number and name of entries that were taken back, and may be another's.
        known: what tells the person.
    """

    def __init__(self, db: sqlite3.Connection, contact_id: int, also: Iterable[Named] = ()) -> None:
        """Take the contact of that id; ``also`` is what another copy of the book knows of it."""
        self.id = contact_id
        merged = db.execute(
            "SELECT old_id FROM merged_contact WHERE contact_id = ? AND old_id IS NOT NULL",
            (contact_id,),
        )
        self.ids = [contact_id, *(row[0] for row in merged)]
        self.perhaps: list[tuple[int, str]] = []
        while True:  # what an entry was known by may tell another one
            self._own = (*self._now(db), *self._before(db))
            self.known = entries.known(db, self.ids, *map(self._all, ("name", "uid")))
            theirs, self.perhaps = entries.taken_back(db, self.known, self.ids)
            if not theirs:
                break
            self.ids += theirs
        self.named = list(dict.fromkeys((*self._own, *also)))
        self.name = next((text for what, text in self.named if what == "name"), str(contact_id))
        self._ids_elsewhere = self._systems(db)

    def is_stale(self, db: sqlite3.Connection) -> bool:
        """Whether the person was merged, changed or taken away since this was made."""
        now = Subject(db, self.id)
        return (now.ids, now._own) != (self.ids, self._own)

    @property
    def marks(self) -> str:
        """The ids for an SQL list."""
        return ", ".join(map(str, self.ids))

    def _all(self, kind: str) -> list[str]:
        return [text for what, text in self._own if what == kind and text]

    def _now(self, db: sqlite3.Connection) -> Iterator[Named]:
        for table, columns in _NAMING.items():
            where = _OF.get(table, "contact_id = :id")
            for column, what in columns:
                for row in db.execute(
                    f"SELECT {column} FROM {table} WHERE {where}", {"id": self.id}
                ):
                    yield what, row[0]

    def _before(self, db: sqlite3.Connection) -> Iterator[Named]:
        """What the history says that the person was called, and reached by."""
        nouns = ", ".join(f"'{table}'" for table in _NAMING)
        for noun, op, data in db.execute(
            f"SELECT noun, op, data FROM change WHERE contact_id IN ({self.marks})"
            f" AND data IS NOT NULL AND noun IN ({nouns})"
        ):
            row = loads(data)
            for column, what in _NAMING[noun]:
                if column in row:
                    values = row[column] if op == "update" else [row[column]]
                    yield from ((what, str(value)) for value in values if value is not None)

    def _systems(self, db: sqlite3.Connection) -> list[str]:
        found = db.execute(
            "SELECT system || ':' || value FROM external_id WHERE noun = 'contact' AND row_id = ?",
            (self.id,),
        )
        return [row[0] for row in found]

    def of(self, *kinds: str) -> list[str]:
        """The texts of these kinds: name, uid, address, email, phone, link, value."""
        return [text for what, text in self.named if what in kinds and text]

    def mentions(self) -> Mentions:
        """What finds the person in texts."""
        return mentions(self.named)

    def mentions_typed(self, db: sqlite3.Connection) -> Mentions:
        """What finds the person in commands, where a word of the name is enough that nobody else bears."""
        borne = {word for name in self.of("name") for word in words(name)}
        unique = [
            word
            for word in borne
            if not db.execute(
                "SELECT 1 FROM contact_fts WHERE contact_fts MATCH ? AND rowid <> ? LIMIT 1",
                (f'name : "{word}"', self.id),
            ).fetchone()
        ]
        return Mentions(
            self.of("name"),
            self.of("address", "email"),
            self.of("phone"),
            self.of("link", "uid", "value"),
            unique,
        )

    def known_by(self, db: sqlite3.Connection) -> list[tuple[str, str | None]]:
        """What an import would know the person by; not what somebody else in the book has too."""
        found: list[tuple[str, str | None]] = [("uid", text) for text in self.of("uid")]
        found += [("id", text) for text in self._ids_elsewhere]
        for kind, sql in _SHARED.items():
            found += [
                (kind, text)
                for text in self.of(kind)
                if not db.execute(sql, (text, self.id)).fetchone()
            ]
        return found
