"""The history in words: what a change was about, and each value before and after."""

from __future__ import annotations

from crmcli.db.triggers import PAIRED
from crmcli.store.history import BY_CONTACT
from crmcli.values import money

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator
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
_SILENT = frozenset(("tag", "field", "external_id"))
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
    """Yield what people want to know of the changes, in their order."""
    from json import loads

    for change in changes:
        noun, op = change["noun"], change["op"]
        if noun in _SILENT or (noun == "interaction" and op != "update"):
            continue
        if change["row_last"] is not None:
            rows = dict(change).get("rows")
            if rows is None and noun in BY_CONTACT:
                continue  # a range of people, who knows with how many each
            rows = rows or change["row_last"] - change["row_id"] + 1
            yield Entry(change, "", "", None, f"{rows:,} {_COUNTED[noun][rows > 1]}")
            continue
        whose = (
            "" if noun in ("contact", "company", "saved_view") else name(db, change["contact_id"])
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
                        about, label = whose, f"{_summary(db, noun, row)}: {label}"
                    yield Entry(
                        change,
                        about,
                        label,
                        _value(db, column, before, row),
                        _value(db, column, after, row),
                    )
        elif op == "insert":
            yield Entry(change, whose, "", None, _summary(db, noun, _as_it_was(db, change)))
        else:
            yield Entry(change, whose, "", _summary(db, noun, loads(change["data"])), None)


def name(db: sqlite3.Connection, contact_id: int | None) -> str:
    """The name of a contact, also of one that is gone."""
    if contact_id is None:
        return ""
    row = _row(db, "contact", contact_id, None, 0)
    return str(row.get("name") or f"contact {contact_id}")


def _as_it_was(db: sqlite3.Connection, change: Change) -> dict[str, Any]:
    """The row right after a change: as it is, or as it was deleted, less what changed since."""
    return _row(db, change["noun"], change["row_id"], change["contact_id"], change["id"])


def _row(
    db: sqlite3.Connection, noun: str, row_id: int, contact_id: int | None, since: int
) -> dict[str, Any]:
    from json import loads

    paired = PAIRED.get(noun)
    where, key = (
        ("id = ?", [row_id])
        if not paired
        else (f"{paired} = ? AND contact_id = ?", [row_id, contact_id])
    )
    whose = " AND contact_id = ?" if paired else ""
    earlier: dict[str, Any] = {}
    found: dict[str, Any] | None = None
    for later in db.execute(
        f"SELECT op, data FROM change WHERE noun = ? AND row_id = ?{whose} AND id > ? AND op <> 'insert' ORDER BY id",
        (noun, *key, since),
    ):
        data = loads(later["data"])
        if later["op"] == "delete":
            found = data
            break
        for column, (before, _) in data.items():
            if since:
                earlier.setdefault(column, before)
    if found is None:
        row = db.execute(f"SELECT * FROM {noun} WHERE {where}", key).fetchone()
        found = dict(row) if row else {}
    return found | earlier


def _value(db: sqlite3.Connection, column: str, value: Any, row: Row) -> str | None:
    if value is None:
        return None
    if column in _POINTERS:
        table, shown = _POINTERS[column]
        target = db.execute(f"SELECT {shown} FROM {table} WHERE id = ?", (value,)).fetchone()
        return str(target[0]) if target else f"{table} {value}"
    if column == "amount":
        return money.text(value, row.get("currency"))
    return str(value)


def _summary(db: sqlite3.Connection, noun: str, row: Row) -> str:
    """A row in few words."""
    shown = _SUMMARIES.get(noun)
    if not row:
        return noun.replace("_", " ")
    return shown(db, row) if shown else str(next(iter(row.values())))


def _column(column: str) -> Callable[[sqlite3.Connection, Row], str]:
    return lambda _, row: str(row[column] or "")


def _contact(_: sqlite3.Connection, row: Row) -> str:
    return f"{row['name']} ({row['id']})"


def _tag(db: sqlite3.Connection, row: Row) -> str:
    return str(_row(db, "tag", row["tag_id"], None, 0).get("name") or "tag")


def _field(db: sqlite3.Connection, row: Row) -> str:
    return f"{_row(db, 'field', row['field_id'], None, 0).get('name') or 'field'} = {row['value']}"


def _interaction(db: sqlite3.Connection, row: Row) -> str:
    said = _row(db, "interaction", row["interaction_id"], None, 0)
    if not said:
        return "interaction"
    amount = money.show(said["amount"], said["currency"]) if said["amount"] is not None else None
    return " ".join(
        filter(None, [said["kind"], said["at"][:10], amount, said["subject"], said["text"]])
    )


def _deal(_: sqlite3.Connection, row: Row) -> str:
    amount = money.show(row["amount"], row["currency"]) if row["amount"] is not None else None
    return " ".join(filter(None, [f"D{row['id']}", row["title"], amount]))


def _silence(_: sqlite3.Connection, row: Row) -> str:
    return " ".join(filter(None, [row["kind"], row["rule"], row["until"], row["reason"]]))


def _closed(_: sqlite3.Connection, row: Row) -> str:
    outcome = f": {row['outcome']}" if row["outcome"] else ""
    return f"case {row['id']} closed {row['closed_at'][:10]}{outcome}"


def _consent(_: sqlite3.Connection, row: Row) -> str:
    source = f" ({row['source']})" if row["source"] else ""
    return f"{row['basis']} {row['given_on']}{source}"


def _wait(_: sqlite3.Connection, row: Row) -> str:
    until = f" until {row['until_at'][:10]}" if row["until_at"] else ""
    return f"case {row['complaint_id']} waits from {row['since_at'][:10]}{until}"


_SUMMARIES: dict[str, Callable[[sqlite3.Connection, Row], str]] = {
    "contact": _contact,
    "company": _column("name"),
    "email": _column("address"),
    "phone": _column("number"),
    "address": _column("address"),
    "link": _column("url"),
    "contact_tag": _tag,
    "contact_field": _field,
    "key_date": lambda _, row: f"{row['kind']} {row['date']}",
    "participant": _interaction,
    "interaction": lambda _, row: f"{row['kind']} {row['at'][:10]}",
    "follow_up": lambda _, row: f"F{row['id']} {row['due'].replace('T', ' ')} {row['text']}",
    "consent": _consent,
    "complaint": _closed,
    "complaint_wait": _wait,
    "deal": _deal,
    "saved_view": lambda _, row: f"@{row['name']} {row['query']}",
    "silence": _silence,
}
