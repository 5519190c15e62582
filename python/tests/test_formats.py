"""The files are those that ``slipway train`` writes: same rules, same layout."""

from __future__ import annotations

import hashlib
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from served import Served
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from slipway_export import export
from slipway_export.agreement import Agreement
from slipway_export.golden import pick_rows, tolerance_for
from slipway_export.launch import _range
from slipway_export.ranges import rounded_range
from slipway_export.reference import category_profile, equal_frequency_edges, number_profile
from slipway_export.yaml_text import write_launch


def pipeline(unknown: str = "ignore") -> Any:
    return make_pipeline(
        ColumnTransformer(
            [
                ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), ["age", "fare paid", "siblings"]),
                ("texts", OneHotEncoder(handle_unknown=unknown), ["sex", "port"]),
            ]
        ),
        LogisticRegression(),
    )


@pytest.mark.parametrize(
    ("least", "greatest", "wanted"),
    [
        (0.3, 39.2, (0, 40)),
        (12, 97, (0, 100)),
        (60, 97, (60, 100)),
        (-3.2, 7.1, (-4, 8)),
        (0.31, 0.36, (0.3, 0.4)),
        (-0.2, -0.01, (-0.2, 0)),
        (-9, -7, (-10, -6)),
        (0, 1, (0, 1)),
        (5, 5, None),
        (0, math.inf, None),
    ],
)
def test_ranges_are_rounded_away_from_the_data(least: float, greatest: float, wanted: Any) -> None:
    assert rounded_range(least, greatest) == wanted


@pytest.mark.parametrize(
    ("kind", "least", "greatest", "wanted"),
    [
        ("number", 18, 80, (0, 150)),
        ("number", 60, 97, (0, 150)),
        ("number", 1000, 1010, (800, 1500)),
        ("number", -3.0, 7.0, (-8, 15)),
        ("number", -9, -1, (-15, 0)),
        ("integer", 0, 1, (0, 1)),
        ("integer", 1, 2, (0, 3)),
        ("integer", 5, 5, None),
        ("integer", 2020, 2024, (2018, 2026)),
        ("integer", 1_000_000, 1_000_001, (999_999, 1_000_002)),
        ("integer", -7, -2, (-10, 0)),
        ("integer", 10**15, 2 * 10**15, (5 * 10**14, 25 * 10**14)),
        ("integer", 0, 2**53 - 1, (0, 2**53 - 1)),
    ],
)
def test_the_contract_leaves_room_beside_the_values_of_a_sample(kind: str, least: float, greatest: float, wanted: Any) -> None:
    assert _range(kind, least, greatest) == wanted


def test_great_whole_bounds_are_written_as_integers(out: Path) -> None:
    from sklearn.tree import DecisionTreeClassifier

    ids = np.random.default_rng(1).integers(10**15, 3 * 10**15, 600)
    rows = pd.DataFrame({"id": ids, "x": np.arange(600.0)})
    export(DecisionTreeClassifier(max_depth=2).fit(rows, rows["x"] > 300), rows, out=out)
    assert re.search(r"id: +\{ type: integer, minimum: 0, maximum: 4000000000000000 \}", Served(out).launch), Served(out).launch


@pytest.mark.parametrize(("difference", "relative", "wanted"), [(1e-7, 1e-7, "within 1e-07,"), (3e-5, 1e-7, "within 1e-07 relative,")])
def test_a_share_of_a_score_is_called_relative(difference: float, relative: float, wanted: str) -> None:
    assert wanted in f"{Agreement(5, difference, relative, 0, 0, 0, None, None)},"


def test_the_report_says_which_of_two_classes_the_score_is_for(people: Any, out: Path) -> None:
    rows = people[["fare paid", "siblings"]]
    labels = np.where(rows["siblings"] > 2, "stayed", "churned")
    model = LogisticRegression(max_iter=2000).fit(rows, labels)
    report = export(model, rows, out=out)
    assert report.notes == ("score is the probability of 'stayed'; `positive=` chooses the other.",)
    assert "score is the probability of 'stayed'" in str(report)
    assert "probability of 'churned'" in str(export(model, rows, out=out, positive="churned", overwrite=True))


def test_bins_are_nearly_equal_and_never_tear_equal_values_apart() -> None:
    assert equal_frequency_edges(np.arange(10.0), 10) == list(range(1, 10))
    assert equal_frequency_edges(np.array([0.0] * 90 + list(range(1, 11))), 10) == [*range(1, 9), 10]
    assert equal_frequency_edges(np.array([2.0] * 5), 10) == []
    assert equal_frequency_edges(np.empty(0), 10) == []
    profile = number_profile("x", [1.0, np.nan, 3.0, 2.0, 2.0])
    assert profile["counts"] == [1, 2, 1] and profile["edges"] == [2.0, 3.0]
    assert (profile["count"], profile["missing"], profile["mean"]) == (4, 1, 2.0)
    assert profile["sd"] == pytest.approx(math.sqrt(2 / 3))
    assert number_profile("x", [np.nan])["mean"] is None


