"""The forms in which a model can be written, and the order in which they are tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from .sample import Feature, Sample

Precision = Literal["float32", "float64"]


@dataclass(frozen=True)
class Plan:
    """How rows enter the artifact, and which version of ai.onnx.ml it is written in."""

    precision: Precision
    #: One input of rows and columns, or one input for each column.
    layout: Literal["matrix", "columns"]
    #: Integers as int64 tensors, where a step insists on them; else they are numbers like all others.
    integers: bool
    ml_opset: int

    def type_of(self, feature: Feature) -> str:
        """ONNX element type of the input that takes the feature."""
        if feature.kind == "string":
            return "string"
        if self.integers and feature.kind == "integer" and not feature.missing.any():
            return "int64"
        return self.precision

    def __str__(self) -> str:
        integers = ", int64" if self.integers else ""
        return f"{self.precision}{integers}, ai.onnx.ml {self.ml_opset}"


def plans_for(sample: Sample, model: Any, precision: Precision | None) -> Iterator[Plan]:
    """Plans from the one that is liked best: float32 before float64, and numbers before int64."""
    layout = layout_of(sample, model)
    has_integers = layout == "columns" and any(
        feature.kind == "integer" and not feature.missing.any() for feature in sample.features
    )
    # A leaf with several targets is one leaf before version 5, and one tree for each target since.
    opsets = (3, 5) if has_wide_leaves(model) else (5, 3)
    for kind in ("float32", "float64"):
        if precision is not None and kind != precision:
            continue
        for integers in (False, True) if has_integers else (False,):
            for opset in opsets:
                yield Plan(kind, layout, integers, opset)


def layout_of(sample: Sample, model: Any) -> Literal["matrix", "columns"]:
    if not sample.is_frame:
        return "matrix"
    is_text = [feature.kind == "string" for feature in sample.features]
    if any(is_text) and not all(is_text):
        return "columns"
    if any(feature.categories is not None for feature in sample.features):
        return "columns"
    return "columns" if _takes_columns_by_name(model) else "matrix"


def parts_of(model: Any) -> Iterator[tuple[str, Any]]:
    """The model and every estimator inside it, each with the path of step names that leads to it."""
    waiting: list[tuple[str, Any]] = [("", model)]
    while waiting:
        path, part = waiting.pop()
        yield path, part
        for name, inner in _inside(part):
            if inner is not None and not isinstance(inner, str):
                waiting.append((f"{path}.{name}" if path else name, inner))


def _inside(part: Any) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for attribute in ("steps", "transformer_list"):
        found += [(str(each[0]), each[1]) for each in getattr(part, attribute, None) or []]
    found += [(str(each[0]), each[1]) for each in getattr(part, "transformers_", None) or []]
    for attribute in ("best_estimator_", "estimator_", "final_estimator_", "regressor_", "transformer_"):
        inner = vars(part).get(attribute) if hasattr(part, "__dict__") else None
        if inner is not None:
            found.append((attribute.rstrip("_"), inner))
    for attribute in ("estimators_", "calibrated_classifiers_"):
        inner = vars(part).get(attribute) if hasattr(part, "__dict__") else None
        if isinstance(inner, list) and inner:
            found += [(attribute.rstrip("_"), each) for each in _kinds(inner)]
    return found


def _kinds(parts: list[Any]) -> list[Any]:
    """One estimator of each class: a thousand trees have the same thing to say."""
    found: dict[type, Any] = {}
    for part in parts:
        inner = getattr(part, "estimator", part) if type(part).__name__ == "_CalibratedClassifier" else part
        found.setdefault(type(inner), inner)
    return list(found.values())


def _takes_columns_by_name(model: Any) -> bool:
    return any(type(part).__name__ == "ColumnTransformer" for _, part in parts_of(model))


def has_wide_leaves(model: Any) -> bool:
    """Whether a forest of scikit-learn in the model has several numbers in a leaf."""
    for _, part in parts_of(model):
        if type(part).__module__.startswith("sklearn") and (hasattr(part, "tree_") or _is_forest(part)):
            if len(getattr(part, "classes_", ())) > 2 or getattr(part, "n_outputs_", 1) > 1:
                return True
    return False


def _is_forest(part: Any) -> bool:
    inner = getattr(part, "estimators_", None)
    return isinstance(inner, list) and len(inner) > 0 and hasattr(inner[0], "tree_")
