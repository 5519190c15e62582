"""Golden rows: records with the outputs that the original model gave for them, as ``golden.json`` holds them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .original import Answers
from .reference import plain_numbers

#: As many rows as ``slipway train`` keeps, and a few more for what a sample of Python may hold: missing values.
ROWS_MAX = 11

Record = Mapping[str, Any]


def pick_rows(rank_by: npt.NDArray[np.float64], must: Sequence[int]) -> list[int]:
    """Positions of rows from the lowest ``rank_by`` to the highest in equal steps of rank, and those in ``must``."""
    order = np.argsort(rank_by, kind="stable")
    steps = min(ROWS_MAX, len(order))
    ranks = {0} if steps == 1 else {math.floor(step * (len(order) - 1) / (steps - 1) + 0.5) for step in range(steps)}
    return sorted({int(order[rank]) for rank in ranks} | set(must))


def as_told(answers: Answers) -> npt.NDArray[np.float64]:
    """Scores as Slipway tells them: a float32 as the number whose text is the shortest that reads back as it."""
    if not answers.is_float32:
        return answers.scores
    shortest = [float(str(np.float32(score))) for score in answers.scores.ravel()]
    return np.array(shortest, dtype=np.float64).reshape(answers.scores.shape)


def tolerance_for(worst: float) -> float:
    """A tolerance that ``worst``, the greatest difference seen, keeps by a factor of four; never under 1e-6."""
    if worst * 4 <= 1e-6:
        return 1e-6
    digits = f"{worst * 4:.0e}"
    return float(digits) if float(digits) >= worst * 4 else float(f"{worst * 8:.0e}")


def write_golden(rows: Sequence[tuple[Record, Record]], tolerance: float) -> str:
    """The golden file as JSON text, a line a row."""
    lines = ",\n".join(f"    {_json({'record': record, 'outputs': outputs})}" for record, outputs in rows)
    return f'{{\n  "golden": 1,\n  "tolerance": {tolerance!r},\n  "rows": [\n{lines}\n  ]\n}}\n'


def _json(value: object) -> str:
    return json.dumps(plain_numbers(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
