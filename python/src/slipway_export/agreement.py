"""How far the artifact's answers lie from the original's."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .original import Answers, plain_label

#: A score may differ by this much, and one beyond 1 by this share of itself.
TOLERANCE = 1e-5


@dataclass(frozen=True)
class Agreement:
    """Answers of the artifact beside those of the original model, over some rows."""

    rows: int
    #: Greatest difference of a score, as it is and as a share of the score where that is beyond 1.
    score_difference: float
    relative_difference: float
    #: Rows with a score beyond the tolerance.
    scores_differ: int
    #: Rows with another label, and those among them where the original was undecided within the tolerance.
    labels_differ: int
    labels_tied: int
    #: Rows where ``score >= threshold`` comes out differently; ``None`` without a threshold.
    decisions_differ: int | None
    #: Rows among them where the original's score lies within the tolerance of the threshold.
    decisions_tied: int | None

    @property
    def agrees(self) -> bool:
        decided = (self.decisions_differ or 0) - (self.decisions_tied or 0)
        return self.scores_differ == 0 and self.labels_differ == self.labels_tied and decided == 0

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it, which knows no infinity."""
        return {name: None if value in (np.inf, -np.inf) else value for name, value in asdict(self).items()}

    def __str__(self) -> str:
        # Where a score is beyond 1, its difference is told as a share of it.
        share = " relative" if self.relative_difference != self.score_difference else ""
        parts = [f"scores within {self.relative_difference:.2g}{share}"]
        if self.scores_differ:
            parts.append(f"{self.scores_differ} beyond the tolerance")
        if self.labels_differ:
            parts.append(f"{self.labels_differ} labels differ ({self.labels_tied} of them ties)")
        if self.decisions_differ:
            parts.append(f"{self.decisions_differ} decisions differ ({self.decisions_tied} of them at the threshold)")
        return f"{self.rows} rows: {', '.join(parts)}"


def compare(
    original: Answers,
    artifact: Answers,
    tolerance: float = TOLERANCE,
    decision: tuple[int, float] | None = None,
) -> Agreement:
    """Compares row by row. ``decision`` is the column of a score and the threshold on it."""
    given, wanted = artifact.scores, original.scores
    if given.shape != wanted.shape:
        raise ValueError(f"the artifact gives scores of shape {given.shape}, the original model {wanted.shape}")
    both_missing = np.isnan(given) & np.isnan(wanted)
    difference = np.where(both_missing, 0.0, np.abs(given - wanted))
    difference = np.where(np.isnan(difference), np.inf, np.where(given == wanted, 0.0, difference))
    size = np.maximum(np.abs(np.where(np.isfinite(wanted), wanted, 1.0)), 1.0)
    relative = difference / size
    beyond = (relative > tolerance).any(axis=1)
    labels, tied = _labels(original, artifact, tolerance)
    decided: tuple[int | None, int | None] = (None, None)
    if decision is not None:
        column, at = decision
        flips = _decided(artifact, column, at) != _decided(original, column, at)
        near = np.abs(wanted[:, column] - at) <= tolerance
        decided = int(flips.sum()), int((flips & near).sum())
    return Agreement(
        rows=len(wanted),
        score_difference=float(difference.max(initial=0.0)),
        relative_difference=float(relative.max(initial=0.0)),
        scores_differ=int(beyond.sum()),
        labels_differ=labels,
        labels_tied=tied,
        decisions_differ=decided[0],
        decisions_tied=decided[1],
    )


def _decided(answers: Answers, column: int, at: float) -> npt.NDArray[np.bool_]:
    """``score >= at``, with ``at`` rounded once to the type of the score."""
    decided: npt.NDArray[np.bool_] = answers.scores[:, column] >= (float(np.float32(at)) if answers.is_float32 else at)
    return decided


def _labels(original: Answers, artifact: Answers, tolerance: float) -> tuple[int, int]:
    if original.labels is None or artifact.labels is None:
        return 0, 0
    wanted = np.array([plain_label(each) for each in original.labels], dtype=object)
    given = np.array([plain_label(each) for each in artifact.labels], dtype=object)
    differs = wanted != given
    near = _margin(original.scores) <= 2 * tolerance
    return int(differs.sum()), int((differs & near).sum())


def _margin(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How clearly the original model decided: between its two best scores, or from zero where it has one."""
    if scores.shape[1] == 1:
        return np.abs(scores[:, 0])
    ordered = np.sort(scores, axis=1)
    best: npt.NDArray[np.float64] = np.minimum(ordered[:, -1] - ordered[:, -2], ordered[:, 1] - ordered[:, 0])
    return best
