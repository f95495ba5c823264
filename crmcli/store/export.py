"""The book out again: rows of every noun, by id, as they stream from SQLite.

What import reads from these rows is what the book holds, field by field. A person in ``contact`` or
``contacts`` is the e-mail, or the uid where there is none or somebody else has it too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crmcli.exchange.write import FIELDS
from crmcli.store.export_columns import LIVE, PEOPLE, SELDOM, SOURCES
from crmcli.values import duration, money

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence


def columns(db: sqlite3.Connection, noun: str) -> list[str]:
    """Return the columns of an export of everything: the fields, then the custom fields in use."""
    found = list(FIELDS[noun])
    if noun == "contacts":
        found += [
            row[0]
            for row in db.execute(
                "SELECT name FROM field WHERE id IN (SELECT field_id FROM contact_field) ORDER BY key"
            )
        ]
    return found


def cells(
    db: sqlite3.Connection,
    noun: str,
    wanted: Sequence[str],
    where: str | None = None,
    params: Sequence[object] = (),
    *,
    live: bool = False,
) -> Iterator[Sequence[str | int | None]]:
    r"""Yield a row for each record, by id, as cells of CSV: lists joined by ``;``.

    One export at a time on a connection: people's names for others lie in a TEMP table.

    Args:
        db: the book.
        noun: which records, one of records.NOUNS.
        wanted: columns, of ``columns``.
        where: SQL over alias c of view ``contacts``; of the other nouns what belongs to these
            people comes out. None is everything.
        params: its parameters.
        live: leave addresses and numbers out that are dead.
    """
    fields = [column for column in wanted if column in FIELDS[noun]]
    custom = [column for column in wanted if column not in FIELDS[noun]]
    sql = [_expression(db, noun, field, live=live)[0] for field in fields]
    rows = _select(db, noun, [*sql, *(["c.custom"] if custom else [])], where, params)
    rows.row_factory = None
    if not custom:
        # Not "yield from": a reader that leaves closes the book before this generator.
        for row in rows:
            yield row
        return
    for row in rows:
        said = json.loads(row[-1])
        values = dict(zip(fields, row, strict=False)) | {name: said.get(name) for name in custom}
        yield [values[column] for column in wanted]


def objects(
    db: sqlite3.Connection,
    noun: str,
    wanted: Sequence[str],
    where: str | None = None,
    params: Sequence[object] = (),
    *,
    live: bool = False,
) -> Iterator[str]:
    """Yield the text of a JSON object for each record, by id; the arguments are those of ``cells``.

    Custom fields come last, each only where a person has it.
    """
    fields = [column for column in wanted if column in FIELDS[noun]]
    custom = frozenset(wanted) - frozenset(fields)
    pairs = ", ".join(
        f"'{field}', {_expression(db, noun, field, live=live)[1]}" for field in fields
    )
    rows = _select(
        db, noun, [f"json_object({pairs})", *(["c.custom"] if custom else [])], where, params
    )
    rows.row_factory = None
    if not custom:
        yield from (_harmless(row[0]) for row in rows)
        return
    for text, said in rows:
        known = {name: value for name, value in json.loads(said).items() if name in custom}
        more = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
        yield _harmless(f"{text[:-1]}{',' if known and fields else ''}{more[1:]}")


def _harmless(text: str) -> str:
    r"""JSON that shows on a terminal what it holds: what is not printable is a ``\u`` escape."""
    if text.isprintable():
        return text
    return "".join([char if char.isprintable() else json.dumps(char)[1:-1] for char in text])


def _expression(db: sqlite3.Connection, noun: str, field: str, *, live: bool) -> tuple[str, str]:
    if live and field in LIVE:
        return LIVE[field]
    seldom = SELDOM.get(field)
    if seldom and not db.execute(f"SELECT 1 FROM {seldom} LIMIT 1").fetchone():
        return "NULL", "NULL" if field in ("closed_at", "outcome") else "json('[]')"
    return SOURCES[noun][2].get(field, (f"c.{field}", f"c.{field}"))


def _select(
    db: sqlite3.Connection,
    noun: str,
    expressions: Sequence[str],
    where: str | None,
    params: Sequence[object],
) -> sqlite3.Cursor:
    db.create_function("money_text", 2, money.text, deterministic=True)
    db.create_function("duration_text", 1, duration.text, deterministic=True)
    _name_people(db, often=noun == "interactions" and where is None)
    source, chosen, _ = SOURCES[noun]
    condition = f"WHERE {chosen.format(where=where)}" if where else ""
    return db.execute(
        f"SELECT {', '.join(expressions)} FROM {source} {condition} ORDER BY c.id", tuple(params)
    )


def _name_people(db: sqlite3.Connection, *, often: bool) -> None:
    """Make ``out_person``, worked out once for everybody where that pays."""
    found = db.execute("SELECT type FROM sqlite_temp_schema WHERE name = 'out_person'").fetchone()
    if found:
        db.execute(f"DROP {found[0]} temp.out_person")
    if not often:
        db.execute(f"CREATE TEMP VIEW out_person AS {PEOPLE}")
        return
    db.execute("CREATE TEMP TABLE out_person (id INTEGER PRIMARY KEY, cell TEXT, object TEXT)")
    db.execute(f"INSERT INTO out_person {PEOPLE}")
