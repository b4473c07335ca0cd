"""Faults in grids."""

from mutants.fault import Fault

READS, LANES, FLEET = "grids/reads.py", "grids/read_lanes.py", "grids/fleet.py"
CELL, ENDS, WORK = "grids/cell.py", "grids/ends.py", "grids/work.py"

FAULTS = [
    Fault("grids/grid.py", "    check_client(client)\n", ""),
    Fault("grids/axes.py", "if len(set(plain)) < len(plain):", "if False:"),
    Fault("grids/axes.py", "if value != value:", "if False:"),
    Fault("grids/axes.py", "if len({isinstance(value, str) for value in plain}) > 1:", "if False:"),
    Fault(WORK, "any(each is problem.x for", "any(True for"),
    Fault("grids/alone.py", "elif problem.steps > self._begin:", "else:"),
    Fault(CELL, "settled(max(binding.hyper[:2]))", "settled(binding.hyper[0])"),
    Fault(CELL, 'if kept.get("step", 0):  # it has been elsewhere', "if False:"),
    Fault(ENDS, "squares / steps - mean * mean", "squares / steps"),
    Fault(ENDS, "np.where(has_regret, average[judged], 0.0)", "average[judged]"),
    Fault("grids/lanes.py", "if at == work.tail:", "if at >= work.tail:"),
    Fault("grids/plan.py", "missing = -lanes.size % WIDTH", "missing = lanes.size % WIDTH"),
    Fault(WORK, "self.steps - max(1, self.steps // 10)", "self.steps - self.steps // 5"),
    Fault(WORK, "[self.tail] if self.tail else [], np.int64", "[self.tail] if self.tail else []"),
    Fault(WORK, "np.maximum(1, k * steps // points)", "np.maximum(1, (k - 1) * steps // points)"),
    Fault("grids/plan.py", "-(-cells // VECTOR) * VECTOR", "cells // VECTOR * VECTOR"),
    Fault("grids/cells.py", "not 1 < len(set(settings.values())) <= SETTINGS", "True"),
    Fault("grids/tile.py", "refused.append(Refusal(waiting[future], str(error)))", "raise"),
    Fault(
        "grids/readings.py",
        "kind_of(optimizers[0]), frozenset(own), constants,",
        "kind_of(optimizers[0]), frozenset(own),",
    ),
    Fault("grids/readings.py", "    reads.trusted |= fresh.keys()\n", ""),
    Fault("grids/lockstep.py", "if not close.all():", "if False:"),
    Fault(
        "grids/lockstep.py",
        "close = np.abs(ours - theirs) <= tolerance * largest",
        "close = np.abs(ours - theirs) <= largest",
    ),
    Fault(READS, "                more |= differ\n", "                pass\n"),
    Fault(
        READS,
        "if self.read.text == read.text:\n                raise",
        "if False:\n                raise",
    ),
    Fault(LANES, "            self._reads.with_own(differ)\n", "            break\n"),
    Fault(READS, "tuple(x.dtype for x in params)", "()"),
    Fault("grids/readings.py", "torch.get_default_dtype()", "0"),
    Fault(LANES, "            if place in now:\n", "            if False:\n"),
    Fault(LANES, "high[:], rest[:] = add(high, rest, term)", "high[:] += high"),
    Fault(FLEET, 'name = "lr" if self._schedule is constant else "initial_lr"', 'name = "lr"'),
    Fault(FLEET, "if alone else shared", "if False else shared"),
    Fault(
        "grids/processes.py", "map(cloudpickle.dumps, pairs)", "map(cloudpickle.dumps, pairs[::-1])"
    ),
    Fault("grids/grid.py", "with kept.claimed():", "if True:"),
    Fault("grids/store.py", '        "schedule_content": schedule,\n', ""),
]
