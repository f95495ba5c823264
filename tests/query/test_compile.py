"""Queries and the people they find."""

from datetime import date

import pytest

from crmcli.errors import UsageError
from crmcli.query.compile import compile_query
from crmcli.query.errors import QueryError
from crmcli.query.fields import ORDERABLE, order_by

from .conftest import ANNA, BOB, EMOJI, IVANOV, JAN, OLD, TODAY, ZOE

LIVING = [ANNA, JAN, IVANOV, BOB, ZOE, EMOJI]

WORDS = {
    "": LIVING,
    '""': LIVING,
    "anna": [ANNA],
    "NOWAK": [ANNA, JAN, ZOE],
    "nowak acme": [ANNA, JAN, ZOE],
    "nowakowski": [JAN],
    "owak": [],
    "ivanov": [IVANOV],
    "Иван": [IVANOV],
    "romashka": [IVANOV],
    "lodz": [ANNA],
    "zdzblo": [BOB],
    "muller sohne": [ZOE],
    "O'Brien": [BOB],
    "C++": [ANNA, BOB],
    "bob@example.com": [BOB],
    "@example.com": [BOB],
    "*": [EMOJI],
    "🚀": [EMOJI],
    "100%": [BOB, EMOJI],
    "%": [BOB, EMOJI],
    "_": [],
    '"annual contract"': [ANNA],
    '"contract annual"': [],
    '"talked about the ann"': [ANNA],
    "600123": [ANNA],
    "+48600123456": [ANNA],
    "600-123-456": [ANNA],
    "+48 600 123 456": [ANNA],
    "0048 600 123 456": [ANNA],
    "anna 600 123 456": [ANNA],
    "anna or bob": [ANNA, BOB],
    "anna bob": [],
    "anna AND nowak": [ANNA],
    "not nowak": [IVANOV, BOB, EMOJI],
    "not (anna or bob)": [JAN, IVANOV, ZOE, EMOJI],
    "not not anna": [ANNA],
    "(anna or jan) acme not offer": [ANNA],
    "anna or jan lead or bob": [ANNA, BOB],
    '"not"': [],
    "x' OR 1=1 --": [ANNA],  # size XL
    '"x\' OR 1=1 --"': [],
    "NEAR": [],
    "name:NEAR": [],
}
TEXTS = {
    "company:acme": [ANNA, JAN],
    'company:"widgets acme"': [],
    "company:acme,romashka": [ANNA, JAN, IVANOV],
    "company:none": [BOB, EMOJI],
    "company:any": [ANNA, JAN, IVANOV, ZOE],
    "company:any,none": LIVING,
    "not company:acme": [IVANOV, BOB, ZOE, EMOJI],
    "company:nowak": [],
    "company:&": [ZOE],
    'city:"New York"': [BOB],
    "city:new": [BOB, ZOE],
    "city:lodz,krakow": [ANNA, JAN],
    "title:c++": [BOB],
    "name:100%": [EMOJI],
    "name:🚀": [EMOJI],
    "note:50%": [BOB],
    "note:%": [BOB],
    "note:_": [],
    "note:tea..": [BOB],
    "given:none": LIVING,
    "email:bob@example.com": [BOB],
    "email:acme": [ANNA],
    "emails:none": [JAN, IVANOV, ZOE, EMOJI],
    "phone:600": [ANNA],
    'phone:"600 123 456"': [ANNA],
    "phone:+48": [ANNA],
    "phone:0600123456": [ANNA],
    "tag:vip": [ANNA, ZOE],
    "+VIP": [ANNA, ZOE],
    '+vip +"key account"': [ANNA],
    "+vip,nothing": [ANNA, ZOE],
    "tag:vi": [],
    "tags:none": [JAN, IVANOV, BOB, EMOJI],
    "said:offer": [JAN],
    'said:"annual contract"': [ANNA],
    "said:100%": [BOB],
    "said:%": [BOB],
    "said:none": [IVANOV, EMOJI],
    "kind:CALL": [ANNA, JAN],
    "kind:call,email": [ANNA, JAN, BOB],
    "kind:none": [IVANOV, EMOJI],
    "last_kind:call": [ANNA, JAN],
    "last_text:offer": [JAN],
    "referred_by:1": [BOB],
    "referred-by:nowak": [BOB],
    'referred_by:"Anna Nowak"': [BOB],
    "referred_by:any": [BOB],
    "lifecycle:lead,prospect": [JAN, IVANOV],
    "is:customer": [ANNA],
    "is:lead,loyal": [JAN, ZOE],
    "is:archived": [OLD],
    "not is:archived": LIVING,
    "archived:any": [OLD],
    "is:dnc": [BOB],
    "do_not_contact:yes": [BOB],
    "dnc:no": [ANNA, JAN, IVANOV, ZOE, EMOJI],
    "has:email": [ANNA, BOB],
    "has:phone,birthday": [ANNA, JAN, IVANOV, ZOE],
    "not has:tag": [JAN, IVANOV, BOB, EMOJI],
    "has:due": [ANNA, JAN, ZOE],
    "has:do_not_contact": [BOB],
    "deal:machine": [IVANOV],
    "stage:offer": [IVANOV],
    "rule:R201": [ANNA],
    "rule:R": [ANNA],
    "rule:t,r": [ANNA, JAN],
    "rule:no-next-step": [JAN],
    "rule:none": [IVANOV, BOB, ZOE, EMOJI],
    '"Shirt size":XL': [ANNA],
    "shirt-size:xl": [ANNA],
    "has:shirt_size": [ANNA],
    "seats:any": [ANNA, JAN],
    "seats:none": [IVANOV, BOB, ZOE, EMOJI],
    "not seats:25": [JAN, IVANOV, BOB, ZOE, EMOJI],
}
NUMBERS = {
    "id:1": [ANNA],
    "id:1,2,99": [ANNA, JAN],
    "id:2..3": [JAN, IVANOV],
    "value:1000": [ANNA],
    "value:1000..": [ANNA],
    "value:1000.01..": [],
    "value:999.99..1000": [ANNA],
    "value:..0": [JAN, IVANOV, BOB, ZOE, EMOJI],
    "value:any": [ANNA],
    "orders:2": [ANNA],
    "orders:none": [JAN, IVANOV, BOB, ZOE, EMOJI],
    "cadence:30d": [ANNA],
    "cadence:..2w": [],
    "cadence:none": [JAN, IVANOV, BOB, ZOE, EMOJI],
    "seats:10..": [ANNA],
    "seats:..10": [JAN],
    "seats:1..100": [ANNA, JAN],
    "shirt-size:1..100": [],
    "renews:2026-03-01..2026-03-31": [ANNA],
    "renews:..2026-03-19": [],
}
DATES = {
    # 2026-03-01 is today, a Sunday; 90 days before it is 2025-12-01
    "last:90d..": [ANNA, BOB, ZOE],
    "last:..90d": [JAN],
    "last:89d..": [BOB, ZOE],
    "last:90d": [ANNA, BOB, ZOE],
    "last:90d..30d": [ANNA],
    "last:30d..90d": [ANNA],
    "last:none": [IVANOV, EMOJI],
    "last:yesterday": [BOB],
    "last:2026-01": [ZOE],
    "last:2025": [ANNA, JAN],
    "last:..2025-11-30": [JAN],
    "not last:90d..": [JAN, IVANOV, EMOJI],
    "quiet:90d": [ANNA, JAN],
    "quiet:91": [JAN],
    "quiet:30d..90d": [ANNA, ZOE],
    "quiet:..30d": [BOB, ZOE],
    "quiet:none": [IVANOV, EMOJI],
    "due:..7d": [ANNA, JAN],
    "due:7d": [JAN],
    "due:7d..": [ZOE],
    "due:..today": [ANNA],
    "due:2026-03-08": [JAN],
    "due:-7d..+7d": [ANNA, JAN],
    "due:none": [IVANOV, BOB, EMOJI],
    "is:due": [ANNA],
    "is:overdue": [ANNA],
    "next:..7d": [ANNA, JAN],
    "created:2026-01-01..2026-03-31": [JAN, IVANOV, BOB, EMOJI],
    "created:2026-02-28": [JAN],
    "created:1d..": [JAN, EMOJI],
    "created:today": [EMOJI],
    "created_at:..2024": [ZOE],
    "archived:2025": [OLD],
    "birthday:14d": [ANNA],
    "birthday:4d": [ANNA],
    "birthday:3d": [],
    "birthday:2026-03": [ANNA],
    "birthday:1984": [ANNA, ZOE],
    "birthday:1984-03-05": [ANNA],
    "birthday:1985..": [IVANOV],
    "birthday:..1985": [ANNA, ZOE],
    "birthday:--12-30": [JAN],
    "birthday:--12": [JAN],
    "birthday:--12-25..--01-06": [JAN, ZOE],
    "birthday:--02": [IVANOV],
    "birthday:2027-02-28": [IVANOV],
    "birthday:2028-02-28": [],
    "birthday:2028-02-29": [IVANOV],
    "birthday:2026-12-25..2027-01-06": [JAN, ZOE],
    "birthday:7d..": [JAN, IVANOV, ZOE],
    "birthday:1y": [ANNA, JAN, IVANOV, ZOE],
    "birthday:none": [BOB, EMOJI],
    "birthday:9999-12-31..": [ANNA, JAN, IVANOV, ZOE],
    "created:9999-12-31": [],
    "dates:renewal": [JAN],
    "dates:14d": [JAN],
    "dates:today": [],
    "dates:any": [JAN],
}


