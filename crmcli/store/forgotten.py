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
    from collections.abc import Iterable

    from crmcli.store.bulk import Summary
    from crmcli.values.phone import Phone

    Known = Iterable[tuple[str, str | None]]  # (kind, text): what somebody is known by

KINDS = ("email", "phone", "uid", "id")  # "id" is of another system, as system:value
# Of a uid, where the texts of others were cut, too (crm forget --redact): so they are in what is taken in later.
REDACTED = "redacted"
REASON = "was forgotten; crm add --force takes somebody back"

# Of each kind, what has it in the book: those who were taken back are in it all the same.
_IN_THE_BOOK = {
    "email": "SELECT 1 FROM email x WHERE x.key = {0}",
    "phone": "SELECT 1 FROM phone x WHERE x.key = {0}",
    "uid": "SELECT 1 FROM contact x WHERE x.uid = {0}",
    "id": "SELECT 1 FROM external_id x WHERE x.noun = 'contact' AND x.system || ':' || x.value = {0}",
}


def is_any(db: sqlite3.Connection) -> bool:
    """Whether anybody was ever forgotten: nearly no book has to look further."""
    return db.execute("SELECT 1 FROM main.forgotten LIMIT 1").fetchone() is not None


def hashed(db: sqlite3.Connection, kind: str, text: str) -> str:
    """Return the hash of one of KINDS: of an e-mail's or phone's key, of a uid, of ``system:value``."""
    import hmac

    return hmac.digest(_key(db), f"{kind}:{text}".encode(), "sha256").hex()


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
    known = frozenset(hashes)
    found = db.execute(
        "SELECT id, uid FROM contact UNION ALL SELECT contact_id, uid FROM merged_contact"
    )
    return sorted({row[0] for row in found if hashed(db, "uid", row[1]) in known})


def is_redacted(db: sqlite3.Connection, uids: Iterable[str], hashes: Iterable[str]) -> bool:
    """Whether one of these hashes says that texts of others no longer name who has, or had, one of the uids."""
    known = frozenset(hashes)
    return any(hashed(db, REDACTED, uid) in known for uid in uids)


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
        "SELECT at, count(*) FROM forgotten WHERE kind <> ? GROUP BY at ORDER BY at", (REDACTED,)
    )
    return [(row[0], row[1]) for row in found]


def staged(db: sqlite3.Connection, sources: Iterable[tuple[str, str, str, str]]) -> str:
    """Return SQL of the rows of TEMP tables that are of forgotten people.

    Whom the book has all the same, since taken back, is not among them.

    Args:
        db: the book; it gets the SQL function that hashes.
        sources: ``(kind, table, column of the row's number, SQL of the key)``.
    """
    import hmac

    secret = _key(db)

    def digest(kind: str, text: str | None) -> str | None:
        return text and hmac.digest(secret, f"{kind}:{text}".encode(), "sha256").hex()

    db.create_function("forgotten_hash", 2, digest, deterministic=True)
    return " UNION ".join(
        f"SELECT {row} AS row FROM {table} WHERE forgotten_hash('{kind}', {key_of}) IN"
        f" (SELECT hash FROM main.forgotten) AND NOT EXISTS ({_IN_THE_BOOK[kind].format(key_of)})"
        for kind, table, row, key_of in sources
    )


_PEOPLE = (
    ("uid", "in_contact", "row", "in_contact.uid"),
    ("email", "in_email", "row", "in_email.key"),
    ("phone", "in_phone", "row", "in_phone.key"),
    ("id", "in_external", "row", "in_external.system || ':' || in_external.value"),
)
_MET = (
    ("uid", "in_person", "id", "in_person.uid"),
    ("email", "in_person", "id", "in_person.email_key"),
    ("phone", "in_person", "id", "in_person.phone_key"),
    ("id", "in_person", "id", "in_person.system || ':' || in_person.value"),
)


def leave_people_out(db: sqlite3.Connection, lists: Iterable[str], summary: Summary) -> int:
    """Take the rows of forgotten people out of ``in_contact`` and its lists; return how many."""
    if not is_any(db):
        return 0
    db.execute(f"CREATE TEMP TABLE in_forgotten AS {staged(db, _PEOPLE)}")
    gone = "SELECT row FROM in_forgotten"
    lines = [
        row[0]
        for row in db.execute(f"SELECT line FROM in_contact WHERE row IN ({gone}) ORDER BY line")
    ]
    for table in ("in_contact", *lists):
        db.execute(f"DELETE FROM temp.{table} WHERE row IN ({gone})")
    db.execute("DROP TABLE temp.in_forgotten")
    return _tell(summary, lines)


def leave_events_out(db: sqlite3.Connection, summary: Summary) -> int:
    """Take forgotten people out of ``in_event``, and the events that were theirs alone; return how many of these.

    What happened with others too stays as theirs, but for a message that the forgotten wrote.
    """
    if not is_any(db):
        return 0
    db.execute(f"CREATE TEMP TABLE in_forgotten AS {staged(db, _MET)}")
    gone = "SELECT row FROM in_forgotten"
    columns = {row[1] for row in db.execute("PRAGMA temp.table_info(in_event)")}
    if "direction" in columns:  # a message names its sender first: nobody else is put in that place
        theirs = f"system = 'mail' AND direction = 'in' AND person IN ({gone})"
        db.execute(
            f"DELETE FROM temp.in_also WHERE row IN (SELECT row FROM in_event WHERE {theirs})"
        )
    db.execute(f"DELETE FROM temp.in_also WHERE person IN ({gone})")
    db.execute(
        "UPDATE temp.in_event AS n SET person = a.person FROM"
        " (SELECT row, min(rowid), person FROM in_also GROUP BY row) a"
        f" WHERE a.row = n.row AND n.person IN ({gone})"
    )
    lines = [
        row[0]
        for row in db.execute(f"SELECT line FROM in_event WHERE person IN ({gone}) ORDER BY line")
    ]
    db.execute(f"DELETE FROM temp.in_event WHERE person IN ({gone})")
    db.execute(f"DELETE FROM temp.in_person WHERE id IN ({gone})")
    if lines:  # whom nothing names any more is not made
        db.execute(
            "DELETE FROM temp.in_person WHERE id NOT IN"
            " (SELECT person FROM in_event WHERE person IS NOT NULL UNION SELECT person FROM in_also)"
        )
    db.execute("DROP TABLE temp.in_forgotten")
    return _tell(summary, lines)


def _tell(summary: Summary, lines: list[int]) -> int:
    """Count the lines left out, and remark on them without a name or an address."""
    if lines:
        more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
        summary.warnings.append(f"line {lines[0]}{more}: left out: somebody who {REASON}")
        summary.skipped += len(lines)
        summary.forgotten += len(lines)
    return len(lines)
