"""crm import."""

from __future__ import annotations

from crmcli.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    from typer import Argument, Option

    from crmcli.context import App
    from crmcli.params import DryRun

_ORDERS = ("dmy", "mdy", "ymd")


# An option a line.
# fmt: off
def import_(
    app: App,
    files: Annotated[list[str], Argument(metavar="FILE...", help="Files, folders of vCards or mail, or - for stdin.")],
    *,
    as_: Annotated[str | None, Option("--as", metavar="NOUN", help="contacts, companies, interactions, deals or followups; told by the columns otherwise.")] = None,
    from_: Annotated[str | None, Option("--from", metavar="FORMAT", help="One of the formats above; told by the content otherwise.")] = None,
    map_: Annotated[list[str] | None, Option("--map", metavar='"THEIR COLUMN=field"', help="What a column means; again for more.")] = None,
    encoding: Annotated[str | None, Option("--encoding", metavar="E", help="utf-8, cp1250, cp1251; told by the content otherwise.")] = None,
    delimiter: Annotated[str | None, Option("--delimiter", metavar="D", help="One character, or tab.")] = None,
    date_order: Annotated[str | None, Option("--date-order", metavar="ORDER", help="dmy, mdy or ymd, where the dates don't tell.")] = None,
    country: Annotated[str | None, Option("--country", metavar="C", help="Of phones without their country's code, such as CZ; by default owner.country.")] = None,
    on_match: Annotated[str, Option("--on-match", metavar="HOW", help="fill empty fields (default), update, skip or new.")] = "fill",
    no_create: Annotated[bool, Option("--no-create", help="Reject rows of people who are not in the book.")] = False,
    tag: Annotated[str | None, Option("--tag", metavar="T", help="Put a tag on everybody in the file.")] = None,
    rejects: Annotated[str | None, Option("--rejects", metavar="FILE", help="Where rejected rows go; beside the file by default.")] = None,
    explain: Annotated[bool, Option("--explain", help="Say what the file is taken for, and change nothing.")] = False,
    verbose: Annotated[bool, Option("--verbose", help="Name every refused row and every odd cell, not just the first 20.")] = False,
    dry_run: DryRun = False,
) -> int:
    """Import people, companies, what happened, follow-ups, deals: tables, vCards, mail, calendars.

    People already in the book are matched; a second import of the same file changes nothing. Who is
    known by the id of another system follows it in what nobody edited here. Bad rows go to a rejects
    file, to be mended and imported again. crm undo takes it all back.

    Formats, the last of them the CSV of other systems:

    \b
        csv json vcard ics mbox eml maildir
        abook khard friends-md monica
        google-csv-new google-csv-old thunderbird-csv
        outlook-csv-com outlook-csv-cs outlook-csv-de outlook-csv-en
        outlook-csv-pl outlook-csv-ru outlook-csv-sk
        linkedin-connections linkedin-messages linkedin-invitations
        hubspot-contacts hubspot-companies hubspot-deals hubspot-engagements
        salesforce-dataexport-contact salesforce-dataexport-account
        salesforce-dataexport-lead salesforce-dataexport-opportunity
        salesforce-dataexport-task salesforce-dataloader salesforce-report
        zoho-contacts zoho-leads zoho-deals
        pipedrive-persons pipedrive-organizations pipedrive-deals
        pipedrive-activities

    Another system's CSV takes one file in the folder dialects beside config.toml, which
    docs/dialects.md explains.
    """  # noqa: D301 - the backspace keeps the help from filling the lines of the list
    from crmcli import intake
    from crmcli.db import backups
    from crmcli.exchange.records import NOUNS
    from crmcli.store.bulk import ON_MATCH
    from crmcli.values.text import clean

    for value, known, option in (
        (as_, NOUNS, "--as"), (on_match, ON_MATCH, "--on-match"), (date_order, _ORDERS, "--date-order"),
    ):  # fmt: skip
        if value is not None and value not in known:
            raise UsageError(f'{option} is one of {", ".join(known)}, not "{value}"')
    options = intake.file_options(
        app,
        noun=as_,
        format=from_,
        columns=intake.columns_of(map_ or []),
        encoding=encoding,
        delimiter=_delimiter(delimiter),
        date_order=date_order,
        **_region(country),
    )
    if explain:
        return intake.explain(app, files, options)
    asked = intake.Asked(
        on_match, no_create, tag and clean(tag), rejects, dry_run, options, verbose
    )
    if not dry_run:
        backups.before(app, "import")
    return intake.bring_in(app, files, asked)
# fmt: on


def _region(text: str | None) -> dict[str, str]:
    """The country of phones, where one is given."""
    if text is None:
        return {}
    from crmcli.values import country

    found = country.code(text)
    if found is None:
        raise UsageError(f'--country is a country such as CZ, not "{text}"')
    return {"region": found}


def _delimiter(text: str | None) -> str | None:
    if text is None:
        return None
    found = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";"}.get(text, text)
    if len(found) != 1:
        raise UsageError(f'--delimiter is one character, or tab, not "{text}"')
    return found
