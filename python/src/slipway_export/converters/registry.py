"""Which converter writes which estimator, for the time of one conversion."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from . import adaboost, discriminant, encoders, hist_gradient_boosting, lightgbm_trees, numbers, scikit_trees, target, xgboost_trees

Convert = Callable[[Any, Any, Any], None]
Shapes = Callable[[Any], None]


@contextmanager
def own_converters() -> Iterator[None]:
    """Puts our converters into skl2onnx's tables, and the tables back as they were."""
    from sklearn.compose import TransformedTargetRegressor
    from skl2onnx import update_registered_converter
    from skl2onnx._parse import sklearn_parsers_map, update_registered_parser
    from skl2onnx._supported_operators import sklearn_operator_name_map
    from skl2onnx.common._registration import _converter_pool, _shape_calculator_pool

    tables = (sklearn_operator_name_map, _converter_pool, _shape_calculator_pool, sklearn_parsers_map)
    before = [dict(table) for table in tables]
    try:
        for estimator, (shapes, convert, is_classifier) in _table().items():
            options = _CLASSIFIER_OPTIONS if is_classifier else {"score_samples": [False]}
            update_registered_converter(estimator, f"Slipway{estimator.__name__}", shapes, convert, options=options)
        kind = TransformedTargetRegressor
        update_registered_converter(kind, target.ALIAS, target.shapes, target.convert)
        update_registered_parser(kind, target.parse)
        yield
    finally:
        for table, saved in zip(tables, before):
            table.clear()
            table.update(saved)


_CLASSIFIER_OPTIONS = {
    "zipmap": [True, False, "columns"],
    "nocl": [True, False],
    "output_class_labels": [False, True],
    "raw_scores": [False],
}


def _table() -> dict[type, tuple[Shapes, Convert, bool]]:
    from sklearn import discriminant_analysis, ensemble, impute, preprocessing, tree

    st, hgb = scikit_trees, hist_gradient_boosting
    classifier = (st.classifier_shapes, st.convert_classifier, True)
    regressor = (st.regressor_shapes, st.convert_regressor, False)
    return {
        tree.DecisionTreeClassifier: classifier,
        tree.ExtraTreeClassifier: classifier,
        ensemble.RandomForestClassifier: classifier,
        ensemble.ExtraTreesClassifier: classifier,
        tree.DecisionTreeRegressor: regressor,
        tree.ExtraTreeRegressor: regressor,
        ensemble.RandomForestRegressor: regressor,
        ensemble.ExtraTreesRegressor: regressor,
        ensemble.GradientBoostingClassifier: (st.boosted_classifier_shapes, st.convert_boosted_classifier, True),
        ensemble.GradientBoostingRegressor: (st.boosted_regressor_shapes, st.convert_boosted_regressor, False),
        ensemble.IsolationForest: (st.isolation_shapes, st.convert_isolation_forest, False),
        ensemble.HistGradientBoostingClassifier: (hgb.classifier_shapes, hgb.convert_classifier, True),
        ensemble.HistGradientBoostingRegressor: (hgb.regressor_shapes, hgb.convert_regressor, False),
        ensemble.AdaBoostClassifier: (adaboost.shapes, adaboost.convert, True),
        discriminant_analysis.LinearDiscriminantAnalysis: (discriminant.shapes, discriminant.convert, True),
        preprocessing.OneHotEncoder: (encoders.one_hot_shapes, encoders.convert_one_hot, False),
        preprocessing.OrdinalEncoder: (encoders.ordinal_shapes, encoders.convert_ordinal, False),
        preprocessing.FunctionTransformer: (numbers.function_shapes, numbers.convert_function, False),
        preprocessing.PolynomialFeatures: (numbers.polynomial_shapes, numbers.convert_polynomial, False),
        preprocessing.KBinsDiscretizer: (numbers.bins_shapes, numbers.convert_bins, False),
        impute.SimpleImputer: (encoders.imputer_shapes, encoders.convert_imputer, False),
        **_boosters(),
    }


def _boosters() -> dict[type, tuple[Shapes, Convert, bool]]:
    """The estimators of XGBoost and LightGBM, where the model at hand has loaded those libraries."""
    found: dict[type, tuple[Shapes, Convert, bool]] = {}
    xgb, lgb = xgboost_trees, lightgbm_trees
    from ..native import NativeClassifier, NativeRegressor

    if (xgboost := sys.modules.get("xgboost")) is not None:
        for name in ("XGBClassifier", "XGBRFClassifier"):
            found[getattr(xgboost, name)] = (xgb.classifier_shapes, xgb.convert_classifier, True)
        for name in ("XGBRegressor", "XGBRFRegressor", "XGBRanker"):
            found[getattr(xgboost, name)] = (xgb.regressor_shapes, xgb.convert_regressor, False)
    if (lightgbm := sys.modules.get("lightgbm")) is not None:
        found[lightgbm.LGBMClassifier] = (lgb.classifier_shapes, lgb.convert_classifier, True)
        for name in ("LGBMRegressor", "LGBMRanker"):
            found[getattr(lightgbm, name)] = (lgb.regressor_shapes, lgb.convert_regressor, False)
    for native, library in ((NativeClassifier, True), (NativeRegressor, False)):
        found[native] = (_native_shapes(library), _native_convert(library), library)
    return found


def _native_shapes(is_classifier: bool) -> Shapes:
    def shapes(operator: Any) -> None:
        library = xgboost_trees if operator.raw_operator.library == "xgboost" else lightgbm_trees
        (library.classifier_shapes if is_classifier else library.regressor_shapes)(operator)

    return shapes


def _native_convert(is_classifier: bool) -> Convert:
    def convert(scope: Any, operator: Any, container: Any) -> None:
        library = xgboost_trees if operator.raw_operator.library == "xgboost" else lightgbm_trees
        (library.convert_classifier if is_classifier else library.convert_regressor)(scope, operator, container)

    return convert
