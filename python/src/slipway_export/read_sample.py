"""From what a caller hands over to a :class:`Sample` of exactly the columns that the model was fitted on."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .errors import ExportError
from .sample import Feature, Sample, check_names, read_features


def read_sample(
    given: Any,
    *,
    fitted_names: Sequence[str] | None,
    fitted_width: int | None,
    used: frozenset[str] | None,
    beside: Sequence[str],
    categorical: frozenset[int] = frozenset(),
) -> Sample:
    """Reads a DataFrame of pandas or polars, a matrix, or a list of rows.

    ``fitted_names`` are the columns that the model was fitted on, where it knows them, ``used`` those that it looks at,
    and ``categorical`` the positions of those that it takes for categories. Raises SAMPLE_EMPTY, SAMPLE_MISMATCH, SAMPLE_INVALID, NAME_INVALID.
    """
    sample = _read(given, fitted_names, fitted_width, used, beside)
    features = [
        replace(each, kind="integer") if at in categorical and _is_whole(each) else each
        for at, each in enumerate(sample.features)
    ]
    return replace(sample, features=tuple(features))


def _is_whole(feature: Feature) -> bool:
    return feature.kind == "number" and bool(np.all(np.isnan(feature.numbers) | (feature.numbers % 1 == 0)))


def _read(
    given: Any,
    fitted_names: Sequence[str] | None,
    fitted_width: int | None,
    used: frozenset[str] | None,
    beside: Sequence[str],
) -> Sample:
    table = _from_polars(given) if type(given).__module__.split(".")[0] == "polars" else given
    if _is_frame(table):
        return _read_frame(table, fitted_names, fitted_width, used, beside)
    if beside:
        raise _mismatch(
            f"The sample has no column {beside[0]!r}.", "Give a DataFrame that has the unit and context columns."
        )
    return _read_matrix(table, fitted_names, fitted_width)


def _is_frame(table: Any) -> bool:
    return hasattr(table, "columns") and hasattr(table, "iloc")


def _from_polars(given: Any) -> Any:
    import pandas

    return pandas.DataFrame(given.to_dict(as_series=False))


def _read_frame(
    frame: Any,
    fitted_names: Sequence[str] | None,
    fitted_width: int | None,
    used: frozenset[str] | None,
    beside: Sequence[str],
) -> Sample:
    columns = list(frame.columns)
    twice = next((name for at, name in enumerate(columns) if name in columns[:at]), None)
    if twice is not None:
        raise ExportError("NAME_INVALID", f"The sample has the column {twice!r} twice.", "Rename one of the two.")
    absent = next((name for name in beside if name not in columns), None)
    if absent is not None:
        raise _mismatch(f"The sample has no column {absent!r}.", "`unit` and `context` name columns of the sample.")
    spoken_for = [name for name in columns if name not in beside]
    names = _as_given(fitted_names, spoken_for) if fitted_names is not None else spoken_for
    _compare_names(names, spoken_for)
    _compare_width(len(names), fitted_width)
    if not names or len(frame) == 0:
        raise _empty()
    table = frame[names].reset_index(drop=True)
    labels = [name if isinstance(name, str) else f"x{name}" for name in names]
    if labels != names:
        # A model that was fitted on columns without names never looks at them.
        table = table.set_axis(labels, axis=1)
    check_names([name for name in labels if used is None or name in used])
    return Sample(
        table=table,
        features=tuple(read_features(table, labels, used, is_frame=True)),
        beside={name: tuple(frame[name]) for name in beside},
        is_frame=True,
    )


def _read_matrix(given: Any, fitted_names: Sequence[str] | None, fitted_width: int | None) -> Sample:
    if hasattr(given, "toarray"):
        given = given.toarray()
    try:
        matrix = np.asarray(given)
    except ValueError as cause:
        raise ExportError(
            "SAMPLE_INVALID", f"The sample is no table: {cause}.", "Give a DataFrame, or a matrix of rows and columns."
        ) from cause
    if matrix.ndim != 2:
        raise ExportError(
            "SAMPLE_INVALID",
            f"The sample has {matrix.ndim} dimension(s), not rows and columns.",
            "Give a DataFrame, or a matrix: `X.reshape(-1, 1)` for a single column.",
        )
    if matrix.shape[0] == 0 or matrix.shape[1] == 0:
        raise _empty()
    _compare_width(matrix.shape[1], len(fitted_names) if fitted_names is not None else fitted_width)
    if fitted_names is not None:
        import pandas

        # The model asks for columns by name.
        frame = pandas.DataFrame(matrix, columns=list(fitted_names)).infer_objects()
        return _read_frame(frame, fitted_names, fitted_width, None, ())
    names = [f"x{at}" for at in range(matrix.shape[1])]
    if matrix.dtype.kind == "f" and matrix.dtype != np.float64:
        matrix = matrix.astype(np.float64)
    features = tuple(read_features(matrix, names, None, is_frame=False))
    return Sample(table=matrix, features=features, beside={}, is_frame=False)


def _as_given(fitted: Sequence[str], given: Sequence[Any]) -> list[Any]:
    """The fitted names as the sample has them: LightGBM keeps `fare paid` as `fare_paid`."""
    underlined = {re.sub(r"\s", "_", str(name)): name for name in given}
    return [name if name in given else underlined.get(name, name) for name in fitted]


def _compare_names(wanted: Sequence[Any], given: Sequence[Any]) -> None:
    absent = [name for name in wanted if name not in given]
    unknown = [name for name in given if name not in wanted]
    if absent:
        near = difflib.get_close_matches(str(absent[0]), [str(name) for name in unknown], n=1)
        meant = f"Did you mean {near[0]!r}? " if near else ""
        listed = ", ".join(repr(name) for name in absent[:5])
        raise _mismatch(
            f"The sample lacks {listed}, which the model was fitted on.",
            f"{meant}Add it to the sample, or take rows of the table that `fit` was given, before any step of the pipeline; "
            "`feature_names_in_` of the model lists its columns.",
        )
    if unknown:
        raise _mismatch(
            f"The model was not fitted on the column {unknown[0]!r}.",
            f"Leave it out (`X_sample.drop(columns=[{unknown[0]!r}])`), or name it in `context` (or as `unit`) so that it "
            "travels with a record.",
        )


def _compare_width(given: int, wanted: int | None) -> None:
    if wanted is not None and given != wanted:
        what = "leave out what is no feature, such as the label" if given > wanted else "one or more are missing"
        raise _mismatch(
            f"The sample has {given} columns, the model was fitted on {wanted}.",
            f"Give the {wanted} columns that `fit` was given, in their order: {what}.",
        )


def _mismatch(message: str, hint: str) -> ExportError:
    return ExportError("SAMPLE_MISMATCH", message, hint)


def _empty() -> ExportError:
    return ExportError(
        "SAMPLE_EMPTY",
        "The sample has no rows, or no columns.",
        "Give 500 rows or more of the training data, best of rows that the model did not learn from.",
    )
