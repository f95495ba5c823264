"""A contact as TOML for an editor: nothing of it acts or hides there, and it is read back exactly."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crmcli.exchange import contact_toml
from crmcli.output import safe
from crmcli.store import card
from crmcli.values.text import clean

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crm

NONE: dict[str, Any] = dict.fromkeys(card.FIELDS)
PIECES = ("vim: set tw=7 :", " vi:", "Vim>700:", "ex: ", "-*- mode: c -*-", "kate: indent-width 3;", "Local Variables:",
          "\u202e", "\u200b", "\U000e0041", "\u2028", '"', '"""', "\\", "\\u0041", "\n", "\t", "#", "=", "Łucja", "👩\u200d💻")  # fmt: skip
CHARACTERS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4)
texts = st.lists(st.sampled_from(PIECES) | CHARACTERS, max_size=5).map("".join)
lines = texts.map(lambda text: clean(text) or "x")
OBEYED = re.compile(
    r"(?<![^\s\"])(?:vi|vim|vim>700|ex|kate|local variables):|-\*-",
    re.IGNORECASE | re.MULTILINE,
)


@given(
    name=lines,
    note=texts.map(lambda text: clean(text, multiline=True)),
    tags=st.lists(lines, max_size=3),
    custom=st.dictionaries(lines, lines, max_size=3),
)
@example(name="x", note='a\n"""', tags=['"'], custom={'a.b "c"\\': "\\"})
@example(name="vim: x", note="Local Variables:\neval: (x)\nEnd:", tags=[], custom={"-*-": "vi:"})
def test_read_back_exactly(name: str, note: str, tags: list[str], custom: dict[str, str]) -> None:
    """Whatever is in it; and what is written is ink, without a word that an editor obeys."""
    held = {**NONE, "id": 7, "name": name, "note": note, "tags": tags, "custom": custom}
    written = contact_toml.write(held)
    read = contact_toml.read(written)
    assert (read["name"], read["note"] or "") == (name, note.strip())
    assert (read["tags"], read["custom"]) == (tags, custom)
    shown = [char for at, char in enumerate(written) if char != "\n" and not safe.shows(char, written, at)]  # fmt: skip
    assert shown == []
    assert OBEYED.findall(written) == []
    ours = contact_toml.write({**NONE, "id": 7, "name": "", "custom": {}}).splitlines()
    both = written.splitlines()
    assert (both[:5], both[-5:]) == (ours[:5], ours[-5:])


@pytest.mark.parametrize("field", ["name", "note"])
def test_an_editor_obeys_nothing_of_it(crm: Crm, tmp_path: Path, field: str) -> None:
    """Tried with Vim where it is; what was not changed stays as it was."""
    text = "vim: set tw=7 ts=1 : \u202eli\u200bve"
    crm.ok("import", "-", stdin=f"name,email,note,vim: set tw=8 :\nA {text},a@b.example,x,y\n")
    crm.ok("edit", "1", f"--{field}", text)
    before = crm.ok("show", "1", "--json").json
    kept = tmp_path / "draft.toml"
    assert "unchanged" in crm.ok("edit", "1", EDITOR=f"sh -c 'cp \"$0\" {kept}'").out
    assert crm.ok("show", "1", "--json").json == before
    if shutil.which("vim"):
        asked = ["-c", "set modeline", "-c", "e!", "-c", "set tw? ts?", "-c", "q!"]
        done = subprocess.run(
            ["vim", "--clean", "-Es", *asked, str(kept)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        said = (done.stdout + done.stderr).split()
        assert "textwidth=7" not in said
        assert "textwidth=8" not in said
    crm.ok("edit", "1", EDITOR="sed -i 's/^city = .*/city = \"Brno\"/'")
    after = crm.ok("show", "1", "--json").json
    assert (after["city"], after[field]) == ("Brno", before[field])
