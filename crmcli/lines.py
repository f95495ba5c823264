"""What cards and stories tell in a line: an instant, an interaction, an amount."""

from __future__ import annotations

from datetime import datetime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from typing import Any

    from crmcli.context import App

_LABEL = 12  # letters: the width of a column of names of fields


def moment(app: App, at: str) -> str:
    """An instant in the owner's zone, a plain day where the time is not known."""
    from crmcli.values.dates import from_utc

    civil: date | datetime = from_utc(at, app.tz)
    return f"{civil:%Y-%m-%d %H:%M}" if isinstance(civil, datetime) else civil.isoformat()


def interaction(app: App, entry: dict[str, Any]) -> str:
    """When, what, which way, what was said; of an entry as store.card has it.

    Of an e-mail it is what was new in it; the whole text is in the JSON.
    """
    text = entry["text"]
    if text and entry["kind"] == "email" and "\n" in text:
        from crmcli.values import quoted

        text = quoted.said(text)
    arrow = {"in": "←", "out": "→"}.get(entry["direction"], " ")
    said = " — ".join(filter(None, [entry["subject"], text]))
    others = f" (with {', '.join(entry['with'])})" if entry["with"] else ""
    money = f" {amount(entry)}" if entry["amount"] is not None else ""
    return (
        f"{moment(app, entry['at'])[:10]} {arrow} {entry['kind']}{money}{others}  {said}".rstrip()
    )


def amount(row: dict[str, Any]) -> str:
    """The amount with its currency."""
    return " ".join(filter(None, [row["amount"], row["currency"]]))


def channels(person: dict[str, Any], field: str) -> list[str]:
    """The e-mails or phones of a card, each with what is known of it."""
    dead, verified = (
        dict(item.rpartition("=")[::2] for item in person[name])
        for name in ("dead_channels", "verified_channels")
    )
    labels = person[f"{field.removesuffix('s')}_labels"]
    found = []
    for shown in person[field]:
        known = f"dead since {dead[shown]}" if shown in dead else ""
        if not known and shown in verified:
            known = f"verified {verified[shown]}"
        said = ", ".join(filter(None, (labels.get(shown), known)))
        found.append(f"{shown} ({said})" if said else shown)
    return found


def consent(item: str) -> str:
    """A basis of a card in words: ``consent 2026-01-02, withdrawn 2026-03-01 (fair in Brno)``."""
    basis, _, rest = item.partition("=")
    days, _, source = rest.partition("/")
    given, _, withdrawn = days.partition("..")
    end = f", withdrawn {withdrawn}" if withdrawn else ""
    return f"{basis} {given}{end}" + (f" ({source})" if source else "")


def repetition(rule: str) -> str:
    """How often a follow-up repeats, in words where there are any for the rule."""
    from crmcli.values import repeat_words

    return repeat_words.told(rule)


def label(app: App, name: str, wide: int = 0) -> str:
    """The name of a field, in a column of its own that is at least so wide."""
    return app.out.style(f"{name:<{max(wide, _LABEL)}}", "dim")


def section(app: App, title: str, lines: list[str]) -> Iterator[str]:
    """A heading and its lines, nothing without lines."""
    if lines:
        yield ""
        yield app.out.style(title, "bold")
        for line in lines:
            yield "  " + line.replace("\n", "\n      ")
