"""The command crm ignore."""

from __future__ import annotations

from crmcli.errors import ExitCode, RefusedError, UsageError
from crmcli.rules import engine, handles
from crmcli.store import card, contacts, silences
from crmcli.values.text import clean, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    from typer import Argument, Option

    from crmcli.context import App, Rows
    from crmcli.params import Reason

COLUMNS = ("handle", "name", "contact", "tag", "reason", "since", "findings")


def ignore(
    app: App,
    handle: Annotated[
        str | None,
        Argument(metavar="HANDLE", help="R201:7 a rule on a person, R201:+vip a rule on a tag."),
    ] = None,
    *,
    reason: Reason = None,
    lift: Annotated[bool, Option("--lift", help="Hear it again.")] = False,
    list_: Annotated[
        bool,
        Option("--list", help="What is ignored, why, and how many findings that silences now."),
    ] = False,
    rows: Rows,
) -> int:
    """Silence a rule on a person or on a tag for good; crm check says when that has no use any more.

    crm ignore R201:7 --reason "writes when he needs something"
    crm ignore birthday:+supplier
    crm ignore --list
    """
    if list_:
        if handle or reason or lift:
            raise UsageError("--list stands alone: crm ignore --list")
        return _list(app, rows)
    if rows.format or rows.columns:
        raise UsageError("rows come with --list: crm ignore --list --json")
    if handle is None:
        raise UsageError("what? crm ignore R201:7, crm ignore R201:+vip, or crm ignore --list")
    if lift and reason:
        raise UsageError("--lift takes the HANDLE alone: crm ignore R201:7 --lift")
    which = handles.get(handle, app.rules, gone=lift)
    known = which.code in app.rules.codes()
    if which.follow_up is not None or (known and "ref" in app.rules.get(which.code).gives):
        raise UsageError(
            "a follow-up cannot be ignored; crm done F12 closes it, crm snooze F12 WHEN puts it off"
        )
    rule = f"{which.code} {app.rules.name_of(which.code)}" if known else which.code
    tag_id, on = _whom(app, which.contact_id, which.tag, lift=lift)
    with app.write():
        if lift:
            changed = silences.lift(app.db, which.code, which.contact_id, tag_id)
        else:
            changed = True
            silences.ignore(
                app.db,
                which.code,
                which.contact_id,
                tag_id,
                reason=clean(reason) if reason else None,
                at=app.at,
            )
    if lift:
        app.out.say(
            f"heard again: {rule} on {on}" if changed else f"was not silent: {rule} on {on}"
        )
    else:
        app.out.say(f"ignored: {rule} on {on}")
    return ExitCode.OK


def _whom(app: App, contact_id: int | None, tag: str, *, lift: bool) -> tuple[int | None, str]:
    """The id of the tag, if it is about one, and what to call the one or the other.

    What is lifted may be on a tag that nobody has any more.
    """
    if tag:
        source = "SELECT tag_id, tag FROM silences" if lift else "SELECT tag_id, name FROM tags"
        for row in app.db.execute(source):
            if row[1] is not None and fold(row[1]) == fold(tag):
                return row[0], f"+{row[1]}"
        raise RefusedError(
            f'nothing is ignored on the tag "{tag}"; crm ignore --list shows what is'
            if lift
            else f'nobody has the tag "{tag}"; crm tag --list shows them'
        )
    if not app.db.execute("SELECT 1 FROM contacts WHERE id = ?", (contact_id,)).fetchone():
        raise RefusedError(f"there is no contact {contact_id}")
    return None, f"{contact_id} {contacts.get_name(app.db, contact_id or 0)}"


def _list(app: App, rows: Rows) -> int:
    from crmcli.output.columns import pick
    from crmcli.values.dates import from_utc

    names = pick(rows.columns, COLUMNS, COLUMNS)
    codes = silences.ignored_rules(app.db)
    rules = [app.rules.get(code) for code in codes if code in app.rules.codes()]
    day = app.day
    engine.fill(app.db, app.config, rules, day, told=False)
    table = []
    for row in engine.ignored(app.db, codes):
        person = card.person(app.db, row["contact_id"]) if row["contact_id"] else None
        values = {
            "handle": handles.ignored(row),
            "name": app.rules.name_of(row["rule"]),
            "contact": person,
            "tag": row["tag"],
            "reason": row["reason"],
            "since": from_utc(row["created_at"], app.tz).isoformat()[:10],
            "findings": row["findings"],
        }
        table.append([values[name] for name in names])
    app.out.rows(names, table, rows.format, shrink=("reason",))
    if not table and app.out.terminal and not rows.format:
        app.out.note("nothing is ignored")
    return ExitCode.OK
