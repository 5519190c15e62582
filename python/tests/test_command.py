"""The command: one line of JSON on standard output, whatever happens."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from slipway_export.cli import main


@pytest.fixture
def saved(people: Any, outcome: Any, tmp_path: Path) -> Path:
    encode = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["sex", "port"]), remainder="drop"
    )
    model = make_pipeline(encode, LogisticRegression()).fit(people[["sex", "port"]], outcome)
    joblib.dump(model, tmp_path / "model.joblib")
    people.assign(saved=outcome, id=range(len(people))).to_csv(tmp_path / "sample.csv", index=False)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], code: int, *words: str | Path) -> Any:
    assert main([str(word) for word in words]) == code
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    return json.loads(lines[0])


def test_it_exports_a_saved_model(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = told(
        capsys, 0, saved / "model.joblib", "--data", saved / "sample.csv", "--out", saved / "out", "--unit", "id",
        "--context", "age,siblings", "--label-column", "saved", "--owner", "Growth", "--contact", "a@example.org",
        "--name", "rescue", "--version", "2.0.0", "--threshold", "0.4", "--pattern", "batch",
    )  # fmt: skip
    assert report["files"] == ["model.onnx", "reference.json", "golden.json", "holdout.csv", "launch.yaml"]
    assert report["agrees"] is True and report["agreement"]["sample"]["rows"] == 240
    launch = (saved / "out" / "launch.yaml").read_text()
    assert "model: rescue" in launch and "unit: id" in launch and "at: 0.4" in launch
    # NA is a text like any other; only nothing is missing.
    assert "context: [age, siblings]" in launch


def test_it_runs_as_a_module(saved: Path) -> None:
    command = [sys.executable, "-m", "slipway_export", "model.joblib", "--data", "sample.csv", "--out", "out"]
    ended = subprocess.run(command, cwd=saved, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout.splitlines()[-1])["files"][-1] == "launch.yaml"
    assert "to review" in ended.stderr


def test_a_model_in_a_dict_is_named_by_its_key(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    joblib.dump({"best": joblib.load(saved / "model.joblib")}, saved / "dict.joblib")
    words: list[str | Path] = [saved / "dict.joblib", "--data", saved / "sample.csv", "--out", saved / "out"]
    assert told(capsys, 1, *words)["error"]["code"] == "NOT_A_MODEL"
    assert told(capsys, 0, *words, "--key", "best")["agrees"] is True
    assert told(capsys, 1, *words, "--key", "worst")["error"]["code"] == "USAGE"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["none.joblib", "--data", "sample.csv", "--out", "out"], "INPUT_NOT_FOUND", "none.joblib"),
        (["model.joblib", "--data", "none.csv", "--out", "out"], "INPUT_NOT_FOUND", "none.csv"),
        (["sample.csv", "--data", "sample.csv", "--out", "out"], "MODEL_UNREADABLE", "sample.csv cannot be loaded"),
        (["gone.pkl", "--data", "sample.csv", "--out", "out"], "MODEL_UNREADABLE", "'module_of_yours'"),
        (["moved.pkl", "--data", "sample.csv", "--out", "out"], "MODEL_UNREADABLE", "GoneEstimator"),
        (["model.joblib", "--data", "empty.csv", "--out", "out"], "INPUT_INVALID", "empty.csv"),
        (["model.joblib", "--data", "sample.csv", "--out", "out", "--label-column", "x"], "SAMPLE_MISMATCH", "'x'"),
        (["model.joblib", "--out", "out"], "USAGE", "--data"),
        (["model.joblib", "--data", "sample.csv", "--out", "out", "--threshold", "half"], "USAGE", "threshold"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isupper() else None,
)
def test_trouble_is_one_line_of_json(
    words: list[str], code: str, message: str, saved: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(saved)
    (saved / "empty.csv").write_text("")
    (saved / "gone.pkl").write_bytes(b"cmodule_of_yours\nModel\n.")
    (saved / "moved.pkl").write_bytes(b"csklearn.linear_model\nGoneEstimator\n.")
    error = told(capsys, 1, *words)["error"]
    assert error["code"] == code
    assert message in error["message"]
    assert error["hint"]


def test_the_version_of_a_saved_model_is_told(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = joblib.load(saved / "model.joblib")
    state = pickle.dumps(model).replace(_version(), _older())
    (saved / "old.pkl").write_bytes(state)
    report = told(capsys, 0, saved / "old.pkl", "--data", saved / "sample.csv", "--out", saved / "out")
    assert any(each.startswith(f"The model was saved by scikit-learn {_older().decode()}") for each in report["warnings"])


def _version() -> bytes:
    import sklearn

    return str(sklearn.__version__).encode()


def _older() -> bytes:
    """Another version of the same length, since a pickle counts letters."""
    version = _version()
    return version[:-1] + (b"0" if version[-1:] != b"0" else b"7")


def test_a_package_that_is_missing_is_named(
    saved: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A name that is bound to nothing is a module that cannot be imported.
    monkeypatch.setitem(sys.modules, "sklearn", None)
    error = told(capsys, 1, saved / "model.joblib", "--data", saved / "sample.csv", "--out", saved / "out")["error"]
    assert (error["code"], "'sklearn'" in error["message"]) == ("DEPENDENCY_MISSING", True)


def test_what_a_model_prints_stays_out_of_the_line(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (saved / "loud.pkl").write_bytes(b"cbuiltins\nprint\n(S'hello from a pickle'\ntR.")
    error = told(capsys, 1, saved / "loud.pkl", "--data", saved / "sample.csv", "--out", saved / "out")["error"]
    assert error["code"] == "NOT_A_MODEL"


def test_a_sample_of_parquet_needs_pyarrow_and_says_so(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (saved / "sample.parquet").write_bytes(b"PAR1")
    error = told(capsys, 1, saved / "model.joblib", "--data", saved / "sample.parquet", "--out", saved / "out")["error"]
    assert error["code"] in ("DEPENDENCY_MISSING", "INPUT_INVALID")


def test_warnings_of_a_healthy_model_are_few(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", np.exceptions.VisibleDeprecationWarning)
        header, *rows = (saved / "sample.csv").read_text().splitlines()
        (saved / "large.csv").write_text("\n".join([header, *rows, *rows, *rows]))
        report = told(capsys, 0, saved / "model.joblib", "--data", saved / "large.csv", "--out", saved / "out")
    assert report["warnings"] == []
