"""Two contacts made one. What either held the one that is kept holds: as a value, or in its note.

The numbers and uids of both go on naming the person, and so do both names in an import.
"""

from __future__ import annotations

from crmcli.errors import RefusedError
from crmcli.store import different, merge_rows, who
from crmcli.values.text import below, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

# From the least that can be said of a person to the most; a partner is something else.
_STEPS = ("other", "lead", "prospect", "lapsed", "customer", "loyal")
_ADDRESS = ("address", "postcode", "city", "region", "country")
_SINGLE = ("language", "currency", "channel", "source")

Values = dict[str, "Any"]


def merge(db: sqlite3.Connection, keep_id: int, other_id: int, at: str) -> int:
    """Make contact ``other_id`` part of contact ``keep_id``, inside the open transaction.

    Ids that an earlier merge took away stand for the person whom they name now, so that pairs can be
    merged one after the other.

    Returns:
        The id of the contact that is kept.

    Raises:
        RefusedError: the two are declared different.
    """
    keep, other = who.followed(db, keep_id), who.followed(db, other_id)
    if keep == other:
        return keep
    if different.is_declared(db, keep, other):
        raise RefusedError(
            f"{keep} and {other} are declared different; crm merge {keep} {other} --different --lift takes that back"
        )
    # The contact goes when everything that hung on it has changed hands.
    db.execute("PRAGMA defer_foreign_keys = ON")
    kept, dropped = (
        db.execute(
            "SELECT c.*, o.name AS company, o.key AS company_key FROM contact c"
            " LEFT JOIN company o ON o.id = c.company_id WHERE c.id = ?",
            (number,),
        ).fetchone()
        for number in (keep, other)
    )
    fields, left = _combined(db, kept, dropped)
    note = _joined(kept["note"], dropped["note"], left)
    if note != kept["note"]:
        fields["note"] = note
    fields["updated_at"] = at
    sets = ", ".join(f"{column} = ?" for column in fields)
    # A book of old may tell of one who lives that they were merged.
    db.execute(
        "DELETE FROM merged_contact WHERE uid IN (?, ?) OR old_id IN (?, ?)",
        (kept["uid"], dropped["uid"], keep, other),
    )
    db.execute(
        "INSERT INTO merged_contact (old_id, uid, contact_id, name, key, company_key) VALUES (?, ?, ?, ?, ?, ?)",
        (other, dropped["uid"], keep, dropped["name"], dropped["key"], dropped["company_key"]),
    )
    db.execute(f"UPDATE contact SET {sets} WHERE id = ?", (*fields.values(), keep))
    merge_rows.move(db, keep, other)
    db.execute("DELETE FROM contact WHERE id = ?", (other,))
    return keep


def _combined(
    db: sqlite3.Connection, kept: sqlite3.Row, other: sqlite3.Row
) -> tuple[Values, list[str]]:
    """The columns that change on the one that is kept, and what finds no column: ``title: buyer``."""
    fields: Values = {}
    left: list[str] = []
    _combine_names(db, kept, other, fields, left)
    _combine_work(kept, other, fields, left)
    _combine_addresses(kept, other, fields, left)
    _combine_birthdays(kept, other, fields, left)
    for column in _SINGLE:
        if kept[column] is None:
            fields[column] = other[column]
        elif _differ(kept[column], other[column]):
            left.append(f"{column}: {other[column]}")
    _combine_referrers(db, kept, other, fields, left)
    _combine_terms(kept, other, fields, left)
    left += _other_labels(db, kept["id"], other["id"])
    fields["do_not_contact"] = max(kept["do_not_contact"], other["do_not_contact"])
    fields["verified_on"] = _last(kept["verified_on"], other["verified_on"])
    fields["notice_on"] = _first(kept["notice_on"], other["notice_on"])
    fields["created_at"] = min(kept["created_at"], other["created_at"])
    archived = kept["archived_at"] and other["archived_at"]
    fields["archived_at"] = archived and max(kept["archived_at"], other["archived_at"])
    return {column: value for column, value in fields.items() if value != kept[column]}, left


def _differ(mine: str, other: str | None) -> bool:
    return other is not None and fold(mine) != fold(other)


def _first(*days: str | None) -> str | None:
    return min(filter(None, days), default=None)


def _last(*days: str | None) -> str | None:
    return max(filter(None, days), default=None)


def _combine_names(
    db: sqlite3.Connection, kept: sqlite3.Row, other: sqlite3.Row, fields: Values, left: list[str]
) -> None:
    """The name of the one that is kept, unless that is only an address or number and the other's is one."""
    parts = ("given", "family")
    if _is_unnamed(db, kept) and not _is_unnamed(db, other):
        fields |= {column: other[column] for column in ("name", "key", *parts)}
        other = kept
    elif kept["key"] == other["key"] and not (kept["given"] or kept["family"]):
        fields |= {column: other[column] for column in parts}
        return
    told = fold(f"{kept['name']} {other['name']}")
    left += [f"{part}: {other[part]}" for part in parts if other[part] and fold(other[part]) not in told]  # fmt: skip


