"""The one transaction of a command that can also be rehearsed."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

    from crmcli.context import App
    from crmcli.db.connection import Transaction


class Writing:
    """``with Writing(app, dry_run=True)`` does everything that the real run does, and rolls it back."""

    def __init__(self, app: App, *, dry_run: bool = False) -> None:
        self.transaction: Transaction = app.write(dry_run=dry_run)
        self.dry_run = dry_run

    def __enter__(self) -> Transaction:
        return self.transaction.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None and self.dry_run:
            kind = _RehearsedError
        self.transaction.__exit__(kind, error, trace)


class _RehearsedError(Exception):
    """What a dry run ends with, so that it is rolled back."""
