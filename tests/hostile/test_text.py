"""Names that hide, formulas, line ends in formats that end lines, and bytes that are no text."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import icalendar
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.values.text import clean
from tests.hostile.attacks import ATTACKS
from tests.hostile.screen import printed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crm, Result

# How a name may be written, and how somebody looks for it.
SPELLINGS = {
    "joiner": ("Zoë\u200dMüller", "zoemuller"),
    "non-joiner": ("Zoë\u200cMüller", "zoemuller"),
    "zero width": ("Zo\u200bë Mü\u200bller", "zoe muller"),
    "soft hyphen": ("Zoë Mül\u00adler", "Müller"),
    "no break": ("Zoë\u00a0Müller", "zoe muller"),
    "narrow": ("Zoë\u202fMüller", "zoe muller"),
    "composed": ("Zoe\u0308 Mu\u0308ller", "Zoë Müller"),
    "asked in parts": ("Zoë Müller", "Zoe\u0308 Mu\u0308ller"),
    "asked with hidden ones": ("Zoë Müller", "Zo\u200bë Mül\u00adler"),
    "override": ("\u202eZoë Müller\u202c", "zoe muller"),
    "isolates": ("\u2068Zoë\u2069 \u2067Müller\u2069", "zoe muller"),
    "tags": ("Zoë\U000e0041\U000e007f Müller", "zoe muller"),
    "wide letters": ("Ｚｏë Ｍüller", "zoe muller"),
    "byte order mark": ("\ufeffZoë Müller", "zoe muller"),
}


@pytest.mark.parametrize("way", SPELLINGS)
def test_search_finds_hidden_spellings(crm: Crm, way: str) -> None:
    """Search, WHO and queries find a name whatever hides between its letters; it is shown as it is."""
    name, asked = SPELLINGS[way]
    crm.ok("add", name)
    crm.ok("add", "Somebody Else")
    for words in (["search", asked, "--ids"], ["search", f'name:"{asked}"', "--ids"]):
        assert crm.ok(*words).out == "1\n", words
    assert printed(crm.ok("show", asked).out.encode())
    assert crm.ok("show", asked, "--json").json["name"] == clean(name)


def test_two_names_that_look_alike_are_told_apart(crm: Crm) -> None:
    """On a list a name with something hidden in it differs from the one without."""
    crm.ok("add", "Zoë Müller")
    crm.ok("add", "Zoë\u200bMüller")
    crm.ok("add", "Zoë\u202e Müller")
    assert len(set(crm.ok("search", "--columns", "name").lines)) == 3


CELLS = st.one_of(
    st.text("'=+-@|%\t\r\n＝＋－＠ 0,5;ax.()", max_size=8),
    st.sampled_from(["'=1", "''=1", "'", "=", "'x", "'+48601100101", "=1;=2", "+48 601;=x", "-5", "-5a", "+48601100101 ext 5"]),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8),
)  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CELLS, min_size=1, max_size=12))
def test_excel_safe_there_and_back(crm: Crm, tmp_path: Path, cells: list[str]) -> None:
    """Whatever stands in notes, tags' places and names comes back from a file that nothing in runs."""
    with open(tmp_path / "in.csv", "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["uid", "name", "note", "city", "phones"])
        for number, cell in enumerate(cells, 1):
            name = clean(cell) or "x"
            rows.writerow([f"{number:016x}", f"{name} {number}", cell, cell, "+48601100101"])
    for leaf in ("a.db", "b.db"):
        (tmp_path / leaf).unlink(missing_ok=True)
    first, second = ({"CRM_DB": str(tmp_path / leaf)} for leaf in ("a.db", "b.db"))
    crm.ok("import", str(tmp_path / "in.csv"), **first)
    plain = crm.ok("export", **first).out
    safe = crm.ok("export", "--excel-safe", **first).out
    for row in list(csv.reader(io.StringIO(safe)))[1:]:
        for cell in row:
            digits = cell.lstrip("+-").replace(" ext ", "")
            number = digits[:1].isdigit() and not any(char.isalpha() for char in digits)
            assert cell[:1] not in tuple("=@\t\r\n|%＝＋－＠"), cell
            assert cell[:1] not in ("+", "-") or number, cell
    crm.ok("import", "-", stdin=safe, **second)
    assert crm.ok("export", **second).out == plain
    assert "0 added, 0 updated" in crm.ok("import", "-", stdin=safe, **first).err


@pytest.mark.parametrize("to", ["google", "outlook", "hubspot"])
def test_sheets_of_others_are_safe_when_asked(crm: Crm, to: str) -> None:
    """They are exact by default, as those programs take them, and run nothing with --excel-safe."""
    crm.ok(
        "add",
        "=cmd|' /C calc'!A0",
        "--note",
        "@SUM(1)",
        "--phone",
        "+48601100101",
        "--city",
        "-1+1",
    )
    assert "=cmd" in crm.ok("export", "--to", to).out
    for row in csv.reader(io.StringIO(crm.ok("export", "--to", to, "--excel-safe").out)):
        for cell in row:
            assert cell[:1] not in ("=", "@"), cell
            assert cell[:1] not in ("+", "-") or cell == "+48601100101", cell


LINES = {
    "vcard": "x\r\nEMAIL:evil@x.example\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:Evil",
    "ics": "x\r\nATTENDEE:mailto:evil@x.example\r\nEND:VEVENT\r\nBEGIN:VEVENT",
    "lone": "x\rEMAIL:evil@x.example\rEND:VCARD",
    "folded": "x\n EMAIL:evil@x.example\n\tNOTE:y",
    "separators": "x\u2028EMAIL:evil@x.example\u2029END:VCARD\x85BEGIN:VCARD\x0bX:y\x0cZ:w",
    "escaped": "x\\nEMAIL:evil@x.example\\\\n\\;\\,",
    "quotes": 'x";TYPE="EMAIL:evil@x.example"^n^\'',
}  # fmt: skip
FIELDS = ("--company", "--title", "--city", "--address", "--note", "--source", "--url", "--tag")


def _filled(crm: Crm, text: str) -> None:
    """A person of whom every text is that one, in as many lines as its field takes."""
    crm.ok("import", "-", stdin=_row(text))
    crm.ok("remind", "1", "2026-03-05", text)


def _row(text: str) -> str:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["name", "given", "company", "title", "city", "address", "note", "source", "dates", text[:60].split("\r", maxsplit=1)[0].split("\n", maxsplit=1)[0]])  # fmt: skip
    kind = clean(text).replace("=", "").replace(";", "")
    rows.writerow([text, text, text, text, text, text, text, text, f"{kind}=2026-03-04", text])
    return out.getvalue()


