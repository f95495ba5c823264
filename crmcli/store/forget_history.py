"""The history of a person who is erased: what it says of them goes, that something was there stays.

Rows that a load inserted by the range keep a bare note that they went (op ``delete``, data NULL, in
the load's own set), so that the history still accounts for every row and the rest of the load can
be taken back. All else of the person is deleted, and sets that are empty then.
"""

from __future__ import annotations

from json import dumps, loads

from crmcli.db.triggers import PAIRED
from crmcli.store import masked, mentioned
from crmcli.values.mentions import CUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    from crmcli.store.subject import Subject
    from crmcli.values.mentions import Mentions

# Tables that give the number of the last row, when it goes, to the next one.
_REUSED = "'tag', 'field', 'complaint_wait', 'external_id', 'saved_view'"
COMMAND = f"crm forget {CUT}"

_THEIRS = """
CREATE TEMP TABLE erased_change AS
SELECT id, set_id FROM change WHERE row_last IS NULL AND noun <> 'forgotten' AND (
  contact_id IN ({ids})
  OR (noun, row_id) IN (SELECT noun, row_id FROM erased) AND (noun NOT IN ({reused}) OR id > coalesce(
    (SELECT max(d.id) FROM change d WHERE d.noun = change.noun AND d.row_id = change.row_id AND d.op = 'delete' AND d.set_id <> {set}), 0))
  OR noun = 'external_id' AND op = 'delete' AND (data ->> 'noun', data ->> 'row_id') IN (SELECT noun, row_id FROM erased)
  OR noun = 'complaint_wait' AND op = 'delete' AND data ->> 'complaint_id' IN (SELECT row_id FROM erased WHERE noun = 'interaction')
  OR noun = 'participant' AND row_id IN (SELECT row_id FROM erased WHERE noun = 'interaction')
  OR noun = 'different' AND row_id IN ({ids})
  -- A tag or field that came or went with them alone; its number may be another's by now.
  OR noun IN ('tag', 'field') AND EXISTS (SELECT 1 FROM change p WHERE p.set_id = change.set_id
    AND p.noun = 'contact_' || change.noun AND p.row_id = change.row_id AND p.contact_id IN ({ids}))
  AND NOT EXISTS (SELECT 1 FROM change p WHERE p.set_id = change.set_id
    AND p.noun = 'contact_' || change.noun AND p.row_id = change.row_id AND p.contact_id NOT IN ({ids})))
"""
_RANGE = (
    "SELECT r.set_id FROM change r WHERE r.noun = c.noun AND r.op = 'insert' AND r.row_last IS NOT NULL"
    " AND c.row_id BETWEEN r.row_id AND r.row_last"
)
_PAIRS = ", ".join(f"'{table}'" for table in PAIRED)
# Keys of the history's JSON that point to what may be gone: noun -> {key: the table}.
_POINTING = {
    "contact": {"referred_by": "contact", "company_id": "company"},
    "deal": {"company_id": "company"},
    "interaction": {"deal_id": "deal"},
    "follow_up": {"set_by": "interaction", "done_by": "interaction"},
}
_VIEW = ("name", "query")  # of a saved view
# Commands about many: they name nobody unless a word of theirs does.
_BULK = ("import", "check", "undo", "redo", "merge-book", "restore", "demo")


