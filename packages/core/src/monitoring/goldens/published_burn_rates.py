"""Tables of burn-rate alerts as they were published; nothing is computed here, so that ours has something to be held to."""

from golden_file import GoldenFile

MINUTE, HOUR, DAY = 1 / 60, 1, 24


def sloth_goldens():
    """Sloth's catalogue of windows, and the factors that its own test demands of it.

    Windows: internal/alert/windows/google-30d.yaml and google-28d.yaml of github.com/slok/sloth at 7833d8b. Factors, to the
    last bit: internal/alert/alert_test.go at 13542b9, of its default windows over 30 and 28 days and of custom ones over 7.
    """
    file = GoldenFile("sloth", "source of 2026-04 (7833d8b, 13542b9)")
    windows = [[HOUR, 5 * MINUTE], [6 * HOUR, 30 * MINUTE], [DAY, 2 * HOUR], [3 * DAY, 6 * HOUR]]
    budgets = [2, 5, 10, 10]
    factors = {30: [14.4, 6, 3, 1], 28: [13.44, 5.6000000000000005, 2.8000000000000003, 0.9333333333333333]}
    table = [
        (days, [number for (long, short), budget, factor in zip(windows, budgets, factors[days]) for number in (long, short, budget, factor)])
        for days in factors
    ]
    file.add("sloth-windows", "alert rules: long and short window in hours, budget in percent, factor", "alert.Generator.GenerateMWMBAlerts, default windows",
             ["periodDays"], [(days,) for days, _ in table], lambda days: dict(table)[days])
    seven = [(7, 8, HOUR, 13.44), (7, 12.5, 6 * HOUR, 3.5), (7, 20, DAY, 1.4000000000000001), (7, 42, 3 * DAY, 0.98)]
    known = {(days, budget, long): factor for days, budget, long, factor in seven}
    known |= {(days, budget, long): factor for days in factors for budget, (long, _), factor in zip(budgets, windows, factors[days])}
    file.add("sloth-factor", "burn-rate factor of a share of the budget", "alert.MWMBAlert.BurnRateFactor", ["periodDays", "budgetPercent", "longHours"],
             list(known), lambda *case: known[case])
    return file


def workbook_goldens():
    """The SRE Workbook's recommended parameters for an SLO of 99.9 % over 30 days: chapter 5, table 5-8."""
    file = GoldenFile("sre-workbook", "2018, chapter 5")
    rows = [[HOUR, 5 * MINUTE, 2, 14.4], [6 * HOUR, 30 * MINUTE, 5, 6], [3 * DAY, 6 * HOUR, 10, 1]]
    file.add("workbook-rules", "alert rules: long and short window in hours, budget in percent, factor", "table 5-8", ["periodDays"],
             [(30,)], lambda _: [number for row in rows for number in row])
    return file
