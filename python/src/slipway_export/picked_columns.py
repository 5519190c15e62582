"""The columns of a ColumnTransformer, in whichever of its many ways they are picked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from .plan import parts_of


def picked_columns(columns: Any, names: Sequence[Any]) -> list[Any]:
    """Those of ``names`` that a name, a number, a slice, a mask, or a list of names or numbers picks."""
    if isinstance(columns, str):
        return [columns]
    if isinstance(columns, slice):
        start, stop = columns.start, columns.stop
        if isinstance(start, str) or isinstance(stop, str):
            first = 0 if start is None else list(names).index(start)
            return list(names[first : len(names) if stop is None else list(names).index(stop) + 1])
        return list(names[columns])
    listed = [columns] if isinstance(columns, int) else list(columns)
    if listed and all(type(each).__name__ in ("bool", "bool_") for each in listed):
        return [name for name, is_picked in zip(names, listed) if is_picked]
    return [each if isinstance(each, str) else names[int(each)] for each in listed]


@contextmanager
def plainly_picked(model: Any) -> Iterator[None]:
    """While it lasts, every ColumnTransformer of the model has lists of names or of numbers from 0, which is what
    skl2onnx understands.
    """
    found = [part for _, part in parts_of(model) if type(part).__name__ == "ColumnTransformer"]
    before = [(part, part.transformers_) for part in found]
    try:
        for part in found:
            named = getattr(part, "feature_names_in_", None)
            names = [str(name) for name in named] if named is not None else list(range(int(part.n_features_in_)))
            part.transformers_ = [
                (name, step, picked_columns(columns, names)) for name, step, columns in part.transformers_
            ]
        yield
    finally:
        for part, transformers in before:
            part.transformers_ = transformers
