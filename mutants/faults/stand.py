"""Faults in the stand: criteria, sums, the matrix, who plays, and how it is shown."""

from mutants.fault import Fault

CRITERIA, SUMMARY = "counterexamples/criteria.py", "counterexamples/summary.py"
MATRIX, PUBLISHED = "counterexamples/matrix.py", "counterexamples/published.py"
ENTRANTS, SHOWN = "counterexamples/entrants.py", "counterexamples/shown.py"

FAULTS = [
    Fault(CRITERIA, "x[t > t[-1] / 2]", "x[t > t[-1] / 4]"),
    Fault(
        CRITERIA,
        "(seen.away <= near).all(axis=0) & (off <= near) &",
        "(seen.away <= near).all(axis=0) &",
    ),
    Fault(CRITERIA, "(off <= near) & ~passes", "(off <= near)"),
    Fault(CRITERIA, "        & (seen.farthest <= near),", "        & (seen.farthest < 0),"),
    Fault(CRITERIA, "(seen.away <= near).all(axis=0) & (off", "(seen.away[1] <= near) & (off"),
    Fault(CRITERIA, "np.maximum(near, 3 * seen.spread)", "near"),
    Fault(CRITERIA, "    crawls |= (seen.trend_away < -TREND) & (4 * MORE * nearer > near)\n", ""),
    Fault(CRITERIA, "grows & (seen.away", "(seen.trend > TREND) & (seen.away"),
    Fault(CRITERIA, "& ~np.bool_(question.falls)", ""),
    Fault(CRITERIA, "off > 2 * seen.spread", "off > near"),
    Fault(CRITERIA, "values[k:] - values[:-k]", "values[1:] - values[:-1]"),
    Fault(CRITERIA, "(grows & nearer_to_it)", "nearer_to_it"),
    Fault(CRITERIA, "question.distance(end) > near", "question.distance(end) >= 0"),
    Fault(SUMMARY, "np.flatnonzero(share > 0.5)", "np.flatnonzero(share >= 0.5)"),
    Fault(
        SUMMARY,
        "(np.abs(np.log(factors)), away, -share)",
        "(away, np.abs(np.log(factors)), -share)",
    ),
    Fault(SUMMARY, "said[max(0, own - 1) : own + 2]", "said[max(0, best - 1) : best + 2]"),
    Fault(SUMMARY, "there = outcome[0] != NONE", "there = outcome[0] != NONE - 1"),
    Fault(
        MATRIX, "one.problem(seed=seed) if one.seeds > 1", "one.problem(seed=0) if one.seeds > 1"
    ),
    Fault(
        MATRIX,
        "alpha * each.unit(one.alpha)",
        "alpha * one.alpha",
        unseen="none that is played in a test has its own idea of a step size",
    ),
    Fault(MATRIX, "np.nanmedian(x, axis=-1)", "np.median(x, axis=-1)"),
    Fault(
        PUBLISHED,
        "if held.get(name) != digest:",
        "if name in held and held[name] != digest and False:",
    ),
    Fault(
        PUBLISHED,
        "repr((asked, one.alpha, one.steps, one.seeds))",
        "repr((asked, one.alpha, one.seeds))",
    ),
    Fault(PUBLISHED, "name not in ds.optimizer]", "True]"),
    Fault(ENTRANTS, "Call(NAMES.get(call.name, call.name), call.keywords)", "call"),
    Fault(ENTRANTS, 'or group.get("amsgrad")', ""),
    Fault(
        SHOWN,
        "ordered = ds.isel(optimizer=rows, problem=columns)",
        "ordered = ds.isel(optimizer=rows)",
    ),
    Fault("plots/page_html.py", "a * problem.seeds + s", "a + s * sweep"),
    Fault("plots/page_html.py", "Math.min(3 * middle,", "Math.min(1e9 * middle,"),
    Fault("plots/page_html.py", "overflow-x: auto", "overflow-x: visible"),
    Fault("plots/page.py", 'pairs[k].verdict == "solves"', 'pairs[k].verdict != "solves"'),
    Fault("plots/marks.py", "(1 - PALEST) * (1 - solved)", "(1 - PALEST) * solved"),
    Fault("cli/stand_report.py", "floor(10 * row.solved[k])", "round(10 * row.solved[k])"),
    Fault("counterexamples/shares.py", "len(entered) <= FEW", "len(entered) < FEW"),
    Fault("counterexamples/shares.py", "cores < 2 or", "cores < 1 or"),
    Fault(
        "counterexamples/shares.py",
        "range(0, len(entered), SIZE)",
        "range(0, len(entered), SIZE + 1)",
    ),
    Fault("counterexamples/shares.py", "if len(entered) == 1:", "if len(entered) >= 1:"),
    Fault("counterexamples/shares.py", "(self._begun + text).split", "text.split"),
    Fault("counterexamples/shares.py", "total / cores for", "total for"),
    Fault("cli/stand_report.py", "cell.optimizer in published", "cell.optimizer in one.asked"),
    Fault(
        "grids/store.py",
        "self._write_empty(whole)\n            try:\n                whole.replace(path)",
        "try:\n                self._write_empty(path)",
    ),
    Fault(MATRIX, "store is None or not _of(store, each, one).exists()", "True"),
    Fault(MATRIX, "partial(_say, tell or to_standard_error, one)", "tell or to_standard_error"),
    Fault("counterexamples/matrix.py", ".assign_attrs(_surroundings(there))", ""),
    Fault("counterexamples/matrix.py", "if refused and not eager:", "if refused and eager:"),
    Fault("grids/tile.py", "if not cells.work.eager:", "if cells.work.eager:"),
    Fault("grids/fleet.py", ".flatten().double().numpy()", ".flatten().numpy()"),
    Fault("support/workers.py", "                child.terminate()\n", "                pass\n"),
    Fault("counterexamples/entrants.py", ' or group.get("maximize")', ""),
    Fault(
        "counterexamples/shown.py",
        "low, high = min(cell.alphas), max(cell.alphas)",
        "high, low = min(cell.alphas), max(cell.alphas)",
    ),
    Fault(
        "counterexamples/shown.py",
        "agrees = cell.predicted == cell.pair.at_own",
        "agrees = cell.predicted != cell.pair.at_own",
    ),
]