def test_categories_are_counted_most_frequent_first() -> None:
    profile = category_profile("x", ["b", "a", None, "b", *[f"z{at:02}" for at in range(60)]])
    assert profile["categories"][:3] == [{"value": "b", "count": 2}, {"value": "a", "count": 1}, {"value": "z00", "count": 1}]
    assert (profile["count"], profile["missing"], profile["other"], len(profile["categories"])) == (63, 1, 12, 50)


def test_golden_rows_go_from_the_lowest_score_to_the_highest() -> None:
    assert pick_rows(np.arange(100.0)[::-1], [5]) == [0, 5, 10, 20, 30, 40, 49, 59, 69, 79, 89, 99]
    assert pick_rows(np.array([3.0]), []) == [0]
    assert tolerance_for(0.0) == tolerance_for(2e-7) == 1e-6
    assert tolerance_for(3e-6) == pytest.approx(2e-5, rel=1) and tolerance_for(3e-6) >= 1.2e-5


def test_golden_rows_allow_for_float32_as_it_is_told(people: Any, out: Path) -> None:
    from sklearn.linear_model import Ridge

    rows = people[["fare paid", "siblings"]]
    model = Ridge().fit(rows, rows["fare paid"] * 1e5)
    export(model, rows, out=out)
    served = Served(out)
    # Some numbers of seven digits lie half a unit of the last digit from what is told of them: relative to them, little.
    assert served.golden["tolerance"] < 1e-5
    for row in served.golden["rows"]:
        frame = pd.DataFrame([row["record"]])[["fare paid", "siblings"]]
        told = float(str(np.float32(served.run(frame)["prediction"][0, 0])))
        wanted = row["outputs"]["prediction"]
        assert abs(told - wanted) <= served.golden["tolerance"] * max(1.0, abs(wanted))


def test_a_launch_file_is_laid_out_for_people() -> None:
    file = {
        "slipway": 1,
        "model": "m",
        "version": "1.0.0",
        "owner": {"team": "Growth: EU", "contact": "#growth"},
        "why": "yes",
        "input": {
            "fare paid": {"type": "number", "minimum": 0.0, "maximum": 1e-7},
            "größe": {"type": "string", "enum": ["no", "1", "a, b", "ok-1", "\u2028"], "missing": None},
        },
    }
    assert write_launch(file).splitlines() == [
        "slipway: 1                          # format version",
        "model: m",
        "version: 1.0.0                      # 1 model version",
        'owner: { team: "Growth: EU", contact: "#growth" } # 8 owner',
        'why: "yes"',
        "",
        "input:                              # 3 input contract, in feature order",
        "  fare paid: { type: number, minimum: 0, maximum: 1e-07 }",
        '  "größe":   { type: string, enum: ["no", "1", "a, b", ok-1, "\\u2028"], missing: null }',
    ]


