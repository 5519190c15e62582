"""Makes the golden numbers of this folder anew: python make_goldens.py, with what requirements.txt names installed."""

from pathlib import Path

from golden_file import GoldenFile
from special_functions import distributions, special_functions, where_scipy_is_short

here = Path(__file__).parent


def main():
    scipy = GoldenFile("scipy")
    special_functions(scipy)
    distributions(scipy)
    mpmath = GoldenFile("mpmath")
    where_scipy_is_short(mpmath)
    for file in (scipy, mpmath):
        print(file.write(here))


if __name__ == "__main__":
    main()
