"""Tries the forms in which a model can be written, and keeps the first that gives the original's answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .agreement import Agreement, compare
from .artifact import Artifact, sample_columns
from .convert import convert
from .differing_row import Differing, differing_row
from .errors import ExportError
from .nudge import Nudged, nudged_rows
from .original import Answers, Original
from .plan import Precision, plans_for
from .report import Attempt
from .sample import Sample

#: Beyond this share of rows, differences are not to be allowed.
_MOST = 0.5


@dataclass(frozen=True)
class Chosen:
    """The artifact that is kept, how it agrees, and what the original model and it said about all rows."""

    artifact: Artifact
    agreement: dict[str, Agreement]
    attempts: tuple[Attempt, ...]
    #: The original's answers about the sample.
    answers: Answers
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Tried:
    artifact: Artifact
    agreement: dict[str, Agreement]
    attempt: Attempt

    @property
    def wrong(self) -> int:
        return sum(each.scores_differ + each.labels_differ - each.labels_tied for each in self.agreement.values())


def choose_form(
    original: Original,
    sample: Sample,
    *,
    precision: Precision | None,
    tolerance: float,
    decision: tuple[int, float] | None,
    allow_differences: bool,
) -> Chosen:
    """Raises DIFFERENCES where no form agrees and that is not allowed, and what stopped the conversion where none works."""
    answers = _about_the_sample(original, sample)
    nudged, nudged_answers, warnings = _about_split_points(original, sample)
    tried: list[_Tried] = []
    failed: list[tuple[str, Exception]] = []
    attempts: list[Attempt] = []
    for plan in plans_for(sample, original.model, precision):
        try:
            artifact = Artifact(convert(original, sample, plan), original, plan)
            agreement = _agreement(original, sample, artifact, answers, nudged, nudged_answers, tolerance, decision)
        except ExportError:
            raise
        # A converter, a graph that no runtime takes, an operator that one lacks: the next form may do.
        except Exception as cause:  # noqa: BLE001
            failed.append((str(plan), cause))
            continue
        if all(each.agrees for each in agreement.values()):
            return Chosen(artifact, agreement, (*_distinct(attempts), Attempt(str(plan), None)), answers, warnings)
        worst = "; ".join(f"{name}: {each}" for name, each in agreement.items() if not each.agrees)
        attempts.append(Attempt(plan.precision, worst))
        tried.append(_Tried(artifact, agreement, attempts[-1]))
    if not tried:
        raise _not_convertible(original, failed)
    best = min(tried, key=lambda each: each.wrong)
    if not allow_differences:
        differing = differing_row(original, sample, best.artifact, answers, tolerance)
        raise _differences(tried, differing, _empty_texts(sample))
    return Chosen(best.artifact, best.agreement, tuple(_distinct(attempts)), answers, warnings)


def _differences(tried: Sequence[_Tried], differing: Differing | None, empty_texts: str) -> ExportError:
    told = "" if differing is None else f" {differing.told}"
    mend = "use another estimator for the step that differs, and please report the model"
    if differing is not None and differing.share > _MOST:
        hint = f"That is no rounding: most rows are wrong. Look at the values of the row above; {mend}."
    else:
        hint = (
            "Export with `allow_differences=True` (`--allow-differences`) if that is good enough, or give more room "
            f"with `tolerance`; else fit the model on float32 rows, or {mend}."
        )
    message = f"The artifact does not give the answers of the original model. {_summary(tried)}{told}{empty_texts}"
    return ExportError("DIFFERENCES", message, hint)


def _empty_texts(sample: Sample) -> str:
    """The column in which a missing text and the empty text are two things to the original, and one to an artifact."""
    for each in sample.features:
        if each.kind == "string" and "" in each.texts and None in each.texts:
            return (
                f" Column {each.name!r} holds both empty and missing texts, which an artifact cannot tell apart: "
                "replace the empty ones before fitting."
            )
    return ""


def _about_the_sample(original: Original, sample: Sample) -> Answers:
    try:
        return original.answers(sample.table)
    except ExportError:
        raise
    # Whatever a step says of rows that it does not take.
    except Exception as cause:  # noqa: BLE001
        reason = str(cause).strip().split("\n")[0].rstrip(".")
        raise ExportError(
            "SAMPLE_INVALID",
            f"The model itself does not take the sample: {reason}.",
            "Give rows with the columns and types of the training data, before any step of the pipeline.",
        ) from cause


def _about_split_points(
    original: Original, sample: Sample
) -> tuple[Nudged | None, Answers | None, tuple[str, ...]]:
    try:
        nudged = nudged_rows(original, sample)
        return nudged, None if nudged is None else original.answers(nudged.table), ()
    except Exception as cause:  # noqa: BLE001
        told = f"Split points were not compared: the model does not take all values between those of the sample ({cause})."
        return None, None, (told,)


def _agreement(
    original: Original,
    sample: Sample,
    artifact: Artifact,
    answers: Answers,
    nudged: Nudged | None,
    nudged_answers: Answers | None,
    tolerance: float,
    decision: tuple[int, float] | None,
) -> dict[str, Agreement]:
    given = artifact.answers(sample.features, sample_columns(sample))
    found = {"sample": compare(answers, given, tolerance, decision)}
    if nudged is not None and nudged_answers is not None:
        beside = artifact.answers(sample.features, nudged.columns)
        found["at split points"] = compare(nudged_answers, beside, tolerance, decision)
    return found


def _summary(tried: Sequence[_Tried]) -> str:
    return " ".join(f"{each.form}: {each.problem}." for each in _distinct([one.attempt for one in tried]))


def _distinct(attempts: Sequence[Attempt]) -> list[Attempt]:
    """One attempt for each precision: versions of an operator set differ in nothing that people choose."""
    found: dict[str, Attempt] = {}
    for attempt in attempts:
        found.setdefault(attempt.form, attempt)
    return list(found.values())


def _not_convertible(original: Original, failed: Sequence[tuple[str, Exception]]) -> ExportError:
    form, cause = failed[0] if failed else ("", RuntimeError("no form fits"))
    name = type(cause).__name__
    if name in ("MissingShapeCalculator", "MissingConverter"):
        return no_converter(original.model, cause)
    reason = str(cause).strip().splitlines()[0] if str(cause).strip() else name
    return ExportError(
        "NO_CONVERTER",
        f"{type(original.model).__name__} cannot be written as ONNX ({form}): {reason}",
        "Exchange the step that is named for one of scikit-learn's usual estimators; docs/guides/export.md lists them.",
    )


def no_converter(model: Any, cause: Exception | None = None) -> ExportError:
    told = re.search(r"<class '([^']+)'>", str(cause))
    named = told[1].split(".")[-1] if told else type(model).__name__
    return ExportError(
        "NO_CONVERTER",
        f"There is no converter for {named}.",
        "Exchange it for an estimator that has one; docs/guides/export.md lists them.",
    )