def _is_unnamed(db: sqlite3.Connection, contact: sqlite3.Row) -> bool:
    """Whether a contact has nothing for a name but an address, a number or its company."""
    said = "SELECT address FROM email WHERE contact_id = :id UNION ALL SELECT number FROM phone WHERE contact_id = :id"
    found = db.execute(
        f"SELECT :name IN ({said}) OR :name IS :company",
        {"id": contact["id"], "name": contact["name"], "company": contact["company"]},
    )
    return bool(found.fetchone()[0])


def _combine_work(kept: sqlite3.Row, other: sqlite3.Row, fields: Values, left: list[str]) -> None:
    """Company and title go together: nobody is buyer of the one firm because they were of the other."""
    elsewhere = (
        kept["company_id"] and other["company_id"] and kept["company_id"] != other["company_id"]
    )
    if elsewhere:
        left.append(f"company: {other['company']}")
    elif not kept["company_id"]:
        fields["company_id"] = other["company_id"]
    if not kept["title"] and not elsewhere:
        fields["title"] = other["title"]
    elif _differ(kept["title"] or "", other["title"]):
        left.append(f"title: {other['title']}")


def _combine_addresses(
    kept: sqlite3.Row, other: sqlite3.Row, fields: Values, left: list[str]
) -> None:
    """Parts of two addresses make no address: the second goes into the note as a whole."""
    if any(kept[part] and _differ(kept[part], other[part]) for part in _ADDRESS):
        whole = ", ".join(", ".join(other[part].split("\n")) for part in _ADDRESS if other[part])
        label = other["address_label"]
        left.append(f"{f'{label} ' if label else ''}address: {whole}")
        return
    fields |= {part: other[part] for part in _ADDRESS if not kept[part]}
    if kept["address_label"] is None:
        fields["address_label"] = other["address_label"]
    elif _differ(kept["address_label"], other["address_label"]):
        left.append(f"label of the address: {other['address_label']}")


def _other_labels(db: sqlite3.Connection, keep: int, other: int) -> list[str]:
    """What the other calls an e-mail or phone that both have under another label."""
    found = db.execute(
        "SELECT y.shown, y.label FROM channels y JOIN channels x ON x.channel = y.channel AND x.shown = y.shown"
        " WHERE x.contact_id = ? AND y.contact_id = ? AND x.label <> y.label ORDER BY y.channel, y.position",
        (keep, other),
    )
    return [f"{shown}: {label}" for shown, label in found]


def _combine_birthdays(
    kept: sqlite3.Row, other: sqlite3.Row, fields: Values, left: list[str]
) -> None:
    mine, theirs = kept["birthday"], other["birthday"]
    if not mine or not theirs:
        fields["birthday"] = mine or theirs
    elif mine[-5:] == theirs[-5:] and "--" in (mine[:2], theirs[:2]):
        fields["birthday"] = max(mine, theirs)  # a hyphen is less than any digit
    elif mine != theirs:
        left.append(f"birthday: {theirs}")


def _combine_referrers(
    db: sqlite3.Connection, kept: sqlite3.Row, other: sqlite3.Row, fields: Values, left: list[str]
) -> None:
    """Who sent them; that one of the two sent the other is not to be said any more."""
    both = (kept["id"], other["id"])
    mine, theirs = (
        None if row["referred_by"] in both else row["referred_by"] for row in (kept, other)
    )
    fields["referred_by"] = mine or theirs
    if mine and theirs and mine != theirs:
        name = db.execute("SELECT name FROM contact WHERE id = ?", (theirs,)).fetchone()[0]
        left.append(f"referred by: {name} ({theirs})")


def _combine_terms(kept: sqlite3.Row, other: sqlite3.Row, fields: Values, left: list[str]) -> None:
    """The shorter cadence, and the lifecycle further along."""
    mine, theirs = kept["cadence"], other["cadence"]
    fields["cadence"] = min(filter(None, (mine, theirs)), default=None)
    if mine and theirs and mine != theirs:
        left.append(f"cadence: {max(mine, theirs)}d")
    mine, theirs = kept["lifecycle"], other["lifecycle"]
    if mine == theirs:
        return
    further = _further(mine, theirs)
    fields["lifecycle"] = further
    less = theirs if further == mine else mine
    if "partner" in (mine, theirs) and less not in ("other", "lead"):
        left.append(f"lifecycle: {less}")


def _further(mine: str, theirs: str) -> str:
    """The lifecycle that says more; a partner may buy too, and then is a customer first."""
    order = (*_STEPS[:4], "partner", *_STEPS[4:])
    return max(mine, theirs, key=order.index)


def _joined(mine: str | None, theirs: str | None, left: list[str]) -> str | None:
    """The notes of both, what found no field below; nothing that stands there already."""
    text = mine or ""
    for part in (theirs, *left):
        if part:
            text = below(text, part)
    return text or None
