"""Whom a command is about: one person named in front, or everybody that ``--where`` finds."""

from __future__ import annotations

from crmcli.errors import ExitCode, NothingFoundError
from crmcli.store import contact_edit, contacts, search
from crmcli.writing import Writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.context import App
    from crmcli.store.contact_edit import Changes


def people(app: App, words: list[str], where: str | None) -> tuple[list[int], list[str]]:
    """Return the ids that are meant, and the words that are not part of WHO.

    Raises:
        UnknownContactError, AmbiguousContactError: as App.contact.
        NothingFoundError: the query finds nobody.
    """
    if where is None:
        contact_id, rest = app.contact_and_rest(words)
        return [contact_id], rest
    found = search.ids(app.db, app.where(where))
    if not found:
        raise NothingFoundError("nobody found; nothing to change")
    return found, words


def carry_out(
    app: App, ids: list[int], changes: Changes, what: str, *, bulk: bool, dry_run: bool, yes: bool
) -> int:
    """Change fields of these people; see ``each``."""

    def change(contact_id: int) -> bool:
        return contact_edit.apply(app.db, contact_id, changes, app.at)

    return each(app, ids, change, what, bulk=bulk, dry_run=dry_run, yes=yes)


def each(
    app: App,
    ids: list[int],
    change: Callable[[int], bool],
    what: str,
    *,
    bulk: bool,
    dry_run: bool,
    yes: bool,
) -> int:
    """Change these people in one transaction and say what came of it; the exit code.

    Args:
        app: the run.
        ids: whom; one unless ``bulk``.
        change: changes one of them, and says whether that made a difference.
        what: the change in few words, such as ``+vip``.
        bulk: found by a query: asks first, and counts instead of naming.
        dry_run: do and count the same, and roll it back.
        yes: don't ask.

    Raises:
        UsageError: a bulk change without ``--yes``, and nobody to ask.
    """
    several = count(len(ids), "person", "people")
    if bulk and not (dry_run or yes or app.out.confirm(f"{what} on {several}")):
        app.out.note("nothing changed")
        return ExitCode.OK
    if bulk and not dry_run:
        from crmcli.db import backups

        backups.before(app, "edit")
    changed = 0
    with Writing(app, dry_run=dry_run), app.out.progress("changing", len(ids)) as progress:
        for contact_id in ids:
            changed += change(contact_id)
            progress.advance()
    would = "would be " if dry_run else ""
    if bulk:
        app.out.say(f"{would}{what}: {changed:,} of {several}")
    else:
        state = f"{would}{what}" if changed else f"{what} already"
        app.out.say(f"{ids[0]}  {contacts.get_name(app.db, ids[0])}  {state}")
    return ExitCode.OK


def count(number: int, one: str, many: str) -> str:
    """``1 person``, ``12 people``."""
    return f"{number:,} {one if number == 1 else many}"
