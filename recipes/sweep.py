"""A sweep of your own: what ``python -m breaking_adam.online`` does, called from Python.

    python recipes/sweep.py

Each call of ``play`` has a directory under ``logs/``, as a start of the command has: TensorBoard's
curves, checkpoints, a picture and a summary.
"""

from breaking_adam import OnlineSettings, Output, Settings, play

for beta2 in (0.9, 0.99, 0.999, 0.9999):
    settings = Settings(
        problem=OnlineSettings(large=1010, small=-10, period=101),
        optimizer=["adam", "amsgrad"],
        betas=(0.9, beta2),
        steps=300_000,
    )
    played = play(settings, Output(name=f"beta2={beta2}"))
    for run in played.runs:
        print(f"β2 = {beta2}: {run.optimizer:8} x = {run.x:+.4f}, {run.verdict}, {run.logdir}")
