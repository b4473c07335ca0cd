"""Faults in the problems, their clock and their score."""

from mutants.fault import Fault

PROBLEM, STOCHASTIC = "problems/problem.py", "problems/stochastic.py"

FAULTS = [
    Fault("problems/linear.py", "self.mean_slope >= 0", "self.mean_slope > 0"),
    Fault("problems/linear.py", "if not all(map(math", "if not any(map(math"),
    Fault("problems/linear.py", "abs(self.mean_slope) * (", "self.mean_slope * ("),
    Fault("problems/linear.py", "[0] + self.domain[1] - self.x_star", "[1]"),
    Fault("problems/online.py", "t + period - 1", "t + period"),
    Fault("problems/online.py", "(self.period - 1) * self.small", "self.period * self.small"),
    Fault("problems/online.py", "at_least=1, at_most=LATEST", "at_least=0, at_most=LATEST"),
    Fault("problems/periods.py", "(2**64 - 1) // d", "(2**64 - 1) // d - 1"),
    Fault("problems/periods.py", "<= largest", "< largest"),
    Fault("problems/periods.py", "(_64 - shift) & _63", "(_63 - shift) & _63"),
    Fault("problems/draws.py", "z = seed + n * _GOLDEN", "z = seed + (n - np.uint64(1)) * _GOLDEN"),
    Fault("problems/draws.py", "(z ^ (z >> _27)) * _MIX_2", "(z ^ (z >> _27)) * _MIX_1"),
    Fault(STOCHASTIC, "np.uint64(k + 1)", "np.uint64(k)"),
    Fault(STOCHASTIC, "< threshold else", "<= threshold else", unseen="one draw in 2⁶⁴ tells"),
    Fault(STOCHASTIC, "self.probability * 2**64), 2**64 - 1", "self.probability * 2**63), 2**64"),
    Fault(STOCHASTIC, "(1 - self.probability) * self.small", "self.small"),
    Fault(STOCHASTIC, "at_least=0, at_most=1)", "at_least=0)"),
    Fault("problems/two_sum.py", "b = total - high", "b = a"),
    Fault("problems/two_sum.py", "((high - (total - b)) + (a - b))", "(a - (total - high))"),
    Fault("problems/two_sum.py", "return total, low +", "return total, low + 0.0 *"),
    Fault("problems/score.py", "self.steps += steps", "self.steps += 1"),
    Fault("problems/score.py", "return self._sums.copy()", "return self._sums"),
    Fault("problems/score.py", "self._sums = sums.copy()", "self._sums = sums"),
    Fault("problems/score.py", "self._sums[0] + self._sums[1]", "self._sums[0]"),
    Fault("problems/score.py", "sums.shape != self._sums.shape", "sums.ndim != self._sums.ndim"),
    Fault("problems/score.py", "0.0 if has_regret else np.nan", "0.0"),
    Fault(
        PROBLEM,
        "(state[torchbearer.EPOCH], state[torchbearer.BATCH])",
        "state[torchbearer.BATCH]",
    ),
    Fault(PROBLEM, "state[COUNTED] = here", "pass"),
    Fault(PROBLEM, "if self.training and", "if"),
    Fault(PROBLEM, "self.first_step + self.steps - 1", "self.steps"),
    Fault(PROBLEM, "(x, self.t + 1, self.constants", "(x, self.t, self.constants"),
    Fault(PROBLEM, "f - g * x[k], g", "f, g"),
    Fault(PROBLEM, "sums[0, k], sums[1, k], f - f_star", "sums[0, k], sums[1, k], f"),
    Fault(PROBLEM, "if f.numel() == 1 else f.sum()", "if f.numel() == 1 else f.mean()"),
    Fault(PROBLEM, "if not low < high:", "if not low <= high:"),
    Fault(PROBLEM, "self.x.detach() - self.x_star).abs()", "self.x.detach() - self.x_star)"),
    Fault(PROBLEM, "dtype not in (torch.float32, torch.float64)", "dtype is torch.int64"),
]
