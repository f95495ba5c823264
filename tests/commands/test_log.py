"""crm log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm


@pytest.fixture
def book(crm: Crm) -> Crm:
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example", "--currency", "PLN")
    crm.ok("add", "Jan Kowalski")
    crm.ok("add", "Eva Malá")
    return crm


def last(crm: Crm, who: str = "1") -> dict[str, Any]:
    entry: dict[str, Any] = crm.ok("show", who, "--json").json["interactions"][0]
    return entry


def due(crm: Crm, who: str = "1", *more: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = crm.ok("show", who, "--json", *more).json["follow_ups"]
    return rows


def test_words_need_no_quotes(book: Crm) -> None:
    """WHO ends where the name does; the rest is what was said."""
    for words in (
        ["anna", "called", "back"],
        ["anna", "nowak", "called", "back"],
        ["1", "called back"],
    ):
        assert book.ok("log", "call", *words).out == "call with Anna Nowak  2026-03-02 09:00\n"
        entry = last(book)
        assert (entry["kind"], entry["text"]) == ("call", "called back")
        assert entry["at"] == "2026-03-02T09:00:00Z"


@pytest.mark.parametrize("kind", ["call", "email", "meeting", "message", "visit", "note", "purchase",
                                  "return", "complaint", "E-mail", "CALL"])  # fmt: skip
def test_every_kind(book: Crm, kind: str) -> None:
    """The kinds of the contract, in any case."""
    book.ok("log", kind, "anna", "x")
    assert last(book)["kind"] == kind.lower().replace("-", "")


def test_a_note_is_no_touch(book: Crm) -> None:
    """A note leaves the last touch as it was; so does a kind that the config says so of."""
    book.ok("log", "note", "anna", "likes tea")
    assert book.ok("show", "anna", "--json").json["last"] is None
    book.ok("config", "set", "kinds.webinar", "{ touch = false }")
    book.ok("log", "webinar", "anna")
    assert book.ok("show", "anna", "--json").json["last"] is None
    book.ok("log", "call", "anna")
    assert book.ok("show", "anna", "--json").json["last"] == "2026-03-02"


def test_several_people_share_one_interaction(book: Crm) -> None:
    """--with puts the same interaction on everybody's timeline, once each."""
    book.ok(
        "log", "meeting", "anna", "spring fair", "--with", "jan", "--with", "eva", "--with", "1"
    )
    entries = [last(book, who) for who in "123"]
    assert len({entry["id"] for entry in entries}) == 1
    assert entries[0]["with"] == ["Jan Kowalski", "Eva Malá"]
    assert book.ok("undo").code == 0
    assert book.ok("show", "jan", "--json").json["interactions"] == []


@pytest.mark.parametrize(
    ("words", "direction"),
    [
        (["email"], "out"),
        (["message"], "out"),
        (["call"], None),
        (["meeting"], None),
        (["email", "--in"], "in"),
        (["call", "--in"], "in"),
        (["call", "--out"], "out"),
    ],
)
def test_direction(book: Crm, words: list[str], direction: str | None) -> None:
    """Written messages go out unless --in; what is two-way has no direction unless told."""
    kind, *flags = words
    book.ok("log", kind, "anna", "hello", *flags)
    assert last(book)["direction"] == direction


@pytest.mark.parametrize(
    ("words", "amount", "currency"),
    [
        (["--amount", "1200"], "1200.00", "PLN"),
        (["--amount", "1 200,50"], "1200.50", "PLN"),
        (["--amount", "99.90 EUR"], "99.90", "EUR"),
        (["--amount", "99,90", "--currency", "czk"], "99.90", "CZK"),
    ],
)
def test_amounts(book: Crm, words: list[str], amount: str, currency: str) -> None:
    """The currency is the one given, else the person's."""
    book.ok("log", "purchase", "anna", *words)
    assert (last(book)["amount"], last(book)["currency"]) == (amount, currency)


def test_the_owners_currency_is_the_last_resort(book: Crm) -> None:
    """Somebody without a currency pays in the owner's."""
    book.ok("config", "set", "owner.currency", "CHF")
    book.ok("log", "purchase", "jan", "--amount", "10")
    assert last(book, "2")["currency"] == "CHF"


