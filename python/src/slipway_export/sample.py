"""The sample of rows that a contract is inferred from, whatever it was given as."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .errors import ExportError

Kind = Literal["number", "integer", "boolean", "string"]
Floats = npt.NDArray[np.float64]

#: Names that a feature of a launch file may have.
_NAME = re.compile(r"(?!records$|__proto__$)[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?")
_NAME_LENGTH_MAX = 128
_SAFE_INTEGER = 2**53 - 1


@dataclass(frozen=True)
class Feature:
    """One column of the sample. ``numbers`` of a string are empty, ``texts`` of all others."""

    name: str
    kind: Kind
    numbers: Floats
    #: ``None`` where the value is missing.
    texts: tuple[str | None, ...]
    #: What a column of pandas' type ``category`` may hold, texts or numbers; ``None`` of every other column.
    categories: tuple[Any, ...] | None = None

    @property
    def missing(self) -> npt.NDArray[np.bool_]:
        if self.kind == "string":
            return np.array([text is None for text in self.texts], dtype=np.bool_)
        return np.isnan(self.numbers)

    def value(self, row: int) -> float | int | bool | str | None:
        """The value as a record of JSON has it."""
        if self.kind == "string":
            return self.texts[row]
        number = float(self.numbers[row])
        if np.isnan(number):
            return None
        if self.kind == "boolean":
            return bool(number)
        return int(number) if self.kind == "integer" else number


@dataclass(frozen=True)
class Sample:
    """Rows as the model takes them (``table``), and the same rows as features."""

    #: A DataFrame with the columns that the model was fitted on, or a matrix.
    table: Any
    features: tuple[Feature, ...]
    #: Columns that travel with a record and never reach the model: the unit and the context.
    beside: Mapping[str, tuple[Any, ...]]
    is_frame: bool

    @property
    def rows(self) -> int:
        return int(self.table.shape[0])

    def take(self, rows: Sequence[int]) -> Any:
        return self.table.iloc[list(rows)].reset_index(drop=True) if self.is_frame else self.table[list(rows)]

    def changed(self, rows: Sequence[int], values: Mapping[str, Sequence[Any]]) -> Any:
        """Copies of ``rows`` in which the named features have other values."""
        table = self.take(rows)
        if not self.is_frame:
            table = np.array(table, dtype=np.float64 if table.dtype.kind == "f" else table.dtype)
            for name, column in values.items():
                table[:, self._position(name)] = np.asarray(column)
            return table
        replaced = {name: self._column(name, column, table) for name, column in values.items()}
        return table.assign(**replaced)[list(table.columns)]

    def _position(self, name: str) -> int:
        return next(at for at, feature in enumerate(self.features) if feature.name == name)

    def _column(self, name: str, column: Sequence[Any], table: Any) -> Any:
        import pandas

        dtype = table[name].dtype
        # A float32 column would round the values that are to be told apart.
        is_float = getattr(dtype, "kind", "") == "f"
        return pandas.Series(list(column), dtype="float64" if is_float else dtype)


def read_features(table: Any, names: Sequence[str], used: frozenset[str] | None, is_frame: bool) -> Iterator[Feature]:
    """Features of the columns that the model uses; ``used`` is ``None`` where it uses all."""
    for at, name in enumerate(names):
        if used is None or name in used:
            yield _frame_feature(name, table[name]) if is_frame else _matrix_feature(name, table, at)


def check_names(names: Sequence[str]) -> None:
    """Raises NAME_INVALID for a name that a launch file refuses, and for two that differ by case alone."""
    seen: dict[str, str] = {}
    for name in names:
        if not _NAME.fullmatch(name) or len(name) > _NAME_LENGTH_MAX:
            raise ExportError(
                "NAME_INVALID",
                f"A feature cannot be called {name!r}.",
                "Names have 1 to 128 printable characters without blanks at their ends, and are not `records`: rename "
                "the column and fit the model again.",
            )
        earlier = seen.setdefault(name.lower(), name)
        if earlier is not name:
            what = "twice" if earlier == name else f"and {earlier!r}, which differs by case alone"
            raise ExportError(
                "NAME_INVALID",
                f"There is a column {name!r} {what}.",
                "Tables don't tell such names apart: rename one of the columns and fit the model again.",
            )


def _matrix_feature(name: str, table: npt.NDArray[Any], at: int) -> Feature:
    values = table[:, at]
    if table.dtype.kind in "OUS":
        return _text_or_number(name, list(values))
    kind: Kind = {"b": "boolean", "i": "integer", "u": "integer"}.get(table.dtype.kind, "number")  # type: ignore[assignment]
    return _numeric(name, kind, values.astype(np.float64))


def _frame_feature(name: str, column: Any) -> Feature:
    import pandas

    dtype = column.dtype
    types = pandas.api.types
    if isinstance(dtype, pandas.CategoricalDtype):
        return _category_feature(name, column)
    if types.is_bool_dtype(dtype):
        return _numeric(name, "boolean", column.to_numpy(dtype="float64", na_value=np.nan))
    if types.is_integer_dtype(dtype):
        return _numeric(name, "integer", column.to_numpy(dtype="float64", na_value=np.nan))
    if types.is_float_dtype(dtype):
        return _numeric(name, "number", column.to_numpy(dtype="float64", na_value=np.nan))
    if types.is_object_dtype(dtype) or types.is_string_dtype(dtype):
        return _text_or_number(name, [None if _is_missing(value) else value for value in column])
    raise _unusable(name, str(dtype))


def _category_feature(name: str, column: Any) -> Feature:
    values = [None if _is_missing(value) else value for value in column]
    categories = list(column.cat.categories)
    if all(isinstance(category, str) for category in categories):
        return Feature(name, "string", np.empty(0), tuple(values), tuple(categories))
    return replace(_text_or_number(name, values), categories=tuple(categories))


def _text_or_number(name: str, values: list[Any]) -> Feature:
    present = [value for value in values if not _is_missing(value)]
    if all(isinstance(value, (str, np.str_)) for value in present):
        texts = tuple(None if _is_missing(value) else str(value) for value in values)
        return Feature(name, "string", np.empty(0), texts)
    numbers = [np.nan if _is_missing(value) else value for value in values]
    if all(isinstance(value, (bool, np.bool_)) for value in present):
        return _numeric(name, "boolean", np.array(numbers, dtype=np.float64))
    if all(isinstance(value, (int, np.integer)) for value in present):
        return _numeric(name, "integer", np.array(numbers, dtype=np.float64))
    if all(isinstance(value, (int, float, np.number)) for value in present):
        return _numeric(name, "number", np.array(numbers, dtype=np.float64))
    kinds = sorted({type(value).__name__ for value in present})
    raise _unusable(name, " and ".join(kinds))


def _numeric(name: str, kind: Kind, values: Floats) -> Feature:
    if np.isinf(values).any():
        raise ExportError(
            "SAMPLE_INVALID",
            f"The column {name!r} holds an infinite number.",
            "No contract lets infinity in: replace it, by NaN where it stands for a missing value.",
        )
    if kind == "integer" and np.any(np.abs(values) > _SAFE_INTEGER):
        raise ExportError(
            "SAMPLE_INVALID",
            f"The column {name!r} holds an integer beyond 2^53.",
            "JSON and float64 cannot tell it from its neighbours: give the model a text or a smaller number.",
        )
    return Feature(name, kind, values, ())


def _unusable(name: str, what: str) -> ExportError:
    return ExportError(
        "SAMPLE_INVALID",
        f"The column {name!r} holds {what}, which a record of JSON cannot carry to a model.",
        "Features are numbers, booleans and texts: turn dates into numbers before the pipeline.",
    )


def _is_missing(value: Any) -> bool:
    # pandas.NA has no truth value, so its type is looked at first.
    return value is None or type(value).__name__ in ("NAType", "NaTType") or bool(value != value)
