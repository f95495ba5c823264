"""Command lines by chance: every verb that writes, with its options, on what a book holds.

WRITERS has a source of lines for each such command, READERS names the others: a test holds both to
the registry of commands, so a new verb takes part or says why not.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from tests.faults import typed_files

if TYPE_CHECKING:
    import random
    from collections.abc import Callable


class Line(NamedTuple):
    """One command line with what is piped into it."""

    words: tuple[str, ...]
    stdin: str = ""


# Commands that leave the book as it is, or touch what the history leaves out, and why.
READERS = {
    "search": "reads", "show": "reads", "case list": "reads", "case show": "reads", "company list": "reads",
    "company show": "reads", "rule list": "reads", "rule show": "reads", "rule test": "on books of its own",
    "view list": "reads", "view show": "reads", "deal list": "reads", "deal show": "reads", "export": "reads",
    "history": "reads", "undo": "the law itself", "redo": "the law itself",
    "schedule cron": "prints", "schedule systemd": "prints", "config show": "the config",
    "config get": "the config", "config set": "the config", "config path": "the config",
    "config edit": "the config", "init": "the config", "demo": "on a book of its own",
    "backup": "copies the book", "restore": "puts another file in its place", "doctor": "mends what is derived",
    "forget": "is for good", "merge-book": "has laws of its own (tests/store/test_union_laws.py)",
}  # fmt: skip

NAMES = (
    "Anna Nowak",
    "Jan Kowalski",
    "Eva Malá",
    "Łukasz Wójcik",
    "Иван Петров",
    "Ewa Lis",
    "Ola Ś",
)
TAGS = ("vip", "fair", "Ostrava", "export", "cold")
COMPANIES = ("Acme", "Lis s.r.o.", "Stalmex", "Żabka")
CITIES = ("Łódź", "Kraków", "Brno", "")
DAYS = ("2026-01-05", "yesterday", "2026-02-10", "2026-02-28T14:30")
AHEAD = ("friday", "+3d", "+2w", "2026-04-01", "eom")
STAGES = ("lead", "qualified", "proposal", "negotiation", "won", "lost")
LIFECYCLES = ("lead", "prospect", "customer", "loyal", "lapsed", "partner", "other")
BASES = ("consent", "contract", "legitimate-interest")
QUERIES = ("+vip", "company:acme", "city:kraków", "id:1..3", "lifecycle:lead", "not +cold")


class Typist:
    """Types lines on the book at ``path``, by chance."""

    def __init__(self, path: str, chance: random.Random) -> None:
        self.path = path
        self.chance = chance
        self.count = 0

    def next(self, verb: str | None = None) -> Line:
        """A line of a verb, or of any."""
        name = verb or self.chance.choice(_WEIGHTED)
        self.count += 1
        return WRITERS[name](self)

    def one(self, *choices: str) -> str:
        return self.chance.choice(choices)

    def maybe(self, *words: str, odds: float = 0.3) -> tuple[str, ...]:
        return words if self.chance.random() < odds else ()

    def ids(self, sql: str) -> list[int]:
        db = sqlite3.connect(self.path)
        try:
            return [row[0] for row in db.execute(sql)]
        finally:
            db.close()

    def an_id(self, table: str, where: str = "1", *, prefix: str = "") -> str:
        """The id of a row there is, 1 where there is none."""
        found = self.ids(f"SELECT id FROM {table} WHERE {where}")
        return prefix + str(self.chance.choice(found) if found else 1)

    def who(self) -> str:
        """Somebody, by number; now and then one that a merge took away."""
        old = self.ids("SELECT old_id FROM merged_contact WHERE old_id IS NOT NULL")
        if old and self.chance.random() < 0.1:
            return str(self.chance.choice(old))
        return self.an_id("contact")

    def email(self) -> str:
        return f"p{self.chance.randrange(12)}@{self.one('acme', 'lis', 'mail')}.example"

    def phone(self) -> str:
        return f"+4860010{self.chance.randrange(100, 112)}0"

    def words(self) -> str:
        self.count += 1
        return f"{self.one('wants', 'asked for', 'got')} {self.one('the list', 'bags', 'cenník')} {self.count}"

    def fields(self, odds: float = 0.2) -> tuple[str, ...]:
        """Options of a person."""
        some = (
            ("--email", self.email()), ("--phone", self.phone()), ("--company", self.one(*COMPANIES)),
            ("--title", self.one("buyer", "CEO")), ("--city", self.one(*CITIES[:3])), ("--country", "PL"),
            ("--region", "Mazowsze"), ("--postcode", "00-950"), ("--address", "Prosta 1"),
            ("--url", f"https://{self.one('a', 'b')}.example"), ("--lifecycle", self.one(*LIFECYCLES)),
            ("--tag", self.one(*TAGS)), ("--birthday", self.one("1984-05-17", "--05-17")),
            ("--date", self.one("renewal=2026-12-31/30d", "nameday=--07-26")), ("--source", "fair"),
            ("--referred-by", self.who()), ("--language", self.one("pl", "cs")),
            ("--currency", self.one("EUR", "CZK")), ("--channel", self.one("call", "email")),
            ("--cadence", self.one("30d", "2w")), ("--note", self.words()),
            ("--set", f"{self.one('route', 'size')}={self.one('north', 'south')}"),
        )  # fmt: skip
        return tuple(word for pair in some for word in self.maybe(*pair, odds=odds))


def _add(t: Typist) -> Line:
    return Line(("add", t.one(*NAMES), *t.fields(), "--force"))


def _edit(t: Typist) -> Line:
    change = t.fields(0.12)
    change += t.maybe("--name", t.one(*NAMES), odds=0.1)
    change += t.maybe(
        "--clear", t.one("emails", "phones", "tags", "title", "city", "company", "note", "route",
                         "dates", "urls", "birthday", "cadence", "referred_by"),
    )  # fmt: skip
    change += t.maybe("--remove-email", t.email(), odds=0.1)
    change += t.maybe("--remove-phone", t.phone(), odds=0.1)
    change = change or ("--city", t.one(*CITIES[:3]))
    if t.chance.random() < 0.25:
        return Line(("edit", "--where", t.one(*QUERIES), *change, "--yes"))
    return Line(("edit", t.who(), *change, "--force"))


def _tag(t: Typist) -> Line:
    who = ("--where", t.one(*QUERIES), "--yes") if t.chance.random() < 0.4 else (t.who(),)
    return Line(("tag", *who, t.one(*TAGS), *t.maybe(t.one(*TAGS))))


def _untag(t: Typist) -> Line:
    who = ("--where", t.one(*QUERIES), "--yes") if t.chance.random() < 0.4 else (t.who(),)
    return Line(("untag", *who, t.one(*TAGS)))


def _log(t: Typist) -> Line:
    if t.chance.random() < 0.15:
        return Line(
            ("log", "email", "-", *t.maybe("--next", t.one(*AHEAD))), typed_files.message(t)
        )
    if t.chance.random() < 0.08:
        return Line(("log", "--jsonl", "-"), typed_files.jsonl(t))
    if t.chance.random() < 0.08:
        return Line(("log", t.one("email", "call"), t.who(), "--bounced"))
    kind = t.one(
        "call", "email", "meeting", "message", "visit", "note", "purchase", "return", "complaint"
    )
    money = kind in ("purchase", "return")
    options = (
        *t.maybe("--with", t.who()), *t.maybe("--at", t.one(*DAYS)), *t.maybe(t.one("--in", "--out")),
        *t.maybe("--subject", t.words()), *t.maybe("--duration", "30m"),
        *(("--amount", t.one("120.50", "99", "1 200")) if money else ()),
        *(t.maybe("--currency", t.one("EUR", "PLN")) if money else ()),
        *t.maybe("--deal", t.an_id("deal", prefix="D"), odds=0.15),
        *t.maybe("--next", t.one(*AHEAD)), *t.maybe("--promise", t.one(*AHEAD), odds=0.1),
    )  # fmt: skip
    if "--next" in options:
        options += t.maybe("--next-text", "ring again")
    options += t.maybe("--done", t.an_id("follow_up", "done_at IS NULL", prefix="F"), odds=0.1) or t.maybe("--no-done", odds=0.1)  # fmt: skip
    return Line(("log", kind, t.who(), t.words(), *options, *t.maybe("--override", odds=0.5)))


def _remind(t: Typist) -> Line:
    open_one = t.an_id("follow_up", "done_at IS NULL", prefix="F")
    if t.chance.random() < 0.35:
        change = t.one("move", "text", "every", "drop")
        return Line({
            "move": ("remind", open_one, t.one(*AHEAD)), "text": ("remind", open_one, "--text", t.words()),
            "every": ("remind", open_one, "--every", t.one("month", "none", "2 weeks")),
            "drop": ("remind", open_one, "--drop"),
        }[change])  # fmt: skip
    every = t.maybe("--every", t.one("month", "weekday", "last friday", "month after done"))
    return Line(("remind", t.who(), t.one(*AHEAD), t.words(), *every))


def _done(t: Typist) -> Line:
    if t.chance.random() < 0.2:
        return Line(("done", t.an_id("follow_up", "done_at IS NOT NULL", prefix="F"), "--reopen"))
    if t.chance.random() < 0.2:
        return Line(("done", f"{t.one('R203', 'Q703', 'Q705', 'R201')}:{t.who()}"))
    words = t.maybe(t.words(), odds=0.5)
    return Line(("done", t.an_id("follow_up", "done_at IS NULL", prefix="F"), *words, *t.maybe("--end", odds=0.1)))  # fmt: skip


def _snooze(t: Typist) -> Line:
    what = t.one("F", "who", "finding")
    which = t.who() if what == "who" else f"R203:{t.who()}"
    if what == "F":
        which = t.an_id("follow_up", "done_at IS NULL", prefix="F")
    if t.chance.random() < 0.25:
        return Line(("snooze", which, "--wake"))
    return Line(("snooze", which, t.one(*AHEAD), *t.maybe("--reason", "on leave")))


def _ignore(t: Typist) -> Line:
    which = f"{t.one('R203', 'Q703', 'birthday')}:{t.one(t.who(), '+vip', '+fair')}"
    how = t.maybe("--lift", odds=0.3) or t.maybe("--reason", "no use")
    return Line(("ignore", which, *how))


def _case_wait(t: Typist) -> Line:
    return Line(("case", "wait", t.an_id("interaction", "kind = 'complaint'"),
                 *(t.maybe("--resume") or t.maybe("--until", t.one(*AHEAD)))))  # fmt: skip


def _case_close(t: Typist) -> Line:
    which = t.an_id("interaction", "kind = 'complaint'")
    how = t.maybe("--reopen") or (t.words(), *t.maybe("--at", "today"))
    return Line(("case", "close", which, *how))


def _company_edit(t: Typist) -> Line:
    some = (
        ("--name", t.one(*COMPANIES)), ("--domain", "acme.example"), ("--phone", t.phone()),
        ("--url", "https://acme.example"), ("--address", "Prosta 2"), ("--city", t.one(*CITIES)),
        ("--region", "Morava"), ("--postcode", "602 00"), ("--country", "CZ"), ("--note", t.words()),
        ("--clear", t.one("note", "city", "phone")),
    )  # fmt: skip
    picked = t.chance.sample(some, t.chance.randrange(1, 4))
    return Line(
        ("company", "edit", t.an_id("company"), *(word for pair in picked for word in pair))
    )


def _company_merge(t: Typist) -> Line:
    return Line(("company", "merge", t.an_id("company"), t.an_id("company")))


def _merge(t: Typist) -> Line:
    how = t.maybe("--different", odds=0.2)
    return Line(("merge", t.who(), t.who(), *how, *(t.maybe("--lift") if how else ())))


def _where_or_who(t: Typist) -> tuple[str, ...]:
    return ("--where", t.one(*QUERIES), "--yes") if t.chance.random() < 0.3 else (t.who(),)


def _verify(t: Typist) -> Line:
    which = t.maybe("--email") or t.maybe("--phone")
    return Line(("verify", *_where_or_who(t), *which, *t.maybe("--on", "yesterday")))


def _consent(t: Typist) -> Line:
    how = t.maybe("--withdraw") or ("--basis", t.one(*BASES), *t.maybe("--source", "fair"))
    return Line(("consent", *_where_or_who(t), *how, *t.maybe("--on", "2026-02-01"), *t.maybe("--notice", "today")))  # fmt: skip


def _dnc(t: Typist) -> Line:
    return Line(("dnc", *_where_or_who(t), *(t.maybe("--lift", odds=0.5) or t.maybe("--reason", "asked"))))  # fmt: skip


def _check(t: Typist) -> Line:
    return Line(("check", *t.maybe(t.one(*QUERIES)), t.one("--fix", "--unsafe-fixes"), "--yes"))


def _view_save(t: Typist) -> Line:
    return Line(("view", "save", t.one("hot", "near"), t.one(*QUERIES)))


def _view_drop(t: Typist) -> Line:
    return Line(("view", "drop", t.one("hot", "near")))


def _terms(t: Typist) -> tuple[str, ...]:
    return (
        *t.maybe("--amount", t.one("4800", "1200.50")), *t.maybe("--currency", t.one("EUR", "PLN")),
        *t.maybe("--stage", t.one(*STAGES[:4])), *t.maybe("--close", t.one(*AHEAD)),
        *t.maybe("--probability", "40"), *t.maybe("--quoted", "yesterday"),
        *t.maybe("--valid-until", "2026-05-01"),
    )  # fmt: skip


def _deal_add(t: Typist) -> Line:
    if t.chance.random() < 0.25:
        contact = t.maybe("--contact", t.who())
        return Line(
            ("deal", "add", t.words(), "--company", t.one(*COMPANIES), *contact, *_terms(t))
        )
    return Line(("deal", "add", t.who(), t.words(), *_terms(t), *t.maybe("--at", "yesterday")))


def _deal_edit(t: Typist) -> Line:
    change = (
        *t.maybe("--title", t.words()), *t.maybe("--contact", t.who()), *t.maybe("--company", t.one(*COMPANIES)),
        *_terms(t), *t.maybe("--reason", "price"), *t.maybe("--clear", t.one("probability", "close")),
    )  # fmt: skip
    return Line(("deal", "edit", t.an_id("deal"), *(change or ("--title", t.words()))))


def _deal_move(t: Typist) -> Line:
    return Line(("deal", "move", t.an_id("deal"), t.one(*STAGES), *t.maybe("--probability", "55"), *t.maybe("--at", "today", odds=0.1)))  # fmt: skip


def _deal_won(t: Typist) -> Line:
    how = (*t.maybe("--purchase"), *t.maybe("--at", "today"), *t.maybe("--reason", "good price"))
    return Line(("deal", "won", t.an_id("deal"), *how))


def _deal_lost(t: Typist) -> Line:
    how = t.maybe("--reason", "price") or t.maybe("no budget")
    return Line(("deal", "lost", t.an_id("deal"), *how, *t.maybe("--at", "today")))


def _import(t: Typist) -> Line:
    noun, text = typed_files.file(t)
    options = (
        *(("--as", noun) if noun else ()), *t.maybe("--on-match", t.one("fill", "update", "skip", "new"), odds=0.7),
        *t.maybe("--no-create", odds=0.1),
    )  # fmt: skip
    if noun in ("contacts", None):
        options += t.maybe("--tag", t.one(*TAGS))
    return Line(("import", "-", *options), text)


WRITERS: dict[str, Callable[[Typist], Line]] = {
    "add": _add, "edit": _edit, "tag": _tag, "untag": _untag, "log": _log, "remind": _remind, "done": _done,
    "snooze": _snooze, "ignore": _ignore, "case wait": _case_wait, "case close": _case_close,
    "company edit": _company_edit, "company merge": _company_merge, "merge": _merge,
    "archive": lambda t: Line(("archive", t.who())), "unarchive": lambda t: Line(("unarchive", t.who())),
    "verify": _verify, "consent": _consent, "dnc": _dnc, "check": _check, "view save": _view_save,
    "view drop": _view_drop, "deal add": _deal_add, "deal edit": _deal_edit, "deal move": _deal_move,
    "deal won": _deal_won, "deal lost": _deal_lost, "import": _import,
}  # fmt: skip
_OFTEN = {
    "add": 4,
    "edit": 4,
    "log": 6,
    "import": 4,
    "merge": 3,
    "remind": 3,
    "deal add": 3,
    "tag": 2,
    "done": 2,
}
_WEIGHTED = [name for name in WRITERS for _ in range(_OFTEN.get(name, 1))]
