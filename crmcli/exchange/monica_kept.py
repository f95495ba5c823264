"""What a file of Monica said, laid by on disk: its records refer to each other from far apart.

A contact names its activities, a relationship two contacts, all by uuids, in any order. So the file
is read once from its start to its end, and its records wait in a private temporary database, which
SQLite deletes by itself, until they are asked for.
"""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any, NamedTuple

from crmcli.exchange.monica_events import EVENTS
from crmcli.exchange.monica_parts import ACTIVITY, CONTACT, RELATION, parts
from crmcli.exchange.monica_people import said, shown_name, whose

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

_TABLES = """
CREATE TABLE item (number INTEGER PRIMARY KEY, noun TEXT, kind TEXT, text TEXT, problem TEXT);
CREATE TABLE name (uuid TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;
CREATE TABLE took (activity TEXT, contact TEXT, PRIMARY KEY (activity, contact)) WITHOUT ROWID;
CREATE TABLE relation (of TEXT, type TEXT, who TEXT, PRIMARY KEY (of, type, who)) WITHOUT ROWID;
"""
_MOST_KINDS = 10_000
_MOST = 500  # relations of a contact, people of an activity
_PHOTOS = ("photos", "documents", "photo", "document")


class Kept(NamedTuple):
    """One record as it waits."""

    number: int
    noun: str
    kind: str
    text: str  # JSON, as a file of its own would have it under "contacts"
    problem: str | None


class Account:
    """The records of a file, and what they say of each other.

    Attributes:
        kinds: of the uuid of a kind of contact field, gender or life event what it is.
        photos: how many photos and documents there were.
        mended: whether bytes that are no text were in the file.
    """

    def __init__(self) -> None:
        self.kinds: dict[str, str] = {}
        self.photos = 0
        self.mended = False
        self._db = sqlite3.connect("", isolation_level=None)  # a file of its own, on disk
        self._db.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_TABLES} BEGIN")  # fmt: skip
        self._number = 0
        self._related = False

    def take(self, text: IO[str]) -> None:
        """Read a file, and lay its records by.

        Raises:
            UsageError: it is no JSON.
        """
        for part in parts(text):
            if part.kind == CONTACT:
                self._contact(part.value, part.problem)
            elif part.kind == ACTIVITY:
                one = flat(part.value)
                self._add("interactions", "activities", {"is_partial": True, "activities": [one]}, part.problem or _problem(one))  # fmt: skip
            elif part.kind == RELATION:
                one = flat(part.value)
                pair = said(one, "of_contact"), said(one, "type"), said(one, "contact_is")
                if all(pair):
                    self._related = True
                    self._db.execute("INSERT OR IGNORE INTO relation VALUES (?, ?, ?)", pair)
            elif part.kind:
                self._kind(flat(part.value))
            else:
                self.mended = True

    def items(self, noun: str | None) -> Iterator[Kept]:
        """Yield the records of a noun, or all: the contacts each with what happened, then what they share."""
        for row in self._db.execute(
            "SELECT * FROM item WHERE ?1 IS NULL OR noun = ?1 ORDER BY number", (noun,)
        ):
            yield Kept(*row)

    @property
    def empty(self) -> bool:
        """Whether there was no record."""
        return not self._number

    def name(self, uuid: str) -> str:
        """The name of a contact; empty where there is none."""
        found = self._db.execute("SELECT name FROM name WHERE uuid = ?", (uuid,)).fetchone()
        return found[0] if found else ""

    def relations(self, uuid: str) -> list[tuple[str, str]]:
        """What others are to a contact: type and name, such as child and Jan."""
        if not self._related:
            return []
        return self._db.execute(
            "SELECT r.type, n.name FROM relation r JOIN name n ON n.uuid = r.who"
            f" WHERE r.of = ? ORDER BY r.type, n.name LIMIT {_MOST}",
            (uuid,),
        ).fetchall()

    def took_part(self, uuid: str) -> list[str]:
        """The uuids of the contacts that name an activity as theirs."""
        rows = self._db.execute(
            f"SELECT contact FROM took WHERE activity = ? ORDER BY contact LIMIT {_MOST}", (uuid,)
        )
        return [row[0] for row in rows]

    def close(self) -> None:
        """Forget it all."""
        self._db.close()

    def _contact(self, value: Any, problem: str | None) -> None:
        one = flat(value)
        if "broken" in one:
            self._add("contacts", "", value, "not an object")
            return
        uuid = whose(one)
        if uuid:
            self._db.execute("INSERT OR IGNORE INTO name VALUES (?, ?)", (uuid, shown_name(one)))
        self.photos += sum(len(listed(one, kind)) for kind in _PHOTOS)
        alone = {key: part for key, part in one.items() if key not in EVENTS and key not in _PHOTOS}
        self._add("contacts", "", alone, problem)
        for kind, ours in EVENTS.items():
            for each in listed(one, kind):
                if isinstance(each, dict):
                    noun = "followups" if ours is None else "interactions"
                    self._add(noun, kind, _about(one) | {kind: [each]}, None)
                elif isinstance(each, str) and uuid:  # an activity that stands beside the contacts
                    self._db.execute("INSERT OR IGNORE INTO took VALUES (?, ?)", (each, uuid))

    def _kind(self, one: dict[str, Any]) -> None:
        meaning = said(one, "type", "name", "translation_key")
        for key in ("uuid", "id"):
            if said(one, key) and len(self.kinds) < _MOST_KINDS:
                self.kinds[said(one, key)] = meaning

    def _add(self, noun: str, kind: str, value: Any, problem: str | None) -> None:
        self._number += 1
        text = json.dumps(value)
        self._db.execute("INSERT INTO item VALUES (?, ?, ?, ?, ?)", (self._number, noun, kind, text, problem))  # fmt: skip


def flat(one: Any) -> dict[str, Any]:
    """An object with what stands under its "properties" beside its id, and lists by their type."""
    if not isinstance(one, dict):
        return {"broken": True}
    found = {key: value for key, value in one.items() if key not in ("properties", "data")}
    inner = one.get("properties")
    found |= inner if isinstance(inner, dict) else {}
    data = one.get("data")
    if isinstance(data, list):
        for part in data:
            if isinstance(part, dict) and isinstance(part.get("type"), str):
                found[part["type"]] = part.get("values")
    elif data is not None:
        found.setdefault("data", data)
    return found


def listed(one: dict[str, Any], name: str) -> list[Any]:
    """The list under a name, also as one that counts its values."""
    value = one.get(name)
    if isinstance(value, dict):
        value = value.get("values")
    return value if isinstance(value, list) else []


def _about(one: dict[str, Any]) -> dict[str, Any]:
    """As much of a contact as says whom an event in it is about; by itself it is left out."""
    kept = ("uuid", "id", "first_name", "middle_name", "last_name", "complete_name")
    return {key: one[key] for key in kept if key in one} | {"is_partial": True}


def _problem(one: dict[str, Any]) -> str | None:
    return "not an object" if "broken" in one else None
