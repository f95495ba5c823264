"""What a stream is: a terminal or not, how wide, whether it takes colours."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

WIDTH = 80  # where nothing says otherwise


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody sits at the other end; a closed or missing stream is no terminal."""
    return stream is not None and not stream.closed and stream.isatty()


def wants_colour(flag: str, env: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether to colour: the flag beats the environment, which beats what the stream is.

    Args:
        flag: ``auto``, ``always`` or ``never``.
        env: ``NO_COLOR``, ``FORCE_COLOR``, ``CLICOLOR_FORCE``, ``TERM`` and ``CLICOLOR`` count, in
            this order; an empty one counts as not set, as no-color.org has it.
        terminal: whether the stream is a terminal.
    """
    if flag != "auto":
        return flag == "always"
    if env.get("NO_COLOR"):
        return False
    if env.get("FORCE_COLOR", "0") not in ("", "0", "false"):
        return True
    if env.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    if env.get("TERM") == "dumb" or env.get("CLICOLOR") == "0":
        return False
    return terminal


def size(stream: TextIO | None, env: Mapping[str, str]) -> tuple[int, int]:
    """Columns and lines: ``COLUMNS`` and ``LINES``, else what the terminal says, else 80 by 24."""
    columns, lines = _positive(env.get("COLUMNS")), _positive(env.get("LINES"))
    if not (columns and lines) and stream is not None and is_terminal(stream):
        try:
            real = os.get_terminal_size(stream.fileno())
        except (OSError, ValueError):
            pass
        else:
            columns, lines = columns or real.columns, lines or real.lines
    return columns or WIDTH, lines or 24


def _positive(text: str | None) -> int:
    return int(text) if text and len(text) < 5 and text.isascii() and text.isdigit() else 0
