"""What the converters of one conversion have to know beside the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Conversion:
    """The version of ai.onnx.ml and the type of numbers that are written, categories of columns by position, and the
    identities of the estimators that get their rows as a sparse matrix.
    """

    ml_opset: int = 3
    is_double: bool = False
    categories: Mapping[int, Sequence[Any]] = field(default_factory=dict)
    sparse_fed: frozenset[int] = frozenset()


_conversion: ContextVar[Conversion] = ContextVar("conversion", default=Conversion())


def current() -> Conversion:
    return _conversion.get()


@contextmanager
def converting(conversion: Conversion) -> Iterator[None]:
    token = _conversion.set(conversion)
    try:
        yield
    finally:
        _conversion.reset(token)
