"""How each command is made to show, take or refuse hostile text: lines, by command.

``EVIL`` stands for the attack. Each line runs on a copy of the book, so that all of them meet the
same one. A command that is not here fails the test that asks for it.
"""

from __future__ import annotations

import inspect
from importlib import import_module

from crmcli.commands import COMMANDS

EVIL = "EVIL"
FORMATS = ("table", "tsv", "csv", "json", "jsonl", "ids")

WAYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "add": (
        ("add", EVIL), ("add", "x", "--email", EVIL), ("add", "x", "--country", EVIL, "--phone", EVIL),
        ("add", "x", "--lifecycle", EVIL), ("add", "x", "--set", EVIL), ("add", "x", "--birthday", EVIL),
        ("add", "x", "--email", "eve@evil.example"), ("add", "x", "--referred-by", EVIL),
        ("add", "x", "--channel", EVIL, "--cadence", EVIL), ("add", "x", "--set", f"{EVIL}={EVIL}"),
        ("add", "x", "--date", f"{EVIL}=2026-01-01"), ("add", f"--{EVIL}"), ("add",),
        ("add", "x", "--date", EVIL), ("add", "x", "--currency", EVIL), ("add", "x", "--cadence", EVIL),
    ),
    "search": (
        ("search",), ("search", EVIL), ("search", "eve"), ("search", f"name:{EVIL}"), ("search", f"@{EVIL}"),
        ("search", f"{EVIL}:x"), ("search", f"({EVIL}"), ("search", "--sort", EVIL),
        ("search", "--columns", EVIL), ("search", "--format", EVIL), ("search", f"last:{EVIL}"),
        ("search", f"rule:{EVIL}"), ("search", f"is:{EVIL}"), ("search", "evf"), ("search", "--limit", EVIL),
        ("search", "--columns", "name,note,tags,urls,dates,custom,last_text,referred_by"),
    ),
    "show": (
        ("show", "1"), ("show", "1", "--all"), ("show", "1", "--brief"), ("show", "2", "--all"),
        ("show", "eve"), ("show", EVIL), ("show", "1", "--columns", EVIL), ("show", f"x{EVIL}"),
    ),
    "log": (
        ("log", "call", "1", EVIL), ("log", EVIL, "1"), ("log", "call", EVIL), ("log", "call", "eve", "x"),
        ("log", "call", "1", "x", "--at", EVIL), ("log", "call", "1", "x", "--deal", EVIL),
        ("log", "call", "1", "x", "--next", EVIL), ("log", "call", "1", "x", "--with", EVIL),
        ("log", "purchase", "1", "--amount", EVIL), ("log", "call", "1", "x", "--duration", EVIL),
        ("log", "email", "-"), ("log", "--jsonl", "-"), ("log", "call", "1", "x", "--done", EVIL),
        ("log", "call", "1", "x", "--promise", EVIL),
    ),
    "remind": (
        ("remind",), ("remind", "--all"), ("remind", "--within", "30d"), ("remind", "--explain", "F1"),
        ("remind", "--explain", EVIL), ("remind", "--where", EVIL), ("remind", "--select", EVIL),
        ("remind", "1", "friday", EVIL), ("remind", EVIL, "friday", "x"), ("remind", "1", EVIL, "x"),
        ("remind", "1", "friday", "x", "--every", EVIL), ("remind", "-f", "ics", "--within", "30d"),
        ("remind", "--all", "--where", f"not {EVIL}x"), ("remind", "--new"),
    ),
    "done": (("done", "F1"), ("done", "F1", EVIL), ("done", EVIL), ("done", "U001:1"), ("done", "F2")),
    "snooze": (
        ("snooze", "F1", "+3d", "--reason", EVIL), ("snooze", EVIL, "+3d"), ("snooze", "F1", EVIL),
        ("snooze", "--list"), ("snooze", "1", "+3d"),
    ),
    "ignore": (("ignore", "U001:1", "--reason", EVIL), ("ignore", EVIL), ("ignore", "--list"),
               ("ignore", f"R201:+{EVIL}")),
    "case list": (("case", "list"),),
    "case show": (("case", "show", "4"), ("case", "show", "5"), ("case", "show", EVIL)),
    "case wait": (("case", "wait", "4"), ("case", "wait", "4", "--at", EVIL)),
    "case close": (("case", "close", "4", EVIL), ("case", "close", "5")),
    "edit": (
        ("edit", "1", "--name", EVIL), ("edit", "1", "--clear", EVIL), ("edit", EVIL, "--city", "x"),
        ("edit", "1", "--remove-email", EVIL), ("edit", "--where", EVIL, "--city", "x", "--yes"),
        ("edit", "--where", "name:any", "--city", EVIL, "--dry-run"), ("edit", "1"),
        ("edit", "--where", "name:any", "--tag", EVIL, "--yes"), ("edit", "--where", "name:any", "--city", EVIL),
    ),
    "tag": (("tag", "1", EVIL), ("tag", "--list"), ("tag", EVIL, "x"), ("tag", "--where", EVIL, "x", "--yes"),
            ("tag", "--where", "name:any", EVIL, "--dry-run")),
    "untag": (("untag", "1", EVIL), ("untag", EVIL, "x"), ("untag", "--where", "name:any", EVIL, "--yes")),
    "company list": (("company", "list"), ("company", "list", EVIL)),
    "company show": (("company", "show", EVIL), ("company", "show", "1"), ("company", "show", f"x{EVIL}")),
    "company edit": (("company", "edit", "1", "--name", EVIL), ("company", "edit", EVIL, "--city", EVIL)),
    "company merge": (("company", "merge", "1", EVIL), ("company", "merge", EVIL, EVIL)),
    "merge": (("merge", "1", "2"), ("merge", "1", "2", "--dry-run"), ("merge", EVIL, "2"), ("merge", "eve", "1")),
    "archive": (("archive", "1"), ("archive", EVIL), ("archive", "eve")),
    "unarchive": (("unarchive", "1"), ("unarchive", EVIL)),
    "verify": (("verify", "1"), ("verify", EVIL), ("verify", "1", "--email", EVIL), ("verify", "1", "--phone", EVIL)),
    "consent": (("consent", "1"), ("consent", EVIL), ("consent", "1", "--basis", EVIL),
                ("consent", "1", "--basis", "consent", "--source", EVIL)),
    "dnc": (("dnc", "1"), ("dnc", EVIL), ("dnc", "1", "--reason", EVIL)),
    "check": (("check",), ("check", EVIL), ("check", "--select", EVIL), ("check", "--statistics"), ("check", "--fix"),
              ("check", "--fix", "--unsafe-fixes", "--yes")),
    "rule list": (("rule", "list"),),
    "rule show": (("rule", "show", "U001"), ("rule", "show", EVIL), ("rule", "show", "R201")),
    "rule test": (("rule", "test"), ("rule", "test", EVIL), ("rule", "test", "FILE")),
    "view save": (("view", "save", "x", EVIL), ("view", "save", EVIL, "name:any"), ("view", "save", EVIL, EVIL)),
    "view list": (("view", "list"),),
    "view show": (("view", "show", EVIL), ("view", "show", "eve"), ("view", "show", f"x{EVIL}")),
    "view drop": (("view", "drop", EVIL), ("view", "drop", "eve")),
    "deal add": (("deal", "add", "1", EVIL), ("deal", "add", EVIL, "x"), ("deal", "add", "1", "x", "--stage", EVIL),
                 ("deal", "add", "1", "x", "--amount", EVIL), ("deal", "add", "1", "x", "--probability", EVIL)),
    "deal list": (("deal", "list"), ("deal", "list", EVIL), ("deal", "list", "--all")),
    "deal show": (("deal", "show", "1"), ("deal", "show", "2"), ("deal", "show", EVIL)),
    "deal edit": (("deal", "edit", "1", "--title", EVIL), ("deal", "edit", EVIL, "--title", "x"),
                  ("deal", "edit", "1", "--close", EVIL)),
    "deal move": (("deal", "move", "1", EVIL), ("deal", "move", "1", "negotiation"), ("deal", "move", EVIL, "new")),
    "deal won": (("deal", "won", "1"), ("deal", "won", EVIL)),
    "deal lost": (("deal", "lost", "1", "--reason", EVIL), ("deal", "lost", EVIL)),
    "import": (
        ("import", "FILE"), ("import", "FILE", "--dry-run"), ("import", "FILE", "--explain"), ("import", EVIL),
        ("import", "FILE", "--map", f"{EVIL}=note"), ("import", "FILE", "--as", EVIL), ("import", "FILE", "--from", EVIL),
        ("import", "FILE", "--encoding", EVIL), ("import", "FILE", "--delimiter", EVIL), ("import", "FILE", "--tag", EVIL),
        ("import", "FILE", "--rejects", f"no-folder/{EVIL}"), ("import", "FILE", "--country", EVIL),
        ("import", "FILE", "--on-match", EVIL), ("import", "VCARD"), ("import", "ICS"), ("import", "MAIL"),
        ("import", "NAMED"),
    ),
    "export": (
        *(("export", "--as", noun, "--to", to) for noun in ("contacts", "companies", "interactions", "deals", "followups")
          for to in ("json", "jsonl")),
        ("export", "--to", "vcard"), ("export", "--to", "ics"), ("export", "--to", EVIL), ("export", EVIL, "--to", "json"),
        ("export", "--as", EVIL), ("export", "--columns", EVIL), ("export", "-o", f"no-folder/{EVIL}"),
        ("export", "-o", "NAMED"),
    ),
    "history": (("history",), ("history", "1"), ("history", EVIL), ("history", "eve"), ("history", "2")),
    "undo": (("undo",), ("undo", "--dry-run"), ("undo", "2"), ("undo", EVIL), ("undo", "3")),
    "redo": (("redo",),),
    "schedule cron": (("schedule", "cron"), ("schedule", "cron", "--mail", EVIL), ("schedule", "cron", "--at", EVIL),
                      ("schedule", "cron", "--", "--where", EVIL)),
    "schedule systemd": (("schedule", "systemd"), ("schedule", "systemd", "--mail", EVIL),
                         ("schedule", "systemd", "--at", EVIL), ("schedule", "systemd", "--", "--where", EVIL)),
    "config show": (("config", "show"), ("config", "show", "--origin")),
    "config get": (("config", "get", "owner.name"), ("config", "get", EVIL), ("config", "get", "views"), ("config", "get", "rule")),
    "config set": (("config", "set", "owner.name", EVIL), ("config", "set", EVIL, "x"), ("config", "set", "date_order", EVIL)),
    "config path": (("config", "path"),),
    "config edit": (("config", "edit"),),
    "init": (("init",),),
    "demo": (("demo",),),
    "backup": (("backup",), ("backup", f"no-folder/{EVIL}"), ("backup", "--list")),
    "restore": (("restore", EVIL), ("restore", "FILE"), ("restore", "FILE", "--yes")),
    "doctor": (("doctor",), ("doctor", "--repair", "--dry-run"), ("doctor", "--repair", "--yes")),
    "forget": (("forget", EVIL), ("forget", "1", "--dry-run"), ("forget", "1", "--yes"), ("forget", "eve")),
    "merge-book": (("merge-book", EVIL), ("merge-book", "FILE"), ("merge-book", "BOOK", "--dry-run")),
    "top": (("top",),),
    "stats": (("stats",),),
    "forecast": (("forecast",),),
    "draft": (("draft", EVIL, "1"), ("draft", "birthday", "1")),
    "completion": (("completion", "bash"),),
    "man": (("man",),),
}  # fmt: skip

# Lines of everybody: options that all commands have, and words that are no command.
OF_ALL: tuple[tuple[str, ...], ...] = (
    (EVIL,), ("--db", f"/no-folder/{EVIL}", "add", "x"), ("--config", EVIL, "search"), ("--color", EVIL, "search"),
    ("--now", EVIL, "search"), ("--help", EVIL), (f"--{EVIL}",), ("search", "--debug", f"({EVIL}"), ("case", EVIL),
    ("config", EVIL), ("show", EVIL, "--debug"), ("add", "x", "--email", EVIL, "--debug"),
)  # fmt: skip


def has_rows(command: str) -> bool:
    """Whether a command prints rows in the format that is asked for."""
    module, _, name = COMMANDS[command].partition(":")
    verb = getattr(import_module(module), name)
    return "rows" in inspect.signature(verb).parameters


def lines(command: str) -> list[tuple[str, ...]]:
    """The lines of a command, those that print rows in every format too."""
    found = [*WAYS[command]]
    if has_rows(command):
        found += [(*WAYS[command][0], "--format", form) for form in FORMATS]
    return found
