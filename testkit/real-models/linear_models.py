"""Linear models, alone and behind scalers."""

from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import (
    BayesianRidge,
    ElasticNet,
    GammaRegressor,
    Lasso,
    LinearRegression,
    LogisticRegression,
    Perceptron,
    PoissonRegressor,
    Ridge,
    RidgeClassifier,
    SGDClassifier,
    TweedieRegressor,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler
from sklearn.svm import LinearSVC

from case import Case, columns_of_probabilities, decision_function, decisions
from data_sets import named_iris, of_sklearn

group = "linear"


def cases() -> list[Case]:
    cancer, wine, diabetes, digits = map(of_sklearn, ["breast_cancer", "wine", "diabetes", "digits"])
    scaled = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
    # Without options of its own, a LinearSVC at the end of a pipeline is given one that it does not take.
    svc = {LinearSVC: {"nocl": False}}
    return [
        Case("logistic-binary", "StandardScaler, LogisticRegression", group, cancer, scaled, tolerance=2e-5),
        Case(
            "logistic-binary-float64",
            "the same with a float64 input",
            group,
            cancer,
            scaled,
            float64=True,
            zipmap=False,
        ),
        Case(
            "logistic-multiclass",
            "LogisticRegression of three text labels",
            group,
            named_iris(),
            LogisticRegression(max_iter=500),
        ),
        Case(
            "logistic-tensor",
            "LogisticRegression, scores as a tensor, opset 21",
            group,
            of_sklearn("iris"),
            LogisticRegression(max_iter=500),
            zipmap=False,
            opset=21,
        ),
        Case(
            "linear-svc",
            "RobustScaler, LinearSVC of three classes",
            group,
            wine,
            make_pipeline(RobustScaler(), LinearSVC(random_state=1)),
            answers=decisions,
            options=svc,
        ),
        Case(
            "linear-svc-binary",
            "StandardScaler, LinearSVC of two classes",
            group,
            cancer,
            make_pipeline(StandardScaler(), LinearSVC(random_state=1)),
            answers=decision_function,
            options=svc,
        ),
        Case("ridge", "MinMaxScaler, Ridge", group, diabetes, make_pipeline(MinMaxScaler(), Ridge()), tolerance=1e-4),
        Case("ridge-wide", "Ridge of 64 features", group, digits, Ridge()),
        Case(
            "linear-svc-wide",
            "LinearSVC of 64 features and ten classes",
            group,
            digits,
            LinearSVC(C=0.01, random_state=1),
            answers=decisions,
            options=svc,
        ),
        Case("ridge-float64", "Ridge with a float64 input", group, diabetes, Ridge(), float64=True),
        Case("ridge-classifier", "RidgeClassifier of three classes", group, wine, RidgeClassifier(), answers=decisions),
        Case("lasso", "Lasso, opset 18", group, diabetes, Lasso(alpha=0.1), opset=18),
        Case(
            "elastic-net",
            "StandardScaler, ElasticNet",
            group,
            diabetes,
            make_pipeline(StandardScaler(), ElasticNet(alpha=0.05)),
        ),
        Case(
            "linear-three-targets",
            "LinearRegression of three targets",
            group,
            of_sklearn("linnerud"),
            LinearRegression(),
        ),
        Case(
            "sgd-log",
            "MaxAbsScaler, SGDClassifier with log loss",
            group,
            cancer,
            make_pipeline(MaxAbsScaler(), SGDClassifier(loss="log_loss", random_state=1)),
        ),
        Case(
            "sgd-hinge",
            "StandardScaler, SGDClassifier with hinge loss, three classes",
            group,
            wine,
            make_pipeline(StandardScaler(), SGDClassifier(random_state=1)),
            answers=decisions,
        ),
        Case(
            "perceptron",
            "StandardScaler, Perceptron",
            group,
            wine,
            make_pipeline(StandardScaler(), Perceptron(random_state=1)),
            answers=decisions,
        ),
        Case(
            "poisson",
            "StandardScaler, PoissonRegressor",
            group,
            diabetes,
            make_pipeline(StandardScaler(), PoissonRegressor()),
        ),
        Case(
            "gamma",
            "StandardScaler, GammaRegressor",
            group,
            diabetes,
            make_pipeline(StandardScaler(), GammaRegressor()),
        ),
        Case(
            "one-vs-rest",
            "OneVsRestClassifier of LogisticRegression",
            group,
            named_iris(),
            OneVsRestClassifier(LogisticRegression()),
        ),
        Case(
            "logistic-columns",
            "LogisticRegression, an output a class",
            group,
            named_iris(),
            LogisticRegression(max_iter=500),
            zipmap="columns",
            answers=columns_of_probabilities,
        ),
        Case(
            "logistic-raw",
            "LogisticRegression, raw scores",
            group,
            wine,
            LogisticRegression(max_iter=2000),
            options={LogisticRegression: {"raw_scores": True, "zipmap": False}},
            answers=decisions,
        ),
        Case("bayesian-ridge", "BayesianRidge", group, diabetes, BayesianRidge()),
        Case(
            "tweedie",
            "StandardScaler, TweedieRegressor, float64 input",
            group,
            diabetes,
            make_pipeline(StandardScaler(), TweedieRegressor(power=1.5)),
            float64=True,
        ),
        Case("discriminant", "LinearDiscriminantAnalysis", group, wine, LinearDiscriminantAnalysis()),
    ]
