"""A text through the owner's editor, taken back only when it is valid."""

from __future__ import annotations

import os
import subprocess
import tempfile
from shlex import split

from crmcli.errors import CrmError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crmcli.output.out import Out

DRAFTS = "crm-draft-"  # how their folders begin, in the folder of temporary files


def edit(
    text: str,
    check: Callable[[str], object],
    *,
    out: Out,
    environ: Mapping[str, str],
    name: str,
    uid: str | None = None,
) -> str | None:
    """Let the owner change a text until ``check`` takes it.

    Args:
        text: what the editor opens with.
        check: raises a CrmError for a text that is not valid.
        out: where it is said what is wrong, and asked whether to go on.
        environ: VISUAL or EDITOR says which editor.
        name: of the file, such as ``config.toml``: editors go by its ending.
        uid: of whom the text is about, by which ``start`` knows its folder.

    Returns:
        The new text, None when nothing was changed.

    Raises:
        UsageError: there is no editor, or it failed.
        CrmError: of ``check``, when nobody goes on editing; names the file that keeps the text.
    """
    argv = _editor(environ, terminal=out.can_ask)
    folder = tempfile.mkdtemp(prefix=start(uid) if uid else DRAFTS)
    path = os.path.join(folder, name)  # nobody else can look into it
    _put(path, text)
    while True:
        _run(argv, path, text, environ)
        try:
            changed = _read(path)
            if changed == text:
                break
            check(changed)
            break
        except CrmError as error:
            kept = type(error)(f"{error}; your text is kept in {path}")
            if not out.can_ask:
                raise kept from None
            out.error(str(error))
            if not out.confirm("Edit again"):
                raise kept from None
        except BaseException:  # a book in use, a full disk, Ctrl-C: not the text is wrong
            out.error(f"your text is kept in {path}")
            raise
    discard(folder)
    return None if changed == text else changed


def start(uid: str) -> str:
    """How the folders begin of drafts about somebody: whatever an owner made of the text, it is theirs."""
    from hashlib import sha256

    return f"{DRAFTS}{sha256(uid.encode()).hexdigest()[:16]}-"


def _editor(environ: Mapping[str, str], *, terminal: bool) -> list[str]:
    named = environ.get("VISUAL") or environ.get("EDITOR") or ("vi" if terminal else "")
    try:
        argv = split(named)
    except ValueError:
        argv = []
    if not argv:
        raise UsageError("no editor is known; set EDITOR, such as EDITOR=nano")
    return argv


def _put(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def discard(folder: str) -> None:
    """Delete the folder of a draft, with the copies, swap and undo files that editors lay beside it."""
    import shutil

    shutil.rmtree(folder)


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return file.read()


def _run(argv: list[str], path: str, text: str, environ: Mapping[str, str]) -> None:
    try:
        done = subprocess.run([*argv, path], env=dict(environ), check=False)  # noqa: S603 - the user's own choice, no shell
    except OSError as error:
        discard(os.path.dirname(path))
        raise UsageError(f"cannot run the editor {argv[0]}: {error.strerror}; see EDITOR") from None
    if done.returncode:
        failed = f"the editor {argv[0]} failed; nothing was changed"
        if _read(path) != text:
            raise UsageError(f"{failed}, your text is in {path}")
        discard(os.path.dirname(path))
        raise UsageError(failed)
