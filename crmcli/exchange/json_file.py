"""JSON as we write it: an array of objects, or one object a line, keys being field names.

An object is read as a record of CSV with a header of its own: lists become cells joined by ``;``,
people their e-mail. So both formats mean the same by construction.
"""

from __future__ import annotations

import json
from itertools import islice
from math import isfinite
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from crmcli.errors import UsageError
from crmcli.exchange import encoding, headers, json_wrapper, unforeseen
from crmcli.exchange.cells import Cells
from crmcli.exchange.csv_file import Broken
from crmcli.exchange.headers import REJECT_COLUMNS
from crmcli.exchange.not_people import OWN_CARD, is_owners
from crmcli.exchange.plan import Column, Plan
from crmcli.exchange.records import ContactRow, Reject, Remark, Skip
from crmcli.exchange.rows import builder
from crmcli.exchange.stream_source import StreamSource
from crmcli.output.cells import exact, join_list

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from crmcli.exchange.json_wrapper import Wrapper
    from crmcli.exchange.plan import Options
    from crmcli.exchange.records import Row, Told
    from crmcli.exchange.rows import Builder

OBJECT_LIMIT = 4_000_000  # characters
_CHUNK = 1 << 18
_HEAD = 4096
_NAMED = 20  # keys that a warning names
_DEEPEST = 5  # lists and objects within each other; each doubles what it escapes
_MOST_KEYS = 2_000  # of one object, as of a header of CSV
_MOST_COLUMNS = 20_000  # of all headers remembered
_SAMPLE = 100  # objects whose keys say what the file holds
_BLANKS = " \t\r\n"


class _Object(NamedTuple):
    """One object of the file."""

    line: int
    value: dict[str, Any] | Broken


def claims(head: bytes) -> bool:
    """Whether the file starts like an array or an object."""
    plain = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if plain[:1] == b"{":
        return plain[1:].lstrip()[:1] in (b'"', b"}")
    return plain[:1] == b"[" and plain[1:].lstrip()[:1] in (b"{", b"]")


def open_file(stream: IO[bytes], name: str, options: Options) -> JsonSource:
    """Decide what the objects are.

    Raises:
        UsageError: not JSON, or no key that says who the objects are about.
    """
    return JsonSource(stream, name, options)


def as_text(value: object) -> str:
    """An object as JSON that any reader takes: what JSON has no number for stands there as text."""
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if not isinstance(value, float) or isfinite(value) else str(value)


class JsonSource(StreamSource):
    """A file of JSON objects; see ``source.Source``."""

    def __init__(self, stream: IO[bytes], name: str, options: Options) -> None:
        super().__init__(stream, options)
        with encoding.opened(stream, self._encoding) as text:
            self._is_array = text.read(_HEAD).lstrip(_BLANKS).startswith("[")
        self._wrapper: Wrapper | None = None
        if not self._is_array:
            with encoding.opened(stream, self._encoding) as text:
                self._wrapper = json_wrapper.find(text, _DECODER, _array)
        keys: dict[str, None] = {}
        uids: list[str] = []
        for number, item in enumerate(self._objects()):
            if isinstance(item.value, dict):
                keys.update(dict.fromkeys(islice(self._plain(item.value), _MOST_KEYS - len(keys))))
                uids.append(str(item.value.get("uid") or ""))
            if number == _SAMPLE:
                break
        noun = options.noun or headers.holds(list(keys))
        self._own = headers.is_own(keys, uids)
        self.plan = Plan(
            file=name,
            format="json",
            holds=(noun,),
            encoding=self._encoding.label,
            columns=self._columns(tuple(keys), noun) if keys else [],
            own=self._own,
            suffix="jsonl",
        )
        if self._wrapper and self._wrapper.others:
            self.plan.warnings.append(
                f'only the list "{self._wrapper.key}" is read; left out: '
                + ", ".join(self._wrapper.others[:_NAMED])
            )

    def rows(self, noun: str, told: Told) -> Generator[Row]:
        """Yield the rows; tell what cannot become one, and what was dropped from one."""
        reject, remark, skip = told
        cells = Cells(self._options, own=True)
        builders: dict[tuple[str, ...], Builder] = {}
        held = 0  # columns of all builders
        for number, (line, value) in enumerate(self._objects(), 1):
            if isinstance(value, Broken):
                reject(Reject(line, number, value.reason, value.text))
                continue
            plain = self._plain(value)
            keys = tuple(plain)
            try:
                build = builders.get(keys)
                if build is None:
                    held += len(keys)
                    if held > _MOST_COLUMNS:
                        builders.clear()
                        held = len(keys)
                    build = builders[keys] = builder(noun, self._columns(keys, noun), cells)
                row = build(line, [_cell(item) for item in plain.values()])
            except unforeseen.ERRORS as error:
                cells.remarks.clear()
                reject(Reject(line, number, unforeseen.why(error), as_text(value)))
                continue
            for text in cells.remarks:
                remark(Remark(line, number, text))
            cells.remarks.clear()
            if (
                not self._own
                and isinstance(row, ContactRow)
                and is_owners(row, self._options.owner)
            ):
                skip(Skip(line, number, OWN_CARD))
                continue
            yield row

    def originals(self, lines: Iterable[int]) -> Iterator[Reject]:
        """Yield the objects that start on these lines, as rejects without a reason."""
        wanted = set(lines)
        for number, (line, value) in enumerate(self._objects(), 1):
            if line in wanted:
                text = value.text if isinstance(value, Broken) else as_text(value)
                yield Reject(line, number, "", text)

    def rejected(self, reject: Reject) -> str:
        """Return an object with two keys more, which an import leaves out."""
        head: dict[str, Any] = dict(zip(REJECT_COLUMNS, (reject.line, reject.reason), strict=True))
        try:
            value = json.loads(str(reject.original))
            if isinstance(value, dict):
                return as_text({**head, **value})
        except (ValueError, RecursionError):
            return as_text({**head, "text": reject.original})
        return as_text(head)

    def _columns(self, keys: tuple[str, ...], noun: str) -> list[Column]:
        chosen = {ours: field for ours, field in self._options.columns.items() if ours in keys}
        found = headers.columns(keys, noun, chosen, own=self._own)
        for column in found:
            column.decimal = "."
            column.order = self._options.date_order or self._options.default_date_order
        return found

    def _objects(self) -> Iterator[_Object]:
        with encoding.opened(self._stream, self._encoding) as text:
            if self._wrapper:
                text.read(self._wrapper.characters)
                yield from _array(text, line=self._wrapper.line)
            else:
                yield from (_array if self._is_array else _json_lines)(text)

    @staticmethod
    def _plain(value: dict[str, Any]) -> dict[str, Any]:
        """An object as the record that it is; of ours all values are as they ought to be."""
        return value if "uid" in value else json_wrapper.flat(value)


