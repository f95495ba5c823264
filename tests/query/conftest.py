"""A book of a few people, each there for a reason."""

from datetime import date

import pytest

from crmcli.db.connection import Transaction, open_book
from crmcli.query.compile import compile_query
from crmcli.values.text import alias

TODAY = date(2026, 3, 1)
AT = "2026-03-01T09:00:00Z"
ANNA, JAN, IVANOV, BOB, ZOE, OLD, EMOJI = range(1, 8)

CONTACTS = [
    # name, company, title, city, country, birthday, lifecycle, cadence, created_at, archived_at
    (
        "Anna Nowak",
        1,
        "Buyer",
        "Łódź",
        "PL",
        "1984-03-05",
        "customer",
        30,
        "2025-01-10T08:00:00Z",
        None,
    ),
    (
        "Jan Kowalski-Nowakowski",
        1,
        None,
        "Kraków",
        "PL",
        "--12-30",
        "lead",
        None,
        "2026-02-28T23:30:00Z",
        None,
    ),
    (
        "Иван Иванов",
        2,
        "Директор",
        "Москва",
        "RU",
        "1990-02-29",
        "prospect",
        None,
        "2026-01-15T10:00:00Z",
        None,
    ),
    (
        "Bob O'Brien",
        None,
        "C++ developer",
        "New York",
        "US",
        None,
        "other",
        None,
        "2026-02-01T10:00:00Z",
        None,
    ),
    (
        "Zoë Müller",
        3,
        None,
        "Newport",
        "DE",
        "1984-01-02",
        "loyal",
        None,
        "2024-05-05T10:00:00Z",
        None,
    ),
    (
        "Old Friend",
        None,
        None,
        None,
        None,
        None,
        "lapsed",
        None,
        "2020-01-01T10:00:00Z",
        "2025-05-01T10:00:00Z",
    ),
    ("🚀 * 100%", None, None, None, None, None, "other", None, "2026-03-01T08:00:00Z", None),
]
INTERACTIONS = [
    # contact, kind, at, text, amount
    (ANNA, "call", "2025-12-01T12:00Z", "talked about the annual contract", None),  # 90 days ago
    (ANNA, "purchase", "2025-11-01T12:00Z", "first order", 250_0000),
    (ANNA, "purchase", "2025-11-02T12:00Z", "second order", 750_0000),
    (JAN, "call", "2025-11-30T12:00Z", "wants an offer for widgets", None),  # 91 days ago
    (BOB, "email", "2026-02-28T12:00Z", "asked for 100% discount, źdźbło", None),
    (ZOE, "meeting", "2026-01-30T12:00Z", "met Nowak of Acme", None),  # 30 days ago
]


COMPANIES = ("Acme Widgets Sp. z o.o.", "ООО Ромашка", "Müller & Söhne")
ROWS = {
    "email (contact_id, position, address, key)": [
        (ANNA, 0, "anna@acme.example", "anna@acme.example"),
        (BOB, 0, "bob@example.com", "bob@example.com"),
    ],
    "phone (contact_id, position, number, key)": [(ANNA, 0, "+48600123456", "48600123456")],
    "tag (name, key)": [("VIP", "vip"), ("Key Account", "key account")],
    "contact_tag (contact_id, tag_id)": [(ANNA, 1), (ZOE, 1), (ANNA, 2)],
    "field (name, key)": [
        ("Shirt size", "shirt size"),
        ("seats", "seats"),
        ("renews", "renews"),
    ],
    "contact_field (contact_id, field_id, value)": [
        (ANNA, 1, "XL"),
        (ANNA, 2, "25"),
        (JAN, 2, "9"),
        (ANNA, 3, "2026-03-20"),
    ],
    "key_date (contact_id, kind, date)": [(JAN, "renewal", "2020-03-10")],
    "follow_up (uid, contact_id, due, done_at, snoozed_until, text, source, created_at)": [
        ("f1", ANNA, "2026-02-27", None, None, "call", "remind", AT),
        ("f2", JAN, "2026-03-08T14:30", None, None, "call", "remind", AT),
        ("f3", IVANOV, "2026-02-01", AT, None, "done", "remind", AT),
        ("f4", ZOE, "2026-02-01", None, "2026-03-09", "snoozed", "remind", AT),
    ],
    "deal (uid, title, contact_id, stage, stage_since, created_at, updated_at)": [
        ("d1", "Big machine", IVANOV, "offer", AT, AT, AT),
    ],
}


def insert(db, table, rows):
    """Insert rows into ``table (column, …)``."""
    marks = ", ".join("?" * (table.count(",") + 1))
    db.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _fill(db):
    insert(
        db,
        "company (uid, name, key, created_at, updated_at)",
        [(name, name, name, AT, AT) for name in COMPANIES],
    )
    insert(
        db,
        "contact (uid, key, updated_at, name, company_id, title, city, country, birthday,"
        " lifecycle, cadence, created_at, archived_at)",
        [(f"u{row[0]}", "", AT, *row) for row in CONTACTS],
    )
    for number, (who, kind, at, text, amount) in enumerate(INTERACTIONS, 1):
        insert(
            db,
            "interaction (uid, kind, at, text, alias, amount)",
            [(f"i{number}", kind, at, text, alias(text), amount)],
        )
        insert(db, "participant (contact_id, interaction_id)", [(who, number)])
    for table, rows in ROWS.items():
        insert(db, table, rows)
    db.execute(
        "UPDATE contact SET note = 'likes tea & 50% off', referred_by = 1, do_not_contact = 1"
        " WHERE id = 4"
    )


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    db = open_book(
        str(tmp_path_factory.mktemp("query") / "book.db"), create=True, today=TODAY, tz="UTC"
    )
    with Transaction(db, "test", AT):
        _fill(db)
    db.execute("CREATE TEMP TABLE found (code TEXT, name TEXT, contact_id INTEGER)")
    db.execute("INSERT INTO found VALUES ('R201', 'gone-quiet', 1), ('T402', 'no-next-step', 2)")
    yield db
    db.close()


@pytest.fixture(scope="session")
def find(book):
    """Run a query as `crm search` would; return the ids, ascending."""

    def run(query, views=None, tz="UTC"):
        compiled = compile_query(
            query, today=TODAY, views=views or {}, custom=["Shirt size", "seats", "renews"], tz=tz
        )
        living = "1" if compiled.archived else "c.archived_at IS NULL"
        sql = f"SELECT c.id FROM contacts c WHERE {compiled.where} AND {living} ORDER BY c.id"
        return [row[0] for row in book.execute(sql, compiled.params)]

    return run
