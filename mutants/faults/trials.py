"""Faults in trials, compiled blocks, callbacks and verdicts."""

from mutants.fault import Fault

BLOCK, BUILD, COMPILED = "trials/block.py", "trials/build.py", "trials/compiled.py"
VERDICT, READ_BLOCK, CALLBACKS = "trials/verdict.py", "trials/read_block.py", "trials/callbacks"

FAULTS = [
    Fault(BLOCK, "n=made + 1", "n=model.steps + 1"),
    Fault(BLOCK, "s=model.steps + 1", "s=made + 1"),
    Fault(BLOCK, "    if values is not x:\n        x[:] = values\n", ""),
    Fault(
        BLOCK,
        "(float(x.dtype.type(end)) for end in domain)",
        "(float(end) for end in domain)",
        unseen="the loop rounds them, too",
    ),
    Fault(BLOCK, "grain=loops.WIDTH", "grain=1"),
    Fault(BUILD, "[StepSize(schedule)]", "[]"),
    Fault(BUILD, "-(-self.every // self.block)", "self.every // self.block"),
    Fault(BUILD, "past // self.block, past % self.block > 0", "past // self.block, False"),
    Fault(BUILD, "max(1, LONGEST[1] // problem.replicas)", "LONGEST[1]"),
    Fault(BUILD, "batches + rest - played if", "batches + rest if"),
    Fault(BUILD, "trial.state[PLAYED] = played", "pass"),
    Fault(BUILD, "statistics.median(seconds[-10:])", "seconds[0]"),
    Fault(BUILD, "and start - begin <= limit", ""),
    Fault(
        COMPILED,
        "steps = min(block - past % block, every - past)",
        "steps = min(block, every - past)",
    ),
    Fault(
        COMPILED, "steps = min(block - past % block, every - past)", "steps = block - past % block"
    ),
    Fault(COMPILED, "max(0, min(steps, until - model.steps))", "min(steps, until - model.steps)"),
    Fault(
        COMPILED, '("on_forward", "on_criterion", "on_backward")', '("on_forward", "on_backward")'
    ),
    Fault(COMPILED, "model.x.grad = None\n", "pass\n"),
    Fault(COMPILED, "if model.steps < before + steps:  # at NaN", "if False:"),
    Fault(
        COMPILED, "if projected else (-math.inf, math.inf)", "if True else (-math.inf, math.inf)"
    ),
    Fault(
        COMPILED,
        "if begins:\n            _refuse_inner_callbacks(callbacks)\n        elif",
        "if begins:\n            _refuse_inner_callbacks(callbacks)\n        elif False and",
    ),
    Fault(COMPILED, "made + steps > EXACT", "made + steps > 4 * EXACT"),
    Fault(COMPILED, 'group["lr"] if schedule is constant else group["initial_lr"]', 'group["lr"]'),
    Fault(
        COMPILED,
        'group["lr"] = alpha * schedule(model.steps)',
        'group["lr"] = alpha * schedule(model.t)',
    ),
    Fault(COMPILED, "int(any(value is not None for value in kept.values()))", "0"),
    Fault(COMPILED, "torch.full_like(x, binding.initial", "torch.full_like(x, 0.0"),
    Fault(COMPILED, "        _refuse_hooks(model, optimizer)\n", ""),
    Fault(COMPILED, 'or groups[0]["params"][0] is not model.x', ""),
    Fault(COMPILED, "model._forward_pre_hooks\n        or ", ""),
    Fault(READ_BLOCK, "course, model.replicas > 1)", "course, False)"),
    Fault(READ_BLOCK, "or reader.course != course", ""),
    Fault(
        READ_BLOCK,
        'group["initial_lr"] * schedule(model.steps + 1)',
        'group["initial_lr"] * schedule(model.steps)',
    ),
    Fault(READ_BLOCK, "    outlast(optimizer, before)\n    return f", "    return f"),
    Fault(READ_BLOCK, "model.t + 1 + t, model", "model.t + t, model"),
    Fault(READ_BLOCK, "float(lr) * schedule(model.steps)", "float(lr)"),
    Fault("trials/metrics.py", "(0.25, 0.5, 0.75)", "(0.2, 0.5, 0.8)"),
    Fault(
        "trials/metrics.py",
        "score.regret / max(score.steps, 1)",
        "score.regret / (score.steps + 1)",
    ),
    Fault("trials/record.py", "callbacks=[curves, *callbacks]", "callbacks=[curves]"),
    Fault("trials/series.py", "self.average_regret * self.t", "self.average_regret * (self.t + 1)"),
    Fault("trials/trial.py", "        return state[torchbearer.LOSS]\n", "        return None\n"),
    Fault("trials/trial.py", "            state.update(lean)\n", "            pass\n"),
    Fault(VERDICT, "near = NEAR * abs", "near = 2 * NEAR * abs"),
    Fault(
        VERDICT,
        "is_low = price < worst_average_regret / 2",
        "is_low = price <= worst_average_regret",
    ),
    Fault(VERDICT, "x[steps >= end / 2]", "x[steps >= 3 * end / 4]"),
    Fault(VERDICT, "after < STAYS * before", "after < before"),
    Fault(VERDICT, "end < CYCLES * cycle", "end <= CYCLES * cycle"),
    Fault(VERDICT, "abs(middle - place) <= near and", ""),
    Fault(
        VERDICT, "_price(steps, average_regret, 1 / 2, 1)", "_price(steps, average_regret, 0, 1)"
    ),
    Fault(
        VERDICT,
        "_price(steps, average_regret, 1 / 2, 3 / 4)",
        "_price(steps, average_regret, 0, 3 / 4)",
    ),
    Fault(VERDICT, "if at_worst and not is_low:", "if at_worst:"),
    Fault(VERDICT, "isfinite(x[-1]) and isfinite(average_regret[-1])", "isfinite(x[-1])"),
    Fault(
        f"{CALLBACKS}/clock.py", "state[torchbearer.BATCH] + 1\n\n", "state[torchbearer.BATCH]\n\n"
    ),
    Fault(f"{CALLBACKS}/clock.py", "(state.get(PLAYED, 0) + batches) % every", "batches % every"),
    Fault(f"{CALLBACKS}/clock.py", "        or batches == state[torchbearer.STEPS]\n", ""),
    Fault(f"{CALLBACKS}/curves.py", "len(self._points) >= self.limit and", "False and"),
    Fault(f"{CALLBACKS}/curves.py", "self._points[1::2]", "self._points[::2]"),
    Fault(f"{CALLBACKS}/curves.py", "            self._points.pop()\n", "            pass\n"),
    Fault(f"{CALLBACKS}/curves.py", '["stride"], state_dict["seen"]', '["stride"], 0'),
    Fault(
        f"{CALLBACKS}/event_file.py",
        "if not os.fstat(self._stream.fileno()).st_nlink:",
        "if False:",
    ),
    Fault(f"{CALLBACKS}/event_file.py", "+ 16  #", "+ 8  #"),
    Fault(
        f"{CALLBACKS}/event_file.py",
        "        os.fsync(self._stream.fileno())\n",
        "        pass\n",
        unseen="it takes a loss of power",
    ),
    Fault(f"{CALLBACKS}/greedy_update.py", "(-1.0, 1.0)", "(-1.0, 2.0)"),
    Fault(f"{CALLBACKS}/progress.py", "initial=state[torchbearer.MODEL].steps", "initial=0"),
    Fault(f"{CALLBACKS}/progress.py", "state[torchbearer.MODEL].steps - self._bar.n", "1"),
    Fault(
        f"{CALLBACKS}/step_size.py",
        'group.setdefault("initial_lr", group["lr"])',
        'group["initial_lr"] = group["lr"]',
    ),
    Fault(
        f"{CALLBACKS}/step_size.py",
        "state[torchbearer.MODEL].steps + 1",
        "state[torchbearer.MODEL].t + 1",
    ),
    Fault(
        f"{CALLBACKS}/stop_at_nan.py",
        'not math.isfinite(state[torchbearer.METRICS]["est"])',
        "False",
    ),
    Fault(
        f"{CALLBACKS}/tensorboard.py",
        "start = 0 if played == 0 else step_number(state) + 1",
        "start = step_number(state)",
    ),
    Fault(
        f"{CALLBACKS}/tensorboard.py", "            if played != 0:\n                return\n", ""
    ),
    Fault(f"{CALLBACKS}/tensorboard.py", "due(state, self.batch_step_size)", "due(state, 1)"),
    Fault(
        f"{CALLBACKS}/tensorboard.py",
        'Path(state_dict["run_dir"]) if state_dict["run_dir"] else None\n',
        "None\n",
    ),
]