@pytest.mark.parametrize(("query", "expected"), [
    *WORDS.items(), *TEXTS.items(), *NUMBERS.items(), *DATES.items(),
])  # fmt: skip
def test_query_finds(find, query, expected):
    """A query finds these people and nobody else."""
    assert find(query) == expected


def test_archived_people_are_found_only_when_asked_for():
    """The caller learns from the query whether to leave archived people out."""
    naming = ("is:archived", "not is:archived", "archived:90d..", "has:archived", "@gone")
    for text in (*naming, "old", "+archived", '"is:archived"'):
        query = compile_query(text, today=TODAY, views={"gone": "is:archived"}, custom=[], tz="UTC")
        assert query.archived is (text in naming)


def test_days_of_instants_are_the_owners(find):
    """23:30 UTC on 28 February is 1 March in Warsaw."""
    assert find("created:2026-03-01", tz="Europe/Warsaw") == [JAN, EMOJI]
    assert find("created:2026-03-01", tz="UTC") == [EMOJI]


def test_saved_views(find):
    """A view stands for its query, as a whole, and may use others."""
    views = {"hot": "+vip or is:lead", "hotter": "@hot acme", "empty": ""}
    assert find("@hot", views) == [ANNA, JAN, ZOE]
    assert find("@hotter kind:purchase", views) == [ANNA]
    assert find("not @hot", views) == [IVANOV, BOB, EMOJI]
    assert find("@empty", views) == LIVING