def test_a_folder_tells_the_contract_of_its_sample(people: Any, outcome: Any, out: Path) -> None:
    ids = people.assign(passenger=[f"P-{at}" for at in range(len(people))], deck="A")
    model = pipeline().fit(people, np.where(outcome, "yes", "no"))
    report = export(
        model,
        ids,
        out=out,
        owner="Growth",
        contact="growth@example.org",
        name="rescue",
        version="1.2.0",
        pattern="batch",
        y_sample=pd.Series(outcome, name="survived"),
        unit="passenger",
        context=["deck"],
        threshold=0.7,
        score="chance",
        decision="is_saved",
        units={"age": "years"},
    )
    assert report.files == ("model.onnx", "reference.json", "golden.json", "holdout.csv", "launch.yaml")
    assert sorted(each.name for each in out.iterdir()) == sorted(report.files)
    served = Served(out)
    digest = hashlib.sha256((out / "model.onnx").read_bytes()).hexdigest()
    for line in [
        "model: rescue",
        f"digest: sha256:{digest}",
        "owner: { team: Growth, contact: growth@example.org } # 8 owner",
        "unit: passenger                     # logged and hashed for assignment, never given to the model",
        "context: [deck]                     # logged, never given to the model",
        "  siblings:  { type: integer, minimum: 0, maximum: 6 }",
        "  sex:       { type: string }",
        "  port:      { type: string, missing: null }",
        '  chance:   { type: number, minimum: 0, maximum: 1, from: probabilities, class: "yes", nullable: true }',
        "  is_saved: { type: boolean, threshold: { on: chance, at: 0.7 }, nullable: true }",
        "  use:  { chance: null, is_saved: null }",
        "evaluation: { data: holdout.csv, label: survived }",
    ]:
        assert line in served.launch.splitlines(), line
    assert "unit: years, missing: null }" in served.launch
    assert "is_adult" not in served.launch
    (warning,) = report.warnings
    assert "The sample has 240 rows" in warning and "500 or more" in warning
    assert list(served.inputs) == ["age", "fare paid", "siblings", "sex", "port"]
    assert [each["name"] for each in served.reference["features"]] == list(served.inputs)
    assert [each["name"] for each in served.reference["scores"]] == ["chance"]
    assert (served.reference["model"], served.reference["version"]) == ("rescue", "1.2.0")
    golden = served.golden
    assert golden["golden"] == 1 and golden["tolerance"] == 1e-6 and len(golden["rows"]) >= 11
    assert {"age": None}.items() <= {key: value for row in golden["rows"] for key, value in row["record"].items() if value is None}.items()
    assert golden["rows"][0]["record"]["passenger"].startswith("P-")
    header, first = (out / "holdout.csv").read_text().splitlines()[:2]
    assert header == "passenger,deck,age,fare paid,siblings,sex,port,survived"
    assert first.startswith("P-0,A,")


def test_golden_rows_hold_the_answers_of_the_original(people: Any, outcome: Any, out: Path) -> None:
    model = pipeline().fit(people, outcome)
    export(model, people, out=out)
    for row in Served(out).golden["rows"]:
        record = pd.DataFrame([{**row["record"], "is_adult": True}])[list(people.columns)]
        record = record.astype({"age": "float64"}).assign(port=record["port"].where(record["port"].notna(), np.nan))
        assert model.predict_proba(record)[0, 1] == pytest.approx(row["outputs"]["score"], abs=1e-12)


def test_texts_are_open_where_the_model_takes_unknown_ones_and_closed_where_it_does_not(people: Any, outcome: Any, out: Path) -> None:
    export(pipeline("error").fit(people, outcome), people[people["sex"] == "male"], out=out)
    lines = Served(out).launch.splitlines()
    # Female is not in the sample, but the encoder knows it.
    assert "  sex:       { type: string, enum: [female, male] }" in lines
    assert "  port:      { type: string, enum: [C, Q, S], missing: null }" in lines


def test_the_same_export_gives_the_same_bytes(people: Any, outcome: Any, out: Path) -> None:
    model = pipeline().fit(people, outcome)
    for name in ("a", "b"):
        export(model, people, out=out / name, name="twice")
    for each in (out / "a").iterdir():
        assert each.read_bytes() == (out / "b" / each.name).read_bytes(), each.name


def test_a_matrix_has_features_by_number(people: Any, outcome: Any, out: Path) -> None:
    rows = people[["fare paid", "siblings"]].to_numpy()
    model = LogisticRegression().fit(rows, outcome)
    report = export(model, rows, out=out)
    assert report.agrees
    assert "  x0: { type: number, minimum: 0," in Served(out).launch
    frame = LogisticRegression().fit(people[["fare paid", "siblings"]], outcome)
    export(frame, rows, out=out, overwrite=True)
    assert "  siblings:  { type: number, minimum: 0, maximum: 6 }" in Served(out).launch


def test_columns_of_other_types_keep_their_meaning(people: Any, outcome: Any, out: Path) -> None:
    rows = people[["siblings", "is_adult"]].assign(
        whole=people["siblings"].astype("Int64").where(people["siblings"] > 0),
        flag=people["is_adult"].astype("boolean").where(people["siblings"] > 1),
        texts=people["sex"].astype(object),
    )
    numbers = ["siblings", "is_adult", "whole", "flag"]
    model = make_pipeline(
        ColumnTransformer([("n", SimpleImputer(), numbers), ("t", OneHotEncoder(), ["texts"])]), LogisticRegression()
    ).fit(rows.astype({"whole": "float64", "flag": "float64"}), outcome)
    assert export(model, rows.astype({"whole": "Int64"}), out=out, allow_differences=False).agrees
    lines = Served(out).launch.splitlines()
    assert "  is_adult: { type: boolean }" in lines
    assert "  whole:    { type: integer, minimum: 0, maximum: 6, missing: null }" in lines
    assert "  flag:     { type: boolean, missing: null }" in lines
    assert "  texts:    { type: string, enum: [female, male] }" in lines
