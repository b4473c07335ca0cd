"""The names of what can be asked for, apart from what it takes to train it."""

from __future__ import annotations

#: The panels of Figure 2.
EXPERIMENTS = ("logistic", "network", "cifarnet")

#: Those that are run unless others are asked for: on two cores the third takes days.
USUAL = EXPERIMENTS[:2]

#: The optimizers: Adam with and without bias correction, AMSGrad in its three orders, the control.
ALGORITHMS = (
    "adam",
    "adam-none",
    "amsgrad-none",
    "amsgrad-after-max",
    "amsgrad-before-max",
    "adam-inverse-sqrt",
)
