"""What is exported is imported as the same: every noun, every format."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.exchange import headers
from crmcli.exchange.plan import Options
from crmcli.exchange.records import (
    NOUNS,
    Address,
    CompanyRow,
    ContactRow,
    DealRow,
    FollowUpRow,
    InteractionRow,
    Person,
    Told,
)
from crmcli.exchange.source import open_source
from crmcli.exchange.write import FIELDS, FORMATS, write
from crmcli.output.look import Look
from crmcli.values import duration, money, phone
from crmcli.values.basis import BASES
from crmcli.values.text import clean

WAYS = st.sampled_from([*((form, False) for form in FORMATS), ("csv", True)])
TEXTS = st.one_of(
    st.sampled_from(["=1+1", "'=x", "+48 to nie", "-", "n/a", "NULL", "a;b\\c", "@x", "'", "Łódź"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
).map(clean)
TEXT = TEXTS.filter(bool)
LONG = st.lists(TEXTS, min_size=1, max_size=3).map(
    lambda parts: clean("\n".join(parts), multiline=True) or "x"
)
MAYBE = st.none() | TEXT
UID = st.integers(0, 2**64 - 1).map("{:016x}".format)
DAY = st.dates().map(str)
YEARLY = DAY.filter(lambda day: not day.startswith("1604"))  # which stands for no year
AT = st.datetimes().map(lambda at: at.isoformat(timespec="seconds") + "Z") | DAY.map(
    "{}T12:00Z".format
)
EMAIL = st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.example", fullmatch=True)
PHONE = st.sampled_from(["+48601100101", "+421908200208", "+48609100109 ext 12"])
AMOUNT = st.integers(-(10**12), 10**12)
CURRENCY = st.sampled_from(["PLN", "EUR", "JPY", "RUB"])


# What people call fields of their own: anything, and what our readers know from other programs.
CUSTOM_NAMES = st.sampled_from(
    sorted(
        {header for noun in NOUNS for header in headers.aliases(noun)}
        | {"Lead Status", "Telefon", "Kontakt", "Created", "Adres", "Email", "E-mail", "Name", "Id"}
    )
).filter(lambda name: name not in FIELDS["contacts"]) | st.sampled_from(
    ["Kod klienta", "Rabat, %", "Uwagi; inne"]
)
CUSTOM = st.dictionaries(CUSTOM_NAMES, TEXT, min_size=1, max_size=4)


def maybe(values):
    return st.none() | values


def several(values):
    return st.lists(values, max_size=3, unique=True).map(tuple)


KEY_DATES = st.tuples(st.sampled_from(["renewal", "a=b"]), YEARLY, maybe(st.integers(0, 99)))


CONSENTS = st.tuples(st.sampled_from(BASES), DAY, maybe(DAY), MAYBE)
ADDRESSES = st.builds(
    Address, MAYBE, maybe(LONG), MAYBE, MAYBE, MAYBE, maybe(st.sampled_from(["PL", "Atlantis"]))
).filter(lambda one: any(one[1:]))
SPANS = st.tuples(AT, maybe(AT))
IDS = several(
    st.builds("{}:{}".format, st.sampled_from(["hubspot", "mail", "=x"]), TEXT.filter(str.strip))
)


def marked(draw, row):
    """Some of the person's e-mails and phones, each with a day."""
    shown = [*row.emails, *map(phone.spelled, row.phones)]
    return tuple((one, draw(DAY)) for one in shown if draw(st.booleans()))


LABELS = st.none() | st.sampled_from(["work", "work fax", "a=b;c"]) | TEXT


def labelled(draw, shown):
    """Labels for some of the person's e-mails or phones."""
    pairs = ((one, draw(LABELS)) for one in shown)
    return tuple((one, label) for one, label in pairs if label)


