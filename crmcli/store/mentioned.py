"""Texts of others that name a person: found, and cut where that is asked."""

from __future__ import annotations

from crmcli.values.text import alias

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from crmcli.values.mentions import Mentions

# Columns in which the owner writes what they like; table -> columns.
PROSE = {
    "interaction": ("subject", "text"),
    "complaint": ("outcome",),
    "contact": ("note", "source", "title"),
    "contact_field": ("value",),
    "follow_up": ("text", "snooze_reason"),
    "deal": ("title", "reason"),
    "company": ("note",),
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
_WHEN = {"interaction": "substr(x.at, 1, 10)", "follow_up": "x.due"}
# Those of another kind: what names the person there is told, and not cut.
_NAMES = {"company": ("name", "domain", "phone", "url"), "tag": ("name",), "field": ("name",)}


def views(db: sqlite3.Connection, names: Mentions) -> list[int]:
    """Return the ids of saved views whose query or name names the person."""
    found = db.execute("SELECT id, name, query FROM saved_view").fetchall()
    return [row[0] for row in found if row[1] in names or row[2] in names]


def told(db: sqlite3.Connection, names: Mentions, without: str = "") -> list[str]:
    """Return a line for each text of others that names the person: what it is, when, and whose.

    ``without`` is SQL of pairs (table, id or contact_id) of what goes with the person.
    """
    return [
        " ".join(
            filter(None, (table.replace("_", "-"), _label(column), when, "of", whose or "nobody"))
        )
        for table, column, when, whose, text in _texts(db, without)
        if text in names
    ]


def _label(column: str) -> str:
    return "" if column in ("text", "value") else column.replace("_", " ")


def _texts(db: sqlite3.Connection, without: str) -> Iterator[tuple[str, str, str, str, str]]:
    for table, columns in (*PROSE.items(), *_NAMES.items()):
        whose = _WHOSE.get(table, _THEIR if table not in _NAMES else "x.name")
        key = "x.contact_id" if table in ("contact_field", "silence", "consent") else "x.id"
        leave = f" AND ('{table}', {key}) NOT IN ({without})" if without else ""
        for column in columns:
            for row in db.execute(
                f"SELECT {_WHEN.get(table, 'NULL')}, {whose}, x.{column} FROM {table} x"
                f" WHERE x.{column} IS NOT NULL{leave}"
            ):
                yield table, column, *row


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
    return count
