"""Texts of others that name a person: found, and cut where that is asked."""

from __future__ import annotations

from json import loads

from crmcli.store import masked
from crmcli.values.text import alias

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from crmcli.values.mentions import Mentions

# Columns in which the owner writes what they like; table -> columns.
PROSE = {
    "interaction": ("subject", "text", "source"),
    "complaint": ("outcome",),
    "contact": ("note", "source", "title", "address", "address_label"),
    "email": ("label",),
    "phone": ("label",),
    "address": ("label", "address"),
    "key_date": ("kind",),
    "contact_field": ("value",),
    "follow_up": ("text", "snooze_reason"),
    "deal": ("title", "reason"),
    "company": ("note", "address"),
    "silence": ("reason",),
    "consent": ("source",),
}
# Whose it is: SQL of a name, over the row x.
_WHOSE = {
    "interaction": "(SELECT group_concat(c.name, ', ') FROM participant p JOIN contact c ON c.id = p.contact_id WHERE p.interaction_id = x.id)",
    "complaint": "(SELECT group_concat(c.name, ', ') FROM participant p JOIN contact c ON c.id = p.contact_id WHERE p.interaction_id = x.id)",
    "contact": "x.name || ' (' || x.id || ')'",
    "deal": "'D' || x.id",
    "company": "x.name || ' (' || x.id || ')'",
}
_THEIR = "(SELECT c.name || ' (' || c.id || ')' FROM contact c WHERE c.id = x.contact_id)"
# Tables of one person's rows, where ``without`` knows them by the person.
HUNG = ("contact_field", "silence", "consent", "email", "phone", "address", "key_date")
_WHEN = {"interaction": "substr(x.at, 1, 10)", "follow_up": "x.due"}
# By what somebody is reached. Who has one of the person's, too, keeps it; who had it once need not.
REACHED = {"email": ("address",), "phone": ("number", "typed"), "link": ("url",)}
# Those of another kind: what names the person there is told, and not cut.
_NAMES = {"company": ("name", "domain", "phone", "url"), "tag": ("name",), "field": ("name",)}


def views(db: sqlite3.Connection, names: Mentions) -> list[int]:
    """Return the ids of saved views whose query or name names the person."""
    found = db.execute("SELECT id, name, query FROM saved_view").fetchall()
    return [row[0] for row in found if row[1] in names or row[2] in names]


def told_views(db: sqlite3.Connection, typed: Mentions, names: Mentions) -> list[str]:
    """Return a line for each saved view with a word that only the person bears; ``names`` has those that go."""
    found = db.execute("SELECT id, name, query FROM saved_view ORDER BY name").fetchall()
    going = set(views(db, names))
    return [
        f"saved view {row[1]}"
        for row in found
        if row[0] not in going and (row[1] in typed or row[2] in typed)
    ]


def told(
    db: sqlite3.Connection, names: Mentions, without: str = "", *, redacted: bool = False
) -> list[str]:
    """Return a line for each text of others that names the person: what it is, when, and whose.

    ``without`` is SQL of pairs (table, id or contact_id) of what goes with the person. ``redacted`` leaves
    out what ``redact`` cuts.
    """
    return [
        " ".join(
            filter(None, (table.replace("_", "-"), _label(column), when, "of", whose or "nobody"))
        )
        for table, columns in (*(() if redacted else PROSE.items()), *_NAMES.items())
        for column in columns
        for when, whose in _where(db, names, table, column, without)
    ] + ([] if redacted else [*masked.told(db, names, without)])


def told_before(db: sqlite3.Connection, names: Mentions, *, redacted: bool = False) -> list[str]:
    """Return a line for each change of the history in which a text of others names the person.

    To be asked where the person is erased, so that what the history has on them is gone from it.
    ``redacted`` leaves out what ``redact`` cuts.
    """
    looked = _NAMES if redacted else _NAMES | PROSE | REACHED
    found: dict[str, None] = {}
    for number, noun, row_id, contact, data in db.execute(
        "SELECT set_id, noun, row_id, contact_id, data FROM change WHERE data IS NOT NULL ORDER BY id"
    ):
        columns = looked.get(noun, ())
        if not columns or ("\\" not in data and data not in names):
            continue
        row = loads(data)
        values = [row.get(column) for column in columns]
        texts = [text for one in values for text in (one if isinstance(one, list) else [one])]
        if any(text in names for text in texts if isinstance(text, str)):
            found[f"history of {_whose(db, noun, row_id, contact)}, change {number}"] = None
    return list(found)


def _whose(db: sqlite3.Connection, noun: str, row_id: int, contact: int | None) -> str:
    table, number = ("contact", contact) if contact else (noun, row_id)
    if table in ("contact", "company"):
        row = db.execute(f"SELECT name FROM {table} WHERE id = ?", (number,)).fetchone()
        if row:
            return f"{row[0]} ({number})"
    return f"{table.replace('_', '-')} {number}"


def _where(
    db: sqlite3.Connection, names: Mentions, table: str, column: str, without: str
) -> Iterator[tuple[str | None, str | None]]:
    """When and whose each text of a column is that names the person; only of these it is asked."""
    number = "x.contact_id" if table == "contact_field" else "x.id"
    sql = f"SELECT {number}, x.{column} FROM {table} x WHERE x.{column} IS NOT NULL"
    found = [row[0] for row in db.execute(sql) if row[1] in names]
    whose = _WHOSE.get(table, _THEIR if table not in _NAMES else "x.name")
    # A row is known by its person where it has nobody else's, as going() in forget.py has it.
    key = "x.contact_id" if table in HUNG else "x.id"
    leave = f" AND ('{table}', {key}) NOT IN ({without})" if without else ""
    for one in found:
        yield from db.execute(
            f"SELECT {_WHEN.get(table, 'NULL')}, {whose} FROM {table} x WHERE {number} = ?{leave} LIMIT 1",
            (one,),
        ).fetchall()


def _label(column: str) -> str:
    return "" if column in ("text", "value") else column.replace("_", " ")


def redact(db: sqlite3.Connection, names: Mentions) -> int:
    """Put mentions.CUT where these texts name the person; return how many texts changed."""
    db.create_function("cut", 1, lambda text: text and names.cut(text), deterministic=True)
    db.create_function(
        "names", 1, lambda text: text is not None and text in names, deterministic=True
    )
    db.create_function(
        "said_alias",
        2,
        lambda *said: alias(" ".join(one or "" for one in said)),
        deterministic=True,
    )
    count = 0
    for table, columns in PROSE.items():
        for column in columns:
            count += db.execute(
                f"UPDATE {table} SET {column} = cut({column}) WHERE {column} IS NOT NULL AND names({column})"
            ).rowcount
    db.execute(
        "UPDATE interaction SET alias = said_alias(subject, text)"
        " WHERE alias IS NOT NULL AND alias IS NOT said_alias(subject, text)"
    )
    return count + masked.redact(db, names)
