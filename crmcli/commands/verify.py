"""crm verify."""

from __future__ import annotations

from crmcli import lines, whom
from crmcli.errors import RefusedError, UsageError
from crmcli.store import channels, contacts, privacy

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Annotated

    from typer import Argument, Option

    from crmcli.context import App
    from crmcli.params import DryRun, Where, Yes


def verify(
    app: App,
    words: Annotated[
        list[str] | None,
        Argument(metavar="WHO [ADDRESS|NUMBER]", help="Whom; and which, where they have several."),
    ] = None,
    *,
    email: Annotated[bool, Option("--email", help="Their e-mail works.")] = False,
    phone: Annotated[bool, Option("--phone", help="Their phone works.")] = False,
    on: Annotated[
        str | None, Option("--on", metavar="D", help="When that was checked; today by default.")
    ] = None,
    where: Where = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Note that somebody's data was checked, or that an e-mail or phone works, dead or not.

    Without a name of one it is about those that are not known to be dead. For example:

      crm verify anna

      crm verify 7 --email anna@acme.example
    """
    if bool(words) == (where is not None):
        raise UsageError("whom? crm verify WHO, or crm verify --where QUERY")
    asked = [name for name, wanted in (("email", email), ("phone", phone)) if wanted]
    ids, rest = whom.people(app, words or [], where)
    if rest and where is None and len(asked) != 1:
        raise UsageError(f'which is "{" ".join(rest)}"? Say --email or --phone with it')
    day = lines.moment(app, app.past(on))[:10] if on else app.today.isoformat()
    chosen: list[tuple[str, sqlite3.Row]] = []
    if where is None:
        named = rest or words or []
        chosen = [(name, row) for name in asked for row in _choose(app, ids[0], name, named, rest)]

    def change(contact_id: int) -> bool:
        found = chosen or [
            (name, row)
            for name in asked
            for row in channels.of_contact(app.db, contact_id, name)
            if row["dead_on"] is None
        ]
        changed = [channels.verify(app.db, name, row["id"], day) for name, row in found]
        if any(changed):
            privacy.stamp(app.db, contact_id, app.at)
        if asked:
            return any(changed)
        return privacy.set_day(app.db, contact_id, "verified_on", day, app.at)

    shown = ", ".join(row["shown"] for _, row in chosen) or " and ".join(asked)
    what = f"{shown} verified {day}".strip()
    code = whom.each(app, ids, change, what, bulk=where is not None, dry_run=dry_run, yes=yes)
    for name in asked if where is None else ():
        for row in channels.of_contact(app.db, ids[0], name):
            if row["dead_on"] and row["id"] not in [other["id"] for _, other in chosen]:
                app.out.note(f"still dead: {row['shown']}, since {row['dead_on']}")
    return code


def _choose(
    app: App, contact_id: int, channel: str, named: list[str], rest: list[str]
) -> list[sqlite3.Row]:
    """The entries that are meant: the one named, else those that are not dead, else the only one.

    Raises:
        RefusedError: there is none, or which of several dead ones is not said.
    """
    rows = channels.of_contact(app.db, contact_id, channel)
    name, word = contacts.get_name(app.db, contact_id), channels.CHANNELS[channel][2]
    same = channels.find(rows, channel, " ".join(named), app.region)
    have = ", ".join(row["shown"] for row in rows)
    if same:
        return [same]
    if rest:
        raise RefusedError(f'{name} has no {word} "{" ".join(rest)}"; there is {have or "none"}')
    if not rows:
        raise RefusedError(f"{name} has no {word}; crm edit {contact_id} --{channel} adds one")
    alive = [row for row in rows if row["dead_on"] is None]
    if not alive and len(rows) > 1:
        raise RefusedError(f"which of them works? crm verify {contact_id} --{channel}: {have}")
    return alive or rows
