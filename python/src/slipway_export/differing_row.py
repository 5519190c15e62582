"""One row on which the artifact and the original model differ, told so that somebody can look into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .artifact import Artifact, columns_of, sample_columns
from .original import Answers, Original
from .sample import Sample

_FEATURES_TOLD_MAX = 12
_DONORS_MAX = 3


@dataclass(frozen=True)
class Differing:
    #: What is said of the row, a sentence or two.
    told: str
    #: Share of the sample's rows that differ.
    share: float


def differing_row(original: Original, sample: Sample, artifact: Artifact, answers: Answers, tolerance: float) -> Differing | None:
    """The row of the sample that differs most; ``None`` where the sample itself agrees."""
    given = artifact.answers(sample.features, sample_columns(sample))
    apart = _distance(answers.scores, given.scores)
    differs = apart > tolerance
    if not differs.any():
        return None
    row = int(np.argmax(apart))
    values = {each.name: each.value(row) for each in sample.features}
    listed = ", ".join(f"{name}: {value!r}" for name, value in list(values.items())[:_FEATURES_TOLD_MAX])
    more = ", ..." if len(values) > _FEATURES_TOLD_MAX else ""
    told = (
        f"Row {row + 1} of the sample ({listed}{more}): the model answers {_numbers(answers.scores[row])}, "
        f"the artifact {_numbers(given.scores[row])}."
    )
    features = _behind_it(original, sample, artifact, row, np.flatnonzero(~differs), tolerance)
    if features:
        told += f" It agrees once {' or '.join(repr(name) for name in features[:3])} has the value of a row that agrees."
    return Differing(told, float(differs.mean()))


def _behind_it(
    original: Original,
    sample: Sample,
    artifact: Artifact,
    row: int,
    agreeing: npt.NDArray[np.intp],
    tolerance: float,
) -> list[str]:
    """Features of which another value, taken from a row that agrees, makes this row agree as well."""
    found: list[str] = []
    for feature in sample.features:
        other = [at for at in agreeing if feature.value(int(at)) != feature.value(row)][:_DONORS_MAX]
        if not other:
            continue
        source = feature.texts if feature.kind == "string" else feature.numbers
        values = [source[at] for at in other]
        rows = [row] * len(other)
        try:
            wanted = original.scores(sample.changed(rows, {feature.name: values}))
            given = artifact.answers(sample.features, {**columns_of(sample.features, rows), feature.name: values}).scores
        # A model need not take every mixture of rows.
        except Exception:  # noqa: BLE001
            continue
        if (_distance(wanted, given) <= tolerance).all():
            found.append(feature.name)
    return found


def _distance(wanted: npt.NDArray[np.float64], given: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The greatest difference of each row, as a share of a score beyond 1; infinite where one of the two is missing."""
    size = np.maximum(np.abs(np.where(np.isfinite(wanted), wanted, 1.0)), 1.0)
    same = (wanted == given) | (np.isnan(wanted) & np.isnan(given))
    with np.errstate(invalid="ignore"):
        apart = np.where(same, 0.0, np.abs(given - wanted) / size)
    worst: npt.NDArray[np.float64] = np.nan_to_num(apart, nan=np.inf).max(axis=1)
    return worst


def _numbers(scores: Sequence[Any] | npt.NDArray[np.float64]) -> str:
    shown = [f"{float(score):.7g}" for score in scores[:6]]
    return shown[0] if len(shown) == 1 else f"[{', '.join(shown)}{', ...' if len(scores) > 6 else ''}]"
