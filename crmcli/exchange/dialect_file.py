"""One file of a dialect: which nouns it holds, the columns of each, and who reads them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crmcli.exchange import columns, dialect, headers
from crmcli.exchange.csv_file import Broken
from crmcli.exchange.dialect_columns import Places
from crmcli.exchange.dialect_columns import columns as columns_of
from crmcli.exchange.dialect_parties import Parties, find_owner
from crmcli.exchange.dialect_rows import Reading, Sorter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from crmcli.exchange.dialect import Claim
    from crmcli.exchange.dialect_rows import Build, Numbered
    from crmcli.exchange.plan import Column, Options, Plan
    from crmcli.exchange.records import Told

    Records = Iterable[tuple[int, list[str] | Broken]]

_FOOTER = 30  # lines of one cell that may be one
# What only a dialect knows, and what makes a column that says whom a record is about dispensable.
_INSTEAD = {
    "contacts": ("external_id",),
    "companies": (),
    "interactions": ("person_id",),
    "deals": ("person_id", "company_id", "external_id"),
    "followups": ("person_id",),
}


class ByDialect:
    """A file that is read by a dialect.

    Attributes:
        dialect: the dialect.
        holds: the nouns of the file.
        columns: of each noun.

    Raises:
        ConfigError: the dialect is one of the user's, and wrong.
        UsageError: nothing in the file says whom the rows are about.
    """

    def __init__(self, claim: Claim, header: Sequence[str], options: Options) -> None:
        self.dialect = found = dialect.load(claim.path)
        self.holds = (options.noun,) if options.noun else found.nouns
        self._header = header
        self._options = options
        self._asked = options.format == claim.name
        self._owner_id: str | None = None
        self.columns: dict[str, list[Column]] = {
            noun: columns_of(found, noun, header, options.columns) for noun in self.holds
        }
        for noun, of_noun in self.columns.items():
            instead = [*_INSTEAD[noun]]
            if noun == "interactions" and "parties" in found.tables:
                instead = [column.field for column in of_noun]
            headers.require(of_noun, noun, header, instead)

    def settle(self, plan: Plan, records: Callable[[], Iterator[list[str]]]) -> None:
        """Decide how dates and amounts are read, and who the owner is; fill in the plan."""
        head = self.dialect.head
        plan.dialect = head.name
        because = dialect.reason(head, self._header)
        plan.why = "by --from" if self._asked else f"by its columns {because}"
        if self.dialect.user:
            plan.why += f", from {head.path}"
        options = self._options
        order = self.dialect.get("date_order", None)
        if order and not options.date_order:
            options = replace(options, default_date_order=order)
        for noun in self.holds:
            part = replace(plan, columns=self.columns[noun], warnings=[])
            columns.decide(part, options, records())
            plan.warnings += [text for text in part.warnings if text not in plan.warnings]
        if "parties" in self.dialect.tables:
            self._find_owner(plan, records())

    def _find_owner(self, plan: Plan, records: Iterator[list[str]]) -> None:
        options = self._options
        width = len(self._header)
        parties = Parties(self.dialect, Places(self._header), options=options, owner_id=None)
        padded = (record + [""] * (width - len(record)) for record in records)
        self._owner_id = find_owner(parties, options.owner_name, padded)
        if self._owner_id is None and not options.owner_name:
            plan.warnings.append(
                "who of the two sides is you cannot be told; set owner.name (crm config set owner.name)"
            )

    def reader(self, noun: str) -> tuple[list[str], Build]:
        """The remarks of a reader of a noun, and the reader."""
        reading = Reading(self.dialect, noun, self.columns[noun], self._options, self._owner_id)
        return reading.cells.remarks, reading.build

    def sorted(self, noun: str, records: Iterable[Numbered], told: Told) -> Iterator[Numbered]:
        """The records of a noun."""
        return Sorter(self.dialect, self.holds, self._header).of(noun, records, told)

    def without_footer(self, records: Records) -> Iterator[tuple[int, list[str] | Broken]]:
        """The records without lines of one cell at the end: totals, a title, who made the report."""
        if not self.dialect.get("footer", False) or len(self._header) < 2:
            yield from records
            return
        held: list[tuple[int, list[str] | Broken]] = []
        for one in records:
            if not isinstance(one[1], Broken) and len(one[1]) < 2 and len(held) < _FOOTER:
                held.append(one)
            else:
                yield from held
                held.clear()
                yield one
