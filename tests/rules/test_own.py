"""The owner's own rules: found wherever ours are, and a bad one stops nobody else."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.commands import COMMANDS
from crmcli.config import Config
from crmcli.db import connection, migrations
from crmcli.query.compile import compile_query
from crmcli.rules import engine, own, own_table
from crmcli.rules.own_table import Surroundings
from tests.rules.book import build

if TYPE_CHECKING:
    from tests.conftest import Crm

TODAY = date(2026, 3, 2)
VIP = """
[[rule]]
code = "U001"
name = "vip-gone-quiet"
where = "+vip quiet:30d not is:lapsed"
severity = "due"
message = "VIP, silent for {quiet} days"
action = ["log", "call", "{id}"]
"""
TIDY = """
[[rule]]
code = "U002"
name = "no-tax-number"
where = "is:customer not note:tax"
asks = "tidy"
"""
ANNA = "add Anna Nowak --email anna@acme.example --lifecycle customer --tag vip --note tax"
BOOK = [
    ANNA,
    "log call 1 hello --at 2026-01-31",
    "add Jan Kowalski --email jan@acme.example --lifecycle customer",
    "log call 2 hello --at 2026-01-31",
]


def write(crm: Crm, config: str, *book: str) -> Crm:
    build(crm, {"book": book or BOOK, "config": config})
    return crm


def change(crm: Crm, config: str, mode: int = 0o600) -> None:
    path = crm.home / ".config" / "crm" / "config.toml"
    path.write_text(config)
    path.chmod(mode)


def only(code: str, /, **keys: str) -> str:
    """A rule of that code with these keys as TOML, over the least that it needs."""
    table = {"code": f'"{code}"', "name": f'"rule-{code.lower()}"', "where": '"+vip"'} | keys
    return "\n[[rule]]\n" + "".join(f"{key} = {value}\n" for key, value in table.items())


def test_the_morning_hears_a_rule_that_asks_for_a_touch(crm: Crm) -> None:
    """With its words, its severity and its command; the tidy one is for check alone."""
    write(crm, VIP + TIDY)
    (row,) = crm.ok("remind", "--json").json
    assert (row["handle"], row["name"], row["severity"]) == ("U001:1", "vip-gone-quiet", "due")
    assert row["message"] == "VIP, silent for 30 days"
    assert row["action"] == "crm log call 1"
    crm.ok("log", "call", "1")
    assert crm.ok("remind").out == ""


def test_check_hears_both(crm: Crm) -> None:
    """A rule without a message says its name; a tidy one suggests a look at the card."""
    write(crm, VIP + TIDY)
    rows = crm("check", "--json").json
    assert [row["handle"] for row in rows] == ["U001:1", "U002:2"]
    assert rows[1]["message"] == "no tax number"
    assert (rows[1]["severity"], rows[1]["action"]) == ("warn", "crm show 2")
    assert crm("check", "--statistics", "--csv").lines[1:] == [
        "U001,vip-gone-quiet,due,1,0,0",
        "U002,no-tax-number,warn,1,0,0",
    ]


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (("--select", "U"), {"U001:1", "U002:2"}),
        (("--select", "u001"), {"U001:1"}),
        (("--select", "no-tax-number"), {"U002:2"}),
        (("--ignore", "U001"), {"U002:2"}),
        (("--select", "R201,U002"), {"U002:2"}),
    ],
)
def test_they_are_selected_like_ours(crm: Crm, words: tuple[str, ...], codes: set[str]) -> None:
    """By code, prefix and name."""
    write(crm, VIP + TIDY)
    assert set(crm("check", "--ids", *words).lines) == codes


def test_the_config_can_leave_one_out(crm: Crm) -> None:
    """And select only some; named in full on the command line it runs."""
    write(crm, '[rules]\nignore = ["U001"]\n' + VIP + TIDY)
    assert crm("check", "--ids").lines == ["U002:2"]
    assert crm("check", "--ids", "--select", "U001").lines == ["U001:1"]
    change(crm, '[rules]\nselect = ["U0"]\n' + VIP + TIDY)
    assert crm("check", "--ids").lines == ["U001:1", "U002:2"]


def test_queries_and_the_card_know_them(crm: Crm) -> None:
    """rule: takes code, prefix and name."""
    write(crm, VIP)
    for word in ("U001", "u0", "vip-gone-quiet", "any"):
        assert crm("search", f"rule:{word}", "--ids").lines == ["1"]
    assert "U001 VIP, silent for 30 days" in crm.ok("show", "1").out
    assert "U001" not in crm.ok("show", "2").out


def test_done_lets_it_rest_until_the_next_touch(crm: Crm) -> None:
    """Then it is heard again when it is so again."""
    write(crm, VIP)
    crm.ok("done", "U001:1")
    assert crm("check", "--ids").lines == []
    crm.ok("log", "call", "1", "--at", "2026-03-03", CRM_NOW="2026-03-03T09:00")
    assert "U001:1" not in crm("check", "--ids", CRM_NOW="2026-04-01T09:00").lines
    assert "U001:1" in crm("check", "--ids", CRM_NOW="2026-04-02T09:00").lines
    crm.ok("undo")
    crm.ok("undo")
    assert crm("check", "--ids").lines == ["U001:1"]


@pytest.mark.parametrize(
    ("again", "heard"),
    [('"30d"', "2026-04-01"), ("30", "2026-04-01"), ('"6w"', "2026-03-14"), ('"never"', "")],
)
def test_what_is_done_can_come_again_by_itself(crm: Crm, again: str, heard: str) -> None:
    """After days, counted from the last touch, or never."""
    write(crm, VIP + f"again = {again}\n")
    crm.ok("done", "vip-gone-quiet:1")
    days = [f"2026-03-{day:02}" for day in range(2, 32)] + ["2026-04-01", "2026-04-02"]
    first = [
        day
        for day in days
        if "U001:1" in crm("check", "--ids", "--select", "U", CRM_NOW=f"{day}T09:00").lines
    ]
    assert first[:1] == [heard][: len(heard)]


def test_snooze_and_ignore_silence_it(crm: Crm) -> None:
    """One on a person until a day, the other on a tag for good, by code or name."""
    write(crm, VIP)
    assert crm.ok("snooze", "U001:1", "+3d").out.startswith("snoozed until 2026-03-05: U001:1")
    assert crm("remind").out == ""
    assert "U001:1" in crm("remind", CRM_NOW="2026-03-05T09:00").out
    assert crm.ok("ignore", "vip-gone-quiet:+vip").out == "ignored: U001 vip-gone-quiet on +vip\n"
    assert crm("remind", CRM_NOW="2026-03-05T09:00").out == ""


def test_the_score_is_explained(crm: Crm) -> None:
    """The terms sum to the score of the list; what has no due date is taken as due today."""
    write(crm, VIP)
    (row,) = crm.ok("remind", "--json").json
    terms = crm.ok("remind", "--explain", "U001:1", "--json").json
    assert terms[-1] == {
        "term": "score",
        "points": row["score"],
        "meaning": "the sum, for vip-gone-quiet",
    }
    assert round(sum(term["points"] for term in terms[:-1]), 3) == row["score"]


def test_looking_ahead_looks_as_of_that_day(crm: Crm) -> None:
    """Who will have been quiet for 30 days by then."""
    write(crm, VIP, ANNA, "log call 1 hello --at 2026-02-05")
    assert crm("remind").out == ""
    assert crm("remind", "--within", "4d", "--ids").lines == []
    assert crm("remind", "--within", "5d", "--ids").lines == ["U001:1"]


def test_a_rule_mutes_others_on_the_same_person(crm: Crm) -> None:
    """By code, prefix or name, also one of the owner's own further down."""
    quiet = [*BOOK[:1], "log call 1 hello --at 2025-11-01"]
    config = only("U001", mutes='["quiet", "U002"]') + only("U002")
    write(crm, config, *quiet)
    assert crm("check", "--ids").lines == ["U001:1"]
    change(crm, config.replace('mutes = ["quiet", "U002"]', ""))
    assert crm("check", "--ids").lines == ["R201:1", "U001:1", "U002:1"]


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("{name} of {company}", "Anna Nowak of ?"),
        ("{email}, {emails}", "a@acme.example, a@acme.example, b@acme.example"),
        ("{phone}{city}", "??"),
        ("{tags} {Quiet} {last} {last_kind}", "big spender, vip 30 2026-01-31 call"),
        ("{value} {orders}", "1,240 1"),
        ("{next} {dnc} {created}", "? no 2026-01-01"),
        ("{shoe-size} {shoe size}", "42 42"),
        ("{referred_by} {{curly}} 'quoted' \\\"double\\\"", "? {curly} 'quoted' \"double\""),
        ("{birthday} {dates}", "--05-17 renewal=2026-12-31"),
    ],
)
def test_a_message_names_fields(crm: Crm, message: str, says: str) -> None:
    """Any field of the person, also one of the owner's own; what is not known is a question mark."""
    write(
        crm,
        only("U001", message=f'"{message}"'),
        "@2026-01-01 add Anna Nowak --email a@acme.example --email b@acme.example --tag vip --tag 'big spender'"
        " --set 'shoe size=42' --birthday --05-17 --date renewal=2026-12-31",
        "log purchase 1 boxes --amount 1240.40 --currency EUR --at 2026-01-30",
        "log call 1 hello --at 2026-01-31",
    )
    assert crm("check", "--json", "--select", "U").json[0]["message"] == says


