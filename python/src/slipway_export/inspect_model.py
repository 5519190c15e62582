"""What stands in the way of an export, said before anything is converted, by the name of the step."""

from __future__ import annotations

from typing import Any

from .converters.numbers import known_function
from .errors import ExportError
from .picked_columns import picked_columns
from .plan import parts_of

_LIBRARIES = ("sklearn", "xgboost", "lightgbm", "skl2onnx", "slipway_export")


def unwrap_search(model: Any) -> Any:
    """The model that a search chose; it answers for the search."""
    while (best := vars(model).get("best_estimator_") if hasattr(model, "__dict__") else None) is not None:
        model = best
    return model


def refuse_python_code(model: Any) -> None:
    """Raises PYTHON_FUNCTION for a step that runs a function or a class of the caller's own."""
    for path, part in parts_of(model):
        where = f"The step {path!r}" if path else "The model"
        function = getattr(part, "func", None) if type(part).__name__ == "FunctionTransformer" else None
        if function is not None and not known_function(function):
            name = getattr(function, "__name__", repr(function))
            raise ExportError(
                "PYTHON_FUNCTION",
                f"{where} is a FunctionTransformer that calls the Python function {name!r}.",
                "Compute it before the pipeline and give the model the result as a feature, or say it with "
                "scikit-learn's own transformers, or with one of NumPy's functions such as np.log1p.",
            )
        module = type(part).__module__.split(".")[0]
        if module in _LIBRARIES or not hasattr(part, "fit"):
            continue
        if _is_registered(type(part)):
            continue
        raise ExportError(
            "PYTHON_FUNCTION",
            f"{where} is a {type(part).__name__}, a class that is not scikit-learn's, XGBoost's or LightGBM's.",
            "An artifact holds no Python code: compute its result before the pipeline, or register a converter "
            "for the class with `skl2onnx.update_registered_converter`.",
        )


def categorical_columns(model: Any) -> frozenset[int]:
    """Positions of the columns that the model itself takes for categories: whole numbers, whatever type holds them."""
    from .converters import lightgbm_trees, xgboost_trees

    library = getattr(model, "library", type(model).__module__.split(".")[0])
    if library == "lightgbm":
        return lightgbm_trees.categorical_columns(model)
    if library == "xgboost":
        return xgboost_trees.categorical_columns(model)
    marked = getattr(model, "is_categorical_", None)
    return frozenset() if marked is None else frozenset(at for at, is_one in enumerate(marked) if is_one)


def used_columns(model: Any) -> frozenset[str] | None:
    """Columns that a ColumnTransformer at the front looks at; ``None`` where all are used, or none has a name."""
    first = model
    while getattr(first, "steps", None):
        first = first.steps[0][1]
    if type(first).__name__ != "ColumnTransformer" or not hasattr(first, "feature_names_in_"):
        return None
    names = [str(name) for name in first.feature_names_in_]
    used: set[str] = set()
    for _, transformer, columns in first.transformers_:
        if isinstance(transformer, str) and transformer == "drop":
            continue
        used |= set(picked_columns(columns, names))
    return frozenset(used)


def _is_registered(kind: type) -> bool:
    from skl2onnx._supported_operators import sklearn_operator_name_map

    return kind in sklearn_operator_name_map

