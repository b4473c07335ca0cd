"""Faults in the networks and their trainings."""

from mutants.fault import Fault

AUGMENTATION, BATCHES, JOBS = (
    f"networks/{name}.py" for name in ("augmentation", "batches", "jobs")
)
LANES, METRICS, MODELS = (f"networks/{name}.py" for name in ("lanes", "metrics", "models"))
RESULTS, SEARCH, SOURCES = (f"networks/{name}.py" for name in ("results", "search", "sources"))
STORE, TRAINING = "networks/store.py", "networks/training.py"

FAULTS = [
    Fault(
        AUGMENTATION,
        "2 * pixels + 1, (count, 1)) + np.arange(height)",
        "2 * pixels, (count, 1)) + np.arange(height)",
    ),
    Fault(AUGMENTATION, "columns[:, ::-1], columns", "columns, columns[:, ::-1]"),
    Fault(AUGMENTATION, "< 0.5", "< 0.3"),
    Fault(BATCHES, "divmod(t - 1, per_epoch)", "divmod(t, per_epoch)"),
    Fault(BATCHES, "default_rng([self.seed, epoch])", "default_rng([self.seed])"),
    Fault(BATCHES, "default_rng([self.seed, t, 1])", "default_rng([self.seed, epoch, 1])"),
    Fault("networks/drawing.py", "ddof=int(len(losses) > 1)", "ddof=0"),
    Fault("networks/estimate.py", "ceil(trainings / workers)", "trainings"),
    Fault("networks/experiments.py", "optimized_update=False", "optimized_update=True"),
    Fault("networks/experiments.py", '"amsgrad-none": "adam-none"', '"amsgrad-none": "adam"'),
    Fault("networks/figure2.py", 'search=stage == "search"', "search=False"),
    Fault(JOBS, "    path.unlink(missing_ok=True)\n", "    pass\n"),
    Fault(LANES, "self.alphas * SCHEDULES[self.schedule](t)", "self.alphas"),
    Fault(LANES, "direction.zero_()", "pass"),
    Fault(LANES, "curves[order] =", "curves[:] ="),
    Fault(METRICS, "self._losses, self._right, self._seen = [], 0, 0", "self._losses = []"),
    Fault(METRICS, "    model.eval()\n", "    pass\n"),
    Fault(MODELS, "nn.Dropout(dropout)", "nn.Dropout(0.0)"),
    Fault(MODELS, "= (2, 3, 2, 3)", "= (3, 2, 3, 2)"),
    Fault(
        "networks/request.py", "digests(settings.plans, settings.data) != settings.digests", "False"
    ),
    Fault("networks/response_norm.py", "RADIUS, SCALE = 4,", "RADIUS, SCALE = 5,"),
    Fault(RESULTS, "difference = losses - theirs", "difference = theirs - losses"),
    Fault(RESULTS, "(np.sign(difference) == np.sign(mean)).sum()", "(difference < 0).sum()"),
    Fault(RESULTS, "own.at_edge or adam.at_edge", "own.at_edge and adam.at_edge"),
    Fault(RESULTS, "values.std(ddof=1)", "values.std()"),
    Fault(SEARCH, "np.where(np.isfinite(losses), losses, np.inf)", "losses"),
    Fault(SEARCH, "best in (0, len(grid) - 1)", "best in (0, len(grid))"),
    Fault(SEARCH, '.mean("seed", skipna=False)', '.mean("seed")'),
    Fault(SEARCH, "SEARCH_SEEDS + seed", "seed"),
    Fault(SEARCH, "max(1, points // 10)", "max(1, points // 5)"),
    Fault(SEARCH, "min(self.points, SEARCH_POINTS)", "SEARCH_POINTS"),
    Fault(
        SOURCES,
        "if source.search else (data.train, data.test)",
        "if False else (data.train, data.test)",
    ),
    Fault(STORE, "self._array(DONE)[place] = True", "pass"),
    Fault(STORE, "if not self._fits(coordinates):", "if False:"),
    Fault(TRAINING, "torch.manual_seed(training.seed)", "torch.manual_seed(0)"),
    Fault(
        TRAINING,
        "self.batches.first = self.curve.steps + 1",
        "self.batches.first = self.curve.steps",
    ),
    Fault(TRAINING, 'if state["training"] != asdict(self.training):', "if False:"),
    Fault(TRAINING, '_set_random_state(self.batches.labelled.y.device, state["random"])', "pass"),
    Fault(SOURCES, "for at in (~out, out)", "for at in (np.roll(~out, 1), out)"),
    Fault(
        METRICS,
        'loss += F.cross_entropy(logits, y, reduction="sum").item()',
        'loss = F.cross_entropy(logits, y, reduction="sum").item()',
    ),
    Fault(METRICS, "right += right_ones(logits, y)", "right = right_ones(logits, y)"),
    Fault(
        LANES,
        "torch.stack(column).sum(0, dtype=torch.float64)",
        "torch.stack(column).double().mean(0)",
    ),
    Fault(
        "networks/experiments.py", '"amsgrad-after-max": "adam"', '"amsgrad-after-max": "adam-none"'
    ),
    Fault(JOBS, "[checkpoints.Checkpoint(lambda: save(), every), interrupts]", "[interrupts]"),
    Fault("networks/drawing.py", "np.maximum(mean - spread, mean / 10)", "mean / 10"),
    Fault(RESULTS, "accuracy_sd=sd(accuracy)", "accuracy_sd=sd(loss)"),
]
