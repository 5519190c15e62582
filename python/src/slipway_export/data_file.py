"""A sample from a CSV or Parquet file, with the types that the model was fitted on where it remembers them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .errors import ExportError
from .original import fitted_columns


def read_data(path: Path, model: Any, beside: list[str]) -> Any:
    """A DataFrame with the model's columns and those of ``beside``; other columns of the file are left out.

    Raises INPUT_NOT_FOUND, INPUT_INVALID, DEPENDENCY_MISSING.
    """
    try:
        import pandas
    except ImportError as cause:
        raise ExportError(
            "DEPENDENCY_MISSING", "Reading a file needs pandas.", "Install it: `pip install pandas`."
        ) from cause
    if not path.is_file():
        raise ExportError("INPUT_NOT_FOUND", f"There is no file {path}.", "Give a CSV or Parquet file with --data.")
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            frame = pandas.read_parquet(path)
        else:
            # Only nothing is missing: a text such as NA or None is a category like any other.
            frame = pandas.read_csv(path, keep_default_na=False, na_values=[""], float_precision="round_trip")
    except ImportError as cause:
        raise ExportError(
            "DEPENDENCY_MISSING", f"Parquet cannot be read: {cause}.", "Install pyarrow, or give a CSV file."
        ) from cause
    except Exception as cause:  # noqa: BLE001
        raise ExportError(
            "INPUT_INVALID", f"{path.name} cannot be read: {cause}.", "Give a CSV file with a header, or a Parquet file."
        ) from cause
    return _fitted_part(frame, model, beside)


def _fitted_part(frame: Any, model: Any, beside: list[str]) -> Any:
    names, width = fitted_columns(model)
    if names is None:
        features = [name for name in frame.columns if name not in beside]
        # Columns without names are taken by their position.
        return frame if width is None else frame[[*features[:width], *[name for name in beside if name in frame]]]
    wanted = [name for name in frame.columns if name in names or name in beside]
    return frame[wanted] if set(names) <= set(wanted) else frame
