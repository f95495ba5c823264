"""The history in words: what a change was about, and each value before and after."""

from __future__ import annotations

from crmcli.store import story_rows
from crmcli.store.history import BY_CONTACT, moved_interactions
from crmcli.values import money

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from typing import Any

    Change = sqlite3.Row | dict[str, Any]
    Row = dict[str, Any]

FIELDS = (
    "id",
    "at",
    "command",
    "undone",
    "noun",
    "row",
    "contact",
    "op",
    "field",
    "before",
    "after",
)

# What follows from other columns or says nothing to people.
_HIDDEN = frozenset(
    (
        "id",
        "uid",
        "key",
        "alias",
        "position",
        "created_at",
        "updated_at",
        "anchor",
        "set_by",
        "done_by",
    )
)
# What the stage of a deal brings with it.
_WITH_STAGE = frozenset(("stage_since", "probability", "won_at", "lost_at"))
# Rows that come and go with others that tell the story.
_SILENT = frozenset(("tag", "field", "external_id", "forgotten"))
_POINTERS = {
    "company_id": ("company", "name"),
    "referred_by": ("contact", "name"),
    "deal_id": ("deal", "title"),
    "contact_id": ("contact", "name"),
}
# One row of a table, and several.
_COUNTED = {
    "contact": ("person", "people"), "email": ("e-mail", "e-mails"), "phone": ("phone", "phones"),
    "link": ("link", "links"), "address": ("address", "addresses"), "company": ("company", "companies"),
    "contact_tag": ("tag", "tags"), "contact_field": ("field", "fields"), "key_date": ("date", "dates"),
    "deal": ("deal", "deals"), "participant": ("interaction", "interactions"),
    "follow_up": ("follow-up", "follow-ups"), "complaint": ("closed case", "closed cases"),
    "complaint_wait": ("wait of a case", "waits of cases"), "consent": ("basis", "bases"),
    "merged_contact": ("merged person", "merged people"),
}  # fmt: skip


_LONGEST = 120  # characters of a value in a line


class Entry:
    """One value that changed, or one row that came or went.

    Attributes:
        number: of the change set. at: the instant, UTC. command: what was typed. undone: taken back.
        noun: the table. row: the id. contact: the name of the person, or of what else it was.
        op: insert, update or delete. field: the column of an update, else empty.
        before, after: values as text, None for none.
    """

    __slots__ = (
        "after",
        "at",
        "before",
        "command",
        "contact",
        "field",
        "noun",
        "number",
        "op",
        "row",
        "undone",
    )

    def __init__(
        self, change: Change, contact: str, field: str, before: str | None, after: str | None
    ) -> None:
        self.number: int = change["number"]
        self.at: str = change["at"]
        self.command: str = change["command"]
        self.undone: bool = bool(change["undone"])
        self.noun: str = change["noun"]
        self.row: int = change["row_id"]
        self.op: str = change["op"]
        self.contact = contact
        self.field = field
        self.before = before
        self.after = after

    @property
    def what(self) -> str:
        """The entry in words: ``city Łódź → Kraków``, ``+ vip``."""
        before, after = (_short(text) for text in (self.before, self.after))
        if self.op == "update" and self.field.endswith(": contact"):  # it changed hands
            return f"+ {self.field.removesuffix(': contact')}, from {before}"
        if self.op == "update":
            return f"{self.field} {before} → {after}"
        return f"+ {after}" if self.op == "insert" else f"- {before}"

    @property
    def line(self) -> str:
        """The same with whom it is about: ``Anna Nowak: + vip``."""
        return f"{self.contact}: {self.what}" if self.contact else self.what


def _short(text: str | None) -> str:
    """A value on one line, cut where it is a whole page."""
    line = " ".join((text or "(none)").split())
    if len(line) == len("2026-03-02T12:00Z") and line.endswith("T12:00Z"):
        return line[:10]  # a day whose time is not known
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def entries(db: sqlite3.Connection, changes: Iterable[Change]) -> Iterator[Entry]:
    """Yield what people want to know of the changes, in their order.

    Interactions that a merge moved are one entry, at the place of the first.
    """
    from json import loads

    moved: set[int] = set()  # change sets whose interactions were told
    for change in changes:
        noun, op = change["noun"], change["op"]
        if noun == "participant" and op == "update":
            if change["number"] in moved:
                continue
            several = moved_interactions(db, change["number"])
            if several > 1:
                moved.add(change["number"])
                before = story_rows.name(db, loads(change["data"])["contact_id"][0])
                after = story_rows.name(db, change["contact_id"])
                field = f"{several:,} {_COUNTED[noun][1]}: contact"
                yield Entry(change, after, field, before, after)
                continue
        if noun in _SILENT or (noun == "interaction" and op != "update"):
            continue
        if change["data"] is None and op != "insert":  # of somebody who was forgotten
            continue
        if change["row_last"] is not None:
            rows = dict(change).get("rows")
            if rows is None and noun in BY_CONTACT:
                continue  # a range of people, who knows with how many each
            rows = rows or change["row_last"] - change["row_id"] + 1
            yield Entry(change, "", "", None, f"{rows:,} {_COUNTED[noun][rows > 1]}")
            continue
        whose = (
            ""
            if noun in ("contact", "company", "saved_view")
            else story_rows.name(db, change["contact_id"])
        )
        if op == "update":
            row = _as_it_was(db, change)
            data = loads(change["data"])
            hidden = _HIDDEN | _WITH_STAGE if "stage" in data else _HIDDEN
            for column, (before, after) in data.items():
                if column not in hidden:
                    about = whose or str(row.get("name") or "")
                    label = column.removesuffix("_id").replace("_", " ")
                    if noun not in ("contact", "company", "saved_view"):
                        about, label = whose, f"{story_rows.summary(db, noun, row)}: {label}"
                    yield Entry(
                        change,
                        about,
                        label,
                        _value(db, column, before, row),
                        _value(db, column, after, row),
                    )
        elif op == "insert":
            yield Entry(
                change, whose, "", None, story_rows.summary(db, noun, _as_it_was(db, change))
            )
        else:
            yield Entry(
                change, whose, "", story_rows.summary(db, noun, loads(change["data"])), None
            )


def _as_it_was(db: sqlite3.Connection, change: Change) -> dict[str, Any]:
    """The row right after a change: as it is, or as it was deleted, less what changed since."""
    return story_rows.held(db, change["noun"], change["row_id"], change["contact_id"], change["id"])


def _value(db: sqlite3.Connection, column: str, value: Any, row: Row) -> str | None:
    if value is None:
        return None
    if column in _POINTERS:
        table, shown = _POINTERS[column]
        if table == "contact":
            return story_rows.name(db, value)
        target = db.execute(f"SELECT {shown} FROM {table} WHERE id = ?", (value,)).fetchone()
        return str(target[0]) if target else f"{table} {value}"
    if column == "amount":
        return money.text(value, row.get("currency"))
    return str(value)