def test_duration_subject_deal(book: Crm) -> None:
    """The other fields of an interaction."""
    book.ok("log", "call", "anna", "text", "--duration", "1h30m", "--subject", "Offer")
    assert (last(book)["duration"], last(book)["subject"]) == (5400, "Offer")
    assert book("log", "call", "anna", "--deal", "9").code == 3


@pytest.mark.parametrize(
    ("when", "at"),
    [
        ("yesterday", "2026-03-01T12:00Z"),
        ("2026-02-20", "2026-02-20T12:00Z"),
        ("2026-02-20T14:30", "2026-02-20T14:30:00Z"),
        ("-2w", "2026-02-16T12:00Z"),
        ("3d", "2026-02-27T12:00Z"),
        ("friday", "2026-02-27T12:00Z"),
        ("today", "2026-03-02T09:00:00Z"),
        ("2026-03-02T08:00", "2026-03-02T08:00:00Z"),
    ],
)
def test_dates_in_the_past(book: Crm, when: str, at: str) -> None:
    """--at looks back; a day alone keeps that its time is not known."""
    book.ok("log", "call", "anna", "--at", when)
    assert last(book)["at"] == at


@pytest.mark.parametrize("when", ["tomorrow", "2026-03-03", "2026-03-02T18:00", "2030-01-01"])
def test_nothing_has_happened_in_the_future(book: Crm, when: str) -> None:
    """A date to come is refused with the command that sets a follow-up."""
    result = book("log", "call", "anna", "--at", when)
    assert result.code == 3
    assert "crm remind" in result.err
    assert book("log", "call", "anna", "--at", "someday").code == 2


def test_next_and_promise_set_follow_ups(book: Crm) -> None:
    """--next is for --next-text, --promise for what was said; both are said and undone with the log."""
    out = book.ok("log", "call", "anna", "wants\nthe list", "--next", "friday", "--next-text", "ask again",
                  "--promise", "tomorrow").out  # fmt: skip
    assert out.splitlines()[1:] == ["next: 2026-03-06", "promised: 2026-03-03"]
    assert [(row["due"], row["text"], row["source"]) for row in due(book)] == [
        ("2026-03-03", "wants the list", "promise"),
        ("2026-03-06", "ask again", "log"),
    ]
    book.ok("undo")
    assert due(book) == []


def test_a_follow_up_always_has_a_text(book: Crm) -> None:
    """Without words the subject or the kind says what it is about; a past day is warned about."""
    book.ok("log", "call", "anna", "--next", "+3d", "--subject", "Offer")
    result = book.ok("log", "visit", "anna", "--next", "2026-03-01")
    assert "past" in result.err
    assert [row["text"] for row in due(book)] == ["after the visit", "after the call: Offer"]
    assert book("log", "call", "anna", "--next-text", "x").code == 2


def test_the_only_follow_up_due_is_completed(book: Crm) -> None:
    """A touch closes the one follow-up that is due, a note or one to come does not."""
    book.ok("remind", "anna", "today", "call about the offer")
    book.ok("remind", "anna", "+1w", "later")
    book.ok("log", "note", "anna", "x")
    assert len(due(book)) == 2
    assert "done: F1 call about the offer" in book.ok("log", "call", "anna", "she agreed").out
    assert [row["id"] for row in due(book)] == [2]
    done = due(book, "1", "--all")[-1]
    assert done["done_at"] == "2026-03-02T09:00:00Z"


@pytest.mark.parametrize(
    "words", [("complaint",), ("purchase",), ("return",), ("note",), ("email", "--in"), ("call", "--in"), ("call", "--no-done")]
)  # fmt: skip
def test_what_the_owner_did_not_do_leaves_the_follow_up_open(
    book: Crm, words: tuple[str, ...]
) -> None:
    """Sending the invoice is not done because they complained, bought, wrote, or it is another matter."""
    book.ok("remind", "anna", "today", "send the invoice")
    told = book.ok("log", words[0], "anna", "x", *words[1:]).out
    assert len(due(book)) == 1
    assert ("still due: F1 send the invoice; crm done F1" in told) == (words[0] != "note")
    assert "done: F1" in book.ok("log", words[0], "anna", "--done", "F1").out