@st.composite
def contact_rows(draw):
    row = ContactRow(
        2, uid=draw(UID), name=draw(TEXT), given=draw(MAYBE), family=draw(MAYBE),
        company=draw(MAYBE), title=draw(MAYBE), emails=draw(several(EMAIL)),
        phones=tuple(phone.parse(number, "PL") for number in draw(several(PHONE))),
        urls=draw(several(TEXT)), address=draw(maybe(LONG)), city=draw(MAYBE), region=draw(MAYBE),
        postcode=draw(MAYBE), country=draw(maybe(st.sampled_from(["PL", "NA", "Atlantis"]))),
        birthday=draw(maybe(YEARLY | st.just("--02-29"))),
        dates=draw(several(KEY_DATES)), note=draw(maybe(LONG)),
        cadence=draw(maybe(st.integers(1, 999))),
        language=draw(MAYBE), currency=draw(maybe(CURRENCY)), channel=draw(MAYBE),
        lifecycle=draw(maybe(st.sampled_from(["lead", "loyal"]))),
        tags=draw(several(TEXT)), source=draw(MAYBE), referred_by=draw(MAYBE),
        do_not_contact=draw(maybe(st.booleans())), verified_on=draw(maybe(DAY)),
        created_at=draw(maybe(AT)), updated_at=draw(maybe(AT)), archived_at=draw(maybe(AT)),
        custom=draw(maybe(CUSTOM)),
        notice_on=draw(maybe(DAY)), consents=draw(several(CONSENTS)), addresses=draw(several(ADDRESSES)), external_ids=draw(IDS),
    )  # fmt: skip
    return row._replace(
        verified_channels=marked(draw, row), dead_channels=marked(draw, row),
        address_label=draw(LABELS) if any((row.address, row.city, row.region, row.postcode, row.country)) else None, email_labels=labelled(draw, row.emails),
        phone_labels=labelled(draw, [*map(phone.spelled, row.phones)]),
    )  # fmt: skip


@st.composite
def complaints(draw, row):
    """The row, or a complaint of the same words with all that became of it."""
    row = draw(row)
    if draw(st.booleans()):
        return row
    closed = draw(maybe(AT))
    outcome = draw(maybe(LONG)) if closed else None
    waits = draw(several(SPANS))
    return row._replace(kind="complaint", closed_at=closed, outcome=outcome, waits=waits)


def exported(row):
    """The row as an export hands it to a writer: field name to value."""
    values = row._asdict()
    if isinstance(row, ContactRow):
        values["phones"] = [phone.spelled(number) for number in row.phones]
        values["dates"] = [
            f"{k}={d}" + (f"/{n}d" if n is not None else "") for k, d, n in row.dates
        ]
        values["consents"] = [
            f"{b}={g}" + (f"..{w}" if w else "") + (f"/{s}" if s else "")
            for b, g, w, s in row.consents
        ]
        for field in ("verified_channels", "dead_channels"):
            values[field] = [f"{shown}={day}" for shown, day in values[field]]
        for field in ("email_labels", "phone_labels"):
            values[field] = dict(values[field])
        values["addresses"] = [one._asdict() for one in row.addresses]
    if isinstance(row, InteractionRow):
        values["waits"] = [f"{since}..{until or ''}" for since, until in row.waits]
    if values.get("amount") is not None:
        values["amount"] = money.text(values["amount"], values["currency"])
    if values.get("duration") is not None:
        values["duration"] = duration.text(values["duration"])
    if isinstance(row, CompanyRow) and row.phone:
        values["phone"] = row.phone.number
    people = getattr(row, "people", None) or [getattr(row, "person", None)]
    named = [
        person and {"id": 1, "uid": person.uid or "0" * 16, "name": "x", "email": person.email}
        for person in people
    ]
    values |= {"contacts": named, "contact": named[0], "id": 1}
    return values | (getattr(row, "custom", None) or {})


def there_and_back(tmp_path_factory, row, noun, way):
    to, excel_safe = way
    values = exported(row)
    columns = [*FIELDS[noun], *(getattr(row, "custom", None) or {})]
    line = [list(v) if isinstance(v := values[c], tuple) else v for c in columns]
    out = io.StringIO(newline="")
    write(out, to, columns, [line], Look(), excel_safe=excel_safe)
    path = tmp_path_factory.mktemp("trip") / "file"
    path.write_bytes(out.getvalue().encode())
    source = open_source(str(path), Options(region="PL", tz="Europe/Warsaw"))
    rejects, remarks = [], []
    rows = list(source.rows(source.plan.holds[0], Told(rejects.append, remarks.append)))
    source.close()
    assert not rejects
    assert not remarks
    assert source.plan.holds == (noun,)
    assert source.plan.excel_safe == excel_safe
    return rows[0]._replace(line=row.line)


