"""crm add."""

from __future__ import annotations

from crmcli.errors import ExitCode, InvalidValueError, RefusedError
from crmcli.store import contacts, forgotten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated, Any

    from typer import Argument, Option

    from crmcli.context import App, Fields


def add(
    app: App,
    name: Annotated[
        list[str] | None, Argument(metavar="NAME...", help="The name; no quotes needed.")
    ] = None,
    *,
    fields: Fields,
    force: Annotated[
        bool,
        Option("--force", help="Add even if the e-mail or phone is known, or was forgotten."),
    ] = False,
) -> int:
    """Add a contact and print its id.

    Words need no quotes, and "Anna Nowak <anna@acme.pl>" is understood:

      crm add Anna Nowak --email anna@acme.pl --company Acme --tag vip

    Whoever is new is a lead, until --lifecycle says otherwise.
    """
    words, addresses = _name_and_address(app, name or [])
    check = app.checker()
    emails = [*addresses, *(fields.raw.get("emails") or [])]
    raw = check.merged({**fields.raw, "name": words, "emails": emails}, fields.pairs)
    checked = check.check({field: value for field, value in raw.items() if value != ""})
    parted = _parted(checked)
    known = forgotten.channels(parted.get("emails", ()), parted.get("phones", ()))
    with app.write():
        if not force:
            _refuse_twin(app, parted)
            _refuse_forgotten(app, known)
        elif forgotten.lift(app.db, known):
            app.out.note("was forgotten; from now on imports may bring them in again")
        contact_id = contacts.add(app.db, parted, app.at)
    app.out.say(f"{contact_id}  {parted['name']}")
    namesake = contacts.find_namesake(app.db, contact_id) if parted.get("company") else None
    if namesake:
        app.out.warn(
            f"{namesake[0]} at {namesake[1]} has the same name; if they are one:"
            f" crm merge {namesake[0]} {contact_id} --dry-run"
        )
    return ExitCode.OK


def _name_and_address(app: App, words: list[str]) -> tuple[str, list[str]]:
    """The name and the address that "Anna Nowak <anna@acme.pl>" gives; asks where there is no name.

    An address alone is the name as well, until there is a better one.
    """
    text = " ".join(words).strip() or app.out.ask("Name", flag="NAME")
    if not text:
        raise InvalidValueError("name is empty; crm add NAME")
    if "@" not in text:
        return text, []
    from crmcli.values import email

    pair = email.split_name_address(text)
    if pair:
        return pair[0], [pair[1]]
    name, _, last = text.rpartition(" ")
    if "@" not in last:
        return text, []
    address = email.parse(last)
    return name or address, [address]


def _parted(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields with the given and the family name, where the name shows them."""
    from crmcli.values import name

    shown, given, family = name.parse(fields["name"])
    return {"given": given, "family": family, **fields, "name": shown}


def _refuse_forgotten(app: App, known: forgotten.Known) -> None:
    at = forgotten.find(app.db, known)
    if at:
        raise RefusedError(
            f"somebody with that e-mail or phone was forgotten on {at[:10]};"
            " if they are a customer again: --force"
        )


def _refuse_twin(app: App, fields: dict[str, Any]) -> None:
    twin = contacts.find_twin(app.db, fields.get("emails", ()), fields.get("phones", ()))
    if twin:
        number, name, what = twin
        raise RefusedError(
            f"{what} belongs to {number} {name} already; crm edit {number} changes them, --force adds another"
        )
