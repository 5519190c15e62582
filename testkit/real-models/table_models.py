"""Pipelines over tables: columns of numbers, whole numbers and text, through encoders into a model."""

from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
    TargetEncoder,
)
from sklearn.tree import DecisionTreeClassifier

from case import Case
from data_sets import cars, learners, penguins
from tree_models import dropped_side

group = "pipelines"

numbers_of_learners, texts_of_learners = ["hours", "quiz"], ["city", "plan"]
measures = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm"]
sizes = ["Displacement", "Horsepower", "Weight_in_lbs", "Acceleration"]


def cases() -> list[Case]:
    most_frequent = SimpleImputer(missing_values="", strategy="most_frequent")
    return [
        Case(
            "penguins-logistic",
            "imputers, StandardScaler, OneHotEncoder, LogisticRegression",
            group,
            penguins("species"),
            of_columns(
                [
                    ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), [*measures, "body_mass_g"]),
                    ("texts", make_pipeline(most_frequent, OneHotEncoder(handle_unknown="ignore")), ["island", "sex"]),
                ],
                LogisticRegression(max_iter=500),
            ),
            columns=True,
            missing=True,
            unknown=True,
        ),
        Case(
            "penguins-forest",
            "OrdinalEncoder with a value for unknown ones, RandomForestRegressor",
            group,
            penguins("body_mass_g"),
            of_columns(
                [
                    ("numbers", SimpleImputer(strategy="median"), measures),
                    (
                        "texts",
                        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
                        ["species", "island", "sex"],
                    ),
                ],
                RandomForestRegressor(10, max_depth=4, random_state=1),
            ),
            columns=True,
            missing=True,
            unknown=True,
        ),
        Case(
            "cars-ridge",
            "median, MinMaxScaler, OneHotEncoder that drops the first, Ridge",
            group,
            cars("Miles_per_Gallon"),
            of_columns(
                [
                    ("numbers", make_pipeline(SimpleImputer(strategy="median"), MinMaxScaler()), ["Horsepower"]),
                    ("whole", MinMaxScaler(), ["Weight_in_lbs", "Year"]),
                    ("classes", OneHotEncoder(drop="first", sparse_output=False), ["Cylinders", "Origin"]),
                ],
                Ridge(),
            ),
            columns=True,
            missing=True,
            tolerance=2e-5,
        ),
        Case(
            "learners-whole-numbers",
            "OneHotEncoder of whole numbers and text, LogisticRegression, opset 18",
            group,
            learners(),
            of_columns(
                [
                    ("numbers", StandardScaler(), numbers_of_learners),
                    ("attempts", OneHotEncoder(handle_unknown="ignore"), ["attempts"]),
                    ("texts", OneHotEncoder(handle_unknown="ignore"), texts_of_learners),
                ],
                LogisticRegression(),
            ),
            columns=True,
            unknown=True,
            opset=18,
            zipmap=False,
        ),
        Case(
            "learners-infrequent",
            "OneHotEncoder with infrequent categories, LogisticRegression",
            group,
            learners(),
            of_columns(
                [
                    ("numbers", StandardScaler(), numbers_of_learners),
                    ("texts", OneHotEncoder(min_frequency=40), texts_of_learners),
                ],
                LogisticRegression(),
            ),
            columns=True,
        ),
        Case(
            "learners-target-encoder",
            "TargetEncoder, LogisticRegression",
            group,
            learners(),
            of_columns(
                [
                    ("numbers", StandardScaler(), numbers_of_learners),
                    ("texts", TargetEncoder(random_state=1), texts_of_learners),
                ],
                LogisticRegression(),
            ),
            columns=True,
            unknown=True,
        ),
        Case(
            "learners-constant",
            "constant imputers, OrdinalEncoder, DecisionTreeClassifier",
            group,
            learners(missing=True),
            of_columns(
                [
                    ("numbers", SimpleImputer(strategy="constant", fill_value=-1.0), numbers_of_learners),
                    (
                        "texts",
                        make_pipeline(
                            SimpleImputer(missing_values="", strategy="constant", fill_value="nowhere"),
                            OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
                        ),
                        texts_of_learners,
                    ),
                ],
                DecisionTreeClassifier(max_depth=5, random_state=1),
            ),
            columns=True,
            missing=True,
            unknown=True,
        ),
        Case(
            "learners-kbins",
            "KBinsDiscretizer one-hot, OneHotEncoder, LogisticRegression",
            group,
            learners(),
            of_columns(
                [
                    (
                        "numbers",
                        KBinsDiscretizer(4, encode="onehot-dense", quantile_method="averaged_inverted_cdf"),
                        numbers_of_learners,
                    ),
                    ("texts", OneHotEncoder(handle_unknown="ignore"), texts_of_learners),
                ],
                LogisticRegression(),
            ),
            columns=True,
            unknown=True,
        ),
        Case(
            "learners-float64",
            "StandardScaler, OneHotEncoder, LogisticRegression with float64 inputs",
            group,
            learners(),
            of_columns(
                [
                    ("numbers", StandardScaler(), ["quiz", "hours"]),
                    ("texts", OneHotEncoder(handle_unknown="ignore"), ["city"]),
                ],
                LogisticRegression(),
            ),
            columns=True,
            float64=True,
            unknown=True,
            zipmap=False,
        ),
        Case(
            "cars-origin-tree",
            "constant imputers, OrdinalEncoder of whole numbers, DecisionTreeClassifier",
            group,
            cars("Origin"),
            of_columns(
                [
                    (
                        "numbers",
                        SimpleImputer(strategy="constant", fill_value=-1.0),
                        ["Miles_per_Gallon", "Horsepower", "Displacement"],
                    ),
                    ("cylinders", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), ["Cylinders"]),
                    ("rest", "passthrough", ["Acceleration"]),
                ],
                DecisionTreeClassifier(max_depth=4, random_state=1),
            ),
            columns=True,
            missing=True,
            unknown=True,
            difference=dropped_side,
        ),
        Case(
            "penguins-search",
            "GridSearchCV of a pipeline: median, MinMaxScaler, OneHotEncoder, LogisticRegression",
            group,
            penguins("species"),
            GridSearchCV(
                of_columns(
                    [
                        ("numbers", make_pipeline(SimpleImputer(strategy="median"), MinMaxScaler()), measures),
                        ("texts", OneHotEncoder(handle_unknown="ignore"), ["island", "sex"]),
                    ],
                    LogisticRegression(max_iter=500),
                ),
                {"logisticregression__C": [0.1, 1.0]},
                cv=3,
            ),
            columns=True,
            missing=True,
            unknown=True,
        ),
        Case(
            "cars-boosting",
            "most frequent, StandardScaler, OneHotEncoder, GradientBoostingRegressor",
            group,
            cars("Miles_per_Gallon"),
            of_columns(
                [
                    (
                        "numbers",
                        make_pipeline(SimpleImputer(strategy="most_frequent"), StandardScaler()),
                        ["Displacement", "Horsepower"],
                    ),
                    ("origin", OneHotEncoder(handle_unknown="ignore"), ["Origin"]),
                ],
                GradientBoostingRegressor(n_estimators=12, max_depth=3, random_state=1),
            ),
            columns=True,
            missing=True,
            unknown=True,
        ),
    ]


def of_columns(parts: list, model) -> Pipeline:
    return make_pipeline(ColumnTransformer(parts), model)
