"""What only a real terminal shows: tables, colour, questions, and hostile names that do nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pexpect
import pytest

if TYPE_CHECKING:
    from tests.conftest import Crm

HOSTILE = {
    "clear": "\x1b[2J\x1b[1;31mEve",
    "title": "Eve\x1b]0;owned\x07",
    "link": "\x1b]8;;https://evil.example\x1b\\Eve\x1b]8;;\x1b\\",
    "clipboard": "Eve\x1b]52;c;ZXZpbA==\x07",
    "c1": "Eve\x9b31m",
    "return": "Eve\rAnna",
    "backspace": "Eve\b\b\bAnna",
    "bidi": "Eve \u202eevil\u202c",
    "markup": "[bold red]Eve[/] :smile: [link=https://evil.example]x[/link]",
}


def environ(crm: Crm, **more: str) -> dict[str, str]:
    return (
        {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "40"}
        | crm.environ
        | {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
        | more
    )


def spawn(crm: Crm, *words: str, **more: str) -> pexpect.spawn[str]:
    """Start the program on a terminal of its own."""
    return pexpect.spawn(
        sys.executable, ["-m", "crmcli", *words], env=environ(crm, **more), encoding="utf-8",
        timeout=30, dimensions=(40, 100), echo=False,
    )  # fmt: skip


def seen(crm: Crm, *words: str, **more: str) -> str:
    """All that the terminal was sent."""
    child = spawn(crm, *words, **more)
    text: str = child.read()
    child.wait()
    return text


@pytest.fixture
def book(crm: Crm) -> Crm:
    crm.ok("add", "Anna Nowak", "--email", "anna@acme.example")
    crm.ok("add", "Anna Malá", "--email", "mala@acme.example")
    return crm


def test_a_table_on_a_terminal(book: Crm) -> None:
    """A terminal gets a fitted table with a header, in colour; a pipe gets rows without."""
    text = seen(book, "search")
    assert "name" in text.lower().splitlines()[0]
    assert "\x1b[" in text
    assert max(map(len, seen(book, "search", NO_COLOR="1").splitlines())) <= 100


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (["search"], {"NO_COLOR": "1"}),
        (["search"], {"TERM": "dumb"}),
        (["search", "--color", "never"], {}),
        (["show", "1"], {"NO_COLOR": "1"}),
        (["remind"], {"NO_COLOR": "1"}),
    ],
)
def test_no_colour_where_it_is_not_wanted(
    book: Crm, words: list[str], more: dict[str, str]
) -> None:
    """NO_COLOR, a dumb terminal and --color never leave no escape at all."""
    book.ok("remind", "1", "today", "call")
    text = seen(book, *words, **more)
    assert "Anna" in text
    assert "\x1b" not in text


def test_colour_in_a_pipe_when_asked_for(book: Crm) -> None:
    """FORCE_COLOR and --color always colour a pipe."""
    for words, more in ((["--color", "always"], {}), ([], {"FORCE_COLOR": "1"})):
        assert "\x1b[" in book.ok("show", "1", *words, **more).out
    assert "\x1b" not in book.ok("show", "1").out


def test_the_name_is_asked_for(crm: Crm) -> None:
    """Crm add without a name asks for it on a terminal."""
    child = spawn(crm, "add", "--city", "Brno")
    child.expect("Name: ")
    child.sendline("Eva Malá <eva@acme.example>")
    child.expect("1  Eva Malá")
    child.wait()
    assert child.exitstatus == 0
    assert crm.ok("show", "1", "--json").json["emails"] == ["eva@acme.example"]


def test_no_input_never_asks(crm: Crm) -> None:
    """--no-input makes a question an error, on a terminal too."""
    child = spawn(crm, "add", "--no-input")
    child.expect("NAME")
    child.wait()
    assert child.exitstatus == 2


def test_one_of_several_people_is_chosen(book: Crm) -> None:
    """On a terminal an ambiguous WHO is a short choice; an empty answer is the refusal."""
    child = spawn(book, "log", "call", "anna", "hello")
    child.expect("1  1  Anna Nowak")
    child.expect("2  2  Anna Mal")
    child.expect(r"Who \(1-2\): ")
    child.sendline("2")
    child.expect("call with Anna Malá")
    child.wait()
    assert child.exitstatus == 0
    assert book.ok("show", "2", "--json").json["interactions"][0]["text"] == "hello"
    child = spawn(book, "archive", "anna")
    child.expect(r"Who \(1-2\): ")
    child.sendline("")
    child.expect("names 2 people")
    child.wait()
    assert child.exitstatus == 3


def test_ctrl_c_at_a_question(crm: Crm) -> None:
    """Ctrl-C at a question is 130 and adds nobody."""
    child = spawn(crm, "add")
    child.expect("Name: ")
    child.sendintr()
    text = child.read()
    child.wait()
    assert child.exitstatus == 130
    assert "Traceback" not in text
    assert not crm.db.exists()


@pytest.fixture
def hostile(crm: Crm) -> Crm:
    """A book whose every text tries something."""
    for place, (kind, name) in enumerate(HOSTILE.items(), 1):
        crm.ok("add", name, "--company", name, "--note", name, "--tag", f"t{place}", "--set", f"x={name}",
               "--email", f"{kind}@acme.example")  # fmt: skip
        crm.ok(
            "log",
            "email",
            str(place),
            name,
            "--subject",
            name,
            "--next",
            "today",
            "--next-text",
            name,
        )
        crm.ok("log", "call", str(place), name)
    return crm


@pytest.mark.parametrize(
    "words",
    [["search"], ["search", "eve"], ["search", "-f", "tsv"], ["show", "PLACE"], ["show", "PLACE", "--brief"],
     ["show", "PLACE", "--all"], ["log", "call", "PLACE", "HOSTILE"], ["remind", "--all"], ["show", "eve"],
     ["show", "HOSTILEx"], ["archive", "xHOSTILE"], ["search", "HOSTILE"], ["search", "(HOSTILE"]],
    ids=" ".join,
)  # fmt: skip
def test_hostile_text_is_shown_and_does_nothing(hostile: Crm, words: list[str]) -> None:
    """No name, text, or word of the user's own moves the cursor, colours, links or hides."""
    for place, name in enumerate(HOSTILE.values(), 1):
        line = [word.replace("PLACE", str(place)).replace("HOSTILE", name) for word in words]
        result = hostile(*line)
        for text in (result.out, result.err):
            _harmless(text, name)
        if not any("HOSTILE" in word or "PLACE" in word for word in words):
            break


