"""crm consent."""

from __future__ import annotations

from crmcli import lines, whom
from crmcli.errors import ExitCode, RefusedError, UsageError
from crmcli.output.columns import pick
from crmcli.store import contacts, privacy
from crmcli.values import basis as bases
from crmcli.values.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Annotated

    from typer import Argument, Option

    from crmcli.context import App, Rows
    from crmcli.params import DryRun, Where, Yes

COLUMNS = ("basis", "given_on", "source", "withdrawn_on")


def consent(
    app: App,
    words: Annotated[
        list[str] | None,
        Argument(metavar="WHO", help="Whom: an id, an e-mail, a phone, or words of the name."),
    ] = None,
    *,
    basis: Annotated[
        str | None,
        Option(
            "--basis",
            metavar="B",
            help="consent, contract, legitimate-interest, legal-obligation, vital-interests or public-task.",
        ),
    ] = None,
    source: Annotated[
        str | None,
        Option("--source", metavar="S", help="Where it was given: what you could show."),
    ] = None,
    on: Annotated[
        str | None,
        Option("--on", metavar="D", help="When it was given or withdrawn; today by default."),
    ] = None,
    withdraw: Annotated[
        bool, Option("--withdraw", help="It is taken back: all of it, or the --basis named.")
    ] = False,
    notice: Annotated[
        str | None,
        Option("--notice", metavar="D", help="When they were told what you keep about them."),
    ] = None,
    where: Where = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    rows: Rows,
) -> int:
    """Note on what lawful basis somebody may be written to; alone it shows what is noted.

    For example:

      crm consent anna --basis consent --source "fair in Brno"

      crm consent anna --withdraw

      crm consent anna --notice today
    """
    if bool(words) == (where is not None):
        raise UsageError("whom? crm consent WHO, or crm consent --where QUERY")
    asked = basis is not None or withdraw or notice
    if (source or on) and basis is None and not withdraw:
        raise UsageError("--source and --on go with --basis or --withdraw")
    if source and withdraw:
        raise UsageError("--source is where a basis was given; it does not go with --withdraw")
    if where is not None and not asked:
        raise UsageError("what of them? crm consent --where QUERY --basis B, or --notice D")
    ids, rest = whom.people(app, words or [], where)
    if rest and where is None:
        raise UsageError(f'what is "{" ".join(rest)}"? crm consent WHO --basis B --source S')
    if not asked:
        return _show(app, ids[0], rows)
    name = None if basis is None else bases.parse(basis)
    day, told = _day(app, on), _day(app, notice)
    kept = clean(source or "") or None
    today = app.today.isoformat()

    def change(contact_id: int) -> bool:
        changed = False
        if withdraw:
            changed = privacy.withdraw(app.db, contact_id, name, day or today)
        elif name:
            changed = privacy.give(app.db, contact_id, name, day, kept, today)
        if changed:
            privacy.stamp(app.db, contact_id, app.at)
        if told:
            changed |= privacy.set_day(app.db, contact_id, "notice_on", told, app.at)
        return changed

    if withdraw and where is None:
        _refuse_nothing(app, ids[0], name)
    what = ", ".join(_said(name, day or today, kept, told, withdraw=withdraw))
    return whom.each(app, ids, change, what, bulk=where is not None, dry_run=dry_run, yes=yes)


def _day(app: App, text: str | None) -> str | None:
    return lines.moment(app, app.past(text))[:10] if text else None


def _said(
    name: str | None, day: str, source: str | None, told: str | None, *, withdraw: bool
) -> Iterator[str]:
    if withdraw:
        yield f"{name or 'every basis'} withdrawn {day}"
    elif name:
        yield f"{name} {day}" + (f" ({source})" if source else "")
    if told:
        yield f"notice {told}"


def _refuse_nothing(app: App, contact_id: int, name: str | None) -> None:
    """Who never agreed to anything cannot take it back, but can ask to be left alone."""
    if not any(name in (None, row["basis"]) for row in privacy.consents(app.db, contact_id)):
        who = f"{contact_id} {contacts.get_name(app.db, contact_id)}"
        raise RefusedError(
            f"{who}: no {name or 'basis'} is noted; crm dnc {contact_id} keeps them from being contacted"
        )


def _show(app: App, contact_id: int, rows: Rows) -> int:
    found = privacy.consents(app.db, contact_id)
    if rows.format or rows.columns:
        names = pick(rows.columns, COLUMNS, COLUMNS)
        app.out.rows(names, [[row[name] for name in names] for row in found], rows.format)
        return ExitCode.OK
    notice = app.db.execute(
        "SELECT notice_on FROM contacts WHERE id = ?", (contact_id,)
    ).fetchone()[0]
    app.out.say(f"{contact_id}  {contacts.get_name(app.db, contact_id)}")
    for row in found:
        source = f"  {row['source']}" if row["source"] else ""
        end = f", withdrawn {row['withdrawn_on']}" if row["withdrawn_on"] else ""
        app.out.say(f"   {row['basis']} {row['given_on']}{end}{source}")
    if not found:
        app.out.say(
            f"   no basis noted: crm consent {contact_id} --basis B --source WHERE, or crm untag"
        )
    app.out.say(f"   notice {notice}" if notice else "   no notice noted")
    return ExitCode.OK
