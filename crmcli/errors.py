"""Every error that a user can cause or meet, each with its exit code and a message of one line.

A message says what is wrong, where (file, line, field) and what to do. Only ``main`` catches.
"""


class ExitCode:
    """Exit codes of the contract; scripts hold on to them."""

    OK = 0
    NOTHING = 1  # nothing found, findings, something due
    USAGE = 2
    REFUSED = 3
    PARTLY = 4
    STORAGE = 5
    BUG = 70
    INTERRUPTED = 130
    PIPE = 141
    TERMINATED = 143


class CrmError(Exception):
    """An error with a message for the user; its class owns the exit code."""

    exit_code = ExitCode.BUG


class NothingFoundError(CrmError):
    """A search or a view came back empty."""

    exit_code = ExitCode.NOTHING


class UsageError(CrmError):
    """A bad option, query, date or argument."""

    exit_code = ExitCode.USAGE


class ConfigError(UsageError):
    """The config file, or a value meant for it, is wrong; the message names file, line and key."""


class RefusedError(CrmError):
    """The command was understood and is refused: duplicate, do-not-contact, unknown person."""

    exit_code = ExitCode.REFUSED


class InvalidValueError(RefusedError):
    """A value that its field cannot hold, such as an e-mail without an at sign."""


class UnknownContactError(RefusedError):
    """WHO names nobody; the message offers the nearest names."""


class AmbiguousContactError(RefusedError):
    """WHO names several people.

    Attributes:
        candidates: rows ``(id, name, company, email)`` to choose from, best first.
    """

    def __init__(
        self, message: str, candidates: list[tuple[int, str, str | None, str | None]]
    ) -> None:
        super().__init__(message)
        self.candidates = candidates


class StorageError(CrmError):
    """The database or the disk: busy, corrupt, foreign, newer, full or read-only."""

    exit_code = ExitCode.STORAGE


class ResultError(StorageError):
    """What a command prints could not be written, whatever it did before that.

    Attributes:
        all_the_same: what is to be said besides where something was done.
    """

    all_the_same = (
        "; the change was made all the same: crm history shows it, crm undo takes it back"
    )

    def __init__(self, why: str, done: str = "") -> None:
        super().__init__(f"cannot write the result: {why}")
        if done:
            self.all_the_same = f"; {done}"
