"""XGBoost: float32 rows and thresholds, compared with ``<``, leaves added in float32 in the library's own order."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from ..errors import ExportError
from .answers import both_classes, declare_classifier, declare_numbers, write_classifier
from .context import current
from .graph import Graph
from .matrix import matrix_of
from .trees import Branch, Leaf, Tree, emit_trees

Json = Mapping[str, Any]

_PLAIN = {
    "reg:squarederror",
    "reg:squaredlogerror",
    "reg:pseudohubererror",
    "reg:absoluteerror",
    "reg:quantileerror",
    "reg:linear",
    "rank:pairwise",
    "rank:ndcg",
    "rank:map",
    "binary:logitraw",
}
_EXPONENTIAL = {"count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft"}
_LOGISTIC = {"binary:logistic", "reg:logistic"}


def classifier_shapes(operator: Any) -> None:
    declare_classifier(operator, operator.raw_operator.classes_, False)


def regressor_shapes(operator: Any) -> None:
    declare_numbers(operator.outputs[0], _targets(read_booster(operator.raw_operator)), False)


def convert_classifier(scope: Any, operator: Any, container: Any) -> None:
    graph = Graph(scope, operator, container)
    model = operator.raw_operator
    learner = read_booster(model)
    name = _objective(learner)
    raw = _raw_sum(graph, learner, model)
    if name in ("multi:softprob", "multi:softmax"):
        write_classifier(graph, graph.node("Softmax", [raw], axis=1), model.classes_)
    elif name in _LOGISTIC:
        write_classifier(graph, both_classes(graph, graph.node("Sigmoid", [raw]), np.float32), model.classes_)
    else:
        raise _unsupported(f"the objective {name!r}")


def convert_regressor(scope: Any, operator: Any, container: Any) -> None:
    graph = Graph(scope, operator, container)
    learner = read_booster(operator.raw_operator)
    name = _objective(learner)
    raw = _raw_sum(graph, learner, operator.raw_operator)
    output = operator.outputs[0].full_name
    if name in _EXPONENTIAL:
        graph.node("Exp", [raw], output=output)
    elif name in _LOGISTIC:
        graph.node("Sigmoid", [raw], output=output)
    elif name in _PLAIN:
        graph.node("Identity", [raw], output=output)
    else:
        raise _unsupported(f"the objective {name!r}")


def read_booster(model: Any) -> Json:
    """The learner as the library saves it, cut to the trees that `predict` uses."""
    booster = model.get_booster() if hasattr(model, "get_booster") else getattr(model, "booster", model)
    best = _best_iteration(booster)
    if best is not None:
        booster = booster[: best + 1]
    saved: Json = json.loads(bytes(booster.save_raw("json")))
    learner: Json = saved["learner"]
    kind = learner["gradient_booster"]["name"]
    if kind not in ("gbtree", "dart"):
        raise _unsupported(f"the booster {kind!r}")
    return learner


def categories_of(
    learner: Json, columns: Mapping[int, Sequence[Any] | None], *, comes_first: bool
) -> dict[int, Sequence[Any]]:
    """Categories by column: as the model saved them, where its version saves them, else as the sample has them.

    Behind other steps (not ``comes_first``) the sample's categories may never reach the booster: there only those
    columns have categories whose categories it saved.
    """
    encodings = _forest(learner).get("cats", {}).get("enc", [])
    found: dict[int, Sequence[Any]] = {}
    for at, given in columns.items():
        if given is None:
            continue
        saved = saved_categories(encodings[at], given) if at < len(encodings) else []
        if saved or comes_first:
            found[at] = saved or given
    return found


def categorical_columns(model: Any) -> frozenset[int]:
    """Positions of the columns that a set of categories splits."""
    return frozenset(
        int(tree["split_indices"][node])
        for tree in _forest(read_booster(model)).get("trees", [])
        for node in tree.get("categories_nodes", [])
    )


def saved_categories(encoding: Json, given: Sequence[Any]) -> list[Any]:
    """Categories in the order of their codes, as the sample (``given``) calls them.

    XGBoost 3.1 and 3.2 count the characters of a text and cut its UTF-8 bytes there: behind a letter of two bytes all
    names are shifted, and the end is lost. A name that is looked up is cut in the same way by the library, so the
    sample's names are cut too and found by that. A saved name that is none of the sample's is None then.
    """
    values, offsets = encoding.get("values", []), encoding.get("offsets", [])
    if not offsets:
        return list(values)
    run = bytes(value % 256 for value in values)
    saved = [run[start:end] for start, end in zip(offsets, offsets[1:])]
    texts = [str(each) for each in given]
    names = {text.encode(): text for text in texts}
    if not set(names) <= set(saved):
        cut = dict(zip(_cut_as_counted(texts), texts))
        if set(cut) <= set(saved):
            return [cut.get(each) for each in saved]
    return [each.decode("utf-8", errors="replace") for each in saved]


def _cut_as_counted(texts: Sequence[str]) -> list[bytes]:
    """The texts as one run of bytes, cut as if each of their characters were one byte."""
    run = "".join(texts).encode()
    ends = np.cumsum([0, *(len(text) for text in texts)])
    return [run[start:end] for start, end in zip(ends, ends[1:])]


def _raw_sum(graph: Graph, learner: Json, model: Any) -> str:
    """The base score first, as a tree of one leaf, then the trees: the order in which the library adds."""
    missing = getattr(model, "missing", np.nan)
    if missing is not None and missing == missing:
        raise _unsupported(f"{missing!r} for a missing value")
    forest = _forest(learner)
    targets = _targets(learner)
    weights = _tree_weights(learner)
    trees = [Tree.leaf([(target, float(value))]) for target, value in enumerate(_base_margins(learner, targets))]
    for told, target, weight in zip(forest["trees"], forest["tree_info"], weights):
        trees.append(_read_tree(told, int(target), weight))
    x = _without_zeros(graph) if id(model) in current().sparse_fed else matrix_of(graph, np.float32, current().categories)
    return emit_trees(graph, x, trees, targets, np.float32)[0]


def _without_zeros(graph: Graph) -> str:
    """The rows of a sparse matrix: XGBoost takes what such a matrix leaves out, every zero, for missing."""
    precision = np.float64 if current().is_double else np.float32
    x = matrix_of(graph, precision, current().categories)
    is_zero = graph.node("Equal", [x, graph.constant([0.0], precision)])
    present = graph.node("Where", [is_zero, graph.constant([np.nan], precision), x])
    return present if precision == np.float32 else graph.cast(present, TensorProto.FLOAT)


def _forest(learner: Json) -> Json:
    booster: Json = learner["gradient_booster"]
    model: Json = booster["gbtree"]["model"] if "gbtree" in booster else booster["model"]
    return model


def _tree_weights(learner: Json) -> list[np.float32]:
    """What DART multiplies each tree by. Versions from 3.3 keep it beside the trees."""
    forest = _forest(learner)
    told = learner["gradient_booster"].get("weight_drop") or forest.get("weight_drop")
    return [np.float32(weight) for weight in told or [1.0] * len(forest["trees"])]


def _targets(learner: Json) -> int:
    settings = learner["learner_model_param"]
    return max(1, int(settings.get("num_class", 0)), int(settings.get("num_target", 1)))


def _objective(learner: Json) -> str:
    return str(learner["objective"]["name"])


def _base_margins(learner: Json, targets: int) -> npt.NDArray[np.float32]:
    """The base score is saved as a prediction; what is added up is what the objective makes that prediction of."""
    told = str(learner["learner_model_param"]["base_score"]).strip("[]")
    scores = np.array([float(part) for part in told.split(",")], dtype=np.float32)
    name = _objective(learner)
    one = np.float32(1.0)
    if name in _LOGISTIC or name == "binary:logitraw":
        scores = -np.log(one / scores - one)
    elif name in _EXPONENTIAL:
        scores = np.log(scores)
    return np.broadcast_to(scores.astype(np.float32), (targets,)) if len(scores) in (1, targets) else scores


def _read_tree(told: Json, target: int, weight: np.float32) -> Tree:
    if int(told["tree_param"].get("size_leaf_vector", 1)) > 1:
        raise _unsupported("trees with several outputs (`multi_strategy='multi_output_tree'`)")
    left, right = told["left_children"], told["right_children"]
    values = np.array(told["split_conditions"], dtype=np.float32)
    sets = _category_sets(told)
    nodes: list[Branch | Leaf] = []
    for at, feature in enumerate(told["split_indices"]):
        if left[at] == -1:
            nodes.append(Leaf(((target, float(values[at] * weight)),)))
            continue
        missing_left = bool(told["default_left"][at])
        if at in sets:
            # Categories of the set go to the right.
            nodes.append(Branch(int(feature), "MEMBER", 0.0, right[at], left[at], not missing_left, sets[at]))
        else:
            nodes.append(Branch(int(feature), "LT", float(values[at]), left[at], right[at], missing_left))
    return Tree(nodes)


def _category_sets(told: Json) -> dict[int, tuple[float, ...]]:
    categories = told.get("categories", [])
    return {
        int(node): tuple(float(code) for code in categories[start : start + size])
        for node, start, size in zip(
            told.get("categories_nodes", []), told.get("categories_segments", []), told.get("categories_sizes", [])
        )
    }


def _best_iteration(booster: Any) -> int | None:
    try:
        return int(booster.best_iteration)
    except AttributeError:
        return None


def _unsupported(what: str) -> ExportError:
    return ExportError(
        "MODEL_UNSUPPORTED",
        f"The XGBoost model has {what}, which cannot be written exactly.",
        "Try `booster.save_model('model.json')` and `slipway import model.json`, or fit the model without it.",
    )
