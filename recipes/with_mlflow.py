"""Runs of the stochastic problem as runs of MLflow, in local files.

    pip install mlflow
    python recipes/with_mlflow.py
    mlflow ui --backend-store-uri sqlite:///mlflow.db

Each optimizer is a run, with its hyperparameters, its curves and its picture.
"""

import mlflow
import torch

from breaking_adam import Stochastic, figure_1, make_optimizer, record, theory_of

STEPS, POINTS = 1_000_000, 200

mlflow.set_tracking_uri("sqlite:///mlflow.db")
mlflow.set_experiment("stochastic problem")

for name in ("adam", "amsgrad"):
    problem = Stochastic(seed=0, dtype=torch.float64)
    optimizer = make_optimizer(name, problem, lr=0.001, betas=(0.9, 0.99))
    run = record(name, problem, optimizer, steps=STEPS, every=STEPS // POINTS)
    with mlflow.start_run(run_name=name):
        mlflow.log_params({"optimizer": name, "lr": 0.001, "beta1": 0.9, "beta2": 0.99})
        for t, x, regret in zip(run.t, run.x, run.average_regret, strict=True):
            mlflow.log_metrics({"x": x, "average_regret": regret}, step=int(t))
        mlflow.log_figure(figure_1([run], theory_of(problem), name), "figure.png")
    print(f"{name}: x = {run.x[-1]:+.4f}, average regret {run.average_regret[-1]:.4f}")
