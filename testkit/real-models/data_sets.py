"""What the models learn: data that ship inside packages, and two sets drawn here. README.md has the licences."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from palmerpenguins import load_penguins as read_penguins
from sklearn import datasets
from vega_datasets import local_data


@dataclass(frozen=True)
class Data:
    """Features by name and what is to be learned. A missing number is NaN, a missing text the empty one."""

    name: str
    features: pd.DataFrame
    target: np.ndarray

    def matrix(self) -> np.ndarray:
        return self.features.to_numpy(np.float64)


def of_sklearn(name: str) -> Data:
    """iris, wine, breast_cancer, diabetes, digits or linnerud, as scikit-learn ships them."""
    bunch = getattr(datasets, f"load_{name}")()
    names = [str(feature).replace(" ", "_") for feature in bunch.feature_names]
    return Data(name, pd.DataFrame(as_float32(bunch.data), columns=names), bunch.target)


def named_iris() -> Data:
    bunch = datasets.load_iris()
    return Data("iris", of_sklearn("iris").features, bunch.target_names[bunch.target].astype(object))


def penguins(target: str) -> Data:
    """Penguins of three islands, with missing measures and sexes. `target` is species or body_mass_g."""
    table = read_penguins().drop(columns="year")
    table = table[table[target].notna()].reset_index(drop=True)
    features = table.drop(columns=target)
    return Data("penguins", with_plain_columns(features), plain_target(table[target]))


def cars(target: str) -> Data:
    """Cars of 1970 to 1982, with missing horsepower and consumption. `target` is Origin or Miles_per_Gallon."""
    table = local_data.cars().drop(columns="Name")
    table["Year"] = table["Year"].dt.year
    table = table[table[target].notna()].reset_index(drop=True)
    return Data("cars", with_plain_columns(table.drop(columns=target)), plain_target(table[target]))


def cars_of_numbers() -> Data:
    table = cars("Miles_per_Gallon")
    return Data("cars", table.features.drop(columns="Origin").astype(np.float64), table.target)


def learners(missing: bool = False, rows: int = 500) -> Data:
    """Drawn here: hours, quiz scores and attempts of learners in four cities, and whether they needed support."""
    random = np.random.default_rng(31)
    hours = as_float32(random.gamma(3, 4, rows))
    quiz = as_float32(random.uniform(0, 100, rows))
    attempts = random.integers(1, 6, rows)
    city = random.choice(["Basel", "Bern", "Zürich", "Genève"], rows, p=[0.4, 0.3, 0.25, 0.05])
    plan = random.choice(["free", "team", "school"], rows)
    noise = random.logistic(size=rows)
    needed = (
        2.5 - 0.15 * hours - 0.03 * quiz + 0.4 * attempts + (city == "Bern") - (plan == "team") + noise > 0
    ).astype(np.int64)
    features = pd.DataFrame({"hours": hours, "quiz": quiz, "attempts": attempts, "city": city, "plan": plan})
    if missing:
        features.loc[random.random(rows) < 0.1, ["hours"]] = np.nan
        features.loc[random.random(rows) < 0.1, ["quiz"]] = np.nan
        features.loc[random.random(rows) < 0.1, ["city"]] = ""
    return Data("learners", with_plain_columns(features), needed)


def coded_learners() -> Data:
    """The same with texts as codes, as LightGBM, XGBoost and HistGradientBoosting take categories."""
    table = learners(missing=True)
    features = table.features[["hours", "quiz"]].copy()
    for name in ["city", "plan"]:
        codes = pd.Categorical(table.features[name].replace("", np.nan)).codes.astype(np.float64)
        features[name] = np.where(codes < 0, np.nan, codes)
    return Data("learners", features, table.target)


def two_labels() -> Data:
    """Two labels a row: which half of two of the features it is in, with some noise."""
    table = clusters(2)
    other = (table.features["x3"] + 0.5 * table.features["x4"] > 0).astype(np.int64)
    return Data(table.name, table.features, np.column_stack([table.target, other]))


def clusters(classes: int = 2, features: int = 5, missing: float = 0.0, rows: int = 400) -> Data:
    """Drawn here: normal features, and classes or (with 0 classes) a number that depend on some of them."""
    random = np.random.default_rng(37)
    x = as_float32(random.normal(size=(rows, features)))
    signal = x[:, 0] - 0.7 * x[:, 1] + np.abs(x[:, 2]) - 0.8 + 0.3 * random.normal(size=rows)
    target = signal if classes == 0 else np.digitize(signal, np.quantile(signal, np.arange(1, classes) / classes))
    x[random.random(x.shape) < missing] = np.nan
    return Data("normal numbers", pd.DataFrame(x, columns=[f"x{at}" for at in range(features)]), target)


def as_float32(values: np.ndarray) -> np.ndarray:
    """Values that a float32 input takes as they are, so that library and artifact are asked the same question."""
    return np.asarray(values, dtype=np.float32).astype(np.float64)


def with_plain_columns(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({name: plain_column(table[name]) for name in table.columns})


def plain_column(column: pd.Series) -> pd.Series:
    """float64 of float32 values, int64, or Python's own text."""
    if pd.api.types.is_float_dtype(column):
        return pd.Series(as_float32(column.to_numpy()))
    if pd.api.types.is_integer_dtype(column):
        return column.astype(np.int64)
    texts = ["" if pd.isna(text) else str(text) for text in column]
    return pd.Series(texts, dtype=object)


def plain_target(column: pd.Series) -> np.ndarray:
    return column.to_numpy(np.float64) if pd.api.types.is_numeric_dtype(column) else column.to_numpy(object)
