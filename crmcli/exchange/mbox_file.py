"""A mail folder in one file, as Takeout, Thunderbird and mutt write it; see ``mbox``."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from crmcli.exchange import mbox

if TYPE_CHECKING:
    from crmcli.exchange.mail_source import MailSource
    from crmcli.exchange.plan import Options


def claims(head: bytes) -> bool:
    """Whether the file begins with the line that stands above a message."""
    return mbox.begins(head)


def open_file(stream: IO[bytes], name: str, options: Options) -> MailSource:
    """Open the folder, and decide whose it is."""
    from crmcli.exchange.mail_source import MailSource

    return MailSource(name, "mbox", options, lambda: mbox.messages(stream), stream)
