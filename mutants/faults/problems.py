"""Faults in the problems, their clock and their score."""

from mutants.fault import Fault

PROBLEM, LINEAR, SCORE = "problems/problem.py", "problems/linear.py", "problems/score.py"

FAULTS = [
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
