"""crm archive, crm unarchive."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import Crm


def test_the_archived_are_out_of_lists(crm: Crm) -> None:
    """An archived person is in no list until the query asks for the archived."""
    crm.ok("add", "Anna Nowak")
    assert crm.ok("archive", "anna").out == "1  Anna Nowak  archived\n"
    assert crm("search", "anna").code == 1
    assert crm.ok("search", "is:archived", "--ids").out == "1\n"


def test_unarchive_puts_back(crm: Crm) -> None:
    """What archive did, unarchive undoes archive; each done twice says so and writes nothing."""
    crm.ok("add", "Anna Nowak")
    crm.ok("rm", "anna")
    assert crm.ok("archive", "anna").out == "1  Anna Nowak  archived already\n"
    assert crm.ok("unarchive", "anna").out == "1  Anna Nowak  back\n"
    assert crm.ok("unarchive", "anna").out == "1  Anna Nowak  back already\n"
    assert len(crm.ok("history", "--json").json) == 3


def test_undo_brings_the_archived_back(crm: Crm) -> None:
    """Archiving is a change like any other."""
    crm.ok("add", "Anna Nowak")
    crm.ok("archive", "anna")
    crm.ok("undo")
    assert crm.ok("search", "anna", "--ids").out == "1\n"


def test_an_unknown_person_is_refused(crm: Crm) -> None:
    """Nobody of that name is exit 3, and makes no book."""
    assert crm("archive", "anna").code == 3
    assert not crm.db.exists()
