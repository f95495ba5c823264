"""Mail as interactions: messages, folders in one file, folders of files."""

from __future__ import annotations

import contextlib
import io
import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import UsageError
from crmcli.exchange import mbox
from crmcli.exchange.plan import Options
from crmcli.exchange.records import InteractionRow, Told
from crmcli.exchange.source import open_source
from crmcli.values import email
from tests.conftest import Crm

CORPUS = Path(__file__).parent.parent / "corpus" / "mail"
OWNER = frozenset({"marek@sprzedawca.example"})
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FILES = sorted(path.name.removesuffix(".expect.json") for path in CORPUS.glob("*.expect.json"))


def read(path, owner=OWNER, **options):
    source = open_source(str(path), Options(tz="UTC", owner=owner, now=NOW, **options))
    rejects, skips, remarks = [], [], []
    told = Told(rejects.append, remarks.append, skips.append)
    rows = list(source.rows("interactions", told))
    plan = source.plan
    source.close()
    return plan, rows, rejects, skips


def agrees(row: InteractionRow, wanted: dict) -> None:
    """Whether a row is what an expectation file says."""
    assert (row.kind, row.at, row.direction) == (
        wanted["kind"],
        wanted["when"],
        wanted["direction"],
    )
    assert email.key(row.people[0].email) == email.key(wanted["contact_email"])
    if "contact_name" in wanted:
        assert row.people[0].name == wanted["contact_name"]
    assert row.subject == (wanted["subject"] and " ".join(wanted["subject"].split()))
    body = wanted["body"]
    assert row.text == body or (body and body in row.text.splitlines())
    if "external_id" in wanted:
        assert row.external_id == f"mail:{wanted['external_id']}"
    people = {email.key(person.email): person.name for person in row.people}
    if "participants" in wanted:
        assert list(people) == [
            wanted["participants"][0],
            *(p for p in people if p != wanted["participants"][0]),
        ]
        assert set(people) == set(wanted["participants"])
    assert wanted.get("participant_names", {}).items() <= people.items()
    if wanted.get("dead"):
        assert row.channel == (row.at[:10], False)


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_read_as_expected(name: str) -> None:
    """Who, when, which way, what was said; what is left out and why; what is rejected."""
    plan, rows, rejects, skips = read(CORPUS / name)
    expected = json.loads((CORPUS / f"{name}.expect.json").read_text("utf-8"))
    assert plan.format == ("mbox" if name.endswith("mbox") else "eml")
    assert not plan.warnings
    assert len(rows) == len(expected["interactions"])
    for row, wanted in zip(rows, expected["interactions"], strict=True):
        agrees(row, wanted)
    told = [skip.reason for skip in skips]
    assert told == expected["skipped"]
    count = expected["rejected"]
    assert len(rejects) == (count if isinstance(count, int) else len(count))


def test_one_message_is_known_however_it_begins(tmp_path: Path) -> None:
    """With a length in front and a tail behind it, a byte order mark, or more headers than a look shows."""
    mail = message(1, "anna@acme.example", "marek@sprzedawca.example")
    received = b"Received: from a.example by b.example;\r\n\tTue, 4 Mar 2025 09:00:00 +0100\r\n"
    for number, raw in enumerate((
        b"%d      \n" % len(mail) + mail + b"<?xml version='1.0'?><plist/>\n",
        b"\xef\xbb\xbf" + mail,
        b"\r\n" + received * 100 + mail.replace(b"\n", b"\r\n"),
    )):  # fmt: skip
        path = tmp_path / str(number)
        path.write_bytes(raw)
        plan, rows, *_ = read(path)
        assert (plan.format, [row.text for row in rows]) == ("eml", ["body"])
    path.write_text("From: a list of people\nname,email\nAnna,anna@acme.example\n")
    source = open_source(str(path), Options())
    source.close()
    assert source.plan.format == "csv"


def test_the_sample_says_how_it_is_written() -> None:
    """Of one message, the charset and how it is packed."""
    plan, *_ = read(CORPUS / "mail_pl_iso88592_qp.eml")
    assert plan.encoding == "iso-8859-2 in quoted-printable"


def folder(messages: list[bytes], end: bytes = b"\n") -> bytes:
    text = b"".join(
        b"From a@b.example Tue Mar  4 09:12:01 2025\n" + message + b"\n\n" for message in messages
    )
    return text.replace(b"\n", end)


