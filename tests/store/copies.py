"""Two or more copies of one book, worked on apart, and what each holds but for its own ids."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from crmcli.store.union_nouns import NOUNS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crm, Result


class Copies:
    """Copies ``a``, ``b``, ... of one book in one folder."""

    def __init__(self, crm: Crm):
        self.crm = crm
        self.minute = 0

    def path(self, name: str) -> Path:
        return self.crm.home / f"{name}.db"

    def fork(self, source: str, *names: str) -> None:
        for name in names:
            shutil.copy2(self.path(source), self.path(name))

    def __call__(self, name: str, *words: str, **options: str) -> Result:
        """Run a command on a copy, each a minute after the one before."""
        self.minute += 1
        now = f"2026-03-02T{9 + self.minute // 60:02}:{self.minute % 60:02}"
        return self.crm("--db", str(self.path(name)), "--now", now, *words, **options)

    def ok(self, name: str, *words: str) -> Result:
        result = self(name, *words)
        assert result.code == 0, (name, words, result)
        return result

    def merge(self, name: str, other: str, *words: str) -> Result:
        return self.ok(name, "merge-book", str(self.path(other)), *words)

    def told(self, name: str, other: str) -> str:
        """What a merge says, wherever it says it."""
        result = self.merge(name, other)
        return result.out + result.err

    def exported(self, name: str) -> list[str]:
        nouns = ("contacts", "companies", "interactions", "deals", "followups")
        return [self("" + name, "export", "--as", noun, "--to", "json").out for noun in nouns]


def facts(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, what it points to by uid, lists by their order; no id of this copy."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return {table: sorted(_rows(db, table), key=repr) for table in NOUNS}


def _rows(db: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    noun = NOUNS[table]
    rows = []
    for row in db.execute(f"SELECT * FROM {table}"):
        told: list[Any] = []
        for column, value in dict(row).items():
            if column in noun.refs:
                told.append((column, _name(db, noun.refs[column], value)))
            elif table == "external_id" and column == "row_id":
                told.append((column, _name(db, row["noun"], value)))
            elif column == "position":
                place = db.execute(
                    f"SELECT count(*) FROM {table} WHERE contact_id = ? AND position < ?",
                    (row["contact_id"], row["position"]),
                ).fetchone()[0]
                told.append((column, place))
            elif column not in ("id", "old_id"):
                lines = column == "note" and value  # in whatever order they came together
                told.append((column, tuple(sorted(value.split("\n"))) if lines else value))
        if table == "different":
            told.sort(key=repr)
            told = [name for _, name in told]
            told.sort()
        rows.append(tuple(told))
    return rows


def _name(db: sqlite3.Connection, table: str, row_id: int | None) -> Any:
    if row_id is None:
        return None
    key = "key" if table in ("tag", "field") else "uid"
    found = db.execute(f"SELECT {key} FROM {table} WHERE id = ?", (row_id,)).fetchone()
    assert found, f"{table} {row_id} is missing"
    return found[0]
