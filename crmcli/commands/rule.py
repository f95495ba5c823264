"""The commands crm rule list and crm rule show."""

from __future__ import annotations

from inspect import cleandoc

from crmcli.errors import ExitCode
from crmcli.output.plain import wrap
from crmcli.output.safe import visible
from crmcli.rules import selection
from crmcli.rules.base import SEVERITIES
from crmcli.store.fixes import FIXES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Annotated, Any

    from typer import Argument

    from crmcli.context import App, Rows
    from crmcli.rules.base import Rule

COLUMNS = ("code", "name", "severity", "asks", "fix", "summary", "state", "own")
TABLE = ("code", "name", "severity", "asks", "state", "summary")  # what fits a screen
WIDTH, _MOST_WIDTH = 72, 80
# How a fix is asked for, by Rule.fixes; {} is what it does.
_FIXES = {
    "safe": "`crm check --fix` will {}; `crm undo` takes it back.",
    "unsafe": "`crm check --unsafe-fixes` will {}, and asks first; `crm undo` takes it back.",
    "safe or unsafe": "`crm check --fix` will {}, where that is safe; `crm check --unsafe-fixes` does the rest, and asks first. `crm undo` takes it back.",
}
_GLUE = "\ue010"  # stands for a blank that no line breaks at; text that is visible has none
# The sections of a manual page, by the key that JSON has for each.
_SECTIONS = {
    "What it flags": "flags",
    "Why": "why",
    "Settle": "settle",
    "Source": "source",
}


def list_rules(app: App, *, rows: Rows) -> int:
    """List every rule, yours too, and whether the config lets it run."""
    from crmcli.output.columns import pick

    names = pick(rows.columns, COLUMNS, TABLE if _on_screen(app, rows) else COLUMNS)
    table = []
    for code in sorted([*app.rules.codes(), *app.rules.broken]):
        values = _facts(app, code)
        table.append([values[name] for name in names])
    app.out.rows(names, table, rows.format, shrink=("summary",))
    return ExitCode.OK


def _on_screen(app: App, rows: Rows) -> bool:
    return rows.format == "table" or (rows.format is None and app.out.terminal)


def _facts(app: App, code: str) -> dict[str, Any]:
    """The columns of a rule: state is on, off (by the config) or broken."""
    if code in app.rules.broken:
        name, why = app.rules.broken[code]
        empty = dict.fromkeys(("severity", "asks", "fix"), "")
        told = {"summary": why, "state": "broken", "own": True}
        return {"code": code, "name": name, **empty, **told}
    rule = app.rules.get(code)
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": SEVERITIES[rule.severity],
        "asks": "touch" if rule.touch else "tidy",
        "fix": rule.fixes,
        "summary": rule.page.strip().splitlines()[0],
        "state": "on" if code in app.rules.running() else "off",
        "own": code in app.rules.own,
    }


def show_rule(
    app: App,
    word: Annotated[str, Argument(metavar="CODE", help="R201, quiet, or a prefix of several: R2.")],
    *,
    rows: Rows,
) -> int:
    """Explain a rule: what it flags, why, how to settle it, its options and what yours are.

    crm rule show quiet
    """
    codes = app.rules.matching(word)
    if rows.format in ("json", "jsonl"):
        told = [_everything(app, code) for code in codes]
        app.out.json(told[0] if len(told) == 1 else told)
    elif rows.format or rows.columns:
        from crmcli.output.columns import pick

        names = pick(rows.columns, COLUMNS, COLUMNS)
        facts = [_facts(app, code) for code in codes]
        app.out.rows(names, [[fact[name] for name in names] for fact in facts], rows.format)
    else:
        pages = ["\n".join(_page(app, code)) for code in codes]
        app.out.page("\n\n\n".join(pages))
    return ExitCode.OK


def _everything(app: App, code: str) -> dict[str, Any]:
    """All that there is to tell of a rule."""
    facts = _facts(app, code)
    if facts["state"] == "broken":
        return facts
    rule = app.rules.get(code)
    _, told = _paragraphs(rule)
    return facts | {
        **{key: told.get(section) for section, key in _SECTIONS.items()},
        "mends": _mends(rule),
        "options": _options(app, rule),
        "mutes": list(rule.mutes),
        "muted_by": _muted_by(app, code),
        "action": list(rule.action),
    }