@given(
    bodies=st.lists(
        st.lists(
            st.sampled_from([
                b"", b"text", b"From now on", b"From the Mon Mar", b"from a@b.example Tue Mar  4 09:12:01 2025",
                b"x: y", b" From a@b.example", b"Fro", b"=" * 3000, b"F" * 1500,
            ]),
            max_size=6,
        ),
        max_size=5,
    ),
    end=st.sampled_from([b"\n", b"\r\n"]),
    chunk=st.sampled_from([1, 700, 2049, 5000, 1 << 20]),
)  # fmt: skip
def test_messages_are_cut_where_they_begin(bodies, end, chunk) -> None:
    """Whatever is in bodies and wherever a piece of the file ends, each message is found, on its line."""
    messages = [b"A: b\n\n" + b"\n".join(lines) for lines in bodies]
    data = folder(messages, end)
    whole = mbox._CHUNK
    mbox._CHUNK = chunk
    try:
        found = list(mbox.messages(io.BytesIO(data)))
    finally:
        mbox._CHUNK = whole
    wanted = [(message + b"\n\n").replace(b"\n", end) for message in messages]
    assert [piece.raw for piece in found] == wanted
    lines = data.split(b"\n")
    assert all(lines[piece.line - 1].startswith(b"From a@b") for piece in found)
    assert all(piece.date.startswith("Tue Mar") for piece in found)


def test_an_undated_line_begins_a_message_behind_a_blank_one_alone() -> None:
    """What a letter says of an address is not the beginning of the next."""
    first = b"From a@b.example Tue Mar  4 09:12:01 2025\nA: b\n\ntext\nFrom c@d.example\nas: told\n"
    second = b"\nFrom c@d.example\nA: c\n\ntext\n"
    assert [piece.line for piece in mbox.messages(io.BytesIO(first + second))] == [1, 8]


@given(
    head=st.sampled_from([
        b"", b"From x\nA: b\n", b"From: a@b.example\nTo: c@d.example\n\n", b"Received: x\nFrom: a@b.example\n",
        b"From: mailer-daemon@b.example\nSubject: failure notice\nDate: Tue, 4 Mar 2025 09:00:00 +0100\n",
        b"From: x@b.example\nTo: x\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n\n\nAction: failed\n",
        b"From a@b.example Tue Mar  4 09:12:01 2025\nFrom: a@b.example\nDate: Tue, 4 Mar 2025 09:00:00 +0100\nX-Gmail-Labels: ",
    ]),
    raw=st.binary(max_size=300),
    form=st.sampled_from(["mbox", "eml"]),
)  # fmt: skip
def test_any_bytes_are_rows_rejects_or_skips(tmp_path_factory, head, raw, form) -> None:
    """No bytes raise, and each message is told of once."""
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(head + raw + b"x")
    try:
        _, rows, rejects, skips = read(path, format=form)
    except UsageError:
        return
    assert len({row.line for row in rows}) + len(rejects) + len(skips) >= (form == "eml")
    for row in rows:
        f"{row.subject}{row.text}{row.external_id}".encode()


def test_a_large_message_is_not_in_memory(tmp_path: Path) -> None:
    """What is behind the first two megabytes of a message is passed over; the next one is found."""
    import tracemalloc

    head = (
        b"From: a@b.example\nDate: Tue, 4 Mar 2025 09:00:00 +0100\nTo: marek@sprzedawca.example\n"
    )
    path = tmp_path / "big"
    with path.open("wb") as file:
        for number in range(2):
            file.write(b"From a@b.example Tue Mar  4 09:12:01 2025\n" + head)
            file.write(
                b"Message-ID: <%d@b.example>\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nhello\n--x\nContent-Type: image/png\n\n"
                % number
            )
            for _ in range(3000):
                file.write((b"A" * 76 + b"\n") * 100)
            file.write(b"--x--\n\n")
    tracemalloc.start()
    _, rows, _, _ = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [row.text for row in rows] == ["hello", "hello"]
    assert rows[1].line == 300_016
    assert peak < 20 << 20


