"""What a reader did not foresee in one record: that record is rejected, and the rest of the file comes in."""

from __future__ import annotations

from crmcli.errors import InvalidValueError, UsageError

# What a value that nobody thought of raises in Python and its libraries. The errors of a program that is
# wrong whatever the file says (AttributeError, NameError, those of the database) are not among them.
ERRORS = (InvalidValueError, UsageError, ValueError, OverflowError, RecursionError, LookupError)

# Starts the reason of what was not foreseen; tests that feed any bytes never see it.
STRANGE = "not understood by crm, which is a fault of crm"


def why(error: Exception) -> str:
    """Return why a record is rejected: what an error of ours says, else what kind of error it was."""
    if isinstance(error, InvalidValueError | UsageError):
        return str(error)
    return f"{STRANGE} ({type(error).__name__})"
