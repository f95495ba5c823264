"""The history in words: what a change was about, and each value before and after."""

from __future__ import annotations

from crmcli.db.triggers import BY_CONTACT
from crmcli.store import story_rows, story_told
from crmcli.store.history import moved_interactions
from crmcli.store.story_words import Words
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
    "text",
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
# Their own name says whose they are.
_NAMED = ("contact", "company", "saved_view")
# One row of a table, and several.
COUNTED = {
    "contact": ("person", "people"), "email": ("e-mail", "e-mails"), "phone": ("phone", "phones"),
    "link": ("link", "links"), "address": ("address", "addresses"), "company": ("company", "companies"),
    "contact_tag": ("tag", "tags"), "contact_field": ("field", "fields"), "key_date": ("date", "dates"),
    "deal": ("deal", "deals"), "participant": ("interaction", "interactions"),
    "follow_up": ("follow-up", "follow-ups"), "complaint": ("closed case", "closed cases"),
    "complaint_wait": ("wait of a case", "waits of cases"), "consent": ("basis", "bases"),
    "merged_contact": ("merged person", "merged people"),
}  # fmt: skip


class Entry:
    """One value that changed, or one row that came or went.

    Attributes:
        number: of the change set. at: the instant, UTC. command: what was typed. undone: taken back.
        noun: the table. row: the id. contact: the name of the person, or of what else it was; person: the id.
        op: insert, update or delete. field: the column of an update, else empty.
        before, after: values as text, None for none.
        text: the same in words, empty where another entry tells it.
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
        "person",
        "row",
        "text",
        "undone",
    )

    def __init__(
        self,
        change: Change,
        contact: str,
        field: str,
        before: str | None,
        after: str | None,
        text: str,
    ) -> None:
        self.number: int = change["number"]
        self.at: str = change["at"]
        self.command: str = change["command"]
        self.undone: bool = bool(change["undone"])
        self.noun: str = change["noun"]
        self.row: int = change["row_id"]
        self.op: str = change["op"]
        self.person: int | None = change["contact_id"]
        self.contact = contact
        self.field = field
        self.before = before
        self.after = after
        self.text = text

    @property
    def line(self) -> str:
        """The words with whom it is about: ``Anna Nowak: tagged vip``; empty where there are none."""
        return f"{self.contact}: {self.text}" if self.contact and self.text else self.text


def counted(noun: str, number: int) -> str:
    """``1 person``, ``1,500 people``."""
    return f"{number:,} {COUNTED[noun][number != 1]}"


def entries(
    db: sqlite3.Connection,
    changes: Iterable[Change],
    *,
    tz: str | None = None,
    again: bool = False,
) -> Iterator[Entry]:
    """Yield what people want to know of the changes, in their order.

    Interactions that a merge moved are one entry, at the place of the first.

    Args:
        db: the book.
        changes: rows of ``history.changes`` or ``history.of_contact``.
        tz: the owner's zone, None for the system's.
        again: of an undo or a redo, where what comes had been there before.
    """
    words = Words(db, tz, again=again)
    moved: set[int] = set()  # change sets whose interactions were told
    for change in changes:
        noun, op, words.since = change["noun"], change["op"], change["id"]
        if noun in _SILENT or (noun == "interaction" and op != "update"):
            continue
        if change["data"] is None and op != "insert":  # of somebody who was forgotten
            continue
        if noun == "participant" and op == "update":
            if change["number"] in moved:
                continue
            several = moved_interactions(db, change["number"])
            if several > 1:
                moved.add(change["number"])
                yield _moved(db, change, several)
                continue
        if change["row_last"] is not None:
            if entry := _range(words, change):
                yield entry
        elif op == "update":
            yield from _update(db, words, change)
        else:
            yield _row(db, words, change)


def _moved(db: sqlite3.Connection, change: Change, several: int) -> Entry:
    """Interactions that changed hands together."""
    from json import loads

    before = story_rows.name(db, loads(change["data"])["contact_id"][0])
    after = story_rows.name(db, change["contact_id"])
    what = counted("participant", several)
    return Entry(change, after, f"{what}: contact", before, after, f"{what} from {before}'s entry")


def _range(words: Words, change: Change) -> Entry | None:
    """Rows of an import, of one person where it is that person's history."""
    noun = change["noun"]
    rows = dict(change).get("rows")
    if rows is None and noun in BY_CONTACT:
        return None  # a range of people, who knows with how many each
    several = rows or change["row_last"] - change["row_id"] + 1
    if noun not in COUNTED:
        return None
    what = counted(noun, several)
    text = story_told.of_range(words, change, several, dict(change).get("person"))
    return Entry(change, "", "", None, what, text or what)


def _row(db: sqlite3.Connection, words: Words, change: Change) -> Entry:
    """A row that came or went."""
    from json import loads

    noun = change["noun"]
    whose = "" if noun in _NAMED else story_rows.name(db, change["contact_id"])
    if change["op"] == "insert":
        row = as_it_was(db, change)
        return Entry(
            change,
            whose,
            "",
            None,
            story_rows.summary(db, noun, row),
            story_told.came(words, change, row),
        )
    row = loads(change["data"])
    return Entry(
        change,
        whose,
        "",
        story_rows.summary(db, noun, row),
        None,
        story_told.went(words, change, row),
    )


def _update(db: sqlite3.Connection, words: Words, change: Change) -> Iterator[Entry]:
    """A column each."""
    from json import loads

    noun = change["noun"]
    row = as_it_was(db, change)
    data = loads(change["data"])
    hidden = _HIDDEN | _WITH_STAGE if "stage" in data else _HIDDEN
    whose = "" if noun in _NAMED else story_rows.name(db, change["contact_id"])
    told = story_told.changed(words, change, row, data)
    for column, (before, after) in data.items():
        if column in hidden:
            continue
        label = column.removesuffix("_id").replace("_", " ")
        about = whose
        if noun in _NAMED:
            about = str(row.get("name") or "")
        else:
            label = f"{story_rows.summary(db, noun, row)}: {label}"
        old, new = (_value(db, column, value, row) for value in (before, after))
        yield Entry(change, about, label, old, new, told.get(column, ""))


def as_it_was(db: sqlite3.Connection, change: Change) -> dict[str, Any]:
    """The row right after a change: as it is, or as it was deleted, less what changed since."""
    return story_rows.held(db, change["noun"], change["row_id"], change["contact_id"], change["id"])


def _value(db: sqlite3.Connection, column: str, value: Any, row: Row) -> str | None:
    if value is None:
        return None
    if column in _POINTERS:
        table, shown = _POINTERS[column]
        if table == "contact":
            return story_rows.name(db, value)
        return str(story_rows.held(db, table, value, None, 0).get(shown) or f"{table} {value}")
    if column == "amount":
        return money.text(value, row.get("currency"))
    return str(value)
