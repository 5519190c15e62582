"""Exports pipelines into the folders of one directory, each with rows and the original's answers about them.

``python pipelines_for_node.py DIR``. The rows are those of the sample, with missing values, and more with unknown texts;
``rows.json`` holds them as records, with the outputs that each has to give. ``model.joblib`` is the logistic pipeline as
joblib saves it, ``people.csv`` the sample.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import joblib
import lightgbm
import numpy as np
import pandas as pd
import xgboost
from conftest import make_outcome, make_people
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingRegressor, IsolationForest, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from slipway_export import export

Answer = Callable[[Any, Any], list[dict[str, Any]]]


def columns(texts: Any, numbers: Any) -> ColumnTransformer:
    return ColumnTransformer([("numbers", numbers, ["age", "fare paid", "siblings"]), ("texts", texts, ["sex", "port"])])


def chances(model: Any, rows: Any) -> list[dict[str, Any]]:
    scores = model.predict_proba(rows)[:, 1]
    return [{"score": float(score), "decision": bool(score >= 0.5)} for score in scores]


def shares(model: Any, rows: Any) -> list[dict[str, Any]]:
    labels, scores = model.predict(rows), model.predict_proba(rows)
    return [
        {"label": str(label), **{f"score_{name}": float(score) for name, score in zip(model.classes_, row)}}
        for label, row in zip(labels, scores)
    ]


def numbers(model: Any, rows: Any) -> list[dict[str, Any]]:
    return [{"prediction": float(number)} for number in model.predict(rows)]


def outliers(model: Any, rows: Any) -> list[dict[str, Any]]:
    pairs = zip(model.predict(rows), model.decision_function(rows))
    return [{"label": int(label), "score": float(score)} for label, score in pairs]


def cases(people: Any, outcome: Any) -> dict[str, tuple[Any, Any, Answer]]:
    filled = make_pipeline(SimpleImputer(), StandardScaler())
    one_hot = OneHotEncoder(handle_unknown="ignore")
    ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2)
    thirds = pd.qcut(people["fare paid"], 3, labels=["low", "mid", "top"]).to_numpy()
    numeric = people[["age", "fare paid", "siblings"]]
    boosted = lightgbm.LGBMClassifier(n_estimators=15, verbose=-1, n_jobs=1)
    trees = xgboost.XGBClassifier(n_estimators=15, max_depth=4, n_jobs=1)
    return {
        "logistic": (make_pipeline(columns(one_hot, filled), LogisticRegression()).fit(people, outcome), people, chances),
        "forest": (
            make_pipeline(columns(ordinal, "passthrough"), RandomForestClassifier(10, max_depth=6, random_state=0)).fit(
                people, thirds
            ),
            people,
            shares,
        ),
        "xgboost": (make_pipeline(columns(one_hot, "passthrough"), trees).fit(people, outcome), people, chances),
        "lightgbm": (boosted.fit(numeric, outcome), numeric, chances),
        "histogram": (
            make_pipeline(columns(ordinal, "passthrough"), HistGradientBoostingRegressor(max_iter=15)).fit(
                people, people["fare paid"] + people["siblings"]
            ),
            people,
            numbers,
        ),
        "isolation": (
            IsolationForest(n_estimators=10, random_state=0).fit(people[["fare paid", "siblings"]]),
            people[["fare paid", "siblings"]],
            outliers,
        ),
    }


def record_of(row: dict[str, Any], features: list[str]) -> dict[str, Any]:
    return {name: None if row[name] != row[name] else row[name] for name in features}


def main(folder: Path) -> None:
    people = make_people()
    people.assign(id=range(len(people))).to_csv(folder / "people.csv", index=False)
    for name, (model, rows, answer) in cases(people, make_outcome(people)).items():
        if name == "logistic":
            joblib.dump(model, folder / "model.joblib")
        report = export(model, rows, out=folder / name, owner="Rescue", contact="rescue@example.org", version="1.0.0")
        features = [line.split(":")[0].strip() for line in input_lines((folder / name / "launch.yaml").read_text())]
        asked = rows
        if "port" in features:
            asked = pd.concat([rows, rows[:40].assign(port="nowhere", sex="unsaid")], ignore_index=True)
        records = [record_of(row, features) for row in asked.to_dict("records")]
        told = {"agrees": report.agrees, "records": records, "outputs": answer(model, asked)}
        (folder / name / "rows.json").write_text(json.dumps(told, allow_nan=False, default=_plain))


def input_lines(launch: str) -> list[str]:
    lines = launch.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("input:"))
    found = []
    for line in lines[start + 1 :]:
        if not line.startswith("  "):
            break
        found.append(line)
    return found


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else str(value)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
