"""Numbers that no installed package makes: from the tests of a newer source, and tables. Each names where it stands."""


def published(file):
    a, b = (3000, 1396.87, 52377.9767), (3461, 2422.7, 134698.29)
    file.sets.append(
        {
            "id": "mean-one-sided",
            "quantity": "relative difference of means, one-sided: lower end, upper end",
            "function": "GrowthBook gbstats, source of 2026-08 (8f1db44), tests of the one-sided sequential test",
            "parameters": ["nStable", "sumStable", "squaresStable", "nCandidate", "sumCandidate", "squaresCandidate", "alpha", "countOptimal"],
            "cases": [{"arguments": [*a, *b, 0.05, 5000], "value": [-0.42356454602790883, 1.4302867177403806]}],
        }
    )
    file.sets.append(
        {
            "id": "trials-to-prove",
            "quantity": "fewest trials that prove 95 % at 0.05, with k failures",
            "function": "S. S. Wilks, Determination of sample sizes for setting tolerance limits (1941), the 95/95 numbers",
            "parameters": ["target", "alpha", "failures"],
            "cases": [{"arguments": [0.95, 0.05, k], "value": n} for k, n in enumerate([59, 93, 124, 153, 181])],
        }
    )
