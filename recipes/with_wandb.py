"""Runs of the stochastic problem as runs of Weights & Biases, without a network.

    pip install wandb
    python recipes/with_wandb.py
    wandb sync wandb/offline-run-*     # when there is one

Each optimizer is a run, with its hyperparameters, its curves and its picture. Drop
``mode="offline"`` to see the curves as they grow.
"""

import matplotlib.pyplot  # noqa: F401 - wandb.Image asks for it, and does not import it
import torch
import wandb

from breaking_adam import Stochastic, figure_1, make_optimizer, record, theory_of

STEPS, POINTS = 1_000_000, 200

for name in ("adam", "amsgrad"):
    problem = Stochastic(seed=0, dtype=torch.float64)
    optimizer = make_optimizer(name, problem, lr=0.001, betas=(0.9, 0.99))
    run = record(name, problem, optimizer, steps=STEPS, every=STEPS // POINTS)
    config = {"optimizer": name, "lr": 0.001, "beta1": 0.9, "beta2": 0.99}
    with wandb.init(project="breaking-adam", name=name, config=config, mode="offline") as logged:
        for t, x, regret in zip(run.t, run.x, run.average_regret, strict=True):
            logged.log({"x": x, "average_regret": regret}, step=int(t))
        logged.log({"figure": wandb.Image(figure_1([run], theory_of(problem), name))})
    print(f"{name}: x = {run.x[-1]:+.4f}, average regret {run.average_regret[-1]:.4f}")
