"""crm merge."""

from __future__ import annotations

from crmcli import unheard
from crmcli.errors import ExitCode, RefusedError, UsageError
from crmcli.store import contacts, different, merge_sides, silences
from crmcli.store import merge as merging
from crmcli.whom import count
from crmcli.writing import Writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated, Any

    from typer import Argument, Option

    from crmcli.context import App, Rows
    from crmcli.params import DryRun

_TOLD = (
    ("interactions", "interaction", "interactions"),
    ("follow_ups", "follow-up", "follow-ups"),
    ("deals", "deal", "deals"),
)


def merge(
    app: App,
    words: Annotated[
        list[str],
        Argument(
            metavar="KEEP OTHER",
            help="Two people, each an id, an e-mail, a phone or a name; the first is kept.",
        ),
    ],
    *,
    different_: Annotated[
        bool,
        Option("--different", help="Declare the two different people; no rule asks again."),
    ] = False,
    lift: Annotated[bool, Option("--lift", help="With --different: take that back.")] = False,
    dry_run: DryRun = False,
    rows: Rows,
) -> int:
    """Make two entries of one person one.

    The first named is kept, with its number; the other's number, uid and name go on naming it, in
    an import too. Nothing is lost: the other's e-mails, phones, tags, dates, deals, follow-ups and
    interactions move, empty fields are filled, and what differs becomes a second value ("Size 2")
    or a line of the note. The older creation date, the shorter cadence, the lifecycle further along
    and every do-not-contact hold. crm undo takes it apart again. For example:

      crm merge 3 7 --dry-run

      crm merge anna.nowak@acme.example "Nowak Anna"

      crm merge 12 13 --different
    """
    if lift and not different_:
        raise UsageError("--lift goes with --different: crm merge 12 13 --different --lift")
    keep, other = _pair(app, words)
    if different_:
        return _tell_apart(app, keep, other, lift=lift, dry_run=dry_run)
    put_off = silences.of_people(app.db, app.today.isoformat())
    before = [merge_sides.held(app.db, number) for number in (keep, other)]
    with Writing(app, dry_run=dry_run):
        merging.merge(app.db, keep, other, app.at)
        after = merge_sides.held(app.db, keep)
        unsnoozed = unheard.of_merged(app, put_off)
    if rows.format in ("json", "jsonl"):
        app.out.json(_report(before, after, dry_run=dry_run))
    elif dry_run or rows.format or rows.columns:
        _table(app, before, after, rows)
    if dry_run:
        app.out.note(f"{_named(before[1])} would be merged into {_named(before[0])}")
    elif not (rows.format or rows.columns):
        told = [count(before[1][field], one, many) for field, one, many in _TOLD]
        app.out.say(
            f"merged: {_named(before[1])} into {_named(before[0])}  ({', '.join(told)} moved)"
        )
    for line in unsnoozed:
        app.out.note(line)
    if _unlike(*before):
        app.out.warn(
            f"{_named(before[0])} and {_named(before[1])} have no word of the name, e-mail or phone in common"
            + ("" if dry_run else "; crm undo takes them apart again")
        )
    return ExitCode.OK


def _pair(app: App, words: list[str]) -> tuple[int, int]:
    """The two who are meant: a word each, or the first as far as it is a name and then the second."""
    if len(words) < 2:
        raise UsageError("whom? crm merge KEEP OTHER names two people")
    if len(words) == 2:
        keep, other = app.contact(words[0]), app.contact(words[1])
    else:
        keep, rest = app.contact_and_rest(words)
        if not rest:
            raise UsageError(f'with whom? "{" ".join(words)}" names one person')
        other = app.contact(rest)
    if keep == other:
        name = contacts.get_name(app.db, keep)
        raise RefusedError(f"both name {keep} {name}; nothing to merge")
    return keep, other


def _unlike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether nothing says that the two are one person."""
    from crmcli.values.text import words

    shared = set(words(one["name"])) & set(words(other["name"]))
    return not shared and not any(
        set(one[field]) & set(other[field]) for field in ("emails", "phones")
    )


def _named(side: dict[str, Any]) -> str:
    return f"{side['id']} {side['name']}"


def _tell_apart(app: App, one: int, two: int, *, lift: bool, dry_run: bool) -> int:
    with Writing(app, dry_run=dry_run):
        changed = (different.lift if lift else different.declare)(app.db, one, two)
    pair = " and ".join(f"{number} {contacts.get_name(app.db, number)}" for number in (one, two))
    would = "would be " if dry_run else ""
    if lift:
        what = f"{would}asked about again" if changed else "were not declared different"
    else:
        what = f"{would}different people" if changed else "different people already"
    app.out.say(f"{pair}  {what}")
    return ExitCode.OK


def _report(
    before: list[dict[str, Any]], after: dict[str, Any], *, dry_run: bool
) -> dict[str, Any]:
    """Both people, and each field of both and of the result."""
    people = [
        {
            "id": side["id"],
            "uid": side["uid"],
            "name": side["name"],
            "email": next(iter(side["emails"]), None),
        }
        for side in before
    ]
    fields = [
        dict(zip(merge_sides.FIELDS, row, strict=True))
        for row in merge_sides.compared(before, after)
    ]
    return {"keep": people[0], "other": people[1], "dry_run": dry_run, "fields": fields}


def _table(app: App, before: list[dict[str, Any]], after: dict[str, Any], rows: Rows) -> None:
    from crmcli.output.columns import pick

    names = pick(rows.columns, merge_sides.FIELDS, merge_sides.FIELDS)
    places = [merge_sides.FIELDS.index(name) for name in names]
    app.out.rows(
        names,
        ([row[place] for place in places] for row in merge_sides.compared(before, after)),
        rows.format,
        shrink=("other", "keep", "result"),
    )
