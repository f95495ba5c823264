"""What deals and follow-ups said before they were edited, so that the file they came from knows them."""

from __future__ import annotations

from json import loads
from typing import TYPE_CHECKING

from crmcli.store.history import EFFECTIVE

if TYPE_CHECKING:
    import sqlite3

    from crmcli.store.bulk_event import Event


def see(db: sqlite3.Connection, event: Event) -> None:
    """Add to ``in_seen`` the contents that the history knows; what the book says now comes first.

    What was undone does not count.
    """
    changes = db.execute(
        "SELECT row_id, data FROM change WHERE noun = ? AND op = 'update'"
        f" AND set_id IN (SELECT id FROM change_set WHERE {EFFECTIVE}) ORDER BY id DESC",
        (event.table,),
    ).fetchall()
    columns = ", ".join(f"x.{column}" for column in event.content)
    states: dict[int, tuple[object, dict[str, object]]] = {}
    found = []
    for row_id, data in changes:
        before = {
            column: pair[0] for column, pair in loads(data).items() if column in event.content
        }
        if not before:
            continue
        if row_id not in states:
            row = db.execute(
                f"SELECT {event.owner}, {columns} FROM {event.table} x WHERE x.id = ?", (row_id,)
            ).fetchone()
            if row is None:
                continue
            states[row_id] = row[0], dict(zip(event.content, row[1:], strict=True))
        owner, state = states[row_id]
        state.update(before)
        found.append((owner, *state.values(), row_id))
    marks = ", ".join("?" * len(event.content))
    db.executemany(
        f"INSERT INTO temp.in_seen SELECT o, d, i FROM (SELECT ? AS o, digest({marks}) AS d, ? AS i)"
        " WHERE NOT EXISTS (SELECT 1 FROM in_seen s WHERE s.owner = o AND s.digest = d)",
        found,
    )