def test_data_in_a_message_stays_data(crm: Crm) -> None:
    """A name like a placeholder or like SQL is text, and an escape is shown."""
    name = "{email}' || (SELECT 1) --"
    write(crm, only("U001", message='"to {name}"'), "add Somebody --tag vip")
    crm.ok("edit", "1", "--name", name)
    assert crm("check", "--json", "--select", "U").json[0]["message"] == f"to {name}"


@pytest.mark.parametrize(
    ("keys", "line", "says"),
    [
        ({"code": '"R201"'}, 3, 'code: a rule of your own has a code from "U001"'),
        ({"code": "7"}, 3, "code: a rule of your own"),
        ({"name": '"quiet"'}, 4, 'name: "quiet" is the name of R201'),
        ({"name": '"any"'}, 4, "means something else"),
        ({"name": '"u00"'}, 4, "means something else"),
        ({"name": '"two words"'}, 4, "letters, digits and hyphens"),
        ({"where": '"(+vip"'}, 5, "where: this parenthesis is not closed"),
        ({"where": '"citty:x"'}, 5, "where: unknown field"),
        ({"where": '"@nothing"'}, 5, 'where: unknown view "nothing"'),
        ({"where": '"rule:R201"'}, 5, "a rule cannot ask it"),
        ({"where": '" "'}, 5, "where: expected a query"),
        ({"where": '"()"'}, 5, "where: "),
        ({"severity": '"high"'}, 6, 'severity: "high" is none of info, warn, due, error'),
        ({"asks": '"mail"'}, 6, "asks: "),
        ({"message": '"{foo}"'}, 6, "message: a person has no field {foo}"),
        ({"message": '"{emial}"'}, 6, "did you mean email?"),
        ({"message": '"{rule}"'}, 6, "a person has no field {rule}"),
        ({"message": '"{name!r}"'}, 6, "a person has no field {name!r}"),
        ({"message": '"{name.__class__}"'}, 6, "a person has no field {name.__class__}"),
        ({"message": '"{name"'}, 6, 'a "{" without its other'),
        ({"message": '"name}"'}, 6, 'a "}" without its other'),
        ({"action": '["rm", "-rf", "/"]'}, 6, 'action: "rm" is no crm command'),
        ({"action": '["crm", "log"]'}, 6, "leave out crm"),
        ({"action": '["company"]'}, 6, '"company" is no crm command'),
        ({"action": '"log call {id}"'}, 6, "expected a list of words"),
        ({"action": '["log", "call", "{name}"]'}, 6, '"{name}": only the word {id}'),
        ({"again": '"often"'}, 6, "again: expected"),
        ({"again": "0"}, 6, "again: expected"),
        ({"mutes": '["X9"]'}, 6, 'mutes: unknown rule "X9"'),
        ({"mesage": '"x"'}, 6, "mesage: no such key, did you mean message?"),
    ],
)
def test_a_bad_rule_names_its_line_and_the_others_run(
    crm: Crm, keys: dict[str, str], line: int, says: str
) -> None:
    """File, line, key and what to do, in one line; exit codes are those of the others."""
    write(crm, VIP.strip() + "\n")
    first = VIP.strip().count("\n") + 1
    change(crm, VIP.strip() + "\n" + only("U009", **keys).strip() + "\n" + TIDY)
    result = crm("remind", "--ids")
    (warning,) = result.err.splitlines()
    assert f"config.toml:{first + line - 1}: " in warning
    assert says in warning
    assert warning.endswith("; the rule is left out")
    assert (result.code, result.lines) == (0, ["U001:1"])
    assert crm("check", "--ids").lines == ["U001:1", "U002:2"]