@pytest.mark.parametrize(
    "words", [["search"], ["show", "PLACE"], ["remind", "--all"], ["log", "call", "PLACE", "HOSTILE"], ["show", "eve"]],
    ids=" ".join,
)  # fmt: skip
def test_hostile_text_does_nothing_on_a_terminal(hostile: Crm, words: list[str]) -> None:
    """The same on a real terminal, where only our own colours are escapes."""
    line = [word.replace("PLACE", "3").replace("HOSTILE", HOSTILE["link"]) for word in words]
    if words == ["show", "eve"]:
        child = spawn(hostile, *line, NO_COLOR="1")
        child.expect("Who ")
        child.sendline("1")
        text = child.before + child.read()
        child.wait()
    else:
        text = seen(hostile, *line, NO_COLOR="1")
    _harmless(text.replace("\r\n", "\n"), HOSTILE["link"])


def _harmless(text: str, name: str) -> None:
    acting = {
        *map(chr, range(0x20)),
        *map(chr, range(0x7F, 0xA0)),
        *"\u202a\u202b\u202c\u202d\u202e",
    }
    assert not (acting - {"\n", "\t"}) & set(text), (name, text)


def test_markup_is_literal(hostile: Crm) -> None:
    """Rich markup and emoji codes are the text that they are, on both."""
    for text in (hostile.ok("search", "smile").out, seen(hostile, "show", "9", NO_COLOR="1")):
        assert HOSTILE["markup"] in text


def test_json_and_csv_carry_the_value(hostile: Crm) -> None:
    """For programs the value itself: escaped in JSON, and only in CSV as it is."""
    names = [row["name"] for row in hostile.ok("search", "--json").json]
    assert names[0] == HOSTILE["clear"]
    assert "\x1b" not in hostile.ok("search", "--json").out
    assert HOSTILE["clear"] in hostile.ok("search", "--csv").out


