"""Pipelines over a matrix of numbers."""

from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import BernoulliNB
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import (
    Binarizer,
    KBinsDiscretizer,
    Normalizer,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    StandardScaler,
)

from case import Case
from data_sets import clusters, of_sklearn

group = "pipelines"


def cases() -> list[Case]:
    cancer, wine, diabetes, iris, digits = map(of_sklearn, ["breast_cancer", "wine", "diabetes", "iris", "digits"])
    logistic = LogisticRegression(max_iter=500)
    return [
        Case(
            "kbins-ordinal",
            "KBinsDiscretizer ordinal, Ridge",
            group,
            diabetes,
            make_pipeline(KBinsDiscretizer(5, encode="ordinal", quantile_method="averaged_inverted_cdf"), Ridge()),
        ),
        Case(
            "polynomial",
            "StandardScaler, PolynomialFeatures of degree 2, Ridge",
            group,
            of_sklearn("linnerud"),
            make_pipeline(StandardScaler(), PolynomialFeatures(2), Ridge()),
            tolerance=1e-4,
        ),
        Case(
            "normalizer-l1", "Normalizer l1, LogisticRegression", group, iris, make_pipeline(Normalizer("l1"), logistic)
        ),
        Case(
            "normalizer-l2", "Normalizer l2, LogisticRegression", group, iris, make_pipeline(Normalizer("l2"), logistic)
        ),
        Case(
            "normalizer-max",
            "Normalizer max, LogisticRegression",
            group,
            wine,
            make_pipeline(Normalizer("max"), logistic),
            difference="ONNX divides by the largest value, scikit-learn by the largest absolute value",
        ),
        Case(
            "binarizer",
            "Binarizer, BernoulliNB",
            group,
            digits,
            make_pipeline(Binarizer(threshold=8), BernoulliNB()),
            edges={at: [8.0] for at in range(20, 30)},
        ),
        Case(
            "power",
            "PowerTransformer, LogisticRegression",
            group,
            wine,
            make_pipeline(PowerTransformer(), logistic),
            tolerance=5e-5,
        ),
        Case(
            "quantile",
            "QuantileTransformer, LogisticRegression",
            group,
            wine,
            make_pipeline(QuantileTransformer(n_quantiles=20, random_state=1), logistic),
        ),
        Case(
            "pca",
            "StandardScaler, PCA, LogisticRegression",
            group,
            digits,
            make_pipeline(StandardScaler(), PCA(8, random_state=1), logistic),
        ),
        Case(
            "truncated-svd",
            "TruncatedSVD, LogisticRegression",
            group,
            cancer,
            make_pipeline(StandardScaler(), TruncatedSVD(5, random_state=1), logistic),
        ),
        Case(
            "select-k-best",
            "SelectKBest, StandardScaler, LogisticRegression",
            group,
            cancer,
            make_pipeline(SelectKBest(k=6), StandardScaler(), logistic),
        ),
        Case(
            "feature-union",
            "FeatureUnion of PCA and SelectKBest, LogisticRegression",
            group,
            wine,
            make_pipeline(StandardScaler(), make_union(PCA(3, random_state=1), SelectKBest(k=4)), logistic),
        ),
        Case(
            "select-float64",
            "SelectKBest, StandardScaler, LogisticRegression with a float64 input",
            group,
            cancer,
            make_pipeline(SelectKBest(k=6), StandardScaler(), logistic),
            float64=True,
            zipmap=False,
        ),
        Case(
            "add-indicator",
            "SimpleImputer with indicators, Ridge",
            group,
            clusters(0, missing=0.15),
            make_pipeline(SimpleImputer(add_indicator=True), Ridge()),
            missing=True,
            difference="the converter leaves the indicators out and says nothing",
        ),
    ]
