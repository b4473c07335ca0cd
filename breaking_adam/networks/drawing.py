"""What an experiment has come to, as panels to draw: means over the seeds, with their spread."""

from __future__ import annotations

import numpy as np

from breaking_adam.networks.experiments import ALGORITHMS, EXPERIMENTS
from breaking_adam.networks.figure2 import Outcome
from breaking_adam.networks.results import curves
from breaking_adam.networks.search import SPLITS, Choice
from breaking_adam.plots.figure2 import Row
from breaking_adam.plots.lines import Line
from breaking_adam.plots.panels import Panel

#: What each split's panel shows.
TITLES = {"train": "training loss", "test": "test loss"}


def panels(outcome: Outcome) -> list[Row]:
    """A row for each β2: the training loss and the test loss of every algorithm."""
    title = EXPERIMENTS[outcome.plan.experiment].title
    return [
        Row(
            f"{title}, $β_2$ = {beta2:g}",
            [
                Panel(
                    TITLES[split],
                    [
                        _line(outcome, choice)
                        for choice in outcome.choices
                        if (choice.beta2, choice.split) == (beta2, split)
                    ],
                    log=(False, True),
                )
                for split in SPLITS
            ],
        )
        for beta2 in outcome.plan.beta2
    ]


def _line(outcome: Outcome, choice: Choice) -> Line:
    """The mean over the seeds, and one standard deviation either side of it."""
    losses = curves(choice, outcome.report, "loss")
    mean, spread = losses.values.mean(0), losses.values.std(0, ddof=int(len(losses) > 1))
    return Line(
        ALGORITHMS[choice.algorithm].label,
        losses["iteration"].values,
        mean,
        # The same colour for the same algorithm in every panel.
        list(ALGORITHMS).index(choice.algorithm),
        # On a logarithmic axis a band has to end above 0.
        band=np.stack([np.maximum(mean - spread, mean / 10), mean + spread]),
    )
