"""How this program is started again, from anywhere."""

from __future__ import annotations

import os
import sys


def argv() -> list[str]:
    """Return the words that start this program, by absolute paths."""
    program = os.path.abspath(sys.argv[0])
    if os.path.basename(program) == "crm" and os.access(program, os.X_OK):
        return [program]
    found = [sys.executable, "-m", "crmcli"]
    folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if os.path.basename(folder) in ("site-packages", "dist-packages"):
        return found
    return ["/usr/bin/env", f"PYTHONPATH={folder}", *found]
