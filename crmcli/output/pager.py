"""A long text through the user's pager."""

from __future__ import annotations

import signal
import subprocess
from shlex import split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def show(command: str, text: str, env: Mapping[str, str]) -> bool:
    """Run ``command``, an argument list without a shell, with ``text`` as its input.

    ``less`` is asked to draw colours and to leave when the text fits, unless ``LESS`` is set.

    Returns:
        Whether the pager could be started.
    """
    try:
        argv = split(command)
        pager = subprocess.Popen(  # noqa: S603 - the user's own choice, and no data in it
            argv, stdin=subprocess.PIPE, env={"LESS": "FRX", **env}
        )
    except (OSError, ValueError, IndexError):
        return False
    # Ctrl-C belongs to the pager while it runs; a handler, unlike SIG_IGN, isn't inherited by it.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        pager.communicate(text.encode("utf-8", "backslashreplace"))
    finally:
        signal.signal(signal.SIGINT, before)
    return True
