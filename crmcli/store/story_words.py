"""Values of the history for people: ``city: Łódź → Kraków``, ``call of 2026-03-02: wants the list``."""

from __future__ import annotations

from crmcli.store import story_rows
from crmcli.values import money
from crmcli.values.dates import from_utc

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    Change = sqlite3.Row | dict[str, Any]
    Row = dict[str, Any]
    Data = dict[str, list[Any]]

_LONGEST = 120  # characters of a value
_LABELS = {
    "company_id": "company", "given": "given name", "family": "family name", "referred_by": "referred by",
    "channel": "best reached by", "source": "came from", "domain": "domain", "due": "due",
    "quoted_on": "quote sent", "valid_until": "quote valid until", "close": "expected close",
    "contact_id": "person", "deal_id": "deal",
}  # fmt: skip


def short(value: object) -> str:
    """A value on one line, cut where it is a whole page."""
    lines = (" ".join(line.split()) for line in str(value).strip().split("\n"))
    line = "; ".join(filter(None, lines))
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def joined(*parts: object, by: str = ", ") -> str:
    """What there is of the parts."""
    return by.join(str(part) for part in parts if part)


def pair(label: str, before: str, after: str) -> str:
    """A value before and after, either of which may be empty."""
    if not before:
        return f"{label}: {short(after)}"
    if not after:
        return f"{label} emptied, was {short(before)}"
    if after.startswith(f"{before}\n"):  # a note that was written on
        return f"{label}: + {short(after[len(before) :])}"
    return f"{label}: {short(before)} → {short(after)}"


class Words:
    """What the rows of a book say in words.

    Attributes:
        db: the book. tz: the owner's zone, None for the system's.
        again: whether what comes had been there before, as of an undo.
        since: the change that is told: others are called what they were called then.
    """

    def __init__(self, db: sqlite3.Connection, tz: str | None, *, again: bool = False) -> None:
        self.db = db
        self.tz = tz
        self.again = again
        self.since = 0

    def day(self, at: str | None) -> str:
        """The civil day of an instant."""
        return from_utc(at, self.tz).isoformat()[:10] if at else ""

    def moment(self, due: str) -> str:
        """A civil time of a follow-up."""
        return due.replace("T", " ")

    def name(self, noun: str, row_id: int | None, column: str = "name") -> str:
        """What a company, tag, field or deal is called, also one that is gone."""
        if row_id is None:
            return ""
        held = story_rows.held(self.db, noun, row_id, None, self.since)
        return str(held.get(column) or f"a {noun}")

    def value(self, column: str, value: Any, row: Row) -> str:
        """A value of a column for people."""
        if value is None or value == "":
            return ""
        pointer = {
            "company_id": "company", "referred_by": "contact", "contact_id": "contact"
        }.get(column)  # fmt: skip
        if pointer:
            return self.name(pointer, value)
        if column == "deal_id":
            return self.name("deal", value, "title")
        if column == "amount":
            return money.show(value, row.get("currency"))
        if column == "cadence":
            return "every day" if value == 1 else f"every {value} days"
        if column == "probability":
            return f"{value}%"
        if column == "duration":
            return f"{value // 60} minutes"
        if column == "notice":
            return f"{value} days"
        if column == "every":
            from crmcli.values import repeat_words

            told = str(repeat_words.told(value))
            return told if told.startswith(("every", "RRULE")) else f"every {told}"
        return self.day(value) if column.endswith("_at") or column == "at" else str(value)

    def plain(self, column: str, before: Any, after: Any, row: Row) -> str:
        """A column with nothing more to say than its value before and after."""
        label = _LABELS.get(column, column.replace("_", " "))
        return pair(label, *(self.value(column, value, row) for value in (before, after)))

    def interaction(self, row_id: int, *, on: str = "", but: int | None = None) -> str:
        """What was said: kind, way, day, amount, with whom ``but`` one, words."""
        said = story_rows.held(self.db, "interaction", row_id, None, 0)
        if not said:
            return "something that was said"
        day = self.day(said["at"])
        amount = money.show(said["amount"], said["currency"]) if said["amount"] is not None else ""
        kind = joined(said["kind"], said["direction"], by=" ")
        others = self.db.execute(
            "SELECT c.name FROM participant p JOIN contact c ON c.id = p.contact_id"
            " WHERE p.interaction_id = ? AND p.contact_id IS NOT ? ORDER BY c.id LIMIT 4",
            (row_id, but),
        ).fetchall()
        names = ", ".join(row[0] for row in others[:3]) + (" and others" if others[3:] else "")
        beside = f"with {names}" if names and but is not None else ""
        head = joined(kind if day == on else f"{kind} of {day}", amount, beside)
        text = joined(said["subject"], said["text"], by=" — ")
        return f"{head}: {short(text)}" if text else head

    def follow_up(self, row: Row) -> str:
        """``follow-up F1 (send the list)``."""
        return f"follow-up F{row['id']} ({short(row['text'])})"

    def deal(self, row: Row) -> str:
        """``deal D3 (Paper)``."""
        return f"deal D{row['id']} ({short(row['title'])})"

    def title(self, row_id: int) -> str:
        """What a complaint is about."""
        said = story_rows.held(self.db, "interaction", row_id, None, 0)
        return short(said.get("subject") or said.get("text") or "complaint")

    def span_of_interactions(self, contact_id: int, first: int, last: int, count: int) -> str:
        """``12 interactions, 2026-01-02 to 2026-02-05``, or the one there is."""
        row = self.db.execute(
            "SELECT min(i.id), min(i.at), max(i.at) FROM participant p JOIN interaction i ON i.id = p.interaction_id"
            " WHERE p.contact_id = ? AND p.interaction_id BETWEEN ? AND ?",
            (contact_id, first, last),
        ).fetchone()
        if row[0] is None:
            return ""
        if count == 1:
            return self.interaction(row[0], but=contact_id)
        days = list(dict.fromkeys(self.day(at) for at in row[1:]))
        return f"{count:,} interactions, {' to '.join(days)}"
