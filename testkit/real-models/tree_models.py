"""Trees and ensembles of them."""

from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingClassifier,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from case import Case, decision_function, decisions, predictions
from data_sets import cars_of_numbers, clusters, coded_learners, named_iris, of_sklearn, two_labels

group = "trees"
dropped_side = "the converter drops the side of a tree that a missing value takes"


def cases() -> list[Case]:
    cancer, wine, diabetes, iris, digits = map(of_sklearn, ["breast_cancer", "wine", "diabetes", "iris", "digits"])
    linnerud = of_sklearn("linnerud")
    few = {"n_estimators": 10, "max_depth": 4, "random_state": 1}
    shallow = {"max_iter": 10, "max_depth": 4, "random_state": 1}
    return [
        Case(
            "tree-classifier",
            "DecisionTreeClassifier of text labels",
            group,
            named_iris(),
            DecisionTreeClassifier(max_depth=4, random_state=1),
        ),
        Case(
            "tree-regressor",
            "DecisionTreeRegressor",
            group,
            diabetes,
            DecisionTreeRegressor(max_depth=5, random_state=1),
        ),
        Case("forest-binary", "RandomForestClassifier of two classes", group, cancer, RandomForestClassifier(**few)),
        Case(
            "forest-multiclass",
            "RandomForestClassifier of ten classes, opset 18",
            group,
            digits,
            RandomForestClassifier(**few),
            opset=18,
            zipmap=False,
        ),
        Case(
            "forest-missing",
            "RandomForestClassifier with missing values",
            group,
            clusters(3, missing=0.1),
            RandomForestClassifier(**few),
            missing=True,
            difference=dropped_side,
        ),
        Case("forest-regressor", "RandomForestRegressor", group, diabetes, RandomForestRegressor(**few)),
        Case(
            "forest-three-targets",
            "RandomForestRegressor of three targets",
            group,
            linnerud,
            RandomForestRegressor(**few),
        ),
        Case("extra-trees", "ExtraTreesClassifier", group, wine, ExtraTreesClassifier(**few)),
        Case(
            "extra-trees-regressor",
            "StandardScaler, ExtraTreesRegressor",
            group,
            diabetes,
            make_pipeline(StandardScaler(), ExtraTreesRegressor(**few)),
        ),
        Case(
            "boosting-binary",
            "GradientBoostingClassifier of two classes",
            group,
            cancer,
            GradientBoostingClassifier(n_estimators=15, max_depth=3, random_state=1),
        ),
        Case(
            "boosting-multiclass",
            "GradientBoostingClassifier of three classes",
            group,
            iris,
            GradientBoostingClassifier(n_estimators=8, max_depth=3, random_state=1),
        ),
        Case(
            "boosting-regressor",
            "GradientBoostingRegressor",
            group,
            diabetes,
            GradientBoostingRegressor(n_estimators=15, max_depth=3, random_state=1),
        ),
        Case(
            "hist-missing",
            "HistGradientBoostingClassifier with missing values",
            group,
            clusters(2, missing=0.15),
            HistGradientBoostingClassifier(**shallow),
            missing=True,
        ),
        Case(
            "hist-multiclass",
            "HistGradientBoostingClassifier of three classes",
            group,
            wine,
            HistGradientBoostingClassifier(**shallow),
        ),
        Case(
            "hist-regressor",
            "HistGradientBoostingRegressor with missing values",
            group,
            clusters(0, missing=0.15),
            HistGradientBoostingRegressor(**shallow),
            missing=True,
        ),
        Case(
            "ada-boost",
            "AdaBoostClassifier of three classes",
            group,
            iris,
            AdaBoostClassifier(DecisionTreeClassifier(max_depth=2), n_estimators=6, random_state=1),
        ),
        Case(
            "ada-boost-regressor",
            "AdaBoostRegressor",
            group,
            diabetes,
            AdaBoostRegressor(n_estimators=5, random_state=1),
        ),
        Case(
            "bagging",
            "BaggingClassifier of trees",
            group,
            wine,
            BaggingClassifier(DecisionTreeClassifier(max_depth=3), n_estimators=5, random_state=1),
        ),
        Case(
            "isolation-forest",
            "IsolationForest",
            group,
            iris,
            IsolationForest(n_estimators=10, max_samples=64, random_state=1),
            answers=decision_function,
        ),
        Case(
            "multi-output-regressor",
            "MultiOutputRegressor of GradientBoostingRegressor",
            group,
            linnerud,
            MultiOutputRegressor(GradientBoostingRegressor(n_estimators=5, max_depth=2, random_state=1)),
        ),
        Case(
            "hist-categories",
            "HistGradientBoostingClassifier with a categorical feature",
            group,
            coded_learners(),
            HistGradientBoostingClassifier(categorical_features=[2], **shallow),
            missing=True,
            categories=[2, 3],
            difference="the converter takes categories for numbers and says nothing",
        ),
        Case(
            "forest-two-labels",
            "RandomForestClassifier of two labels at once",
            group,
            two_labels(),
            RandomForestClassifier(**few),
            zipmap=False,
            outputs=["label"],
            answers=predictions,
        ),
        Case(
            "multi-output-classifier",
            "MultiOutputClassifier of DecisionTreeClassifier",
            group,
            two_labels(),
            MultiOutputClassifier(DecisionTreeClassifier(max_depth=3, random_state=1)),
            zipmap=False,
            outputs=["label"],
            answers=predictions,
        ),
        Case(
            "cars-hist",
            "HistGradientBoostingRegressor of cars with missing values",
            group,
            cars_of_numbers(),
            HistGradientBoostingRegressor(**shallow),
            missing=True,
        ),
        Case(
            "boosting-raw",
            "GradientBoostingClassifier, raw scores",
            group,
            iris,
            GradientBoostingClassifier(n_estimators=5, max_depth=2, random_state=1),
            options={GradientBoostingClassifier: {"raw_scores": True, "zipmap": False}},
            answers=decisions,
        ),
    ]
