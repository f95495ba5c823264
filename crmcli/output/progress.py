"""A progress bar on the terminal of stderr, and nothing anywhere else."""

from __future__ import annotations

from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self, TextIO

    from rich import progress

_STEPS = 200  # redraws a run; the bar must not cost more than the work
_STEP = 1000  # units a redraw where the total is unknown
_PATIENCE = 0.5  # seconds; what is over sooner needs no bar


class Progress:
    """Counts work done; a context.

    Args:
        stream: where the bar is drawn; None draws none.
        label: what is being done.
        total: units of work, None if unknown.
    """

    def __init__(self, stream: TextIO | None, label: str, total: int | None) -> None:
        self._stream = stream
        self._label = label
        self._total = total
        self._step = max(1, total // _STEPS) if total else _STEP
        self._waiting = 0
        self._bar: progress.Progress | None = None
        self._task: progress.TaskID | None = None
        self._start = 0.0

    def __enter__(self) -> Self:
        self._start = monotonic()
        return self

    def _draw(self) -> None:
        """Show the bar, once there is something to wait for."""
        if self._stream is not None and monotonic() - self._start >= _PATIENCE:
            from rich import progress
            from rich.console import Console

            self._bar = progress.Progress(
                progress.TextColumn("{task.description}", markup=False),
                progress.BarColumn(),
                progress.MofNCompleteColumn(),
                progress.TimeRemainingColumn(),
                console=Console(file=self._stream),
                transient=True,
            )
            self._task = self._bar.add_task(self._label, total=self._total)
            self._bar.start()

    def advance(self, units: int = 1) -> None:
        """Count ``units`` as done."""
        if self._stream is None:
            return
        self._waiting += units
        if self._waiting < self._step:
            return
        if self._bar is None:
            self._draw()
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task, self._waiting)
            self._waiting = 0

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task, self._waiting)
            self._bar.stop()
