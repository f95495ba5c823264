"""What stands in the TEMP TABLE ``finding``, counted, and what of it can be mended, chosen."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

_SAFE = "fix = 'safe'"
_UNSAFE = "fix IN ('safe', 'unsafe')"


def statistics(db: sqlite3.Connection) -> list[tuple[str, int, int, int, int]]:
    """Return ``(code, worst severity, findings, safe to mend, unsafe to mend)`` of each rule that found something."""
    return [
        (row[0], row[1], row[2], row[3], row[4])
        for row in db.execute(
            "SELECT code, max(severity), count(*), count(*) FILTER (WHERE fix = 'safe'), count(*) FILTER (WHERE fix = 'unsafe')"
            " FROM finding WHERE silent IS NULL GROUP BY code ORDER BY code"
        )
    ]


def fixable(db: sqlite3.Connection) -> tuple[int, int]:
    """How many findings can be mended safely, and how many unsafely."""
    rows = statistics(db)
    return sum(row[3] for row in rows), sum(row[4] for row in rows)


def only_asked(db: sqlite3.Connection) -> None:
    """Leave those whom ``engine.only`` left there last, whatever they are by now."""
    db.execute("DELETE FROM finding WHERE contact_id NOT IN (SELECT contact_id FROM asked)")


def choose(db: sqlite3.Connection, *, unsafe: bool) -> dict[str, int]:
    """Put what can be mended into the TEMP TABLE ``to_fix (code, fix, contact_id, target)``.

    Only what is safe to mend, unless ``unsafe``.

    Returns:
        How many people of each code.
    """
    db.execute("DROP TABLE IF EXISTS temp.to_fix")
    db.execute("CREATE TEMP TABLE to_fix (code TEXT, fix TEXT, contact_id INTEGER, target INTEGER)")
    db.execute(
        "INSERT INTO to_fix SELECT code, fix, contact_id, target FROM finding"
        f" WHERE silent IS NULL AND {_UNSAFE if unsafe else _SAFE} ORDER BY code, contact_id"
    )
    return chosen(db)


def chosen(db: sqlite3.Connection, fix: str = "") -> dict[str, int]:
    """How many people of each code are in ``to_fix``, only those to mend ``safe`` or ``unsafe`` if asked for."""
    rows = db.execute(
        "SELECT code, count(DISTINCT contact_id) FROM to_fix WHERE ? IN ('', fix) GROUP BY code ORDER BY code",
        (fix,),
    )
    return {row[0]: row[1] for row in rows}
