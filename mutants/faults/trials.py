"""Faults in trials, compiled blocks, callbacks and verdicts."""

from mutants.fault import Fault

BLOCK, BUILD, COMPILED = "trials/block.py", "trials/build.py", "trials/compiled.py"
VERDICT, CALLBACKS = "trials/verdict.py", "trials/callbacks"

FAULTS = [
    Fault(VERDICT, "at_best = (middle <= near) & (last <= near)", "at_best = last <= near"),
    Fault(VERDICT, "(last > width) & (last - middle > near)", "last - middle > near"),
    Fault(
        VERDICT, "NEAR * np.asarray(width) if near is None else near", "NEAR * np.asarray(width)"
    ),
    Fault("trials/metrics.py", "[] if known else [distance()]", "[]"),
    Fault(BLOCK, "n=made + 1", "n=model.steps + 1"),
    Fault(BLOCK, "s=model.steps + 1", "s=made + 1"),
    Fault(BUILD, "past // self.block, past % self.block > 0", "past // self.block, False"),
    Fault(BUILD, "max(1, LONGEST[1] // problem.replicas)", "LONGEST[1]"),
    Fault(BUILD, "trial.state[PLAYED] = played", "pass"),
    Fault(BUILD, "and start - begin <= limit", ""),
    Fault(COMPILED, "min(block - past % block, every - past)", "min(block, every - past)"),
    Fault(COMPILED, "min(block - past % block, every - past)", "block - past % block"),
    Fault(
        COMPILED, '("on_forward", "on_criterion", "on_backward")', '("on_forward", "on_backward")'
    ),
    Fault(COMPILED, "model.x.grad = None\n", "pass\n"),
    Fault(COMPILED, "made + steps > EXACT", "made + steps > 4 * EXACT"),
    Fault(COMPILED, "alpha * schedule(model.steps)", "alpha * schedule(model.t)"),
    Fault(COMPILED, "int(any(value is not None for value in kept.values()))", "0"),
    Fault(COMPILED, 'or groups[0]["params"][0] is not model.x', ""),
    Fault(COMPILED, "model._forward_pre_hooks\n        or ", ""),
    Fault(COMPILED, "x.tobytes() != left and not np", "x.tobytes() != left and np"),
    Fault(COMPILED, '["step"].fill_(made + steps)', '["step"].fill_(steps)'),
    Fault("trials/trial.py", "steps = self.closure is self._steps", "steps = True"),
    Fault("trials/trial.py", "steps = self.closure is self._steps", "steps = False"),
    Fault("trials/trial.py", 'if "step" in vars(optimizer):', "if False:"),
    Fault("trials/trial.py", "        del optimizer.step\n", "        pass\n"),
    Fault(f"{CALLBACKS}/greedy_update.py", "x.numel() > 1 or ", ""),
    Fault(f"{CALLBACKS}/greedy_update.py", "not low <= x.item() <= high", "x.item() > high"),
    Fault("trials/read_block.py", "course, model.replicas > 1)", "course, False)"),
    Fault("trials/read_block.py", "    outlast(optimizer, before)\n    return f", "    return f"),
    Fault("trials/metrics.py", "(0.25, 0.5, 0.75)", "(0.2, 0.5, 0.8)"),
    Fault(VERDICT, "= NEAR * np.asarray(width)", "= 2 * NEAR * np.asarray(width)"),
    Fault(VERDICT, "seen.price >= worst_average_regret / 2", "seen.price >= worst_average_regret"),
    Fault(VERDICT, "(seen.after < STAYS * seen.before)", "(seen.after < seen.before)"),
    Fault(VERDICT, "steps[-1] < CYCLES *", "steps[-1] <= CYCLES *"),
    Fault(VERDICT, "(middle <= near) & ", ""),
    Fault(VERDICT, "(np.abs(seen.middle - x_worst) <= near) & ", ""),
    Fault(VERDICT, "(1 / 2, 3 / 4)", "(0, 3 / 4)"),
    Fault(f"{CALLBACKS}/clock.py", "(state.get(PLAYED, 0) + batches) % every", "batches % every"),
    Fault(f"{CALLBACKS}/curves.py", "len(self._points) >= self.limit and", "False and"),
    Fault(
        f"{CALLBACKS}/event_file.py",
        "if not os.fstat(self._stream.fileno()).st_nlink:",
        "if False:",
    ),
    Fault(
        f"{CALLBACKS}/event_file.py",
        "        os.fsync(self._stream.fileno())\n",
        "        pass\n",
        unseen="it takes a loss of power",
    ),
    Fault(f"{CALLBACKS}/progress.py", "initial=state[torchbearer.MODEL].steps", "initial=0"),
    Fault(
        f"{CALLBACKS}/step_size.py",
        'group.setdefault("initial_lr", group["lr"])',
        'group["initial_lr"] = group["lr"]',
    ),
    Fault(f"{CALLBACKS}/tensorboard.py", "due(state, self.batch_step_size)", "due(state, 1)"),
    Fault("trials/readable.py", "if not was_frozen:", "if True:"),
]
