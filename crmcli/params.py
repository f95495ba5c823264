"""Parameters that several commands share, as Typer declares them.

Imported only where Typer is: commands name these in annotations, which nobody evaluates on the
everyday path (see cli.py and fast.py).
"""

from typing import Annotated

from typer import Argument, Option

Who = Annotated[
    list[str],
    Argument(metavar="WHO", help="Whom: an id, an e-mail, a phone, or words of the name."),
]
Query = Annotated[
    list[str] | None,
    Argument(
        metavar="[QUERY]...", help="Words and fields, such as: anna +vip company:acme last:90d.."
    ),
]
Where = Annotated[
    str | None, Option("--where", metavar="QUERY", help="Everybody that this query finds.")
]
CaseId = Annotated[
    int, Argument(metavar="ID", help="Which case: the number that crm log and crm case list say.")
]
DryRun = Annotated[bool, Option("--dry-run", help="Say what would be done and change nothing.")]
Yes = Annotated[bool, Option("--yes", "-y", help="Don't ask before a bulk change.")]
Reason = Annotated[str | None, Option("--reason", metavar="TEXT", help="Why; kept beside it.")]
Deal = Annotated[str, Argument(metavar="ID", help="Which deal: 3, or D3.")]
Amount = Annotated[
    str | None, Option("--amount", metavar="A", help="What it is worth: 4800, or '4 800,00 zł'.")
]
Currency = Annotated[
    str | None,
    Option("--currency", metavar="C", help="Its currency; theirs or yours by default."),
]
Close = Annotated[
    str | None, Option("--close", metavar="D", help="When it is expected to be decided.")
]
Probability = Annotated[
    str | None,
    Option("--probability", metavar="P", help="Percent, instead of what the stage says."),
]
Quoted = Annotated[str | None, Option("--quoted", metavar="D", help="When the quote was sent.")]
ValidUntil = Annotated[
    str | None, Option("--valid-until", metavar="D", help="The last day of the quote.")
]
Happened = Annotated[
    str | None, Option("--at", metavar="WHEN", help="When it was; now by default.")
]
Select = Annotated[
    list[str] | None,
    Option("--select", metavar="CODES", help="Only these rules: codes, prefixes or names."),
]
Ignore = Annotated[
    list[str] | None, Option("--ignore", metavar="CODES", help="Without these rules.")
]

# The options that a parameter `rows: Rows` stands for, in any command.
ROWS = {
    "format": Annotated[
        str | None,
        Option("--format", "-f", metavar="FORMAT", help="table, tsv, csv, json, jsonl or ids."),
    ],
    "csv": Annotated[bool, Option("--csv", help="Short for --format csv.")],
    "json": Annotated[bool, Option("--json", help="Short for --format json.")],
    "jsonl": Annotated[bool, Option("--jsonl", help="Short for --format jsonl.")],
    "ids": Annotated[bool, Option("--ids", help="Short for --format ids.")],
    "columns": Annotated[
        str | None,
        Option(
            "--columns", metavar="NAMES", help="Which columns, in which order: name,email,last."
        ),
    ],
}
# What an option of these says of itself in one command.
OWN = {
    ("remind", "format"): Annotated[
        str | None,
        Option(
            "--format", "-f", metavar="FORMAT", help="table, tsv, csv, json, jsonl, ids or ics."
        ),
    ],
}
# The options that a parameter `fields: Fields` stands for: those of a person.
FIELDS = {
    "email": Annotated[
        list[str] | None, Option("--email", metavar="E", help="An e-mail; again for more.")
    ],
    "phone": Annotated[
        list[str] | None, Option("--phone", metavar="P", help="A phone, any spelling.")
    ],
    "company": Annotated[
        str | None, Option("--company", metavar="C", help="The company, made if new.")
    ],
    "title": Annotated[str | None, Option("--title", metavar="T", help="What they do there.")],
    "city": Annotated[str | None, Option("--city", metavar="C", help="The city.")],
    "country": Annotated[
        str | None, Option("--country", metavar="CC", help="The country, code or name.")
    ],
    "region": Annotated[str | None, Option("--region", metavar="R", help="The state or region.")],
    "postcode": Annotated[str | None, Option("--postcode", metavar="P", help="The postal code.")],
    "address": Annotated[str | None, Option("--address", metavar="A", help="Street and house.")],
    "url": Annotated[
        list[str] | None, Option("--url", metavar="U", help="A web address; again for more.")
    ],
    "lifecycle": Annotated[
        str | None,
        Option(
            "--lifecycle",
            metavar="L",
            help="lead, prospect, customer, loyal, lapsed, partner or other.",
        ),
    ],
    "tag": Annotated[list[str] | None, Option("--tag", metavar="T", help="A tag; again for more.")],
    "birthday": Annotated[
        str | None, Option("--birthday", metavar="D", help="1984-05-17, or --05-17 without a year.")
    ],
    "date": Annotated[
        list[str] | None,
        Option(
            "--date",
            metavar="KIND=D",
            help="A key date: renewal=2026-12-31, with notice renewal=2026-12-31/30d.",
        ),
    ],
    "source": Annotated[str | None, Option("--source", metavar="S", help="Where they came from.")],
    "referred_by": Annotated[
        str | None, Option("--referred-by", metavar="WHO", help="Who sent them.")
    ],
    "language": Annotated[
        str | None, Option("--language", metavar="L", help="Their language: pl, de, en.")
    ],
    "currency": Annotated[
        str | None, Option("--currency", metavar="C", help="Their currency: PLN, EUR.")
    ],
    "channel": Annotated[
        str | None,
        Option(
            "--channel",
            metavar="K",
            help="How they like to be reached: call, email, message, meeting, visit, post.",
        ),
    ],
    "cadence": Annotated[
        str | None, Option("--cadence", metavar="30d", help="How often they should hear from you.")
    ],
    "note": Annotated[str | None, Option("--note", metavar="TEXT", help="The note on the person.")],
    "set_": Annotated[
        list[str] | None,
        Option("--set", metavar="FIELD=VALUE", help="Any field, also one of your own."),
    ],
}
