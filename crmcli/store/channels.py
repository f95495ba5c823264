"""The addresses and numbers of people: which are known to work, which are dead."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

# Channel -> its table, SQL of an entry as it is shown, what people call it.
CHANNELS = {
    "email": ("email", "address", "e-mail"),
    "phone": ("phone", "iif(extension IS NULL, number, number || ' ext ' || extension)", "phone"),
}
# Kind of interaction -> the channel that carries it.
CARRIER = {"email": "email", "call": "phone", "message": "phone"}
_NATIONAL = 7  # digits from which a number without its prefix still tells one
NEWS = 30  # days after which a channel that works again is written down again


def of_contact(db: sqlite3.Connection, contact_id: int, channel: str) -> list[sqlite3.Row]:
    """Return the entries in their order: id, shown, key, verified_on, dead_on."""
    table, shown, _ = CHANNELS[channel]
    return db.execute(
        f"SELECT id, {shown} AS shown, key, verified_on, dead_on FROM {table}"
        " WHERE contact_id = ? ORDER BY position",
        (contact_id,),
    ).fetchall()


def key(channel: str, text: str, region: str | None) -> str | None:
    """What an address or number in any spelling is compared by; None for other text."""
    from crmcli.errors import InvalidValueError

    try:
        if channel == "email":
            from crmcli.values import email

            return email.key(email.parse(text))
        from crmcli.values import phone

        return phone.parse(text, region).key
    except InvalidValueError:
        return None


def find(
    rows: Sequence[sqlite3.Row], channel: str, text: str, region: str | None
) -> sqlite3.Row | None:
    """The entry that an address or number in any spelling names, also without the country's prefix."""
    wanted = key(channel, text, region)
    if not wanted:
        return None
    digits = wanted.lstrip("0") if channel == "phone" else ""
    for row in rows:
        if row["key"] == wanted:
            return row
    for row in rows:
        if len(digits) >= _NATIONAL and row["key"].endswith(digits):
            return row
    return None


def verify(db: sqlite3.Connection, channel: str, number: int, on: str) -> bool:
    """Note that an entry works as of a day, dead or not; return whether that is news."""
    cursor = db.execute(
        f"UPDATE {channel} SET verified_on = max(coalesce(verified_on, ''), ?), dead_on = NULL"
        " WHERE id = ? AND (dead_on IS NOT NULL OR coalesce(verified_on, '') < ?)",
        (on, number, on),
    )
    return cursor.rowcount > 0


def set_dead(db: sqlite3.Connection, channel: str, number: int, on: str) -> None:
    """Note that an entry reaches nobody; the first day counts."""
    db.execute(f"UPDATE {channel} SET dead_on = ? WHERE id = ? AND dead_on IS NULL", (on, number))


def heard(
    db: sqlite3.Connection,
    contact_id: int,
    channel: str,
    on: str,
    named: str,
    region: str | None,
) -> None:
    """Note that a channel works, on which somebody answered.

    Args:
        db: the book, inside a transaction.
        contact_id: who.
        channel: email or phone.
        on: the civil day.
        named: text that may name the address or number that it was; without one it is taken for
            the first that is not dead.
        region: the country of numbers without a prefix.
    """
    rows = of_contact(db, contact_id, channel)
    row = find(rows, channel, named, region) if named else None
    row = row or next((other for other in rows if other["dead_on"] is None), None)
    if row:
        # Not after every call: the history would tell of little else.
        db.execute(
            f"UPDATE {channel} SET verified_on = :on, dead_on = iif(dead_on <= :on, NULL, dead_on)"
            " WHERE id = :id AND (dead_on <= :on OR verified_on IS NULL OR verified_on <= date(:on, :news))",
            {"on": on, "id": row["id"], "news": f"-{NEWS} days"},
        )
