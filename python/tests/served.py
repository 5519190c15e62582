"""The artifact of a folder, run by ONNX Runtime with nothing of the package in between."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime


class Served:
    """An exported folder: its artifact, and its other files as values."""

    def __init__(self, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.model = onnx.load(str(folder / "model.onnx"))
        self._session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)
        self.golden: dict[str, Any] = json.loads((folder / "golden.json").read_text())
        self.reference: dict[str, Any] = json.loads((folder / "reference.json").read_text())
        self.launch = (folder / "launch.yaml").read_text()

    @property
    def inputs(self) -> dict[str, str]:
        """Element types by input."""
        return {each.name: str(each.type) for each in self._session.get_inputs()}

    def run(self, table: Any) -> dict[str, Any]:
        """Outputs by name; ``table`` is a DataFrame or a matrix."""
        given = self._session.get_inputs()
        if len(given) == 1 and given[0].shape[1] != 1:
            matrix = np.asarray(table)
            feed = {given[0].name: matrix.astype(_TYPES[given[0].type])}
        elif len(given) == 1 and not hasattr(table, "columns"):
            feed = {given[0].name: np.asarray(table).astype(_TYPES[given[0].type])}
        else:
            feed = {each.name: _column(table[each.name], str(each.type)) for each in given}
        outputs = self._session.run(None, feed)
        return {output.name: values for output, values in zip(self._session.get_outputs(), outputs)}


_TYPES: dict[str, Any] = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(int64)": np.int64, "tensor(string)": object}


def _column(series: Any, kind: str) -> Any:
    if kind == "tensor(string)":
        texts = ["" if value is None or value != value else str(value) for value in series.tolist()]
        return np.array(texts, dtype=object).reshape(-1, 1)
    return series.to_numpy(dtype="float64", na_value=np.nan).astype(_TYPES[kind]).reshape(-1, 1)
