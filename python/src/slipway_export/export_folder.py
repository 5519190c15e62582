"""The contents of the folder: artifact, launch file, reference, golden rows and holdout, from one model and sample."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from . import launch as files
from .agreement import Agreement
from .artifact import Artifact, columns_of, sample_columns
from .categories import find_categories
from .cautions import cautions
from .choose_form import Chosen, choose_form
from .convert import class_labels_known
from .errors import ExportError
from .golden import as_told, pick_rows, tolerance_for, write_golden
from .inspect_model import categorical_columns, refuse_python_code, unwrap_search, used_columns
from .launch import LaunchParts, Words, draft_launch
from .native import wrap_native
from .original import Answers, Original, fitted_columns, read_original
from .outputs import Contract, OutputWords, check_output_names, choices_of, decision_of, output_contract
from .read_sample import read_sample
from .reference import Profile, category_profile, number_profile, write_reference
from .report import Attempt
from .sample import Feature, Sample, check_names
from .yaml_text import write_launch


@dataclass(frozen=True)
class ExportTask:
    """What was asked for, checked as far as it can be without looking at the model."""

    model: Any
    sample: Any
    labels: Any
    words: Words
    outputs: OutputWords
    unit: str | None
    context: tuple[str, ...]
    units: Mapping[str, str]
    precision: Any
    tolerance: float
    allow_differences: bool


@dataclass(frozen=True)
class Made:
    #: By name, the launch file last.
    files: dict[str, bytes]
    precision: str
    agreement: dict[str, Agreement]
    attempts: tuple[Attempt, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]


def export_folder(task: ExportTask) -> Made:
    model = wrap_native(unwrap_search(task.model))
    original = read_original(model)
    refuse_python_code(model)
    sample = _sample(task, model)
    labels = None if task.labels is None else _labels(task.labels, sample)
    decision = decision_of(original, task.outputs)
    chosen = choose_form(
        original,
        sample,
        precision=task.precision,
        tolerance=task.tolerance,
        decision=decision,
        allow_differences=task.allow_differences,
    )
    artifact = chosen.artifact
    categories = find_categories(original, sample, artifact, task.tolerance)
    agreement = dict(chosen.agreement)
    if categories.agreement is not None:
        agreement["unknown texts"] = categories.agreement
    features = _used_features(sample, artifact)
    contract = _contract(task, original, sample, artifact, chosen)
    check_output_names(contract, [each.name for each in sample.features] + _beside(task) + ([labels[0]] if labels else []))
    golden = _golden(contract, sample, features, chosen)
    parts = LaunchParts(
        words=task.words,
        features=features,
        categories=categories.closed,
        outputs=contract.fields,
        unit=task.unit,
        context=task.context,
        digest=f"sha256:{hashlib.sha256(artifact.bytes).hexdigest()}",
        label=None if labels is None else labels[0],
        has_scores=any(each.column is not None for each in contract.fields),
        units=task.units,
    )
    contents: dict[str, bytes] = {files.ARTIFACT: artifact.bytes}
    contents[files.REFERENCE] = _reference(task.words, contract, features, chosen.answers).encode()
    contents[files.GOLDEN] = golden.encode()
    if labels is not None:
        contents[files.HOLDOUT] = _holdout(sample, features, labels).encode()
    contents[files.LAUNCH] = write_launch(draft_launch(parts)).encode()
    warnings = (*chosen.warnings, *categories.warnings, *cautions(original, sample, features, chosen, decision))
    notes = choices_of(original, contract)
    return Made(contents, artifact.plan.precision, agreement, chosen.attempts, warnings, notes)


def _sample(task: ExportTask, model: Any) -> Sample:
    names, width = fitted_columns(model)
    beside = _beside(task)
    twice = next((name for at, name in enumerate(beside) if name in beside[:at]), None)
    if twice is not None:
        raise ExportError("USAGE", f"{twice!r} is named twice among unit and context.", "Name each column once.")
    sample = read_sample(
        task.sample,
        fitted_names=names,
        fitted_width=width,
        used=used_columns(model),
        beside=beside,
        categorical=categorical_columns(model),
    )
    check_names([each.name for each in sample.features] + beside)
    unknown = next((name for name in task.units if all(each.name != name for each in sample.features)), None)
    if unknown is not None:
        raise ExportError("USAGE", f"`units` names {unknown!r}, which is no feature.", "Name columns of the sample.")
    return sample


def _beside(task: ExportTask) -> list[str]:
    return [*([] if task.unit is None else [task.unit]), *task.context]


def _labels(given: Any, sample: Sample) -> tuple[str, list[Any]]:
    values = list(given) if np.ndim(given) == 1 else None
    if values is None or len(values) != sample.rows:
        raise ExportError(
            "SAMPLE_MISMATCH",
            f"`y_sample` is no list of {sample.rows} values, one for each row of the sample.",
            "Give the labels of exactly these rows, in their order.",
        )
    name = getattr(given, "name", None)
    return (name if isinstance(name, str) and name else "label_seen"), values


def _used_features(sample: Sample, artifact: Artifact) -> tuple[Feature, ...]:
    """A column that no step looks at is no feature of the contract."""
    if artifact.plan.layout == "matrix":
        return sample.features
    wanted = set(artifact.inputs)
    return tuple(each for each in sample.features if each.name in wanted)


def _contract(
    task: ExportTask, original: Original, sample: Sample, artifact: Artifact, chosen: Chosen
) -> Contract:
    given = artifact.answers(sample.features, sample_columns(sample)).scores
    source = {"classifier": "probabilities", "ranker": "scores"}.get(original.family)
    return output_contract(
        original,
        task.outputs,
        np.concatenate([given, chosen.answers.scores]),
        classes_known=source is not None and class_labels_known(artifact.model, source),
        is_mirrored=artifact.is_mirrored,
    )


def _golden(contract: Contract, sample: Sample, features: tuple[Feature, ...], chosen: Chosen) -> str:
    answers = chosen.answers
    given = chosen.artifact.answers(sample.features, sample_columns(sample))
    same = np.ones(sample.rows, dtype=np.bool_)
    if answers.labels is not None and given.labels is not None:
        same = np.array([str(a) == str(b) for a, b in zip(_plain(answers.labels), _plain(given.labels))])
    finite = np.isfinite(answers.scores).all(axis=1) & np.isfinite(given.scores).all(axis=1)
    near = (np.abs(answers.scores - given.scores) <= 1e-3 * np.maximum(1, np.abs(answers.scores))).all(axis=1)
    usable = np.flatnonzero(same & finite & near)
    if len(usable) == 0:
        raise ExportError(
            "DIFFERENCES",
            "There is no row of the sample on which the artifact and the original model agree.",
            "Use another estimator for the step that differs.",
        )
    ranked = pick_rows(answers.scores[usable, -1], _rows_with_missing(features, usable))
    rows = [int(usable[at]) for at in ranked]
    records = [(_record(sample, features, row), contract.record(_label(answers, row), answers.scores[row])) for row in rows]
    return write_golden(records, tolerance_for(_worst(chosen, sample, rows)))


def _worst(chosen: Chosen, sample: Sample, rows: Sequence[int]) -> float:
    """How far the artifact's answers lie from the original's, row by row as a service asks and all at once: a matrix
    product sums one row in another order than many. Relative above 1, as golden rows are compared.
    """
    wanted = chosen.answers.scores
    together = chosen.artifact.answers(sample.features, columns_of(sample.features, rows))
    size = np.maximum(np.abs(wanted), 1.0)
    worst = (np.abs(as_told(together) - wanted[rows]) / size[rows]).max(initial=0.0)
    for row in rows:
        alone = chosen.artifact.answers(sample.features, columns_of(sample.features, [row]))
        worst = max(worst, (np.abs(as_told(alone) - wanted[[row]]) / size[[row]]).max(initial=0.0))
    return float(max(worst, _LONG_SUM_SHARE if chosen.artifact.has_long_sums else 0.0))


#: Sums of a kernel over hundreds of vectors, in float32: engines that add in another order differ by as much.
_LONG_SUM_SHARE = 2e-5


def _plain(labels: npt.NDArray[Any]) -> list[Any]:
    from .original import plain_label

    return [plain_label(each) for each in labels]


def _label(answers: Answers, row: int) -> Any:
    return None if answers.labels is None else answers.labels[row]


def _rows_with_missing(features: Sequence[Feature], usable: npt.NDArray[np.intp]) -> list[int]:
    """Positions among the usable rows of one row with each missing feature, of three features at most."""
    found: list[int] = []
    for feature in features:
        at = np.flatnonzero(feature.missing[usable])
        if at.size and len(found) < 3:
            found.append(int(at[0]))
    return found


def _record(sample: Sample, features: Sequence[Feature], row: int) -> dict[str, Any]:
    record = {each.name: each.value(row) for each in features}
    beside = {name: _plain_value(values[row]) for name, values in sample.beside.items()}
    return {**record, **{name: value for name, value in beside.items() if value is not None}}


def _plain_value(value: Any) -> Any:
    """A value beside the features as JSON has it: texts, numbers and truth values stay, all else becomes text."""
    if value is None or value != value or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, np.generic):
        value = value.item()
    return value if isinstance(value, (str, bool, int, float)) else str(value)


def _reference(words: Words, contract: Contract, features: Sequence[Feature], answers: Answers) -> str:
    scores = [
        number_profile(each.name, answers.scores[:, each.column])
        for each in contract.fields
        if each.column is not None
    ]
    return write_reference(words.model, words.version, [_profile(each) for each in features], scores)


def _profile(feature: Feature) -> Profile:
    if feature.kind == "string":
        return category_profile(feature.name, feature.texts)
    return number_profile(feature.name, feature.numbers)


def _holdout(sample: Sample, features: Sequence[Feature], labels: tuple[str, list[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*sample.beside, *(each.name for each in features), labels[0]])
    for row in range(sample.rows):
        beside = [_plain_value(values[row]) for values in sample.beside.values()]
        values = [*beside, *(each.value(row) for each in features), _plain_value(labels[1][row])]
        writer.writerow([_cell(value) for value in values])
    return text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
