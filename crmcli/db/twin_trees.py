"""Pairs stand in two trees, by the one and by the other, and in the history: what these three say of each other.

SQLite writes both trees at once, and the triggers the history, so a pair that stands in one tree alone
was made by no one: a page was lost, or the disk put another in its place. Two of three decide.
"""

from __future__ import annotations

from crmcli.db.triggers import BY_CONTACT, PAIRED

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    Pair = tuple[int, int]

INDEXES = {
    "contact_tag": "contact_tag_tag",
    "contact_field": "contact_field_field",
    "participant": "participant_interaction",
    "different": "different_other",
}
_PARENTS = {
    "contact_tag": "tag",
    "contact_field": "field",
    "participant": "interaction",
    "different": "contact",
}
THERE, GONE, OPEN = "there", "gone", "open"  # what the history says of a pair
# A range of the key is looked up in the table itself, which SQLite would not read otherwise.
_OWN = "WHERE contact_id >= -9223372036854775808"
# Two trees with other pairs have other sums, but for one time in some 2**31.
_SUMS = "SELECT count(*), sum((contact_id * 31337 + {key}) % 65521 * ((contact_id + {key} * 8191) % 32749)) FROM {table} {tree}"


def told(db: sqlite3.Connection, table: str, pair: Pair, *, whole: bool = True) -> str:
    """What the history says last of a pair: ``THERE``, ``GONE``, or ``OPEN`` where it only tells of a range.

    Without ``whole``, where part of the history is lost, a pair that it never tells of is open, too.
    """
    number = pair[0] if table in BY_CONTACT else pair[1]
    row = db.execute(
        "SELECT op, row_last FROM change WHERE noun = ? AND (contact_id = ? AND row_id = ? AND row_last IS NULL"
        " OR row_last IS NOT NULL AND ? BETWEEN row_id AND row_last) ORDER BY id DESC LIMIT 1",
        (table, *pair, number),
    ).fetchone()
    if row is None:
        return GONE if whole else OPEN
    return GONE if row[0] == "delete" else THERE if row[1] is None else OPEN


def flaws(db: sqlite3.Connection) -> tuple[list[str], list[str]]:
    """Where the two trees of a table differ: the tables that are damaged, and what indexes alone have wrong.

    The index alone is wrong where the history agrees with the table on all that differs.

    Args:
        db: a book whose pages SQLite can read.

    Returns:
        a line a table; a line an entry of an index.
    """
    damaged, entries = [], []
    there = {row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE rootpage > 0")}
    for table, index in INDEXES.items():
        if not there.issuperset((table, index)):  # dropped, or of an older crm
            continue
        own, turned = alone(db, table)
        wrong = [pair for pair in own if told(db, table, pair) == GONE]
        wrong += [pair for pair in turned if told(db, table, pair) != GONE]
        if wrong:
            contact, other = wrong[0]
            damaged.append(
                f"{len(wrong):,} rows of {table} stand in one of its two trees alone, such as {contact} {other}"
            )
        else:
            entries += [f"{contact} {other} missing from index {index}" for contact, other in own]
            entries += [
                f"{contact} {other} of index {index} is no row" for contact, other in turned
            ]
    return damaged, entries


def alone(db: sqlite3.Connection, table: str) -> tuple[list[Pair], list[Pair]]:
    """The pairs that stand in the table alone, and those in its index alone."""
    key, by_index = PAIRED[table], f"INDEXED BY {INDEXES[table]}"
    sums = [
        tuple(db.execute(_SUMS.format(key=key, table=table, tree=tree)).fetchone())
        for tree in (_OWN, by_index)
    ]
    if sums[0] == sums[1]:
        return [], []
    pairs = f"SELECT contact_id, {key} FROM {table}"
    own = {tuple(row) for row in db.execute(f"{pairs} {_OWN}")}
    turned = {tuple(row) for row in db.execute(f"{pairs} {by_index}")}
    return sorted(own - turned), sorted(turned - own)


def settle(
    db: sqlite3.Connection,
    table: str,
    own: set[Pair],
    turned: set[Pair],
    lost: Collection[str],
) -> tuple[set[Pair], set[Pair]]:
    """Which pairs of one tree alone to leave out, and which of the index alone to take in.

    What the history has gone, or never had, goes. Where it only tells of a range, as of an import, the tree
    that holds such a pair, one of nothing, or pairs of another tree, loses what it has alone; where
    neither does, or both, all stays. Where part of the table could not be read, its index makes up for
    that, and only what was deleted goes.

    Args:
        db: the book that is put together, its history read.
        table: of pairs.
        own: what the table has alone, where its index could be read to its end; else empty.
        turned: what the index has alone.
        lost: the tables of which a part is lost.
    """
    whole = "change" not in lost
    said = {pair: told(db, table, pair, whole=whole) for pair in own}
    said |= {pair: told(db, table, pair, whole=whole and table not in lost) for pair in turned}
    false = [{pair for pair in side if said[pair] == GONE} for side in (own, turned)]
    if own and turned and table not in lost:  # so a page that took the place of another leaves them
        nothing = set() if _PARENTS[table] in lost else _of_nothing(db, table, own | turned)
        lying = [
            bool(gone or side & nothing or _is_elsewhere(db, table, side))
            for side, gone in zip((own, turned), false, strict=True)
        ]
        for place, side in enumerate((own, turned)):
            if lying[place] and not lying[1 - place]:
                false[place] |= {pair for pair in side if said[pair] == OPEN}
    return false[0], turned - false[1]


def _is_elsewhere(db: sqlite3.Connection, table: str, side: set[Pair]) -> bool:
    """Whether nearly all of some pairs stand in another tree, whose page came here then."""
    for other, key in PAIRED.items():
        by_pair = f"SELECT 1 FROM {other} WHERE contact_id = ? AND {key} = ?"
        for turn in (1, -1) if other != table else (-1,):
            same = sum(db.execute(by_pair, pair[::turn]).fetchone() is not None for pair in side)
            if side and same * 10 >= len(side) * 9:
                return True
    return False


def _of_nothing(db: sqlite3.Connection, table: str, pairs: set[Pair]) -> set[Pair]:
    sql = f"SELECT 1 FROM {_PARENTS[table]} WHERE id = ?"
    return {pair for pair in pairs if db.execute(sql, (pair[1],)).fetchone() is None}
