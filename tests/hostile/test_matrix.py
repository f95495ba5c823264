"""Every text of the model an attack, and every command of the registry on it: nothing acts.

On pipes, on a real terminal, on stderr, in a pager. What is printed is proved to be letters by
``screen.printed``; the exact values are in CSV and JSON alone, where JSON escapes them.
"""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import shutil
import threading
from typing import TYPE_CHECKING

import pytest

from crmcli.commands import COMMANDS
from crmcli.main import main
from crmcli.values.text import clean
from tests.hostile import filled, ways
from tests.hostile.attacks import ATTACKS, SHOWN, TYPICAL
from tests.hostile.screen import printed
from tests.test_terminal import seen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Crm

# 70 is a bug, 5 a fault of the disk, which here is only that a name is too long for it.
_CODES = (0, 1, 2, 3, 4)
_BOOKS: dict[str, Crm] = {}


@pytest.fixture(scope="module", autouse=True)
def _books() -> Iterator[None]:
    yield
    _BOOKS.clear()


def book(attack: str, tmp_path_factory: pytest.TempPathFactory) -> Crm:
    """The book that is filled with an attack, made once."""
    if attack not in _BOOKS:
        _BOOKS[attack] = filled.fill(tmp_path_factory.mktemp(attack), ATTACKS[attack])
        _files(_BOOKS[attack].home, ATTACKS[attack])
    return _BOOKS[attack]


def _files(home: Path, attack: str) -> None:
    """Files of every format that hold the attack, in which some records are bad."""
    word = clean(attack)
    lines = attack.replace("\r", "").replace("\n", " ")
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["name", "email", "birthday", "country", "phone", attack[:200]])
    rows.writerow([attack, attack, attack, attack, attack, attack])
    rows.writerow(["", attack, attack])
    rows.writerow(["a", "b@x.example", "", "", "", "", attack])
    (home / "in.csv").write_text(out.getvalue(), encoding="utf-8", newline="")
    card = f"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:{lines}\r\nNOTE:{lines}\r\nBDAY:{lines}\r\nEMAIL:{lines}\r\nX-{lines}:x\r\nCATEGORIES:{lines}\r\nEND:VCARD\r\n"
    (home / "in.vcf").write_text(card * 2, encoding="utf-8", newline="")
    event = f'BEGIN:VEVENT\r\nUID:{lines}\r\nDTSTART;TZID={lines}:20260110T100000\r\nSUMMARY:{lines}\r\nDESCRIPTION:{lines}\r\nATTENDEE;CN="{lines.replace(chr(34), "")}":mailto:eve@evil.example\r\nEND:VEVENT\r\n'
    bad = event.replace("DTSTART", "XSTART")
    (home / "in.ics").write_text(
        f"BEGIN:VCALENDAR\r\n{event}{bad}END:VCALENDAR\r\n", encoding="utf-8", newline=""
    )
    mail = f"From: {lines} <eve@evil.example>\nTo: me@shop.example, {lines}\nSubject: {lines}\nDate: Mon, 2 Feb 2026 09:00:00 +0000\nMessage-ID: <{lines}@x>\n\n{attack}\n"
    (home / "in.eml").write_text(mail, encoding="utf-8", newline="")
    (home / "cases.toml").write_text(f"[[flagged]]\nrule = {json.dumps(word[:200])}\n")
    name = word[:60].replace("/", "_") + ".csv"
    (home / name).write_text(f"name,email\n{word[:100]},x,y,z\n", encoding="utf-8")


def _words(home: Path, line: tuple[str, ...], attack: str) -> list[str]:
    named = clean(attack)[:60].replace("/", "_") + ".csv"
    places = {
        "FILE": home / "in.csv", "VCARD": home / "in.vcf", "ICS": home / "in.ics",
        "MAIL": home / "in.eml", "NAMED": home / named, "BOOK": home / "kept.db",
    }  # fmt: skip
    return [
        str(places[word]) if word in places else word.replace(ways.EVIL, attack) for word in line
    ]


def _piped(line: tuple[str, ...], attack: str) -> bytes:
    """What stdin holds for a line that reads it."""
    if "--jsonl" in line and line[0] == "log":
        return json.dumps({"kind": attack, "contact": "1", "text": attack}).encode()
    if line[-1] == "-":
        lines = attack.replace("\r", "").replace("\n", " ")
        return f"From: {lines} <new@evil.example>\nTo: me@shop.example\nSubject: {lines}\nDate: Mon, 2 Feb 2026 09:00:00 +0000\n\n{attack}\n".encode()
    return b""


def _editor(home: Path) -> str:
    """An editor that leaves a text as no valid one, with the attack of the name of the file in it."""
    path = home / "editor"
    path.write_text('#!/bin/sh\nprintf "name = \\"x\\"\\nfoo\\033[31m = 1\\n" > "$1"\n')
    path.chmod(0o755)
    return str(path)


def test_every_command_takes_part() -> None:
    """A new command has to say here how it meets hostile text."""
    assert set(COMMANDS) <= set(ways.WAYS)


