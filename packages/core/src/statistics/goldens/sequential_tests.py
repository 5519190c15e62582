"""What is looked at again and again: e-processes, confidence sequences, sample ratios."""

import mpmath
import numpy as np
from confseq import boundaries
from confseq.betting import betting_mart
from gbstats.frequentist.tests import SequentialConfig, SequentialTwoSidedTTest
from gbstats.models.statistics import SampleMeanStatistic
from ssrm_test.ssrm_test import sequential_posteriors

# SLO counts, sample ratios, bad events: p0, successes, trials, trials at which the process is sharpest, alpha.
PROCESSES = [
    *[(0.95, s, n, 1000, 0.05) for s, n in [(970, 1000), (950, 1000), (930, 1000), (97, 100), (90, 100), (485, 500), (4800, 5000), (200, 200)]],
    *[(0.1, s, n, 200, 0.05) for s, n in [(10, 50), (15, 100), (30, 100), (5, 20)]],
    (0.5, 60, 100, 200, 0.05),
    (0.999, 99_950, 100_000, 5000, 0.01),
    (0.01, 3, 40, 30, 0.001),
    (0.5, 1, 1, 0.5, 0.2),
    (0.3, 0, 25, 100, 0.05),
]


def log_e(greater, one_sided):
    """confseq counts what exceeds the mean; an e-process for p < p0 is one for 1 - p > 1 - p0."""

    def compute(p0, successes, trials, trials_optimal, alpha):
        p, s = (p0, successes) if greater else (1 - p0, trials - successes)
        v = p * (1 - p)
        return boundaries.beta_binomial_log_mixture(s - trials * p, trials * v, trials_optimal * v, p, 1 - p, alpha, one_sided)

    return compute


def e_processes(confseq):
    parameters = ["p0", "successes", "trials", "trialsOptimal", "alpha"]
    function = "confseq.boundaries.beta_binomial_log_mixture"
    confseq.add("log-e-two-sided", "ln E, Beta-binomial, two-sided", function, parameters, PROCESSES, log_e(True, False))
    confseq.add("log-e-greater", "ln E, Beta-binomial, p > p0", function, parameters, PROCESSES, log_e(True, True))
    confseq.add("log-e-less", "ln E, Beta-binomial, p < p0", function, parameters, PROCESSES, log_e(False, True))
    confseq.add(
        "bernoulli-sequence",
        "confidence sequence of a proportion",
        "confseq.boundaries.bernoulli_confidence_interval",
        ["successes", "trials", "alpha", "trialsOptimal"],
        [(700, 1000, 0.05, 100), (15, 50, 0.05, 50), (5, 50, 0.05, 50), (1, 50, 0.05, 50), (100, 200, 0.05, 1), (0, 30, 0.05, 100), (30, 30, 0.01, 100), (99_950, 100_000, 0.05, 5000)],
        lambda s, n, alpha, t_opt: boundaries.bernoulli_confidence_interval(s, n, alpha, t_opt, alpha),
    )


def normal_mixtures(confseq):
    points = [(s, v, v_opt, alpha) for s in (-20, 0, 10, 55.5) for v, v_opt, alpha in [(100, 100, 0.05), (7, 300, 0.01), (5e4, 1e3, 0.001)]]
    bounds = [(v, alpha, v_opt) for v in (1, 100, 5e4) for alpha, v_opt in [(0.05, 100), (0.01, 1000), (0.2, 5)]]
    for sides, one_sided in (("two-sided", False), ("one-sided", True)):
        confseq.add(
            f"normal-mixture-{sides}",
            f"ln M, normal mixture, {sides}",
            "confseq.boundaries.normal_log_mixture",
            ["s", "v", "vOptimal", "alpha"],
            points,
            lambda s, v, v_opt, alpha, one=one_sided: boundaries.normal_log_mixture(s, v, v_opt, alpha, one),
        )
        confseq.add(
            f"normal-bound-{sides}",
            f"bound of the normal mixture, {sides}",
            "confseq.boundaries.normal_mixture_bound",
            ["v", "alpha", "vOptimal"],
            bounds,
            lambda v, alpha, v_opt, one=one_sided: boundaries.normal_mixture_bound(v, alpha, v_opt, alpha, one),
        )


