"""``python -m crmcli`` and the entry point ``crm``."""

import gc
import os

# A command that lives for 20 milliseconds has no garbage worth collecting; main turns it on again
# for what takes longer.
gc.disable()

from crmcli.main import main  # noqa: E402 - the line above is for its imports too


def run() -> None:
    """Run the command line of this process and exit with its code."""
    code = main()
    # main has flushed what was printed and closed the book: tearing the interpreter down object by
    # object would cost a quarter of an everyday command.
    os._exit(code)


if __name__ == "__main__":
    run()
