"""The output contract: which fields an answer has, by what kind of model it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import ExportError
from .launch import OutputField
from .original import Label, Original, plain_label

#: Columns of numbers that get a field each; more become one array.
_FIELDS_MAX = 50

_RESERVED = {"model", "version", "prediction_id", "thresholds", "fallback", "error"}


@dataclass(frozen=True)
class OutputWords:
    """Names of the answer's fields, and the threshold of the decision."""

    score: str | None
    decision: str
    label: str
    threshold: float | None
    positive: Any
    targets: Sequence[str] | None


@dataclass(frozen=True)
class Contract:
    fields: tuple[OutputField, ...]

    def record(self, label: Any, scores: npt.NDArray[np.float64]) -> dict[str, Any]:
        """The answer of one row, without decisions: they follow the threshold, which is not the model's."""
        answer: dict[str, Any] = {}
        for each in self.fields:
            if each.is_label:
                answer[each.name] = plain_label(label)
            elif each.is_vector:
                answer[each.name] = [float(score) for score in scores]
            elif each.column is not None:
                answer[each.name] = float(scores[each.column])
        return answer


def decision_of(original: Original, words: OutputWords) -> tuple[int, float] | None:
    """The column of the score that is decided on, and the threshold; ``None`` where nothing is decided."""
    if len(original.classes) != 2:
        return None
    if original.family == "ranker":
        return 0, 0.0 if words.threshold is None else words.threshold
    column = original.classes.index(_positive(original.classes, words.positive))
    return column, 0.5 if words.threshold is None else words.threshold


def choices_of(original: Original, contract: Contract) -> tuple[str, ...]:
    """Which of two classes the score is for, since a name alone doesn't tell, and how the other is chosen."""
    score = next((each for each in contract.fields if each.column is not None), None)
    if len(original.classes) != 2 or score is None:
        return ()
    if original.family == "ranker":
        return (f"{score.name} is the greater, the more the row is of the class {original.classes[1]!r}.",)
    positive = original.classes[score.column or 0]
    return (f"{score.name} is the probability of {positive!r}; `positive=` chooses the other.",)


def output_contract(
    original: Original,
    words: OutputWords,
    scores: npt.NDArray[np.float64],
    *,
    classes_known: bool,
    is_mirrored: bool,
) -> Contract:
    """Fields of the answer. ``scores`` are all that were seen: bounds that one of them breaks are not promised."""
    if original.family in ("classifier", "ranker"):
        if len(original.classes) == 2:
            return _binary(original, words, scores, classes_known, is_mirrored)
        return _multiclass(original, words, scores, classes_known)
    _refuse_threshold(words)
    if original.family == "regressor":
        return Contract(_numbers("prediction", words.score or "prediction", words.targets, scores.shape[1]))
    if original.family == "transformer":
        return Contract((_vector("vector", words.score or "vector", scores.shape[1]),))
    label = _field(words.label, {"type": "integer", "from": "label"}, is_label=True)
    if original.family == "outlier":
        score = _field(words.score or "score", {"type": "number", "from": "scores"}, column=0)
        return Contract((label, score))
    return Contract((label, _vector("scores", words.score or "scores", scores.shape[1])))


def _binary(
    original: Original,
    words: OutputWords,
    scores: npt.NDArray[np.float64],
    classes_known: bool,
    is_mirrored: bool,
) -> Contract:
    classes = original.classes
    positive = _positive(classes, words.positive)
    name = words.score or "score"
    if original.family == "ranker":
        if positive != classes[1]:
            raise ExportError(
                "USAGE",
                f"The scores of {type(original.model).__name__} are for the class {classes[1]!r}.",
                "Leave `positive` out, or fit a classifier that gives probabilities.",
            )
        told: dict[str, Any] = {"type": "number", "from": "scores"}
        if is_mirrored:
            told["index"] = 1
        column = 0
    else:
        column = classes.index(positive)
        told = {"type": "number", **_share(scores[:, column]), "from": "probabilities"}
        told |= {"class": positive} if classes_known else {"index": column}
    decided = decision_of(original, words)
    assert decided is not None
    score = _field(name, told, column=column)
    decision = _field(words.decision, {"type": "boolean", "threshold": {"on": name, "at": decided[1]}})
    return Contract((score, decision))


