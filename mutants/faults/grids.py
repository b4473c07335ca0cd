"""Faults in grids."""

from mutants.fault import Fault

CELL, ENDS, WORK = "grids/cell.py", "grids/ends.py", "grids/work.py"

FAULTS = [
    Fault("grids/axes.py", "if len(set(plain)) < len(plain):", "if False:"),
    Fault("grids/alone.py", "elif problem.steps > self._begin:", "else:"),
    Fault(CELL, "settled(max(binding.hyper[:2]))", "settled(binding.hyper[0])"),
    Fault(CELL, 'if kept.get("step", 0):  # it has been elsewhere', "if False:"),
    Fault(ENDS, "squares / steps - mean * mean", "squares / steps"),
    Fault(ENDS, "np.where(has_regret, average[judged], 0.0)", "average[judged]"),
    Fault("grids/lanes.py", "if at == work.tail:", "if at >= work.tail:"),
    Fault("grids/plan.py", "missing = -lanes.size % WIDTH", "missing = lanes.size % WIDTH"),
    Fault(WORK, "self.steps - max(1, self.steps // 10)", "self.steps - self.steps // 5"),
    Fault(WORK, "np.maximum(1, k * steps // points)", "np.maximum(1, (k - 1) * steps // points)"),
]
