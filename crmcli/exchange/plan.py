"""What a file is taken for, and what the user may say about it: the words of ``--explain``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmcli.values.text import storable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

KINDS = ("call", "email", "meeting", "message", "visit", "note", "purchase", "return", "complaint")
STAGES = ("new", "qualified", "proposal", "negotiation", "won", "lost")
IGNORED = ""  # the field of a column that is not taken
THEIRS = " (theirs)"  # ends the field of one that has a name of ours
CUSTOM = "custom:"  # starts the field of a column that becomes a custom field


@dataclass(frozen=True)
class Options:
    """What the command line and the config say about a file.

    Attributes:
        noun: one of records.NOUNS, where ``--as`` says so.
        format: a key of FORMATS, where ``--from`` says so.
        columns: their header to our field (``--map``); field "" leaves the column out.
        encoding: a codec, where ``--encoding`` says so.
        delimiter: one character, where ``--delimiter`` says so.
        date_order: dmy, mdy or ymd, where ``--date-order`` says so; beats what the column shows.
        default_date_order: of the config; for columns that show nothing.
        region: ISO country whose phones need no prefix.
        tz: IANA zone of civil times; None is the system's.
        kinds: interaction kinds of the config, the built-in ones among them.
        stages: deal stages of the config.
        owner: keys of the owner's own addresses, who is nobody's contact.
        owner_name: as other systems show the owner.
        dialects: the folder of the user's own dialects.
        now: the instant, aware: what is past and what is to come. None: everything is past.
    """

    noun: str | None = None
    format: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    date_order: str | None = None
    default_date_order: str | None = None
    region: str | None = None
    tz: str | None = None
    kinds: frozenset[str] = frozenset(KINDS)
    stages: tuple[str, ...] = STAGES
    owner: frozenset[str] = frozenset()
    owner_name: str | None = None
    dialects: str | None = None
    now: datetime | None = None


@dataclass
class Column:
    """One column of the file: its header, the field it fills, how its values are to be read.

    Attributes:
        rank: of several columns of a field the one with the least is asked first.
        dated: a custom field that holds dates.
        family_first: of whole names: they start with the family name.
    """

    header: str
    field: str
    order: str | None = None  # of its dates
    decimal: str | None = None  # of its amounts
    rank: int = 0
    dated: bool = False
    family_first: bool = False

    def __post_init__(self) -> None:
        """A header names a field in the book, which holds no NUL and no byte that is no letter."""
        self.header = storable(self.header)
        self.field = storable(self.field)

    @property
    def meaning(self) -> str:
        """What the column is taken for, in words."""
        if self.field == IGNORED:
            return "(not used)"
        name = self.field.removeprefix(CUSTOM)
        words = (
            f'custom field "{name}"' if self.field.startswith(CUSTOM) else name.replace("_", " ")
        )
        if self.family_first and name in ("name", "people_names"):
            words += ", family name first"
        if self.order:
            words += f", dates {self.order}"
        if self.decimal:
            words += f", decimal {'comma' if self.decimal == ',' else 'point'}"
        return words


@dataclass
class Plan:
    """What a file is taken for, decided from a sample before the first row is handed on."""

    file: str
    format: str
    holds: tuple[str, ...]
    encoding: str
    delimiter: str | None = None
    header_line: int = 0  # 0: the file has no header
    columns: list[Column] = field(default_factory=list)
    own: bool = False  # written by us: identity by uid, lists joined by ";"
    dialect: str | None = None  # whose columns they are, such as hubspot-contacts
    why: str | None = None  # it was taken for that
    suffix: str = "csv"  # of the rejects file
    excel_safe: bool = False  # written with --excel-safe: its apostrophes come off again
    warnings: list[str] = field(default_factory=list)

    @property
    def delimiter_name(self) -> str | None:
        """The delimiter in a word, None where there is none."""
        names = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}
        return names.get(self.delimiter, self.delimiter) if self.delimiter else None

    def lines(self) -> list[str]:
        """Return what ``--explain`` prints."""
        why = f", {self.why}" if self.why else " (made by crm)" if self.own else ""
        found = [
            f"file: {self.file}",
            f"format: {self.dialect or self.format}{why}",
            f"holds: {', '.join(self.holds)}",
            f"encoding: {self.encoding}",
        ]
        if self.delimiter:
            found.append(f"delimiter: {self.delimiter_name}")
        if self.header_line:
            found.append(f"header: line {self.header_line}")
        found += [f"column {column.header}: {column.meaning}" for column in self.columns]
        return found + [f"warning: {text}" for text in self.warnings]
