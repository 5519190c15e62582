"""Makes the golden numbers of this folder anew: python make_goldens.py, with what requirements.txt names installed."""

from pathlib import Path

from fixed_samples import proportion_intervals, two_samples
from golden_file import GoldenFile
from published import published
from sequential_tests import bets, e_processes, large_samples, mean_sequences, normal_mixtures, sample_ratios
from special_functions import distributions, special_functions, where_scipy_is_short

here = Path(__file__).parent


def main():
    tools = {tool: GoldenFile(tool) for tool in ("scipy", "statsmodels", "mpmath", "confseq", "gbstats", "ssrm-test")}
    special_functions(tools["scipy"])
    distributions(tools["scipy"])
    where_scipy_is_short(tools["mpmath"])
    large_samples(tools["mpmath"])
    e_processes(tools["confseq"])
    bets(tools["confseq"])
    normal_mixtures(tools["confseq"])
    mean_sequences(tools["gbstats"])
    sample_ratios(tools["ssrm-test"])
    proportion_intervals(tools["scipy"], tools["statsmodels"])
    two_samples(tools["scipy"], tools["statsmodels"])
    tools["published"] = GoldenFile("published", "numbers")
    published(tools["published"])
    for file in tools.values():
        print(file.write(here).name)


if __name__ == "__main__":
    main()
