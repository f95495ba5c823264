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
DryRun = Annotated[bool, Option("--dry-run", help="Say what would be done and change nothing.")]
Yes = Annotated[bool, Option("--yes", "-y", help="Don't ask before a bulk change.")]
Reason = Annotated[str | None, Option("--reason", metavar="TEXT", help="Why; kept beside it.")]

FORMATS = ("table", "tsv", "csv", "json", "jsonl", "ids")
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