def _unfolded(text: str, fold: str = "\r\n") -> list[str]:
    """The lines of a format of RFC 6350 and 5545, read by nobody's library: CRLF, and blanks that fold."""
    assert "\n" not in text.replace("\r\n", "")
    assert "\r" not in text.replace("\r\n", "")
    return text.replace(f"{fold} ", "").replace(f"{fold}\t", "").split("\r\n")


@pytest.mark.parametrize("way", LINES)
@pytest.mark.parametrize("to", ["vcard", "vcard3"])
def test_a_line_end_adds_no_property_to_a_card(crm: Crm, way: str, to: str) -> None:
    """A card has the properties that were written, and one card is one card."""
    _filled(crm, LINES[way])
    lines = _unfolded(crm.ok("export", "--to", to).out)
    names = [line.partition(":")[0].partition(";")[0].upper() for line in lines if line]
    assert names.count("BEGIN") == names.count("END") == 1
    assert "EMAIL" not in names
    assert all(len(line.encode()) <= 75 for line in crm.ok("export", "--to", to).out.split("\r\n"))


@pytest.mark.parametrize("to", ["vcard", "vcard3"])
def test_a_name_that_runs_backwards_is_the_same_name_in_another_book(crm: Crm, to: str) -> None:
    """A card holds it as it is, for no other program knows escapes of ours; a calendar has it escaped."""
    name = "Ev\u202eil \u200fאבג\u200e \u0645\u06cc\u200c\u062e"
    crm.ok("import", "-", stdin=f"name,email,birthday\n{name},a@b.example,--03-04\n")
    text = crm.ok("export", "--to", to).out
    assert f"FN:{name}\r\n" in text
    crm.ok("import", "-", stdin=text, CRM_DB=str(crm.home / "other.db"))
    assert crm.ok("show", "1", "--json", CRM_DB=str(crm.home / "other.db")).json["name"] == name
    assert "\u202e" not in crm.ok("export", "--to", "ics").out


