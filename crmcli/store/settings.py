"""The settings that SQL needs (kinds, cadences, rates, stages, holidays), copied into the book.

They are derived: the config is their home, and its fingerprint says when to copy; holidays also
when a year begins. Summaries tell days, which another zone makes others, so it is part of that.
"""

from __future__ import annotations

import os
from sqlite3 import OperationalError

from crmcli import __version__
from crmcli.db import connection, derived, residue, turn
from crmcli.errors import StorageError
from crmcli.store import holidays
from crmcli.values.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable
    from datetime import date

    from crmcli.config import Config

_COLUMNS = {
    "kind": "name, touch",
    "cadence": "scope, name, days",
    "rate": "currency, factor",
    "stage": "name, position, probability, rot, quote",
    "holiday": "date, name",
}


def differs(db: sqlite3.Connection, config: Config, today: date) -> bool:
    """Whether the book was last opened under another config or another crm, or in another year."""
    return _seen(db) != _print(db, config, today)


def sync(db: sqlite3.Connection, config: Config, today: date, *, anew: bool = False) -> None:
    """Copy the settings where they differ; when summaries rest on one, mark everybody's stale.

    With ``anew`` they are looked at also where the config is the one they were copied from.

    Raises:
        ConfigError: there are no holidays of the country that the config names.
    """
    if not (anew or differs(db, config, today)):
        return
    changed = _differing(db, config, today)
    for table, wanted in changed.items():
        columns = _COLUMNS[table]
        db.execute(f"DELETE FROM {table}")
        marks = ", ".join("?" * len(columns.split(",")))
        db.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", wanted)
    if changed.keys() - {"holiday"} or _is_elsewhere(db):
        derived.mark_all(db)
    # While an erasure waits for its end, each start comes by here and tries.
    seen = "?" if residue.is_pending(db) else _print(db, config, today)
    db.execute("REPLACE INTO meta (key, value) VALUES ('config', ?)", (seen,))


def wrong(db: sqlite3.Connection, config: Config, today: date) -> list[str]:
    """The tables whose rows are not what the config says, though they were copied from it."""
    return [] if differs(db, config, today) else list(_differing(db, config, today))


def _differing(
    db: sqlite3.Connection, config: Config, today: date
) -> dict[str, list[tuple[object, ...]]]:
    """The tables whose rows are not those wanted, with these."""
    found = {}
    for table, rows in _wanted(config, today).items():
        columns = _COLUMNS[table]
        wanted = sorted(rows)
        held = db.execute(f"SELECT {columns} FROM {table} ORDER BY {columns}")
        if [tuple(row) for row in held] != wanted:
            found[table] = wanted
    return found


def catch_up(
    db: sqlite3.Connection,
    config: Config,
    today: date,
    ready: Callable[[], object] = lambda: None,
    path: str = "",
) -> None:
    """Bring the copies of the config and what time made stale up to date, where we may write.

    A reader of a read-only or busy book goes on with what is there, but for the holidays. ``ready``
    is called before anything is written. Nothing is where ``path`` is a backup.

    Raises:
        ConfigError: there are no holidays of the country that the config names.
    """
    if not (differs(db, config, today) or derived.outdated(db)):
        return
    if not _is_backup(path):
        _write(db, config, today, ready)
    if differs(db, config, today):
        # For this connection alone; it goes before the view of that name.
        db.execute("CREATE TEMP TABLE IF NOT EXISTS holidays (date TEXT, name TEXT)")
        db.execute("DELETE FROM temp.holidays")
        db.executemany("INSERT INTO holidays VALUES (?, ?)", holidays.dates(config, today).items())


def adopt(db: sqlite3.Connection, config: Config, today: date, path: str) -> None:
    """Catch up in a backup that is worked with after all, before it is written to."""
    if _is_backup(path):
        catch_up(db, config, today)


def _is_backup(path: str) -> bool:
    # Most books are none, and nothing has to be loaded for them.
    if os.path.basename(path).count("-") < 3:
        return False
    from crmcli.db import catalog

    return catalog.is_copy(path)


def _write(
    db: sqlite3.Connection, config: Config, today: date, ready: Callable[[], object]
) -> None:
    ready()
    _finish_erasure(db)
    try:
        turn.take(db)
        sync(db, config, today)
        derived.mark_outdated(db)
        derived.refresh(db)
        db.execute("COMMIT")
    except StorageError:
        pass  # another machine writes it now
    except OperationalError as error:
        if not connection.unwritable(error):
            raise
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")
        turn.end(db)


def _finish_erasure(db: sqlite3.Connection) -> None:
    """Clean the file after an erasure that was cut short, unless others are in the way: then the next start does."""
    if residue.is_pending(db):
        try:
            residue.clean(db)
        except StorageError:
            return


def _print(db: sqlite3.Connection, config: Config, today: date) -> str:
    return f"{__version__} {config.fingerprint} {today.year}{_zone(db)}"


def _zone(db: sqlite3.Connection) -> str:
    return f" in {getattr(db, 'zone', '')}"


def _is_elsewhere(db: sqlite3.Connection) -> bool:
    """Whether the summaries were worked out in another zone."""
    seen = _seen(db)
    return " in " in seen and not seen.endswith(_zone(db))


def _seen(db: sqlite3.Connection) -> str:
    row = db.execute("SELECT value FROM meta WHERE key = 'config'").fetchone()
    return str(row[0]) if row else ""


def _wanted(config: Config, today: date) -> dict[str, Iterable[tuple[object, ...]]]:
    cadence: list[tuple[object, ...]] = []
    for name, days in config.table("cadence").items():
        if isinstance(days, dict):
            cadence += [("tag", fold(tag), count) for tag, count in days.items() if count]
        elif days:
            cadence.append(("lifecycle", name, days))
    return {
        "kind": [(name, int(kind["touch"])) for name, kind in config.table("kinds").items()],
        "cadence": cadence,
        "rate": [(name, float(factor)) for name, factor in config.table("rates").items()],
        "stage": [
            (
                stage["name"],
                position,
                stage["probability"],
                stage.get("rot") or 0,
                int(stage["quote"]),
            )
            for position, stage in enumerate(config["deals.stages"])
        ],
        "holiday": holidays.dates(config, today).items(),
    }
