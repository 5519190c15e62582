"""Trees and forests of scikit-learn: float32 rows, float64 thresholds and leaves, learned directions of missing values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from skl2onnx.common.data_types import Int64TensorType

from ..errors import ExportError
from .answers import both_classes, declare_classifier, declare_numbers, write_classifier
from .graph import Graph
from .matrix import matrix_of
from .trees import Branch, Leaf, Tree, emit_trees, sums_stay_double

Floats = npt.NDArray[np.float64]
WeightsOf = Callable[[int], tuple[tuple[int, float], ...]]


def read_tree(tree: Any, weights_of: WeightsOf, columns: npt.NDArray[np.int64] | None = None) -> Tree:
    """A ``tree_`` of scikit-learn. ``columns`` maps the tree's features to those of the model."""
    missing = getattr(tree, "missing_go_to_left", None)
    nodes: list[Branch | Leaf] = []
    for at in range(tree.node_count):
        if tree.children_left[at] == -1:
            nodes.append(Leaf(weights_of(at)))
            continue
        feature = int(tree.feature[at])
        nodes.append(
            Branch(
                feature=feature if columns is None else int(columns[feature]),
                mode="LEQ",
                threshold=float(tree.threshold[at]),
                true=int(tree.children_left[at]),
                false=int(tree.children_right[at]),
                missing_true=missing is not None and bool(missing[at]),
            )
        )
    return Tree(nodes)


def _weight_of(target: int, values: Floats) -> WeightsOf:
    """One value a leaf, for one target."""
    return lambda at: ((target, float(values[at])),)


def estimators_of(model: Any) -> list[Any]:
    return list(model.estimators_) if hasattr(model, "estimators_") else [model]


# Classifiers


def classifier_shapes(operator: Any) -> None:
    declare_classifier(operator, operator.raw_operator.classes_, sums_stay_double())


def convert_classifier(scope: Any, operator: Any, container: Any) -> None:
    """Mean of the trees' class shares. With two classes only the second is summed up."""
    graph = Graph(scope, operator, container)
    model = operator.raw_operator
    parts = estimators_of(model)
    count = len(model.classes_)

    def weights(tree: Any) -> WeightsOf:
        shares = tree.value[:, 0, :]
        if count == 2:
            return lambda at: ((0, float(shares[at, 1])),)
        return lambda at: tuple((target, float(share)) for target, share in enumerate(shares[at]))

    trees = [read_tree(part.tree_, weights(part.tree_)) for part in parts]
    x = matrix_of(graph, np.float64, via=np.float32)
    total, is_double = emit_trees(graph, x, trees, 1 if count == 2 else count, np.float64)
    precision = np.float64 if is_double else np.float32
    mean = total if len(parts) == 1 else graph.node("Div", [total, graph.constant([float(len(parts))], precision)])
    # The last bit of a sum may lie above 1, which no probability does.
    bounded = graph.node("Clip", [mean, graph.constant(0.0, precision), graph.constant(1.0, precision)])
    write_classifier(graph, both_classes(graph, bounded, precision) if count == 2 else bounded, model.classes_)


# Regressors


def regressor_shapes(operator: Any) -> None:
    declare_numbers(operator.outputs[0], int(operator.raw_operator.n_outputs_), sums_stay_double())


def convert_regressor(scope: Any, operator: Any, container: Any) -> None:
    """Mean of the trees' values."""
    graph = Graph(scope, operator, container)
    model = operator.raw_operator
    parts = estimators_of(model)

    def weights(tree: Any) -> WeightsOf:
        return lambda at: tuple((target, float(value)) for target, value in enumerate(tree.value[at, :, 0]))

    trees = [read_tree(part.tree_, weights(part.tree_)) for part in parts]
    x = matrix_of(graph, np.float64, via=np.float32)
    total, is_double = emit_trees(graph, x, trees, int(model.n_outputs_), np.float64)
    count = graph.constant([float(len(parts))], np.float64 if is_double else np.float32)
    graph.node("Div", [total, count], output=operator.outputs[0].full_name)


# Gradient boosting


def boosted_classifier_shapes(operator: Any) -> None:
    declare_classifier(operator, operator.raw_operator.classes_, sums_stay_double())


