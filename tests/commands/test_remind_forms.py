"""crm remind: the mail, the calendar, and why something is or is not in the list."""

from __future__ import annotations

import json
import shlex
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.output.safe import visible
from crmcli.output.width import width
from tests.conftest import Crm

if TYPE_CHECKING:
    from collections.abc import Iterator


def run(crm: Crm, *lines: str, now: str = "2026-03-02T09:00") -> None:
    for line in lines:
        crm.ok(*shlex.split(line), CRM_NOW=now)


def book(crm: Crm) -> None:
    """Anna quiet and with a birthday near, Jan to be called today and on Thursday at half past two."""
    run(
        crm,
        "add Anna Nowak --email anna@acme.example --company Acme --lifecycle customer --birthday 1984-03-05",
        "add Jan Kowalski --phone +48600123456 --lifecycle other",
        "log call 1 hello --at 2025-11-01",
        "remind 2 today call about the offer",
        "remind 2 2026-03-05T14:30 visit; bring samples, two",
        "remind 2 2026-02-20T10:00 invoice",
    )


def calendar(crm: Crm, *words: str, **environ: str) -> list[Any]:
    """The events, read by a reader that is not ours."""
    text = crm.ok("remind", *words, "-f", "ics", **environ).out
    assert text.replace("\r\n", "").count("\n") == 0
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    read = icalendar.Calendar.from_ical(text)
    assert not read.errors
    assert not any(part.errors for part in read.walk())
    return list(read.walk("VEVENT"))


def told(events: list[Any]) -> list[tuple[Any, str]]:
    return [(event["DTSTART"].dt, str(event["SUMMARY"])) for event in events]


def test_a_calendar_has_what_is_due_today_and_what_comes_on_its_day(crm: Crm) -> None:
    """In the words of the day on which it is read; a time is an instant."""
    book(crm)
    assert told(calendar(crm)) == [
        (date(2026, 3, 2), "Jan Kowalski: invoice"),
        (date(2026, 3, 2), "Jan Kowalski: call about the offer"),
        (date(2026, 3, 2), "Anna Nowak: quiet 121 days, customer, every 91"),
        (date(2026, 3, 5), "Anna Nowak: birthday today, turns 42"),
    ]
    later = calendar(crm, "--within", "7d")
    assert told(later)[3] == (
        datetime(2026, 3, 5, 14, 30, tzinfo=UTC),
        "Jan Kowalski: visit; bring samples, two",
    )
    lines = str(later[3]["DESCRIPTION"]).split("\n")
    assert lines == [
        "due today at 14:30: visit; bring samples, two",
        "+48600123456",
        "crm log call 2 --done F2",
    ]
    assert str(later[4]["DESCRIPTION"]).split("\n")[0] == "Acme"