@pytest.mark.parametrize(("text", "message"), [
    ("@self", "@self: the view uses itself: @self -> @self"),
    ("@ring", "the view uses itself: @ring -> @back -> @ring"),
    ("@rong", 'unknown view "rong", did you mean ring?'),
    ("@bad", 'query @bad: unknown field "compny", did you mean company?\n  a compny:x\n    ^^^^^^'),
])  # fmt: skip
def test_bad_views_are_refused(find, text, message):
    """A view that uses itself, is unknown or cannot be read is an error that names it."""
    views = {"self": "@self", "ring": "(a @back)", "back": "not @ring", "bad": "a compny:x"}
    with pytest.raises(QueryError) as caught:
        find(text, views)
    assert message in str(caught.value)


@pytest.mark.parametrize(("text", "message"), [
    ("is:custmer", 'unknown state "custmer", did you mean customer?\n  is:custmer\n     ^^^^^^^'),
    ("lifecycle:x", 'unknown lifecycle "x"; there are lead, prospect,'),
    ("+vip has:fone", 'unknown field "fone", did you mean phone'),
    ("value:lots..", '"lots" is not an amount here'),
    ("value:1,5..2", "write 2..5\n  value:1,5..2\n          ^^^^"),
    ("orders:2.5", '"2.5" is not a whole number'),
    ("id:99999999999999999999", "is not a whole number"),
    ("value:9..1", "the range ends before it starts; write 1..9"),
    ("value:..", "a range needs an end"),
    ("last:2026-02-01..2026-01-01", "the range ends before it starts"),
    ("last:01/02/2026", "2026-02-01"),
    ("last:2026-02-30", "not understood"),
    ("birthday:--13-01", "is no day of the year"),
    ("birthday:..2026-02-01", "the range ends before today"),
    ("dnc:maybe", "is neither yes nor no"),
    ("phone:abc", "is not the digits of a phone"),
    ("quiet:90d..30d", "write 30d..90d"),
    ("cadence:3m", "is not a whole number"),
])  # fmt: skip
def test_bad_values_are_marked(find, text, message):
    """A value that its field cannot hold is exit 2 with what is wrong and where."""
    with pytest.raises(QueryError) as caught:
        find(text)
    assert message in str(caught.value)
    assert str(caught.value).splitlines()[-1].strip() == "^" * (
        caught.value.end - caught.value.start
    )


