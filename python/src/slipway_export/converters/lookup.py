"""From categories to numbers, by a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx import TensorProto

from .graph import Graph

Table = Sequence[tuple[Any, float]]


def is_missing(value: Any) -> bool:
    return value is None or type(value).__name__ == "NAType" or (isinstance(value, float) and value != value)


def coded(graph: Graph, name: str, kind: int, table: Table, default: float) -> str:
    """Float32 numbers of a column of categories, ``[rows, 1]``; ``default`` for a value that is none of them.

    A missing text is the empty text. Numbers are looked up in the type that they come in: two float64 that round to one
    float32 are two categories.
    """
    if kind == TensorProto.STRING:
        keys = ["" if is_missing(category) else str(category) for category, _ in table]
        values = [code for _, code in table]
        return graph.ml(
            "LabelEncoder", [name], op_version=2, keys_strings=keys, values_floats=values, default_float=default
        )
    present = [(float(category), code) for category, code in table if not is_missing(category)]
    missing = next((code for category, code in table if is_missing(category)), None)
    if kind == TensorProto.DOUBLE:
        found = _compared(graph, name, present, default)
        numbers = name
    else:
        numbers = name if kind == TensorProto.FLOAT else graph.cast(name, TensorProto.FLOAT)
        found = graph.ml(
            "LabelEncoder",
            [numbers],
            op_version=2,
            keys_floats=[category for category, _ in present],
            values_floats=[code for _, code in present],
            default_float=default,
        )
    if missing is None:
        return found
    return graph.node("Where", [graph.node("IsNaN", [numbers]), graph.constant([[missing]], np.float32), found])


def _compared(graph: Graph, name: str, present: Table, default: float) -> str:
    """A table of float64, which LabelEncoder has not in all versions: one comparison a category, all at once."""
    categories = graph.constant([[category for category, _ in present]], np.float64)
    hits = graph.cast(graph.node("Equal", [name, categories]), TensorProto.FLOAT)
    codes = graph.node("MatMul", [hits, graph.constant([[code] for _, code in present], np.float32)])
    is_known = graph.cast(graph.node("ReduceMax", [hits, graph.constant([1], np.int64)], keepdims=1), TensorProto.BOOL)
    return graph.node("Where", [is_known, codes, graph.constant([[default]], np.float32)])