@pytest.mark.parametrize("way", LINES)
def test_a_line_end_adds_no_property_to_a_calendar(crm: Crm, way: str) -> None:
    """A calendar has the events of what is to be done, and no guest; a library reads it so too."""
    _filled(crm, LINES[way])
    for words in (["export", "--to", "ics"], ["remind", "--within", "30d", "-f", "ics"]):
        text = crm.ok(*words).out
        lines = _unfolded(text)
        assert not [line for line in lines if line.startswith("ATTENDEE")]
        assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT")
        events = icalendar.Calendar.from_ical(text).walk("VEVENT")
        assert len(events) == lines.count("BEGIN:VEVENT")
        assert all("ATTENDEE" not in event for event in events)


@pytest.mark.parametrize("address", ["a@x.example\nBcc: evil@x.example", "a@x.example\r\nX: y", "a@x.example\x0bX:", "a b@x.example", "a@x.example, b@x.example", "a@x.example%0ax", "a'; touch ran; '@x.example"])  # fmt: skip
@pytest.mark.parametrize("unit", ["cron", "systemd"])
def test_a_header_takes_no_line_end(crm: Crm, unit: str, address: str) -> None:
    """The address that a schedule mails to is one, or refused."""
    result = crm("schedule", unit, "--mail", address)
    if result.code == 0:
        assert "Bcc" not in result.out
        assert "%0ax" not in result.out.replace("\\%0ax", "").replace("%%0ax", "") or unit == "cron"
    else:
        assert result.code == 3


def test_the_mail_of_the_morning_has_a_body_alone(crm: Crm) -> None:
    """What cron mails has no line that a name made: a header in it would stand in the body anyway."""
    for name in ("x\nBcc: evil@x.example", "x\n\n.\nQUIT", "From a@x Thu Jan  1 00:00:00 2026"):
        crm.ok("add", name, "--email", f"e{len(name)}@x.example")
    crm.ok("remind", "1", "today", "x\n.\nBcc: evil@x.example")
    text = crm.ok("remind", "--all").out
    message = email.message_from_string(f"Subject: s\n\n{text}", policy=email.policy.default)
    assert message.keys() == ["Subject"]
    assert not [line for line in text.splitlines() if line.startswith((".", "From ", "Bcc"))]


@pytest.mark.parametrize("header", ["Subject", "From", "To", "Message-ID"])
def test_a_folded_header_that_is_piped_in(crm: Crm, header: str) -> None:
    """A header with encoded line ends in it is one line of the book."""
    evil = "=?utf-8?q?x=0D=0ABcc:_evil@x.example=0D=0A=0D=0Abody?="
    lines = {
        "From": "Anna <anna@x.example>",
        "To": "me@shop.example",
        "Subject": "s",
        "Message-ID": "<1@x>",
    }
    lines[header] = f"{evil} <eve@x.example>" if header in ("From", "To") else evil
    raw = "".join(f"{name}: {value}\n" for name, value in lines.items())
    result = crm("log", "email", "-", stdin=f"{raw}Date: Mon, 2 Feb 2026 09:00:00 +0000\n\nhello\n")
    assert result.code == 0, result
    for noun in ("contacts", "interactions"):
        for row in crm.ok("export", "--as", noun, "--to", "json").json:
            for field in ("name", "subject"):
                assert "\n" not in (row.get(field) or "")
                assert "\r" not in (row.get(field) or "")


# What a shell can hand over: any bytes but NUL, in words and in the environment.
RAW = (b"\xff", b"\xc5", b"a\xed\xa0\x80b", b"\x80\x9b31m", b"\xf5\x80\x80\x80", b"--\xff", b"\xe2\x80\xae", b"\xc0\xaf")  # fmt: skip
COMMANDS = (("search",), ("show",), ("add",), ("log", "call"), ("tag", "1"), ("view", "save", "x"), ("import",), ("export", "-o"), ("config", "get"), ("check",), ("remind", "1", "friday"), ("edit", "1", "--name"), ("company", "show"), ("rule", "show"), ("schedule", "cron", "--mail"), ("done",), ())  # fmt: skip


