"""XGBoost and LightGBM, alone and behind encoders, through the converters of onnxmltools."""

from lightgbm import LGBMClassifier, LGBMRegressor
from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm
from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost
from skl2onnx import update_registered_converter
from skl2onnx.common.shape_calculator import (
    calculate_linear_classifier_output_shapes,
    calculate_linear_regressor_output_shapes,
)
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from xgboost import XGBClassifier, XGBRegressor

from case import Case
from data_sets import cars_of_numbers, clusters, coded_learners, learners, of_sklearn

classifier_options = {"nocl": [True, False], "zipmap": [True, False, "columns"]}

rounded_threshold = "the converter rounds the thresholds to float32, some to the other side of a row's value"
rounded_scaler = "the scaler rounds to float32, and the row's value is a threshold"

rounded_mean = "the mean of the scaler is rounded to float32, and the row's value is a threshold"


def register() -> None:
    for kind, name, convert in [
        (XGBClassifier, "XGBClassifier", convert_xgboost),
        (LGBMClassifier, "LgbmClassifier", convert_lightgbm),
    ]:
        update_registered_converter(
            kind, name, calculate_linear_classifier_output_shapes, convert, options=classifier_options
        )
    update_registered_converter(XGBRegressor, "XGBRegressor", calculate_linear_regressor_output_shapes, convert_xgboost)
    update_registered_converter(
        LGBMRegressor,
        "LgbmRegressor",
        calculate_linear_regressor_output_shapes,
        convert_lightgbm,
        options={"split": None},
    )


def cases() -> list[Case]:
    register()
    return [*of_xgboost(), *of_lightgbm()]


def of_xgboost() -> list[Case]:
    group = "XGBoost"
    cancer, wine, diabetes = map(of_sklearn, ["breast_cancer", "wine", "diabetes"])
    few = {"n_estimators": 10, "max_depth": 3, "random_state": 1, "n_jobs": 1}
    return [
        Case("xgb-binary", "XGBClassifier of two classes", group, cancer, XGBClassifier(**few)),
        Case("xgb-multiclass", "XGBClassifier of three classes", group, wine, XGBClassifier(**few), zipmap=False),
        Case("xgb-regressor", "XGBRegressor", group, diabetes, XGBRegressor(**few)),
        Case(
            "xgb-missing",
            "XGBClassifier with missing values",
            group,
            clusters(2, missing=0.15),
            XGBClassifier(**few),
            missing=True,
        ),
        Case(
            "xgb-pipeline",
            "OneHotEncoder, XGBClassifier",
            group,
            learners(),
            encoded(XGBClassifier(**few)),
            columns=True,
            unknown=True,
            difference=rounded_scaler,
        ),
        Case(
            "xgb-pipeline-div-cast",
            "the same with the scaler's option div_cast",
            group,
            learners(),
            encoded(XGBClassifier(**few)),
            columns=True,
            unknown=True,
            options={StandardScaler: {"div": "div_cast"}},
            difference=rounded_mean,
        ),
        Case(
            "xgb-cars",
            "XGBRegressor of cars with missing values",
            group,
            cars_of_numbers(),
            XGBRegressor(**few),
            missing=True,
        ),
        Case(
            "xgb-poisson",
            "XGBRegressor with count:poisson",
            group,
            diabetes,
            XGBRegressor(objective="count:poisson", **few),
        ),
        Case(
            "xgb-categories",
            "XGBClassifier with categories",
            group,
            coded_learners(),
            XGBClassifier(feature_types=["q", "q", "c", "c"], enable_categorical=True, max_cat_to_onehot=1, **few),
            missing=True,
            categories=[2, 3],
        ),
    ]


def of_lightgbm() -> list[Case]:
    group = "LightGBM"
    cancer, wine, diabetes = map(of_sklearn, ["breast_cancer", "wine", "diabetes"])
    few = {"n_estimators": 10, "num_leaves": 8, "random_state": 1, "n_jobs": 1, "verbose": -1, "deterministic": True}
    return [
        Case(
            "lgbm-binary",
            "LGBMClassifier of two classes",
            group,
            cancer,
            LGBMClassifier(**few),
            difference=rounded_threshold,
        ),
        Case(
            "lgbm-multiclass",
            "LGBMClassifier of three classes",
            group,
            wine,
            LGBMClassifier(**few),
            zipmap=False,
            difference=rounded_threshold,
        ),
        Case("lgbm-regressor", "LGBMRegressor", group, diabetes, LGBMRegressor(**few), difference=rounded_threshold),
        Case(
            "lgbm-missing",
            "LGBMClassifier with missing values",
            group,
            clusters(2, missing=0.15),
            LGBMClassifier(**few),
            missing=True,
            difference=rounded_threshold,
        ),
        Case(
            "lgbm-pipeline",
            "OneHotEncoder, LGBMClassifier",
            group,
            learners(),
            encoded(LGBMClassifier(**few)),
            columns=True,
            unknown=True,
            difference=rounded_threshold,
        ),
        Case(
            "lgbm-categories",
            "LGBMClassifier with categories",
            group,
            coded_learners(),
            LGBMClassifier(**few, categorical_feature=[2, 3]),
            missing=True,
            categories=[2, 3],
            difference=rounded_threshold,
        ),
        Case(
            "lgbm-cars",
            "LGBMRegressor of cars with missing values",
            group,
            cars_of_numbers(),
            LGBMRegressor(**few),
            missing=True,
            difference=rounded_threshold,
        ),
        Case(
            "lgbm-split",
            "LGBMRegressor in pieces of four trees, summed in float64",
            group,
            diabetes,
            LGBMRegressor(**few),
            options={LGBMRegressor: {"split": 4}},
            difference=rounded_threshold,
        ),
        Case(
            "lgbm-poisson",
            "LGBMRegressor with the poisson objective",
            group,
            diabetes,
            LGBMRegressor(objective="poisson", **few),
            difference=rounded_threshold,
        ),
    ]


def encoded(model):
    parts = [
        ("numbers", StandardScaler(), ["hours", "quiz"]),
        ("texts", OneHotEncoder(handle_unknown="ignore", sparse_output=False), ["city", "plan"]),
    ]
    return make_pipeline(ColumnTransformer(parts), model)