def erase(
    db: sqlite3.Connection, subject: Subject, set_id: int, names: Mentions, *, redact: bool
) -> int:
    """Erase what the history holds of the person, in the transaction that erases the rows.

    ``set_id`` is that transaction's set; what it wrote of the person's rows goes too.

    Returns:
        How many changes of earlier commands.
    """
    touched = _drop_merges(db, subject)
    db.execute("DROP TABLE IF EXISTS temp.erased_change")
    db.execute(_THEIRS.format(ids=subject.marks, reused=_REUSED, set=set_id))
    earlier = "FROM erased_change WHERE set_id <> ?"
    count = db.execute(f"SELECT count(*) {earlier}", (set_id,)).fetchone()[0]
    touched |= {row[0] for row in db.execute(f"SELECT DISTINCT set_id {earlier}", (set_id,))}
    _leave_bare(db, set_id)
    db.execute("DELETE FROM change WHERE id IN (SELECT id FROM erased_change)")
    # Pointers that were emptied, texts that were cut: changes of others that are not theirs to take back.
    db.execute("DELETE FROM change WHERE set_id = ? AND noun <> 'forgotten'", (set_id,))
    db.execute("DROP TABLE temp.erased_change")
    gone = {(row[0], row[1]) for row in db.execute("SELECT noun, row_id FROM erased")}
    _rewrite(db, names, gone, redact=redact)
    _rename(db, touched, subject.mentions_typed(db))
    db.execute("UPDATE change_set SET command = ? WHERE id = ?", (COMMAND, set_id))
    _drop_empty(db, touched)
    return int(count)


def redact(db: sqlite3.Connection, set_id: int, names: Mentions) -> int:
    """Cut a name out of the history, and what the transaction's own set has of that; return how many texts changed."""
    db.execute("DELETE FROM change WHERE set_id = ? AND noun <> 'forgotten'", (set_id,))
    return _rewrite(db, names, set(), redact=True) + _rename(db, set(), names)


def _drop_merges(db: sqlite3.Connection, subject: Subject) -> set[int]:
    """Delete merges that were taken back, with their taking back: together they changed nothing.

    They hold the values of both people, and half of one could not be brought back. Returns the sets.
    """
    found = db.execute(
        "SELECT s.id, s.undone_by FROM change_set s WHERE s.undone_by IS NOT NULL"
        " AND EXISTS (SELECT 1 FROM change WHERE set_id IN (s.id, s.undone_by) AND noun = 'merged_contact')"
        f" AND EXISTS (SELECT 1 FROM change WHERE set_id IN (s.id, s.undone_by) AND contact_id IN ({subject.marks}))"
    ).fetchall()
    pairs = {number for row in found for number in row}
    db.execute(f"DELETE FROM change WHERE set_id IN ({', '.join(map(str, pairs))})")
    return pairs


def _leave_bare(db: sqlite3.Connection, set_id: int) -> None:
    """Keep of the person's changes, without a word, those that the history of other rows stands on."""
    theirs = "id IN (SELECT id FROM erased_change)"
    db.execute(
        f"UPDATE change AS c SET data = NULL, contact_id = NULL, set_id = iif(set_id = ?, ({_RANGE}), set_id)"
        f" WHERE {theirs} AND op = 'delete' AND noun NOT IN ({_PAIRS}) AND (EXISTS ({_RANGE})"
        " OR (set_id <> ? AND (noun IN ('external_id', 'complaint_wait') OR noun IN ('tag', 'field')"
        "  AND EXISTS (SELECT 1 FROM change i WHERE i.noun = c.noun AND i.row_id = c.row_id AND i.op = 'insert' AND i.id < c.id"
        "   AND i.id NOT IN (SELECT id FROM erased_change)))))",
        (set_id, set_id),
    )
    db.execute(
        f"DELETE FROM temp.erased_change WHERE id IN (SELECT id FROM change WHERE {theirs} AND op = 'delete' AND data IS NULL)"
    )
    # What came with them and is somebody else's by now; an insert says nothing but that.
    for (noun,) in db.execute(
        f"SELECT DISTINCT noun FROM change WHERE {theirs} AND op = 'insert' AND noun NOT IN ({_PAIRS})"
    ).fetchall():
        kept = (
            f"{theirs} AND op = 'insert' AND noun = '{noun}' AND row_id IN (SELECT id FROM {noun})"
        )
        db.execute(f"UPDATE change SET contact_id = NULL WHERE {kept}")
        db.execute(
            f"DELETE FROM temp.erased_change WHERE id IN (SELECT id FROM change WHERE {kept})"
        )


