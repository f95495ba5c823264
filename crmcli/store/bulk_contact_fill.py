"""Known people whom a file fills: which of their columns change, and to what."""

from __future__ import annotations

from crmcli.store import bulk_again
from crmcli.store.bulk_contact_match import UNNAMED

ADDRESS = ("address", "city", "region", "postcode", "country")
# What `fill` takes over as any other text. The others have rules of their own below, or belong to
# the moment in which the person was made.
_FILLED = (
    "given", "family", "title", "birthday", "language", "currency", "channel", "cadence", "source",
    "note", "verified_on", "notice_on",
)  # fmt: skip
# What a name alone shows of its parts is taken for those who have none, and go by that name.
PARTS = ("given", "family")
UNPARTED = "(c.given IS NULL AND c.family IS NULL)"


def changes() -> tuple[str, str]:
    """SQL of the new values, and of whether any differs, over contact c, in_contact n, in_company o.

    What is empty is filled, what follows the file is overwritten (see bulk_again), notes are joined.
    """
    theirs = {
        column: bulk_again.theirs(column, "c")
        for column in (*_FILLED, *ADDRESS, "address_label", "lifecycle", "name", "company_id")
    }
    new: dict[str, tuple[str, str]] = {}  # column -> when it is taken over, and what
    rename = (
        f"n.named AND ((n.key <> c.key AND {UNNAMED}) OR (n.name <> c.name AND {theirs['name']}))"
    )
    for column in _FILLED:
        lacks = f"c.{column} IS NULL"
        if column in PARTS:
            of_the_name = f"(n.key = c.key OR ({rename}))"
            lacks += f" AND (n.named < 2 OR ({UNPARTED} AND {of_the_name}))"
        new[column] = lacks, f"n.{column}"
    # Parts of two addresses make no address.
    clash = " OR ".join(f"coalesce(c.{part} <> n.{part}, 0)" for part in ADDRESS)
    new |= {part: (f"c.{part} IS NULL AND NOT ({clash})", f"n.{part}") for part in ADDRESS}
    # The label is that of the address that the book has then.
    new["address_label"] = f"c.address_label IS NULL AND NOT ({clash})", "n.address_label"
    # "other" is what an import writes where it knows nothing; "do not contact" is never lifted.
    new["lifecycle"] = "c.lifecycle = 'other' AND n.lifecycle <> 'other'", "n.lifecycle"
    taken = {
        column: (
            f"n.{column} IS NOT NULL AND (({when}) OR (n.{column} IS NOT c.{column} AND {theirs[column]}))",
            value,
        )
        for column, (when, value) in new.items()
    }
    note, more = taken["note"]
    taken["note"] = (
        f"({note}) OR ({more_note('contact')})",
        f"iif({note}, {more}, c.note || char(10) || n.note)",
    )
    move = f"o.id IS NOT NULL AND (c.company_id IS NULL OR (o.id <> c.company_id AND {theirs['company_id']}))"
    taken |= {"company_id": (move, "o.id"), "name": (rename, "n.name"), "key": (rename, "n.key")}
    sets = [
        f"{column} = iif({when}, {value}, c.{column})" for column, (when, value) in taken.items()
    ]
    sets.append("do_not_contact = max(c.do_not_contact, coalesce(n.do_not_contact, 0))")
    differ = [*(when for when, _ in taken.values()), "n.do_not_contact > c.do_not_contact"]
    return ", ".join(sets), " OR ".join(f"({one})" for one in differ)


def more_note(table: str) -> str:
    """SQL of whether the note of n is not among the lines of c's, nor was before somebody edited that."""
    return f"""c.note IS NOT NULL AND n.note IS NOT NULL
  AND NOT instr(char(10) || c.note || char(10), char(10) || n.note || char(10))
  AND NOT EXISTS (SELECT 1 FROM change h WHERE h.noun = '{table}' AND h.row_id = c.id AND h.op = 'update'
    AND instr(char(10) || json_extract(h.data, '$.note[0]') || char(10), char(10) || n.note || char(10)))"""