def test_two_of_a_kind_are_told_where_the_first_is(crm: Crm) -> None:
    """Neither a code nor a name is used twice."""
    write(crm, only("U001") + only("U001", name='"other"') + only("U002", name='"rule-u001"'))
    result = crm("check", "--ids", "--select", "U")
    assert result.lines == ["U001:1"]
    one, two = result.err.splitlines()
    assert "config.toml:8: code: the rule at" in one
    assert "config.toml:3 has it already" in one
    assert "config.toml:14: name: the rule at" in two


def test_a_broken_rule_that_is_named_says_what_is_wrong(crm: Crm) -> None:
    """Where the owner asks for it by name, nothing else can be meant; the config's lists go on."""
    write(crm, '[rules]\nselect = ["U001", "U002"]\n' + only("U001", where='"(x"') + TIDY)
    for words in (
        ("check", "--select", "U001"),
        ("done", "U001:1"),
        ("ignore", "rule-u001:+vip"),
        ("remind", "--explain", "U001:1"),
    ):
        result = crm(*words)
        assert result.code == 2
        assert result.err.splitlines()[-1].endswith("where: this parenthesis is not closed")
    assert crm("check", "--ids").lines == ["U002:2"]


def test_what_silenced_a_rule_that_is_gone_can_be_lifted(crm: Crm) -> None:
    """Check says that it silences nothing, and how to be rid of it; a broken rule's waits for it."""
    write(crm, VIP)
    crm.ok("ignore", "U001:+vip")
    change(crm, VIP.replace("quiet:30d", "(quiet:30d"))
    assert "silences nothing" not in crm("check").err
    change(crm, "")
    assert crm("check").err.splitlines()[-1].endswith("any more; crm ignore U001:+vip --lift")
    assert crm("done", "U001:1").code == 2
    assert crm.ok("ignore", "U001:+vip", "--lift").out == "heard again: U001 on +vip\n"
    assert "silences nothing" not in crm("check").err


