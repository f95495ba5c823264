"""The triggers, generated from the tables: history of every user table, staleness, search text.

No write path can forget any of them; a bulk load takes the insert triggers off and does their work
for the whole range at once, in the same transaction (store/bulk).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

# Of those who were there, whose history what became of a complaint belongs to.
_FIRST = "(SELECT min(contact_id) FROM participant WHERE interaction_id = {})"

# table -> (SQL of the contact it belongs to, SQL of its row id), over {row} = new or old
TRACKED = {
    "company": ("NULL", "{row}.id"),
    "contact": ("{row}.id", "{row}.id"),
    "email": ("{row}.contact_id", "{row}.id"),
    "phone": ("{row}.contact_id", "{row}.id"),
    "address": ("{row}.contact_id", "{row}.id"),
    "link": ("{row}.contact_id", "{row}.id"),
    "tag": ("NULL", "{row}.id"),
    "contact_tag": ("{row}.contact_id", "{row}.tag_id"),
    "field": ("NULL", "{row}.id"),
    "contact_field": ("{row}.contact_id", "{row}.field_id"),
    "key_date": ("{row}.contact_id", "{row}.id"),
    "consent": ("{row}.contact_id", "{row}.id"),
    "merged_contact": ("{row}.contact_id", "{row}.id"),
    "different": ("{row}.contact_id", "{row}.other_id"),
    "deal": ("{row}.contact_id", "{row}.id"),
    "interaction": ("NULL", "{row}.id"),
    "participant": ("{row}.contact_id", "{row}.interaction_id"),
    "complaint": (_FIRST.format("{row}.id"), "{row}.id"),
    "complaint_wait": (_FIRST.format("{row}.complaint_id"), "{row}.id"),
    "follow_up": ("{row}.contact_id", "{row}.id"),
    "saved_view": ("NULL", "{row}.id"),
    "silence": ("{row}.contact_id", "{row}.id"),
    "forgotten": ("NULL", "{row}.id"),
    "external_id": ("iif({row}.noun = 'contact', {row}.row_id, NULL)", "{row}.id"),
}
# Tables whose key is (contact_id, that column) instead of an id.
PAIRED = {
    "contact_tag": "tag_id",
    "contact_field": "field_id",
    "participant": "interaction_id",
    "different": "other_id",
}
# Those whose ranges in the history are of contacts; participant's are of interactions, all others' of their own ids.
BY_CONTACT = frozenset(("contact_tag", "contact_field"))

# (table, when, columns of an update that matter) -> whose summaries or search text are stale
_STALE = (
    ("stale_stats", "contact", "idu", "cadence, lifecycle", "SELECT {row}.id"),
    ("stale_stats", "contact_tag", "id", "", "SELECT {row}.contact_id"),
    ("stale_stats", "participant", "idu", "contact_id", "SELECT {row}.contact_id"),
    ("stale_stats", "interaction", "u", "kind, at, direction, amount, currency",
     "SELECT contact_id FROM participant WHERE interaction_id = {row}.id"),
    ("stale_stats", "follow_up", "idu", "contact_id, due, done_at, snoozed_until", "SELECT {row}.contact_id"),
    ("stale_stats", "deal", "idu", "contact_id, stage, amount, currency, probability, close, stage_since, quoted_on, valid_until, won_at, lost_at",
     "SELECT {row}.contact_id WHERE {row}.contact_id IS NOT NULL"),
    ("stale_text", "contact", "idu",
     "name, given, family, company_id, title, address, city, region, postcode, country, channel, source, note",
     "SELECT {row}.id"),
    ("stale_text", "email", "idu", "contact_id, address", "SELECT {row}.contact_id"),
    ("stale_text", "phone", "idu", "contact_id, number, key", "SELECT {row}.contact_id"),
    ("stale_text", "address", "idu", "contact_id, address, city, region, postcode, country", "SELECT {row}.contact_id"),
    ("stale_text", "link", "idu", "contact_id, url", "SELECT {row}.contact_id"),
    ("stale_text", "contact_tag", "id", "", "SELECT {row}.contact_id"),
    ("stale_text", "contact_field", "idu", "value", "SELECT {row}.contact_id"),
    ("stale_text", "merged_contact", "idu", "contact_id, name", "SELECT {row}.contact_id"),
    ("stale_text", "company", "u", "name", "SELECT id FROM contact WHERE company_id = {row}.id"),
    ("stale_text", "tag", "u", "name", "SELECT contact_id FROM contact_tag WHERE tag_id = {row}.id"),
)  # fmt: skip
_OPS = {"i": ("INSERT", ("new",)), "d": ("DELETE", ("old",)), "u": ("UPDATE", ("old", "new"))}

_SAID = "rowid, subject, text, alias"
_SAID_OLD = "'delete', old.id, old.subject, old.text, old.alias"
_SAID_NEW = "new.id, new.subject, new.text, new.alias"


def insert_trigger_names(table: str) -> list[str]:
    """Names of the triggers that an INSERT into ``table`` fires."""
    names = [f"{table}_inserted"] if table in TRACKED else []
    names += [f"{stale}_{table}_i" for stale, of, ops, _, _ in _STALE if of == table and "i" in ops]
    return [*names, "interaction_said_i"] if table == "interaction" else names


def all_triggers(db: sqlite3.Connection) -> dict[str, str]:
    """Return every trigger, name -> CREATE statement, for the tables as they are in ``db``."""
    found: dict[str, str] = {}
    for table, (contact, row_id) in TRACKED.items():
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        found |= _history(table, contact, row_id, columns)
    found |= dict(_staleness())
    found |= {
        "interaction_said_i": "CREATE TRIGGER interaction_said_i AFTER INSERT ON interaction BEGIN"
        f" INSERT INTO interaction_fts ({_SAID}) VALUES ({_SAID_NEW}); END",
        "interaction_said_d": "CREATE TRIGGER interaction_said_d AFTER DELETE ON interaction BEGIN"
        f" INSERT INTO interaction_fts (interaction_fts, {_SAID}) VALUES ({_SAID_OLD}); END",
        "interaction_said_u": "CREATE TRIGGER interaction_said_u AFTER UPDATE OF subject, text, alias"
        " ON interaction BEGIN"
        f" INSERT INTO interaction_fts (interaction_fts, {_SAID}) VALUES ({_SAID_OLD});"
        f" INSERT INTO interaction_fts ({_SAID}) VALUES ({_SAID_NEW}); END",
    }
    return found


def _history(table: str, contact: str, row_id: str, columns: list[str]) -> dict[str, str]:
    """Triggers that write an insert (key alone: the row itself says the rest), update or delete."""
    into = "INSERT INTO change (set_id, noun, row_id, contact_id, op, data)"
    the_set = "(SELECT max(id) FROM change_set)"

    def values(row: str, op: str) -> str:
        return f"{the_set}, '{table}', {row_id.format(row=row)}, {contact.format(row=row)}, '{op}'"

    whole = ",".join(f"'{name}',old.{name}" for name in columns)
    # json_patch takes keys out whose value is null: what is left is what changed.
    pairs = ",".join(
        f"'{name}',iif(old.{name} IS new.{name},NULL,json_array(old.{name},new.{name}))"
        for name in columns
    )
    return {
        f"{table}_inserted": f"CREATE TRIGGER {table}_inserted AFTER INSERT ON {table} BEGIN"
        f" {into} VALUES ({values('new', 'insert')}, NULL); END",
        f"{table}_deleted": f"CREATE TRIGGER {table}_deleted AFTER DELETE ON {table} BEGIN"
        f" {into} VALUES ({values('old', 'delete')}, json_object({whole})); END",
        f"{table}_updated": f"CREATE TRIGGER {table}_updated AFTER UPDATE ON {table} BEGIN"
        f" {into} SELECT {values('new', 'update')}, d FROM (SELECT json_patch('{{}}',json_object({pairs})) AS d)"
        " WHERE d <> '{}'; END",
    }


def _staleness() -> Iterator[tuple[str, str]]:
    for stale, table, ops, columns, whose in _STALE:
        for op in ops:
            verb, rows = _OPS[op]
            name = f"{stale}_{table}_{op}"
            of = f" OF {columns}" if op == "u" else ""
            # Not OR IGNORE: the statement that fires a trigger overrides that with its own policy.
            where = "" if " WHERE " in whose else " WHERE 1"
            marks = " ".join(
                f"INSERT INTO {stale} {whose.format(row=row)}{where} ON CONFLICT DO NOTHING;"
                for row in rows
            )
            yield name, f"CREATE TRIGGER {name} AFTER {verb}{of} ON {table} BEGIN {marks} END"
