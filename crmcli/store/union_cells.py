"""Values of rows that both copies of a book have: which of the two holds.

One that only the one side changed is taken. Of one that both changed, knowing nothing of each other,
the newer holds, and the other stays in sight: a note has the lines of both, everything else is
written and written over within the merge, so that the history of the person shows it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crmcli.store import union_back, union_lost, union_news, union_ties, union_twins
from crmcli.store.union_nouns import NOUNS, pair
from crmcli.values.mentions import CUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

_CHUNK = 500
_KEY = {"mine": ("my_row", "my_contact"), "theirs": ("their_row", "their_contact")}
# Whatever holds of these, nobody has to be told.
_QUIET = frozenset(
    ("position", "key", "alias", "anchor", "stage_since", "source", "set_by", "done_by")
)


@dataclass(frozen=True)
class Conflict:
    """What both sides changed, or one changed and the other took away.

    Attributes:
        noun: the table. row: my id of it, 0 where it is gone. contact: my id of whose it is, None for nobody's.
        field: the column; empty for the whole row. mine, theirs, kept: values as stored.
        mine_uid, theirs_uid: the change sets that made them.
        what: the row in words, where no row here says it; instead: what to type to have it the other way, where that is known.
    """

    noun: str
    row: int
    contact: int | None
    field: str
    mine: Any
    theirs: Any
    kept: Any
    mine_uid: str | None = None
    theirs_uid: str | None = None
    what: str = ""
    instead: str | None = None


@dataclass
class Merging:
    """What goes through one merge.

    Attributes:
        set_id, uid: of the change set of the merge.
        prefer: newer, mine or theirs, of what both changed.
        conflicts: what there was to decide. taken: how many values came, by table.
        decided: (noun, row, contact, column) whose value is neither side's newest but the merge's own.
    """

    db: sqlite3.Connection
    set_id: int
    uid: str
    prefer: str
    conflicts: list[Conflict] = field(default_factory=list)
    taken: dict[str, int] = field(default_factory=dict)

    def decided(self, noun: str, row: int, contact: int, columns: tuple[str, ...]) -> None:
        """Note that the merge itself made these values, which is news to every other copy."""
        for column in columns:
            self.db.execute(
                "INSERT INTO main.taken_value (set_id, noun, row_id, contact_id, field, uid) VALUES (?, ?, ?, ?, ?, ?)",
                (self.set_id, noun, row, contact or None, column, self.uid),
            )


def merge(merging: Merging) -> None:
    """Give the rows that both sides have the values that hold."""
    for table, noun in NOUNS.items():
        listed = [*(c for group in noun.groups for c in group), *noun.least, *noun.most]
        if not listed:
            continue
        after = (-1, -1)
        while rows := _differing(merging.db, table, listed, after):
            for row in rows:
                _merge_row(merging, table, row)
            keys = ("their_contact", "their_row") if pair(table) else ("my_row", "my_contact")
            after = (rows[-1][keys[0]], rows[-1][keys[1]])


def _differing(
    db: sqlite3.Connection, table: str, listed: list[str], after: tuple[int, int]
) -> list[sqlite3.Row]:
    """A chunk of rows that differ: my key and theirs, and each value as mine__x and theirs__x."""
    second = pair(table)
    told = union_twins.values(db, table)
    both = ", ".join(f"m.{c} AS mine__{c}, {told[c]} AS theirs__{c}" for c in listed)
    differ = " OR ".join(f"m.{c} IS NOT {told[c]}" for c in listed)
    # Read in the order of a key, so that a chunk ends the reading. CROSS JOIN holds SQLite to it, and
    # the view of theirs is not asked, which SQLite would work out whole each time; + keeps it from reading
    # all twins above the key of the chunk.
    if second:
        return db.execute(
            f"SELECT m.{second} AS my_row, m.contact_id AS my_contact, t.{second} AS their_row, t.contact_id AS their_contact, {both}"
            f" FROM other.{table} t CROSS JOIN main.{table} m ON m.contact_id = {told['contact_id']} AND m.{second} = {told[second]}"
            f" WHERE (t.contact_id, t.{second}) > (?, ?) AND ({differ}) ORDER BY t.contact_id, t.{second} LIMIT {_CHUNK}",
            after,
        ).fetchall()
    return db.execute(
        f"SELECT m.id AS my_row, 0 AS my_contact, t.id AS their_row, 0 AS their_contact, {both}"
        f" FROM main.{table} m CROSS JOIN temp.twin w ON w.noun = '{table}' AND w.mine = +m.id"
        f" CROSS JOIN other.{table} t ON t.id = w.theirs WHERE m.id > ? AND ({differ}) ORDER BY m.id LIMIT {_CHUNK}",
        after[:1],
    ).fetchall()


def _merge_row(merging: Merging, table: str, row: sqlite3.Row) -> None:
    noun = NOUNS[table]
    changes: dict[str, Any] = {}
    beside: dict[str, Any] = {}  # what does not hold, to be seen in the history
    for group in noun.groups:
        if any(row[f"mine__{c}"] != row[f"theirs__{c}"] for c in group):
            _merge_group(merging, table, row, group, changes, beside)
    for columns, choose in ((noun.least, min), (noun.most, max)):
        for column in columns:
            mine, theirs = row[f"mine__{column}"], row[f"theirs__{column}"]
            weak = [_weak(merging.db, side, table, row, (column,)) for side in _KEY]
            if weak[0] != weak[1]:
                changes[column] = theirs if weak[0] else mine
                continue
            changes[column] = choose(filter(None, (mine, theirs)), default=None)
    for values in (beside, changes):
        _write(merging.db, table, row, values)
    differs = [c for c in changes if changes[c] != row[f"mine__{c}"]]
    if differs:
        merging.taken[table] = merging.taken.get(table, 0) + 1


def _write(db: sqlite3.Connection, table: str, row: sqlite3.Row, values: dict[str, Any]) -> None:
    if not values:
        return
    second = pair(table)
    key = f"{second} = ? AND contact_id = ?" if second else "id = ? AND 0 = ?"
    sets = ", ".join(f"{column} = ?" for column in values)
    db.execute(
        f"UPDATE main.{table} SET {sets} WHERE {key}",
        (*values.values(), row["my_row"], row["my_contact"]),
    )


def _news(
    db: sqlite3.Connection, side: str, table: str, row: sqlite3.Row, group: tuple[str, ...]
) -> dict[str, str]:
    """Column -> the set that made its value, where the other side knows nothing of that."""
    key = _KEY[side]
    found = dict(
        db.execute(
            f"SELECT field, uid FROM temp.{side}_news WHERE noun = ? AND row_id = ? AND contact_id = ?"
            f" AND uid NOT IN (SELECT uid FROM temp.{side}_repair)",
            (table, row[key[0]], row[key[1]]),
        ).fetchall()
    )
    whole = found.get("")
    return {c: uid for c in group if (uid := found.get(c) or whole)}


def _weak(
    db: sqlite3.Connection, side: str, table: str, row: sqlite3.Row, columns: tuple[str, ...]
) -> set[str]:
    key = _KEY[side]
    return union_lost.weak(db, side, table, row[key[0]], row[key[1]], columns)


def _merge_group(
    merging: Merging,
    table: str,
    row: sqlite3.Row,
    group: tuple[str, ...],
    changes: dict[str, Any],
    beside: dict[str, Any],
) -> None:
    db = merging.db
    mine, theirs = (_news(db, side, table, row, group) for side in ("mine", "theirs"))
    here, there = ({c: row[f"{side}__{c}"] for c in group} for side in ("mine", "theirs"))
    weak = [_weak(db, side, table, row, group) for side in _KEY]
    if weak[0] or weak[1]:
        mine, theirs = (
            {c: uid for c, uid in news.items() if c not in written}
            for news, written in zip((mine, theirs), weak, strict=True)
        )
        union_lost.give_way(here, there, *weak)
        changes |= here
        if here == there:
            return
    if union_back.settle(
        db,
        table,
        {side: (row[at], row[whose]) for side, (at, whose) in _KEY.items()},
        {"mine": mine, "theirs": theirs},
        {"mine": here, "theirs": there},
    ):
        changes |= here
        merging.decided(table, row["my_row"], row["my_contact"], group)
    if theirs and not mine:
        changes |= there
        return
    if mine and not theirs:
        return
    if "city" in group and mine and theirs and not mine.keys() & theirs.keys():
        changes |= {c: there[c] for c in theirs}
        merging.decided(table, row["my_row"], row["my_contact"], group)
        return
    known = not mine  # to both, and yet they differ
    cut = [_cuts(side) for side in (here, there)]
    if known and cut[0] != cut[1]:  # crm forget --redact, which leaves no news
        changes |= max((cut[0], here), (cut[1], there), key=lambda side: side[0])[1]
        return
    stamps = [max(found.values(), default="") for found in (mine, theirs)]
    if known:
        stamps = [
            union_news.last(db, schema, table, row[at], row[whose], group)
            for schema, at, whose in (
                ("main", "my_row", "my_contact"),
                ("other", "their_row", "their_contact"),
            )
        ]
    theirs_newer = union_ties.is_newer(db, table, stamps, here, there)
    kept, ruled = _ruled(group, here, there, newer=there if theirs_newer else here)
    if not ruled and not known and merging.prefer != "newer":
        kept = here if merging.prefer == "mine" else there
    changes |= kept
    if kept != (there if theirs_newer else here) or (known and stamps[0] == stamps[1]):
        merging.decided(table, row["my_row"], row["my_contact"], group)
    if kept == here or "note" in group:
        beside |= {} if "note" in group or set(group) <= _QUIET else there
    if not known or group == ("do_not_contact",):
        _tell(merging, table, row, group, here, there, kept, stamps)


def _cuts(values: dict[str, Any]) -> int:
    """How often somebody was cut out of these texts."""
    return sum(text.count(CUT) for text in values.values() if isinstance(text, str))


def _ruled(
    group: tuple[str, ...], here: dict[str, Any], there: dict[str, Any], *, newer: dict[str, Any]
) -> tuple[dict[str, Any], bool]:
    """What holds whichever is newer: a no of the person, what is done, the lines of both notes.

    Returns:
        The values, and whether they are beyond choice.
    """
    if group == ("do_not_contact",):
        return {"do_not_contact": 1}, True
    if group == ("withdrawn_on",):
        return {"withdrawn_on": min(filter(None, (here[group[0]], there[group[0]])))}, True
    if group == ("verified_on",):
        return {"verified_on": max(filter(None, (here[group[0]], there[group[0]])))}, True
    if "done_at" in group and (here["done_at"] is None) != (there["done_at"] is None):
        return (here if here["done_at"] else there), True
    if group == ("note",) and here["note"] and there["note"]:
        older = there if newer is here else here
        lines = newer["note"].split("\n")
        held = set(lines)
        lines += [line for line in older["note"].split("\n") if line not in held]
        return {"note": "\n".join(lines)}, True
    return newer, False


def _tell(
    merging: Merging,
    table: str,
    row: sqlite3.Row,
    group: tuple[str, ...],
    here: dict[str, Any],
    there: dict[str, Any],
    kept: dict[str, Any],
    stamps: list[str],
) -> None:
    names = row.keys()
    contact = row["my_contact"] or (
        row["mine__contact_id"] if "mine__contact_id" in names else None
    )
    if table == "contact":
        contact = row["my_row"]
    for column in group:
        if here[column] == there[column] or column in _QUIET:
            continue
        merging.conflicts.append(
            Conflict(
                table,
                row["my_row"],
                contact,
                column,
                here[column],
                there[column],
                kept[column],
                *stamps,
            )
        )