def boosted_regressor_shapes(operator: Any) -> None:
    declare_numbers(operator.outputs[0], 1, sums_stay_double())


def _boosted_sum(graph: Graph, model: Any) -> tuple[str, bool]:
    """The raw prediction: what boosting began with, and the shrunken trees in their order."""
    start = _start_of(model)
    rate = float(model.learning_rate)
    trees = [Tree.leaf([(target, float(value))]) for target, value in enumerate(start)]
    for stage in model.estimators_:
        for target, part in enumerate(stage):
            values = rate * part.tree_.value[:, 0, 0]
            trees.append(read_tree(part.tree_, _weight_of(target, values)))
    x = matrix_of(graph, np.float64, via=np.float32)
    return emit_trees(graph, x, trees, len(start), np.float64)


def _start_of(model: Any) -> Floats:
    """The raw prediction before any tree, the same for all rows."""
    init = model.init_
    if not (isinstance(init, str) or type(init).__name__.startswith("Dummy")):
        raise ExportError(
            "MODEL_UNSUPPORTED",
            f"{type(model).__name__} begins with a {type(init).__name__} of its own (`init`).",
            "Fit it without `init`, or with `init='zero'`.",
        )
    rows = np.zeros((1, model.n_features_in_), dtype=np.float32)
    start: Floats = np.asarray(model._raw_predict_init(rows), dtype=np.float64)[0]
    return start


def convert_boosted_classifier(scope: Any, operator: Any, container: Any) -> None:
    graph = Graph(scope, operator, container)
    model = operator.raw_operator
    raw, is_double = _boosted_sum(graph, model)
    precision = np.float64 if is_double else np.float32
    if len(model.classes_) > 2:
        write_classifier(graph, graph.node("Softmax", [raw], axis=1), model.classes_)
        return
    # Exponential loss is the logarithm of the odds halved.
    is_exponential = model.loss == "exponential"
    odds = graph.node("Mul", [raw, graph.constant([2.0], precision)]) if is_exponential else raw
    write_classifier(graph, both_classes(graph, graph.node("Sigmoid", [odds]), precision), model.classes_)


def convert_boosted_regressor(scope: Any, operator: Any, container: Any) -> None:
    graph = Graph(scope, operator, container)
    raw, _ = _boosted_sum(graph, operator.raw_operator)
    graph.node("Identity", [raw], output=operator.outputs[0].full_name)


# Isolation forest


def isolation_shapes(operator: Any) -> None:
    operator.outputs[0].type = Int64TensorType([None, 1])
    declare_numbers(operator.outputs[1], 1, sums_stay_double())


def convert_isolation_forest(scope: Any, operator: Any, container: Any) -> None:
    """``-2^(-depth / c)`` minus the offset: a row that is isolated early is an outlier (-1)."""
    graph = Graph(scope, operator, container)
    model = operator.raw_operator
    trees = []
    for part, columns, paths, beyond in zip(
        model.estimators_,
        model.estimators_features_,
        model._decision_path_lengths,
        model._average_path_length_per_tree,
    ):
        depths = np.asarray(paths, dtype=np.float64) + np.asarray(beyond, dtype=np.float64) - 1.0
        trees.append(read_tree(part.tree_, _weight_of(0, depths), columns))
    total, is_double = emit_trees(graph, matrix_of(graph, np.float64, via=np.float32), trees, 1, np.float64)
    precision = np.float64 if is_double else np.float32
    scale = -len(model.estimators_) * float(np.ravel(_average_path_length(model))[0])
    power = graph.node("Div", [total, graph.constant([scale], precision)])
    score = graph.node("Neg", [graph.node("Pow", [graph.constant([2.0], precision), power])])
    offset = graph.constant([float(model.offset_)], precision)
    decision = graph.node("Sub", [score, offset], output=operator.outputs[1].full_name)
    is_outlier = graph.node("Less", [decision, graph.constant([0.0], precision)])
    labels = [graph.constant([[value]], np.int64) for value in (-1, 1)]
    graph.node("Where", [is_outlier, *labels], output=operator.outputs[0].full_name)


def _average_path_length(model: Any) -> Any:
    from sklearn.ensemble._iforest import _average_path_length as length

    return length([model._max_samples])

