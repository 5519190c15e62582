"""Functions of NumPy inside a FunctionTransformer, and bins of numbers."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto
from skl2onnx.common.data_types import Int64TensorType, StringTensorType

from .encoders import columns_of, in_type, number_tensor
from .graph import Graph, element_type

#: NumPy's functions that have an operator of the same meaning.
_FUNCTIONS = {
    "log": "Log", "exp": "Exp", "sqrt": "Sqrt", "abs": "Abs", "absolute": "Abs", "sign": "Sign", "negative": "Neg",
    "floor": "Floor", "ceil": "Ceil", "tanh": "Tanh", "sin": "Sin", "cos": "Cos", "reciprocal": "Reciprocal",
}  # fmt: skip


def known_function(function: Any) -> bool:
    """Whether a FunctionTransformer's function is one of NumPy's that can be written as an operator."""
    return function is None or (isinstance(function, np.ufunc) and _ufunc_name(function) is not None)


def _ufunc_name(function: Any) -> str | None:
    name = str(getattr(function, "__name__", ""))
    return name if name in _FUNCTIONS or name in ("log1p", "expm1", "square", "log2", "log10") else None


def function_shapes(operator: Any) -> None:
    widths = [variable.type.shape[1] for variable in operator.inputs]
    known = all(isinstance(width, int) for width in widths)
    kind = operator.inputs[0].type
    made = copy.deepcopy(kind) if isinstance(kind, (StringTensorType, Int64TensorType)) else number_tensor()()
    made.shape = [None, sum(widths) if known else None]
    operator.outputs[0].type = made


def convert_function(scope: Any, operator: Any, container: Any) -> None:
    graph = Graph(scope, operator, container)
    output = operator.outputs[0]
    kind = element_type(output)
    x = graph.concat([in_type(graph, (each.full_name, element_type(each)), kind) for each in operator.inputs])
    precision = np.float64 if kind == TensorProto.DOUBLE else np.float32
    graph.node("Identity", [apply_function(graph, x, operator.raw_operator.func, precision)], output=output.full_name)


def apply_function(graph: Graph, x: str, function: Any, precision: npt.DTypeLike) -> str:
    """One of NumPy's functions, as `known_function` knows them; no function is the identity."""
    name = None if function is None else _ufunc_name(function)
    if name is None:
        return x
    if name == "log1p":
        return graph.node("Log", [graph.node("Add", [x, graph.constant([1.0], precision)])])
    if name == "expm1":
        return graph.node("Sub", [graph.node("Exp", [x]), graph.constant([1.0], precision)])
    if name == "square":
        return graph.node("Mul", [x, x])
    if name in ("log2", "log10"):
        base = graph.constant([np.log(2.0 if name == "log2" else 10.0)], precision)
        return graph.node("Div", [graph.node("Log", [x]), base])
    return graph.node(_FUNCTIONS[name], [x])


def number_of(value: Any, otherwise: float, width: int) -> npt.NDArray[np.float64]:
    """A row of numbers; what a transformer leaves out (`None`) stands for ``otherwise``."""
    return np.full(width, otherwise) if value is None else np.asarray(value, dtype=np.float64).ravel()


# Polynomials


def polynomial_shapes(operator: Any) -> None:
    operator.outputs[0].type = number_tensor()([None, int(operator.raw_operator.n_output_features_)])


def convert_polynomial(scope: Any, operator: Any, container: Any) -> None:
    """Products of columns, all of one degree at a time; a column of ones stands in where a product is shorter."""
    graph = Graph(scope, operator, container)
    output = operator.outputs[0]
    kind = element_type(output)
    precision = np.float64 if kind == TensorProto.DOUBLE else np.float32
    powers = np.asarray(operator.raw_operator.powers_)
    columns = [in_type(graph, (each.full_name, element_type(each)), kind) for each in operator.inputs]
    x = graph.concat(columns)
    first = graph.node("Gather", [x, graph.constant([0], np.int64)], axis=1)
    # A column of ones as long as the others, whatever stands in it.
    ones = graph.node("Where", [graph.node("Equal", [first, first]), graph.constant([[1.0]], precision), graph.constant([[1.0]], precision)])
    wide = graph.concat([x, ones])
    width = powers.shape[1]
    factors = [[at for at, power in enumerate(row) for _ in range(int(power))] for row in powers]
    product: str | None = None
    # From the last factor to the first, as scikit-learn multiplies, so that the last bits are the same.
    for degree in reversed(range(max(1, max(len(each) for each in factors)))):
        picked = [each[degree] if degree < len(each) else width for each in factors]
        factor = graph.node("Gather", [wide, graph.constant(picked, np.int64)], axis=1)
        product = factor if product is None else graph.node("Mul", [factor, product])
    assert product is not None
    graph.node("Identity", [product], output=output.full_name)


# Bins


def bins_shapes(operator: Any) -> None:
    counts = [int(count) for count in operator.raw_operator.n_bins_]
    operator.outputs[0].type = number_tensor()([None, len(counts) if _is_ordinal(operator) else sum(counts)])


def convert_bins(scope: Any, operator: Any, container: Any) -> None:
    """The number of a bin is the number of inner edges that a value reaches, compared in the type of the rows."""
    graph = Graph(scope, operator, container)
    output = operator.outputs[0]
    kind = element_type(output)
    precision = np.float64 if kind == TensorProto.DOUBLE else np.float32
    parts: list[str] = []
    for column, edges, count in zip(columns_of(graph), operator.raw_operator.bin_edges_, operator.raw_operator.n_bins_):
        inner = graph.constant(np.asarray(edges, dtype=np.float64)[1:-1].reshape(1, -1), precision)
        reached = graph.cast(graph.node("GreaterOrEqual", [in_type(graph, column, kind), inner]), kind)
        number = graph.node("ReduceSum", [reached, graph.constant([1], np.int64)], keepdims=1)
        if not _is_ordinal(operator):
            numbers = graph.constant(np.arange(int(count)).reshape(1, -1), precision)
            number = graph.cast(graph.node("Equal", [number, numbers]), kind)
        parts.append(number)
    graph.node("Identity", [graph.concat(parts)], output=output.full_name)


def _is_ordinal(operator: Any) -> bool:
    return bool(operator.raw_operator.encode == "ordinal")
