"""What is looked at once: intervals of a proportion, tests of two samples."""

from scipy import stats
from statsmodels.stats.proportion import proportion_confint, proportions_ztest

COUNTS = [(0, 20), (20, 20), (19, 20), (57, 60), (970, 1000), (3, 100_000), (1, 2), (500, 1000), (450_123, 900_000)]
ALTERNATIVES = ("two-sided", "greater", "less")


def proportion_intervals(scipy, statsmodels):
    scipy.add(
        "clopper-pearson",
        "Clopper-Pearson interval, two- and one-sided",
        "scipy.stats.binomtest().proportion_ci",
        ["successes", "trials", "alpha", "alternative"],
        [(s, n, alpha, side) for s, n in COUNTS for alpha in (0.05, 0.001) for side in ALTERNATIVES],
        lambda s, n, alpha, side: list(stats.binomtest(s, n, alternative=side).proportion_ci(1 - alpha, "exact")),
    )
    scipy.add(
        "wilson-one-sided",
        "Wilson interval, one-sided",
        "scipy.stats.binomtest().proportion_ci",
        ["successes", "trials", "alpha", "alternative"],
        [(s, n, 0.05, side) for s, n in COUNTS for side in ("greater", "less")],
        lambda s, n, alpha, side: list(stats.binomtest(s, n, alternative=side).proportion_ci(1 - alpha, "wilson")),
    )
    for method, id, name in (("beta", "clopper-pearson-again", "Clopper-Pearson interval"), ("wilson", "wilson", "Wilson interval")):
        statsmodels.add(
            id,
            name,
            "statsmodels.stats.proportion.proportion_confint",
            ["successes", "trials", "alpha"],
            [(s, n, alpha) for s, n in COUNTS for alpha in (0.05, 0.001)],
            lambda s, n, alpha, method=method: list(proportion_confint(s, n, alpha, method)),
        )


def two_samples(scipy, statsmodels):
    pairs = [(30, 1000, 41, 1000), (5, 200, 19, 180), (990, 1000, 970, 1000), (3000, 100_000, 3217, 101_000)]
    sides = {"two-sided": "two-sided", "greater": "larger", "less": "smaller"}
    statsmodels.add(
        "two-proportions",
        "two-proportion test: z, p",
        "statsmodels.stats.proportion.proportions_ztest",
        ["successesStable", "trialsStable", "successesCandidate", "trialsCandidate", "alternative"],
        [(*pair, side) for pair in pairs for side in ALTERNATIVES],
        lambda s1, n1, s2, n2, side: list(proportions_ztest([s2, s1], [n2, n1], alternative=sides[side])),
    )
    samples = [
        ([1, 2, 2, 3, 4, 5, 6, 7, 8, 9], [2, 3, 4, 4, 5, 6, 8, 9, 10, 12]),
        ([1, 2, 3, 4], [10, 20, 30, 40]),
        ([0.5] * 30 + [0.75] * 10, [0.5] * 12 + [0.75] * 20 + [1.0] * 5),
        ([7.25], [1, 7.25, 9]),
    ]

    def compute(stable, candidate, side):
        result = stats.mannwhitneyu(candidate, stable, alternative=side, method="asymptotic", use_continuity=False)
        return [result.statistic, result.pvalue]

    scipy.add(
        "mann-whitney",
        "Mann-Whitney: U, p",
        "scipy.stats.mannwhitneyu",
        ["stable", "candidate", "alternative"],
        [(*pair, side) for pair in samples for side in ALTERNATIVES],
        compute,
    )
