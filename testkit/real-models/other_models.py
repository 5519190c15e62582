"""Networks, neighbours, Bayes, support vectors, and models made of models."""

from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    RandomForestClassifier,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import TunedThresholdClassifierCV
from sklearn.multiclass import OneVsOneClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC, SVR, LinearSVC, OneClassSVM
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from case import Case, decision_function, decisions
from data_sets import named_iris, of_sklearn


def cases() -> list[Case]:
    return [*networks(), *of_others(), *of_models()]


def networks() -> list[Case]:
    group = "networks"
    cancer, diabetes, digits = map(of_sklearn, ["breast_cancer", "diabetes", "digits"])
    return [
        Case(
            "mlp-relu-binary",
            "StandardScaler, MLPClassifier with relu, two classes",
            group,
            cancer,
            make_pipeline(StandardScaler(), MLPClassifier([6], max_iter=300, random_state=1)),
        ),
        Case(
            "mlp-tanh-multiclass",
            "StandardScaler, MLPClassifier with tanh, text labels",
            group,
            named_iris(),
            make_pipeline(StandardScaler(), MLPClassifier([8, 4], activation="tanh", max_iter=600, random_state=1)),
            opset=18,
        ),
        Case(
            "mlp-digits",
            "MinMaxScaler, MLPClassifier with relu, ten classes",
            group,
            digits,
            make_pipeline(MinMaxScaler(), MLPClassifier([12], max_iter=200, random_state=1)),
            zipmap=False,
        ),
        Case(
            "mlp-logistic-regressor",
            "StandardScaler, MLPRegressor with logistic activation",
            group,
            diabetes,
            make_pipeline(
                StandardScaler(),
                MLPRegressor(
                    hidden_layer_sizes=[6], activation="logistic", max_iter=500, solver="lbfgs", random_state=1
                ),
            ),
        ),
        Case(
            "mlp-float64",
            "StandardScaler, MLPClassifier with a float64 input",
            group,
            cancer,
            make_pipeline(StandardScaler(), MLPClassifier([6], max_iter=300, random_state=1)),
            float64=True,
            zipmap=False,
        ),
    ]


def of_others() -> list[Case]:
    group = "neighbours, Bayes and support vectors"
    iris, wine, diabetes = map(of_sklearn, ["iris", "wine", "diabetes"])
    return [
        Case("gaussian-nb", "GaussianNB", group, iris, GaussianNB()),
        Case(
            "neighbours",
            "StandardScaler, KNeighborsClassifier",
            group,
            iris,
            make_pipeline(StandardScaler(), KNeighborsClassifier(5)),
        ),
        Case("neighbours-regressor", "KNeighborsRegressor", group, of_sklearn("linnerud"), KNeighborsRegressor(3)),
        Case(
            "svc-probability",
            "StandardScaler, SVC with probabilities",
            group,
            wine,
            make_pipeline(StandardScaler(), SVC(probability=True, random_state=1)),
        ),
        Case(
            "svc-linear",
            "StandardScaler, linear SVC",
            group,
            wine,
            make_pipeline(StandardScaler(), SVC(kernel="linear")),
            answers=decisions,
        ),
        Case(
            "one-class-svm",
            "StandardScaler, OneClassSVM",
            group,
            iris,
            make_pipeline(StandardScaler(), OneClassSVM(nu=0.1)),
            answers=decision_function,
        ),
        Case(
            "gaussian-nb-float64",
            "GaussianNB with a float64 input",
            group,
            iris,
            GaussianNB(),
            float64=True,
            zipmap=False,
        ),
        Case("svr", "StandardScaler, SVR", group, diabetes, make_pipeline(StandardScaler(), SVR(C=10))),
    ]


def of_models() -> list[Case]:
    group = "models of models"
    iris, wine, cancer, diabetes = map(of_sklearn, ["iris", "wine", "breast_cancer", "diabetes"])
    tree = DecisionTreeClassifier(max_depth=3, random_state=1)
    logistic = make_pipeline(StandardScaler(), LogisticRegression())
    forest = RandomForestClassifier(4, max_depth=3, random_state=1)
    return [
        Case(
            "calibrated-sigmoid",
            "CalibratedClassifierCV (sigmoid) of LinearSVC",
            group,
            cancer,
            make_pipeline(StandardScaler(), CalibratedClassifierCV(LinearSVC(random_state=1), cv=2)),
        ),
        Case(
            "calibrated-isotonic",
            "CalibratedClassifierCV (isotonic) of a forest",
            group,
            cancer,
            CalibratedClassifierCV(forest, method="isotonic", cv=2),
            difference="the converter takes the nearest knot of the isotonic curve, the library a point between two",
        ),
        Case(
            "voting-soft",
            "VotingClassifier, soft",
            group,
            wine,
            VotingClassifier([("a", logistic), ("b", tree)], voting="soft", flatten_transform=False),
        ),
        Case(
            "voting-regressor",
            "VotingRegressor",
            group,
            diabetes,
            VotingRegressor([("a", Ridge()), ("b", DecisionTreeRegressor(max_depth=3, random_state=1))]),
        ),
        Case(
            "one-vs-one",
            "OneVsOneClassifier of LogisticRegression",
            group,
            iris,
            OneVsOneClassifier(LogisticRegression()),
            zipmap=False,
            answers=decisions,
        ),
        Case(
            "tuned-threshold",
            "TunedThresholdClassifierCV of LogisticRegression",
            group,
            cancer,
            TunedThresholdClassifierCV(logistic, cv=3, random_state=1),
            difference="the converter leaves the tuned threshold out and says nothing",
        ),
        Case(
            "stacking",
            "StackingClassifier",
            group,
            iris,
            StackingClassifier([("a", logistic), ("b", tree)], LogisticRegression(), cv=3),
        ),
        Case(
            "stacking-regressor",
            "StackingRegressor",
            group,
            diabetes,
            StackingRegressor(
                [("a", Ridge()), ("b", DecisionTreeRegressor(max_depth=3, random_state=1))], Ridge(), cv=3
            ),
        ),
    ]
