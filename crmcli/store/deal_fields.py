"""Fields of a deal as people type them, checked and brought into the form that the book keeps."""

from __future__ import annotations

from datetime import date, datetime

from crmcli.errors import InvalidValueError, UsageError
from crmcli.values import money
from crmcli.values.text import clean, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

# What can be emptied, by the names that people may use.
CLEARABLE = {
    "contact": "contact_id", "company": "company_id", "amount": "amount", "currency": "currency",
    "probability": "probability", "close": "close", "quoted": "quoted_on", "quoted_on": "quoted_on",
    "valid_until": "valid_until", "reason": "reason",
}  # fmt: skip
# Days: column -> whether it lies in the past.
_DAYS = {"close": False, "valid_until": False, "quoted_on": True}


class Checker:
    """Reads fields of deals.

    Attributes:
        stages: the stages of the config by name, in their order.
    """

    def __init__(
        self,
        stages: Iterable[dict[str, Any]],
        *,
        when: Callable[..., date | datetime],
        today: date,
    ) -> None:
        self.stages: dict[str, dict[str, Any]] = {stage["name"]: stage for stage in stages}
        self._when = when
        self._today = today

    def stage(self, text: str, others: Iterable[str] = ()) -> str:
        """Return the stage that a word means, in any case or as other programs call it.

        Args:
            text: as typed.
            others: stages that are taken besides those of the config.

        Raises:
            UsageError: there is none; names the nearest.
        """
        known: dict[str, str] = {fold(name): name for name in (*others, *self.stages)}
        found = known.get(fold(clean(text)))
        if found is None:
            from crmcli.exchange.headers import normal, words
            from crmcli.query.errors import did_you_mean

            found = known.get(words("stages").get(normal(text), ""))
            if found is None:
                near = did_you_mean(fold(clean(text)), known)
                names = f"; one of {', '.join(self.stages)}, or your own in deals.stages"
                raise UsageError(f'unknown stage "{text}"{near or names}')
        return found

    def first(self) -> str:
        """The stage in which a deal starts."""
        return next(iter(self.stages))

    def check(self, raw: dict[str, str | None]) -> dict[str, Any]:
        """Return the columns that were given; an empty text empties its column.

        Raises:
            InvalidValueError: a value that its field cannot hold.
            UsageError: a date that cannot be read, or no title.
        """
        found: dict[str, Any] = {}
        for field, value in raw.items():
            if value is None:
                continue
            plain = clean(value)
            if field == "title" and not plain:
                raise UsageError("a deal has a title: what may be sold")
            if not plain:
                found[field] = None
            elif field in _DAYS:
                found[field] = self._day(plain, past=_DAYS[field])
            elif field == "probability":
                found[field] = _percent(plain)
            else:
                found[field] = plain
        return found

    def _day(self, text: str, *, past: bool) -> str:
        moment = self._when(text, prefer="past" if past else "future")
        day = moment.date() if isinstance(moment, datetime) else moment
        if past and day > self._today:
            raise InvalidValueError(f"a quote of {day} is not sent yet")
        return day.isoformat()


def _percent(text: str) -> int:
    digits = text.removesuffix("%").strip()
    if digits.isascii() and digits.isdigit() and len(digits) < 4 and int(digits) <= 100:
        return int(digits)
    raise InvalidValueError(f'a probability is a number from 0 to 100, not "{text}"')


def amount(text: str | None, currency: str | None, default: str) -> tuple[int | None, str | None]:
    """Read an amount in ten-thousandths and its currency, which may stand beside it.

    Args:
        text: as typed; empty for none.
        currency: the one asked for, which must not contradict the amount's.
        default: the currency of an amount without one.

    Raises:
        InvalidValueError: no amount, less than nothing, or no currency.
        UsageError: two currencies.
    """
    if not clean(text or ""):
        return None, None
    units, beside = money.parse(text or "")
    asked = money.currency(currency) if currency else None
    if units < 0:
        raise InvalidValueError(f'a deal is worth nothing less than 0, not "{text}"')
    if asked and beside and asked != beside:
        raise UsageError(f"--amount is in {beside}, --currency says {asked}; which?")
    return units, asked or beside or default


def clearable(field: str) -> str:
    """Return the column that ``--clear FIELD`` empties.

    Raises:
        UsageError: no such field, or one that every deal has.
    """
    name = field.strip().casefold().replace("-", "_")
    if name not in CLEARABLE:
        raise UsageError(
            f'"{field}" cannot be emptied; a deal may be without {", ".join(dict.fromkeys(CLEARABLE))}'
        )
    return CLEARABLE[name]


def agree(deal: dict[str, Any], given: Iterable[str]) -> None:
    """Hold what was given to the rest of a deal; what it had before is nobody's fault now.

    Args:
        deal: the whole deal as it is to be.
        given: the columns that were typed.

    Raises:
        UsageError: it belongs to nobody, has a currency and no amount, or an end and a probability.
        InvalidValueError: the quote ends before it was sent.
    """
    columns = frozenset(given)
    if deal.get("contact_id") is None and deal.get("company_id") is None:
        raise UsageError("a deal belongs to a person or a company: --contact WHO, --company C")
    if "currency" in columns and deal.get("currency") and deal.get("amount") is None:
        raise UsageError("--currency needs --amount")
    if deal.get("probability") is not None and "probability" in columns:
        ended = "won" if deal.get("won_at") else "lost" if deal.get("lost_at") else ""
        if ended:
            raise UsageError(f"a deal that is {ended} is certain; --probability is for open ones")
    sent, until = deal.get("quoted_on"), deal.get("valid_until")
    if columns & {"quoted_on", "valid_until"} and sent and until and until < sent:
        raise InvalidValueError(f"a quote of {sent} cannot be valid until {until}")
