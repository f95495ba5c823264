"""What is written is for the owner alone, whatever the umask; and nothing reaches the network."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import crmcli
from crmcli.commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Crm

BAD = "name,email\nAnna Nowak,a@a.example\nB,,,,surplus\n"


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """The most careless, the usual and the strictest."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """What of the folder others may do with each file and folder below it."""
    return {
        str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode)
        for path in folder.rglob("*")
        if not path.is_symlink()
    }


@pytest.mark.usefixtures("umask")
def test_all_that_is_written_is_private(
    crm: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Book, config, exports, rejects, drafts, a demo kept: files 0600, folders 0700."""
    crm.environ = {"HOME": str(tmp_path), "CRM_NOW": "2026-03-02T09:00", "TZ": "UTC"}
    drafts = tmp_path / "drafts"
    drafts.mkdir(mode=0o700)
    monkeypatch.setattr("tempfile.tempdir", str(drafts))
    source = tmp_path / "in.csv"
    source.write_text(BAD)
    mine = set(modes(tmp_path))
    crm.ok("init", "--name", "Me")
    crm.ok("add", "Eva Lis")
    crm.ok("add", "Jan Kos", "--email", "j@j.example")
    crm.ok("config", "set", "owner.name", "Me")
    assert crm("import", "in.csv").code == 4
    for kind in ("csv", "json", "vcard", "ics", "google"):
        crm.ok("export", "--to", kind, "-o", f"out.{kind}")
    crm.ok("export", "--marketing", "-o", "mailing.csv")
    crm("edit", "jan", EDITOR="sh -c 'echo nonsense = [ >> $0'")
    crm.ok("demo", "--keep", "deep/demo")
    crm.ok("forget", "eva", "--yes")
    written = {name: mode for name, mode in modes(tmp_path).items() if name not in mine}
    assert len([name for name in written if not name.startswith("deep")]) > 8, written
    assert any(name.startswith("drafts/") for name in written)
    for name, mode in written.items():
        assert mode == (0o700 if (tmp_path / name).is_dir() else 0o600), (name, oct(mode))


@pytest.mark.parametrize(("mode", "may"), [(0o644, "read"), (0o660, "change"), (0o606, "change")])
def test_a_book_that_others_can_read_is_warned_about(crm: Crm, mode: int, may: str) -> None:
    """One line a run, with the command that mends it; the output is the same."""
    crm.ok("add", "Anna Nowak")
    os.chmod(crm.db, mode)
    done = crm.ok("search")
    assert done.err == f"crm: warning: {crm.db}: others can {may} the book; chmod 600 {crm.db}\n"
    assert done.out.startswith("1\tAnna Nowak")
    assert crm.ok("tag", "anna", "vip").err.count("chmod") == 1
    os.chmod(crm.db, 0o600)
    assert crm.ok("search").err == ""


def test_a_link_in_the_way_is_not_followed(crm: Crm, tmp_path: Path) -> None:
    """Of an export, of its part, of rejects: what it points to stays as it was."""
    crm.ok("add", "Jan Kos")
    precious = tmp_path / "precious"
    precious.write_text("mine")
    for name in ("out.csv", f"part.csv.{os.getpid()}.part", "in.rejects.csv", "named.csv"):
        (tmp_path / name).symlink_to(precious)
    crm.ok("export", "-o", "out.csv")
    assert not (tmp_path / "out.csv").is_symlink()
    assert crm("export", "-o", "part.csv").code == 2
    (tmp_path / "in.csv").write_text(BAD)
    assert crm("import", "in.csv").code == 4  # the rejects take the next free name
    assert (tmp_path / "in.rejects-2.csv").exists()
    assert crm("import", "in.csv", "--rejects", "named.csv").code == 2
    assert precious.read_text() == "mine"


EVERYDAY = (
    ["add", "Anna Nowak", "--email", "anna@acme.example", "--url", "https://acme.example"],
    ["search", "anna"], ["show", "anna"], ["log", "call", "anna", "hello", "--next", "friday"], ["remind"],
    ["remind", "--all", "-f", "ics"], ["done", "F1"], ["tag", "anna", "vip"], ["edit", "anna", "--city", "Brno"],
    ["import", "-"], ["export", "--to", "vcard"], ["export", "--to", "google"], ["check"], ["history"], ["undo"],
    ["redo"], ["config", "show"], ["schedule", "cron"], ["forget", "anna", "--yes"],
)  # fmt: skip


def test_nothing_reaches_the_network(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    """With sockets forbidden every command does what it does."""

    def forbid(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked for")

    for name in ("socket", "create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, forbid)
    for words in EVERYDAY:
        stdin = "name,email\nEva,e@e.example\n" if words[0] == "import" else ""
        assert crm(*words, stdin=stdin).code in (0, 1), words


def test_no_module_that_could(crm: Crm) -> None:
    """On the everyday path not even the module of sockets is loaded."""
    crm.ok("add", "Anna Nowak")
    program = (
        "import sys\nfrom crmcli.main import main\n"
        "for words in (['search'], ['remind'], ['show', '1'], ['log', 'note', '1', 'x']):\n"
        "    main(words)\n"
        "names = {'socket', '_socket', 'ssl', 'http.client', 'urllib.request', 'smtplib', 'ftplib', 'asyncio'}\n"
        "sys.exit(' '.join(sorted(names & set(sys.modules))) or None)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        env=crm.environ | {"PYTHONPATH": str(Path(crmcli.__file__).parent.parent)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")


def test_no_source_names_a_network_module() -> None:
    """Nowhere in the package is one imported."""
    forbidden = (
        "socket",
        "ssl",
        "http",
        "urllib.request",
        "smtplib",
        "ftplib",
        "requests",
        "httpx",
    )
    for path in Path(crmcli.__file__).parent.rglob("*.py"):
        for line in path.read_text("utf-8").splitlines():
            words = line.split()
            if words[:1] in (["import"], ["from"]):
                module = words[1].rstrip(",")
                assert not any(
                    module == one or module.startswith(f"{one}.") for one in forbidden
                ), (path, line)


def test_no_setting_holds_a_secret() -> None:
    """There is no password, token or key to keep, in the config or among the commands."""
    from crmcli.config.settings import SETTINGS

    names = [*SETTINGS, *COMMANDS]
    assert not [
        name
        for name in names
        if any(word in str(name) for word in ("password", "token", "secret", "api"))
    ]
