"""Which texts a feature may hold: a closed set where the model refuses others, open where it takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .agreement import Agreement, compare
from .artifact import Artifact, columns_of
from .original import Original
from .plan import parts_of
from .sample import Feature, Sample

#: A text that no encoder has seen.
_UNKNOWN = "\u2014 a category that nobody has seen \u2014"

_ROWS_MAX = 20
_CATEGORIES_MAX = 10_000


@dataclass(frozen=True)
class Categories:
    """Closed sets by feature, and how the artifact agrees on rows with unknown categories, where the model takes them."""

    closed: dict[str, tuple[str, ...]]
    agreement: Agreement | None
    warnings: tuple[str, ...]


def find_categories(original: Original, sample: Sample, artifact: Artifact, tolerance: float) -> Categories:
    closed: dict[str, tuple[str, ...]] = {}
    warnings: list[str] = []
    agreements: list[Agreement] = []
    used = set(artifact.inputs) if artifact.plan.layout == "columns" else {each.name for each in sample.features}
    for feature in sample.features:
        if feature.kind != "string" or feature.name not in used:
            continue
        if feature.categories is not None:
            closed[feature.name] = feature.categories
            continue
        agreement = _unknown_agreement(original, sample, artifact, feature, tolerance)
        if agreement is not None and agreement.agrees:
            agreements.append(agreement)
            continue
        closed[feature.name] = _known(original, sample, feature)
        if agreement is not None:
            warnings.append(
                f"Unknown texts of {feature.name!r} are refused: the artifact answers them differently ({agreement})."
            )
    return Categories(closed, _worst(agreements), tuple(warnings))


def _unknown_agreement(
    original: Original, sample: Sample, artifact: Artifact, feature: Feature, tolerance: float
) -> Agreement | None:
    """Agreement on rows with an unknown text; ``None`` where the original model refuses it."""
    rows = list(range(min(_ROWS_MAX, sample.rows)))
    values = [_UNKNOWN] * len(rows)
    try:
        wanted = original.answers(sample.changed(rows, {feature.name: values}))
        given = artifact.answers(sample.features, {**columns_of(sample.features, rows), feature.name: values})
    # Whatever an encoder raises, it refuses the category.
    except Exception:  # noqa: BLE001
        return None
    return compare(wanted, given, tolerance)


def _known(original: Original, sample: Sample, feature: Feature) -> tuple[str, ...]:
    """Texts that the model takes: those of the sample, and those that its encoders learned beside them."""
    seen = {text for text in feature.texts if text is not None}
    candidates = sorted(seen | _learned(original.model, seen))[:_CATEGORIES_MAX]
    if _takes(original, sample, feature, candidates):
        return tuple(candidates)
    return tuple(text for text in candidates if text in seen or _takes(original, sample, feature, [text]))


def _learned(model: Any, seen: set[str]) -> set[str]:
    """Categories of the encoders' columns that hold everything that was seen."""
    found: set[str] = set()
    for _, part in parts_of(model):
        for categories in getattr(part, "categories_", None) or []:
            texts = {str(each) for each in np.asarray(categories, dtype=object) if isinstance(each, str)}
            if seen and seen <= texts:
                found |= texts
    return found


def _takes(original: Original, sample: Sample, feature: Feature, texts: Sequence[str]) -> bool:
    try:
        original.scores(sample.changed([0] * len(texts), {feature.name: list(texts)}))
    except Exception:  # noqa: BLE001
        return False
    return True


def _worst(agreements: Sequence[Agreement]) -> Agreement | None:
    if not agreements:
        return None
    return Agreement(
        rows=sum(each.rows for each in agreements),
        score_difference=max(each.score_difference for each in agreements),
        relative_difference=max(each.relative_difference for each in agreements),
        scores_differ=sum(each.scores_differ for each in agreements),
        labels_differ=sum(each.labels_differ for each in agreements),
        labels_tied=sum(each.labels_tied for each in agreements),
        decisions_differ=None,
        decisions_tied=None,
    )
