"""TransformedTargetRegressor: the regressor inside, and the way back from what it was fitted on."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from ..errors import ExportError
from .graph import Graph, element_type
from .numbers import apply_function, known_function, number_of

ALIAS = "SlipwayTargetInverse"


def parse(scope: Any, model: Any, inputs: Any, custom_parsers: Any = None) -> Any:
    """The regressor's own graph first, of whatever it consists; the inverse behind it."""
    from skl2onnx._parse import _parse_sklearn

    inner = _parse_sklearn(scope, model.regressor_, inputs, custom_parsers=custom_parsers)[0]
    operator = scope.declare_local_operator(ALIAS, model)
    operator.inputs = [inner]
    operator.outputs.append(scope.declare_local_variable("variable", type(inner.type)()))
    return operator.outputs


def shapes(operator: Any) -> None:
    operator.outputs[0].type = type(operator.inputs[0].type)(list(operator.inputs[0].type.shape))


def convert(scope: Any, operator: Any, container: Any) -> None:
    graph = Graph(scope, operator, container)
    x, output = operator.inputs[0].full_name, operator.outputs[0].full_name
    precision = np.float64 if element_type(operator.inputs[0]) == TensorProto.DOUBLE else np.float32
    transformer = operator.raw_operator.transformer_
    kind = type(transformer).__name__
    if kind == "FunctionTransformer" and known_function(transformer.inverse_func):
        graph.node("Identity", [apply_function(graph, x, transformer.inverse_func, precision)], output=output)
    elif kind == "StandardScaler":
        _linear(graph, x, transformer.scale_, transformer.mean_, precision, output)
    elif kind == "MinMaxScaler":
        _linear(graph, x, 1 / transformer.scale_, -transformer.min_ / transformer.scale_, precision, output)
    else:
        raise ExportError(
            "MODEL_UNSUPPORTED",
            f"The target's {kind} cannot be undone in an artifact.",
            "Transform it with StandardScaler, MinMaxScaler or one of NumPy's functions such as np.log1p and np.expm1.",
        )


def _linear(graph: Graph, x: str, scale: Any, shift: Any, precision: npt.DTypeLike, output: str) -> None:
    width = graph.operator.inputs[0].type.shape[1]
    by = graph.constant(number_of(scale, 1.0, width), precision)
    plus = graph.constant(number_of(shift, 0.0, width), precision)
    graph.node("Add", [graph.node("Mul", [x, by]), plus], output=output)
