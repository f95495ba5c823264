"""What hangs on a contact, given to another: nothing twice, nothing lost."""

from __future__ import annotations

from operator import itemgetter

from crmcli.store import contacts, different
from crmcli.values.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

_VERIFIED = "max(coalesce(x.verified_on, ''), coalesce(y.verified_on, ''))"
_DEAD = "max(coalesce(x.dead_on, ''), coalesce(y.dead_on, ''))"
# An address that works on one side and bounced on the other: what was found out last holds.
_CHANNEL = {
    "label": "coalesce(x.label, y.label)",
    "verified_on": f"nullif({_VERIFIED}, '')",
    "dead_on": f"nullif(iif({_VERIFIED} > {_DEAD}, '', {_DEAD}), '')",
}
# Lists with an order: table -> what makes two entries one (y the other's), and what the one gains.
_LISTS: dict[str, tuple[str, dict[str, str]]] = {
    "email": ("x.key = y.key", _CHANNEL),
    "phone": (
        "x.key = y.key AND x.extension IS y.extension",
        _CHANNEL | {"typed": "coalesce(x.typed, y.typed)"},
    ),
    "link": ("x.url = y.url", {}),
    "address": (
        " AND ".join(
            f"x.{column} IS y.{column}"
            for column in ("label", "address", "city", "region", "postcode", "country")
        ),
        {},
    ),
}
_SAME_SILENCE = (
    "x.kind = y.kind AND x.rule IS y.rule AND x.occurrence IS y.occurrence AND x.until IS y.until"
)
# Rows that simply change hands, and which of them the other has already.
_HANDED = {
    "consent": "x.basis = y.basis AND x.given_on = y.given_on AND x.source IS y.source"
    " AND x.withdrawn_on IS y.withdrawn_on",
    "silence": _SAME_SILENCE,
    "merged_contact": "",
    "follow_up": "",
    "deal": "",
}


def move(db: sqlite3.Connection, keep: int, other: int) -> None:
    """Give everything that hangs on contact ``other`` to contact ``keep``."""
    pair = {"keep": keep, "other": other}
    for table, (same, gains) in _LISTS.items():
        _join_list(db, table, same, gains, pair)
    _move_tags(db, pair)
    _move_fields(db, pair)
    _move_dates(db, pair)
    _withdraw(db, pair)
    _meet_snoozes(db, pair)
    _join_reasons(db, pair)
    for table, same in _HANDED.items():
        if same:
            _drop_doubles(db, table, same, pair)
        db.execute(f"UPDATE {table} SET contact_id = :keep WHERE contact_id = :other", pair)
    _move_interactions(db, pair)
    different.move(db, keep, other)
    db.execute(
        "UPDATE external_id SET row_id = :keep WHERE noun = 'contact' AND row_id = :other", pair
    )
    db.execute(
        "UPDATE contact SET referred_by = :keep WHERE referred_by = :other AND id <> :keep", pair
    )


def _drop_doubles(db: sqlite3.Connection, table: str, same: str, pair: dict[str, int]) -> None:
    """Delete the other's rows that the one has already."""
    db.execute(
        f"DELETE FROM {table} AS y WHERE contact_id = :other"
        f" AND EXISTS (SELECT 1 FROM {table} x WHERE x.contact_id = :keep AND {same})",
        pair,
    )


def _join_list(
    db: sqlite3.Connection, table: str, same: str, gains: dict[str, str], pair: dict[str, int]
) -> None:
    """Put the entries of the other behind those of the one."""
    if gains:
        sets = ", ".join(f"{column} = {value}" for column, value in gains.items())
        db.execute(
            f"UPDATE {table} AS x SET {sets} FROM {table} y"
            f" WHERE x.contact_id = :keep AND y.contact_id = :other AND {same}",
            pair,
        )
    _drop_doubles(db, table, same, pair)
    db.execute(
        f"UPDATE {table} SET contact_id = :keep, position = position"
        f" + (SELECT coalesce(max(position) + 1, 0) FROM {table} WHERE contact_id = :keep)"
        " WHERE contact_id = :other",
        pair,
    )


def _move_tags(db: sqlite3.Connection, pair: dict[str, int]) -> None:
    db.execute(
        "INSERT INTO contact_tag (contact_id, tag_id) SELECT :keep, tag_id FROM contact_tag"
        " WHERE contact_id = :other AND tag_id NOT IN (SELECT tag_id FROM contact_tag WHERE contact_id = :keep)",
        pair,
    )
    db.execute("DELETE FROM contact_tag WHERE contact_id = :other", pair)


def _move_fields(db: sqlite3.Connection, pair: dict[str, int]) -> None:
    """Custom fields; one that has another value on both becomes two: ``Size`` and ``Size 2``."""
    sql = (
        "SELECT f.name, x.value FROM contact_field x JOIN field f ON f.id = x.field_id"
        " WHERE x.contact_id = ? ORDER BY f.id"
    )
    held = {fold(name): value for name, value in db.execute(sql, (pair["keep"],))}
    theirs = db.execute(sql, (pair["other"],)).fetchall()
    db.execute("DELETE FROM contact_field WHERE contact_id = :other", pair)
    for name, value in theirs:
        free = _free(name, value, held)
        if free:
            held[fold(free)] = value
            contacts.set_custom(db, pair["keep"], free, value)


