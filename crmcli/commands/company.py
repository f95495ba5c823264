"""crm company."""

from __future__ import annotations

from crmcli.errors import ExitCode, RefusedError, UsageError
from crmcli.output.columns import pick
from crmcli.store import companies, company_rows
from crmcli.whom import count
from crmcli.writing import Writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Annotated, Any

    from typer import Argument, Option

    from crmcli.context import App, Rows
    from crmcli.params import DryRun, Query


def list_companies(app: App, query: Query = None, *, rows: Rows) -> int:
    """List companies with their people, open deals, value and last touch.

    Words find companies by name, city or note; fields find those whose people match:

      crm company list kraków

      crm company list +vip quiet:90d
    """
    asked = app.query(query or [])
    names = pick(rows.columns, company_rows.COLUMNS, company_rows.DEFAULT)
    if rows.format == "ids" and "id" not in names:
        names = ["id", *names]
    found = app.out.rows(
        names, company_rows.rows(app.db, asked, names), rows.format, shrink=("name",)
    )
    return ExitCode.OK if found else ExitCode.NOTHING


def show_company(
    app: App,
    name: Annotated[
        list[str], Argument(metavar="COMPANY", help="Which: an id, or words of the name.")
    ],
    *,
    rows: Rows,
) -> int:
    """Show a company: its fields, people, open deals and money."""
    company_id = companies.get(app.db, " ".join(name))
    held = company_rows.get(app.db, company_id)
    if rows.format in ("json", "jsonl"):
        people, deals = (
            company_rows.people(app.db, company_id),
            company_rows.deals(app.db, company_id),
        )
        app.out.json(held | {"people": people, "deals": deals})
    elif rows.format or rows.columns:
        names = pick(rows.columns, company_rows.COLUMNS, company_rows.COLUMNS)
        app.out.rows(names, [[held[column] for column in names]], rows.format)
    else:
        app.out.page("\n".join(_card(app, held)))
    return ExitCode.OK


def _card(app: App, held: dict[str, Any]) -> Iterator[str]:
    yield f"{app.out.style(held['name'], 'bold')}  {app.out.style('#' + str(held['id']), 'dim')}"
    for field in (
        "domain",
        "phone",
        "url",
        "address",
        "postcode",
        "city",
        "region",
        "country",
        "last",
        "note",
    ):
        if held[field]:
            text = str(held[field]).replace("\n", f"\n{'':15}")
            yield f"  {app.out.style(f'{field:<12}', 'dim')} {text}"
    if held["value"]:
        worth = f"{held['value']:,.2f} {app.config['owner.currency']} in 24 months"
        yield f"  {app.out.style('value       ', 'dim')} {worth}"
    people = [
        "  ".join(
            filter(
                None,
                [
                    f"{person['id']:>5}",
                    f"(dnc) {person['name']}" if person["do_not_contact"] else person["name"],
                    person["title"],
                    person["email"],
                    person["last"],
                ],
            )
        )
        for person in company_rows.people(app.db, held["id"])
    ]
    deals = [
        "  ".join(
            filter(
                None,
                [
                    f"D{deal['id']}",
                    deal["title"],
                    deal["amount"],
                    deal["currency"],
                    deal["stage"],
                    deal["close"],
                ],
            )
        )
        for deal in company_rows.deals(app.db, held["id"])
    ]
    for title, lines in (("People", people), ("Deals", deals)):
        if lines:
            yield from ["", app.out.style(title, "bold"), *(f"  {line}" for line in lines)]


