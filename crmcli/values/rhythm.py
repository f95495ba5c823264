"""The rhythm in which somebody buys: the gaps between the days of their orders."""

from __future__ import annotations

from datetime import date
from itertools import pairwise


def gaps(days: str) -> list[int]:
    """The days between orders, least first; ``days`` are ISO dates with commas, in any order.

    Orders of one day are one order.
    """
    ordered = sorted({date.fromisoformat(day).toordinal() for day in days.split(",")})
    return sorted(later - day for day, later in pairwise(ordered))


def median_gap(days: str | None) -> int | None:
    """The median gap in whole days, None with fewer than two orders."""
    found = gaps(days) if days else []
    middle = len(found) // 2
    if not found:
        return None
    return found[middle] if len(found) % 2 else round((found[middle - 1] + found[middle]) / 2)


def variation(days: str | None) -> int | None:
    """The coefficient of variation of the gaps (standard deviation by mean), in percent."""
    found = gaps(days) if days else []
    if not found:
        return None
    mean = sum(found) / len(found)
    spread: float = (sum((gap - mean) ** 2 for gap in found) / len(found)) ** 0.5
    return round(100 * spread / mean)