def comparable(row):
    if isinstance(row, ContactRow):
        return row._replace(phones=[(p.number, p.extension) for p in row.phones])
    if isinstance(row, CompanyRow):
        return row._replace(phone=row.phone and row.phone.number)
    return row


@given(contact_rows(), WAYS)
def test_contacts(tmp_path_factory, row, way):
    """A person keeps every field, custom ones too."""
    assert comparable(there_and_back(tmp_path_factory, row, "contacts", way)) == comparable(row)


@given(
    st.builds(
        CompanyRow,
        st.just(2),
        UID,
        st.none(),
        TEXT,
        MAYBE,
        st.just(phone.parse("+48601100101", None)),
        MAYBE,
        maybe(LONG),
        MAYBE,
        MAYBE,
        MAYBE,
        maybe(st.just("PL")),
        maybe(LONG),
        maybe(AT),
        maybe(AT),
        IDS,
    ),
    WAYS,
)
def test_companies(tmp_path_factory, row, way):
    """A company keeps every field."""
    assert comparable(there_and_back(tmp_path_factory, row, "companies", way)) == comparable(row)


PEOPLE = st.lists(
    EMAIL.map(lambda e: Person(email=e)) | UID.map(lambda u: Person(uid=u)),
    min_size=1,
    max_size=3,
    unique=True,
).map(tuple)


@given(
    complaints(
        st.builds(
            InteractionRow,
            st.just(2),
            UID,
            st.none(),
            st.sampled_from(["call", "note", "purchase"]),
            AT,
            maybe(st.sampled_from(["in", "out"])),
            PEOPLE,
            st.none(),
            MAYBE,
            maybe(LONG),
            AMOUNT,
            CURRENCY,
            maybe(st.integers(1, 9999).map(lambda m: m * 60)),
            maybe(UID),
            MAYBE,
            closed_at=st.none(),
            outcome=st.none(),
            waits=st.just(()),
            channel=st.none(),
            external_ids=IDS,
        )
    ),
    WAYS,
)
def test_interactions(tmp_path_factory, row, way):
    """An interaction keeps its instant to the second, its people, its amount, and how a case went."""
    assert there_and_back(tmp_path_factory, row, "interactions", way) == row


@given(
    st.builds(
        DealRow,
        st.just(2),
        UID,
        st.none(),
        TEXT,
        PEOPLE.map(lambda p: p[0]),
        MAYBE,
        st.sampled_from(["new", "Eigene Phase"]),
        AMOUNT,
        CURRENCY,
        maybe(st.integers(0, 100)),
        maybe(DAY),
        maybe(AT),
        maybe(AT),
        maybe(AT),
        MAYBE,
        maybe(DAY),
        maybe(DAY),
        st.none(),
        IDS,
        maybe(AT),
        maybe(AT),
    ),
    WAYS,
)
def test_deals(tmp_path_factory, row, way):
    """A deal keeps its stage, also one that only its owner knows."""
    assert there_and_back(tmp_path_factory, row, "deals", way) == row


@given(
    st.builds(
        FollowUpRow,
        st.just(2),
        UID,
        st.none(),
        PEOPLE.map(lambda p: p[0]),
        DAY | st.just("2026-03-02T14:30"),
        maybe(LONG),
        maybe(st.sampled_from(["week", "2 months after done", "RRULE:FREQ=MONTHLY;BYMONTHDAY=5"])),
        maybe(AT),
        maybe(DAY),
        MAYBE,
        MAYBE,
        maybe(DAY | st.just("2026-01-31T14:30")),
        IDS,
        maybe(UID),
        maybe(UID),
        maybe(AT),
        called_off=st.just(False),  # what a calendar says of its event, and no file of ours
    ),
    WAYS,
)
def test_follow_ups(tmp_path_factory, row, way):
    """A follow-up keeps its rule, what that counts from, and its time of day."""
    assert there_and_back(tmp_path_factory, row, "followups", way) == row


@pytest.mark.parametrize("noun", FIELDS)
@pytest.mark.parametrize("to", FORMATS)
def test_an_empty_export_is_a_file(noun, to):
    """Without rows there is still a header, or an empty array."""
    out = io.StringIO()
    assert write(out, to, FIELDS[noun], [], Look()) == 0
