"""Faults in the networks and their trainings."""

from mutants.fault import Fault

LANES, METRICS, SOURCES = "networks/lanes.py", "networks/metrics.py", "networks/sources.py"

FAULTS = [
    Fault("networks/batches.py", "divmod(t - 1, per_epoch)", "divmod(t, per_epoch)"),
    Fault("networks/batches.py", "default_rng([self.seed, epoch])", "default_rng([self.seed])"),
    Fault("networks/experiments.py", "optimized_update=False", "optimized_update=True"),
    Fault(LANES, "self.alphas * SCHEDULES[self.schedule](t)", "self.alphas"),
    Fault(LANES, "direction.zero_()", "pass"),
    Fault(LANES, "curves[order] =", "curves[:] ="),
    Fault(METRICS, "self._losses, self._right, self._seen = [], 0, 0", "self._losses = []"),
    Fault(METRICS, "    model.eval()\n", "    pass\n"),
    Fault("networks/response_norm.py", "<= 4", "<= 5"),
    Fault(
        SOURCES,
        "if source.search else (data.train, data.test)",
        "if False else (data.train, data.test)",
    ),
]
