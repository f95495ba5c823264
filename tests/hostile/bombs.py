"""Files made to fill the memory or the day of who reads them, and what is to become of each.

The size is a factor: 1 is the whole bomb, for ``python -m tests.hostile``; the suite takes a tenth.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import sqlite3
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

MB = 1 << 20
HEAD = b"From: Anna <anna@x.example>\nTo: me@shop.example\nDate: Mon, 2 Feb 2026 09:00:00 +0000\nMessage-ID: <1@x>\n"


class Bomb(NamedTuple):
    """A file.

    Attributes:
        name: of the file, whose ending often lies.
        make: its bytes, given the factor.
        codes: the exit codes that are right.
        says: what stands on stderr.
    """

    name: str
    make: Callable[[float], bytes]
    codes: tuple[int, ...]
    says: str


def _card(*lines: bytes) -> bytes:
    return b"\r\n".join([b"BEGIN:VCARD", b"VERSION:3.0", b"FN:Anna", *lines, b"END:VCARD", b""])


def _calendar(*lines: bytes) -> bytes:
    return b"\r\n".join([b"BEGIN:VCALENDAR", b"VERSION:2.0", *lines, b"END:VCALENDAR", b""])


def _event(*lines: bytes) -> bytes:
    return b"\r\n".join(
        [b"BEGIN:VEVENT", b"UID:1", b"SUMMARY:s", b"ATTENDEE:mailto:b@x.example", *lines, b"END:VEVENT"]
    )  # fmt: skip


def _database(_: float) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.db"
        db = sqlite3.connect(path)
        db.execute("CREATE TABLE contact (name)")
        db.commit()
        db.close()
        return path.read_bytes()


def _zip(_: float) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/sheet.xml", bytes(50 * MB))
    return out.getvalue()


def _nested_mail(size: float) -> bytes:
    deep = int(10_000 * size)
    parts = [f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(deep)]
    return HEAD + "".join(parts).encode() + b"Content-Type: text/plain\n\nhello\n"


def _zone(size: float) -> bytes:
    rule = b"BEGIN:STANDARD\r\nDTSTART:20000101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYMONTH=1;BYDAY=1SU\r\nEND:STANDARD"
    rules = b"\r\n".join([rule] * int(100_000 * size))
    return _calendar(
        b"BEGIN:VTIMEZONE", b"TZID:Mine", rules, b"END:VTIMEZONE", _event(b"DTSTART;TZID=Mine:20260110T100000")
    )  # fmt: skip


def _yaml(_: float) -> bytes:
    lines = ["First name: &a0 x"]
    lines += [f"F{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    return "\n".join(lines).encode()


def _rule(rule: bytes) -> Callable[[float], bytes]:
    return lambda _: _calendar(_event(b"DTSTART:20200110T100000Z", b"RRULE:" + rule))


def _plain(data: bytes) -> Callable[[float], bytes]:
    return lambda _: data


def _many(
    data: bytes, times: int, *, before: bytes = b"", after: bytes = b""
) -> Callable[[float], bytes]:
    return lambda size: before + data * int(times * size) + after


def _json(value: object) -> Callable[[float], bytes]:
    return _plain(json.dumps(value).encode())


BOMBS = (
    # Tables
    Bomb("field.csv", _many(b"x", 10 * MB, before=b'name,note\nAnna,"', after=b'"\nJan,y\n'), (0, 4), "added"),
    Bomb("name.csv", _many(b"x", 10 * MB, before=b"name,note\n", after=b",n\nJan,y\n"), (0, 4), "added"),
    Bomb("columns.csv", _many(b"c,", 1_000_000, before=b"name,", after=b"z\nAnna\n"), (2,), "columns"),
    Bomb("cells.csv", _many(b"c,", 1_000_000, before=b"name,note\nJan,\nAnna,", after=b"z\nEva,\n"), (4,), "2 added"),
    Bomb("rows.csv", _many(b"a\n", 1_000_000, before=b"name\n"), (0,), "1 added"),
    Bomb("empty-rows.csv", _many(b"\n", 5_000_000, before=b"name\nAnna\n"), (0,), "1 added"),
    Bomb("quote.csv", _many(b"Jan,x\n", 1_000_000, before=b'name,note\nEva,y\n"Anna,x\n'), (4,), "unbalanced quote"),
    Bomb("no-line-end.csv", _many(b"a,", 10 * MB), (2,), ""),
    Bomb("zeros.csv", _many(b"\0", 20 * MB), (2,), ""),
    Bomb("nul.csv", _plain(b"name,email\nAnna,a@x.example\nJ\0n,b@x.example\n"), (4,), "NUL"),
    Bomb("bytes.csv", _plain(b"name,email\nAnna \xc5\x81,a@x.example\nJ\xff\xfe\x81,b@x.example\n"), (4,), "not utf-8"),
    Bomb("surrogates.csv", _plain(b"name,email\nZo\xc3\xab,a@x.example\nJ\xed\xa0\x80,b@x.example\n"), (4,), "1 rejected"),
    Bomb("ragged.csv", _plain(b"name,email\nAnna,a@x.example,1,2\nJan,b@x.example\nEva\n"), (4,), "4 cells, header has 2"),
    # What is no table
    Bomb("page.csv", _many(b"<p>x</p>\n", 100_000, before=b"<!DOCTYPE html>\n"), (2,), "a web page"),
    Bomb("sheet.csv", _zip, (2,), "an Excel workbook or a zip file"),
    Bomb("old-sheet.csv", _plain(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)), (2,), "an old Excel workbook"),
    Bomb("paper.csv", _plain(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"), (2,), "a PDF"),
    Bomb("picture.csv", _plain(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(200)), (2,), "a picture"),
    Bomb("photo.csv", _plain(b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(200)), (2,), "a picture"),
    Bomb("packed.csv", lambda size: gzip.compress(bytes(int(50 * MB * size))), (2,), "compressed"),
    Bomb("book.csv", _database, (2,), "a database"),
    Bomb("laughs.csv", _plain(b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>'), (2,), "XML"),
    Bomb("program.csv", _plain(b"\x7fELF\x02\x01\x01" + bytes(4000)), (2,), "a program"),
    Bomb("wide.csv", _plain("name,email\nŁucja,a@x.example\n".encode("utf-16")), (0,), "1 added"),
    # JSON, YAML, TOML
    Bomb("deep.json", _many(b"[", 1_000_000, before=b'{"name": "x", "a": '), (2, 4), "nested too deep"),
    Bomb("deep-array.json", _many(b"[", 1_000_000), (2,), ""),
    Bomb("huge.json", _plain(b'{"name": "Anna", "cadence": ' + b"9" * 100_000 + b"}\n"), (0, 4), "added"),
    Bomb("numbers.jsonl", _plain(b'{"name": "A", "x": 1e400}\n{"name": "B", "x": NaN}\n{"name": "C", "x": -Infinity}\n'), (4,), "2 rejected"),
    Bomb("twice.json", _plain(b'{"name": "Anna", "name": "Jan", "email": "a@x.example"}\n'), (0, 4), "1 added"),
    Bomb("text.json", _many(b"x", 60 * MB, before=b'{"name": "Anna", "note": "', after=b'"}\n'), (2, 4), "longer than 4 MB"),
    Bomb("keys.json", lambda size: json.dumps({f"k{n}": n for n in range(int(500_000 * size))}).encode(), (2, 4), ""),
    Bomb("bomb.yaml", _yaml, (4,), "aliases"),
    Bomb("deep.yaml", _many(b"[", 100_000, before=b"First name: x\nNote: "), (4,), ""),
    Bomb("tag.yaml", _plain(b'First name: !!python/object/apply:os.system ["touch ran"]\n'), (0, 4), ""),
    # Cards
    Bomb("photo.vcf", lambda size: _card(b"PHOTO;ENCODING=b:" + base64.encodebytes(bytes(int(50 * MB * size))).replace(b"\n", b"\r\n ")), (0,), "1 added"),
    Bomb("line.vcf", lambda size: _card(b"NOTE:" + b"x" * int(20 * MB * size)), (0, 4), ""),
    Bomb("properties.vcf", lambda size: _card(*[b"X-A%d:b" % n for n in range(int(500_000 * size))]), (0, 4), ""),
    Bomb("folds.vcf", lambda size: _card(b"NOTE:x" + b"\r\n x" * int(1_000_000 * size)), (0, 4), ""),
    Bomb("nested.vcf", _many(b"BEGIN:VCARD\r\n", 200_000, after=b"FN:Anna\r\nEND:VCARD\r\n"), (0, 4), ""),
    Bomb("open.vcf", _many(b"X:y\r\n", 1_000_000, before=b"BEGIN:VCARD\r\nFN:Anna\r\n"), (0, 4), ""),
    # Calendars
    Bomb("seconds.ics", _rule(b"FREQ=SECONDLY;COUNT=1000000000000"), (0, 4), ""),
    Bomb("never.ics", _rule(b"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), (0, 4), ""),
    Bomb("parts.ics", _rule(b"FREQ=DAILY;BYMONTHDAY=" + b",".join([b"1"] * 100_000)), (0, 4), ""),
    Bomb("leap.ics", _rule(b"FREQ=YEARLY;INTERVAL=7;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO"), (0, 4), ""),
    Bomb("zone.ics", _zone, (0, 4), ""),
    Bomb("except.ics", lambda size: _calendar(_event(b"DTSTART:20200110T100000Z", b"RRULE:FREQ=DAILY", *[b"EXDATE:20200111T100000Z"] * int(300_000 * size))), (0, 4), ""),
    Bomb("guests.ics", lambda size: _calendar(_event(b"DTSTART:20200110T100000Z", *[b"ATTENDEE:mailto:g%d@x.example" % n for n in range(int(300_000 * size))])), (0, 4), ""),
    Bomb("nested.ics", _many(b"BEGIN:VEVENT\r\n", 200_000, before=b"BEGIN:VCALENDAR\r\n"), (0, 2, 4), ""),
    # Mail
    Bomb("headers.mbox", _many(b"X-A: b\n", 1_000_000, before=b"From a@x.example Thu Jan  1 00:00:00 2026\n" + HEAD, after=b"\nhello\n"), (0, 4), ""),
    Bomb("header.eml", _many(b" x", 5 * MB, before=HEAD + b"Subject:", after=b"\n\nhello\n"), (0, 4), ""),
    Bomb("people.eml", _many(b"a@x.example, ", 1_000_000, before=HEAD + b"Cc: ", after=b"b@x.example\n\nhello\n"), (0, 4), ""),
    Bomb("brackets.eml", _many(b"(", 1_000_000, before=HEAD + b"Cc: ", after=b"\n\nhello\n"), (0, 4), ""),
    Bomb("quoted.eml", _many(b'"<', 500_000, before=HEAD + b"Cc: ", after=b"\n\nhello\n"), (0, 4), ""),
    Bomb("words.eml", _many(b"=?utf-8?q?a?= ", 500_000, before=HEAD + b"Subject: ", after=b"\n\nhello\n"), (0, 4), ""),
    Bomb("nested.eml", _nested_mail, (0, 4), ""),
    Bomb("base64.eml", lambda size: HEAD + b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(b"x" * int(40 * MB * size)), (0, 4), ""),
    Bomb("parts.eml", _many(b"--x\nContent-Type: text/plain\n\na\n", 200_000, before=HEAD + b"Content-Type: multipart/mixed; boundary=x\n\n", after=b"--x--\n"), (0, 4), ""),
    Bomb("html.eml", _many(b"<", 2 * MB, before=HEAD + b"Content-Type: text/html\n\n"), (0, 4), ""),
    Bomb("tags.eml", _many(b"<div>", 400_000, before=HEAD + b"Content-Type: text/html\n\n"), (0, 4), ""),
    Bomb("from.mbox", _many(b"\nFrom a", 1_000_000, before=b"From a@x.example Thu Jan  1 00:00:00 2026\n" + HEAD), (0, 4), ""),
    # What makes a regular expression go back and forth for ever
    Bomb("local.csv", _many(b"a.", 200_000, before=b"name,email\nAnna,", after=b"@\n"), (0, 4), ""),
    Bomb("domain.csv", _many(b"a-", 200_000, before=b"name,email\nAnna,a@", after=b".\n"), (0, 4), ""),
    Bomb("many.csv", _many(b"<a@", 200_000, before=b"name,email\nAnna,", after=b"\n"), (0, 4), ""),
    Bomb("digits.csv", _many(b"1 ", 200_000, before=b"name,phone\nAnna,", after=b"\n"), (0, 4), ""),
    Bomb("date.csv", _many(b"1/", 200_000, before=b"name,birthday\nAnna,", after=b"\n"), (0, 4), ""),
    Bomb("money.csv", _many(b"1,", 200_000, before=b'contact,kind,at,amount\na@x.example,purchase,2026-01-01,"', after=b'"\n'), (0, 4), ""),
    Bomb("tags.csv", _many(b"a;", 200_000, before=b"name,tags\nAnna,", after=b"\n"), (0, 4), ""),
    Bomb("spaces.csv", _many(b" ", 5 * MB, before=b"name,note\nAnna,", after=b"x\n"), (0, 4), ""),
)  # fmt: skip