def test_what_the_owner_set_rings_on_its_day(crm: Crm) -> None:
    """At its time or at nine; what is overdue and what the rules found stays silent."""
    book(crm)
    rings = {
        str(event["SUMMARY"]): [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")]
        for event in calendar(crm, "--within", "7d")
    }
    assert rings == {
        "Jan Kowalski: invoice": [],
        "Jan Kowalski: call about the offer": [timedelta(hours=9)],
        "Anna Nowak: quiet 121 days, customer, every 91": [],
        "Jan Kowalski: visit; bring samples, two": [timedelta()],
        "Anna Nowak: birthday today, turns 42": [],
    }


def test_an_event_keeps_its_uid(crm: Crm) -> None:
    """Another day moves it and does not double it; the stamp is the run's."""
    book(crm)
    today = calendar(crm, "--within", "7d")
    tomorrow = calendar(crm, "--within", "7d", CRM_NOW="2026-03-03T09:00")
    assert len({str(event["UID"]) for event in today}) == len(today)
    assert [str(event["UID"]) for event in today] == [str(event["UID"]) for event in tomorrow]
    assert {event["DTSTAMP"].dt for event in today} == {datetime(2026, 3, 2, 9, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("due", "instant"),
    [("2026-03-27T14:30", "13:30"), ("2026-03-29T02:30", "01:30"), ("2026-03-30T14:30", "12:30")],
)
def test_a_time_is_the_owners(crm: Crm, due: str, instant: str) -> None:
    """Also on the other side of a change of the clocks, and at an hour that it leaves out."""
    crm.ok("config", "set", "owner.timezone", "Europe/Warsaw")
    run(crm, "add Anna Nowak --phone +48600123456", f"remind anna {due} call")
    [event] = calendar(crm, "--within", "30d", "--select", "F")
    assert event["DTSTART"].dt.strftime("%Y-%m-%dT%H:%M") == f"{due[:10]}T{instant}"


def test_a_task_moves_from_a_day_off(crm: Crm) -> None:
    """To Monday as in the list, a promise to Friday; an appointment and a birthday stay."""
    run(
        crm,
        "add Anna --phone +48600123456 --lifecycle other --birthday --03-07",
        "log note 1 x --promise 2026-03-07",
        "remind 1 2026-03-07 task",
        "remind 1 2026-03-07T10:00 meet",
    )
    assert [event["DTSTART"].dt for event in calendar(crm, "--within", "14d")] == [
        date(2026, 3, 6),
        date(2026, 3, 7),
        datetime(2026, 3, 7, 10, tzinfo=UTC),
        date(2026, 3, 9),
    ]


def test_nothing_due_is_a_calendar_without_events(crm: Crm) -> None:
    """So that what was there before goes from the phone; and one that every reader takes."""
    assert calendar(crm) == []
    assert not crm.db.exists()
    assert crm("remind", "-f", "ics", "--exit-code").code == 0
    book(crm)
    assert crm("remind", "-f", "ics", "--exit-code").code == 1


def test_a_day_of_a_calendar_has_ten_people(crm: Crm) -> None:
    """And says how many more there are; --all has them."""
    for number in range(12):
        run(
            crm,
            f"add p{number} --lifecycle other --phone +4860000{number:04}",
            f"remind {number + 1} today call",
        )
    run(crm, "remind 1 tomorrow call")
    events = told(calendar(crm, "--within", "3d"))
    assert (date(2026, 3, 2), "2 more: crm remind --all") in events
    assert len(events) == 12
    assert len(calendar(crm, "--within", "3d", "--all")) == 13


def test_a_calendar_is_whole(crm: Crm) -> None:
    """What would cut pieces out of it is refused, and so is ics elsewhere."""
    for words in (["--new"], ["--columns", "handle"], ["--explain", "F1"]):
        result = crm("remind", "-f", "ics", *words)
        assert (result.code, result.err.count("\n")) == (2, 1)
    assert crm("search", "-f", "ics").code == 2


HOSTILE = st.text(
    st.characters(codec="utf-8", exclude_characters="\0")
    | st.sampled_from("\r\n\\;,:山👍\u202e\x1b"),
    min_size=1,
    max_size=90,
)


@given(name=HOSTILE, text=HOSTILE)
@settings(max_examples=60)
def test_no_text_acts_in_a_calendar(name: str, text: str) -> None:
    """Whatever is in it, it is the value of one property."""
    import io

    from crmcli.exchange.ics_file import Event, write

    stream = io.StringIO(newline="")
    event = Event("u@crm", date(2026, 3, 2), name, text, alarm=0, category=name)
    write(stream, [event], name=name, now=datetime(2026, 3, 2, tzinfo=UTC))
    assert all(len(line.encode()) <= 75 for line in stream.getvalue().split("\r\n"))
    [read] = icalendar.Calendar.from_ical(stream.getvalue()).walk("VEVENT")
    assert str(read["SUMMARY"]) == "\n".join(map(visible, name.splitlines()))
    assert str(read.get("DESCRIPTION", "")) == "\n".join(map(visible, text.splitlines()))
    assert len(read.walk("VALARM")) == 1


WORDS = st.lists(
    st.text(
        st.sampled_from("abcż山田商事👍👨‍👩‍👧e\u0301\u202e\x1b[]/:;'\"\\$`=-"),
        min_size=1,
        max_size=100,
    ),
    min_size=1,
    max_size=12,
).map(" ".join)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A new book each time."""
    return (Crm(tmp_path_factory.mktemp("mail")) for _ in iter(int, 1))


@given(texts=st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=8, max_size=12))
@settings(max_examples=8)
def test_no_line_of_the_mail_is_longer_than_72_columns(
    books: Any, texts: list[tuple[str, str, str]]
) -> None:
    """Nor does any of it act, whatever the names, companies and texts are."""
    crm = next(books)
    addresses = [f"p{number}@acme.example" for number in range(len(texts))]
    people = [
        {"name": name, "company": company, "email": address, "lifecycle": "customer"}
        for address, (name, company, _) in zip(addresses, texts, strict=True)
    ]
    calls = [
        {"contact": address, "due": "2026-02-27", "text": text}
        for address, (_, _, text) in zip(addresses, texts, strict=True)
    ]
    said = [
        {"kind": "complaint", "at": "2026-02-10T10:00:00Z", "contacts": [address], "text": text}
        for address, (_, _, text) in zip(addresses, texts, strict=True)
    ]
    for noun, rows in (("contacts", people), ("followups", calls), ("interactions", said)):
        assert crm("import", "-", "--as", noun, stdin=json.dumps(rows)).code in (0, 4)
    mail = crm.ok("remind", "--all").out
    assert mail.count("crm ") >= len(texts)
    assert all(width(line) <= 72 for line in mail.splitlines())
    assert visible(mail, multiline=True) == mail


def test_a_link_is_not_broken(crm: Crm) -> None:
    """It has a line of its own, as half a link is none."""
    link = "https://shop.example/" + "a" * 100
    run(crm, "add Anna --phone +48600123456", f"remind 1 today send {link} again")
    assert "    " + link in crm.ok("remind").lines


def test_a_long_command_goes_on_as_a_shell_reads_it(crm: Crm) -> None:
    """Each line but the last ends in a backslash, and the whole runs as printed."""
    for number in range(12):
        run(
            crm,
            f"add Somebody{number} --phone +4860000{number:04}",
            f"remind {number + 1} today call",
        )
    query = " ".join(f"not company:nobody{number}" for number in range(9))
    text = crm.ok("remind", "--where", query).out
    last = text[text.index("2 more: ") :]
    assert max(map(len, last.splitlines()[:1])) <= 72
    words = shlex.split(last.removeprefix("2 more: ").replace("\\\n", ""))
    assert words == ["crm", "remind", "--where", query, "--all"]
    assert crm.ok(*words[1:], "--ids").out.count("\n") == 12


def test_the_mail_says_how_far_it_looked(crm: Crm) -> None:
    """The day of --within stands in the first line."""
    book(crm)
    first = crm.ok("remind", "--within", "1w").lines[0]
    assert first == "Monday 2026-03-02: 2 people to contact by 2026-03-09"


def test_looking_back_is_refused(crm: Crm) -> None:
    """--within is for what comes; what is overdue is there anyway."""
    for span in ("-3d", "soon"):
        assert crm("remind", "--within", span).code == 2


def test_options_of_the_list_do_not_set_a_follow_up(crm: Crm) -> None:
    """Rather than being taken and forgotten."""
    run(crm, "add Anna --phone +48600123456")
    for option in (["--new"], ["--within", "7d"], ["--json"], ["--all"], ["--where", "anna"]):
        result = crm("remind", "anna", "friday", "call", *option)
        assert result.code == 2
        assert "is for the list" in result.err
    assert crm.ok("remind", "--within", "30d", "--select", "F").out == ""


@pytest.mark.parametrize("count", [1, 30])
def test_every_item_is_explained(crm: Crm, count: int) -> None:
    """A follow-up, a promise, a finding, and those behind the first ten."""
    for number in range(count):
        run(
            crm,
            f"add p{number} --lifecycle other --phone +4860000{number:04}",
            f"remind {number + 1} today call",
        )
    run(crm, "log meeting 1 hello --promise tomorrow --at 2026-01-02")
    for row in crm.ok("remind", "--all", "--json").json:
        found = crm.ok("remind", "--explain", row["handle"], "--json").json
        points = {entry["term"]: round(1000 * entry["points"]) for entry in found}
        assert points.pop("score") == sum(points.values()) == round(1000 * row["score"])


WHY_NOT = [
    ("F99", "there is no follow-up F99"),
    ("F1", "F1 was done on 2026-03-02"),
    ("F2", "F2 is snoozed until 2026-03-06 (waits); crm snooze F2 --wake"),
    ("F3", "F3 is due on 2026-03-05 14:30"),
    ("R201:99", "there is no contact 99"),
    ("R201:2", "quiet has nothing to say on Jan now"),
    ("T601:2", "snoozed until 2026-03-20 (on leave), like all else on them"),
    ("R201:3", "done, until it comes up again"),
    ("T601:3", "ignored on +calm (no presents)"),
    ("T601:4", "touched on 2026-02-25; rules R and T wait for 14 days after one"),
    ("Q703:1", "Q703 unreachable asks for tidying up: crm check --select Q703"),
    ("R201:5", "5 Dora is marked do-not-contact"),
    ("R201:6", "6 Ewa is archived; crm unarchive 6 brings reminders back"),
    ("R202:7", "there is no way to reach Filip"),
]


def test_what_is_not_listed_is_explained(crm: Crm) -> None:
    """One line says what holds it back: state, silence, gate, or nothing to say."""
    customer = "--lifecycle customer --phone +4860000000"
    run(
        crm,
        f"add Anna {customer}1",
        f"add Jan {customer}2 --birthday --03-03",
        f"add Ola {customer}3 --birthday --03-03 --tag calm",
        f"add Piotr {customer}4 --birthday --03-05",
        f"add Dora {customer}5",
        f"add Ewa {customer}6",
        "add Filip --lifecycle lead",
        now="2026-02-20T09:00",
    )
    run(
        crm,
        "remind 1 today call", "done F1", "remind 1 today write", "snooze F2 friday --reason waits",
        "remind 1 2026-03-05T14:30 visit", 'snooze jan 2026-03-20 --reason "on leave"',
        "log call 3 hello --at 2025-10-01", "done R201:3",
        'ignore birthday:+calm --reason "no presents"', "log call 4 hello --at 2026-02-25",
        "edit 5 --set do_not_contact=yes", "archive 6",
    )  # fmt: skip
    for handle, says in WHY_NOT:
        result = crm("remind", "--explain", handle)
        assert (result.code, result.out) == (3, ""), handle
        assert result.err.count("\n") == 1
        assert says in result.err, handle
    assert "not among the rules" in crm("remind", "--explain", "T601:3", "--select", "R").err
    assert "not among those" in crm("remind", "--explain", "T601:3", "--where", "jan").err
    for handle in ("anna", "R201:+calm", "F101:1"):
        assert crm("remind", "--explain", handle).code == 2


def test_what_a_louder_rule_mutes_is_explained(crm: Crm) -> None:
    """By its code."""
    run(crm, "add Anna --phone +48600000001 --lifecycle customer --cadence 30d")
    for day in ("2025-11-01", "2025-11-02", "2025-11-03", "2025-12-20"):
        run(crm, f"log email 1 hello --at {day}")
    assert crm.ok("remind", "--ids").lines == ["F105:1"]
    err = crm("remind", "--explain", "R201:1").err
    assert "R201:1 is not in the list: F105 says more on Anna" in err


def test_one_of_a_batch_is_explained(crm: Crm) -> None:
    """It stands behind the line of the first."""
    leads = "name,email,lifecycle\n" + "".join(f"L{n},l{n}@acme.example,lead\n" for n in range(20))
    crm.ok("import", "-", stdin=leads, CRM_NOW="2026-02-20T09:00")
    assert crm.ok("remind", "--explain", "R202:1").out
    assert "behind the line of its batch" in crm("remind", "--explain", "R202:5").err