def test_the_order_of_dates_settles_an_ambiguous_one():
    """With an order from the config a date in slashes is a date."""
    query = compile_query("last:01/02/2026", today=TODAY, views={}, custom=[], order="dmy")
    assert query.params == [date(2026, 2, 1).isoformat(), "2026-02-02"]


def test_pieces_for_ranking(book):
    """Words, full-text strings and the rest come apart, and together mean the whole."""
    query = compile_query(
        'Łódź "bob@example.com" * +vip not zoe (x or y)', today=TODAY, views={}, custom=[], tz="UTC"
    )
    assert query.words == ["lodz", "bob", "example", "com", "x", "y"]
    assert query.fts == ['"lodz" *', '"bob example com" *']
    assert "instr" in query.rest
    assert "tags" in query.rest
    book.execute(f"SELECT c.id FROM contacts c WHERE {query.rest}", query.rest_params).fetchall()


def test_rules_asked_for():
    """The caller learns which rules to run; none and any need them all."""

    def rules(text):
        return compile_query(text, today=TODAY, views={"q": "rule:T"}, custom=[], tz="UTC").rules

    assert rules("rule:R201,gone-quiet not @q") == ["R201", "gone-quiet", "T"]
    assert rules("rule:none") == [""]
    assert rules("anna") == []


def test_words_of_a_command_line(find):
    """The quotes that the shell has eaten are put back around the value of a field."""
    assert find(["city:New York"]) == [BOB]
    assert find(["not", "city:New York"]) == [ANNA, JAN, IVANOV, ZOE, EMOJI]
    assert find(["Anna Nowak"]) == [ANNA]
    assert find(["Nowak Anna"]) == [ANNA]
    assert find(["tag:key account"]) == [ANNA]
    assert find(["Shirt size:XL"]) == [ANNA]
    assert find(["+vip or is:lead"]) == [ANNA, JAN, ZOE]
    assert find([""]) == LIVING
    assert find([]) == LIVING


def test_large_queries_run(find):
    """Ids by the thousand are one list; long and deep queries stay inside SQLite's bounds."""
    assert find("id:" + ",".join(map(str, range(2, 20_000)))) == [*LIVING[1:]]
    assert find(" or ".join(["anna"] * 400)) == [ANNA]
    assert find(" ".join(["anna"] * 400)) == [ANNA]
    assert find("city:" + ",".join(f"x{n}" for n in range(2000)) + ",lodz") == [ANNA]
    assert find("(" * 40 + "anna" + ")" * 40) == [ANNA]
    assert find("not (bob or (anna not (jan or (acme not (said:order or (zoe not jan))))))") == [
        JAN, IVANOV, ZOE, EMOJI,
    ]  # fmt: skip
    for bad in (" ".join(["anna"] * 600), "(" * 60 + "a" + ")" * 60, "id:" + "1," * 40_000):
        with pytest.raises(QueryError):
            find(bad)


@pytest.mark.parametrize("field", sorted(ORDERABLE))
def test_every_order_runs(book, field):
    """Each field of --sort is SQL over the view, both ways."""
    for sort in (field, f"-{field}"):
        book.execute(f"SELECT c.id FROM contacts c ORDER BY {order_by(sort)}").fetchall()


def test_orders_put_the_empty_last(book):
    """Nobody's city comes after every city, whichever way."""
    for sort, first in (("city", BOB), ("-city", IVANOV)):
        rows = book.execute(
            f"SELECT c.id, c.city FROM contacts c ORDER BY {order_by(sort)}"
        ).fetchall()
        assert rows[-1]["city"] is None
        assert rows[0]["city"] is not None, first


def test_unknown_orders_are_refused():
    """The message has the nearest field."""
    with pytest.raises(UsageError, match='cannot sort by "-compny", did you mean company'):
        order_by("-compny")
