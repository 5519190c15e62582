"""Every family of estimators: what is exported gives the answers of the original, seen from outside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from served import Served
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor, make_column_selector
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge, RidgeClassifier, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    StandardScaler,
)
from sklearn.svm import SVR, LinearSVC, OneClassSVM
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from slipway_export import ExportError, export

Make = Callable[[], Any]


def columns(texts: Any = None, numbers: Any = None) -> ColumnTransformer:
    return ColumnTransformer(
        [
            ("numbers", numbers or make_pipeline(SimpleImputer(), StandardScaler()), ["age", "fare paid", "siblings"]),
            ("texts", texts or OneHotEncoder(handle_unknown="ignore"), ["sex", "port"]),
        ]
    )


def behind(last: Any, **parts: Any) -> Pipeline:
    return make_pipeline(columns(**parts), last)


most_frequent = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))
ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2)
hist_ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)

CLASSIFIERS: dict[str, Make] = {
    "logistic regression": lambda: behind(LogisticRegression()),
    "imputed texts": lambda: behind(LogisticRegression(), texts=most_frequent),
    "one-hot that drops": lambda: behind(LogisticRegression(), texts=OneHotEncoder(drop="if_binary")),
    "one-hot of the frequent": lambda: behind(
        LogisticRegression(), texts=OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=80)
    ),
    "ordinal forest": lambda: behind(RandomForestClassifier(8, max_depth=5, random_state=0), texts=ordinal),
    "marked missing values": lambda: behind(
        GradientBoostingClassifier(n_estimators=8), numbers=SimpleImputer(strategy="median", add_indicator=True)
    ),
    "histogram boosting": lambda: behind(
        HistGradientBoostingClassifier(max_iter=10), texts=hist_ordinal, numbers="passthrough"
    ),
    "extra trees": lambda: behind(ExtraTreesClassifier(8, max_depth=5, random_state=0)),
    "boosted trees": lambda: behind(AdaBoostClassifier(n_estimators=6)),
    "bagged trees": lambda: behind(BaggingClassifier(DecisionTreeClassifier(max_depth=3), 4, random_state=0)),
    "votes": lambda: behind(
        VotingClassifier([("a", LogisticRegression()), ("b", RandomForestClassifier(4))], voting="soft")
    ),
    "stack": lambda: behind(
        StackingClassifier([("a", LogisticRegression()), ("b", DecisionTreeClassifier(max_depth=3))], cv=2)
    ),
    "calibrated": lambda: behind(CalibratedClassifierCV(LinearSVC(), cv=2)),
    "network": lambda: behind(MLPClassifier((6,), max_iter=150, random_state=0)),
    "naive Bayes": lambda: behind(GaussianNB(), texts=ordinal),
    "discriminant analysis": lambda: behind(LinearDiscriminantAnalysis()),
    "components": lambda: make_pipeline(columns(), PCA(3), LogisticRegression()),
    "selection": lambda: make_pipeline(columns(), SelectKBest(k=3), LogisticRegression()),
    "bins and polynomials": lambda: make_pipeline(
        ColumnTransformer(
            [
                ("bins", make_pipeline(SimpleImputer(), KBinsDiscretizer(4)), ["age", "fare paid"]),
                ("products", PolynomialFeatures(2), ["siblings", "is_adult"]),
            ]
        ),
        LogisticRegression(max_iter=300),
    ),
    "function of NumPy": lambda: make_pipeline(
        ColumnTransformer(
            [("log", FunctionTransformer(np.log1p), ["fare paid"]), ("range", MinMaxScaler(), ["siblings"])]
        ),
        LogisticRegression(),
    ),
    "search": lambda: GridSearchCV(behind(LogisticRegression()), {"logisticregression__C": [0.1, 1]}, cv=2),
}

RANKERS: dict[str, Make] = {
    "linear SVC": lambda: behind(LinearSVC()),
    "ridge": lambda: behind(RidgeClassifier()),
    "hinge": lambda: behind(SGDClassifier(random_state=0)),
}

REGRESSORS: dict[str, Make] = {
    "ridge": lambda: behind(Ridge()),
    "elastic net": lambda: behind(ElasticNet(alpha=0.1)),
    "forest": lambda: behind(RandomForestRegressor(6, max_depth=5, random_state=0)),
    "boosting": lambda: behind(GradientBoostingRegressor(n_estimators=8)),
    "histogram boosting": lambda: behind(HistGradientBoostingRegressor(max_iter=8, loss="poisson")),
    "support vectors": lambda: behind(SVR()),
    "network": lambda: behind(MLPRegressor(hidden_layer_sizes=(5,), max_iter=100, random_state=0)),
    "logarithm of the target": lambda: TransformedTargetRegressor(
        behind(Ridge()), func=np.log1p, inverse_func=np.expm1
    ),
    "scaled target": lambda: behind(TransformedTargetRegressor(Ridge(), transformer=StandardScaler())),
}


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_binary_classifier_gives_the_probabilities_of_the_original(name: str, people: Any, outcome: Any, out: Path) -> None:
    words = np.where(outcome, "yes", "no")
    model = CLASSIFIERS[name]().fit(people, words)
    report = export(model, people, out=out)
    assert report.agrees
    given = Served(out).run(people)
    wanted = model.predict_proba(people)
    assert np.abs(given["probabilities"] - wanted).max() < 1e-5
    decided = np.abs(wanted[:, 1] - 0.5) > 1e-5
    assert given["label"][decided].tolist() == model.predict(people)[decided].tolist()


@pytest.mark.parametrize("name", RANKERS)
def test_a_classifier_without_probabilities_gives_its_decision_function(name: str, people: Any, outcome: Any, out: Path) -> None:
    model = RANKERS[name]().fit(people, outcome)
    assert export(model, people, out=out).agrees
    served = Served(out)
    given = served.run(people)
    assert np.abs(given["scores"][:, -1] - model.decision_function(people)).max() < 1e-4
    assert given["label"].astype(bool).tolist() == model.predict(people).tolist()
    assert "threshold: { on: score, at: 0 }" in served.launch


@pytest.mark.parametrize("name", REGRESSORS)
def test_a_regressor_gives_the_numbers_of_the_original(name: str, people: Any, out: Path) -> None:
    target = people["fare paid"] * 2 + people["siblings"]
    model = REGRESSORS[name]().fit(people, target)
    assert export(model, people, out=out).agrees
    given = Served(out).run(people)["prediction"]
    wanted = model.predict(people)
    assert given.shape == (len(people), 1)
    assert np.abs(given[:, 0] - wanted).max() < 1e-5 * np.abs(wanted).max()


@pytest.mark.parametrize(
    "estimator",
    [
        LogisticRegression(),
        DecisionTreeClassifier(max_depth=4),
        RandomForestClassifier(6, max_depth=4, random_state=0),
        GradientBoostingClassifier(n_estimators=5),
        HistGradientBoostingClassifier(max_iter=5),
        AdaBoostClassifier(n_estimators=4),
        LinearDiscriminantAnalysis(),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
@pytest.mark.parametrize("kind", ["texts", "integers"])
def test_several_classes_have_a_label_and_a_score_each(estimator: Any, kind: str, people: Any, out: Path) -> None:
    thirds = pd.qcut(people["fare paid"], 3, labels=["low", "mid", "top"] if kind == "texts" else [3, 5, 9]).to_numpy()
    rows = people[["fare paid", "siblings"]].assign(noise=np.random.default_rng(1).normal(size=len(people)))
    model = estimator.fit(rows, thirds)
    assert export(model, rows, out=out).agrees
    served = Served(out)
    assert np.abs(served.run(rows)["probabilities"] - model.predict_proba(rows)).max() < 1e-5
    first = model.classes_[0]
    assert f"score_{first}" in served.golden["rows"][0]["outputs"]
    assert f"class: {first}" in served.launch


@pytest.mark.parametrize("classes", [[False, True], [0, 1], [-1, 1], ["no", "yes"], [0.0, 1.0]], ids=str)
def test_classes_may_be_truth_values_numbers_and_texts(classes: list[Any], people: Any, outcome: Any, out: Path) -> None:
    model = DecisionTreeClassifier(max_depth=3).fit(people[["siblings"]], np.where(outcome, classes[1], classes[0]))
    assert export(model, people[["siblings"]], out=out).agrees
    wanted = {False: "class: 1", 0: "class: 1", -1: "class: 1", "no": 'class: "yes"'}[classes[0]]
    assert wanted in Served(out).launch


def test_outliers_have_a_label_and_a_score(people: Any, out: Path) -> None:
    rows = people[["fare paid", "siblings"]]
    for at, model in enumerate([IsolationForest(n_estimators=8, random_state=0), OneClassSVM(gamma="auto")]):
        model.fit(rows)
        folder = out / str(at)
        assert export(model, rows, out=folder).agrees
        given = Served(folder).run(rows)
        assert np.abs(given["scores"][:, 0] - model.decision_function(rows)).max() < 1e-4
        assert given["label"].ravel().tolist() == model.predict(rows).tolist()


def test_clusters_have_a_label_and_distances(people: Any, out: Path) -> None:
    model = behind(KMeans(3, n_init=1, random_state=0)).fit(people)
    assert export(model, people, out=out).agrees
    served = Served(out)
    given = served.run(people)
    assert given["label"].tolist() == model.predict(people).tolist()
    assert np.abs(given["scores"] - model.transform(people)).max() < 1e-4
    assert "shape: [3]" in served.launch


def test_several_targets_have_a_field_each(people: Any, out: Path) -> None:
    targets = np.column_stack([people["fare paid"], people["siblings"] * 2.0])
    model = behind(MultiOutputRegressor(Ridge())).fit(people, targets)
    assert export(model, people, out=out, targets=["fare", "double"]).agrees
    assert np.abs(Served(out).run(people)["prediction"] - model.predict(people)).max() < 1e-3
    assert set(Served(out).golden["rows"][0]["outputs"]) == {"fare", "double"}


def test_a_forest_of_several_targets_keeps_one_tree_for_all(people: Any, out: Path) -> None:
    rows = people[["fare paid", "siblings"]]
    model = RandomForestRegressor(4, max_depth=4, random_state=0).fit(rows, np.column_stack([rows, rows]))
    assert export(model, rows, out=out).agrees
    assert np.abs(Served(out).run(rows)["prediction"] - model.predict(rows)).max() < 1e-3


def test_transformers_alone_give_a_vector(people: Any, out: Path) -> None:
    model = columns().fit(people)
    assert export(model, people, out=out).agrees
    wanted = model.transform(people)
    assert np.abs(Served(out).run(people)["vector"] - wanted).max() < 1e-4


def test_trees_send_missing_values_where_they_learned_to(people: Any, out: Path) -> None:
    rows = people[["age", "fare paid"]]
    target = rows["age"].fillna(90) + rows["fare paid"] / 10
    for at, model in enumerate([DecisionTreeRegressor(max_depth=5), RandomForestRegressor(5, random_state=0)]):
        model.fit(rows, target)
        assert export(model, rows, out=out / str(at)).agrees
        assert np.abs(Served(out / str(at)).run(rows)["prediction"][:, 0] - model.predict(rows)).max() < 1e-9


def test_texts_alone_enter_as_one_matrix(people: Any, outcome: Any, out: Path) -> None:
    rows = people[["sex", "port"]]
    model = make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression()).fit(rows, outcome)
    assert export(model, rows, out=out).agrees
    assert Served(out).inputs == {"features": "tensor(string)"}


def test_a_category_of_numbers_is_told_from_its_neighbours(people: Any, outcome: Any, out: Path) -> None:
    rows = people[["fare paid"]].assign(third=people["siblings"] / 3)
    encode = ColumnTransformer([("third", OneHotEncoder(handle_unknown="ignore"), ["third"])])
    report = export(make_pipeline(encode, LogisticRegression()).fit(rows, outcome), rows, out=out)
    # A third is another number in float32, and the neighbour of one is none of the categories.
    assert report.agrees and report.precision == "float64"


def test_categories_by_position_reach_the_trees_of_a_matrix(people: Any, outcome: Any, out: Path) -> None:
    rows = people[["fare paid", "siblings"]].to_numpy()
    model = HistGradientBoostingClassifier(max_iter=5, categorical_features=[1]).fit(rows, outcome)
    assert export(model, rows, out=out).agrees
    assert np.abs(Served(out).run(rows)["probabilities"] - model.predict_proba(rows)).max() < 1e-9


def test_names_that_yaml_and_onnx_could_mistake_stay_what_they_are(people: Any, outcome: Any, out: Path) -> None:
    names = {"fare paid": "gr\u00f6\u00dfe: #1", "siblings": "true", "sex": 'a "b"'}
    rows = people[list(names)].rename(columns=names)
    first, second, third = names.values()
    encode = ColumnTransformer([("n", StandardScaler(), [first, second]), ("t", OneHotEncoder(), [third])])
    assert export(make_pipeline(encode, LogisticRegression()).fit(rows, outcome), rows, out=out).agrees
    assert list(Served(out).inputs) == list(names.values())


def test_split_points_stay_within_the_values_of_the_sample(people: Any, outcome: Any, out: Path) -> None:
    rows = people[["fare paid"]].assign(root=people["siblings"].astype(float))
    roots = ColumnTransformer([("root", FunctionTransformer(np.sqrt), ["root", "fare paid"])])
    model = make_pipeline(roots, DecisionTreeClassifier(max_depth=4)).fit(rows, outcome)
    report = export(model, rows, out=out)
    assert report.agrees and "at split points" in report.agreement


def test_several_outputs_with_classes_are_exported_one_by_one_as_the_error_says(people: Any, outcome: Any, out: Path) -> None:
    both = np.column_stack([outcome, people["siblings"] > 2])
    pipeline = behind(MultiOutputClassifier(LogisticRegression())).fit(people, both)
    with pytest.raises(ExportError, match="estimators_"):
        export(pipeline, people, out=out)
    for at in range(2):
        model = make_pipeline(*pipeline[:-1], pipeline[-1].estimators_[at])
        assert export(model, people, out=out / str(at)).agrees
        wanted = pipeline.predict_proba(people)[at]
        assert np.abs(Served(out / str(at)).run(people)["probabilities"] - wanted).max() < 1e-6


@pytest.mark.parametrize(
    "encode",
    [
        ColumnTransformer([("n", SimpleImputer(), [1, 2]), ("t", OneHotEncoder(), [4])]),
        ColumnTransformer([("n", SimpleImputer(), slice(1, 3)), ("t", OneHotEncoder(), ["sex"])]),
        ColumnTransformer([("gone", "drop", ["age", "port"]), ("t", OneHotEncoder(), ["sex"])], remainder="passthrough"),
        ColumnTransformer(
            [
                ("n", SimpleImputer(), make_column_selector("fare|sib")),
                ("t", OneHotEncoder(), make_column_selector("sex")),
            ]
        ),
        ColumnTransformer([("n", SimpleImputer(), [False, True, True, False, False, False]), ("t", OneHotEncoder(), [-2])]),
    ],
    ids=["by number", "by slice", "dropped", "selected", "by mask and from the end"],
)
def test_columns_may_be_named_counted_sliced_and_selected(encode: Any, people: Any, outcome: Any, out: Path) -> None:
    # A date that no step looks at is no feature.
    rows = people.assign(seen=pd.Timestamp("2026-01-01")) if encode.transformers[0][1] != "drop" else people
    rows = rows[[*people.columns, *[name for name in rows.columns if name not in people.columns]]]
    if -2 in [column for _, _, columns in encode.transformers if isinstance(columns, list) for column in columns]:
        rows = people
    model = make_pipeline(encode, LogisticRegression()).fit(rows, outcome)
    assert export(model, rows, out=out).agrees
    served = Served(out)
    assert {"fare paid", "siblings", "sex"} <= set(served.inputs)
    assert not {"age", "port", "seen"} & set(served.inputs)
    assert np.abs(served.run(rows)["probabilities"] - model.predict_proba(rows)).max() < 1e-5


def test_a_column_transformer_of_a_matrix_is_left_as_it_was(people: Any, outcome: Any, out: Path) -> None:
    rows = people[["age", "fare paid", "siblings"]].to_numpy(dtype=float)
    encode = ColumnTransformer([("filled", SimpleImputer(), [0]), ("scaled", StandardScaler(), slice(-2, None))])
    model = make_pipeline(encode, LogisticRegression()).fit(rows, outcome)
    assert export(model, rows, out=out).agrees
    assert model[0].transformers_[1][2] == slice(-2, None)
    assert np.abs(Served(out).run(rows)["probabilities"] - model.predict_proba(rows)).max() < 1e-5
