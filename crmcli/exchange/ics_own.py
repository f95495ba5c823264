"""Follow-ups in a calendar that we wrote: what the calendar has no word for, in properties of ours.

A phone shows summary, day and alarm; an import of the same file finds the follow-up by its uid.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.errors import InvalidValueError
from crmcli.exchange.mime import tidy
from crmcli.exchange.records import FollowUpRow, Person
from crmcli.values import email, repeat

if TYPE_CHECKING:
    from crmcli.exchange.ics_lines import Component

PRODUCT = "-//crmcli//crm//EN"
_UID = re.compile(r"([0-9a-f]{16})@crm").fullmatch
_HEX = re.compile(r"[0-9a-f]{16}").fullmatch
_DUE = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?").fullmatch


def is_own(event: Component) -> bool:
    """Whether it is a follow-up that we wrote."""
    return bool(event.properties("X-CRM-CONTACT"))


def own_row(event: Component) -> FollowUpRow:
    """Read a follow-up that we wrote.

    Raises:
        InvalidValueError: somebody changed it into what it cannot be.
    """
    uid, person = _UID(event.text("UID")), event.text("X-CRM-CONTACT")
    due, every = event.text("X-CRM-DUE"), event.text("X-CRM-EVERY")
    anchor = event.text("X-CRM-ANCHOR")
    if not uid or not _HEX(person) or not _DUE(due) or (anchor and not _DUE(anchor)):
        raise InvalidValueError("a follow-up of ours whose X-CRM lines were changed")
    address = event.text("X-CRM-EMAIL")
    return FollowUpRow(
        line=event.line,
        uid=uid[1],
        person=Person(
            email.parse(address) if address else None,
            uid=person,
            name=tidy(event.text("X-CRM-NAME")) or None,
        ),
        due=due,
        text=tidy(event.text("X-CRM-TEXT"), multiline=True) or None,
        every=repeat.parse_every(every) if every else None,
        anchor=anchor or None,
    )