def bets(confseq):
    samples = [[0.1, 0.9, 0.35, 0.35, 1, 0, 0.62], [0.2, 0.25, 0.3, 0.22, 0.27] * 30, [1] * 40, [0, 1, 1] * 50]
    confseq.add(
        "betting",
        "ln E of a bounded mean, by betting",
        "confseq.betting.betting_mart",
        ["values", "mean", "alpha"],
        [(sample, mean, alpha) for sample in samples for mean in (0.1, 0.5, 0.7) for alpha in (0.05, 0.01)],
        lambda values, mean, alpha: float(np.log(betting_mart(np.array(values, dtype=float), mean, alpha=alpha)[-1])),
    )


# n, sum and sum of squares of two samples, alpha, and the count at which the interval is narrowest.
SAMPLES = [
    (3000, 1396.87, 52377.9767, 3461, 2422.7, 134698.29, 0.05, 1000),
    (3000, 1396.87, 52377.9767, 3461, 2422.7, 134698.29, 0.05, 5000),
    (3000, 1396, 1396, 3461, 2422, 2422, 0.05, 5000),
    (600, 1230.5, 9100.25, 501, 1111.75, 8200.5, 0.01, 5000),
    (250_000, 30_125, 30_125, 249_100, 29_400, 29_400, 0.001, 50_000),
]


def sequential_t(difference_type):
    def compute(n_a, sum_a, squares_a, n_b, sum_b, squares_b, alpha, count_optimal):
        a, b = SampleMeanStatistic(n_a, sum_a, squares_a), SampleMeanStatistic(n_b, sum_b, squares_b)
        config = SequentialConfig(alpha=alpha, difference_type=difference_type, sequential_tuning_parameter=count_optimal)
        result = SequentialTwoSidedTTest(a, b, config).compute_result()
        return [result.expected, *result.ci, result.p_value]

    return compute


def mean_sequences(gbstats):
    parameters = ["nStable", "sumStable", "squaresStable", "nCandidate", "sumCandidate", "squaresCandidate", "alpha", "countOptimal"]
    for kind, name in (("absolute", "difference"), ("relative", "relative difference")):
        gbstats.add(
            f"mean-{kind}",
            f"{name} of means: estimate, lower, upper, p",
            "gbstats.frequentist.tests.SequentialTwoSidedTTest",
            parameters,
            SAMPLES,
            sequential_t(kind),
        )


def sample_ratios(ssrm):
    cases = [
        ([10, 14], [0.5, 0.5], 10_000),
        ([5000, 5300], [0.5, 0.5], 10_000),
        ([50_000, 51_000], [0.5, 0.5], 10_000),
        ([9500, 520], [0.95, 0.05], 10_000),
        ([300, 310, 390], [0.3, 0.3, 0.4], 100),
        ([0, 7, 3, 90], [0.01, 0.09, 0.1, 0.8], 1000),
    ]

    def compute(counts, shares, concentration):
        posteriors = list(sequential_posteriors(np.array([counts]), np.array(shares), dirichlet_concentration=concentration))
        last = posteriors[-1]
        return float(last["log_marginal_likelihood_M1"] - last["log_marginal_likelihood_M0"])

    ssrm.add(
        "sample-ratio",
        "ln of the Bayes factor of a sample ratio mismatch",
        "ssrm_test.sequential_posteriors",
        ["counts", "shares", "concentration"],
        cases,
        compute,
    )


