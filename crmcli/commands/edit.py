"""crm edit."""

from __future__ import annotations

from crmcli import whom
from crmcli.errors import ExitCode, RefusedError, UsageError
from crmcli.store import card, channels, contact_edit, contacts, forgotten, history, privacy, story
from crmcli.store.contact_edit import Changes
from crmcli.values.text import clean
from crmcli.writing import Writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated, Any

    from typer import Argument, Option

    from crmcli.context import App, Fields
    from crmcli.params import DryRun, Where, Yes

# What belongs to one person only.
_PERSONAL = ("name", "given", "family", "emails", "phones", "birthday")


def edit(
    app: App,
    who: Annotated[
        list[str] | None,
        Argument(metavar="WHO", help="Whom: an id, an e-mail, a phone, or words of the name."),
    ] = None,
    *,
    name: Annotated[str | None, Option("--name", metavar="N", help="The whole name.")] = None,
    fields: Fields,
    remove_email: Annotated[
        list[str] | None, Option("--remove-email", metavar="E", help="An e-mail to take off.")
    ] = None,
    remove_phone: Annotated[
        list[str] | None, Option("--remove-phone", metavar="P", help="A phone to take off.")
    ] = None,
    label: Annotated[
        list[str] | None,
        Option(
            "--label",
            metavar="E=LABEL",
            help="What an e-mail or phone is called, such as anna@acme.example=work; nothing behind = takes it off.",
        ),
    ] = None,
    clear: Annotated[
        list[str] | None, Option("--clear", metavar="FIELD", help="Empty a field; again for more.")
    ] = None,
    force: Annotated[
        bool, Option("--force", help="Take an e-mail or phone that somebody else has too.")
    ] = False,
    where: Where = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Change fields of a person, or of everybody that a query finds.

    Without an option it opens your editor on all the fields:

      crm edit anna --city Kraków --tag vip

      crm edit anna --label 601100101=mobile

      crm edit --where company:acme --lifecycle customer

    E-mails, phones, tags and links are added to those there are; --remove-email, --remove-phone and
    crm untag take them off.
    """
    if bool(who) == (where is not None):
        raise UsageError("whom? crm edit WHO, or crm edit --where QUERY")
    changes = _asked(app, {**fields.raw, "name": name}, fields.pairs, clear or [])
    removed = {"emails": remove_email or [], "phones": remove_phone or []}
    if where is not None:
        if any(removed.values()) or label:
            raise UsageError(
                "--remove-email, --remove-phone and --label are for one person, not for --where"
            )
        return _in_bulk(app, where, changes, dry_run=dry_run, yes=yes)
    contact_id = app.contact(who or [])
    _remove(app, contact_id, changes, removed)
    _label(app, contact_id, changes, label or [])
    if not changes:
        return _in_editor(app, contact_id, force=force, dry_run=dry_run)
    return _carry_out(app, contact_id, changes, force=force, dry_run=dry_run)


def _asked(app: App, raw: dict[str, Any], pairs: list[str], clear: list[str]) -> Changes:
    """What the options ask for, checked; an empty value empties the field."""
    check = app.checker()
    raw = check.merged(raw, pairs)
    changes = Changes()
    emptied = [field for field, value in raw.items() if value == ""]
    changes.clear = [contact_edit.check_clear(app.db, field) for field in [*clear, *emptied]]
    changes.fields = check.check({field: value for field, value in raw.items() if value != ""})
    _name_parts(changes.fields)
    return changes


def _name_parts(fields: dict[str, Any]) -> None:
    """A new name brings its parts, unless they are given."""
    if "name" in fields:
        from crmcli.values import name

        shown, given, family = name.parse(fields["name"])
        fields |= {"given": given, "family": family} | fields | {"name": shown}


def _remove(app: App, contact_id: int, changes: Changes, removed: dict[str, list[str]]) -> None:
    """Find the entries to take off, in any spelling."""
    held = card.get(app.db, contact_id) if any(removed.values()) else {}
    for field, given in removed.items():
        for text in given:
            key = _key(app, field, text)
            same = [shown for shown in held[field] if _key(app, field, shown) == key]
            if not same:
                what = "e-mail" if field == "emails" else "phone"
                have = ", ".join(held[field]) or "none"
                raise RefusedError(f'{held["name"]} has no {what} "{text}"; there is {have}')
            changes.remove.setdefault(field, []).extend(same)


def _label(app: App, contact_id: int, changes: Changes, given: list[str]) -> None:
    """Find the e-mails and phones to be called something, in any spelling, also those that come with it."""
    for pair in given:
        entry, equals, label = (part.strip() for part in pair.rpartition("="))
        if not equals or not entry:
            raise UsageError(f'--label takes E-MAIL=LABEL or PHONE=LABEL, not "{pair}"')
        channel = "email" if "@" in entry else "phone"
        field = f"{channel}s"
        rows = channels.of_contact(app.db, contact_id, channel)
        known = channels.find(rows, channel, entry, app.region)
        new = map(_stored, changes.fields.get(field, ()))
        shown = known["shown"] if known else next((one for one in new if _key(app, field, one) == _key(app, field, entry)), None)  # fmt: skip
        if shown is None:
            name = contacts.get_name(app.db, contact_id)
            raise RefusedError(f'{name} has no "{entry}" to be called {label or "nothing"}')
        changes.labels.setdefault(field, {})[shown] = clean(label)


def _key(app: App, field: str, text: str) -> str:
    from crmcli.values import email, phone

    return email.key(text) if field == "emails" else phone.parse(text, app.region).key


def _in_bulk(app: App, where: str, changes: Changes, *, dry_run: bool, yes: bool) -> int:
    personal = [field for field in _PERSONAL if field in changes.fields]
    if personal:
        raise UsageError(f"{personal[0]} is one person's, not for --where")
    if not changes:
        raise UsageError("what shall change? crm edit --where QUERY --city CITY, or another field")
    ids, _ = whom.people(app, [], where)
    what = [_shown(field, value) for field, value in changes.fields.items()]
    what += [f"no {field}" for field in changes.clear]
    return whom.carry_out(app, ids, changes, ", ".join(what), bulk=True, dry_run=dry_run, yes=yes)


def _shown(field: str, value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}={text}" for name, text in value.items())
    if isinstance(value, list):
        value = ",".join(str(entry[0] if isinstance(entry, tuple) else entry) for entry in value)
    return f"{field}={value}"


def _carry_out(app: App, contact_id: int, changes: Changes, *, force: bool, dry_run: bool) -> int:
    """Change one person and tell what is different now."""
    with Writing(app, dry_run=dry_run) as transaction:
        if not contacts.is_there(app.db, contact_id):  # another shell was faster than an editor
            raise RefusedError(f"contact {contact_id} was merged or taken away meanwhile")
        _refuse_twin(app, contact_id, changes, force=force)
        before = privacy.barred_by(app.db, contact_id)
        changed = contact_edit.apply(app.db, contact_id, changes, app.at)
        name = contacts.get_name(app.db, contact_id)
        made = history.changes(app.db, transaction.set_id)
        told = [entry.text for entry in story.entries(app.db, made, tz=app.tz)]
        refuser = None if before else privacy.barred_by(app.db, contact_id)
    state = ("would be changed" if dry_run else "changed") if changed else "unchanged"
    app.out.say(f"{contact_id}  {name}  {state}")
    for text in filter(None, told):
        app.out.say(f"   {text}")
    if refuser:
        app.out.warn(privacy.told_barred(contact_id, name, refuser))
    return ExitCode.OK


def _refuse_twin(app: App, contact_id: int, changes: Changes, *, force: bool) -> None:
    """An e-mail or phone that is new here and belongs to somebody else, or did and was forgotten."""
    emails, phones = (changes.fields.get(field, ()) for field in ("emails", "phones"))
    known = forgotten.channels(emails, phones)
    if force:
        forgotten.lift(app.db, known)
        return
    at = forgotten.find(app.db, known)
    if at:
        raise RefusedError(
            f"somebody with that e-mail or phone was forgotten on {at[:10]}; --force takes it all the same"
        )
    twins = [contacts.find_twin(app.db, (address,), ()) for address in emails]
    twins += [contacts.find_twin(app.db, (), (number,)) for number in phones]
    for twin in twins:
        if twin and twin[0] != contact_id:
            raise RefusedError(
                f"{twin[2]} belongs to {twin[0]} {twin[1]} already; --force gives it to both"
            )


def _in_editor(app: App, contact_id: int, *, force: bool, dry_run: bool) -> int:
    """Open the editor on everything; what it leaves is taken whole or not at all."""
    from crmcli import editor
    from crmcli.exchange import contact_toml

    named = app.environ.get("VISUAL") or app.environ.get("EDITOR")
    if not app.out.can_ask and not named:
        raise UsageError(
            "nothing to change: give an option such as --city, or a terminal for the editor"
        )
    held = card.get(app.db, contact_id)
    held["custom"] = {field: value for field, value in held.items() if field not in card.FIELDS}
    text = contact_toml.write(held)
    before = contact_toml.read(text)

    def take(edited: str) -> None:
        changes = _differences(app, before, contact_toml.read(edited))
        _carry_out(app, contact_id, changes, force=force, dry_run=dry_run)

    name = f"contact-{contact_id}.toml"
    edited = editor.edit(text, take, out=app.out, environ=app.environ, name=name, uid=held["uid"])
    if edited is None:
        app.out.say(f"{contact_id}  {held['name']}  unchanged")
    return ExitCode.OK


def _differences(app: App, before: dict[str, Any], after: dict[str, Any]) -> Changes:
    """What the owner changed in the text, checked."""
    from crmcli.exchange.contact_toml import LISTS

    changes = Changes()
    raw: dict[str, Any] = {}
    for field, value in after.items():
        if value == before[field] or field == "custom":
            continue
        if field in LISTS:
            changes.remove[field] = [entry for entry in before[field] if entry not in value]
            raw[field] = [entry for entry in value if entry not in before[field]]
        elif value is None:
            changes.clear.append(contact_edit.check_clear(app.db, field))
        else:
            raw[field] = value
    own, held = after["custom"], before["custom"]
    custom = {field: own.get(field) for field in (*held, *own) if own.get(field) != held.get(field)}
    check = app.checker()
    changes.fields = check.check(raw)
    if not {"given", "family"} & {*raw, *changes.clear}:
        _name_parts(changes.fields)
    if custom:
        changes.fields["custom"] = custom
    for field in contact_edit.ORDERED:
        if after[field] != before[field]:
            kept = set(before[field])
            changes.order[field] = [
                entry if entry in kept else _stored(check.check({field: [entry]})[field][0])
                for entry in after[field]
            ]
    return changes


def _stored(value: Any) -> str:
    """An entry as it will be shown once it is stored."""
    if isinstance(value, str):
        return value
    return f"{value.number} ext {value.extension}" if value.extension else str(value.number)
