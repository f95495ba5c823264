"""Words made anew after an undo had taken them: a redo finds them again, under the number they have now.

The tag ``vip`` that came with somebody goes when that is undone; made again for another person it has
another number. It is the same word: the history goes on speaking of the number it has now.
"""

from __future__ import annotations

from crmcli.store.history import EFFECTIVE

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

# Table -> where else the history has its number: (noun, key of the JSON).
_SPOKEN_OF = {
    "tag": (("contact_tag", "tag_id"), ("silence", "tag_id")),
    "field": (("contact_field", "field_id"),),
    "company": (("contact", "company_id"), ("deal", "company_id")),
}
# Tables whose number is the row_id of changes too.
_PAIRED = {"tag": "contact_tag", "field": "contact_field"}
# What a company has beside its name; with more, one of that name is not the whole of it.
_MORE = "domain phone url address city region postcode country note"


def unite(db: sqlite3.Connection) -> None:
    """Give words that an undo took, and that are there anew, one number in the history."""
    for noun, spoken in _SPOKEN_OF.items():
        for old, new in _renamed(db, noun):
            _rename(db, noun, old, new)
            for where, key in spoken:
                _rename_within(db, where, key, old, new)


def _renamed(db: sqlite3.Connection, noun: str) -> list[tuple[int, int]]:
    """The old number and the new one of each."""
    empty = "".join(f" AND c.data ->> '{column}' IS NULL" for column in _MORE.split()) if noun == "company" else ""  # fmt: skip
    rows = db.execute(
        f"SELECT c.row_id, r.id FROM change c JOIN {noun} r ON r.key = c.data ->> 'key' AND r.id <> c.row_id"
        f" WHERE c.noun = '{noun}' AND c.op = 'delete' AND c.data IS NOT NULL{empty}"
        " AND c.set_id IN (SELECT id FROM change_set WHERE undoes IS NOT NULL)"
        f" AND NOT EXISTS (SELECT 1 FROM {noun} WHERE id = c.row_id)"
        f" AND EXISTS (SELECT 1 FROM change n WHERE n.noun = '{noun}' AND n.row_id = r.id AND n.row_last IS NULL"
        f" AND n.op = 'insert' AND n.set_id > c.set_id AND n.set_id IN (SELECT id FROM change_set WHERE {EFFECTIVE}))"
        # One of an import was inserted with others, by the range.
        f" AND EXISTS (SELECT 1 FROM change n WHERE n.noun = '{noun}' AND n.row_id = c.row_id AND n.row_last IS NULL"
        " AND n.op = 'insert')"
    )
    return list(dict.fromkeys((row[0], row[1]) for row in rows))


def _rename(db: sqlite3.Connection, noun: str, old: int, new: int) -> None:
    db.execute(
        "UPDATE change SET row_id = ?, data = iif(op = 'delete', json_set(data, '$.id', ?), data)"
        " WHERE noun = ? AND row_id = ? AND row_last IS NULL",
        (new, new, noun, old),
    )
    if noun in _PAIRED:
        db.execute(
            "UPDATE change SET row_id = ? WHERE noun = ? AND row_id = ? AND row_last IS NULL",
            (new, _PAIRED[noun], old),
        )
    else:
        db.execute(
            "UPDATE change SET data = json_set(data, '$.row_id', ?) WHERE noun = 'external_id' AND op = 'delete'"
            " AND data ->> 'noun' = ? AND data ->> 'row_id' = ?",
            (new, noun, old),
        )


def _rename_within(db: sqlite3.Connection, where: str, key: str, old: int, new: int) -> None:
    """Rows that went, and values that changed."""
    db.execute(
        f"UPDATE change SET data = json_set(data, '$.{key}', ?) WHERE noun = ? AND op = 'delete' AND data ->> '{key}' = ?",
        (new, where, old),
    )
    for place in (0, 1):
        db.execute(
            f"UPDATE change SET data = json_set(data, '$.{key}[{place}]', ?)"
            f" WHERE noun = ? AND op = 'update' AND json_extract(data, '$.{key}[{place}]') = ?",
            (new, where, old),
        )
