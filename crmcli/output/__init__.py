"""Where data is printed: rows in a format, lines of text, prompts and progress.

Output sees rows and never the database.
"""

# A format's module has ``write(stream, columns, rows, look) -> int``, which streams ``rows`` and
# returns how many there were. Named as text, so that a format costs nothing until it is asked for.
OUTPUTS = {
    "table": "crmcli.output.as_table",
    "tsv": "crmcli.output.as_tsv",
    "csv": "crmcli.output.as_csv",
    "json": "crmcli.output.as_json",
    "jsonl": "crmcli.output.as_jsonl",
    "ids": "crmcli.output.as_ids",
}
