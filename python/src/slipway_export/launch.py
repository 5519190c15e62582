"""The launch file of an exported model: what the sample tells, and cautious defaults for what it cannot tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .ranges import rounded_range
from .reference import SAFE_INTEGER
from .sample import Feature

#: Names of the files of an exported model, all in one folder. The launch file names the others and is written last.
ARTIFACT, REFERENCE, GOLDEN, HOLDOUT, LAUNCH = "model.onnx", "reference.json", "golden.json", "holdout.csv", "launch.yaml"

#: What stands as owner until somebody takes the model on; ``slipway check`` refuses it.
PLACEHOLDER_TEAM = "Your team"
PLACEHOLDER_CONTACT = "your-team@example.org"

PATTERNS = ("batch", "online", "streaming", "embedded")

_WHY = {
    "batch": "The simplest pattern: files are scored on a schedule, and nobody waits for one answer.",
    "online": "Somebody waits for the answer to one record.",
    "streaming": "Events are scored as they arrive.",
    "embedded": "The device scores by itself, without a network.",
}


@dataclass(frozen=True)
class OutputField:
    """One field of the answer. ``column`` is its score's, and ``None`` of a label, a decision and a whole vector."""

    name: str
    told: Mapping[str, Any]
    column: int | None = None
    is_label: bool = False
    is_vector: bool = False

    @property
    def is_decision(self) -> bool:
        return "threshold" in self.told


@dataclass(frozen=True)
class Words:
    """What people say of the model."""

    model: str
    version: str
    owner: Mapping[str, str]
    pattern: str
    why: str


@dataclass(frozen=True)
class LaunchParts:
    words: Words
    features: Sequence[Feature]
    #: The closed sets of categories, by feature; a text without one is open.
    categories: Mapping[str, Sequence[str]]
    outputs: Sequence[OutputField]
    unit: str | None
    context: Sequence[str]
    digest: str
    #: The column of the holdout with what happened, where there is a holdout.
    label: str | None
    has_scores: bool
    units: Mapping[str, str] = field(default_factory=dict)


def why_of(pattern: str, why: str | None) -> str:
    return _WHY[pattern] if why is None else why


def draft_launch(parts: LaunchParts) -> dict[str, Any]:
    """The launch file with all eight facts filled."""
    words = parts.words
    nulls = {each.name: None for each in parts.outputs}
    drift = ["prediction_drift", "feature_drift"] if parts.has_scores else ["feature_drift"]
    file: dict[str, Any] = {
        "slipway": 1,
        "model": words.model,
        "version": words.version,
        "artifact": ARTIFACT,
        "digest": parts.digest,
        "golden": GOLDEN,
        "owner": dict(words.owner),
        "pattern": words.pattern,
        "why": words.why,
        "input": {each.name: _input(each, parts) for each in parts.features},
    }
    if parts.unit is not None:
        file["unit"] = parts.unit
    if parts.context:
        file["context"] = list(parts.context)
    file |= {
        "output": {each.name: dict(each.told) for each in parts.outputs},
        "fallback": {"when": ["error", "timeout", "overload"], "use": nulls},
        "slo": _slo(words.pattern),
        "monitoring": {"metrics": ["latency", "errors", "fallbacks", *drift], "reference": REFERENCE},
    }
    if parts.label is not None:
        file["evaluation"] = {"data": HOLDOUT, "label": parts.label}
    file["rollback"] = {
        "to": "previous",
        "when": ["slo_breach", "contract_violation"],
        "procedure": "Serve the launch file of the version before; where there is none, callers get the fallback.",
    }
    file["batch"] = {"max_quarantine": "1%"}
    return file


def _input(feature: Feature, parts: LaunchParts) -> dict[str, Any]:
    told: dict[str, Any] = {"type": feature.kind}
    if feature.kind in ("number", "integer"):
        present = feature.numbers[~feature.missing]
        found = _range(feature.kind, float(present.min()), float(present.max())) if present.size else None
        if found is not None:
            told |= {"minimum": found[0], "maximum": found[1]}
        if feature.name in parts.units:
            told["unit"] = parts.units[feature.name]
    if feature.name in parts.categories:
        told["enum"] = list(parts.categories[feature.name])
    if feature.missing.any():
        told["missing"] = None
    return told


def _range(kind: str, least: float, greatest: float) -> tuple[float, float] | None:
    """The range of the sample, wider by half of it on both sides, though never across zero, and rounded.

    Of n rows, the next lies beyond the least or the greatest with a chance of 2 / (n + 1), in each feature anew: the
    range of the sample as it is would refuse good records.
    """
    if kind == "integer" and least == 0 and greatest == 1:
        return 0, 1
    margin = (greatest - least) / 2
    if kind == "integer":
        return None if least == greatest else _whole_range(int(least), int(greatest))
    low = max(0.0, least - margin) if least >= 0 else least - margin
    high = min(0.0, greatest + margin) if greatest <= 0 else greatest + margin
    return rounded_range(low, high)


def _whole_range(least: int, greatest: int) -> tuple[int, int]:
    """In steps of 1, 2 or 5 times a power of ten that are no greater than the margin: 2020 to 2024 are 2018 to 2026."""
    margin = (greatest - least + 1) // 2
    power = 10 ** (len(str(margin)) - 1)
    step = next(size * power for size in (5, 2, 1) if size * power <= margin)
    low = max(0, least - margin) if least >= 0 else least - margin
    high = min(0, greatest + margin) if greatest <= 0 else greatest + margin
    down, up = low // step * step, -(-high // step) * step
    return max(down, -SAFE_INTEGER), min(up, SAFE_INTEGER)


def _slo(pattern: str) -> dict[str, Any]:
    freshness = {"freshness": {"within": "26h", "target": 0.99}} if pattern in ("batch", "streaming") else {}
    return {
        "latency": {"within": "200ms", "target": 0.95},
        "availability": {"target": 0.999},
        **freshness,
        "window": "30d",
    }
