"""crm tag."""

from __future__ import annotations

from crmcli import whom
from crmcli.errors import ExitCode, UsageError
from crmcli.output.columns import pick
from crmcli.store import contact_edit, tags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    from typer import Argument, Option

    from crmcli.context import App, Rows
    from crmcli.params import DryRun, Where, Yes


def tag(
    app: App,
    words: Annotated[
        list[str] | None,
        Argument(metavar="WHO TAG...", help="Whom, then the tags; with --where the tags alone."),
    ] = None,
    *,
    where: Where = None,
    list_: Annotated[
        bool, Option("--list", help="All tags, each with its number of people.")
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    rows: Rows,
) -> int:
    """Put tags on a person, or on everybody that a query finds.

    A tag is made by its first use. For example:

      crm tag anna vip newsletter

      crm tag --where company:acme acme
    """
    if list_:
        if words or where is not None:
            raise UsageError("--list stands alone: crm tag --list")
        names = pick(rows.columns, ("tag", "count"), ("tag", "count"))
        found = tags.counts(app.db)
        order = [("tag", "count").index(name) for name in names]
        app.out.rows(names, ([row[place] for place in order] for row in found), rows.format)
        return ExitCode.OK
    ids, given = whom.people(app, words, where) if words else ([], [])
    if not given:
        raise UsageError("which tag? crm tag WHO TAG, or crm tag --list")
    wanted = contact_edit.Changes()
    wanted.fields["tags"] = list(dict.fromkeys(tags.checked(name) for name in given))
    shown = " ".join(f"+{name}" for name in wanted.fields["tags"])
    return whom.carry_out(app, ids, wanted, shown, bulk=where is not None, dry_run=dry_run, yes=yes)
