"""Which estimators of a model get their rows as a sparse matrix: to XGBoost, a zero is missing there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .plan import parts_of
from .sample import Sample

_ROWS_MAX = 20


def sparse_fed(model: Any, sample: Sample) -> frozenset[int]:
    """Identities of the estimators of XGBoost that come behind steps with a sparse result.

    A ColumnTransformer decides when it is fitted whether its result is sparse, so a few rows tell it of all.
    """
    if not any(_is_xgboost(part) for _, part in parts_of(model)):
        return frozenset()
    rows = sample.take(range(min(_ROWS_MAX, sample.rows)))
    return frozenset(id(part) for part, given in _fed(model, rows) if hasattr(given, "tocsr") and _is_xgboost(part))


def _is_xgboost(part: Any) -> bool:
    return type(part).__module__.startswith("xgboost")


def _fed(model: Any, rows: Any) -> Iterator[tuple[Any, Any]]:
    """The estimators that answer, each with the rows that it is given."""
    steps = getattr(model, "steps", None)
    if steps:
        yield from _fed(steps[-1][1], model[:-1].transform(rows) if len(steps) > 1 else rows)
        return
    yield model, rows
    for inner in _side_by_side(model):
        yield from _fed(inner, rows)


def _side_by_side(model: Any) -> list[Any]:
    """Estimators that get the same rows as the one that they are in."""
    if _is_xgboost(model):
        return []
    found = list(getattr(model, "estimators_", None) or [])
    regressor = getattr(model, "regressor_", None)
    return [*found, *([] if regressor is None else [regressor])]