def _rewrite(
    db: sqlite3.Connection, names: Mentions, gone: set[tuple[str, int]], *, redact: bool
) -> int:
    """Empty pointers to what is gone in the changes of others, and cut the name out of their texts.

    These are the texts that are cut in the book. What is no prose, such as a name, cannot be taken back if it
    is cut.
    """
    changed: list[tuple[str, int]] = []
    for number, noun, op, data in db.execute(
        "SELECT id, noun, op, data FROM change WHERE data IS NOT NULL"
    ):
        pointing = _POINTING.get(noun, {})
        cut = _VIEW if noun == "saved_view" else mentioned.PROSE.get(noun, ()) if redact else ()
        masks = redact and noun == "external_id"
        likely = "\\" in data or data in names or (masks and names.within(data))
        if not ((cut or masks) and likely) and not any(f'"{key}"' in data for key in pointing):
            continue
        row = loads(data)
        for key, target in pointing.items():
            if key in row:
                row[key] = _emptied(row[key], target, gone)
        if op == "update":
            row = {key: pair for key, pair in row.items() if pair[0] != pair[1]}
        if masks and op == "delete" and names.within(row["value"]):
            row["value"] = masked.mask(db, row["system"], row["value"])
        row |= {key: _cut(row[key], names) for key in cut if key in row}
        written = dumps(row, ensure_ascii=False, separators=(",", ":"))
        if written != data:
            changed.append((written, number))
    db.executemany("UPDATE change SET data = ? WHERE id = ?", changed)
    return len(changed)


def _emptied(value: Any, target: str, gone: set[tuple[str, int]]) -> Any:
    if isinstance(value, list):
        return [_emptied(one, target, gone) for one in value]
    return None if (target, value) in gone else value


def _cut(value: Any, names: Mentions) -> Any:
    """A text, or the two of a change."""
    if isinstance(value, list):
        return [_cut(one, names) for one in value]
    return names.cut(value) if isinstance(value, str) else value


def _rename(db: sqlite3.Connection, touched: set[int], names: Mentions) -> int:
    """Take what was typed out of the commands that were about the person, or name them."""
    changed = []
    for number, command in db.execute("SELECT id, command FROM change_set"):
        words = command.split()
        bulk = len(words) > 1 and (words[1] in _BULK or any(w.startswith("--where") for w in words))
        if number in touched and not bulk:
            changed.append((f"{' '.join(words[:2])} … {CUT}", number))
        elif command in names:
            changed.append((names.cut(command), number))
    db.executemany("UPDATE change_set SET command = ? WHERE id = ?", changed)
    return len(changed)


def _drop_empty(db: sqlite3.Connection, touched: set[int]) -> None:
    """Delete the sets in which nothing is left, with those that took them back."""
    empty = {
        number
        for number in touched
        if not db.execute("SELECT 1 FROM change WHERE set_id = ? LIMIT 1", (number,)).fetchone()
    }
    links = [
        (row[0], other)
        for row in db.execute(
            "SELECT id, undoes, undone_by FROM change_set WHERE undoes IS NOT NULL OR undone_by IS NOT NULL"
        )
        for other in row[1:]
        if other is not None
    ]
    while stays := {
        one for pair in links for one in pair if one in empty and not empty.issuperset(pair)
    }:
        empty -= stays
    marks = ", ".join(map(str, sorted(empty)))
    db.execute(f"UPDATE change_set SET undoes = NULL, undone_by = NULL WHERE id IN ({marks})")
    for table in ("taken_set", "taken_value"):  # of a merge with a copy: known for good from now on
        db.execute(f"UPDATE {table} SET set_id = NULL WHERE set_id IN ({marks})")
    # Known all the same: else this book would seem to lack what was written, and older copies to hold more.
    db.execute(
        f"INSERT OR IGNORE INTO taken_set (uid) SELECT uid FROM change_set WHERE id IN ({marks})"
    )
    db.execute(f"DELETE FROM change_set WHERE id IN ({marks})")
