"""The artifact as ONNX Runtime runs it, one thread, the way Slipway does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from .convert import INPUT, input_names
from .original import Answers, Original
from .plan import Plan
from .sample import Feature, Sample

_TYPES = {"float32": np.float32, "float64": np.float64, "int64": np.int64}

#: Columns of a table by feature name: float64 with NaN where missing, or texts with None.
FeatureColumns = Mapping[str, Any]


class Artifact:
    """An open session over the bytes of an artifact."""

    def __init__(self, model: Any, original: Original, plan: Plan) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.model = model
        self.bytes: bytes = model.SerializeToString()
        self.is_mirrored = False
        self.plan = plan
        self._original = original
        self._session = onnxruntime.InferenceSession(self.bytes, options, providers=["CPUExecutionProvider"])
        self._has_declared = False

    @property
    def has_long_sums(self) -> bool:
        """Whether kernels of support vectors are added up in float32."""
        return any(node.op_type in ("SVMClassifier", "SVMRegressor") for node in self.model.graph.node)

    @property
    def inputs(self) -> list[str]:
        return input_names(self.model)

    def answers(self, features: tuple[Feature, ...], columns: FeatureColumns) -> Answers:
        """What the artifact says about rows given as columns."""
        given = self._session.run(None, self._feed(features, columns))
        self._declare_widths(given)
        if self._original.family in ("regressor", "transformer"):
            return Answers(None, _two_dimensions(given[0]), given[0].dtype == np.float32)
        scores = _two_dimensions(given[1])
        # A binary classifier without probabilities gives its one score twice, with both signs.
        self.is_mirrored = self._original.family == "ranker" and len(self._original.classes) == 2 and scores.shape[1] == 2
        if self.is_mirrored:
            scores = scores[:, 1:]
        return Answers(np.asarray(given[0]).ravel(), scores, given[1].dtype == np.float32)

    def _declare_widths(self, given: Any) -> None:
        """Some converters declare another width than they give: the artifact says what it gave."""
        if self._has_declared:
            return
        self._has_declared = True
        for output, values in zip(self.model.graph.output, given):
            del output.type.tensor_type.shape.dim[:]
            output.type.tensor_type.shape.dim.add()
            for width in np.shape(values)[1:]:
                output.type.tensor_type.shape.dim.add().dim_value = int(width)
        self.bytes = self.model.SerializeToString()

    def _feed(self, features: tuple[Feature, ...], columns: FeatureColumns) -> dict[str, Any]:
        if self.plan.layout == "matrix":
            return {INPUT: np.column_stack([self._tensor(each, columns[each.name]) for each in features])}
        wanted = set(self.inputs)
        return {
            each.name: self._tensor(each, columns[each.name]).reshape(-1, 1) for each in features if each.name in wanted
        }

    def _tensor(self, feature: Feature, values: Any) -> npt.NDArray[Any]:
        kind = self.plan.type_of(feature)
        if kind == "string":
            return np.array(["" if value is None else str(value) for value in values], dtype=object)
        return np.asarray(values, dtype=np.float64).astype(_TYPES[kind])


def columns_of(features: tuple[Feature, ...], rows: Any) -> dict[str, Any]:
    """The features of some rows of the sample as columns."""
    picked = list(rows)
    return {
        each.name: [each.texts[row] for row in picked] if each.kind == "string" else each.numbers[picked]
        for each in features
    }


def sample_columns(sample: Sample) -> dict[str, Any]:
    return columns_of(sample.features, range(sample.rows))


def _two_dimensions(values: Any) -> npt.NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64)
    return array.reshape(-1, 1) if array.ndim == 1 else array.reshape(array.shape[0], -1)