@pytest.mark.parametrize("attack", TYPICAL)
def test_every_text_is_an_attack(attack: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No text column of the model is left out of what is tried here."""
    crm = book(attack, tmp_path_factory)
    assert filled.unfilled(crm, "Eve") - {"interaction.kind"} == set()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("attack", TYPICAL)
def test_pipes(command: str, attack: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each line of each command, in each format, as a pipe and a log file get it."""
    crm = book(attack, tmp_path_factory)
    for line in ways.lines(command):
        _on_a_pipe(crm, line, ATTACKS[attack])


@pytest.mark.parametrize("attack", TYPICAL)
def test_words_of_no_command(attack: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Options that every command has, and what is no command at all."""
    crm = book(attack, tmp_path_factory)
    for line in ways.OF_ALL:
        _on_a_pipe(crm, line, ATTACKS[attack])


def _on_a_pipe(crm: Crm, line: tuple[str, ...], attack: str) -> None:
    with _kept(crm):
        result = crm(
            *_words(crm.home, line, attack), stdin=_piped(line, attack), EDITOR=_editor(crm.home)
        )
    assert "Traceback" not in result.err or "--debug" in line, (line, result.err)
    if "no-folder" not in "".join(line):
        no_book = any(f in result.err for f in ("name too long", "not a database", "no such file"))
        codes = (*_CODES, 5) if no_book else _CODES
        assert result.code in codes, (line, result.code, result.err[-2000:])
    printed(result.err.encode())
    if "csv" in line or line[:1] == ("export",):
        return  # the values themselves; see test_values
    printed((result.out.replace("\r\n", "\n") if "ics" in line else result.out).encode())


class _kept:  # noqa: N801 - a context
    """Puts the book and its config back afterwards."""

    def __init__(self, crm: Crm) -> None:
        self.home = crm.home
        self.config = self.home / ".config" / "crm" / "config.toml"

    def __enter__(self) -> None:
        shutil.copyfile(self.home / "book.db", self.home / "kept.db")
        shutil.copyfile(self.config, self.home / "kept.toml")

    def __exit__(self, *_: object) -> None:
        shutil.copyfile(self.home / "kept.db", self.home / "book.db")
        shutil.copyfile(self.home / "kept.toml", self.config)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("attack", SHOWN)
def test_terminals(command: str, attack: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same on a terminal of its own, in colour, with questions answered by no."""
    crm = book(attack, tmp_path_factory)
    for line in ways.lines(command):
        if line == ("demo",):
            continue  # waits for keys; it shows a book of its own
        with _kept(crm):
            text = on_a_terminal(crm, _words(crm.home, line, ATTACKS[attack]))
        assert "Traceback" not in text
        assert "a bug" not in text, (line, text)


def on_a_terminal(crm: Crm, words: list[str], **environ: str) -> str:
    """Run a command with a terminal for all three streams; the text that it printed."""
    ours, theirs = pty.openpty()
    found: list[bytes] = []

    def listen() -> None:
        while True:
            try:
                data = os.read(ours, 1 << 16)
            except OSError:
                return
            if not data:
                return
            found.append(data)

    reader = threading.Thread(target=listen)
    reader.start()
    os.write(ours, b"n\n\nn\n\nn\n" + b"\x04" * 8)  # to whatever is asked, and an end
    streams = [os.fdopen(os.dup(theirs), mode, encoding="utf-8") for mode in ("r", "w", "w")]
    more = {"TERM": "xterm-256color", "COLUMNS": "90", "LINES": "20", "EDITOR": _editor(crm.home)}
    try:
        main(
            words, environ=crm.environ | more | environ,
            stdin=streams[0], stdout=streams[1], stderr=streams[2],
        )  # fmt: skip
    finally:
        for stream in streams:
            stream.close()
        os.close(theirs)
        reader.join()
        os.close(ours)
    text = b"".join(found).replace(b"^@", b"")
    return printed(text, coloured=True, terminal=True)


def test_pagers(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What goes through PAGER is the same harmless text, and the pager is no shell's."""
    crm = book("acting", tmp_path_factory)
    for pager in ("cat", "cat; touch ran"):
        text = seen(crm, "show", "1", "--all", PAGER=pager, LINES="5")
        shown = printed(text.encode(), coloured=True, terminal=True)
        assert "Timeline" in shown
        assert not (crm.home / "ran").exists()


@pytest.mark.parametrize("attack", ATTACKS)
def test_values(attack: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """CSV has the value itself and reads back as it; JSON has it escaped; so do both exports."""
    crm = book(attack, tmp_path_factory)
    name = clean(ATTACKS[attack])
    for words in (("search", "id:1", "--columns", "name,note,tags"), ("export", "id:1")):
        table = list(csv.DictReader(io.StringIO(crm.ok(*words, "--csv").out)))
        assert (table[0]["name"], table[0]["note"]) == (
            name,
            clean(ATTACKS[attack], multiline=True),
        )
        text = crm.ok(*words, "--json").out
        printed(text.encode())
        assert json.loads(text)[0]["name"] == name
        text = crm.ok(*words, "--jsonl").out
        printed(text.encode())
        assert json.loads(text)["name"] == name
    printed(crm.ok("show", "1", "--json", "--all").out.encode())


@pytest.mark.parametrize("attack", ATTACKS)
def test_moving_house(
    attack: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Everything goes to another book by way of CSV and of JSON, and is the same there."""
    crm = book(attack, tmp_path_factory)
    nouns = ("companies", "contacts", "deals", "interactions", "followups")
    for form in ("csv", "jsonl"):
        other = {"CRM_DB": str(tmp_path / f"{form}.db")}
        before = {noun: crm.ok("export", "--as", noun, "--to", form).out for noun in nouns}
        for noun, text in before.items():
            crm.ok("import", "-", "--as", noun, stdin=text, **other)
        after = {noun: crm.ok("export", "--as", noun, "--to", form, **other).out for noun in nouns}
        assert after == before
