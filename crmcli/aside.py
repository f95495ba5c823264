"""Other command lines, run beside the one that is asked for, on a book of their own."""

from __future__ import annotations

import io

from crmcli.errors import ExitCode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.context import App


class Done:
    """What a command line did.

    Attributes:
        code: its exit code.
        out: what it printed. err: what it said about it.
    """

    __slots__ = ("code", "err", "out")

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    @property
    def reason(self) -> str:
        """The last thing it said, without the name of the program."""
        lines = self.err.strip().splitlines() or [f"exit {self.code}"]
        return lines[-1].removeprefix("crm: ")


def run(app: App, words: Sequence[str], *, home: str, now: str) -> Done:
    """Run a command line on the book ``crm.db`` in the folder ``home``, with the owner's config.

    Nothing of the owner's environment but the time zone gets in, nobody answers, and stdin is empty.

    Args:
        app: the run that asks for it.
        words: what stands behind ``crm``.
        home: a folder to write into.
        now: the clock, as CRM_NOW has it.
    """
    environ = {"HOME": home, "CRM_DB": f"{home}/crm.db", "CRM_NOW": now}
    if app.config.exists:
        environ["CRM_CONFIG"] = app.config.path
    if "TZ" in app.environ:
        environ["TZ"] = app.environ["TZ"]
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(3)]
    stdin, out, err = streams
    code = app.main(list(words), environ=environ, stdin=stdin, stdout=out, stderr=err)
    if code in (ExitCode.INTERRUPTED, ExitCode.TERMINATED):
        raise KeyboardInterrupt
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8", "replace"))
    return Done(code, *texts)
