"""What is written of a person costs no more in a large book than in a small one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from crmcli.db import connection
from crmcli.exchange.write import FIELDS
from crmcli.store import export
from tests.conftest import Crm

if TYPE_CHECKING:
    from pathlib import Path

STEP = 50  # instructions of SQLite that are counted as one
HEAD = "uid,name,emails,company,phones,birthday,external_ids\n"


def steps_a_record(home: Path, people: int, noun: str) -> float:
    """Steps that SQLite takes for each record of an export of everything, ids of another system too."""
    crm = Crm(home)
    if not crm.db.exists():
        rows = [
            f",Ann{n} Bee{n},p{n}@firm{n}.example,Firm {n},+4860{n:07},1980-02-03,sf:{n}\n"
            for n in range(people)
        ]
        deals = [f",Roof {n},p{n}@firm{n}.example,lead,100,EUR,x:{n}\n" for n in range(people)]
        calls = [f",call,2026-01-05T10:00:00Z,p{n}@firm{n}.example,y:{n}\n" for n in range(people)]
        crm.ok("import", "-", stdin=HEAD + "".join(rows))
        crm.ok(
            "import",
            "-",
            stdin="uid,title,contact,stage,amount,currency,external_ids\n" + "".join(deals),
        )
        crm.ok("import", "-", stdin="uid,kind,at,contacts,external_ids\n" + "".join(calls))
    db = connection.connect(str(crm.db), today=date(2026, 3, 2), tz="UTC")
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 1
        return 0

    db.set_progress_handler(step, STEP)
    records = sum(1 for _ in export.objects(db, noun, FIELDS[noun]))
    db.close()
    return taken / records


@pytest.mark.parametrize("noun", ["contacts", "companies", "deals", "interactions"])
def test_each_record_costs_the_same_in_a_large_book(tmp_path: Path, noun: str) -> None:
    """What hangs on a record is found by its own index, whatever else there is."""
    small, large = tmp_path / "small", tmp_path / "large"
    small.mkdir()
    large.mkdir()
    assert steps_a_record(large, 1_000, noun) <= 1.5 * steps_a_record(small, 100, noun)
