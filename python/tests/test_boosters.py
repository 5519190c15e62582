"""XGBoost and LightGBM, to the last decision: rows at split points, missing values, categories, every objective."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import pytest
import xgboost
from served import Served
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import VotingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from slipway_export import ExportError, export

ROWS = 300
RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=(ROWS, 4))
X[RANDOM.random(X.shape) < 0.1] = np.nan
FILLED = np.nan_to_num(X)
TWO = (FILLED[:, 0] + FILLED[:, 1] ** 2 > 0.7).astype(int)
THREE = np.digitize(FILLED[:, 0] + FILLED[:, 1], [-0.7, 0.7])
NUMBER = FILLED[:, 0] * 3 + np.sin(FILLED[:, 1] * 3)


def quiet(**settings: Any) -> dict[str, Any]:
    return {"n_estimators": 12, "verbose": -1, "n_jobs": 1, **settings}


def few(**settings: Any) -> dict[str, Any]:
    return {"n_estimators": 12, "max_depth": 4, "n_jobs": 1, **settings}


def split_points(model: Any) -> np.ndarray[Any, Any]:
    """Ten thousand rows that hold thresholds of the model, their neighbours, and missing values."""
    if isinstance(model, (lightgbm.LGBMClassifier, lightgbm.LGBMRegressor)):
        told = model.booster_.trees_to_dataframe()
        pairs = [(int(str(name).split("_")[1]), float(at)) for name, at in zip(told["split_feature"], told["threshold"]) if name is not None and name == name]
        neighbours = [lambda at: at, lambda at: np.nextafter(at, -np.inf), lambda at: np.nextafter(at, np.inf)]
    else:
        told = model.get_booster().trees_to_dataframe()
        splits = told[told["Feature"] != "Leaf"]
        pairs = [(int(name[1:]), float(np.float32(at))) for name, at in zip(splits["Feature"], splits["Split"])]
        down, up = np.float32(-np.inf), np.float32(np.inf)
        neighbours = [
            lambda at: at,
            lambda at: float(np.nextafter(np.float32(at), down)),
            lambda at: float(np.nextafter(np.float32(at), up)),
        ]
    random = np.random.default_rng(5)
    rows = random.normal(size=(10_000, 4))
    for row in rows:
        for _ in range(3):
            feature, at = pairs[random.integers(len(pairs))]
            row[feature] = neighbours[random.integers(3)](at)
    rows[random.random(rows.shape) < 0.1] = np.nan
    return rows


CLASSIFIERS: dict[str, tuple[Any, Any]] = {
    "XGBoost, two classes": (xgboost.XGBClassifier(**few()), TWO),
    "XGBoost, three classes": (xgboost.XGBClassifier(**few(n_estimators=5)), THREE),
    "XGBoost, dropped trees": (xgboost.XGBClassifier(**few(booster="dart", rate_drop=0.3)), TWO),
    "XGBoost, a forest": (xgboost.XGBRFClassifier(**few()), TWO),
    "XGBoost, stopped early": (xgboost.XGBClassifier(**few(n_estimators=60, early_stopping_rounds=2)), TWO),
    "LightGBM, two classes": (lightgbm.LGBMClassifier(**quiet()), TWO),
    "LightGBM, three classes": (lightgbm.LGBMClassifier(**quiet(n_estimators=5)), THREE),
    "LightGBM, one against all": (lightgbm.LGBMClassifier(**quiet(objective="multiclassova", n_estimators=5)), THREE),
    "LightGBM, a forest": (
        lightgbm.LGBMClassifier(**quiet(boosting_type="rf", bagging_freq=1, bagging_fraction=0.7)),
        TWO,
    ),
    "LightGBM, no missing values": (lightgbm.LGBMClassifier(**quiet(use_missing=False)), TWO),
}


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_booster_gives_all_decisions_of_its_library_at_its_own_split_points(name: str, out: Path) -> None:
    model, labels = CLASSIFIERS[name]
    if "early" in name:
        model.fit(X, labels, eval_set=[(X[:80], 1 - labels[:80])], verbose=False)
    else:
        model.fit(X, labels)
    report = export(model, X, out=out)
    assert report.precision == ("float64" if "LightGBM" in name else "float32")
    rows = split_points(model)
    given = Served(out).run(rows)
    wanted = model.predict_proba(rows)
    assert np.abs(given["probabilities"] - wanted).max() < 1e-6
    assert given["label"].tolist() == model.predict(rows).tolist()


@pytest.mark.parametrize(
    "model",
    [
        xgboost.XGBRegressor(**few()),
        xgboost.XGBRegressor(**few(objective="count:poisson")),
        xgboost.XGBRegressor(**few(objective="reg:tweedie")),
        xgboost.XGBRegressor(**few(objective="reg:quantileerror", quantile_alpha=0.8)),
        lightgbm.LGBMRegressor(**quiet()),
        lightgbm.LGBMRegressor(**quiet(objective="poisson")),
        lightgbm.LGBMRegressor(**quiet(objective="quantile", alpha=0.8)),
        lightgbm.LGBMRegressor(**quiet(reg_sqrt=True)),
    ],
    ids=lambda model: f"{type(model).__name__}-{model.objective}",
)
def test_regressors_of_every_link_give_the_numbers_of_their_library(model: Any, out: Path) -> None:
    model.fit(X, np.exp(NUMBER / 2))
    export(model, X, out=out)
    rows = split_points(model)
    wanted = model.predict(rows)
    assert np.abs(Served(out).run(rows)["prediction"][:, 0] / wanted - 1).max() < 1e-6


def test_boosters_without_wrappers_are_taken_as_they_are(out: Path) -> None:
    wrapped: list[Any] = [lightgbm.LGBMClassifier(**quiet()).fit(X, TWO), xgboost.XGBClassifier(**few()).fit(X, TWO)]
    for at, booster in enumerate([wrapped[0].booster_, wrapped[1].get_booster()]):
        assert export(booster, X, out=out / str(at)).agrees
        given = Served(out / str(at)).run(X)["probabilities"]
        assert np.abs(given - wrapped[at].predict_proba(X)).max() < 1e-6


def test_a_scaler_before_xgboost_is_kept_in_float64(out: Path) -> None:
    model = make_pipeline(StandardScaler(), xgboost.XGBClassifier(**few())).fit(X, TWO)
    report = export(model, X, out=out)
    assert report.precision == "float64" and report.agrees
    assert any(each.form == "float32" and each.problem is not None for each in report.attempts)


@pytest.mark.parametrize("library", ["xgboost", "lightgbm", "scikit-learn"])
def test_categories_of_pandas_reach_the_trees_as_the_library_codes_them(library: str, people: Any, outcome: Any, out: Path) -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier

    rows = people.assign(sex=people["sex"].astype("category"), port=people["port"].astype("category"))
    makes: dict[str, Any] = {
        "xgboost": lambda: xgboost.XGBClassifier(**few(enable_categorical=True, max_cat_to_onehot=1)),
        "lightgbm": lambda: lightgbm.LGBMClassifier(**quiet(min_data_per_group=2, cat_smooth=1, max_cat_to_onehot=1)),
        "scikit-learn": lambda: HistGradientBoostingClassifier(max_iter=8, categorical_features="from_dtype"),
    }
    model = makes[library]().fit(rows, outcome)
    assert export(model, rows, out=out).agrees
    served = Served(out)
    assert np.abs(served.run(rows)["probabilities"] - model.predict_proba(rows)).max() < 1e-6
    assert "enum: [C, Q, S]" in served.launch


def test_categories_with_letters_of_several_bytes_reach_the_trees(out: Path) -> None:
    """XGBoost 3.2 saves the names of such categories cut."""
    random = np.random.default_rng(4)
    texts = {"pay": ["bank", "card", "Überweisung"], "size": ["ä", "öö", "日本", "zz"]}
    rows = pd.DataFrame({name: pd.Categorical(random.choice(each, 600), categories=each) for name, each in texts.items()})
    labels = (rows["pay"].isin(["Überweisung"]).to_numpy() ^ rows["size"].isin(["öö", "zz"]).to_numpy()).astype(int)
    model = xgboost.XGBClassifier(**few(enable_categorical=True, max_cat_to_onehot=1)).fit(rows, labels)
    assert export(model, rows, out=out).agrees
    served = Served(out)
    assert np.abs(served.run(rows)["probabilities"] - model.predict_proba(rows)).max() < 1e-6
    assert 'enum: [bank, card, "Überweisung"]' in served.launch


def many_categories(kind: str) -> Any:
    random = np.random.default_rng(6)
    city = random.choice([f"c{at}" for at in range(20)], 600)
    rows = pd.DataFrame({"calls": random.poisson(1, 600), "sum": random.normal(size=600).round(1), "city": city})
    rows.loc[random.random(600) < 0.1, "sum"] = np.nan
    return rows.assign(city=rows["city"].astype(kind)), ((rows["calls"] > 0) ^ np.isin(city, ["c1", "c2"])).astype(int)


@pytest.mark.parametrize("threshold", [0.0, 0.3], ids=["dense", "sparse"])
@pytest.mark.parametrize("kind", ["str", "category"])
@pytest.mark.parametrize("form", ["xgboost", "lightgbm", "voting", "scaled", "target"])
def test_boosters_behind_an_encoder_take_zeros_as_their_library_does(form: str, kind: str, threshold: float, out: Path) -> None:
    """To XGBoost the zeros of a sparse matrix are missing, to LightGBM they are zeros."""
    rows, labels = many_categories(kind)
    encode = ColumnTransformer(
        [("n", "passthrough", ["calls", "sum"]), ("c", OneHotEncoder(handle_unknown="ignore"), ["city"])],
        sparse_threshold=threshold,
    )
    booster = xgboost.XGBClassifier(**few())
    steps: dict[str, list[Any]] = {
        "xgboost": [encode, booster],
        "lightgbm": [encode, lightgbm.LGBMClassifier(**quiet(min_data_in_leaf=5))],
        "voting": [encode, VotingClassifier([("b", booster)], voting="soft")],
        "target": [encode, TransformedTargetRegressor(xgboost.XGBRegressor(**few()), func=np.log1p, inverse_func=np.expm1)],
        "scaled": [encode, StandardScaler(with_mean=False), booster],
    }
    model = make_pipeline(*steps[form]).fit(rows, labels)
    assert hasattr(model[0].transform(rows), "tocsr") == (threshold > 0)
    assert export(model, rows, out=out).agrees
    given = Served(out).run(rows)
    wanted = model.predict(rows)[:, None] if form == "target" else model.predict_proba(rows)
    assert np.abs(given["prediction" if form == "target" else "probabilities"] - wanted).max() < 1e-6


@pytest.mark.parametrize(
    "model",
    [
        xgboost.XGBClassifier(**few(booster="gblinear")).fit(FILLED, TWO),
        xgboost.XGBClassifier(**few(missing=-1.0)).fit(FILLED, TWO),
        lightgbm.LGBMRegressor(**quiet(linear_tree=True)).fit(FILLED, NUMBER),
    ],
    ids=["linear booster", "another missing value", "linear trees"],
)
def test_what_cannot_be_written_exactly_is_refused_with_another_way(model: Any, out: Path) -> None:
    with pytest.raises(ExportError, match="save_model") as caught:
        export(model, FILLED, out=out)
    assert caught.value.code == "MODEL_UNSUPPORTED"
    assert not out.exists()


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
def test_numbers_that_the_model_takes_for_categories_are_integers_of_the_contract(library: str, out: Path) -> None:
    codes = np.random.default_rng(9).integers(0, 6, ROWS).astype(float)
    rows = np.column_stack([FILLED[:, 0], codes])
    labels = (np.isin(codes, [1, 4]) ^ (FILLED[:, 0] > 1)).astype(int)
    makes: dict[str, Any] = {
        "xgboost": lambda: xgboost.XGBClassifier(
            **few(feature_types=["q", "c"], enable_categorical=True, max_cat_to_onehot=1)
        ).fit(rows, labels),
        "lightgbm": lambda: lightgbm.LGBMClassifier(**quiet(min_data_per_group=2, cat_smooth=1)).fit(
            rows, labels, categorical_feature=[1]
        ),
    }
    model = makes[library]()
    assert export(model, rows, out=out).agrees
    served = Served(out)
    assert "  x1: { type: integer, minimum: 0, maximum: 8 }" in served.launch
    assert np.abs(served.run(rows)["probabilities"] - model.predict_proba(rows)).max() < 1e-6
