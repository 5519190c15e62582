"""Encoders and imputers whose usual converters lose missing texts, float64, or categories that are no integers.

A missing text reaches an artifact as the empty text, since a tensor of strings has no null.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import TensorProto
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType

from ..errors import ExportError
from .context import current
from .graph import Graph, element_type
from .lookup import coded, is_missing

def columns_of(graph: Graph) -> list[tuple[str, int]]:
    """Each column of the operator's inputs as a matrix of one column, with its element type."""
    found: list[tuple[str, int]] = []
    for variable in graph.operator.inputs:
        width = variable.type.shape[1]
        if not isinstance(width, int):
            raise ExportError(
                "MODEL_UNSUPPORTED",
                f"The number of columns before {type(graph.operator.raw_operator).__name__} is not known.",
                "Put the encoder first in the pipeline.",
            )
        names = [variable.full_name] if width == 1 else [graph.column(variable.full_name, at) for at in range(width)]
        found += [(name, element_type(variable)) for name in names]
    return found


# One-hot


def one_hot_shapes(operator: Any) -> None:
    encoder = operator.raw_operator
    width = sum(len(each) for each in _kept(encoder))
    is_integer = np.issubdtype(encoder.dtype, np.signedinteger)
    operator.outputs[0].type = (Int64TensorType if is_integer else number_tensor())([None, width])


def convert_one_hot(scope: Any, operator: Any, container: Any) -> None:
    """One column a category, by comparison through a table, so that any number and a missing value is a category too."""
    graph = Graph(scope, operator, container)
    encoder = operator.raw_operator
    parts = []
    for at, (name, kind) in enumerate(columns_of(graph)):
        groups = _groups(encoder, at)
        wanted = _kept(encoder)[at]
        if not wanted:
            continue
        parts.append(_one_hot_column(graph, name, kind, groups, wanted, encoder))
    joined = graph.concat(parts)
    output = operator.outputs[0]
    graph.cast(joined, element_type(output), output=output.full_name)


def _groups(encoder: Any, at: int) -> list[tuple[Any, int]]:
    """Each category with the number of its column before any is dropped; infrequent ones share one."""
    categories = list(encoder.categories_[at])
    mappings = getattr(encoder, "_default_to_infrequent_mappings", None)
    mapping = mappings[at] if getattr(encoder, "_infrequent_enabled", False) and mappings else None
    return [(category, at if mapping is None else int(mapping[at])) for at, category in enumerate(categories)]


def _kept(encoder: Any) -> list[list[int]]:
    """By input column, the groups that have a column of their own."""
    dropped = encoder.drop_idx_ if encoder.drop_idx_ is not None else [None] * len(encoder.categories_)
    found = []
    for at in range(len(encoder.categories_)):
        groups = sorted({group for _, group in _groups(encoder, at)})
        found.append([group for group in groups if group != dropped[at]])
    return found


def _one_hot_column(
    graph: Graph, name: str, kind: int, groups: list[tuple[Any, int]], wanted: list[int], encoder: Any
) -> str:
    unknown = -1
    if encoder.handle_unknown in ("infrequent_if_exist", "warn") and getattr(encoder, "_infrequent_enabled", False):
        counts = [group for _, group in groups]
        infrequent = max(counts)
        unknown = infrequent if counts.count(infrequent) > 1 else -1
    if kind == TensorProto.STRING and all(group == at for at, (_, group) in enumerate(groups)) and unknown == -1:
        # The plain case, in the operator made for it.
        texts = ["" if is_missing(category) else str(category) for category, _ in groups]
        hot = graph.ml("OneHotEncoder", [name], cats_strings=texts, zeros=1)
        flat = graph.node("Reshape", [hot, graph.constant([-1, len(texts)], np.int64)])
        if len(wanted) == len(groups):
            return flat
        return graph.node("Gather", [flat, graph.constant(wanted, np.int64)], axis=1)
    codes = coded(graph, name, kind, [(category, float(group)) for category, group in groups], float(unknown))
    row = graph.constant([[float(group) for group in wanted]], np.float32)
    return graph.cast(graph.node("Equal", [codes, row]), TensorProto.FLOAT)


# Ordinal


def ordinal_shapes(operator: Any) -> None:
    operator.outputs[0].type = number_tensor()([None, len(operator.raw_operator.categories_)])


def number_tensor() -> Any:
    """The type of numbers in this conversion."""
    return DoubleTensorType if current().is_double else FloatTensorType


