"""Each kind of trouble has a code, names what is wrong, and says what to do instead. Nothing is written."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.cluster import DBSCAN
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, SplineTransformer, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from slipway_export import CODES, ExportError, export

X = pd.DataFrame({"a": np.linspace(0, 1, 120), "b": np.linspace(5, -5, 120) ** 2})
Y = (X["a"] + X["b"] / 20 > 0.8).to_numpy()


def fitted() -> Any:
    return LogisticRegression().fit(X, Y)


class Doubler(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    def fit(self, rows: Any, labels: Any = None) -> Doubler:
        self.n_features_in_ = rows.shape[1]
        return self

    def transform(self, rows: Any) -> Any:
        return rows * 2


def halve(rows: Any) -> Any:
    return rows / 2


Case = tuple[Callable[[], tuple[Any, Any, dict[str, Any]]], str, str, str]

CASES: dict[str, Case] = {
    "a dict": (lambda: ({"model": fitted(), "features": []}, X, {}), "NOT_A_MODEL", "This is a dict", "under 'model'"),
    "a path": (lambda: ("model.joblib", X, {}), "NOT_A_MODEL", "This is a str", "python -m slipway_export"),
    "a list": (lambda: ([fitted()], X, {}), "NOT_A_MODEL", "This is a list", "give the model alone"),
    "a class": (lambda: (LogisticRegression, X, {}), "NOT_A_MODEL", "is a class", "Fit an instance"),
    "a clusterer of its own rows": (lambda: (DBSCAN().fit(X), X, {}), "NOT_A_MODEL", "DBSCAN", "predict"),
    "an unfitted estimator": (lambda: (LogisticRegression(), X, {}), "NOT_FITTED", "LogisticRegression has not", "fit"),
    "an unfitted pipeline": (
        lambda: (make_pipeline(StandardScaler(), Ridge()), X, {}),
        "NOT_FITTED",
        "has not been fitted",
        "fit",
    ),
    "a function": (
        lambda: (make_pipeline(FunctionTransformer(halve), LogisticRegression()).fit(X, Y), X, {}),
        "PYTHON_FUNCTION",
        "'functiontransformer' is a FunctionTransformer that calls the Python function 'halve'",
        "before the pipeline",
    ),
    "a lambda": (
        lambda: (make_pipeline(FunctionTransformer(lambda rows: rows), LogisticRegression()).fit(X, Y), X, {}),
        "PYTHON_FUNCTION",
        "'<lambda>'",
        "np.log1p",
    ),
    "a class of one's own": (
        lambda: (make_pipeline(Doubler(), LogisticRegression()).fit(X, Y), X, {}),
        "PYTHON_FUNCTION",
        "The step 'doubler' is a Doubler",
        "register a converter",
    ),
    "no converter": (
        lambda: (make_pipeline(SplineTransformer(), LogisticRegression()).fit(X, Y), X, {}),
        "NO_CONVERTER",
        "SplineTransformer",
        "docs/guides/export.md",
    ),
    "a start of its own": (
        lambda: (GradientBoostingClassifier(n_estimators=2, init=LogisticRegression()).fit(X, Y), X, {}),
        "MODEL_UNSUPPORTED",
        "begins with a LogisticRegression",
        "without `init`",
    ),
    "several outputs with classes": (
        lambda: (MultiOutputClassifier(LogisticRegression()).fit(X, np.column_stack([Y, ~Y])), X, {}),
        "MODEL_UNSUPPORTED",
        "several outputs",
        "estimators_[i]",
    ),
    "one class": (
        lambda: (DecisionTreeClassifier().fit(X, np.zeros(len(X))), X, {}),
        "MODEL_UNSUPPORTED",
        "the single class",
        "two classes",
    ),
    "no rows": (lambda: (fitted(), X[:0], {}), "SAMPLE_EMPTY", "no rows", "500 rows or more"),
    "a vector": (lambda: (fitted(), X["a"].to_numpy(), {}), "SAMPLE_INVALID", "1 dimension", "reshape(-1, 1)"),
    "a column too few": (lambda: (fitted(), X[["a"]], {}), "SAMPLE_MISMATCH", "lacks 'b'", "Add it to the sample"),
    "another name": (
        lambda: (LogisticRegression().fit(X.rename(columns={"a": "amount"}), Y), X.rename(columns={"a": "amonut"}), {}),
        "SAMPLE_MISMATCH",
        "lacks 'amount'",
        "Did you mean 'amonut'?",
    ),
    "a column too many": (
        lambda: (fitted(), X.assign(id=1), {}),
        "SAMPLE_MISMATCH",
        "not fitted on the column 'id'",
        "`X_sample.drop(columns=['id'])`",
    ),
    "a matrix too wide": (
        lambda: (LogisticRegression().fit(X.to_numpy(), Y), np.ones((5, 3)), {}),
        "SAMPLE_MISMATCH",
        "has 3 columns, the model was fitted on 2",
        "leave out what is no feature, such as the label",
    ),
    "a unit that is no column": (lambda: (fitted(), X, {"unit": "id"}), "SAMPLE_MISMATCH", "no column 'id'", "unit"),
    "rows that the model does not take": (
        lambda: (fitted(), X.assign(a=[None, *X["a"][1:]]), {}),
        "SAMPLE_INVALID",
        "does not take the sample: Input X contains NaN",
        "before any step",
    ),
    "labels of other rows": (lambda: (fitted(), X, {"y_sample": Y[:5]}), "SAMPLE_MISMATCH", "120 values", "order"),
    "infinity": (
        lambda: (fitted(), X.assign(a=np.inf), {}),
        "SAMPLE_INVALID",
        "'a' holds an infinite number",
        "NaN",
    ),
    "dates": (
        lambda: (fitted(), X.assign(a=pd.Timestamp("2026-01-01")), {}),
        "SAMPLE_INVALID",
        "'a' holds datetime64",
        "numbers before",
    ),
    "a column twice": (
        lambda: (fitted(), pd.concat([X, X[["a"]]], axis=1), {}),
        "NAME_INVALID",
        "'a' twice",
        "Rename",
    ),
    "names that differ by case": (
        lambda: (LogisticRegression().fit(X.set_axis(["a", "A"], axis=1), Y), X.set_axis(["a", "A"], axis=1), {}),
        "NAME_INVALID",
        "by case alone",
        "rename",
    ),
    "a name with a blank at its end": (
        lambda: (LogisticRegression().fit(X.set_axis(["a", "b "], axis=1), Y), X.set_axis(["a", "b "], axis=1), {}),
        "NAME_INVALID",
        "'b '",
        "rename",
    ),
    "a score called like a column": (
        lambda: (fitted(), X, {"score": "B"}),
        "NAME_INVALID",
        "cannot be called 'B'",
        "`score`",
    ),
    "a reserved name": (lambda: (fitted(), X, {"decision": "model"}), "NAME_INVALID", "'model'", "another name"),
    "a model name with blanks": (lambda: (fitted(), X, {"name": "My Model"}), "NAME_INVALID", "'My Model'", "lower-case"),
    "no version": (lambda: (fitted(), X, {"version": "1.0"}), "USAGE", "'1.0'", "1.0.0"),
    "no pattern": (lambda: (fitted(), X, {"pattern": "live"}), "USAGE", "'live'", "online"),
    "a blank owner": (lambda: (fitted(), X, {"owner": " "}), "USAGE", "blank", "who answers"),
    "a class that is none": (lambda: (fitted(), X, {"positive": 7}), "USAGE", "7 is no class", "positive"),
    "a threshold of a number": (
        lambda: (Ridge().fit(X, X["a"]), X, {"threshold": 0.5}),
        "USAGE",
        "no such score",
        "threshold",
    ),
    "a precision that is none": (lambda: (fitted(), X, {"precision": "float16"}), "USAGE", "float16", "float32"),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_named(name: str, out: Path) -> None:
    make, code, message, hint = CASES[name]
    model, rows, options = make()
    with pytest.raises(ExportError) as caught:
        export(model, rows, out=out, **options)
    error = caught.value
    assert (error.code, error.code in CODES) == (code, True)
    assert message in error.message, error.message
    assert hint in error.hint, error.hint
    assert not out.exists()


def test_a_difference_is_refused_and_may_be_allowed(out: Path) -> None:
    random = np.random.default_rng(0)
    rows = random.normal(size=(150, 3))
    model = KNeighborsClassifier(3).fit(rows, rows[:, 0] > 0)
    with pytest.raises(ExportError, match="does not give the answers") as caught:
        export(model, rows, out=out, precision="float32")
    assert caught.value.code == "DIFFERENCES" and "allow_differences" in caught.value.hint
    report = export(model, rows, out=out, precision="float32", allow_differences=True)
    assert not report.agrees
    assert any("as you allowed" in each for each in report.warnings)


def test_a_difference_names_a_row_and_the_feature_behind_it(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from slipway_export.artifact import Artifact
    from slipway_export.original import Answers

    answers = Artifact.answers

    def off_where_a_is_high(self: Artifact, features: Any, columns: Any) -> Answers:
        given = answers(self, features, columns)
        wrong = (np.asarray(columns["a"]) > limit)[:, None]
        return Answers(given.labels, np.where(wrong, 1 - given.scores, given.scores), given.is_float32)

    monkeypatch.setattr(Artifact, "answers", off_where_a_is_high)
    limit = float(X["a"].quantile(0.9))
    with pytest.raises(ExportError, match=r"Row \d+ of the sample \(a: .*, b: .*\): the model answers \[.*, the artifact \[") as few:
        export(fitted(), X, out=out)
    assert "It agrees once 'a' has the value of a row that agrees" in few.value.message
    assert "allow_differences" in few.value.hint
    limit = float(X["a"].quantile(0.2))
    with pytest.raises(ExportError, match="DIFFERENCES") as most:
        export(fitted(), X, out=out)
    assert "allow_differences" not in most.value.hint and "most rows are wrong" in most.value.hint


def test_files_are_replaced_only_when_asked(out: Path) -> None:
    out.mkdir()
    (out / "launch.yaml").write_text("mine")
    with pytest.raises(ExportError) as caught:
        export(fitted(), X, out=out)
    assert caught.value.code == "FILE_EXISTS" and "launch.yaml" in caught.value.message
    assert (out / "launch.yaml").read_text() == "mine"
    export(fitted(), X, out=out, overwrite=True)
    assert (out / "launch.yaml").read_text().startswith("slipway: 1")


def test_a_file_in_the_place_of_the_folder_is_left_alone(out: Path) -> None:
    out.write_text("mine")
    with pytest.raises(ExportError) as caught:
        export(fitted(), X, out=out)
    assert caught.value.code == "OUTPUT_NOT_WRITABLE" and out.read_text() == "mine"


def test_a_package_that_is_missing_is_named(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A name that is bound to nothing is a module that cannot be imported.
    monkeypatch.setitem(sys.modules, "skl2onnx", None)
    with pytest.raises(ExportError, match="'skl2onnx' cannot be imported") as caught:
        export(fitted(), X, out=out)
    assert caught.value.code == "DEPENDENCY_MISSING" and "pip install" in caught.value.hint


def test_the_tables_of_skl2onnx_are_left_as_they_were(out: Path) -> None:
    from skl2onnx._parse import sklearn_parsers_map
    from skl2onnx._supported_operators import sklearn_operator_name_map
    from skl2onnx.common._registration import _converter_pool, _shape_calculator_pool

    tables = (sklearn_operator_name_map, _converter_pool, _shape_calculator_pool, sklearn_parsers_map)
    before = [dict(table) for table in tables]
    export(fitted(), X, out=out)
    with pytest.raises(ExportError):
        export(make_pipeline(SplineTransformer(), LogisticRegression()).fit(X, Y), X, out=out / "b")
    assert [dict(table) for table in tables] == before


def test_a_difference_between_empty_and_missing_texts_is_called_by_its_name(out: Path) -> None:
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import OneHotEncoder

    rng = np.random.default_rng(1)
    texts = rng.choice(["red", "blue", "", "none"], 400, p=[0.4, 0.2, 0.2, 0.2])
    rows = pd.DataFrame({"colour": [None if text == "none" else text for text in texts], "size": rng.normal(size=400)})
    labels = (texts == "").astype(int)
    encode = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))
    model = make_pipeline(make_column_transformer((encode, ["colour"]), remainder="passthrough"), LogisticRegression())
    model.fit(rows, labels)
    with pytest.raises(ExportError, match="'colour' holds both empty and missing texts") as caught:
        export(model, rows, out=out)
    assert caught.value.code == "DIFFERENCES"