def test_utf_8_without_a_locale(book: Crm) -> None:
    """A C locale prints UTF-8 all the same."""
    run = subprocess.run(
        [sys.executable, "-m", "crmcli", "search"], capture_output=True, check=True,
        env=environ(book, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"),
    )  # fmt: skip
    assert "Anna Malá" in run.stdout.decode("utf-8")


def test_a_quiet_morning_says_who_was_never_contacted(book: Crm) -> None:
    """A new book has nothing due; where to begin is said instead, to somebody who looks."""
    text = seen(book, "remind")
    assert "nobody to contact" in text
    assert "2 never contacted: crm search last:none" in text
    assert book.ok("search", "last:none", "--ids").lines == ["1", "2"]
    book.ok("log", "call", "1", "hello")
    book.ok("log", "call", "2", "hello")
    assert "never contacted" not in seen(book, "remind")


def test_a_list_keeps_whole_what_one_looks_for(crm: Crm) -> None:
    """In 80 columns the phone and the e-mail are not cut; something else is shortened or left out."""
    crm.ok("add", "Alžběta Horáková", "--email", "alzbeta.horakova@mlekarna.example", "--phone", "+420777111222", "--company", "Mlékárna Olešnice")  # fmt: skip
    crm.ok("log", "call", "1", "x", "--next", "friday")
    lines = seen(crm, "search", COLUMNS="80").splitlines()
    assert "alzbeta.horakova@mlekarna.example" in lines[2]
    assert "+420777111222" in lines[2]
    assert max(map(len, lines[1:])) <= 80


def test_do_not_contact_is_marked_in_tables(crm: Crm) -> None:
    """Lists for people say who is not to be contacted; rows for programs have a column for it."""
    crm.ok("add", "Anna", "--company", "Ka")
    crm.ok("dnc", "anna")
    assert "marked do-not-contact" in crm.ok("deal", "add", "anna", "Boxes").err
    assert "(dnc) Anna" in seen(crm, "search")
    assert "(dnc) Anna" in seen(crm, "deal", "list")
    assert "(dnc) Anna" in crm.ok("company", "show", "Ka").out
    assert crm.ok("search", "--columns", "name").out == "Anna\n"
    assert "(dnc) Anna" in crm.ok("search", "-f", "table").out


def test_deals_are_listed_as_people_read_them(crm: Crm) -> None:
    """Titles are readable in 80 columns, amounts grouped, and summed up by currency."""
    crm.ok("add", "Alžběta Horáková", "--company", "Mlékárna Olešnice")
    crm.ok("deal", "add", "1", "Krabice na sýry pro rok 2026", "--amount", "48000 CZK")
    crm.ok("deal", "add", "1", "Etikety", "--amount", "1200 EUR")
    crm.ok("deal", "add", "1", "Pásky", "--amount", "2000 CZK")
    text = seen(crm, "deal", "list", COLUMNS="80", NO_COLOR="1")
    assert "Krabice na sýry pro rok 2026" in text
    assert "48\u202f000.00\xa0CZK" in text
    assert "3 deals: 50\u202f000.00\xa0CZK, 1\u202f200.00\xa0EUR" in text
    assert "48000.00\tCZK" in crm.ok("deal", "list", "--columns", "amount,currency").out


def test_findings_are_wrapped_and_twins_say_how_to_merge(crm: Crm) -> None:
    """On a terminal no line is broken within a word, and a duplicate comes with its command."""
    for _ in "ab":
        crm.ok("add", "Alžběta Horáková", "--company", "Mlékárna Olešnice", "--phone", "+420777111222", "--force")  # fmt: skip
    text = seen(crm, "check", COLUMNS="60", NO_COLOR="1")
    assert max(map(len, text.splitlines())) <= 60
    assert "crm merge 1 2 --dry-run" in " ".join(text.split()) or "crm merge" in text
    assert "crm merge" not in crm("check").out


def test_a_score_is_explained_by_facts(crm: Crm) -> None:
    """Each term says what of this person it stands for, whole in a narrow terminal."""
    crm.ok("add", "Anna", "--phone", "+420777111222")
    crm.ok("log", "purchase", "1", "x", "--amount", "100 EUR", "--at", "2026-01-05")
    crm.ok("remind", "1", "2026-02-25", "call about the boxes")
    text = " ".join(seen(crm, "remind", "--explain", "F1", COLUMNS="60", NO_COLOR="1").split())
    assert "3 working days late" in text
    assert "top 1 % by net of 24 months: 100.00" in text
    assert "a rule of severity due" in text
    assert "…" not in text
    rows = crm.ok("remind", "--explain", "F1", "-f", "json").json
    assert round(sum(row["points"] for row in rows[:-1]), 3) == rows[-1]["points"]


def test_help_of_remind_names_ics(crm: Crm) -> None:
    """It is a format of this command alone."""
    assert "ids or ics" in seen(crm, "remind", "--help")
    assert "ics" not in seen(crm, "search", "--help")


def test_who_is_merged_while_it_is_asked_is_not_called_forgotten(crm: Crm) -> None:
    """The answer is for what was asked: nobody is erased, and the reason stands there."""
    crm.ok("add", "Bob")
    crm.ok("add", "Zuzanna", "--email", "zu@x.example")
    child = spawn(crm, "forget", "2")
    child.expect("Erase for good")
    crm.ok("merge", "1", "2")
    child.sendline("y")
    child.expect("2 Zuzanna was changed by another command meanwhile; nobody was erased")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 3
    assert crm.ok("forget", "--list", "--ids").out == ""
