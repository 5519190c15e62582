"""AdaBoost over decision trees: every tree has one vote for a class, with the weight that it earned."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import ExportError
from .answers import both_classes, declare_classifier, write_classifier
from .graph import Graph
from .matrix import matrix_of
from .scikit_trees import WeightsOf, read_tree
from .trees import emit_trees, sums_stay_double


def shapes(operator: Any) -> None:
    declare_classifier(operator, operator.raw_operator.classes_, sums_stay_double())


def convert(scope: Any, operator: Any, container: Any) -> None:
    """Probabilities are the softmax of the votes' mean; with two classes the sigmoid of the second class' lead."""
    graph = Graph(scope, operator, container)
    model = operator.raw_operator
    if any(not hasattr(part, "tree_") for part in model.estimators_):
        raise ExportError(
            "MODEL_UNSUPPORTED",
            f"AdaBoostClassifier boosts a {type(model.estimators_[0]).__name__}.",
            "Boost decision trees, which is what it does by default.",
        )
    count = len(model.classes_)
    weights = [float(weight) for weight in model.estimator_weights_[: len(model.estimators_)]]
    trees = [read_tree(part.tree_, _votes(part.tree_, weight, count)) for part, weight in zip(model.estimators_, weights)]
    x = matrix_of(graph, np.float64, via=np.float32)
    total, is_double = emit_trees(graph, x, trees, 1 if count == 2 else count, np.float64)
    precision = np.float64 if is_double else np.float32
    mean = graph.node("Div", [total, graph.constant([float(np.sum(model.estimator_weights_))], precision)])
    if count == 2:
        # The decision function is twice the mean, and its softmax over plus and minus a half of it a sigmoid.
        second = graph.node("Sigmoid", [graph.node("Mul", [mean, graph.constant([2.0], precision)])])
        write_classifier(graph, both_classes(graph, second, precision), model.classes_)
        return
    scaled = graph.node("Div", [mean, graph.constant([float(count - 1)], precision)])
    write_classifier(graph, graph.node("Softmax", [scaled], axis=1), model.classes_)


def _votes(tree: Any, weight: float, count: int) -> WeightsOf:
    """For the class that a leaf votes for its weight, and against every other its share of it."""
    voted = np.argmax(tree.value[:, 0, :], axis=1)
    if count == 2:
        return lambda at: ((0, weight if voted[at] == 1 else -weight),)
    against = -weight / (count - 1)
    return lambda at: tuple((target, weight if voted[at] == target else against) for target in range(count))
