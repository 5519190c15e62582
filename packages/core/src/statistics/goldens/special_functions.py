"""Special functions and distributions, by SciPy."""

import math

import mpmath
from scipy import special, stats

SHAPES = [(0.5, 0.5), (1e-5, 3), (0.18, 0.18), (2, 3), (50, 950), (149.16, 7.85), (1119.16, 37.85), (4e4, 2e3), (1e6, 9e5)]


def special_functions(scipy):
    x = [1e-8, 1e-3, 0.1, 0.5, 0.999, 1.5, 2.5, 3.3, 7, 14.9, 15, 15.1, 33.3, 100, 1234.5, 1e5, 1e8, 1e15]
    scipy.add("log-gamma", "ln Γ(x)", "scipy.special.gammaln", ["x"], [(each,) for each in x], special.gammaln)
    pairs = [*SHAPES, (1e9, 0.3), (12, 14)]
    scipy.add("log-beta", "ln B(a, b)", "scipy.special.betaln", ["a", "b"], pairs, special.betaln)
    places = [(a, b, around(a, b, sd)) for a, b in SHAPES for sd in (-8, -3, -1, 0, 0.5, 2, 6)]
    scipy.add(
        "incomplete-beta",
        "I_x(a, b), regularised incomplete beta",
        "scipy.special.betainc",
        ["a", "b", "x"],
        [place for place in places if special.betainc(*place) > 1e-290],
        special.betainc,
    )
    scipy.add(
        "incomplete-beta-upper",
        "1 − I_x(a, b)",
        "scipy.special.betaincc",
        ["a", "b", "x"],
        [place for place in places if special.betaincc(*place) > 1e-290 and place[0] > 1e-3],
        special.betaincc,
    )
    levels = [1e-9, 0.005, 0.025, 0.05, 0.3, 0.5, 0.8, 0.95, 0.999]
    scipy.add(
        "beta-quantile",
        "quantile of Beta(a, b)",
        "scipy.special.betaincinv",
        ["p", "a", "b"],
        [(p, a, b) for a, b in SHAPES if min(a, b) > 0.1 for p in levels],
        lambda p, a, b: special.betaincinv(a, b, p),
    )
    gamma = [(a, a + sd * math.sqrt(a)) for a in (0.5, 1, 3.3, 50, 1e4, 1e6) for sd in (-0.6, 0, 0.5, 2, 7)]
    scipy.add("gamma-lower", "P(a, x), regularised incomplete gamma", "scipy.special.gammainc", ["a", "x"], gamma, special.gammainc)
    scipy.add("gamma-upper", "Q(a, x)", "scipy.special.gammaincc", ["a", "x"], gamma, special.gammaincc)


def distributions(scipy):
    chi = [(1e-9, 1), (0.5, 1), (22.774, 1), (2.0512821, 2), (0.001, 3), (3, 3), (21.67, 9), (150, 9), (1200, 40), (45.5, 50)]
    scipy.add("chi-square-survival", "P(X ≥ x), X chi-squared", "scipy.stats.chi2.sf", ["x", "degrees"], chi, stats.chi2.sf)
    z = [-35, -12, -5, -2.3, -1.96, -1.2, -0.1, 0, 1e-9, 0.7, 1.7320508, 3, 8.2]
    scipy.add("normal-cdf", "Φ(z), standard normal", "scipy.stats.norm.cdf", ["z"], [(each,) for each in z], stats.norm.cdf)
    p = [1e-200, 1e-20, 1e-6, 0.001, 0.025, 0.05, 0.3, 0.49, 0.51, 0.9, 0.975, 0.9999]
    scipy.add("normal-quantile", "quantile of the standard normal", "scipy.stats.norm.ppf", ["p"], [(each,) for each in p], stats.norm.ppf)
    t = [(t, df) for df in (1, 2.5, 7, 30, 466.7, 1e5) for t in (-30, -4, -1.5, -0.2, 0, 0.01, 2, 9)]
    t = [case for case in t if stats.t.cdf(*case) > 1e-200]
    scipy.add("student-t-cdf", "P(T ≤ t), Student", "scipy.stats.t.cdf", ["t", "degrees"], t, stats.t.cdf)
    levels = [(p, df) for df in (1, 2.5, 7, 30, 466.7, 1e5) for p in (1e-6, 0.025, 0.05, 0.2, 0.4, 0.6, 0.95, 0.999)]
    scipy.add("student-t-quantile", "quantile of Student's t", "scipy.stats.t.ppf", ["p", "degrees"], levels, stats.t.ppf)


def around(a, b, deviations):
    """A place so many standard deviations from the mean of Beta(a, b), in logit x so that it stays inside."""
    spread = math.sqrt(1 / a + 1 / b)
    return 1 / (1 + math.exp(-(math.log(a / b) + deviations * min(spread, 2))))


def where_scipy_is_short(mpmath_file):
    """The same functions to fifty digits, where SciPy's own last digits are wrong."""
    mpmath.mp.dps = 50
    pairs = [(1e5, 1e-3), (0.3, 5000), (1e9, 0.3), (1e6, 9e5), (3, 1e12), (1e-5, 3)]
    mpmath_file.add(
        "log-beta-exact",
        "ln B(a, b), very uneven",
        "mpmath.beta",
        ["a", "b"],
        pairs,
        lambda a, b: float(mpmath.log(mpmath.beta(mpmath.mpf(a), mpmath.mpf(b)))),
    )
    mpmath_file.add(
        "log-beta-tail",
        "ln I_x(a, b), far into the tail",
        "mpmath.fsum",
        ["a", "x", "b"],
        [(2000, 0.5, 100), (500, 0.01, 500), (10_000, 0.4, 9000), (30, 1e-30, 2), (20, 0.05, 380), (9000, 0.9, 1100)],
        log_binomial_tail,
    )


def log_binomial_tail(a, x, b):
    """I_x(a, b) of whole numbers is a sum of binomial probabilities: P(at least a of a + b - 1)."""
    n = a + b - 1
    x = mpmath.mpf(x)
    return float(mpmath.log(mpmath.fsum(mpmath.binomial(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1))))
