"""Cells that hold a word of a closed list, in any of our languages or of another system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import InvalidValueError
from crmcli.exchange import headers
from crmcli.exchange.cell_text import is_nothing, text
from crmcli.exchange.habits import PLAIN

if TYPE_CHECKING:
    from crmcli.exchange.habits import Habits
    from crmcli.exchange.plan import Options


class Words:
    """Readers of such words.

    Attributes:
        options: what is known about the file.
        own: whether it is one of ours.
        habits: of the system that wrote it.
        remarks: what was dropped or read in one of two ways, since they were last taken away.
    """

    def __init__(self, options: Options, *, own: bool, habits: Habits = PLAIN) -> None:
        self.options = options
        self.own = own
        self.habits = habits
        self.remarks: list[str] = []

    def kind(self, cell: str) -> str | None:
        """An interaction kind of the config, from a word in any of our languages.

        Raises:
            InvalidValueError: a word that we don't know.
        """
        if cell in self.options.kinds:
            return cell
        plain = headers.normal(cell)
        if not plain:
            return None
        known = plain if plain in self.options.kinds else self._ours("kinds", plain)
        if known is None or known not in self.options.kinds:
            if self.habits.lenient:
                self.remarks.append(f'kind "{cell.strip()}" is not known; taken for a note')
                return "note"
            raise InvalidValueError(f'kind "{cell}" is not known; add it to [kinds] or correct it')
        return known

    def word(self, group: str, cell: str) -> str | None:
        """A word of a closed list, from any of our languages; an unknown one is remarked on."""
        known = headers.words(group).get(cell)
        if known is not None and group not in self.habits.words:
            return known
        plain = headers.normal(cell)
        if not plain or is_nothing(plain):
            return None
        known = self._ours(group, plain)
        if known is None:
            self.remarks.append(f'"{cell.strip()}" is not known')
        return known

    def _ours(self, group: str, plain: str) -> str | None:
        theirs = self.habits.words.get(group)
        return (theirs and theirs.get(plain)) or headers.words(group).get(plain)

    def yes(self, cell: str) -> bool | None:
        """Yes or no, in any of our languages."""
        said = self.word("yes", cell)
        return None if said is None else said == "yes"

    def stage(self, cell: str) -> str | None:
        """A stage of the config when one fits, else as typed."""
        plain = headers.normal(cell)
        for stage in self.options.stages:
            if headers.normal(stage) == plain:
                return stage
        ours = self._ours("stages", plain)
        return ours if ours in self.options.stages else text(cell)
