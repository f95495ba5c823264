"""crm untag."""

from __future__ import annotations

from crmcli import whom
from crmcli.errors import UsageError
from crmcli.store import contact_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    from typer import Argument

    from crmcli.context import App
    from crmcli.params import DryRun, Where, Yes


def untag(
    app: App,
    words: Annotated[
        list[str],
        Argument(metavar="WHO TAG...", help="Whom, then the tags; with --where the tags alone."),
    ],
    *,
    where: Where = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Take tags off a person, or off everybody that a query finds.

    For example:

      crm untag anna vip

      crm untag --where +newsletter newsletter
    """
    ids, given = whom.people(app, words, where)
    if not given:
        raise UsageError("which tag? crm untag WHO TAG; crm tag --list shows what there is")
    wanted = contact_edit.Changes()
    wanted.remove["tags"] = list(
        dict.fromkeys(contact_edit.known_tag(app.db, name) for name in given)
    )
    shown = " ".join(f"-{name}" for name in wanted.remove["tags"])
    return whom.carry_out(app, ids, wanted, shown, bulk=where is not None, dry_run=dry_run, yes=yes)