@pytest.mark.parametrize(
    "raw",
    [
        b"From a@b.example Tue Mar  4 09:12:01 2025\nFrom: a@b.example\n\n" + b"From \n" * 300_000,
        b"From a@b.example Tue Mar  4 09:12:01 2025\n" * 20_000,
        b"From a@b.example Tue Mar  4 09:12:01 2025\nFrom: a@b.example\n\n" + b"\nFrom " + b"1" * 1_000_000,
        b"From: mailer-daemon@b.example\nTo: x\nSubject: undelivered\n\n" + b"a@" * 300_000,
        b"From: mailer-daemon@b.example\nTo: x\nSubject: undelivered\n\n" + b"<a@b.example>:\n" * 60_000,
        b"From: mailer-daemon@b.example\nTo: x\nSubject: undelivered" + b" zustellung" * 100_000 + b"\n\n",
        b"From: a@b.example\nTo: x\nContent-Type: text/plain; charset=punycode\n\n" + b"a-\xff" * 300_000,
        b"From: a@b.example\nTo: x\nContent-Type: text/plain; format=flowed\n\n" + b"a \n" * 500_000,
    ],
    ids=["from", "empty", "postmark", "at", "addresses", "subject", "punycode", "flowed"],
)  # fmt: skip
def test_mail_made_to_hang_does_not(tmp_path: Path, raw: bytes) -> None:
    """Time grows with the size alone."""
    path = tmp_path / "mail"
    path.write_bytes(raw)
    started = time.monotonic()
    with contextlib.suppress(UsageError):
        read(path)
    assert time.monotonic() - started < 30


def maildir(root: Path, folder: str, name: str, raw: bytes, part: str = "cur") -> None:
    for each in ("cur", "new", "tmp"):
        (root / folder / each).mkdir(parents=True, exist_ok=True)
    (root / folder / part / name).write_bytes(raw)


def message(number: int, sender: str, to: str) -> bytes:
    return (
        f"From: {sender}\nTo: {to}\nDate: Tue, 4 Mar 2025 09:00:00 +0100\n"
        f"Message-ID: <{number}@x.example>\nSubject: s{number}\n\nbody\n"
    ).encode()


def test_a_maildir_is_read_with_its_folders(tmp_path: Path) -> None:
    """Courier's and Dovecot's folders; flags; what is in tmp is not there yet; sent by its folder alone."""
    root = tmp_path / "Maildir"
    maildir(root, "", "1:2,S", message(1, "anna@acme.example", "marek@sprzedawca.example"))
    maildir(root, "", "2", message(2, "anna@acme.example", "marek@sprzedawca.example"), "new")
    maildir(root, "", "3", message(3, "anna@acme.example", "marek@sprzedawca.example"), "tmp")
    maildir(root, "", "4:2,DS", message(4, "me@old.example", "jan@acme.example"))
    maildir(root, "", "5:2,ST", message(5, "anna@acme.example", "marek@sprzedawca.example"))
    maildir(root, ".INBOX.Wys&AUI-ane", "6:2,S", message(6, "me@old.example", "jan@acme.example"))
    maildir(root, ".Junk", "7", message(7, "x@acme.example", "marek@sprzedawca.example"))
    maildir(root, "Archive/Sent", "8", message(8, "me@old.example", "ewa@acme.example"))
    plan, rows, rejects, skips = read(root)
    assert (plan.format, rejects) == ("maildir", [])
    found = {row.external_id: (row.direction, row.people[0].email) for row in rows}
    assert found == {
        "mail:1@x.example": ("in", "anna@acme.example"),
        "mail:2@x.example": ("in", "anna@acme.example"),
        "mail:6@x.example": ("out", "jan@acme.example"),
        "mail:8@x.example": ("out", "ewa@acme.example"),
    }
    assert sorted(skip.reason for skip in skips) == ["a draft", "in the trash", "spam"]


def test_the_owner_is_guessed_where_nobody_said(tmp_path: Path) -> None:
    """By what is marked as sent, else where all was delivered to; it is said once."""
    root = tmp_path / "Maildir"
    maildir(root, "", "1", message(1, "anna@acme.example", "me@my.example"))
    maildir(root, ".Sent", "2", message(2, "me@my.example", "jan@acme.example"))
    maildir(root, "", "3", message(3, "me@my.example", "ewa@acme.example"))
    plan, rows, _, _ = read(root, owner=frozenset())
    assert plan.warnings == [
        "owner.emails is not set; taken for yours, as the mail says: me@my.example"
    ]
    assert [row.direction for row in rows] == ["out", "in", "out"]
    plan, rows, _, _ = read(root, owner=frozenset({"other@my.example"}))
    assert plan.warnings[0].startswith("none of owner.emails is in the first 3 messages; taken")
    delivered = [
        b"Delivered-To: me@my.example\n" + message(n, "a@b.example", "me@my.example")
        for n in range(3)
    ]
    path = tmp_path / "Wysłane.mbox"
    path.write_bytes(folder([message(1, "me@my.example", "ewa@acme.example")]))
    plan, rows, _, _ = read(path, owner=frozenset())
    assert (rows[0].direction, "me@my.example" in plan.warnings[0]) == ("out", True)
    path = tmp_path / "box"
    path.write_bytes(folder(delivered))
    plan, rows, _, _ = read(path, owner=frozenset())
    assert "me@my.example" in plan.warnings[0]
    assert {person.email for row in rows for person in row.people} == {"a@b.example"}


