"""What one model of this folder is: how it is fitted and converted, and which rows are asked of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from data_sets import Data

Answers = Callable[[Any, Any], list[np.ndarray]]


@dataclass(frozen=True)
class Case:
    name: str
    #: What the page of the models says of it.
    title: str
    group: str
    data: Data
    estimator: Any
    #: One input a column (with the types of the columns), or one matrix.
    columns: bool = False
    float64: bool = False
    opset: int = 15
    #: How a classifier gives its scores: behind a ZipMap, as is usual, as a tensor, or an output a class ("columns").
    zipmap: bool | str = True
    #: Options of the converter, by type of estimator.
    options: dict[Any, dict[str, Any]] = field(default_factory=dict)
    #: Rows with missing numbers and texts, and with texts and whole numbers that were not seen, are asked too.
    missing: bool = False
    unknown: bool = False
    #: Features whose numbers are codes of categories: they stay whole.
    categories: Sequence[int] = ()
    #: The outputs that are asked for; empty for all.
    outputs: Sequence[str] = ()
    #: Values near which answers may change, by feature, beside the thresholds of trees that read the input itself.
    edges: dict[int, Sequence[float]] = field(default_factory=dict)
    #: The library's answer for each output of the artifact; None for predict and, of a classifier, predict_proba.
    answers: Answers | None = None
    #: How far scores may be from the library's, relative above 1.
    tolerance: float = 1e-5
    #: Why the converted model answers some rows otherwise than the library; such rows are listed in the stored file.
    difference: str = ""


def probabilities(model: Any, x: Any) -> list[np.ndarray]:
    return [model.predict(x), model.predict_proba(x)]


def decisions(model: Any, x: Any) -> list[np.ndarray]:
    """For classifiers without probabilities: the decision function, one column a class."""
    scores = model.decision_function(x)
    return [model.predict(x), np.column_stack([-scores, scores]) if scores.ndim == 1 else scores]


def predictions(model: Any, x: Any) -> list[np.ndarray]:
    return [model.predict(x)]


def columns_of_probabilities(model: Any, x: Any) -> list[np.ndarray]:
    return [model.predict(x), *model.predict_proba(x).T]


def decision_function(model: Any, x: Any) -> list[np.ndarray]:
    return [model.predict(x), model.decision_function(x)]