def large_samples(mpmath_file):
    """To fifty digits: at a million trials, sums of doubles such as ssrm-test's and confseq's have nine digits left."""
    mpmath.mp.dps = 50
    lg, log = mpmath.loggamma, mpmath.log
    one_sided(mpmath_file)

    def ratio(counts, shares, concentration):
        a = mpmath.mpf(concentration)
        parts = [(mpmath.mpf(n), a * mpmath.mpf(s), mpmath.mpf(s)) for n, s in zip(counts, shares)]
        return float(lg(a) - lg(a + sum(counts)) + sum(lg(b + n) - lg(b) - n * log(s) for n, b, s in parts))

    mpmath_file.add(
        "sample-ratio-large",
        "ln of the Bayes factor of a sample ratio mismatch, many units",
        "mpmath.loggamma",
        ["counts", "shares", "concentration"],
        [([821_588, 815_482], [0.5, 0.5], 10_000), ([75_001_000, 24_999_000], [0.75, 0.25], 10_000)],
        ratio,
    )

    def log_e(p0, successes, trials, trials_optimal, alpha):
        p, s, f = mpmath.mpf(p0), successes, trials - successes
        twice = 2 * log(1 / mpmath.mpf(alpha))
        k = trials_optimal / (twice + log(1 + twice)) - 1
        a, b = p * k, (1 - p) * k
        beta = lambda x, y: lg(x) + lg(y) - lg(x + y)
        return float(beta(a + s, b + f) - beta(a, b) - s * log(p) - f * log(1 - p))

    mpmath_file.add(
        "log-e-large",
        "ln E, Beta-binomial, two-sided, many trials",
        "mpmath.loggamma",
        ["p0", "successes", "trials", "trialsOptimal", "alpha"],
        [(0.95, 950_700, 1_000_000, 1000, 0.05), (0.999, 99_893_000, 100_000_000, 100_000, 0.01), (0.5, 500_100_000, 10**9, 1000, 0.05)],
        log_e,
    )


def one_sided(mpmath_file):
    """One-sided ln E with 60 digits, far on the side of the null too, where the large terms cancel but for the last ones.

    The smaller tail is I_x(a, b) = x^a (1 - x)^b / (a B(a, b)) 2F1(a + b, 1; a + 1; x), DLMF 8.17.8.
    """

    def log_tail(a, b, x, side):
        if x * (a + b + 2) < a + 1:
            smaller, is_smaller = lower_tail(a, b, x), side == "less"
        else:
            smaller, is_smaller = lower_tail(b, a, 1 - x), side == "greater"
        return smaller if is_smaller else mpmath.log1p(-mpmath.exp(smaller))

    def lower_tail(a, b, x):
        return log_power(a, b, x) + mpmath.log(mpmath.hyp2f1(a + b, 1, a + 1, x) / a)

    def log_power(a, b, x):
        beta = mpmath.loggamma(a) + mpmath.loggamma(b) - mpmath.loggamma(a + b)
        return a * mpmath.log(x) + b * mpmath.log1p(-x) - beta

    def log_e(p0, successes, trials, trials_optimal, alpha, side):
        with mpmath.workdps(60):
            p = mpmath.mpf(p0)
            twice = -2 * mpmath.log(2 * mpmath.mpf(alpha))
            k = trials_optimal / (twice + mpmath.log1p(twice)) - 1
            a, b = p * k, (1 - p) * k
            after = (a + successes, b + trials - successes)
            both = log_power(a, b, p) - log_power(*after, p)
            return float(both + log_tail(*after, p, side) - log_tail(a, b, p, side))

    cases = [
        (0.95, 970, 1000, 1000, 0.05, "greater"), (0.95, 970, 1000, 1000, 0.05, "less"), (0.95, 0, 10**12, 1000, 0.05, "greater"),
        (0.05, 10**12, 10**12, 1000, 0.05, "less"), (0.95, 0, 9 * 10**15, 1000, 0.05, "greater"), (1e-9, 5, 10, 1000, 0.05, "greater"),
        (1e-9, 0, 1000, 1000, 0.05, "less"), (1e-6, 3, 10**6, 1000, 0.01, "greater"), (1e-6, 3, 10**6, 1000, 0.01, "less"),
    ]
    mpmath_file.add("log-e-one-sided-edges", "ln E, Beta-binomial, one-sided, many trials and p0 near 0", "mpmath.hyp2f1, loggamma",
                    ["p0", "successes", "trials", "trialsOptimal", "alpha", "alternative"], cases, log_e)
