"""Boosters of XGBoost and LightGBM without their scikit-learn wrappers, behind the same way to ask them."""

from __future__ import annotations

import json
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

Library = Literal["xgboost", "lightgbm"]


class _Native(BaseEstimator):  # type: ignore[misc]
    """What the wrappers of both libraries have, as far as an export asks for it."""

    def __init__(self, booster: Any, library: Library) -> None:
        self.booster = booster
        self.library: Library = library
        self.n_features_in_ = int(booster.num_features() if library == "xgboost" else booster.num_feature())
        names = booster.feature_names if library == "xgboost" else booster.feature_name()
        is_plain = library == "lightgbm" and all(name == f"Column_{at}" for at, name in enumerate(names))
        if names is not None and not is_plain:
            self.feature_names_in_ = np.array(names, dtype=object)

    @property
    def booster_(self) -> Any:
        return self.booster

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def fit(self, *_: Any) -> None:
        """It was trained by its own library."""
        raise NotImplementedError("a booster is trained by its own library")

    def _predicted(self, table: Any) -> npt.NDArray[Any]:
        if self.library == "lightgbm":
            return np.asarray(self.booster.predict(table, num_threads=1))
        import xgboost

        names = None if hasattr(table, "columns") else self.booster.feature_names
        matrix = xgboost.DMatrix(table, feature_names=names, enable_categorical=True)
        best = getattr(self.booster, "best_iteration", None) if _stopped_early(self.booster) else None
        rounds = (0, 0) if best is None else (0, int(best) + 1)
        return np.asarray(self.booster.predict(matrix, iteration_range=rounds))


class NativeClassifier(ClassifierMixin, _Native):  # type: ignore[misc]
    """A booster whose objective is a classifier's: its classes are numbers from 0."""

    def __init__(self, booster: Any, library: Library, classes: int) -> None:
        super().__init__(booster, library)
        self.classes = classes
        self.classes_ = np.arange(classes)

    def predict_proba(self, table: Any) -> npt.NDArray[Any]:
        given = self._predicted(table)
        return given if given.ndim == 2 else np.column_stack([1 - given, given])

    def predict(self, table: Any) -> npt.NDArray[Any]:
        best: npt.NDArray[Any] = np.argmax(self.predict_proba(table), axis=1)
        return best


class NativeRegressor(RegressorMixin, _Native):  # type: ignore[misc]
    """Every other booster: its prediction is a number, or several."""

    def predict(self, table: Any) -> npt.NDArray[Any]:
        return self._predicted(table)


def wrap_native(model: Any) -> Any:
    """A booster behind a wrapper; every other object as it is."""
    library = type(model).__module__.split(".")[0]
    if type(model).__name__ != "Booster" or library not in ("xgboost", "lightgbm"):
        return model
    classes = _xgboost_classes(model) if library == "xgboost" else _lightgbm_classes(model)
    if classes is None:
        return NativeRegressor(model, "xgboost" if library == "xgboost" else "lightgbm")
    return NativeClassifier(model, "xgboost" if library == "xgboost" else "lightgbm", classes)


def _xgboost_classes(booster: Any) -> int | None:
    learner = json.loads(booster.save_config())["learner"]
    name = learner["objective"]["name"]
    if name == "multi:softprob":
        return int(learner["learner_model_param"]["num_class"])
    return 2 if name == "binary:logistic" else None


def _lightgbm_classes(booster: Any) -> int | None:
    dump = booster.dump_model(num_iteration=1)
    name = str(dump.get("objective", "")).split(" ")[0]
    if name in ("multiclass", "multiclassova"):
        return int(dump["num_class"])
    return 2 if name == "binary" else None


def _stopped_early(booster: Any) -> bool:
    try:
        return booster.best_iteration is not None
    except AttributeError:
        return False
