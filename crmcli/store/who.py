"""WHO: one way to name a contact, everywhere: id, e-mail, phone in any spelling, words of the name."""

from __future__ import annotations

from crmcli.errors import AmbiguousContactError, InvalidValueError, UnknownContactError
from crmcli.values import email
from crmcli.values.text import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

_LONGEST_NAME = 6  # words of free text that may still belong to a name
_MOST = 1000  # people that one name is asked for
_BY_OLD_ID = "SELECT contact_id FROM merged_contact WHERE old_id = ?"
_NATIONAL = 7  # digits from which a number without its prefix still tells one person


def get(db: sqlite3.Connection, who: str | list[str], *, region: str | None = None) -> int:
    """Return the id of the one contact that ``who`` names.

    Args:
        db: the book.
        who: one spelling, or the words of a name as the shell split them.
        region: country of phone numbers without a prefix.

    Raises:
        UnknownContactError: nobody; the message offers the nearest names.
        AmbiguousContactError: several.
    """
    text = (who if isinstance(who, str) else " ".join(who)).strip()
    found = find(db, text, region=region)
    if len(found) == 1:
        return found[0]
    if found:
        count = f"{len(found)}" if len(found) < _MOST else f"{_MOST} or more"
        raise AmbiguousContactError(
            f'"{text}" names {count} people; say which by id', candidates(db, found)
        )
    if not text:
        raise UnknownContactError("whom? Give an id, an e-mail, a phone or a name")
    near = nearest(db, text)
    hint = "; nearest: " + ", ".join(f"{name} ({number})" for number, name in near) if near else ""
    raise UnknownContactError(f'nobody is known as "{text}"{hint}')


def extent(db: sqlite3.Connection, argv: list[str], *, region: str | None = None) -> int:
    """Return how many words at the front of ``argv`` are WHO, where free text follows it.

    The first word always is; further words go with it while they are whole words of somebody's
    name, or the rest of a known phone: ``anna nowak called`` is Anna Nowak, called.
    """
    for count in range(min(len(argv), _LONGEST_NAME), 1, -1):
        head = argv[:count]
        if any(" " in word for word in head) or not words(head[-1]):
            continue
        text = " ".join(head)
        if _by_name(db, text, whole=True) or _by_phone(db, text, region):
            return count
    return 1


def split(
    db: sqlite3.Connection, argv: list[str], *, region: str | None = None
) -> tuple[int, list[str]]:
    """Take WHO from the front of ``argv`` and return the contact's id and the rest.

    Raises:
        UnknownContactError, AmbiguousContactError: as `get`.
    """
    count = extent(db, argv, region=region)
    return get(db, argv[:count], region=region), argv[count:]


def find(db: sqlite3.Connection, text: str, *, region: str | None = None) -> list[int]:
    """Return the ids of all contacts that ``text`` names, best first."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        found = _ids(db, "SELECT id FROM contact WHERE id = ?", int(text)) or _ids(
            db, _BY_OLD_ID, int(text)
        )
        if found:
            return found
    if "@" in text:
        return _ids(
            db,
            "SELECT DISTINCT contact_id FROM email WHERE key = ? ORDER BY contact_id",
            email.key(_address(text)),
        )
    if len(text) == 16:
        found = _ids(db, "SELECT id FROM contact WHERE uid = ?", text.lower()) or _ids(
            db, "SELECT contact_id FROM merged_contact WHERE uid = ?", text.lower()
        )
        if found:
            return found
    return _by_phone(db, text, region, national=True) or _by_name(db, text)


def followed(db: sqlite3.Connection, contact_id: int) -> int:
    """Return the id of the contact that a number names now: itself, unless a merge took it away."""
    found = _ids(db, "SELECT id FROM contact WHERE id = ?", contact_id) or _ids(
        db, _BY_OLD_ID, contact_id
    )
    return found[0] if found else contact_id


def _address(text: str) -> str:
    try:
        return email.parse(text[text.rfind("<") + 1 :])
    except InvalidValueError:
        return text


def _ids(db: sqlite3.Connection, sql: str, *params: object) -> list[int]:
    return [row[0] for row in db.execute(sql, params)]


def _by_phone(
    db: sqlite3.Connection, text: str, region: str | None, *, national: bool = False
) -> list[int]:
    """Those who have the number; with ``national`` also those who have it behind a prefix."""
    from crmcli.values import phone

    if not phone.looks_like_phone(text):
        return []
    try:
        key = phone.parse(text, region).key
    except InvalidValueError:
        return []
    found = _ids(db, "SELECT DISTINCT contact_id FROM phone WHERE key = ? ORDER BY contact_id", key)
    digits = key.lstrip("0")
    if found or not national or len(digits) < _NATIONAL:
        return found
    sql = "SELECT DISTINCT contact_id FROM phone WHERE key LIKE ? ORDER BY contact_id"
    return _ids(db, sql, f"%{digits}")


def _by_name(db: sqlite3.Connection, text: str, *, whole: bool = False) -> list[int]:
    """Those of that name: the very name before its words, those before starts of words.

    The archived only where nobody else has it.
    """
    asked = words(text)
    if not asked:
        return []
    full = " ".join(sorted(asked))
    rows = db.execute(
        "SELECT id, archived_at FROM contact WHERE key = ? ORDER BY id", (full,)
    ).fetchall()
    for end in ("",) if whole else ("", "*"):
        if rows:
            break
        match = " ".join(f'"{word}"{end}' for word in asked)
        rows = db.execute(
            "SELECT c.id, c.archived_at FROM contact_fts f JOIN contact c ON c.id = f.rowid"
            f" WHERE contact_fts MATCH ? ORDER BY c.archived_at IS NOT NULL, c.id LIMIT {_MOST}",
            (f"name : ({match})",),
        ).fetchall()
    return [row[0] for row in rows if row[1] is None] or [row[0] for row in rows]


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
    asked = " ".join(sorted(words(text.partition("@")[0])))
    if not asked or asked.replace(" ", "").isdigit():
        return []
    from rapidfuzz import fuzz, process

    names = dict(db.execute("SELECT id, key FROM contact WHERE archived_at IS NULL").fetchall())
    found = process.extract(asked, names, scorer=fuzz.WRatio, limit=most, score_cutoff=70)
    ids = [key for _, _, key in found]
    return [(row[0], row[1]) for row in candidates(db, ids)] if ids else []
