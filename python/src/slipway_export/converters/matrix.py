"""The rows that reach an estimator, as one matrix of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from .graph import Graph, element_type
from .lookup import coded

#: Categories by position of the column, in the order of their codes; a category may be a text or a number.
CodesOf = Mapping[int, Sequence[Any]]


def matrix_of(graph: Graph, precision: npt.DTypeLike, codes: CodesOf | None = None, via: npt.DTypeLike | None = None) -> str:
    """All inputs of the operator side by side in ``precision``; columns with categories become their codes.

    A text that is no category, and the empty text that stands for a missing one, become NaN. With ``via`` the numbers
    are rounded to that type first, as a library does that keeps its rows in it.
    """
    wanted = _onnx_type(precision)
    parts: list[str] = []
    at = 0
    for variable in graph.operator.inputs:
        width = _width(graph, variable)
        columns = range(at, at + width) if width is not None else range(at, at)
        coded = [column for column in columns if codes is not None and column in codes]
        if not coded:
            parts.append(_number(graph, variable.full_name, element_type(variable), wanted, via))
        for column in columns if coded else ():
            name = variable.full_name if width == 1 else graph.column(variable.full_name, column - at)
            categories = None if codes is None else codes.get(column)
            parts.append(
                _number(graph, name, element_type(variable), wanted, via)
                if categories is None
                else _code(graph, name, element_type(variable), categories, wanted)
            )
        at += width or 0
    return graph.concat(parts)


def _width(graph: Graph, variable: Any) -> int | None:
    """Columns of an input; of the only one those that the estimator was fitted on, where the graph does not tell."""
    shape = variable.type.shape
    if len(shape) > 1 and isinstance(shape[1], int):
        return int(shape[1])
    fitted = getattr(graph.operator.raw_operator, "n_features_in_", None)
    return None if fitted is None or len(graph.operator.inputs) > 1 else int(fitted)


def _number(graph: Graph, name: str, given: int, wanted: int, via: npt.DTypeLike | None) -> str:
    if via is not None and given != _onnx_type(via):
        name, given = graph.cast(name, _onnx_type(via)), _onnx_type(via)
    return name if given == wanted else graph.cast(name, wanted)


def _code(graph: Graph, name: str, given: int, categories: Sequence[Any], wanted: int) -> str:
    # None is a category of which the name is not known.
    table = [(category, float(at)) for at, category in enumerate(categories) if category is not None]
    codes = coded(graph, name, given, table, float("nan"))
    return codes if wanted == TensorProto.FLOAT else graph.cast(codes, wanted)


def _onnx_type(precision: npt.DTypeLike) -> int:
    return int(TensorProto.DOUBLE if np.dtype(precision) == np.float64 else TensorProto.FLOAT)
