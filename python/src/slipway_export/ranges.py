"""Ranges of numbers for people, by the same rule as ``slipway train``."""

from __future__ import annotations

import math

_STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


def rounded_range(least: float, greatest: float) -> tuple[float, float] | None:
    """A range that holds both values, rounded away from them to a step of a power of ten.

    It starts (or ends) at zero where the data come nearer to zero than to half of their extreme. ``None`` where both
    values are the same, since they don't tell a range, and where one of them is not finite.
    """
    if least == greatest or not (math.isfinite(least) and math.isfinite(greatest)):
        return None
    minimum, maximum = -_outward(-least, -greatest), _outward(greatest, least)
    if not (math.isfinite(minimum) and math.isfinite(maximum)):
        return None
    return minimum + 0.0, maximum + 0.0


def _outward(end: float, other: float) -> float:
    """A round number from ``end`` up; ``other`` is the opposite end of the data."""
    if end > 0:
        return _step_up(end)
    return 0.0 if end >= other / 2 else -_step_down(-end)


def _step_up(size: float) -> float:
    exponent = _exponent(size)
    return next((_times(step, exponent) for step in _STEPS if _times(step, exponent) >= size), _times(10, exponent))


def _step_down(size: float) -> float:
    exponent = _exponent(size)
    fitting = [_times(step, exponent) for step in _STEPS if _times(step, exponent) <= size]
    return fitting[-1] if fitting else _times(8, exponent - 1)


def _exponent(size: float) -> int:
    return int(f"{size:.17e}".split("e")[1])


def _times(step: float, exponent: int) -> float:
    """By way of text, since 3 * 0.1 is not 0.3."""
    return float(f"{step}e{exponent}")
