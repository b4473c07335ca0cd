"""Faults in the problems, their clock and their score."""

from mutants.fault import Fault

PROBLEM, LINEAR, SCORE = "problems/problem.py", "problems/linear.py", "problems/score.py"

FAULTS = [
    Fault("problems/heavy_tails.py", "** power - 1.0", "** power"),
    Fault("problems/heavy_tails.py", "if draw & _1 else -size", "if draw & _1 else size"),
    Fault("problems/heavy_tails.py", "draw & _1", "draw >> np.uint64(63)"),
    Fault("problems/heavy_tails.py", "slope * (x - 0.5 * slope)", "0.5 * slope * slope"),
    Fault("problems/heavy_tails.py", "has_regret = False", "has_regret = True"),
    Fault("problems/parabolas.py", "0.5 * slope * distance", "0.5 * distance * distance"),
    Fault("problems/parabolas.py", "return pulls / self.curvature", "return pulls / self.n"),
    Fault(
        "problems/parabolas.py",
        "self.large + (self.n - 1) * self.small\n",
        "self.large + self.n * self.small\n",
    ),
    Fault("problems/pieces.py", "threshold(1 / self.n)", "threshold(1 / (self.n + 1))"),
    Fault("problems/pieces.py", "np.uint64(t + n - 1)", "np.uint64(t)"),
    Fault("problems/pieces.py", "np.uint64(k + 1)", "np.uint64(k)"),
    Fault("problems/power.py", "slope = scale\n", "slope = 1.0\n"),
    Fault("problems/pseudo_huber.py", "if t == first_t else", "if t == 1 else"),
    Fault("problems/pseudo_huber.py", "s * x * x / (1.0 + root)", "s * (root - 1.0)"),
    Fault("problems/pulled_apart.py", "- 1.5)", "- 1.0)"),
    Fault(
        "problems/zero_slopes.py",
        "divisible(n - np.uint64(1), divisor)",
        "divisible(n + np.uint64(1), divisor)",
    ),
    Fault("problems/zero_slopes.py", "if x > 1.0:", "if x >= 1.0:"),
    Fault("problems/zero_slopes.py", "if x < 0.0:", "if x <= 0.0:"),
    Fault(
        "problems/names.py",
        "getattr(problem, key) != getattr(usual, key)",
        'key not in ("domain", "x0")',
    ),
    Fault(PROBLEM, "return bounded if math.isfinite(bounded) else way or 1.0", "return way or 1.0"),
    Fault(PROBLEM, "np.maximum(np.maximum(low - x, x - high), 0)", "np.maximum(x - high, 0)"),
    Fault(LINEAR, "self.mean_slope >= 0", "self.mean_slope > 0"),
    Fault(LINEAR, "if not all(map(math", "if not any(map(math"),
    Fault("problems/online.py", "(self.period - 1) * self.small", "self.period * self.small"),
    Fault(
        "problems/periods.py",
        "<= largest",
        "< largest",
        unseen="only the step 2⁶⁴ − 1 tells, and no t comes so far",
    ),
    Fault("problems/periods.py", "(_64 - shift) & _63", "(_63 - shift) & _63"),
    Fault("problems/stochastic.py", "np.uint64(k + 1)", "np.uint64(k)"),
    Fault("problems/stochastic.py", "at_least=0, at_most=1)", "at_least=0)"),
    Fault("problems/two_sum.py", "b = total - high", "b = a"),
    Fault("problems/two_sum.py", "((high - (total - b)) + (a - b))", "(a - (total - high))"),
    Fault(SCORE, "return self._sums.copy()", "return self._sums"),
    Fault(SCORE, "self._sums = sums.copy()", "self._sums = sums"),
    Fault(SCORE, "self._sums[0] + self._sums[1]", "self._sums[0]"),
    Fault(
        PROBLEM,
        "(state[torchbearer.EPOCH], state[torchbearer.BATCH])",
        "state[torchbearer.BATCH]",
    ),
    Fault(PROBLEM, "if self.training and", "if"),
    Fault(PROBLEM, "self.first_step + self.steps - 1", "self.steps"),
    Fault(PROBLEM, "(x, self.t + 1, self.constants", "(x, self.t, self.constants"),
    Fault(PROBLEM, "if f.numel() == 1 else f.sum()", "if f.numel() == 1 else f.mean()"),
    Fault(PROBLEM, "if not low < high:", "if not low <= high:"),
    Fault(PROBLEM, "np.maximum(low - x, x - high)", "x - high"),
]
