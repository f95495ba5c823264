"""WHO: one way to name a contact, everywhere: id, e-mail, phone in any spelling, words of the name."""

from __future__ import annotations

from crmcli.errors import AmbiguousContactError, UnknownContactError
from crmcli.values import email
from crmcli.values.text import fold, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

_LONGEST_NAME = 6  # words of free text that may still belong to a name


def get(db: sqlite3.Connection, who: str | list[str], *, region: str | None = None) -> int:
    """Return the id of the one contact that ``who`` names.

    Args:
        who: one spelling, or the words of a name as the shell split them.
        region: country of phone numbers without a prefix.

    Raises:
        UnknownContactError: nobody; the message offers the nearest names.
        AmbiguousContactError: several.
    """
    text = who if isinstance(who, str) else " ".join(who)
    found = find(db, text, region=region)
    if len(found) == 1:
        return found[0]
    if found:
        people = candidates(db, found)
        raise AmbiguousContactError(f'"{text}" names {len(found)} people; say which by id', people)
    near = nearest(db, text)
    hint = "; nearest: " + ", ".join(f"{name} ({number})" for number, name in near) if near else ""
    raise UnknownContactError(f'nobody is called "{text}"{hint}')


def split(
    db: sqlite3.Connection, argv: list[str], *, region: str | None = None
) -> tuple[int, list[str]]:
    """Take WHO from the front of ``argv``, where free text follows it, and return the rest.

    The first word names the person; further words go with it while they are whole words of that
    name, so ``anna nowak called`` is Anna Nowak, called.
    """
    most = min(len(argv), _LONGEST_NAME)
    for count in range(most, 1, -1):
        head = argv[:count]
        if any(" " in word for word in head):
            continue
        found = _by_name(db, " ".join(head), whole=True)
        if len(found) == 1:
            return found[0], argv[count:]
    return get(db, argv[0], region=region), argv[1:]


def find(db: sqlite3.Connection, text: str, *, region: str | None = None) -> list[int]:
    """Return the ids of all contacts that ``text`` names, best first."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        row = db.execute("SELECT id FROM contact WHERE id = ?", (int(text),)).fetchone()
        if row:
            return [row[0]]
    if "@" in text:
        return _ids(
            db,
            "SELECT DISTINCT contact_id FROM email WHERE key = ? ORDER BY contact_id",
            email.key(_address(text)),
        )
    if len(text) == 16 and all(char in "0123456789abcdef" for char in text):
        found = _ids(db, "SELECT id FROM contact WHERE uid = ?", text)
        if found:
            return found
    from crmcli.values import phone

    if phone.looks_like_phone(text):
        found = _ids(
            db,
            "SELECT DISTINCT contact_id FROM phone WHERE key = ? ORDER BY contact_id",
            phone.parse(text, region).key,
        )
        if found:
            return found
    return _by_name(db, text)


def _address(text: str) -> str:
    pair = email.split_name_address(text)
    return pair[1] if pair else text


def _ids(db: sqlite3.Connection, sql: str, *params: object) -> list[int]:
    return [row[0] for row in db.execute(sql, params)]


def _by_name(db: sqlite3.Connection, text: str, *, whole: bool = False) -> list[int]:
    """Those whose name has every word; a full match, and then the living, before the others."""
    asked = words(text)
    if not asked:
        return []
    match = " ".join(f'"{word}"' + ("" if whole else "*") for word in asked)
    rows = db.execute(
        "SELECT c.id, c.key, c.archived_at IS NOT NULL FROM contact_fts f JOIN contact c ON c.id = f.rowid"
        " WHERE contact_fts MATCH ? ORDER BY c.archived_at IS NOT NULL, c.id LIMIT 1000",
        (f"name : ({match})",),
    ).fetchall()
    full = " ".join(sorted(asked))
    exact = [row for row in rows if row[1] == full]
    rows = exact or rows
    living = [row[0] for row in rows if not row[2]]
    return living or [row[0] for row in rows]


def candidates(
    db: sqlite3.Connection, ids: list[int], most: int = 10
) -> list[tuple[int, str, str | None, str | None]]:
    """Return ``(id, name, company, email)`` of the first people of ``ids``."""
    marks = ", ".join("?" * min(len(ids), most))
    rows = db.execute(
        f"SELECT id, name, company, email FROM contacts WHERE id IN ({marks})", ids[:most]
    ).fetchall()
    order = {number: place for place, number in enumerate(ids)}
    return sorted((tuple(row) for row in rows), key=lambda row: order[row[0]])


def nearest(db: sqlite3.Connection, text: str, most: int = 3) -> list[tuple[int, str]]:
    """Return ``(id, name)`` of those whose names are spelt most alike, for a message."""
    from rapidfuzz import fuzz, process

    asked = fold(text)
    names = {
        row[0]: row[1]
        for row in db.execute("SELECT id, key FROM contact WHERE archived_at IS NULL")
    }
    found = process.extract(
        " ".join(sorted(words(asked))), names, scorer=fuzz.WRatio, limit=most, score_cutoff=70
    )
    ids = [key for _, _, key in found]
    return [(row[0], row[1]) for row in candidates(db, ids)] if ids else []
