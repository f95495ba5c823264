"""One message: decoded, whatever is in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.exchange import mail, mime

CORPUS = Path(__file__).parent.parent / "corpus" / "mail"
HEAD = b"From: a@acme.example\nTo: b@acme.example\nMIME-Version: 1.0\n"


def read(name: str) -> mail.Message:
    message = mail.read((CORPUS / name).read_bytes())
    assert message is not None
    return message


@pytest.mark.parametrize(
    ("text", "codec", "told"),
    [
        ("Są dwa, będą większe", "cp1250", "iso-8859-2"),
        ("Proszę o śruby", "cp1250", "iso-8859-2"),
        ("Proszę o śruby, są dwie", "iso8859-2", "iso-8859-2"),
        ("Žluťoučký kůň", "iso8859-2", "ISO-8859-2"),
        ("Größe – „20 €“", "cp1252", "iso-8859-1"),
        ("Größe", "latin-1", "us-ascii"),
        ("Zażółć", "cp1250", "windows1250"),
        ("Добрый день, цена", "cp1251", "x-cp1251"),
        ("Добрый день, цена", "koi8-r", "koi8-r"),
        ("Zażółć gęślą", "utf-8", "iso-8859-99"),
        ("Zażółć gęślą", "utf-8", "punycode"),
        ("日本", "iso-2022-jp", "iso-2022-jp"),
        ("ab", "utf-16-le", "utf-16-le"),
    ],
)
def test_a_charset_that_cannot_be_is_corrected(text: str, codec: str, told: str) -> None:
    """What Windows calls by another's name, what is no name at all, and what is right stays."""
    assert mime.in_letters(text.encode(codec), told) == text


def test_a_polish_message_is_read_as_expected() -> None:
    """Encoded words in two charsets, one with a comma in it, folded; a body in quoted-printable."""
    message = read("mail_pl_iso88592_qp.eml")
    expected = json.loads((CORPUS / "mail_pl_iso88592_qp.eml.expect.json").read_text())
    [wanted] = expected["interactions"]
    assert message.at == wanted["when"]
    assert message.id == wanted["external_id"]
    assert message.subject == " ".join(wanted["subject"].split())
    assert message.sender is not None
    assert message.sender.name == wanted["contact_name"]
    assert message.sender.address.lower() == wanted["contact_email"]
    assert wanted["body"] in message.text.splitlines()
    others = {box.address: box.name for box in message.cc}
    assert {message.sender.address.lower(), *others} == set(wanted["participants"])
    assert wanted["participant_names"].items() <= others.items()
    assert [box.address for box in message.to] == [expected["owner"]["email"]]


def test_html_alone_becomes_text() -> None:
    """Paragraphs become lines, entities letters; styles, scripts and attachments vanish."""
    message = read("html_only.eml")
    assert message.text == "Dobry den,\ncena 100 €\nplatí < 5 dní"
    assert message.subject == "Oferta € 100"
    assert message.sender == ("Nowak, Anna", "anna@acme.example")


def test_plain_text_comes_before_html() -> None:
    """Of alternatives the plain one, all of it; an unknown charset is guessed; mbox line left out."""
    message = read("sent_alternative.eml")
    assert message.text == "Dzień dobry,\n> quoted\n--\nOwner"
    assert message.at == "2026-03-02T04:30:00Z"
    assert [box.address for box in message.to] == ["anna@acme.example", "jan@acme.example"]


def test_broken_headers_lose_only_themselves() -> None:
    """A charset that is none, an encoded word without an end, no date, no parts: the rest is read."""
    message = read("broken_headers.eml")
    assert message.sender == ("Łukasz", "lukasz@stal.example")
    assert (message.at, message.to, message.text) == (None, (), "")
    assert message.subject == "=?utf-8?B?broken"
    assert message.id.startswith("sha256:")


@pytest.mark.parametrize(
    "raw", [b"", b"hello", b"Note: buy milk\n\nFrom: here", b"From: x\n", b"\xff\xfe\0"]
)
def test_a_note_is_no_message(raw: bytes) -> None:
    """Text that has not the headers of a message is none."""
    assert mail.read(raw) is None


@pytest.mark.parametrize(
    ("encoding", "body"),
    [(b"base64", b"!!!not@@base64=="), (b"base64", b"aGVsbG8"), (b"quoted-printable", b"=ZZ=\n="),
     (b"x-unknown", b"hello"), (b"8bit", b"\xff\0\xfe")],
)  # fmt: skip
def test_damaged_bodies_are_read_as_far_as_they_go(encoding: bytes, body: bytes) -> None:
    """A wrong transfer encoding never stops a message."""
    message = mail.read(HEAD + b"Content-Transfer-Encoding: " + encoding + b"\n\n" + body)
    assert message is not None
    assert "\0" not in message.text


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"Content-Type: multipart/mixed; boundary=a\n\n"
        + b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 20_000,
        HEAD + b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\nx\n" * 200_000,
        HEAD + b"Content-Type: text/html\n\n" + b"<a " * 500_000,
        HEAD + b"Content-Type: text/html\n\n" + b"<!--" * 500_000,
        HEAD + b"Content-Type: text/html\n\n" + b"<script>" * 500_000,
        HEAD + b"Content-Type: text/plain" + b"; a=b" * 40_000 + b"\n\nx",
        HEAD + b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\n",
        HEAD + b"Cc: " + b"(" * 300_000 + b"\n\n",
        HEAD + b"Cc: " + b"a@b.example," * 100_000 + b"\n\n",
        HEAD + b"X-Filler: y\n" * 300_000 + b"\nx",
    ],
    ids=["nested", "parts", "tags", "comments", "scripts", "params", "words", "paren", "cc", "head"],
)  # fmt: skip
def test_messages_made_to_hang_do_not(raw: bytes) -> None:
    """Nesting, repetition and what never ends are bounded."""
    message = mail.read(raw)
    assert message is not None
    assert len(message.text) <= 1_000_000


@given(st.binary(max_size=400))
def test_any_bytes_are_a_message_or_none(raw: bytes) -> None:
    """Nothing that is piped raises."""
    for head in (b"", HEAD, HEAD + b"Content-Type: multipart/mixed; boundary=x\n"):
        message = mail.read(head + raw)
        assert message is None or isinstance(message.text, str)


@given(
    name=st.sampled_from(["From", "Subject", "Date", "Content-Type", "To", "Message-ID"]),
    value=st.text(
        alphabet=st.sampled_from(list("=?utf-8BQ<>@()\",;:*'%\\ab1 \t\u0142")), max_size=60
    ),
)
def test_any_header_is_read(name: str, value: str) -> None:
    """No header raises, and what comes out is text that the book can hold."""
    raw = f"{name}: {value}\nFrom: a@b.example\nTo: c@d.example\n\nbody".encode()
    message = mail.read(raw)
    if message is not None:
        f"{message.subject}{message.text}{message.id}".encode()


@given(
    st.text(
        alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Zl", "Zp", "Co")),
        max_size=30,
    )
)
def test_encoded_words_come_back(text: str) -> None:
    """What the standard library encodes in a subject is read as it was, white space tidied."""
    from email.header import Header

    line = Header(" ".join(text.split()), "utf-8").encode()
    message = mail.read(HEAD + f"Subject: {line}\n\nx".encode())
    assert message is not None
    assert message.subject == mime.tidy(text)
