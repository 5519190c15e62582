"""What an export that succeeded is still told about."""

from __future__ import annotations

from collections.abc import Sequence

from .choose_form import Chosen
from .original import Original
from .sample import Feature, Sample

#: Rows of a reference below which Slipway's monitoring gives no verdict on drift.
_ROWS_FOR_DRIFT = 500


def cautions(
    original: Original,
    sample: Sample,
    features: Sequence[Feature],
    chosen: Chosen,
    decision: tuple[int, float] | None,
) -> list[str]:
    """A sentence for each thing about the sample and the artifact that its owner should know."""
    found: list[str] = []
    unused = [each.name for each in sample.features if each not in features]
    if unused:
        found.append(f"No step looks at {', '.join(unused)}: left out of the contract.")
    if sample.rows < _ROWS_FOR_DRIFT:
        found.append(
            f"The sample has {sample.rows} rows: ranges and reference say little, and drift is judged from "
            f"{_ROWS_FOR_DRIFT} rows on. Give {_ROWS_FOR_DRIFT} or more."
        )
    if any(not each.agrees for each in chosen.agreement.values()):
        found.append("The artifact differs from the original model, and was kept as you allowed.")
    if decision is not None and original.family == "classifier":
        column, at = decision
        ties = int((chosen.answers.scores[:, column] == at).sum())
        if ties:
            found.append(
                f"{ties} rows of the sample score exactly {at:g}: the decision is true there (score >= threshold), "
                "where `predict` of scikit-learn takes the first class."
            )
    empty = [each.name for each in features if each.kind == "string" and "" in each.texts]
    if empty:
        found.append(f"{empty[0]!r} holds empty texts, which an artifact cannot tell from missing ones.")
    return found
