"""crm add."""

from __future__ import annotations

from crmcli.errors import ExitCode, InvalidValueError, RefusedError
from crmcli.store import contacts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated, Any

    from typer import Argument, Option

    from crmcli.context import App


# An option a line.
# fmt: off
def add(
    app: App,
    name: Annotated[list[str] | None, Argument(metavar="NAME...", help="The name; no quotes needed.")] = None,
    *,
    email: Annotated[list[str] | None, Option("--email", metavar="E", help="An e-mail; again for more.")] = None,
    phone: Annotated[list[str] | None, Option("--phone", metavar="P", help="A phone, any spelling.")] = None,
    company: Annotated[str | None, Option("--company", metavar="C", help="The company, made if new.")] = None,
    title: Annotated[str | None, Option("--title", metavar="T", help="What they do there.")] = None,
    city: Annotated[str | None, Option("--city", metavar="C", help="The city.")] = None,
    country: Annotated[str | None, Option("--country", metavar="CC", help="The country, code or name.")] = None,
    region: Annotated[str | None, Option("--region", metavar="R", help="The state or region.")] = None,
    postcode: Annotated[str | None, Option("--postcode", metavar="P", help="The postal code.")] = None,
    address: Annotated[str | None, Option("--address", metavar="A", help="Street and house.")] = None,
    url: Annotated[list[str] | None, Option("--url", metavar="U", help="A web address; again for more.")] = None,
    lifecycle: Annotated[str | None, Option("--lifecycle", metavar="L", help="lead (default), prospect, customer, loyal, lapsed, partner, other.")] = None,
    tag: Annotated[list[str] | None, Option("--tag", metavar="T", help="A tag; again for more.")] = None,
    birthday: Annotated[str | None, Option("--birthday", metavar="D", help="1984-05-17, or --05-17 without a year.")] = None,
    date: Annotated[list[str] | None, Option("--date", metavar="KIND=D", help="A key date: renewal=2026-12-31, with notice renewal=2026-12-31/30d.")] = None,
    source: Annotated[str | None, Option("--source", metavar="S", help="Where they came from.")] = None,
    referred_by: Annotated[str | None, Option("--referred-by", metavar="WHO", help="Who sent them.")] = None,
    language: Annotated[str | None, Option("--language", metavar="L", help="Their language: pl, de, en.")] = None,
    currency: Annotated[str | None, Option("--currency", metavar="C", help="Their currency: PLN, EUR.")] = None,
    channel: Annotated[str | None, Option("--channel", metavar="K", help="How they like to be reached: call, email, message, meeting, visit, post.")] = None,
    cadence: Annotated[str | None, Option("--cadence", metavar="30d", help="How often they should hear from you.")] = None,
    note: Annotated[str | None, Option("--note", metavar="TEXT", help="A note on the person.")] = None,
    set_: Annotated[list[str] | None, Option("--set", metavar="FIELD=VALUE", help="Any field, also one of your own.")] = None,
    force: Annotated[bool, Option("--force", help="Add even if the e-mail or phone is known.")] = False,
) -> int:
    """Add a contact and print its id.

    Words need no quotes, and "Anna Nowak <anna@acme.pl>" is understood:

      crm add Anna Nowak --email anna@acme.pl --company Acme --tag vip
    """
    words, addresses = _name_and_address(app, name or [])
    raw: dict[str, Any] = {
        "name": words, "emails": [*addresses, *(email or [])], "phones": phone, "company": company,
        "title": title, "city": city, "country": country, "region": region, "postcode": postcode,
        "address": address, "urls": url, "lifecycle": lifecycle, "tags": tag, "birthday": birthday,
        "dates": date, "source": source, "referred_by": referred_by, "language": language,
        "currency": currency, "channel": channel, "cadence": cadence, "note": note,
    }  # fmt: skip
    check = app.checker()
    for field, value in check.pairs(set_).items():
        raw[field] = [*(raw.get(field) or []), *value] if isinstance(value, list) else value
    fields = _parted(check.check({field: value for field, value in raw.items() if value != ""}))
    with app.write():
        if not force:
            _refuse_twin(app, fields)
        contact_id = contacts.add(app.db, fields, app.at)
    app.out.say(f"{contact_id}  {fields['name']}")
    return ExitCode.OK
# fmt: on


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


def _refuse_twin(app: App, fields: dict[str, Any]) -> None:
    twin = contacts.find_twin(app.db, fields.get("emails", ()), fields.get("phones", ()))
    if twin:
        number, name, what = twin
        raise RefusedError(
            f"{what} belongs to {number} {name} already; crm edit {number} changes them, --force adds another"
        )
