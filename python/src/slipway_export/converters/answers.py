"""From sums of trees to labels, probabilities and predictions, in plain operators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType

from ..original import plain_label
from .graph import Graph


def declare_classifier(operator: Any, classes: Sequence[Any], is_double: bool) -> None:
    """Types of the two outputs: one label a row, and one score a class."""
    labels = [plain_label(each) for each in classes]
    operator.outputs[0].type = StringTensorType([None]) if isinstance(labels[0], str) else Int64TensorType([None])
    operator.outputs[1].type = number_type(is_double)([None, len(labels)])


def declare_numbers(variable: Any, width: int, is_double: bool) -> None:
    variable.type = number_type(is_double)([None, width])


def number_type(is_double: bool) -> Any:
    return DoubleTensorType if is_double else FloatTensorType


def write_classifier(graph: Graph, probabilities: str, classes: Sequence[Any]) -> None:
    """The label is the first class with the greatest probability."""
    operator = graph.operator
    graph.node("Identity", [probabilities], output=operator.outputs[1].full_name)
    write_label(graph, probabilities, classes)


def write_label(graph: Graph, scores: str, classes: Sequence[Any]) -> None:
    labels = [plain_label(each) for each in classes]
    best = graph.node("ArgMax", [scores], axis=1, keepdims=0)
    constant = graph.constant(labels) if isinstance(labels[0], str) else graph.constant(labels, np.int64)
    graph.node("Gather", [constant, best], axis=0, output=graph.operator.outputs[0].full_name)


def both_classes(graph: Graph, second: str, precision: npt.DTypeLike) -> str:
    """``[1 - p, p]`` of the second class' probability."""
    first = graph.node("Sub", [graph.constant([1.0], precision), second])
    return graph.concat([first, second])
