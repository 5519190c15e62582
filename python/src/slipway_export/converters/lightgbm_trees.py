"""LightGBM: float64 rows, thresholds and sums; three kinds of missing values; sets of categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import ExportError
from .answers import both_classes, declare_classifier, declare_numbers, write_classifier
from .context import current
from .graph import Graph
from .matrix import matrix_of
from .trees import Branch, Leaf, Tree, emit_trees, sums_stay_double

Json = Mapping[str, Any]

#: LightGBM takes every number that is not greater than this, in size, for zero.
_ZERO = float(np.float32(1e-35))

#: What an infinite threshold, of a split by missing values alone, is told as.
_INFINITE = 1e300

#: Objectives whose prediction is the sum of the trees, and those whose prediction is its exponential.
_PLAIN = {"regression", "regression_l1", "huber", "fair", "quantile", "mape", "lambdarank", "rank_xendcg", "custom"}
_EXPONENTIAL = {"poisson", "gamma", "tweedie"}


def classifier_shapes(operator: Any) -> None:
    declare_classifier(operator, operator.raw_operator.classes_, sums_stay_double())


def regressor_shapes(operator: Any) -> None:
    declare_numbers(operator.outputs[0], 1, sums_stay_double())


def convert_classifier(scope: Any, operator: Any, container: Any) -> None:
    graph = Graph(scope, operator, container)
    model = operator.raw_operator
    dump = dump_of(model)
    raw, is_double = _raw_sum(graph, dump)
    precision = np.float64 if is_double else np.float32
    name, settings = _objective(dump)
    if name == "multiclass":
        write_classifier(graph, graph.node("Softmax", [raw], axis=1), model.classes_)
        return
    if name not in ("binary", "multiclassova", "cross_entropy"):
        raise _unsupported(f"the objective {name!r}")
    scaled = graph.node("Mul", [raw, graph.constant([float(settings.get("sigmoid", 1.0))], precision)])
    chance = graph.node("Sigmoid", [scaled])
    write_classifier(graph, chance if name == "multiclassova" else both_classes(graph, chance, precision), model.classes_)


def convert_regressor(scope: Any, operator: Any, container: Any) -> None:
    graph = Graph(scope, operator, container)
    dump = dump_of(operator.raw_operator)
    raw, _ = _raw_sum(graph, dump)
    name, settings = _objective(dump)
    output = operator.outputs[0].full_name
    if name in _EXPONENTIAL:
        graph.node("Exp", [raw], output=output)
    elif name == "cross_entropy":
        graph.node("Sigmoid", [raw], output=output)
    elif name in _PLAIN and "sqrt" in settings:
        graph.node("Mul", [raw, graph.node("Abs", [raw])], output=output)
    elif name in _PLAIN:
        graph.node("Identity", [raw], output=output)
    else:
        raise _unsupported(f"the objective {name!r}")


def dump_of(model: Any) -> Json:
    """The trees that `predict` uses, as the library tells them."""
    booster = getattr(model, "booster_", model)
    best = getattr(booster, "best_iteration", 0)
    dump: Json = booster.dump_model(num_iteration=best if best and best > 0 else -1)
    return dump


def categories_of(model: Any, columns: Mapping[int, Sequence[Any] | None]) -> dict[int, Sequence[Any]]:
    """Categories by column: those that training saw, for the columns of pandas' type ``category`` in their order."""
    booster = getattr(model, "booster_", model)
    learned = getattr(booster, "pandas_categorical", None) or []
    positions = [at for at, categories in columns.items() if categories is not None]
    if len(learned) != len(positions):
        return {}
    return dict(zip(positions, learned))


def categorical_columns(model: Any) -> frozenset[int]:
    """Positions of the columns that a set of categories splits."""
    found: set[int] = set()
    waiting = [info["tree_structure"] for info in dump_of(model)["tree_info"]]
    while waiting:
        told = waiting.pop()
        if "split_feature" in told:
            waiting += [told["left_child"], told["right_child"]]
            if told["decision_type"] == "==":
                found.add(int(told["split_feature"]))
    return frozenset(found)


def _raw_sum(graph: Graph, dump: Json) -> tuple[str, bool]:
    per_iteration = int(dump["num_tree_per_iteration"])
    trees = [_read_tree(info, at % per_iteration) for at, info in enumerate(dump["tree_info"])]
    if not trees:
        raise _unsupported("no trees")
    x = matrix_of(graph, np.float64, current().categories)
    total, is_double = emit_trees(graph, x, trees, per_iteration, np.float64)
    if not dump.get("average_output"):
        return total, is_double
    rounds = graph.constant([len(trees) / per_iteration], np.float64 if is_double else np.float32)
    return graph.node("Div", [total, rounds]), is_double


def _objective(dump: Json) -> tuple[str, dict[str, str]]:
    """Name and settings of, for example, ``binary sigmoid:1``; without an objective the sums are the answer."""
    words = str(dump.get("objective", "custom")).split()
    settings = dict((word.split(":", 1) + [""])[:2] for word in words[1:])
    return (words[0] if words else "custom"), settings


def _read_tree(info: Json, target: int) -> Tree:
    nodes: list[Branch | Leaf] = []
    # (what the library tells of the node, where its number goes)
    waiting: list[tuple[Json, int, str]] = [(info["tree_structure"], -1, "")]
    while waiting:
        told, parent, side = waiting.pop()
        here = len(nodes)
        if parent >= 0:
            _attach(nodes[parent], side, here)
        if "split_feature" not in told:
            if "leaf_coeff" in told:
                raise _unsupported("linear trees (`linear_tree=True`)")
            nodes.append(Leaf(((target, float(told["leaf_value"])),)))
            continue
        nodes.append(_branch(told))
        waiting += [(told["left_child"], here, "true"), (told["right_child"], here, "false")]
    return Tree(nodes)


def _attach(parent: Branch | Leaf, side: str, child: int) -> None:
    assert isinstance(parent, Branch)
    if side == "true":
        parent.true = child
    else:
        parent.false = child


def _branch(told: Json) -> Branch:
    feature = int(told["split_feature"])
    if told["decision_type"] == "==":
        members = tuple(float(member) for member in str(told["threshold"]).split("||"))
        # A missing category is in no set.
        return Branch(feature, "MEMBER", 0.0, -1, -1, False, members)
    threshold = _beside_zero(float(told["threshold"]))
    if told["missing_type"] == "None":
        # A missing value is compared as zero.
        return Branch(feature, "LEQ", threshold, -1, -1, 0.0 <= threshold)
    missing_left = bool(told["default_left"])
    if told["missing_type"] == "Zero" and missing_left != (0.0 <= threshold):
        raise _unsupported("zeros that stand for missing values (`zero_as_missing=True`)")
    return Branch(feature, "LEQ", threshold, -1, -1, missing_left)


def _beside_zero(threshold: float) -> float:
    """The threshold that tells rows apart as this one does where tiny numbers count as zero: one outside of them.

    An infinite one becomes the greatest number there is.
    """
    if abs(threshold) >= _INFINITE:
        return float(np.copysign(np.finfo(np.float64).max, threshold))
    if -_ZERO <= threshold < 0.0:
        return float(np.nextafter(-_ZERO, -np.inf))
    return max(threshold, _ZERO) if threshold >= 0.0 else threshold


def _unsupported(what: str) -> ExportError:
    return ExportError(
        "MODEL_UNSUPPORTED",
        f"The LightGBM model has {what}, which cannot be written exactly.",
        "Try `booster.save_model('model.txt')` and `slipway import model.txt`, or fit the model without it.",
    )