def edit_company(
    app: App,
    company: Annotated[
        list[str], Argument(metavar="COMPANY", help="Which: an id, or words of the name.")
    ],
    *,
    name: Annotated[str | None, Option("--name", metavar="N", help="The name.")] = None,
    domain: Annotated[
        str | None,
        Option("--domain", metavar="D", help="The domain of its addresses: acme.example."),
    ] = None,
    phone: Annotated[
        str | None, Option("--phone", metavar="P", help="The phone, any spelling.")
    ] = None,
    url: Annotated[str | None, Option("--url", metavar="U", help="The web address.")] = None,
    address: Annotated[
        str | None, Option("--address", metavar="A", help="Street and house.")
    ] = None,
    city: Annotated[str | None, Option("--city", metavar="C", help="The city.")] = None,
    region: Annotated[
        str | None, Option("--region", metavar="R", help="The state or region.")
    ] = None,
    postcode: Annotated[
        str | None, Option("--postcode", metavar="P", help="The postal code.")
    ] = None,
    country: Annotated[
        str | None, Option("--country", metavar="CC", help="The country, code or name.")
    ] = None,
    note: Annotated[
        str | None, Option("--note", metavar="TEXT", help="A note, instead of the one before.")
    ] = None,
    clear: Annotated[
        list[str] | None, Option("--clear", metavar="FIELD", help="Empty a field; again for more.")
    ] = None,
    dry_run: DryRun = False,
) -> int:
    """Change fields of a company; an empty value empties the field."""
    options = {
        "name": name, "domain": domain, "phone": phone, "url": url, "address": address, "city": city,
        "region": region, "postcode": postcode, "country": country, "note": note,
    }  # fmt: skip
    given = {field: value for field, value in options.items() if value is not None}
    for field in clear or []:
        if field not in companies.COLUMNS:
            raise UsageError(f'no field "{field}"; a company has {", ".join(companies.COLUMNS)}')
        given[field] = ""
    if not given:
        raise UsageError(
            "what shall change? crm company edit COMPANY --city CITY, or another field"
        )
    company_id = companies.get(app.db, " ".join(company))
    fields = _checked(app, given)
    with Writing(app, dry_run=dry_run):
        _refuse_twin(app, company_id, fields.get("name"))
        changed = companies.update(app.db, company_id, fields, app.at)
        shown = company_rows.get(app.db, company_id)["name"]
    state = ("would be changed" if dry_run else "changed") if changed else "unchanged"
    app.out.say(f"{company_id}  {shown}  {state}")
    return ExitCode.OK


def _checked(app: App, given: dict[str, str]) -> dict[str, str | None]:
    """The values as they are stored, None for an empty one."""
    from crmcli.values import phone
    from crmcli.values.text import clean

    if "name" in given and not clean(given["name"]):
        raise UsageError("a company has a name; set another instead")
    check = app.checker()
    fields: dict[str, str | None] = {}
    for field, value in given.items():
        if not clean(value):
            fields[field] = None
        elif field == "phone":
            fields[field] = phone.parse(value, app.region).number
        elif field == "domain":
            fields[field] = clean(value).casefold().removeprefix("@")
        elif field == "url":
            fields[field] = check.check({"urls": [value]})["urls"][0]
        else:
            fields[field] = check.check({field: value})[field]
    return fields


def _refuse_twin(app: App, company_id: int, name: str | None) -> None:
    """Two companies of one name would be one at the next import."""
    other = company_rows.find(app.db, name) if name else None
    if other not in (None, company_id):
        raise RefusedError(
            f'company {other} is called "{name}" already; crm company merge {other} {company_id}'
        )


def merge_companies(
    app: App,
    keep: Annotated[
        str, Argument(metavar="KEEP", help="Which stays: an id, or its name in quotes.")
    ],
    drop: Annotated[str, Argument(metavar="DROP", help="Which goes into it.")],
    *,
    dry_run: DryRun = False,
) -> int:
    """Make two companies one: people and deals move, fields fill up, what differs goes into the note.

    crm undo takes it apart again.
    """
    kept, dropped = companies.get(app.db, keep), companies.get(app.db, drop)
    if kept == dropped:
        raise RefusedError(f"{keep} and {drop} are one company already")
    names = [company_rows.get(app.db, number)["name"] for number in (kept, dropped)]
    people, deals = company_rows.size(app.db, dropped)
    with Writing(app, dry_run=dry_run):
        companies.merge(app.db, kept, dropped, app.at)
    what = f"{count(people, 'person', 'people')}, {count(deals, 'deal', 'deals')}"
    word = "would be merged" if dry_run else "merged"
    app.out.say(f"{word}: {dropped} {names[1]} into {kept} {names[0]}  ({what} moved)")
    return ExitCode.OK
