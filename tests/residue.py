"""What is left of somebody in the files: every spelling of a word, looked for byte by byte."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from crmcli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def spellings(text: str) -> set[bytes]:
    """The bytes in which a text may stand in a file: as it is, folded, in JSON, its digits, its words."""
    said = {text, fold(text), text.lower(), text.upper(), json.dumps(text)[1:-1]}
    digits = "".join(filter(str.isdigit, text))
    if len(digits) >= 7:
        said |= {digits, digits[-9:]}
    found = {one.encode(encoding) for one in said for encoding in ("utf-8", "utf-16-le")}
    return {one for one in found if len(one) >= 5}


def files(*folders: Path) -> list[str]:
    """All files in and below these folders."""
    return [
        os.path.join(folder, name)
        for top in folders
        for folder, _, names in os.walk(top)
        for name in names
    ]


def residue(words: Iterable[str], *folders: Path) -> dict[str, list[str]]:
    """Which of the words stand in which files, in any spelling, whatever case they are in."""
    contents = {}
    for path in files(*folders):
        with open(path, "rb") as file:
            contents[path] = file.read().lower()
    found: dict[str, list[str]] = {}
    for word in words:
        wanted = {one.lower() for one in spellings(word)}
        places = [path for path, raw in contents.items() if any(one in raw for one in wanted)]
        if places:
            found[word] = places
    return found