def _cell(value: Any) -> str:
    """A value as the CSV that we write has it; a person is the e-mail, else the name."""
    if isinstance(value, dict) and "name" in value and not (value.get("email") or value.get("uid")):
        return str(value["name"] or "")
    if isinstance(value, dict) and value.get("name") and value.keys() == {"name", "email"}:
        return f"{value['name']} <{value['email']}>"
    if isinstance(value, list):
        return join_list([_cell(item) for item in value])
    return exact(value)


def _loads(text: str) -> dict[str, Any] | Broken:
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        return Broken("nested too deep", text[:OBJECT_LIMIT])
    except ValueError as error:
        return Broken(f"not JSON: {str(error).split(':', maxsplit=1)[0].lower()}", text)
    return _bounded(value, text)


def _bounded(value: object, text: str) -> dict[str, Any] | Broken:
    """The object, where it is one that a record can be made of."""
    if not isinstance(value, dict):
        return Broken("not an object", text)
    if len(value) > _MOST_KEYS:
        return Broken(f"more than {_MOST_KEYS:,} keys", text)
    level: list[Any] = [value]
    for _ in range(_DEEPEST):
        level = [
            item
            for one in level
            for item in (one.values() if isinstance(one, dict) else one)
            if isinstance(item, (dict, list))
        ]
        if not level:
            return value
    return Broken("nested too deep", text)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


# Numbers stay as they are written: an amount must not pass through a float.
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse_constant)


def _json_lines(text: IO[str], limit: int = OBJECT_LIMIT) -> Iterator[_Object]:
    """One object a line; a bad line is one bad record."""
    line = 0
    while piece := text.readline(limit):
        line += 1
        if len(piece) == limit and not piece.endswith("\n"):
            while (more := text.readline(limit)) and not more.endswith("\n"):
                pass
            yield _Object(line, Broken("object is longer than 4 MB", piece[:1000]))
        elif piece.strip(_BLANKS):
            yield _Object(line, _loads(piece))


def _array(
    text: IO[str], buffer: str = "", at: int = 0, line: int = 1
) -> Generator[_Object, None, tuple[str, int, int]]:
    """The objects of one array, of which never more than one and a piece are in memory.

    Args:
        text: from which the array is read on.
        buffer: what was read of it before.
        at: where in the buffer the objects start. 0: not yet known.
        line: the number of the line at the start of the text or, with a buffer, of the array.

    Returns:
        What was read beyond the array: text, where that starts in it, the line at the start of it.

    Raises:
        UsageError: the array is broken; where the next object starts cannot be told then.
    """
    if not at:
        buffer = text.read(_CHUNK)
        at = buffer.index("[") + 1
        line += buffer.count("\n", 0, at)
    while True:
        start = at
        while at < len(buffer) and buffer[at] in _BLANKS + ",":
            at += 1
        line += buffer.count("\n", start, at)
        if buffer[at : at + 1] == "]":
            return buffer[at + 1 :], 0, line
        try:
            value, end = _DECODER.raw_decode(buffer, at)
        except RecursionError:
            raise UsageError(f"line {line}: nested too deep") from None
        except ValueError as error:
            more = text.read(_CHUNK)
            if not more or len(buffer) - at > OBJECT_LIMIT:
                what = (
                    "longer than 4 MB"
                    if more
                    else f"not JSON: {error.args[0].split(':')[0].lower()}"
                )
                raise UsageError(f"line {line}: {what}") from None
            buffer, at = buffer[at:] + more, 0
            continue
        yield _Object(line, _bounded(value, buffer[at:end]))
        line += buffer.count("\n", at, end)
        at = end
