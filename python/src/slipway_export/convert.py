"""One conversion by one plan: from the fitted model to an ONNX graph with the names that Slipway uses."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import onnx
from onnx import TensorProto

from .converters.context import Conversion, converting
from .converters.registry import own_converters
from .errors import ExportError
from .original import Original
from .picked_columns import plainly_picked
from .plan import Plan, parts_of
from .sample import Sample
from .sparse_fed import sparse_fed

#: Opset of plain operators: what skl2onnx writes, every runtime of the last years reads.
OPSET = 18
INPUT = "features"

#: IR version that ONNX Runtime reads since 1.17.
_IR_VERSION = 9

_OUTPUT_NAMES: dict[str, tuple[str, ...]] = {
    "classifier": ("label", "probabilities"),
    "ranker": ("label", "scores"),
    "outlier": ("label", "scores"),
    "cluster": ("label", "scores"),
    "regressor": ("prediction",),
    "transformer": ("vector",),
}


def convert(original: Original, sample: Sample, plan: Plan) -> onnx.ModelProto:
    """Converts by one plan. Raises what skl2onnx raises where the plan does not fit, and ExportError of ours."""
    from skl2onnx import convert_sklearn

    model = original.model
    is_double = plan.precision == "float64"
    context = Conversion(plan.ml_opset, is_double, _categories(model, sample), sparse_fed(model, sample))
    with own_converters(), converting(context), _plain_votes(model), plainly_picked(model), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made: onnx.ModelProto = convert_sklearn(
            model,
            name="model",
            initial_types=_input_types(sample, plan),
            target_opset={"": OPSET, "ai.onnx.ml": 3},
            options=_options(original),
        )
    _set_versions(made, plan)
    _name_inputs(made, [name for name, _ in _input_types(sample, plan)])
    _name_outputs(made, _OUTPUT_NAMES[original.family])
    _drop_unused_inputs(made)
    made.producer_name = "slipway-export"
    made.producer_version = ""
    made.doc_string = ""
    return made


@contextmanager
def _plain_votes(model: Any) -> Iterator[None]:
    """skl2onnx refuses a setting of VotingClassifier that only its `transform` looks at: it is put aside meanwhile."""
    voters = [part for _, part in parts_of(model) if getattr(part, "flatten_transform", False) is True]
    for voter in voters:
        voter.flatten_transform = False
    try:
        yield
    finally:
        for voter in voters:
            voter.flatten_transform = True


def _input_types(sample: Sample, plan: Plan) -> list[tuple[str, Any]]:
    from skl2onnx.common import data_types

    types = {
        "float32": data_types.FloatTensorType,
        "float64": data_types.DoubleTensorType,
        "int64": data_types.Int64TensorType,
        "string": data_types.StringTensorType,
    }
    if plan.layout == "matrix":
        return [(INPUT, types[plan.type_of(sample.features[0])]([None, len(sample.features)]))]
    known = {feature.name: types[plan.type_of(feature)] for feature in sample.features}
    # A ColumnTransformer may count columns, so those that nobody looks at have their place too; the graph loses them.
    return [(str(name), known.get(str(name), types["float32"])([None, 1])) for name in sample.table.columns]


def _options(original: Original) -> dict[int, dict[str, Any]]:
    """Scores as a tensor and never as a list of maps, and a decision function where there are no probabilities."""
    options: dict[int, dict[str, Any]] = {}
    is_classifier = original.family in ("classifier", "ranker")
    for _, part in parts_of(original.model):
        allowed = _allowed_options(part)
        wanted: dict[str, Any] = {}
        if "zipmap" in allowed and is_classifier:
            wanted["zipmap"] = False
        if True in allowed.get("raw_scores", ()) and original.family == "ranker":
            wanted["raw_scores"] = True
        if wanted:
            options[id(part)] = wanted
    return options


def _allowed_options(part: Any) -> Mapping[str, Any]:
    from skl2onnx._supported_operators import sklearn_operator_name_map
    from skl2onnx.common._registration import _converter_pool

    if hasattr(part, "steps"):
        # A pipeline passes the option on to its last step.
        last = _allowed_options(part.steps[-1][1])
        return {"zipmap": [False]} if hasattr(part, "classes_") and "zipmap" in last else {}
    alias = sklearn_operator_name_map.get(type(part))
    registered = _converter_pool.get(alias) if alias is not None else None
    return getattr(registered, "_options", None) or {}


def _categories(model: Any, sample: Sample) -> Mapping[int, Sequence[Any]]:
    """Categories by column for a booster that takes pandas' categories as they are."""
    from .converters import lightgbm_trees, xgboost_trees

    columns = {at: feature.categories for at, feature in enumerate(sample.features)}
    if all(categories is None for categories in columns.values()):
        return {}
    last = model.steps[-1][1] if hasattr(model, "steps") else model
    before = [step for _, step in getattr(model, "steps", [])[:-1]]
    comes_first = all(step is None or step == "passthrough" for step in before)
    library = getattr(last, "library", type(last).__module__.split(".")[0])
    if library == "lightgbm":
        return lightgbm_trees.categories_of(last, columns)
    if library == "xgboost":
        return xgboost_trees.categories_of(xgboost_trees.read_booster(last), columns, comes_first=comes_first)
    return {}


