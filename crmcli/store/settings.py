"""The settings that SQL needs (kinds, cadences, rates, stages), copied from the config into the book.

They are derived: the config is their home, and the fingerprint of the config says when to copy.
"""

from __future__ import annotations

from crmcli import __version__
from crmcli.db import derived
from crmcli.values.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from crmcli.config import Config

_COLUMNS = {
    "kind": "name, touch",
    "cadence": "scope, name, days",
    "rate": "currency, factor",
    "stage": "name, position, probability, rot, quote",
}


def differs(db: sqlite3.Connection, config: Config) -> bool:
    """Whether the book was last opened under another config or another crm."""
    row = db.execute("SELECT value FROM meta WHERE key = 'config'").fetchone()
    return row is None or row[0] != _print(config)


def sync(db: sqlite3.Connection, config: Config) -> None:
    """Copy the settings; when one that summaries rest on changed, mark everybody's stale."""
    changed = False
    for table, rows in _wanted(config).items():
        columns = _COLUMNS[table]
        wanted = sorted(rows)
        if [
            tuple(row) for row in db.execute(f"SELECT {columns} FROM {table} ORDER BY {columns}")
        ] == wanted:
            continue
        db.execute(f"DELETE FROM {table}")
        marks = ", ".join("?" * len(columns.split(",")))
        db.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", wanted)
        changed = True
    if changed:
        derived.mark_all(db)
    db.execute("REPLACE INTO meta (key, value) VALUES ('config', ?)", (_print(config),))


def _print(config: Config) -> str:
    return f"{__version__} {config.fingerprint}"


def _wanted(config: Config) -> dict[str, Iterable[tuple[object, ...]]]:
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
    }
