"""The model as it was fitted: what it is, and the answers that its artifact has to give."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .errors import ExportError

#: What the model answers with. A *ranker* of classes has scores but no probabilities.
Family = Literal["classifier", "ranker", "regressor", "outlier", "cluster", "transformer"]
Label = int | str


_ONE_EACH = (
    "Export one model for each output: `model.estimators_[i]` of a MultiOutputClassifier, behind the same steps: "
    "`make_pipeline(*pipeline[:-1], pipeline[-1].estimators_[i])`."
)


@dataclass(frozen=True)
class Answers:
    """Labels (``None`` where the family has none) and scores, one row each; scores are ``[rows, columns]``."""

    labels: npt.NDArray[Any] | None
    scores: npt.NDArray[np.float64]
    #: Whether the scores were float32 before they were widened: thresholds are rounded to the type of their score.
    is_float32: bool = False


@dataclass(frozen=True)
class Original:
    """A fitted model behind one way to ask it."""

    model: Any
    family: Family
    #: In the order of the score columns; empty where the family has no classes.
    classes: tuple[Label, ...]
    #: Of several outputs: which estimator of the model answers the score.
    method: str

    def answers(self, table: Any) -> Answers:
        """What the original model says about the rows."""
        given = self._ask(self.method, table)
        is_float32 = getattr(given, "dtype", None) == np.float32
        if self.family in ("regressor", "transformer"):
            return Answers(None, _columns(given), is_float32)
        return Answers(np.asarray(self._ask("predict", table)).ravel(), _columns(given), is_float32)

    def scores(self, table: Any) -> npt.NDArray[np.float64]:
        return _columns(self._ask(self.method, table))

    def _ask(self, method: str, table: Any) -> Any:
        # A few rows are scored many times: threads would cost more than they save.
        settings = {"num_threads": 1} if type(self.model).__module__.startswith("lightgbm") else {}
        with warnings.catch_warnings():
            # Names of columns are compared when the sample is read; here they would only repeat themselves.
            warnings.filterwarnings("ignore", message=".*feature names.*")
            return getattr(self.model, method)(table, **settings)


def read_original(model: Any) -> Original:
    """Says what a fitted model is. Raises NOT_A_MODEL, NOT_FITTED, MODEL_UNSUPPORTED."""
    _demand_model(model)
    _demand_fitted(model)
    if hasattr(model, "predict_proba") and hasattr(model, "classes_"):
        return Original(model, "classifier", _classes(model), "predict_proba")
    if _is_outlier_detector(model):
        return Original(model, "outlier", (), "decision_function")
    if _is_kind(model, "classifier"):
        if not hasattr(model, "decision_function"):
            raise ExportError(
                "MODEL_UNSUPPORTED",
                f"{_name(model)} gives neither probabilities nor a decision function.",
                "Fit a classifier that has `predict_proba` or `decision_function`.",
            )
        return Original(model, "ranker", _classes(model), "decision_function")
    if _is_kind(model, "clusterer") or (hasattr(model, "predict_proba") and hasattr(model, "means_")):
        method = "predict_proba" if hasattr(model, "predict_proba") else "transform"
        if not hasattr(model, method) or not hasattr(model, "predict"):
            raise ExportError(
                "MODEL_UNSUPPORTED",
                f"{_name(model)} cannot tell the cluster of a new row.",
                "Use a clusterer with `predict`, such as KMeans.",
            )
        return Original(model, "cluster", (), method)
    if hasattr(model, "predict"):
        return Original(model, "regressor", (), "predict")
    return Original(model, "transformer", (), "transform")


def plain_label(raw: Any) -> Label:
    if isinstance(raw, (bool, np.bool_)):
        return int(raw)
    if isinstance(raw, (int, np.integer)):
        return int(raw)
    if isinstance(raw, (float, np.floating)) and float(raw).is_integer():
        return int(raw)
    if isinstance(raw, (str, np.str_)):
        return str(raw)
    raise ExportError(
        "MODEL_UNSUPPORTED",
        f"The class {raw!r} is neither an integer nor a text.",
        "Fit the classifier on labels that are integers, truth values or texts.",
    )


def fitted_columns(model: Any) -> tuple[list[str] | None, int | None]:
    """Names and number of the columns that the model was fitted on, where it knows them."""
    names = _attribute(model, "feature_names_in_")
    if names is None and (steps := getattr(model, "steps", None)):
        return fitted_columns(steps[0][1])
    width = _attribute(model, "n_features_in_")
    listed = None if names is None else [str(name) for name in names]
    return listed, None if width is None else int(width)


def _columns(given: Any) -> npt.NDArray[np.float64]:
    scores = given.toarray() if hasattr(given, "toarray") else np.asarray(given)
    if scores.dtype == object or scores.ndim > 2:
        raise ExportError(
            "MODEL_UNSUPPORTED",
            "The model gives several outputs with classes of their own.",
            _ONE_EACH,
        )
    wide = np.asarray(scores, dtype=np.float64)
    return wide.reshape(-1, 1) if wide.ndim == 1 else wide


def _classes(model: Any) -> tuple[Label, ...]:
    classes = model.classes_
    if isinstance(classes, list) or np.asarray(classes).ndim != 1:
        raise ExportError(
            "MODEL_UNSUPPORTED",
            f"{_name(model)} gives several outputs with classes of their own.",
            _ONE_EACH,
        )
    if len(classes) < 2:
        raise ExportError(
            "MODEL_UNSUPPORTED",
            f"{_name(model)} has learned the single class {classes[0]!r}.",
            "Fit it on rows of at least two classes.",
        )
    return tuple(plain_label(each) for each in classes)


def _demand_model(model: Any) -> None:
    if isinstance(model, type):
        raise ExportError(
            "NOT_A_MODEL", f"{model.__name__} is a class, not a fitted model.", "Fit an instance and give that."
        )
    if hasattr(model, "predict") or hasattr(model, "transform"):
        return
    if hasattr(model, "fit"):
        raise ExportError(
            "NOT_A_MODEL",
            f"{_name(model)} can neither predict nor transform.",
            "Give a fitted model or pipeline that can, such as one whose last step is no clusterer without `predict`.",
        )
    raise ExportError(
        "NOT_A_MODEL",
        f"This is a {_name(model)}, not a model: it has neither `predict` nor `transform`.",
        _container_hint(model),
    )


def _container_hint(model: Any) -> str:
    if isinstance(model, Mapping):
        found = [key for key, value in model.items() if hasattr(value, "predict")]
        if found:
            return f"The dict holds a model under {found[0]!r}: give that one."
    if isinstance(model, (list, tuple)) and any(hasattr(value, "predict") for value in model):
        return "It holds a model among other things: give the model alone."
    if isinstance(model, str):
        return "A path is loaded by the command: `python -m slipway_export MODEL.joblib --data sample.csv --out DIR`."
    return "Give a fitted scikit-learn, XGBoost or LightGBM estimator or pipeline."


def _demand_fitted(model: Any) -> None:
    from sklearn.exceptions import NotFittedError
    from sklearn.utils.validation import check_is_fitted

    last = model
    while getattr(last, "steps", None):
        last = last.steps[-1][1]
    for part in (model, last):
        try:
            if hasattr(part, "fit"):
                check_is_fitted(part)
        except NotFittedError as cause:
            raise ExportError(
                "NOT_FITTED", f"{_name(part)} has not been fitted.", "Call `fit` on training data first."
            ) from cause
        except TypeError:
            # Not an estimator of scikit-learn: it says for itself whether it is fitted.
            continue


def _is_outlier_detector(model: Any) -> bool:
    return _is_kind(model, "outlier_detector") and hasattr(model, "decision_function")


def _is_kind(model: Any, kind: str) -> bool:
    if getattr(model, "_estimator_type", None) == kind:
        return True
    try:
        from sklearn.utils import get_tags

        return bool(get_tags(model).estimator_type == kind)
    except (ImportError, AttributeError, TypeError):
        return False


def _attribute(model: Any, name: str) -> Any:
    try:
        return getattr(model, name, None)
    # Some estimators compute the attribute and raise what they like.
    except Exception:  # noqa: BLE001
        return None


def _name(model: Any) -> str:
    return type(model).__name__