def _free(name: str, value: str, held: dict[str, str]) -> str | None:
    """The first of ``name``, ``name 2``, ... that is not taken; None where the value is there."""
    number, free = 1, name
    while (taken := held.get(fold(free))) is not None:
        if fold(taken) == fold(value):
            return None
        number += 1
        free = f"{name} {number}"
    return free


def _move_dates(db: sqlite3.Connection, pair: dict[str, int]) -> None:
    """Key dates; of one kind on two days the second is ``renewal 2``, which rules read as the same kind."""
    sql = "SELECT id, kind, date, notice FROM key_date WHERE contact_id = ? ORDER BY id"
    held = {row["kind"]: row for row in db.execute(sql, (pair["keep"],))}
    for row in db.execute(sql, (pair["other"],)).fetchall():
        number, kind = 1, row["kind"]
        while kind in held and not _is_one_day(held[kind]["date"], row["date"]):
            number += 1
            kind = f"{row['kind']} {number}"
        if kind not in held:
            held[kind] = row
            db.execute(
                "UPDATE key_date SET contact_id = ?, kind = ? WHERE id = ?",
                (pair["keep"], kind, row["id"]),
            )
            continue
        mine = held[kind]
        notices = [one["notice"] for one in (mine, row) if one["notice"] is not None]
        db.execute(
            "UPDATE key_date SET date = max(date, ?), notice = ? WHERE id = ?",
            (row["date"], max(notices, default=None), mine["id"]),
        )
        db.execute("DELETE FROM key_date WHERE id = ?", (row["id"],))


def _is_one_day(one: str, two: str) -> bool:
    """Whether two dates are one; the year may be missing from either."""
    return one == two or (one[-5:] == two[-5:] and "--" in (one[:2], two[:2]))


def _withdraw(db: sqlite3.Connection, pair: dict[str, int]) -> None:
    """A consent that was withdrawn on one side is withdrawn for the person."""
    for one, two in (("keep", "other"), ("other", "keep")):
        later = (
            "SELECT max(y.withdrawn_on) FROM consent y WHERE y.contact_id = :two"
            " AND y.basis = x.basis AND y.withdrawn_on >= x.given_on"
        )
        db.execute(
            f"UPDATE consent AS x SET withdrawn_on = ({later})"
            f" WHERE contact_id = :one AND withdrawn_on IS NULL AND ({later}) IS NOT NULL",
            {"one": pair[one], "two": pair[two]},
        )


def _meet_snoozes(db: sqlite3.Connection, pair: dict[str, int]) -> None:
    """Leave the snoozes that both sides had, to the earlier end: what was heard of either is heard on.

    The snooze of a whole person counts for each of its rules.
    """
    sql = "SELECT rule, id, until, reason, created_at FROM silence WHERE kind = 'snooze' AND contact_id = ?"
    mine, theirs = (
        {row["rule"]: row for row in db.execute(sql, (pair[side],))} for side in ("keep", "other")
    )
    kept: dict[str | None, sqlite3.Row] = {}
    for rule in {**mine, **theirs}:
        sides = [
            max(
                (side[key] for key in (rule, None) if key in side),
                key=itemgetter("until"),
                default=None,
            )
            for side in (mine, theirs)
        ]
        if all(sides):
            kept[rule] = min(filter(None, sides), key=itemgetter("until"))
    if None in kept:  # what it covers need not be said of a rule
        whole = kept[None]
        kept = {
            rule: row for rule, row in kept.items() if rule is None or row["until"] > whole["until"]
        }
    db.execute("DELETE FROM silence WHERE kind = 'snooze' AND contact_id = :other", pair)
    for rule, row in mine.items():
        if rule not in kept:
            db.execute("DELETE FROM silence WHERE id = ?", (row["id"],))
    for rule, row in kept.items():
        if rule in mine:
            db.execute(
                "UPDATE silence SET until = ?, reason = ? WHERE id = ?",
                (row["until"], row["reason"], mine[rule]["id"]),
            )
        else:
            db.execute(
                "INSERT INTO silence (kind, rule, contact_id, until, reason, created_at)"
                " VALUES ('snooze', ?, ?, ?, ?, ?)",
                (rule, pair["keep"], row["until"], row["reason"], row["created_at"]),
            )


def _join_reasons(db: sqlite3.Connection, pair: dict[str, int]) -> None:
    """Give what both sides silence the reasons of both."""
    db.execute(
        "UPDATE silence AS x SET reason = iif(x.reason IS NULL, y.reason, x.reason || '; ' || y.reason) FROM silence y"
        " WHERE x.contact_id = :keep AND y.contact_id = :other AND y.reason IS NOT NULL AND x.reason IS NOT y.reason"
        f" AND {_SAME_SILENCE}",
        pair,
    )


def _move_interactions(db: sqlite3.Connection, pair: dict[str, int]) -> None:
    db.execute(
        "DELETE FROM participant WHERE contact_id = :other AND interaction_id IN"
        " (SELECT interaction_id FROM participant WHERE contact_id = :keep)",
        pair,
    )
    db.execute("UPDATE participant SET contact_id = :keep WHERE contact_id = :other", pair)
