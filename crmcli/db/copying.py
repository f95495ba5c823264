"""A copy of the book to try things on, whole whatever others write meanwhile."""

from __future__ import annotations

import sqlite3

from crmcli.db import connection
from crmcli.errors import StorageError


def copy(path: str, target: str) -> bool:
    """Copy the book at ``path`` to ``target``, where no file is yet; nothing is written to the book.

    Returns:
        Whether there was one.

    Raises:
        StorageError: it is no book, or cannot be read or copied.
    """
    if connection.check_file(path) is None:
        return False
    try:
        source, copied = sqlite3.connect(path), sqlite3.connect(target)
        try:
            source.backup(copied)
        finally:
            source.close()
            copied.close()
    except sqlite3.Error as error:
        raise StorageError(f"{path}: cannot be copied: {error}") from None
    return True
