"""Deals: made, changed, moved through their stages. Values arrive checked (deal_fields.py)."""

from __future__ import annotations

from crmcli.db.connection import new_uid
from crmcli.errors import RefusedError, UsageError
from crmcli.store import following, interactions
from crmcli.store.history import EFFECTIVE

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

COLUMNS = (
    "title", "contact_id", "company_id", "stage", "amount", "currency", "probability", "close",
    "stage_since", "quoted_on", "valid_until", "won_at", "lost_at", "reason",
)  # fmt: skip
CLOSED = {"won": 100, "lost": 0}  # the stages that end a deal, and the probability of each
_SAME_SALE = 30  # days around the day that a deal was won in which an equal purchase is that sale


def number(text: str) -> int:
    """Read which deal is meant: ``3`` or ``D3``.

    Raises:
        UsageError: neither.
    """
    digits = text.strip().removeprefix("#")
    digits = digits[1:] if digits[:1] in ("D", "d") else digits
    if digits.isascii() and digits.isdigit() and len(digits) < 19:
        return int(digits)
    raise UsageError(f'a deal is named by its number, such as 3 or D3, not "{text}"; crm deal list')


def get(db: sqlite3.Connection, which: int) -> sqlite3.Row:
    """Return the row of one deal as the table has it.

    Raises:
        RefusedError: there is none of that number.
    """
    row: sqlite3.Row | None = db.execute("SELECT * FROM deal WHERE id = ?", (which,)).fetchone()
    if row is None:
        raise RefusedError(f"there is no deal {which}; see crm deal list --all")
    return row


def add(db: sqlite3.Connection, fields: dict[str, Any], at: str) -> int:
    """Insert a deal; return its id.

    Args:
        db: the book, inside a transaction.
        fields: checked values by column; title, stage, stage_since and whose it is must be there.
        at: the instant, UTC.
    """
    row = {column: fields[column] for column in COLUMNS if fields.get(column) is not None}
    row |= {"uid": new_uid(), "created_at": at, "updated_at": at}
    marks = ", ".join("?" * len(row))
    cursor = db.execute(
        f"INSERT INTO deal ({', '.join(row)}) VALUES ({marks})", tuple(row.values())
    )
    return cursor.lastrowid or 0


def update(db: sqlite3.Connection, which: int, fields: dict[str, Any], at: str) -> bool:
    """Change the columns given; return whether any differs."""
    row = {column: fields[column] for column in COLUMNS if column in fields}
    if not row:
        return False
    sets = ", ".join(f"{column} = ?" for column in row)
    differ = " OR ".join(f"{column} IS NOT ?" for column in row)
    cursor = db.execute(
        f"UPDATE deal SET {sets}, updated_at = ? WHERE id = ? AND ({differ})",
        (*row.values(), at, which, *row.values()),
    )
    return cursor.rowcount > 0


def is_open(deal: sqlite3.Row) -> bool:
    """Whether a deal is neither won nor lost."""
    return deal["won_at"] is None and deal["lost_at"] is None


def stands(deal: sqlite3.Row, stage: str) -> bool:
    """Whether a deal is in that stage, and open or closed as the stage is."""
    ended = {"won": deal["won_at"], "lost": deal["lost_at"]}
    return bool(deal["stage"] == stage and (ended[stage] if stage in CLOSED else is_open(deal)))


def moved(
    deal: sqlite3.Row | None, stage: str, at: str, *, quoted_on: str | None
) -> dict[str, Any]:
    """Return the columns that a move to a stage changes.

    A deal that is won or lost has its instant and is certain; any other is open, has the
    probability of its stage, and no reason for an end. None is a deal that is being made.

    Args:
        deal: the deal as it is.
        stage: a stage of the config.
        at: when, UTC.
        quoted_on: the day, where the stage says that a quote was sent; it is kept where there is one.
    """
    fields: dict[str, Any] = {
        "stage": stage,
        "stage_since": at,
        "probability": CLOSED.get(stage),
        "won_at": at if stage == "won" else None,
        "lost_at": at if stage == "lost" else None,
        "reason": None,
    }
    if quoted_on and (deal is None or deal["quoted_on"] is None):
        fields["quoted_on"] = quoted_on
    return fields


def refuse_before(deal: sqlite3.Row, at: str, tz: str | None) -> None:
    """Refuse to move a closed deal on a day before it was closed, also where the clock went back.

    Raises:
        RefusedError: ``at``, an instant, is before that day in the owner's zone.
    """
    from crmcli.values.dates import from_utc

    ended = deal["won_at"] or deal["lost_at"]
    closed, day = (from_utc(moment or at, tz).isoformat()[:10] for moment in (ended, at))
    if day < closed:
        raise RefusedError(
            f"D{deal['id']} was {deal['stage']} on {closed}; it cannot move on {day}, before that"
        )


