"""Rows where a model changes its mind: found by bisection in the original model, whatever it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .original import Original
from .sample import Feature, Sample

Floats = npt.NDArray[np.float64]

#: Pairs of a row and a column along which a change is looked for, those of them that are followed, and how often each
#: interval is halved: enough to come from the range of a feature down to two neighbouring float64.
_INTERVALS_MAX = 2000
_SEARCHES_MAX = 160
_HALVINGS_MAX = 70


@dataclass(frozen=True)
class Nudged:
    """Rows at and beside split points: ``table`` for the original model, ``columns`` for the artifact."""

    table: Any
    columns: dict[str, Any]
    rows: int


def nudged_rows(original: Original, sample: Sample, seed: int = 0) -> Nudged | None:
    """Copies of sample rows with one number moved to where the answer changes: the two float64 on both sides of the
    change, and the float32 on both sides of those. ``None`` where no feature is a number.
    """
    rows, features, low, high = _intervals(original, sample, np.random.default_rng(seed))
    if len(rows) == 0:
        return None
    low, high = _bisect(original, sample, rows, features, low, high)
    # Within what the sample holds: a step that takes a logarithm knows nothing below its least value.
    least = np.array([_present(feature).min() for feature in features])
    greatest = np.array([_present(feature).max() for feature in features])
    beside = [_float32_below(low), _float32_above(high), _as_float32(low)]
    moved = [low, high, *(np.clip(values, least, greatest) for values in beside)]
    table_rows = np.tile(rows, len(moved))
    at = [feature for _ in moved for feature in features]
    values = np.concatenate(moved)
    columns: dict[str, Any] = {}
    changed: dict[str, Any] = {}
    for feature in sample.features:
        columns[feature.name] = _base(feature, table_rows)
        here = np.array([each is feature for each in at])
        if here.any():
            columns[feature.name] = np.where(here, values, columns[feature.name])
            changed[feature.name] = columns[feature.name]
    return Nudged(sample.changed(table_rows.tolist(), changed), columns, len(table_rows))


def _base(feature: Feature, rows: npt.NDArray[np.int64]) -> Any:
    if feature.kind == "string":
        return [feature.texts[row] for row in rows]
    return feature.numbers[rows]


def _intervals(
    original: Original, sample: Sample, random: np.random.Generator
) -> tuple[npt.NDArray[np.int64], list[Feature], Floats, Floats]:
    """Rows, the feature to move in each, and two values of it that the model answers differently."""
    numbers = [each for each in sample.features if each.kind == "number" and np.unique(_present(each)).size > 1]
    if not numbers:
        return np.empty(0, np.int64), [], np.empty(0), np.empty(0)
    count = min(_INTERVALS_MAX, max(40, 8 * len(numbers)))
    features = [numbers[at % len(numbers)] for at in range(count)]
    rows = random.integers(0, sample.rows, count)
    low, high = np.empty(count), np.empty(count)
    for at, feature in enumerate(features):
        distinct = np.unique(_present(feature))
        # Neighbouring values find small steps, values far apart find any.
        first = int(random.integers(0, len(distinct) - 1))
        far = bool(random.integers(0, 2))
        last = int(random.integers(first + 1, len(distinct))) if far else first + 1
        low[at], high[at] = distinct[first], distinct[last]
    differs = _answer(original, sample, rows, features, low) != _answer(original, sample, rows, features, high)
    kept = np.flatnonzero(differs)[:_SEARCHES_MAX]
    return rows[kept], [features[at] for at in kept], low[kept], high[kept]


def _bisect(
    original: Original,
    sample: Sample,
    rows: npt.NDArray[np.int64],
    features: list[Feature],
    low: Floats,
    high: Floats,
) -> tuple[Floats, Floats]:
    low, high = low.copy(), high.copy()
    at_low = _answer(original, sample, rows, features, low)
    at_high = _answer(original, sample, rows, features, high)
    for _ in range(_HALVINGS_MAX):
        middle = low / 2 + high / 2
        is_open = (low < middle) & (middle < high)
        if not is_open.any():
            break
        here = _answer(original, sample, rows, features, np.where(is_open, middle, low))
        # The half with the greater change holds a jump, where there is one.
        goes_left = np.abs(here - at_low) > np.abs(at_high - here)
        left, right = is_open & goes_left, is_open & ~goes_left
        high, at_high = np.where(left, middle, high), np.where(left, here, at_high)
        low, at_low = np.where(right, middle, low), np.where(right, here, at_low)
    return low, high


def _answer(
    original: Original, sample: Sample, rows: npt.NDArray[np.int64], features: list[Feature], values: Floats
) -> Floats:
    """One number a row that changes when the answer does."""
    changed: dict[str, Any] = {}
    for feature in _unique(features):
        here = np.array([each is feature for each in features])
        changed[feature.name] = np.where(here, values, feature.numbers[rows])
    scores = original.scores(sample.changed(rows.tolist(), changed))
    return np.asarray(scores @ (1.0 + np.arange(scores.shape[1])), dtype=np.float64)


def _unique(features: list[Feature]) -> Iterator[Feature]:
    seen: set[str] = set()
    for feature in features:
        if feature.name not in seen:
            seen.add(feature.name)
            yield feature


def _present(feature: Feature) -> Floats:
    return feature.numbers[~np.isnan(feature.numbers)]


def _as_float32(values: Floats) -> Floats:
    return values.astype(np.float32).astype(np.float64)


def _float32_below(values: Floats) -> Floats:
    below: Floats = np.nextafter(values.astype(np.float32), np.float32(-np.inf)).astype(np.float64)
    return below


def _float32_above(values: Floats) -> Floats:
    above: Floats = np.nextafter(values.astype(np.float32), np.float32(np.inf)).astype(np.float64)
    return above
