"""Makes the golden numbers of this folder anew: python make_goldens.py, with what requirements.txt names installed."""

import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import special, stats
from scipy.spatial.distance import cityblock, jensenshannon

here = Path(__file__).parent
sys.path.insert(0, str(here.parent.parent / "statistics" / "goldens"))
sys.path.insert(0, str(here))
from golden_file import GoldenFile  # noqa: E402
from published_burn_rates import sloth_goldens, workbook_goldens  # noqa: E402

warnings.simplefilter("ignore")
random = np.random.default_rng(20261124)

SMALL = ([1, 2, 2, 3, 4, 5, 6, 7, 8, 9], [2, 3, 4, 4, 5, 6, 8, 9, 10, 12])


def sample(n, shift=0.0, digits=3):
    return [float(each) for each in np.round(random.normal(shift, 1, n), digits)]


PAIRS = [
    SMALL, ([1], [2]), ([1, 1, 1], [1, 1]), ([1, 2, 3], [4, 5, 6, 7]), (sample(7), sample(5)), (sample(20), sample(20, 1.5)),
    (sample(60, digits=1), sample(45, 0.4, digits=1)), (sample(150), sample(100, 2.5)), (sample(200), sample(200, 0.2)),
    (sample(30), sample(170)),
]
SHARES = [
    ([0.1, 0.2, 0.3, 0.25, 0.15], [0.12, 0.18, 0.25, 0.28, 0.17]), ([0.5, 0.5], [0.25, 0.75]), ([1.0, 0.0], [0.0, 1.0]),
    ([0.2, 0.3, 0.5], [0.2, 0.3, 0.5]), ([0.0, 0.4, 0.6], [0.1, 0.4, 0.5]),
    ([0.001, 0.009, 0.09, 0.9], [0.002, 0.008, 0.1, 0.89]),
]
TABLES = [
    ([50, 30, 20], [40, 35, 25]), ([16, 18, 16, 14, 12, 12], [16, 16, 16, 16, 16, 8]), ([821588, 1], [815482, 3]),
    ([10, 0, 5], [0, 12, 3]), ([1000, 1], [1, 1000]), ([5, 5], [5, 5]),
]
# Every bin expects five rows in the smaller sample, so that none is joined to another.
PSI_COUNTS = [
    ([500, 500], [260, 240]), ([100] * 10, [93, 104, 111, 96, 88, 120, 101, 97, 99, 91]), ([1000, 2000, 3000, 4000], [120, 210, 270, 400]),
    ([700, 300], [250, 750]), ([50, 100, 200, 400, 800], [51, 99, 202, 398, 801]),
]


def scipy_goldens():
    file = GoldenFile("scipy")
    samples = ["reference", "current"]
    file.add("ks-exact", "Kolmogorov-Smirnov D, exact p", "scipy.stats.ks_2samp(method='exact')", samples, PAIRS,
             lambda a, b: [stats.ks_2samp(a, b, method="exact").statistic, stats.ks_2samp(a, b, method="exact").pvalue])
    x = [0.15, 0.3, 0.5, 0.8, 1.0, 1.17, 1.18, 1.19, 1.36, 2, 3.5, 9]
    file.add("kolmogorov", "P(K > x), Kolmogorov's limit", "scipy.special.kolmogorov", ["x"], [(each,) for each in x], special.kolmogorov)
    file.add("wasserstein", "Wasserstein-1", "scipy.stats.wasserstein_distance", samples, PAIRS, stats.wasserstein_distance)
    file.add("chi-square-two-samples", "chi-squared of a 2 x k table: statistic, degrees, p", "scipy.stats.chi2_contingency(correction=False)",
             samples, TABLES, contingency)
    three = [([50, 30, 20], [40, 35, 25], [10, 60, 30]), ([5, 9], [7, 3], [4, 4])]
    file.add("chi-square-three-samples", "chi-squared of a 3 x k table: statistic, degrees, p", "scipy.stats.chi2_contingency(correction=False)",
             ["first", "second", "third"], three, contingency)
    shares = ["p", "q"]
    file.add("js-distance-nats", "Jensen-Shannon distance, nats", "scipy.spatial.distance.jensenshannon", shares, SHARES, jensenshannon)
    file.add("js-distance-bits", "Jensen-Shannon distance, base 2", "scipy.spatial.distance.jensenshannon(base=2)", shares, SHARES,
             lambda p, q: jensenshannon(p, q, base=2))
    file.add("kl-symmetrised", "population stability index", "scipy.special.kl_div, both ways", shares,
             [each for each in SHARES if min(map(min, each)) > 0],
             lambda p, q: float(np.sum(special.kl_div(p, q)) + np.sum(special.kl_div(q, p))))
    file.add("total-variation", "total variation", "scipy.spatial.distance.cityblock / 2", shares, SHARES, lambda p, q: cityblock(p, q) / 2)
    file.add("js-divergence-bits", "Jensen-Shannon divergence, base 2", "scipy.stats.entropy of the mixture less that of the parts, base 2", shares, SHARES,
             lambda p, q: float(stats.entropy(np.add(p, q) / 2, base=2) - (stats.entropy(p, base=2) + stats.entropy(q, base=2)) / 2))
    counts = ["reference counts", "current counts"]
    file.add("psi-null-p", "PSI of counts with half a row a bin: index, statistic, degrees, p where nothing drifted",
             "scipy.special.kl_div, scipy.stats.chi2.sf", counts, PSI_COUNTS, psi_null)
    return file