def stages(db: sqlite3.Connection, deal: sqlite3.Row) -> list[dict[str, str]]:
    """Return ``{stage, since}`` of every stage that the history knows of, the oldest first.

    What was undone does not count; of a deal that was imported the history knows the stage it came in.
    """
    from json import loads

    found = [{"stage": deal["stage"], "since": deal["stage_since"]}]
    changes = db.execute(
        "SELECT data FROM change WHERE noun = 'deal' AND row_id = ? AND op = 'update'"
        f" AND set_id IN (SELECT id FROM change_set WHERE {EFFECTIVE}) ORDER BY id DESC",
        (deal["id"],),
    )
    since = deal["stage_since"]
    for row in changes:
        data = loads(row["data"])
        since = data["stage_since"][0] if "stage_since" in data else since
        if "stage" in data:
            found.append({"stage": data["stage"][0], "since": since})
    return found[::-1]


def log_purchase(db: sqlite3.Connection, deal: sqlite3.Row, at: str) -> tuple[str, int]:
    """Log what a deal brought as a purchase of its contact, once: value and orders follow from it.

    A purchase of the amount that belongs to the deal already is that one. One that somebody
    logged or imported around that day, for the contact or a colleague, is tied to the deal instead
    of being logged again.

    Args:
        db: the book, inside a transaction.
        deal: won, with a contact and an amount.
        at: when, UTC.

    Returns:
        ``logged``, ``tied`` or ``known``, and the id of the purchase.
    """
    row = db.execute(
        "SELECT id FROM interaction WHERE deal_id = ? AND kind = 'purchase' AND amount = ? AND currency IS ?",
        (deal["id"], deal["amount"], deal["currency"]),
    ).fetchone()
    if row:
        return "known", int(row[0])
    row = db.execute(
        "SELECT i.id FROM participant p JOIN interaction i ON i.id = p.interaction_id"
        " WHERE p.contact_id IN (SELECT :contact UNION SELECT id FROM contact WHERE company_id = :company)"
        " AND i.kind = 'purchase' AND i.deal_id IS NULL AND i.amount = :amount AND i.currency IS :currency"
        f" AND abs(julianday(date(i.at)) - julianday(date(:at))) <= {_SAME_SALE}"
        " ORDER BY abs(julianday(i.at) - julianday(:at)), i.id LIMIT 1",
        {
            "contact": deal["contact_id"],
            "company": deal["company_id"],
            "amount": deal["amount"],
            "currency": deal["currency"],
            "at": at,
        },
    ).fetchone()
    if row:
        db.execute("UPDATE interaction SET deal_id = ? WHERE id = ?", (deal["id"], row[0]))
        return "tied", int(row[0])
    fields = {
        "kind": "purchase",
        "at": at,
        "text": deal["title"],
        "amount": deal["amount"],
        "currency": deal["currency"],
        "deal_id": deal["id"],
    }
    # One sale, in whichever copy of the book it is made.
    uid = following.free_uid(db, "interaction", deal["uid"])
    return "logged", interactions.add(db, [deal["contact_id"]], fields, uid)


def purchase_of(db: sqlite3.Connection, which: int) -> bool:
    """Whether a purchase belongs to the deal."""
    row = db.execute(
        "SELECT 1 FROM interaction WHERE deal_id = ? AND kind = 'purchase'", (which,)
    ).fetchone()
    return row is not None


def purchases_beside(db: sqlite3.Connection, which: int, purchase: int) -> int:
    """Return how many purchases belong to the deal besides one."""
    row = db.execute(
        "SELECT count(*) FROM interaction WHERE deal_id = ? AND kind = 'purchase' AND id <> ?",
        (which, purchase),
    ).fetchone()
    return int(row[0])


def twin(db: sqlite3.Connection, deal: dict[str, Any]) -> int | None:
    """Return the open deal of the same owner with the same title, None for none."""
    from crmcli.values.text import fold

    title = fold(deal["title"])
    for row in db.execute(
        "SELECT id, title FROM deals WHERE open AND contact_id IS ? AND company_id IS ? ORDER BY id",
        (deal.get("contact_id"), deal.get("company_id")),
    ):
        if fold(row["title"]) == title:
            return int(row["id"])
    return None


def open_of(db: sqlite3.Connection, contact_id: int) -> list[sqlite3.Row]:
    """Return id and title of the open deals of a person."""
    return db.execute(
        "SELECT id, title FROM deals WHERE open AND contact_id = ? ORDER BY id", (contact_id,)
    ).fetchall()
