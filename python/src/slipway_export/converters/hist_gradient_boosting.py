"""Histogram gradient boosting of scikit-learn: float64 throughout, missing values, categories."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import ExportError
from .answers import both_classes, declare_classifier, declare_numbers, write_classifier
from .graph import Graph
from .matrix import CodesOf, matrix_of
from .trees import Branch, Leaf, Tree, emit_trees, sums_stay_double


def classifier_shapes(operator: Any) -> None:
    declare_classifier(operator, operator.raw_operator.classes_, sums_stay_double())


def regressor_shapes(operator: Any) -> None:
    declare_numbers(operator.outputs[0], 1, sums_stay_double())


def convert_classifier(scope: Any, operator: Any, container: Any) -> None:
    graph = Graph(scope, operator, container)
    model = operator.raw_operator
    raw, is_double = _raw_sum(graph, model)
    if len(model.classes_) > 2:
        write_classifier(graph, graph.node("Softmax", [raw], axis=1), model.classes_)
        return
    second = graph.node("Sigmoid", [raw])
    write_classifier(graph, both_classes(graph, second, np.float64 if is_double else np.float32), model.classes_)


def convert_regressor(scope: Any, operator: Any, container: Any) -> None:
    graph = Graph(scope, operator, container)
    model = operator.raw_operator
    raw, _ = _raw_sum(graph, model)
    link = type(model._loss.link).__name__
    if link not in ("IdentityLink", "LogLink"):
        raise ExportError(
            "MODEL_UNSUPPORTED", f"The loss {model.loss!r} has the link {link}.", "Fit it with another `loss`."
        )
    graph.node("Exp" if link == "LogLink" else "Identity", [raw], output=operator.outputs[0].full_name)


def categories_of(model: Any) -> dict[int, list[Any]]:
    """Categories by column of the training data, in the order of their codes; a missing value is none of them."""
    preprocessor = getattr(model, "_preprocessor", None)
    if preprocessor is None or model.is_categorical_ is None:
        return {}
    encoder = preprocessor.named_transformers_["encoder"]
    columns = np.flatnonzero(model.is_categorical_)
    return {
        int(column): [category for category in categories if category == category and category is not None]
        for column, categories in zip(columns, encoder.categories_)
    }


def _raw_sum(graph: Graph, model: Any) -> tuple[str, bool]:
    """What boosting began with, and the trees in their order."""
    order = _columns_in_trees(model)
    start = np.ravel(np.asarray(model._baseline_prediction, dtype=np.float64))
    trees = [Tree.leaf([(target, float(value))]) for target, value in enumerate(start)]
    for iteration in model._predictors:
        for target, predictor in enumerate(iteration):
            trees.append(_read_tree(predictor, model, order, target))
    codes: CodesOf = categories_of(model)
    return emit_trees(graph, matrix_of(graph, np.float64, codes), trees, len(start), np.float64)


def _columns_in_trees(model: Any) -> list[int]:
    """Trees count the categorical columns first where the model encodes them itself."""
    is_categorical = model.is_categorical_
    if is_categorical is None or getattr(model, "_preprocessor", None) is None:
        return list(range(model.n_features_in_))
    return [*np.flatnonzero(is_categorical).tolist(), *np.flatnonzero(~is_categorical).tolist()]


def _read_tree(predictor: Any, model: Any, order: list[int], target: int) -> Tree:
    known = _known_codes(model)
    nodes: list[Branch | Leaf] = []
    for node in predictor.nodes:
        if node["is_leaf"]:
            nodes.append(Leaf(((target, float(node["value"])),)))
            continue
        at = int(node["feature_idx"])
        feature, left, right = order[at], int(node["left"]), int(node["right"])
        missing_left = bool(node["missing_go_to_left"])
        if not node["is_categorical"]:
            nodes.append(Branch(feature, "LEQ", float(node["num_threshold"]), left, right, missing_left))
            continue
        members = _members(predictor.raw_left_cat_bitsets[node["bitset_idx"]])
        if not missing_left:
            nodes.append(Branch(feature, "MEMBER", 0.0, left, right, False, members))
            continue
        # What is no known category takes the way of a missing value: to the left.
        others = tuple(code for code in known.get(at, ()) if code not in members)
        if not others:
            nodes.append(Branch(feature, "LEQ", np.finfo(np.float64).max, left, right, True))
            continue
        nodes.append(Branch(feature, "MEMBER", 0.0, right, left, False, others))
    return Tree(nodes)


def _known_codes(model: Any) -> dict[int, tuple[float, ...]]:
    """Codes by position in the trees."""
    found = categories_of(model)
    return {
        at: tuple(float(code) for code in range(len(categories))) for at, categories in enumerate(found.values())
    }


def _members(bitset: Any) -> tuple[float, ...]:
    words = [int(word) for word in bitset]
    return tuple(float(32 * at + bit) for at, word in enumerate(words) for bit in range(32) if word >> bit & 1)
