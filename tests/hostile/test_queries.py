"""Queries, names of fields, orders and columns from hostile hands: text, or refused with a caret, and soon."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.query.fields import FIELDS, ORDERABLE
from crmcli.rules import own
from tests.fuzz import book
from tests.hostile.attacks import ATTACKS
from tests.hostile.screen import printed

if TYPE_CHECKING:
    from tests.conftest import Crm

SECONDS = 5.0  # of the processor

BIG = {
    "parentheses": "(" * 5000 + "x" + ")" * 5000,
    "open parentheses": "(" * 100_000,
    "nots": "not " * 10_000 + "x",
    "terms": "x " * 10_000,
    "alternatives": " or ".join(["x"] * 10_000),
    "values": "id:" + ",".join(["1"] * 100_000),
    "text": "x" * 1_000_000,
    "quoted": '"' + "x " * 500_000 + '"',
    "quotes": '"' * 1_000_001,
    "field": "note:" + "x" * 1_000_000,
    "stars": "*" * 100_000,
    "views": "@loop " * 500,
    "integer": "id:" + "9" * 40,
    "range": "value:-" + "9" * 4000 + "..",
    "range back": "id:99999999999999999999..1",
    "far days": "last:999999999999d..",
    "far date": "created:9999-12-31..99999-01-01",
    "past date": "birthday:0000-00-00",
    "far due": "due:..999999y",
    "numbers": "orders:1e400",
    "dots": "value:" + "." * 10_000,
    "colons": ":" * 10_000,
    "misspelt": "zzzz" * 200,
    "combining": "a" + "\u0301" * 100_000,
    "column": "x" * 100_000 + ":y",
    "words": " ".join(f"w{n}" for n in range(600)),
}


@pytest.fixture
def few(crm: Crm) -> Crm:
    """Two people."""
    crm.ok("add", "Anna Nowak", "--note", ATTACKS["sql"], "--set", "seats=12")
    crm.ok("add", "O'Brien", "--tag", "vip")
    return crm


@pytest.mark.parametrize("way", BIG)
def test_large_queries(few: Crm, way: str) -> None:
    """Rows, nobody, or a refusal with its caret, whatever the size, in a moment."""
    for words in (
        [BIG[way]],
        ["--sort", BIG[way]],
        ["--columns", BIG[way]],
        ["--limit", "1", "--", BIG[way]],
    ):
        start = time.process_time()
        result = few("search", *words)
        assert time.process_time() - start < SECONDS, words[0][:20]
        assert result.code in (0, 1, 2), (way, result.code, result.err[:500])
        printed(result.err.encode())
        if result.code == 2 and words[0] == BIG[way]:
            problem, shown, caret = result.err.rstrip("\n").split("\n")
            assert problem.startswith("crm: query")
            assert caret.strip("^ ") == ""
            assert len(shown) < 500


@pytest.mark.parametrize("command", ["remind --where", "check", "edit --city x --yes --where", "tag x --yes --where", "export", "history", "view save x", "company show"])  # fmt: skip
@pytest.mark.parametrize("way", ["parentheses", "values", "integer", "far days", "text", "quotes"])
def test_large_queries_elsewhere(few: Crm, command: str, way: str) -> None:
    """So it is wherever a query is taken."""
    start = time.process_time()
    result = few(*command.split(), BIG[way])
    assert time.process_time() - start < SECONDS
    assert result.code in (0, 1, 2, 3), (result.code, result.err[:500])
    printed(result.err.encode())


GRAMMAR = st.recursive(
    st.one_of(
        st.sampled_from(["anna", "+vip", "is:lead", "@hot", "@loop", "*", '""', "rule:any", "seats:10..", "NEAR(a b)", "a AND b", "'--", "x;y"]),
        st.tuples(st.sampled_from([*sorted(FIELDS), "seats", "Shirt size", "nothing", "rowid", "contact_fts"]),
                  st.sampled_from(["any", "none", "1", "1..2", "..", "90d..", "..90d", "-1", "1e9", "2026-02-30", '"a b"', "a,b", "'", "*", "%", "x*", "99999999999999999999", "..99999999999d", "true"])
                  ).map(":".join),
        st.text(max_size=4),
    ),
    lambda inner: st.one_of(
        inner.map("not {}".format), inner.map("({})".format), inner.map("(({}".format),
        st.tuples(inner, st.sampled_from([" ", " or ", " and ", ",", ""]), inner).map("".join),
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=300)
@given(GRAMMAR)
def test_any_query_runs_or_is_refused(text: str) -> None:
    """What the language is made of, put together by chance, is never more than a query."""
    book.query(text)


@pytest.mark.parametrize("name", [*ORDERABLE, "1; DROP TABLE contact", "name, (SELECT 1)", "name DESC --", "rowid", "random()", "", "-", "--name", "NAME"])  # fmt: skip
def test_orders(few: Crm, name: str) -> None:
    """Only fields order the rows; nothing of a name becomes SQL."""
    result = few("search", f"--sort={name}")
    assert result.code == (0 if name in ORDERABLE or name == "NAME" else result.code)
    assert result.code in (0, 2), result


@pytest.mark.parametrize("attack", ATTACKS)
def test_names_are_text_in_every_query(crm: Crm, attack: str) -> None:
    """What a tag, a field, a company or a person is called finds them, quoted as the language has it."""
    name = " ".join(ATTACKS[attack].split())[:200].replace(",", "")
    crm.ok("import", "-", "--as", "contacts", stdin=book.json_line(name))
    crm.ok("add", "Somebody Else", "--tag", "other", "--company", "Other")
    quoted = name.replace('"', '""')
    for query in (f'company:"{quoted}"', f'note:"{quoted}"', f'name:"{quoted}"', f'"{quoted}"'):
        assert crm.ok("search", query, "--ids").out == "1\n", query
    assert crm("company", "show", name).code == 0


def test_a_rule_is_stopped(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule of the owner's whose query takes too long is left out with a warning, and the morning comes."""
    monkeypatch.setattr(own, "SECONDS", 0.0)
    monkeypatch.setattr(own, "_OFTEN", 1)
    config = crm.home / ".config" / "crm" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(
        '[[rule]]\ncode = "U001"\nname = "slow"\nwhere = "note:x or name:y or said:z"\nasks = "tidy"\n'
    )
    config.chmod(0o600)
    crm.ok("add", "Anna")
    crm.ok("remind", "1", "today", "call")
    result = crm.ok("remind")
    assert "Anna" in result.out
    result = crm("check")
    assert "was stopped after" in result.err


@pytest.mark.parametrize("message", ["{name.__class__}", "{0}", "{}", "{name!r}", "{name:>1000000000}", "{__import__('os')}", "%(name)s", "${name}", "{{name}}", "{name}" * 500])  # fmt: skip
def test_messages_of_rules_are_not_evaluated(crm: Crm, message: str) -> None:
    """Braces hold names of fields alone; anything else is refused with its line or stays text."""
    config = crm.home / ".config" / "crm" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(
        f'[[rule]]\ncode = "U001"\nname = "own"\nwhere = "name:any"\nmessage = "{message}"\nasks = "tidy"\n'
    )
    config.chmod(0o600)
    crm.ok("add", "Anna")
    result = crm("check", "--select", "U001")
    assert result.code in (0, 1, 2), result
    assert "class" not in result.out
    printed(result.err.encode())
