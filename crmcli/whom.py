"""Whom a command is about: one person named in front, or everybody that ``--where`` finds."""

from __future__ import annotations

from crmcli.errors import ExitCode, NothingFoundError
from crmcli.store import contact_edit, contacts, search

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.context import App
    from crmcli.store.contact_edit import Changes


class _RehearsedError(Exception):
    """Leaves the transaction of a dry run, so that it is rolled back."""


def people(app: App, words: list[str], where: str | None) -> tuple[list[int], list[str]]:
    """Return the ids that are meant, and the words that are not part of WHO.

    Raises:
        UnknownContactError, AmbiguousContactError: as App.contact.
        NothingFoundError: the query finds nobody.
    """
    if where is None:
        contact_id, rest = app.contact_and_rest(words)
        return [contact_id], rest
    found = search.ids(app.db, app.query(where))
    if not found:
        raise NothingFoundError("nobody found; nothing to change")
    return found, words


def carry_out(
    app: App, ids: list[int], changes: Changes, what: str, *, bulk: bool, dry_run: bool, yes: bool
) -> int:
    """Change these people in one transaction and say what came of it; the exit code.

    Args:
        what: the changes in few words, such as ``+vip``.
        bulk: found by a query: asks first, and counts instead of naming.
        dry_run: do and count the same, and roll it back.

    Raises:
        UsageError: a bulk change without ``--yes``, and nobody to ask.
    """
    several = count(len(ids), "person", "people")
    if bulk and not (dry_run or yes or app.out.confirm(f"{what} on {several}")):
        app.out.note("nothing changed")
        return ExitCode.OK
    changed = 0
    try:
        with app.write(), app.out.progress("changing", len(ids)) as progress:
            for contact_id in ids:
                changed += contact_edit.apply(app.db, contact_id, changes, app.at)
                progress.advance()
            if dry_run:
                raise _RehearsedError
    except _RehearsedError:
        pass
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
