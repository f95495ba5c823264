"""Files of other systems, made of their real header lines and a few cells."""

import csv
import io
import pathlib

_LINES = (pathlib.Path(__file__).parent.parent / "corpus" / "headers.txt").read_text("utf-8")
HEADERS = [tuple(line.split("\t")) for line in _LINES.splitlines()]


def header(name, nth=0):
    """The header line of a dialect as its system writes it."""
    return [line for dialect, line in HEADERS if dialect == name][nth]


def made(name, *rows, nth=0, encoding="utf-8", end="\r\n"):
    """A file of a dialect: each row a mapping of their headers to cells."""
    line = header(name, nth)
    columns = [" ".join(cell.split()) for cell in next(csv.reader([line]))]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end)
    for row in rows:
        assert row.keys() <= set(columns), row.keys() - set(columns)
        writer.writerow([row.get(column, "") for column in columns])
    return f"{line}{end}{out.getvalue()}".encode(encoding)