def labelled(sender: str, to: str, *more: str) -> bytes:
    head = [f"From: {sender}", f"To: {to}", "Date: Tue, 4 Mar 2025 09:00:00 +0100"]
    return "\n".join(
        [*head, f"Message-ID: <{sender}>", "X-Gmail-Labels: Sent", *more, "", "hi"]
    ).encode()


def test_a_sender_cannot_say_that_the_owner_sent_it(tmp_path: Path) -> None:
    """A label is a header like any other; where the config says who the owner is, From decides."""
    mine = "marek@sprzedawca.example"
    path = tmp_path / "a.eml"
    path.write_bytes(labelled("eve@evil.example", mine, "X-GM-THRID: 1"))
    for owner in (OWNER, frozenset[str](), frozenset({"other@sprzedawca.example"})):
        _, rows, *_ = read(path, owner)
        assert [row.direction for row in rows] == ["in"]
        assert rows[0].people[0].email == "eve@evil.example"
    path = tmp_path / "a.mbox"
    path.write_bytes(folder([labelled("eve@evil.example", mine), message(2, "a@b.example", mine)]))
    for owner in (OWNER, frozenset[str]()):
        assert [row.direction for row in read(path, owner)[1]] == ["in", "in"]


def test_the_labels_of_a_takeout_say_what_was_sent(tmp_path: Path) -> None:
    """Most of its messages have the number of a thread; then From of what was sent is the owner."""
    path = tmp_path / "a.mbox"
    path.write_bytes(folder([labelled("me@my.example", "anna@acme.example", "X-GM-THRID: 1")] * 3))
    plan, rows, *_ = read(path, frozenset())
    assert {row.direction for row in rows} == {"out"}
    assert "me@my.example" in plan.warnings[0]


@pytest.mark.parametrize("name", ["Draft", "Bin", "Sent", "Spam", "Kosz"])
def test_the_name_of_a_message_is_no_folder(tmp_path: Path, name: str) -> None:
    """It is often its subject; that of an mbox is the folder's."""
    path = tmp_path / f"{name}.eml"
    path.write_bytes(message(1, "anna@acme.example", "marek@sprzedawca.example"))
    _, rows, _, skips = read(path)
    assert ([row.direction for row in rows], skips) == (["in"], [])


def test_rejected_mail_comes_back_as_it_was(tmp_path: Path) -> None:
    """In its own charset, and whole; what is longer than a reader reads is said to be cut."""
    text = "Zażółć gęślą jaźń. " * 8000
    head = (
        "From: anna@acme.example\nTo: marek@sprzedawca.example\nSubject: x\nMessage-ID: <1@x>\n"
        "Content-Type: text/plain; charset=iso-8859-2\nContent-Transfer-Encoding: 8bit\n\n"
    )
    path = tmp_path / "a.mbox"
    above = b"From anna@acme.example\n"
    path.write_bytes(above + head.encode() + text.encode("iso-8859-2"))
    crm = Crm(tmp_path)
    crm.ok("config", "set", "owner.emails", "marek@sprzedawca.example")
    assert "1 rejected" in crm("import", str(path)).err
    found = tmp_path / "a.rejects.mbox"
    date = b"Date: Tue, 4 Mar 2025 09:00:00 +0100\nMIME-Version"
    found.write_bytes(found.read_bytes().replace(b"Message-ID", date + b": 1.0\nMessage-ID", 1))
    assert "1 added" in crm.ok("import", str(found)).err
    told = json.loads(crm.ok("show", "anna@acme.example", "--json").out)
    assert told["interactions"][0]["text"] == text.strip()
    path.write_bytes(above + head.encode() + b"long text\n" * 300_000)
    _, _, rejects, _ = read(path)
    assert rejects[0].reason == "no date (of the message the first 2 MB are kept)"
