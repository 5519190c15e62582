"""Makes the golden numbers of this folder anew: python make_goldens.py, with what requirements.txt names installed."""

from pathlib import Path

from golden_file import GoldenFile
from scipy import stats

here = Path(__file__).parent


def special_functions(scipy):
    scipy.add(
        "chi-square-survival",
        "P(X >= x), X chi-squared",
        "scipy.stats.chi2.sf",
        ["x", "degrees"],
        [(1e-9, 1), (0.5, 1), (22.774, 1), (2.0512821, 2), (0.001, 3), (3, 3), (21.67, 9), (150, 9), (1200, 40), (45.5, 50)],
        stats.chi2.sf,
    )


def main():
    scipy = GoldenFile("scipy")
    special_functions(scipy)
    print(scipy.write(here))


if __name__ == "__main__":
    main()