def test_what_was_closed_by_itself_says_how_to_open_it_again(book: Crm) -> None:
    """Opening it again takes back the closing alone: the log stays, the next of a repeat goes."""
    book.ok("remind", "anna", "today", "send the invoice", "--every", "month")
    told = book.ok("log", "call", "anna", "another matter").out
    assert "crm done F1 --reopen" in told
    assert [row["id"] for row in due(book)] == [2]
    assert "open again: F1" in book.ok("done", "F1", "--reopen").out
    assert [row["id"] for row in due(book)] == [1]
    assert last_count(book) == 1
    assert "open already" in book.ok("done", "F1", "--reopen").out
    assert book("done", "F1", "--reopen", "x").code == 2
    assert book("log", "call", "anna", "--done", "F1", "--no-done").code == 2
    book.ok("undo")
    assert [row["id"] for row in due(book)] == [2]


def test_of_several_due_none_is_guessed(book: Crm) -> None:
    """With more than one due the log names them; --done says which."""
    book.ok("remind", "anna", "today", "first")
    book.ok("remind", "anna", "today", "second")
    out = book.ok("log", "call", "anna").out
    assert "still due: F1 first; crm done F1" in out
    assert len(due(book)) == 2
    assert "done: F2 second" in book.ok("log", "call", "anna", "--done", "f2").out
    assert [row["id"] for row in due(book)] == [1]


def test_what_was_said_before_answers_nothing(book: Crm) -> None:
    """A call of last week, logged today, does not complete what was set today."""
    book.ok("remind", "anna", "today", "call")
    book.ok("log", "call", "anna", "--at", "2026-02-20")
    assert len(due(book)) == 1


def test_done_is_for_those_who_were_there(book: Crm) -> None:
    """--done refuses a follow-up of somebody else, a closed one, an unknown one and no handle."""
    book.ok("remind", "jan", "today", "call")
    refused = book("log", "call", "anna", "--done", "F1")
    assert (refused.code, "Jan Kowalski" in refused.err) == (3, True)
    assert last_count(book) == 0
    book.ok("log", "call", "anna", "--with", "jan", "--done", "1")
    assert book("log", "call", "jan", "--done", "F1").code == 3
    assert book("log", "call", "jan", "--done", "F9").code == 3
    assert book("log", "call", "jan", "--done", "x").code == 2
    assert book("log", "call", "jan", "--done", "9" * 30).code == 2


def last_count(crm: Crm) -> int:
    return len(crm.ok("show", "1", "--json").json["interactions"])


def test_a_repeating_follow_up_comes_again(book: Crm) -> None:
    """Completing one that repeats sets the next and says when."""
    book.ok("remind", "anna", "today", "monthly call", "--every", "month")
    assert "again 2026-04-02" in book.ok("log", "call", "anna").out
    assert [row["due"] for row in due(book)] == ["2026-04-02"]


@pytest.mark.parametrize(
    "raw", ["zażółć gęślą jaźń\ndruga linia", "zażółć gęślą jaźń\ndruga linia".encode("cp1250"),
            "\ufeffzażółć gęślą jaźń\r\ndruga linia\r\n"],
)  # fmt: skip
def test_text_from_stdin(book: Crm, raw: str | bytes) -> None:
    """TEXT - reads stdin, whatever its encoding and line ends."""
    book.ok("log", "call", "anna", "-", stdin=raw)
    assert last(book)["text"] == "zażółć gęślą jaźń\ndruga linia"


def test_a_dash_within_the_text_is_text(book: Crm) -> None:
    """Only a lone - is stdin."""
    book.ok("log", "call", "anna", "-", "wants", "tea", stdin="never read")
    assert last(book)["text"] == "- wants tea"


