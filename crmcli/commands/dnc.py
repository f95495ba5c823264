"""crm dnc."""

from __future__ import annotations

from crmcli import whom
from crmcli.errors import ExitCode, UsageError
from crmcli.store import card, interactions, privacy
from crmcli.values.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    from typer import Argument, Option

    from crmcli.context import App
    from crmcli.params import DryRun, Reason, Where, Yes


def dnc(
    app: App,
    words: Annotated[
        list[str] | None,
        Argument(metavar="WHO", help="Whom: an id, an e-mail, a phone, or words of the name."),
    ] = None,
    *,
    lift: Annotated[bool, Option("--lift", help="They may be contacted again.")] = False,
    reason: Reason = None,
    where: Where = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Mark somebody do-not-contact: no reminder, no draft, and crm log refuses what goes out.

    The reason is kept as a note. For example:

      crm dnc anna --reason "asked by mail not to be written to"

      crm dnc --where "tag:unsubscribed" --yes
    """
    if bool(words) == (where is not None):
        raise UsageError("whom? crm dnc WHO, or crm dnc --where QUERY")
    ids, rest = whom.people(app, words or [], where)
    if rest and where is None:
        raise UsageError(f'what is "{" ".join(rest)}"? The reason goes with --reason')
    why = clean(reason or "", multiline=True)
    what = "may be contacted" if lift else "do not contact"

    def change(contact_id: int) -> bool:
        changed = privacy.set_do_not_contact(app.db, contact_id, app.at, on=not lift)
        # Of a query only those who are new to it, or each morning's run would add the reason again.
        if why and (changed or where is None):
            note = {"kind": "note", "at": app.at, "text": f"{what}: {why}"}
            interactions.add(app.db, [contact_id], note)
        return changed

    code = whom.each(app, ids, change, what, bulk=where is not None, dry_run=dry_run, yes=yes)
    if where is None and not lift and code == ExitCode.OK:
        for row in card.follow_ups(app.db, ids[0], every=False):
            end = " --end" if row["every"] else ""
            app.out.say(f"still open: F{row['id']} {row['text']}; crm done F{row['id']}{end}")
        for number, name in privacy.barred_with(app.db, ids[0]):
            app.out.say(f"left out too, with no other e-mail or phone: {number} {name}")
    return code
