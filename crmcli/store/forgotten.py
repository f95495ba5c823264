"""Who was forgotten, so that nobody brings them back unasked: keyed hashes of what they are known by.

A hash is HMAC-SHA256 of an e-mail, a phone, a uid or an id of another system, under a random key of
the book (``meta.forget_key``). The key lives in the book and not beside it: a copy, a backup and a
second machine go on knowing who was forgotten, and a file of its own would be lost on the first
move. Whoever holds the book can try addresses against the hashes, and holds everybody else in
plain text; without it the hashes say nothing.
"""

from __future__ import annotations

from crmcli.errors import StorageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

    from crmcli.values.phone import Phone

    Known = Iterable[tuple[str, str | None]]  # (kind, text): what somebody is known by

KINDS = ("email", "phone", "uid", "id")  # "id" is of another system, as system:value
# Of a uid, where the texts of others were cut, too (crm forget --redact): so they are in what is taken in later.
REDACTED = "redacted"
# Of the uid of a row of another copy that crm merge-book left out, by an address of somebody forgotten (union_left).
LEFT = "left"
REASON = "was forgotten; crm add --force takes somebody back"


def is_any(db: sqlite3.Connection) -> bool:
    """Whether anybody was ever forgotten: nearly no book has to look further."""
    return db.execute("SELECT 1 FROM main.forgotten LIMIT 1").fetchone() is not None


def hashed(db: sqlite3.Connection, kind: str, text: str) -> str:
    """Return the hash of one of KINDS: of an e-mail's or phone's key, of a uid, of ``system:value``."""
    return hasher(db)(kind, text)


def hasher(db: sqlite3.Connection) -> Callable[[str, str], str]:
    """Return what hashes a kind and a text as ``hashed`` does, for many: the key is read once."""
    import hmac

    key = _key(db)

    def digest(kind: str, text: str) -> str:
        return hmac.digest(key, f"{kind}:{text}".encode(), "sha256").hex()

    return digest


def _key(db: sqlite3.Connection) -> bytes:
    row = db.execute("SELECT value FROM main.meta WHERE key = 'forget_key'").fetchone()
    try:
        return bytes.fromhex(row[0])
    except (TypeError, ValueError):  # lost, or changed by hand
        raise StorageError(
            "the book has lost the key by which it knows whom it forgot; crm doctor --repair"
        ) from None


def remember(db: sqlite3.Connection, known: Known, at: str) -> int:
    """Keep the hashes of what somebody was known by, inside the open transaction; return how many."""
    count = 0
    for kind, text in dict.fromkeys(known):
        if text:
            count += db.execute(
                "INSERT OR IGNORE INTO forgotten (hash, kind, at) VALUES (?, ?, ?)",
                (hashed(db, kind, text), kind, at),
            ).rowcount
    return count


def find(db: sqlite3.Connection, known: Known) -> str | None:
    """Return the instant at which one who was known by any of this was forgotten, None for nobody."""
    if not is_any(db):
        return None
    for kind, text in known:
        row = (
            text
            and db.execute(
                "SELECT at FROM forgotten WHERE hash = ?", (hashed(db, kind, text),)
            ).fetchone()
        )
        if row:
            return str(row[0])
    return None


def held(db: sqlite3.Connection, hashes: Iterable[str]) -> list[int]:
    """Return the ids of contacts whose uid, or that of one merged into them, has one of these hashes."""
    found = db.execute(
        "SELECT id, uid FROM contact UNION ALL SELECT contact_id, uid FROM merged_contact"
    )
    is_one = knower(db, hashes)
    return sorted({row[0] for row in found if is_one(row[1])})


def reached(db: sqlite3.Connection, hashes: Iterable[str]) -> list[int]:
    """Return the ids of contacts who have an e-mail, a phone or an id that has one of these hashes."""
    known, digest = frozenset(hashes), hasher(db)
    found = db.execute(
        "SELECT contact_id, 'email', key FROM email UNION ALL SELECT contact_id, 'phone', key FROM phone"
        " UNION ALL SELECT row_id, 'id', system || ':' || value FROM external_id WHERE noun = 'contact'"
    )
    return sorted({row[0] for row in found if digest(row[1], row[2]) in known})


def knower(db: sqlite3.Connection, hashes: Iterable[str]) -> Callable[[str], bool]:
    """Return what tells of a uid whether one of these hashes is its."""
    known, digest = frozenset(hashes), hasher(db)
    return lambda uid: digest("uid", uid) in known


def is_redacted(db: sqlite3.Connection, uids: Iterable[str], hashes: Iterable[str]) -> bool:
    """Whether one of these hashes says that texts of others no longer name who has, or had, one of the uids."""
    known, digest = frozenset(hashes), hasher(db)
    return any(digest(REDACTED, uid) in known for uid in uids)


def lift(db: sqlite3.Connection, known: Known) -> int:
    """Take these hashes away: the person comes back and wants to; return how many there were."""
    return sum(
        db.execute("DELETE FROM forgotten WHERE hash = ?", (hashed(db, kind, text),)).rowcount
        for kind, text in known
        if text
    )


def channels(addresses: Iterable[str], phones: Iterable[Phone]) -> list[tuple[str, str | None]]:
    """What a person with these addresses and numbers is known by."""
    from crmcli.values import email

    return [
        *(("email", email.key(one)) for one in addresses),
        *(("phone", one.key) for one in phones),
    ]


def times(db: sqlite3.Connection) -> list[tuple[str, int]]:
    """Return when people were forgotten, each with how many hashes are kept; oldest first."""
    found = db.execute(
        "SELECT at, count(*) FROM forgotten WHERE kind NOT IN (?, ?) GROUP BY at ORDER BY at",
        (REDACTED, LEFT),
    )
    return [(row[0], row[1]) for row in found]