def test_jsonl_is_one_transaction(book: Crm) -> None:
    """Log --jsonl - takes an interaction a line: all in one entry of the history."""
    lines = [
        {"kind": "call", "at": "2026-02-01", "contacts": ["anna@acme.example"], "text": "one"},
        {"kind": "meeting", "at": "2026-02-02T10:00:00+01:00", "contacts": ["anna@acme.example"]},
    ]
    stdin = "\n".join(json.dumps(line) for line in lines)
    book.ok("log", "--jsonl", "-", stdin=stdin)
    assert [entry["kind"] for entry in book.ok("show", "1", "--json").json["interactions"]] == [
        "meeting", "call",
    ]  # fmt: skip
    book.ok("undo")
    assert last_count(book) == 0
    assert book("log", "--jsonl", "-", "anna").code == 2
    assert book("log", "--jsonl", "call", "anna").code == 2


def test_do_not_contact_is_a_gate(book: Crm) -> None:
    """What goes out to them is refused unless --override; what they did themselves is logged."""
    book.ok("edit", "anna", "--set", "do_not_contact=yes")
    for words in (["email"], ["message"], ["call"], ["visit"], ["purchase", "--out"]):
        result = book("log", *words, "anna")
        assert (result.code, "--override" in result.err) == (3, True), words
        assert book("log", *words, "jan", "--with", "anna").code == 3
    assert last_count(book) == 0
    for words in (["email", "--in"], ["call", "--in"], ["purchase"], ["note"], ["complaint"]):
        book.ok("log", words[0], "anna", *words[1:])
    book.ok("log", "email", "anna", "the invoice", "--override")
    assert last_count(book) == 5


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["log"], 2),
        (["log", "call"], 2),
        (["log", "shout", "anna"], 2),
        (["log", "call", "anna", "--in", "--out"], 2),
        (["log", "call", "anna", "--amount", "much"], 3),
        (["log", "call", "anna", "--currency", "EUR"], 2),
        (["log", "call", "anna", "--duration", "long"], 3),
        (["log", "call", "anna", "--next", "someday"], 2),
        (["log", "call", "nobody"], 3),
        (["log", "call", "anna", "--with", "nobody"], 3),
        (["log", "call", "-"], 2),
        (["log", "call", "anna", "nul\0text"], 3),
    ],
    ids=str,
)
def test_what_cannot_be_logged_changes_nothing(book: Crm, words: list[str], code: int) -> None:
    """Each mistake has its exit code, one line, and leaves the book as it was."""
    before = book.db.read_bytes()
    result = book(*words)
    assert (result.code, result.out, result.err.count("\n")) == (code, "", 1), result
    assert book.db.read_bytes() == before


def test_no_time_at_all_is_no_duration(crm: Crm) -> None:
    """As in a file, so that an export and an import lose nothing."""
    crm.ok("add", "Bo")
    crm.ok("log", "call", "1", "x", "--duration", "0m")
    assert crm.ok("export", "--as", "interactions", "--json").json[0]["duration"] is None


def test_a_text_is_as_long_as_a_file_can_hold(crm: Crm) -> None:
    """What is taken comes back from each export; what is longer is refused, on each way in."""
    crm.ok("add", "Bo")
    crm.ok("log", "note", "1", "-", stdin="щ" * 250_000)
    for words, stdin in (
        (("log", "note", "1", "-"), "a" * 250_001),
        (
            ("log", "--jsonl", "-"),
            '{"contact":"Bo","date":"2026-03-01","kind":"note","text":"%s"}' % ("a" * 250_001),
        ),
        (("import", "-", "--rejects=r.csv"), f"name,note\nCyd,{'a' * 250_001}\n"),
    ):
        refused = crm(*words, stdin=stdin)
        assert refused.code in (3, 4), words
        assert "longer than 250,000 characters" in refused.err, words
    text = crm.ok("export", "--as", "interactions").out
    people = crm.ok("export").out
    other = {"CRM_DB": str(crm.home / "other.db")}
    crm.ok("import", "-", stdin=people, **other)
    crm.ok("import", "-", stdin=text, **other)
    assert crm.ok("export", "--as", "interactions", **other).out == text