def raw(crm: Crm, words: tuple[str | bytes, ...], **more: bytes) -> Result:
    """Run a command as Python hands over what a shell has given."""
    result = crm(
        *map(os.fsdecode, words), **{name: os.fsdecode(value) for name, value in more.items()}
    )
    printed(result.out.encode())
    printed(result.err.encode())
    assert "a bug" not in result.err, (words, more, result.err)
    assert "Traceback" not in result.err
    return result


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_bytes_that_are_no_text_as_words(crm: Crm, words: tuple[str, ...]) -> None:
    """They are refused or kept as a file's name; shown they are escapes."""
    crm.ok("add", "Anna")
    for piece in (RAW[0], b"".join(RAW)):
        assert raw(crm, (*words, piece)).code in (0, 1, 2, 3, 4)
    for row in crm.ok("export", "--to", "json").json:
        row["name"].encode()


def test_bytes_that_are_no_text_in_a_real_process(crm: Crm) -> None:
    """So it is where a kernel hands them over, in the locale of cron."""
    environ = {name.encode(): value.encode() for name, value in crm.environ.items()}
    environ |= {
        b"PYTHONPATH": os.pathsep.join(sys.path).encode(),
        b"LANG": b"\xff",
        b"CRM_DB": b"b\xff\x1b.db",
    }
    for words in (
        [b"add", b"Anna \xff"],
        [b"add", b"Anna"],
        [b"search", b"\x9b31m"],
        [b"show", b"anna"],
    ):
        done = subprocess.run(
            [sys.executable.encode(), b"-m", b"crmcli", *words], env=environ, capture_output=True,
            check=False, cwd=crm.home, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == (
            3 if b"\xff" in words[-1] else 1 if words[0] == b"search" else 0
        ), done
        printed(done.stdout)
        printed(done.stderr)


@pytest.mark.parametrize("name", ["CRM_DB", "CRM_NOW", "CRM_CONFIG", "HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "TZ", "COLUMNS", "LINES", "TERM", "PAGER", "EDITOR", "NO_COLOR"])  # fmt: skip
def test_bytes_that_are_no_text_in_the_environment(crm: Crm, name: str) -> None:
    """No variable that crm looks at makes it fail with anything but a line, or act."""
    values = (b"\xff\x1b[2J", b"", b"../../\xed\xa0\x80", b"9" * 400, ATTACKS["escapes"].encode())
    for value in values:
        more = {name: value}
        if name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
            more |= {"CRM_DB": b""}
        assert raw(crm, ("search",), **more).code in (0, 1, 2, 5), value


@pytest.mark.parametrize("content", [b"\xff\xfe\xff", b"owner.name = '\xff'", b'[owner]\nname = "\\u0000"\n', b"[" * 100_000, b"a = " + b"[" * 20_000, b"a.b" + b".c" * 20_000 + b" = 1", b'[owner]\nname = "' + b"x" * 2_000_000 + b'"', b"x = " + b"9" * 10_000, b"x = 1e400", b"[views]\n" + b"".join(b"v%d = 'x'\n" % n for n in range(20_000)), b"\0" * 1000, b"a = 1\r\na = 2", b'x = "\\ud800"'])  # fmt: skip
def test_broken_configs(crm: Crm, tmp_path: Path, content: bytes) -> None:
    """A config that is none is refused in a line with its place, in no time; config show bears it."""
    path = tmp_path / "c.toml"
    path.write_bytes(content)
    path.chmod(0o600)
    for words in (["search"], ["config", "show"], ["config", "get", "owner.name"], ["config", "set", "owner.name", "x"]):  # fmt: skip
        result = crm("--config", str(path), *words)
        assert result.code in (0, 1, 2), (words, result.code, result.err[:500])
        assert len(result.err) < 3_000_000
        printed(result.err.encode())
        printed(result.out.encode())