def psi_null(reference, current):
    """B. Yurdakul, Statistical Properties of Population Stability Index (2018): PSI / (1/N + 1/M) is nearly chi-squared."""
    p, q = ((np.array(each) + 0.5) / (np.sum(each) + len(each) / 2) for each in (reference, current))
    psi = float(np.sum(special.kl_div(p, q)) + np.sum(special.kl_div(q, p)))
    statistic = psi / (1 / sum(reference) + 1 / sum(current))
    return [psi, statistic, len(p) - 1, float(stats.chi2.sf(statistic, len(p) - 1))]


def contingency(*rows):
    found = stats.chi2_contingency(rows, correction=False)
    return [float(found.statistic), int(found.dof), float(found.pvalue)]


def evidently_goldens():
    from evidently.legacy.core import ColumnType

    def run(test, reference, current, feature_type=ColumnType.Numerical):
        found = test(pd.Series(reference), pd.Series(current), feature_type, 0.1)
        return float(found.drift_score)

    from evidently.legacy.calculations.stattests import (
        hellinger_stat_test, jensenshannon_stat_test, ks_stat_test, psi_stat_test, wasserstein_stat_test)

    file = GoldenFile("evidently")
    wide = [(a, b) for a, b in PAIRS if len(set(a)) > 1]
    file.add("evidently-wasserstein", "Wasserstein-1 over the reference's sd", "wasserstein_stat_test", ["reference", "current"], wide,
             lambda a, b: run(wasserstein_stat_test, a, b))
    file.add("evidently-ks", "Kolmogorov-Smirnov p", "ks_stat_test", ["reference", "current"], PAIRS, lambda a, b: run(ks_stat_test, a, b))
    counts = ["reference counts", "current counts"]
    file.add("evidently-js", "Jensen-Shannon of categories", "jensenshannon_stat_test", counts, TABLES[:3],
             lambda a, b: run(jensenshannon_stat_test, labels(a), labels(b), ColumnType.Categorical))
    file.add("evidently-hellinger", "Hellinger of categories", "hellinger_stat_test", counts, TABLES[:2],
             lambda a, b: run(hellinger_stat_test, labels(a), labels(b), ColumnType.Categorical))
    file.add("evidently-psi", "population stability index of categories", "psi_stat_test", counts, TABLES[:3],
             lambda a, b: run(psi_stat_test, labels(a), labels(b), ColumnType.Categorical))
    return file


def labels(counts):
    return [chr(97 + at) for at, count in enumerate(counts) for _ in range(count)]


def nannyml_goldens():
    from nannyml.drift.univariate.methods import (
        CategoricalHellingerDistance, CategoricalJensenShannonDistance, LInfinityDistance)
    from nannyml.thresholds import ConstantThreshold

    def run(method, reference, current):
        each = method(chunker=None, threshold=ConstantThreshold(0, 1), computation_params={})
        each._fit(pd.Series(labels(reference)))
        return float(each._calculate(pd.Series(labels(current))))

    file = GoldenFile("nannyml")
    for id, quantity, method in [
        ("nannyml-js", "Jensen-Shannon of categories", CategoricalJensenShannonDistance),
        ("nannyml-hellinger", "Hellinger of categories", CategoricalHellingerDistance),
        ("nannyml-l-infinity", "L-infinity of categories", LInfinityDistance),
    ]:
        file.add(id, quantity, method.__name__, ["reference counts", "current counts"], TABLES[:2], lambda a, b, m=method: run(m, a, b))
    return file


if __name__ == "__main__":
    for make in (scipy_goldens, evidently_goldens, nannyml_goldens, sloth_goldens, workbook_goldens):
        print(make().write(here))
