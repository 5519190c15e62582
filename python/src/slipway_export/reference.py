"""The reference profile that drift is measured against: format and bins of Slipway's ``reference.json``."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

#: Bins of a numeric profile, and the most categories that are told apart.
BINS_MAX = 10
CATEGORIES_MAX = 50

Profile = dict[str, Any]


def write_reference(model: str, version: str, features: Iterable[Profile], scores: Iterable[Profile]) -> str:
    """The reference as JSON text, a line a field."""
    head = f'{{\n  "slipway_reference": 1,\n  "model": {_json(model)},\n  "version": {_json(version)},\n'
    return f'{head}  "features": [{_lines(features)}],\n  "scores": [{_lines(scores)}]\n}}\n'


def number_profile(name: str, values: npt.ArrayLike) -> Profile:
    """Profiles numbers; NaN counts as missing. Edges cut them into at most ten parts of nearly equal size."""
    given = np.asarray(values, dtype=np.float64)
    ordered = np.sort(given[~np.isnan(given)])
    count = len(ordered)
    edges = equal_frequency_edges(ordered, BINS_MAX)
    counts = np.bincount(np.searchsorted(edges, ordered, side="right"), minlength=len(edges) + 1)
    mean = None if count == 0 else float(math.fsum(ordered / count))
    return {
        "kind": "number",
        "name": name,
        "count": count,
        "missing": len(given) - count,
        "minimum": float(ordered[0]) if count else None,
        "maximum": float(ordered[-1]) if count else None,
        "mean": mean,
        "sd": None if mean is None or count < 2 else float(np.sqrt(np.sum((ordered - mean) ** 2) / (count - 1))),
        "edges": [float(edge) for edge in edges],
        "counts": [int(each) for each in counts],
    }


def category_profile(name: str, values: Sequence[str | None]) -> Profile:
    """Profiles texts; ``None`` counts as missing. Keeps the most frequent categories."""
    found = Counter(value for value in values if value is not None)
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0].encode("utf-16-be", "surrogatepass")))
    kept = ordered[:CATEGORIES_MAX]
    count = sum(found.values())
    return {
        "kind": "category",
        "name": name,
        "count": count,
        "missing": len(values) - count,
        "categories": [{"value": value, "count": times} for value, times in kept],
        "other": count - sum(times for _, times in kept),
    }


def equal_frequency_edges(ordered: npt.NDArray[np.float64], bins: int) -> list[float]:
    """Edges between at most ``bins`` parts of nearly equal size. Equal values never fall apart.

    A value more frequent than its part gets a bin of its own, and the rest is shared out anew. An edge is the least
    value of the bin to its right.
    """
    edges: list[float] = []
    start = 0
    for left in range(bins, 1, -1):
        # Halves are rounded up, as they are where these bins are read.
        end = start + max(1, math.floor((len(ordered) - start) / left + 0.5))
        if 0 < end < len(ordered):
            end = max(end, int(np.searchsorted(ordered, ordered[end - 1], side="right")))
        if end >= len(ordered):
            break
        edges.append(float(ordered[end]))
        start = end
    return edges


def _lines(profiles: Iterable[Profile]) -> str:
    lines = [f"    {_json(profile)}" for profile in profiles]
    return "\n" + ",\n".join(lines) + "\n  " if lines else ""


def _json(value: object) -> str:
    return json.dumps(plain_numbers(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


#: The greatest integer of which JavaScript tells its neighbours.
SAFE_INTEGER = 2**53 - 1


def plain_numbers(value: Any) -> Any:
    """The value with whole floats as integers, as JavaScript prints them."""
    if isinstance(value, dict):
        return {name: plain_numbers(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_numbers(part) for part in value]
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return int(number) if number.is_integer() and abs(number) <= SAFE_INTEGER else number
    return value