def convert_ordinal(scope: Any, operator: Any, container: Any) -> None:
    """The number of each category; an unknown one and a missing one have numbers of their own, or NaN."""
    graph = Graph(scope, operator, container)
    encoder = operator.raw_operator
    unknown = float(encoder.unknown_value) if encoder.handle_unknown == "use_encoded_value" else float("nan")
    parts = []
    for at, (name, kind) in enumerate(columns_of(graph)):
        table = [
            (category, float(encoder.encoded_missing_value) if is_missing(category) else float(code))
            for category, code in _groups(encoder, at)
        ]
        parts.append(coded(graph, name, kind, table, unknown))
    joined = graph.concat(parts)
    output = operator.outputs[0]
    graph.cast(joined, element_type(output), output=output.full_name)


# Imputer


def imputer_shapes(operator: Any) -> None:
    imputer = operator.raw_operator
    kept = _kept_columns(imputer)
    width = len(kept) + _indicated(imputer)
    kind = operator.inputs[0].type
    if isinstance(kind, StringTensorType):
        operator.outputs[0].type = StringTensorType([None, width])
    else:
        operator.outputs[0].type = number_tensor()([None, width])


def convert_imputer(scope: Any, operator: Any, container: Any) -> None:
    """Missing values replaced by what was learned. A column that had no value at all is left out, as when fitting."""
    graph = Graph(scope, operator, container)
    imputer = operator.raw_operator
    columns = columns_of(graph)
    is_text = columns[0][1] == TensorProto.STRING
    if is_text and _indicated(imputer):
        raise ExportError(
            "MODEL_UNSUPPORTED",
            "SimpleImputer marks missing texts in columns of their own (`add_indicator=True`).",
            "Impute the texts without `add_indicator`.",
        )
    output = operator.outputs[0]
    kept = _kept_columns(imputer)
    parts = [
        _imputed_text(graph, columns[at][0], imputer, at)
        if is_text
        else _imputed_number(graph, columns[at], imputer, at, element_type(output))
        for at in kept
    ]
    if not is_text and _indicated(imputer):
        marked = [int(at) for at in imputer.indicator_.features_]
        parts += [
            graph.cast(_is_missing_number(graph, in_type(graph, columns[at], element_type(output)), imputer), element_type(output))
            for at in marked
        ]
    graph.node("Identity", [graph.concat(parts)], output=output.full_name)


def in_type(graph: Graph, column: tuple[str, int], wanted: int) -> str:
    name, kind = column
    return name if kind == wanted else graph.cast(name, wanted)


def _imputed_number(graph: Graph, column: tuple[str, int], imputer: Any, at: int, wanted: int) -> str:
    numbers = in_type(graph, column, wanted)
    precision = np.float64 if wanted == TensorProto.DOUBLE else np.float32
    fill = float(imputer.statistics_[at]) if not is_missing(imputer.statistics_[at]) else 0.0
    if precision == np.float32 and is_missing(imputer.missing_values):
        return graph.ml("Imputer", [numbers], imputed_value_floats=[fill], replaced_value_float=float("nan"))
    missing = _is_missing_number(graph, numbers, imputer)
    return graph.node("Where", [missing, graph.constant([[fill]], precision), numbers])


def _is_missing_number(graph: Graph, numbers: str, imputer: Any) -> str:
    if is_missing(imputer.missing_values):
        return graph.node("IsNaN", [numbers])
    kind = element_type(graph.operator.outputs[0])
    precision = np.float64 if kind == TensorProto.DOUBLE else np.float32
    return graph.node("Equal", [numbers, graph.constant([[float(imputer.missing_values)]], precision)])


def _imputed_text(graph: Graph, name: str, imputer: Any, at: int) -> str:
    key = "" if is_missing(imputer.missing_values) else str(imputer.missing_values)
    found = graph.ml("LabelEncoder", [name], op_version=2, keys_strings=[key], values_int64s=[1], default_int64=0)
    fill = graph.constant([[str(imputer.statistics_[at])]])
    return graph.node("Where", [graph.cast(found, TensorProto.BOOL), fill, name])


def _kept_columns(imputer: Any) -> list[int]:
    keeps_empty = getattr(imputer, "keep_empty_features", False) or imputer.strategy == "constant"
    return [at for at, fill in enumerate(imputer.statistics_) if keeps_empty or not is_missing(fill)]


def _indicated(imputer: Any) -> int:
    indicator = getattr(imputer, "indicator_", None)
    return 0 if indicator is None else len(indicator.features_)