def _set_versions(model: onnx.ModelProto, plan: Plan) -> None:
    model.ir_version = _IR_VERSION
    found = {each.domain: each for each in model.opset_import}
    if "ai.onnx.ml" in found:
        has_new_trees = any(node.op_type == "TreeEnsemble" for node in model.graph.node)
        found["ai.onnx.ml"].version = plan.ml_opset if has_new_trees else 3
    if "" in found:
        found[""].version = OPSET


def _name_inputs(model: onnx.ModelProto, names: Sequence[str]) -> None:
    """Gives the inputs the names of the columns again: skl2onnx writes blanks and accents in its own way."""
    graph = model.graph
    assert len(graph.input) == len(names)
    taken = _value_names(model) | set(names)
    own = {value.name for value in graph.input}
    for name in names:
        if name not in own and name in _value_names(model):
            _rename(model, name, _free(f"{name}_inner", taken))
    # By way of names that nothing has, since two columns may have changed theirs for each other's.
    between = [_free(f"input_{at}", taken) for at in range(len(names))]
    for value, name in zip(list(graph.input), between):
        _rename(model, value.name, name)
    for value, name in zip(list(graph.input), names):
        _rename(model, value.name, name)


def _name_outputs(model: onnx.ModelProto, names: Sequence[str]) -> None:
    """Gives the outputs their names, and drops those that no family has."""
    graph = model.graph
    if len(graph.output) < len(names):
        raise ExportError(
            "MODEL_UNSUPPORTED",
            f"The artifact has {len(graph.output)} outputs where {len(names)} were expected.",
            "Please report the estimator; meanwhile export another kind of model.",
        )
    del graph.output[len(names) :]
    taken = _value_names(model)
    for output, name in zip(graph.output, names):
        if output.name == name:
            continue
        if name in taken:
            _refuse_input(model, name)
            _rename(model, name, _free(f"{name}_inner", taken))
        _rename(model, output.name, name)


def _rename(model: onnx.ModelProto, old: str, new: str) -> None:
    graph = model.graph
    for node in graph.node:
        for names in (node.input, node.output):
            for at, name in enumerate(names):
                if name == old:
                    names[at] = new
    for value in (*graph.input, *graph.output, *graph.initializer):
        if value.name == old:
            value.name = new


def _refuse_input(model: onnx.ModelProto, name: str) -> None:
    if any(value.name == name for value in model.graph.input):
        raise ExportError(
            "NAME_INVALID",
            f"A feature cannot be called {name!r}, since an output of the artifact is.",
            "Rename the column and fit the model again.",
        )


def _value_names(model: onnx.ModelProto) -> set[str]:
    graph = model.graph
    names = {name for node in graph.node for name in (*node.input, *node.output)}
    return names | {value.name for value in (*graph.input, *graph.output, *graph.initializer)}


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _drop_unused_inputs(model: onnx.ModelProto) -> None:
    """Columns that no step looks at are no inputs of the artifact."""
    used = {name for node in model.graph.node for name in node.input}
    kept = [value for value in model.graph.input if value.name in used]
    if len(kept) < len(model.graph.input):
        del model.graph.input[:]
        model.graph.input.extend(kept)


def input_names(model: onnx.ModelProto) -> list[str]:
    return [value.name for value in model.graph.input]


def class_labels_known(model: onnx.ModelProto, scores: str) -> bool:
    """Whether the graph tells which class each column of scores is, in a way that Slipway reads."""
    makers = {name: node for node in model.graph.node for name in node.output}
    constants = {each.name for each in model.graph.initializer}
    origin, node = _origin(makers, scores)
    if node is not None and node.op_type in ("LinearClassifier", "TreeEnsembleClassifier", "SVMClassifier"):
        return True
    for chooser in model.graph.node:
        if chooser.op_type not in ("Gather", "ArrayFeatureExtractor") or chooser.input[0] not in constants:
            continue
        _, arg_max = _origin(makers, chooser.input[1])
        if arg_max is not None and arg_max.op_type == "ArgMax" and _origin(makers, arg_max.input[0])[0] == origin:
            return True
    return False


def _origin(makers: Mapping[str, onnx.NodeProto], name: str) -> tuple[str, onnx.NodeProto | None]:
    """Back through operators that change no order of columns, as Slipway's own trace of classes does."""
    for _ in range(64):
        node = makers.get(name)
        if node is None or node.op_type not in ("Identity", "Cast", "Normalizer", "Reshape", "Squeeze", "Flatten"):
            return name, node
        name = node.input[0]
    return name, None


def is_float64(model: onnx.ModelProto, output: str) -> bool:
    return any(
        value.name == output and value.type.tensor_type.elem_type == TensorProto.DOUBLE for value in model.graph.output
    )
