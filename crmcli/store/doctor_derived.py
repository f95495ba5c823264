"""What is worked out from the rows, beside its own definition: summaries, search text, copies of the config."""

from __future__ import annotations

import sqlite3

from crmcli.db import derived
from crmcli.store import settings
from crmcli.store.doctor import Finding, several

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.store.doctor import Sight

_INDEXES = ("contact_fts", "interaction_fts")


def look(db: sqlite3.Connection, sight: Sight) -> Iterator[Finding]:
    """Yield findings about what is derived."""
    yield from _waiting(db)
    yield from _settings(db, sight)
    yield from _summaries(db)
    yield from _search(db)


def _waiting(db: sqlite3.Connection) -> Iterator[Finding]:
    for table, what in (("stale_stats", "summaries"), ("stale_text", "search texts")):
        count, first = several(db, f"SELECT contact_id FROM {table}")
        if count:
            yield Finding(
                "waiting", f"the {what} of {{}} people wait to be worked out", count,
                f"contact {first}", repair="works them out", mend=derived.refresh,
            )  # fmt: skip
            db.execute(f"DELETE FROM {table}")  # they are compared with what they should be below


def _settings(db: sqlite3.Connection, sight: Sight) -> Iterator[Finding]:
    wrong = settings.wrong(db, sight.config, sight.today)
    if wrong:

        def mend(db: sqlite3.Connection) -> None:
            settings.sync(db, sight.config, sight.today, anew=True)
            derived.refresh(db)

        yield Finding(
            "settings", "{} copies of settings in the book are not those of the config",
            len(wrong), wrong[0], repair="copies them anew", mend=mend,
        )  # fmt: skip


def indexes(db: sqlite3.Connection, sight: Sight) -> Iterator[Finding]:
    """Yield what the search indexes themselves say is wrong."""
    del sight
    for table in _INDEXES:
        try:
            db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError:

            def mend(db: sqlite3.Connection, table: str = table) -> None:
                db.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")

            yield Finding(
                "search", f"{{}} index, {table}, is not that of its texts", 1,
                repair="builds it anew", mend=mend,
            )  # fmt: skip


def _summaries(db: sqlite3.Connection) -> Iterator[Finding]:
    derived.mark_all(db)
    try:
        _fill(db, "doctor_stats", "SELECT * FROM stats_now")
    except sqlite3.OperationalError:
        db.execute("DELETE FROM stale_stats")
        yield Finding("summaries", "{} value keeps the summaries from being worked out", 1,
                      advice="it is told above, and has to be mended first")  # fmt: skip
        return
    differing = (
        "SELECT contact_id FROM (SELECT * FROM contact_stats EXCEPT SELECT * FROM doctor_stats)"
        " UNION SELECT contact_id FROM (SELECT * FROM doctor_stats EXCEPT SELECT * FROM contact_stats)"
    )
    count, first = several(db, differing)
    db.execute("DELETE FROM stale_stats")
    if count:

        def mend(db: sqlite3.Connection) -> None:
            db.execute(f"DELETE FROM contact_stats WHERE contact_id IN ({differing})")
            derived.mark_all(db)
            derived.refresh(db)

        yield Finding(
            "summaries", "{} people have another summary than their rows give", count,
            f"contact {first}", repair="works them out anew", mend=mend,
        )  # fmt: skip
    db.execute("DROP TABLE temp.doctor_stats")


def _search(db: sqlite3.Connection) -> Iterator[Finding]:
    db.create_function("doctor_words", 1, _words, deterministic=True)
    db.execute("INSERT OR IGNORE INTO stale_text SELECT id FROM contact")
    shown = "doctor_words(name) AS name, doctor_words(facts) AS facts, doctor_words(note) AS note"
    _fill(db, "doctor_text", f"SELECT contact_id, {shown} FROM text_now")
    db.execute("DELETE FROM stale_text")
    try:
        _fill(db, "doctor_held", f"SELECT rowid AS contact_id, {shown} FROM contact_fts")
        differing = (
            "SELECT contact_id FROM (SELECT * FROM doctor_held EXCEPT SELECT * FROM doctor_text)"
            " UNION SELECT contact_id FROM (SELECT * FROM doctor_text EXCEPT SELECT * FROM doctor_held)"
        )
        count, first = several(db, differing)
        db.execute("DROP TABLE temp.doctor_held")
    except sqlite3.DatabaseError as error:
        count, first = 1, str(error)
    db.execute("DROP TABLE temp.doctor_text")
    if count:
        yield Finding(
            "search", "{} people would not be found by what stands on them", count,
            f"contact {first}", repair="writes their search text anew", mend=_write_anew,
        )  # fmt: skip


def _write_anew(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM contact_fts")
    db.execute("INSERT OR IGNORE INTO stale_text SELECT id FROM contact")
    derived.refresh(db)


def _words(text: str | None) -> str:
    """The words in order of the alphabet: in which order a person's values are joined is nobody's promise."""
    return " ".join(sorted((text or "").split()))


def _fill(db: sqlite3.Connection, table: str, select: str) -> None:
    db.execute(f"DROP TABLE IF EXISTS temp.{table}")
    db.execute(f"CREATE TEMP TABLE {table} AS {select}")