def test_nobody_else_writes_rules(crm: Crm) -> None:
    """A config that others can write gives none, and says so."""
    write(crm, VIP)
    change(crm, VIP, 0o622)
    result = crm("remind")
    assert result.out == ""
    assert "[[rule]] is not read, because others can write the file" in result.err


def test_who_may_not_be_contacted_is_not_flagged(crm: Crm) -> None:
    """Do-not-contact for a rule that asks for a touch; the archived for both, unless it asks for them."""
    config = only("U001") + only("U002", asks='"tidy"')
    config += only("U003", asks='"tidy"', where='"is:archived"')
    write(crm, config, ANNA, "edit 1 --set do_not_contact=yes")
    assert crm.ok("show", "1", "--json").json["do_not_contact"] is True
    assert crm("check", "--ids", "--select", "U").lines == ["U002:1"]
    crm.ok("archive", "1")
    assert crm("check", "--ids", "--select", "U").lines == ["U003:1"]


def test_a_rule_that_takes_too_long_is_stopped(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    """One warning with its line; the others go on, and so does the transaction they are in."""
    write(crm, VIP)
    slow = " or ".join(f"name:{word}" for word in ("aa", "bb", "cc", "dd", "ee", "ff") * 12)
    people = [f"P{number} x" for number in range(400)]
    crm.ok("import", "-", stdin="name,note\n" + "\n".join(f"{name},a" for name in people))
    change(crm, VIP + only("U003", where=f'"not ({slow})"'))
    assert len(crm("check", "--ids", "--select", "U003").lines) == 402
    monkeypatch.setattr(own, "SECONDS", 0.0)
    result = crm("remind", "--ids")
    assert result.lines == ["U001:1"]
    (warning,) = result.err.splitlines()
    assert "config.toml:" in warning
    assert "rule U003 rule-u003 was stopped after 0 seconds" in warning
    # --new writes what was shown in the transaction that the rules ran in.
    assert crm("remind", "--new", "--ids").lines == ["U001:1"]
    assert crm("remind", "--new", "--ids").lines == []


def test_without_own_rules_none_of_it_is_imported(crm: Crm) -> None:
    """Who has none pays nothing."""
    crm.ok("add", "Anna")
    code = (
        "import sys; from crmcli.main import main; main(['remind']);"
        " print('crmcli.rules.own' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=crm.environ, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


ANYTHING = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            *("U001", "u002", "vip-gone", "+vip", "quiet:30d", "{name}", "{quiet", "{}", "touch"),
            *("tidy", "30d", "never", "R201", "Q", "log", "{id}", "show", "warn", "name:a or (b)"),
        ]
    ),
    st.integers(-5, 10**9),
    st.booleans(),
    st.dates(),
    st.floats(allow_nan=False),
    st.lists(st.text(max_size=5) | st.sampled_from(["log", "{id}", "R", "U"]), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
TABLES = st.lists(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(own_table.KEYS, ANYTHING) | {"codes": ANYTHING}
    )
    | st.builds(
        lambda rest: {"code": "U001", "name": "vip-gone", "where": "+vip"} | rest,
        st.fixed_dictionaries({}, optional=dict.fromkeys(list(own_table.KEYS)[2:], ANYTHING)),
    ),
    max_size=3,
)


