"""Fits, converts, asks the library and ONNX Runtime the same rows, and writes both answers down."""

import json
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import onnx
import onnxruntime
import pandas as pd
import skl2onnx.common._container as container
import sklearn
import xgboost
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType
from sklearn.base import is_classifier

from case import Case, predictions, probabilities
from pick_rows import pick_rows

folder = Path(__file__).parent / "models"


make_node = container.make_node


def make_node_of_plain_numbers(*words: Any, **attributes: Any) -> onnx.NodeProto:
    """HistGradientBoosting's converter gives node ids as numpy's uint32 and flags as bool, which onnx 1.23 refuses."""
    return make_node(*words, **{name: plain_numbers(value) for name, value in attributes.items()})


def plain_numbers(value: Any) -> Any:
    odd = (bool, np.bool_, np.uint32)
    return [int(item) if isinstance(item, odd) else item for item in value] if isinstance(value, list) else value


container.make_node = make_node_of_plain_numbers


def write_model(case: Case) -> str:
    """Writes NAME.onnx and NAME.json; answers with a line about it."""
    x = case.data.features if case.columns else case.data.matrix()
    model = case.estimator.fit(x, case.data.target)
    artifact = convert(case, model)
    rows = pick_rows(case, artifact)
    answers = case.answers or (probabilities if is_classifier(model) else predictions)
    library = answers(model, rows if case.columns else rows.to_numpy(np.float64))
    outputs = [
        {"name": name, "type": kind, "library": table(expected), "runtime": table(actual)}
        for (name, kind, actual), expected in zip(run(case, artifact, rows), library, strict=True)
    ]
    differing = differing_rows(case, outputs)
    if differing and not case.difference:
        raise ValueError(f"rows {differing} differ by {worst(outputs)}, and nobody said why")
    stored = {
        "title": case.title,
        "group": case.group,
        "library": library_of(model),
        "data": case.data.name,
        "tolerance": case.tolerance,
        "converter_difference": {"rows": differing, "cause": case.difference} if differing else None,
        "inputs": [{"name": name, "columns": width} for name, width in inputs_of(case)],
        "outputs": outputs,
        "rows": [[plain(value) for value in row] for row in rows.itertuples(index=False)],
    }
    data = artifact.SerializeToString()
    (folder / f"{case.name}.onnx").write_bytes(data)
    (folder / f"{case.name}.json").write_text(to_json(stored), encoding="utf-8")
    return f"{case.name}: {len(data)} bytes, {len(rows)} rows, {len(differing)} differ, {worst(outputs)}"


def convert(case: Case, model: Any) -> onnx.ModelProto:
    options = dict(case.options)
    if case.zipmap is not True:
        options[id(model)] = {"zipmap": case.zipmap}
    artifact = convert_sklearn(
        model,
        name=case.name,
        initial_types=input_types(case),
        target_opset={"": case.opset, "ai.onnx.ml": 3},
        options=options,
    )
    onnx.checker.check_model(artifact)
    return artifact


def input_types(case: Case) -> list[tuple[str, Any]]:
    number = DoubleTensorType if case.float64 else FloatTensorType
    if not case.columns:
        return [("X", number([None, case.data.features.shape[1]]))]
    return [(name, column_type(column, number)([None, 1])) for name, column in case.data.features.items()]


def column_type(column: pd.Series, number: Any) -> Any:
    if pd.api.types.is_float_dtype(column):
        return number
    return Int64TensorType if pd.api.types.is_integer_dtype(column) else StringTensorType


def inputs_of(case: Case) -> list[tuple[str, int]]:
    return [(name, kind.shape[1]) for name, kind in input_types(case)]


def run(case: Case, artifact: onnx.ModelProto, rows: pd.DataFrame) -> list[tuple[str, str, np.ndarray]]:
    """Name, type and values of each output, from ONNX Runtime with one thread and all rows at once."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(artifact.SerializeToString(), options, providers=["CPUExecutionProvider"])
    number = np.float64 if case.float64 else np.float32
    if case.columns:
        feeds = {name: column_feed(column, number) for name, column in rows.items()}
    else:
        feeds = {"X": rows.to_numpy(number)}
    names = [output.name for output in session.get_outputs() if not case.outputs or output.name in case.outputs]
    return [(name, *tensor(answer)) for name, answer in zip(names, session.run(names, feeds), strict=True)]


def column_feed(column: pd.Series, number: Any) -> np.ndarray:
    kind = number if pd.api.types.is_float_dtype(column) else column.dtype
    return column.to_numpy(kind).reshape(-1, 1)


def tensor(answer: Any) -> tuple[str, np.ndarray]:
    """A list of maps (ZipMap) as a table, one column a class in the order of the classes."""
    if isinstance(answer, list):
        values = np.array([[entry[key] for key in entry] for entry in answer], dtype=np.float32)
        return "float32", values
    values = np.asarray(answer)
    return "string" if values.dtype.kind in "OUS" else str(values.dtype), values


def table(values: np.ndarray) -> list[list[Any]]:
    return [[plain(value) for value in np.atleast_1d(row).ravel()] for row in values]


def plain(value: Any) -> Any:
    """JSON of a value: null for NaN, and a float32 as the shortest number that rounds to it."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (np.integer, int)):
        return int(value)
    number = float(str(value)) if isinstance(value, np.float32) else float(value)
    return None if np.isnan(number) else number


def differing_rows(case: Case, outputs: list[dict[str, Any]]) -> list[int]:
    def too_far(expected: Any, actual: Any) -> bool:
        return distance(expected, actual) > case.tolerance

    return sorted(
        {
            row
            for output in outputs
            for row, (expected, actual) in enumerate(zip(output["library"], output["runtime"], strict=True))
            if len(expected) != len(actual) or any(map(too_far, expected, actual))
        }
    )


def distance(expected: Any, actual: Any) -> float:
    """Relative above 1. Labels that differ, which are text or whole numbers, are infinitely far apart."""
    if not (isinstance(expected, float) and isinstance(actual, float)):
        return 0.0 if expected == actual else float("inf")
    return abs(expected - actual) / max(1.0, abs(expected))


def worst(outputs: list[dict[str, Any]]) -> list[float]:
    """The largest distance from the library, by output."""
    return [
        max(
            distance(*pair)
            for rows in zip(output["library"], output["runtime"], strict=True)
            for pair in zip(*rows, strict=True)
        )
        for output in outputs
    ]


def library_of(model: Any) -> str:
    steps = [step for _, step in getattr(model, "steps", [])] or [model]
    for module, name in [(lightgbm, "LightGBM"), (xgboost, "XGBoost")]:
        if any(type(step).__module__.startswith(module.__name__) for step in steps):
            return f"{name} {module.__version__}"
    return f"scikit-learn {sklearn.__version__}"


def to_json(stored: dict[str, Any]) -> str:
    """One row a line, so that a change of the models shows what changed."""
    fields = {name: json.dumps(value, ensure_ascii=False) for name, value in stored.items()}
    fields["rows"] = lines(stored["rows"])
    fields["outputs"] = f"[{','.join(output_json(output) for output in stored['outputs'])}]"
    return "{\n" + ",\n".join(f"{json.dumps(name)}: {text}" for name, text in fields.items()) + "\n}\n"


def output_json(output: dict[str, Any]) -> str:
    name, kind = json.dumps(output["name"]), json.dumps(output["type"])
    library, runtime = lines(output["library"]), lines(output["runtime"])
    return f'{{"name": {name}, "type": {kind},\n"library": {library},\n"runtime": {runtime}}}'


def lines(rows: list[list[Any]]) -> str:
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows) + "\n]"
