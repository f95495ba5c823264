"""The commands crm rule list and crm rule show."""

from __future__ import annotations

from inspect import cleandoc

from crmcli.errors import ExitCode, UsageError
from crmcli.rules import selection
from crmcli.rules.base import SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    from typer import Argument

    from crmcli.context import App, Rows
    from crmcli.rules.base import Rule

COLUMNS = ("code", "name", "severity", "asks", "fix", "summary")


def list_rules(app: App, *, rows: Rows) -> int:
    """List every rule."""
    from crmcli.output.columns import pick

    names = pick(rows.columns, COLUMNS, COLUMNS)
    table = []
    for code in app.rules.codes():
        values = _facts(app.rules.get(code))
        table.append([values[name] for name in names])
    app.out.rows(names, table, rows.format, shrink=("summary",))
    return ExitCode.OK


def _facts(rule: Rule) -> dict[str, str]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": SEVERITIES[rule.severity],
        "asks": "touch" if rule.touch else "tidy",
        "fix": "unsafe" if rule.fix else "",
        "summary": rule.page.strip().splitlines()[0],
    }


def show_rule(
    app: App,
    word: Annotated[str, Argument(metavar="CODE|NAME", help="R201 or quiet.")],
) -> int:
    """Explain a rule: what it flags, why, how to settle it, its options."""
    codes = app.rules.matching(word)
    if len(codes) > 1:
        raise UsageError(f'"{word}" is {len(codes)} rules: {", ".join(codes)}; show one at a time')
    rule = app.rules.get(codes[0])
    facts = _facts(rule)
    lines = [
        app.out.style(f"{rule.code} {rule.name}", "bold")
        + f"  {facts['severity']}, asks for {'a touch' if facts['asks'] == 'touch' else 'tidying up'}",
        "",
        *cleandoc(rule.page).splitlines(),
        "",
    ]
    given = selection.options(app.config, [rule]).get(rule.code, {})
    for option, default in rule.options.items():
        own = f"; yours is {given[option]}" if option in given else ""
        lines.append(
            f"Option {option}: default {default}{own}; [rules.{rule.name}] {option} = {given.get(option, default)}"
        )
    if not rule.options:
        lines.append("No options.")
    if rule.mutes:
        lines.append(f"Mutes {', '.join(rule.mutes)} on the same person.")
    app.out.page("\n".join(lines))
    return ExitCode.OK
