"""What a rule found."""

from __future__ import annotations


class Finding:
    """One thing that a rule found.

    Attributes:
        code, name: of the rule.
        contact_id: whom it is about.
        handle: what done, snooze and ignore take: ``F12`` or ``R201:7``.
        severity: a number of Severity.
        message: the reason in words.
        target: the number of the deal, case or other person it is about, None for none.
        more: how many others of the same batch it stands for.
        fix: ``safe``, ``unsafe``, or None where ``crm check`` cannot mend it.
        batch: the query that finds all of these, None for one alone.
    """

    __slots__ = (
        "batch",
        "code",
        "contact_id",
        "fix",
        "handle",
        "message",
        "more",
        "name",
        "severity",
        "target",
    )

    def __init__(
        self,
        code: str,
        name: str,
        contact_id: int,
        handle: str,
        *,
        severity: int,
        message: str,
        more: int = 0,
        target: int | None = None,
        batch: str | None = None,
        fix: str | None = None,
    ) -> None:
        self.batch = batch
        self.code = code
        self.name = name
        self.contact_id = contact_id
        self.fix = fix
        self.handle = handle
        self.severity = severity
        self.message = message
        self.more = more
        self.target = target