def _paragraphs(rule: Rule) -> tuple[str, dict[str, str]]:
    """The first line of the manual page, and its sections, each on one line."""
    first, *rest = cleandoc(rule.page).replace("``", "`").split("\n\n")
    told: dict[str, str] = {}
    section = ""
    for paragraph in rest:
        text = " ".join(paragraph.split())
        head, _, body = text.partition(": ")
        if head in _SECTIONS:
            section, text = head, body
        text = text[:1].upper() + text[1:]
        told[section] = f"{told[section]}\n{text}" if section in told else text
    return first, told


def _options(app: App, rule: Rule) -> list[dict[str, Any]]:
    given = selection.options(app.config, [rule]).get(rule.code, {})
    return [
        {"name": name, "default": default, "value": given.get(name, default)}
        for name, default in rule.options.items()
    ]


def _muted_by(app: App, code: str) -> list[str]:
    """Codes of the rules that silence this one on a person, or some occurrences of it."""
    return [
        other
        for other in app.rules.codes()
        if code in [muted.partition(":")[0] for muted in app.rules.get(other).mutes]
    ]


def _mends(rule: Rule) -> str | None:
    """What the fix does, in words; None without one."""
    return FIXES[rule.fix].do.format("all of them") if rule.fix else None


def _named(app: App, muted: Sequence[str]) -> str:
    """Rules by code and name; of ``T602:*first order`` only the occurrences that fit it."""
    found = []
    for entry in muted:
        code, _, pattern = entry.partition(":")
        found.append(f"{code} {app.rules.name_of(code)}" + (f" ({pattern})" if pattern else ""))
    return ", ".join(found)


def _page(app: App, code: str) -> Iterator[str]:
    """The manual page as it reads on a screen and in a pipe."""
    width = min(app.out.width, _MOST_WIDTH) if app.out.terminal else WIDTH
    facts = _facts(app, code)
    yield app.out.style(f"{code} {facts['name']}".rstrip(), "bold")
    if facts["state"] == "broken":
        yield from ("Broken; it does not run.", "")
        yield from wrap(visible(facts["summary"]), width)
        return
    rule = app.rules.get(code)
    asks = "a touch, in crm remind and crm check" if rule.touch else "tidying up, in crm check"
    yield f"{facts['severity']}; asks for {asks}{_state(app, code)}"
    first, told = _paragraphs(rule)
    yield ""
    yield from wrap(visible(first), width)
    for section, text in told.items():
        yield ""
        yield app.out.style(section, "bold")
        yield from _wrapped(visible(text, multiline=True), width)
    if rule.fix:
        yield ""
        yield app.out.style("Fix", "bold")
        yield from _wrapped(_FIXES[rule.fixes].format(_mends(rule)), width)
    yield from _settings(app, rule, width)


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Lines of a section; a command between backticks stays whole, where it fits a line."""
    pieces = text.split("`")
    for place in range(1, len(pieces), 2):
        if len(pieces[place]) + 4 < width:
            pieces[place] = pieces[place].replace(" ", _GLUE)
    for line in wrap("`".join(pieces), width, indent="  "):
        yield line.replace(_GLUE, " ")


def _state(app: App, code: str) -> str:
    if code in app.rules.running():
        return ""
    key = "rules.ignore" if code in app.rules.ignored() else "rules.select"
    line = app.config.line(key)
    return f"; off by {key}, {app.config.path}{f':{line}' if line else ''}"


def _settings(app: App, rule: Rule, width: int) -> Iterator[str]:
    """What can be set, what it silences, and what is mended by itself."""
    options = _options(app, rule)
    if options:
        yield ""
        yield app.out.style("Options", "bold") + f", in the config under [rules.{rule.name}]"
        longest = max(len(f"{option['name']} = {option['value']}") for option in options)
        for option in options:
            text = f"{option['name']} = {option['value']}".ljust(longest)
            same = option["value"] == option["default"]
            origin = "the default" if same else f"yours; the default is {option['default']}"
            yield f"  {text}  {origin}"
    rest = []
    if rule.mutes:
        rest.append(f"Where it is heard, these are not: {_named(app, rule.mutes)}.")
    if by := _muted_by(app, rule.code):
        rest.append(f"Not heard where one of these is: {_named(app, by)}.")
    for text in rest:
        yield ""
        yield from wrap(visible(text), width)
