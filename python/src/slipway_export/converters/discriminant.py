"""Linear discriminant analysis: probabilities by sigmoid or softmax of the linear scores."""

from __future__ import annotations

from typing import Any

import numpy as np

from .answers import both_classes, declare_classifier, write_classifier
from .context import current
from .graph import Graph
from .matrix import matrix_of


def shapes(operator: Any) -> None:
    declare_classifier(operator, operator.raw_operator.classes_, current().is_double)


def convert(scope: Any, operator: Any, container: Any) -> None:
    graph = Graph(scope, operator, container)
    model = operator.raw_operator
    precision = np.float64 if current().is_double else np.float32
    x = matrix_of(graph, precision)
    product = graph.node("MatMul", [x, graph.constant(np.asarray(model.coef_).T, precision)])
    scores = graph.node("Add", [product, graph.constant(np.ravel(model.intercept_), precision)])
    if len(model.classes_) == 2:
        write_classifier(graph, both_classes(graph, graph.node("Sigmoid", [scores]), precision), model.classes_)
    else:
        write_classifier(graph, graph.node("Softmax", [scores], axis=1), model.classes_)
