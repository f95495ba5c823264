"""``python -m crmcli`` and the entry point ``crm``."""

from __future__ import annotations

import gc
import os

# A command that lives for 20 milliseconds has no garbage worth collecting; main turns it on again
# for what takes longer.
gc.disable()


class Stop:
    """What SIGINT and SIGTERM call: keeps which one it was, and unwinds, so that all is tidied up.

    Attributes:
        code: the exit code of the signal that came, 0 while there was none.
    """

    def __init__(self) -> None:
        self.code = 0

    def __call__(self, number: int, _: object) -> None:
        """Take a signal."""
        self.code = 128 + number
        raise KeyboardInterrupt

    def listen(self) -> None:
        """Take the signals but for those that our starter wants ignored (nohup, a shell's ``&``)."""
        # The module behind `signal`, whose enums cost more than half of our own modules.
        import _signal  # type: ignore[import-not-found]

        for number in (_signal.SIGINT, _signal.SIGTERM):
            if _signal.getsignal(number) != _signal.SIG_IGN:
                _signal.signal(number, self)


def run() -> None:
    """Run the command line of this process and exit with its code."""
    stop = Stop()
    try:
        stop.listen()
        from crmcli.main import main

        code = main(stopped=lambda: stop.code)
    except KeyboardInterrupt:
        code = stop.code
    # main has flushed what was printed and closed the book: tearing the interpreter down object by
    # object would cost a quarter of an everyday command.
    os._exit(code)


if __name__ == "__main__":
    run()