@given(TABLES)
def test_any_table_is_a_rule_or_a_warning(tables: list[dict[str, Any]]) -> None:
    """Whatever stands in the config: it runs, or it is left out with the reason; nothing else happens."""
    config = Config("config.toml", None, {"rule": (tuple(tables), "test")})
    db = connection.connect(":memory:", today=TODAY, tz="UTC")
    migrations.migrate(db)
    at = "2026-01-02T08:00:00Z"
    with connection.Transaction(db, "crm test", at):
        db.execute(
            "INSERT INTO contact (id, uid, name, key, lifecycle, created_at, updated_at)"
            " VALUES (1, 'u1', 'Anna', 'anna', 'customer', ?, ?)",
            (at, at),
        )
        db.execute("INSERT INTO tag (id, name, key) VALUES (1, 'vip', 'vip')")
        db.execute("INSERT INTO contact_tag VALUES (1, 1)")
    warnings: list[str] = []
    around = Surroundings(
        config,
        compile=lambda where, _: compile_query(where, today=TODAY, views={}, custom=()),
        custom=(),
        commands=COMMANDS,
        warn=warnings.append,
    )
    catalogue = own.read(around)
    assert len(catalogue.own) + len(catalogue.broken) == len(tables)
    assert len(warnings) == len(catalogue.broken)
    assert all(" " in warning and ": " in warning for warning in warnings)
    day = engine.day_of(db, config, TODAY, "UTC")
    engine.fill(db, config, list(catalogue.own.values()), day)
    for finding in engine.read(db, catalogue):
        assert finding.message
        assert finding.handle == f"{finding.code}:1"
    db.close()