def _multiclass(
    original: Original, words: OutputWords, scores: npt.NDArray[np.float64], classes_known: bool
) -> Contract:
    _refuse_threshold(words)
    classes = original.classes
    kind = "string" if isinstance(classes[0], str) else "integer"
    label = _field(words.label, {"type": kind, "from": "label", "enum": list(classes)}, is_label=True)
    source = "probabilities" if original.family == "classifier" else "scores"
    if scores.shape[1] != len(classes):
        # One score for each pair of classes, which nobody reads one by one.
        return Contract((label, _vector(source, words.score or "scores", scores.shape[1])))
    fields = [label]
    for column, each in enumerate(classes):
        bounds = _share(scores[:, column]) if original.family == "classifier" else {}
        where = {"class": each} if classes_known else {"index": column}
        told = {"type": "number", **bounds, "from": source, **where}
        fields.append(_field(f"{words.score or 'score'}_{each}", told, column=column))
    return Contract(tuple(fields))


def _numbers(source: str, name: str, targets: Sequence[str] | None, width: int) -> tuple[OutputField, ...]:
    if width == 1:
        return (_field(name, {"type": "number", "from": source}, column=0),)
    if targets is not None and len(targets) != width:
        raise ExportError(
            "USAGE", f"There are {len(targets)} names of targets for {width} outputs.", "Name each output once."
        )
    if targets is None and width > _FIELDS_MAX:
        return (_vector(source, name, width),)
    names = targets if targets is not None else [f"{name}_{at + 1}" for at in range(width)]
    return tuple(
        _field(each, {"type": "number", "from": source, "index": column}, column=column)
        for column, each in enumerate(names)
    )


def _vector(source: str, name: str, width: int) -> OutputField:
    return _field(name, {"type": "array", "from": source, "shape": [width]}, is_vector=True)


def _field(
    name: str,
    told: dict[str, Any],
    *,
    column: int | None = None,
    is_label: bool = False,
    is_vector: bool = False,
) -> OutputField:
    return OutputField(name, {**told, "nullable": True}, column, is_label, is_vector)


def _share(scores: npt.NDArray[np.float64]) -> dict[str, int]:
    return {"minimum": 0, "maximum": 1} if scores.min() >= 0 and scores.max() <= 1 else {}


def _positive(classes: tuple[Label, ...], given: Any) -> Label:
    if given is None:
        return classes[1]
    wanted = plain_label(given)
    if wanted not in classes:
        raise ExportError(
            "USAGE",
            f"{given!r} is no class of the model; it has {classes[0]!r} and {classes[1]!r}.",
            "Give one of them as `positive`, or leave it out.",
        )
    return wanted


def _refuse_threshold(words: OutputWords) -> None:
    if words.threshold is not None:
        raise ExportError(
            "USAGE",
            "A threshold decides on the score of one of two classes, and this model gives no such score.",
            "Leave `threshold` out; add a decision to launch.yaml if a number is to be compared.",
        )


def check_output_names(contract: Contract, taken: Sequence[str]) -> None:
    """Raises NAME_INVALID where a field of the answer has the name of a column, or a reserved one."""
    seen = {name.lower(): name for name in taken}
    for each in contract.fields:
        other = seen.get(each.name.lower())
        if other is None and each.name not in _RESERVED:
            seen[each.name.lower()] = each.name
            continue
        why = "answers carry a field of that name already" if other is None else f"there is {other!r} already"
        raise ExportError(
            "NAME_INVALID",
            f"An output cannot be called {each.name!r}: {why}.",
            "Give it another name with `score`, `decision`, `label` or `targets`.",
        )
