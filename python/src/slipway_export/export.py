"""From a fitted model and a sample of its rows to a folder that Slipway serves."""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from . import launch as files
from .agreement import TOLERANCE
from .errors import ExportError
from .launch import Words, why_of
from .report import TO_REVIEW, ExportReport


def export(
    model: Any,
    X_sample: Any,  # noqa: N803
    *,
    out: str | Path,
    owner: str | Mapping[str, str] | None = None,
    contact: str | None = None,
    name: str | None = None,
    version: str = "0.1.0",
    pattern: str = "online",
    why: str | None = None,
    y_sample: Any = None,
    unit: str | None = None,
    context: Sequence[str] = (),
    threshold: float | None = None,
    positive: Any = None,
    score: str | None = None,
    decision: str = "decision",
    label: str = "label",
    targets: Sequence[str] | None = None,
    units: Mapping[str, str] | None = None,
    precision: str | None = None,
    tolerance: float = TOLERANCE,
    allow_differences: bool = False,
    overwrite: bool = False,
) -> ExportReport:
    """Writes ``model.onnx``, ``launch.yaml``, ``reference.json`` and ``golden.json`` into the folder ``out``.

    ``model`` is a fitted estimator or pipeline of scikit-learn, XGBoost or LightGBM, or a booster of the latter two;
    ``X_sample`` 500 rows or more as the model takes them, best of rows that it did not learn from. The contract is
    inferred from the sample, the golden rows hold the original model's own answers, and the artifact is compared with
    the original on the sample and on rows at the model's split points before anything is written.

    ``owner`` is the team (or a mapping with ``team``, ``contact``, ``runbook``), ``contact`` how to reach it, ``name``
    and ``version`` those of the model, ``pattern`` and ``why`` the deployment pattern and its reason. ``unit`` and
    ``context`` name columns of the sample that travel with a record and never reach the model. ``threshold``
    decides on the score of the class ``positive`` (by default the second of two, at 0.5). ``score``, ``decision``,
    ``label`` and ``targets`` name the fields of the answer, ``units`` says what the numbers of a feature count. With
    ``y_sample`` the rows are also written to ``holdout.csv`` for evaluation.

    Raises :class:`ExportError`; its ``code`` says what is wrong and its ``hint`` what to do instead.
    """
    demand_packages()
    from threadpoolctl import threadpool_limits

    from .export_folder import ExportTask, export_folder
    from .outputs import OutputWords

    folder = Path(out)
    _refuse_existing(folder, overwrite, y_sample is not None)
    words = Words(_model_name(name, folder), _version(version), _owner(owner, contact), _pattern(pattern), why_of(pattern, why))
    if precision not in (None, "float32", "float64"):
        raise _usage(f"The precision {precision!r} is none.", "Give float32 or float64, or leave it out.")
    if threshold is not None and not math.isfinite(threshold):
        raise _usage(f"The threshold {threshold!r} is no finite number.", "Give a number such as 0.5.")
    if not tolerance > 0:
        raise _usage(f"The tolerance {tolerance!r} is not above zero.", "Give a number such as 1e-5.")
    task = ExportTask(
        model=model,
        sample=X_sample,
        labels=y_sample,
        words=words,
        outputs=OutputWords(score, decision, label, threshold, positive, targets),
        unit=unit,
        context=tuple(context),
        units=dict(units or {}),
        precision=precision,
        tolerance=tolerance,
        allow_differences=allow_differences,
    )
    # Small batches are scored many times over: threads would cost more than they save.
    with threadpool_limits(limits=1):
        made = export_folder(task)
    _write(folder, made.files)
    return ExportReport(
        out=folder,
        model=words.model,
        version=words.version,
        files=tuple(made.files),
        precision=made.precision,
        agreement=made.agreement,
        tolerance=tolerance,
        attempts=made.attempts,
        warnings=made.warnings,
        to_review=TO_REVIEW,
        notes=made.notes,
    )


def demand_packages() -> None:
    """Raises DEPENDENCY_MISSING for a package that is not installed."""
    for package in ("sklearn", "onnx", "onnxruntime", "skl2onnx", "threadpoolctl"):
        try:
            importlib.import_module(package)
        except ImportError as cause:
            raise ExportError(
                "DEPENDENCY_MISSING",
                f"The package {package!r} cannot be imported: {cause}.",
                "Install slipway-export with its dependencies: `pip install ./python`.",
            ) from cause


def _refuse_existing(folder: Path, overwrite: bool, has_labels: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise ExportError("OUTPUT_NOT_WRITABLE", f"{folder} is a file, not a folder.", "Choose another `out`.")
    names = [files.ARTIFACT, files.REFERENCE, files.GOLDEN, files.LAUNCH, *([files.HOLDOUT] if has_labels else [])]
    there = [name for name in names if (folder / name).exists()]
    if there and not overwrite:
        raise ExportError(
            "FILE_EXISTS",
            f"{folder} has {', '.join(there)} already.",
            "Choose another `out`, or replace the files with `overwrite=True` (`--overwrite`).",
        )


def _write(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Writes all files beside their places first, so that a full disk leaves what was there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            (folder / f".{name}.new").write_bytes(content)
        for name in contents:
            (folder / f".{name}.new").replace(folder / name)
    except OSError as cause:
        for name in contents:
            (folder / f".{name}.new").unlink(missing_ok=True)
        raise ExportError(
            "OUTPUT_NOT_WRITABLE", f"The files cannot be written: {cause}.", "Choose a folder that can be written to."
        ) from cause


def _model_name(given: str | None, folder: Path) -> str:
    if given is not None:
        if not re.fullmatch(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?", given) or len(given) > 64:
            raise ExportError(
                "NAME_INVALID",
                f"A model cannot be called {given!r}.",
                "Use at most 64 lower-case letters and digits, with - _ . between them.",
            )
        return given
    derived = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")[:64].strip("-")
    return derived or "model"


def _version(version: str) -> str:
    number = r"(0|[1-9][0-9]{0,8})"
    part = r"(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
    pattern = rf"{number}\.{number}\.{number}(-{part}(\.{part})*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?"
    if not re.fullmatch(pattern, version) or len(version) > 64:
        raise _usage(f"{version!r} is no version.", "Give three numbers such as 1.0.0.")
    return version


def _owner(owner: str | Mapping[str, str] | None, contact: str | None) -> dict[str, str]:
    told = dict(owner) if isinstance(owner, Mapping) else ({} if owner is None else {"team": owner})
    if contact is not None:
        told["contact"] = contact
    unknown = set(told) - {"team", "contact", "runbook"}
    if unknown:
        raise _usage(f"An owner has no {sorted(unknown)[0]!r}.", "It has `team`, `contact` and `runbook`.")
    blank = [key for key, value in told.items() if not str(value).strip()]
    if blank:
        raise _usage(f"The owner's {blank[0]} is blank.", "Say who answers for the model, or leave it out.")
    # The placeholders are what `slipway check` asks to be replaced.
    return {"team": files.PLACEHOLDER_TEAM, "contact": files.PLACEHOLDER_CONTACT, **told}


def _pattern(pattern: str) -> str:
    if pattern not in files.PATTERNS:
        raise _usage(f"{pattern!r} is no deployment pattern.", f"Choose one of {', '.join(files.PATTERNS)}.")
    return pattern


def _usage(message: str, hint: str) -> ExportError:
    return ExportError("USAGE", message, hint)
