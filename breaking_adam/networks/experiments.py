"""The experiments of the paper's Section 5: what is trained, how, and what is beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import nn

from breaking_adam.networks.models import CifarNet, LogisticRegression, OneHiddenLayer
from breaking_adam.optimizers import Adam, AMSGrad

#: β1, and the two values of β2.
BETA1 = 0.9
BETA2 = (0.99, 0.999)

#: The paper has none. Where a pixel is dark in every image so far, m and v are 0, and 0/0 is NaN.
EPS = 1e-8


class Algorithm(NamedTuple):
    """One optimizer of an experiment.

    Args:
        label: for people.
        optimizer: its class.
        bias_correction: the option of that class.
        schedule: of its step size; None for the experiment's.
    """

    label: str
    optimizer: Callable[..., torch.optim.Optimizer]
    bias_correction: bool | str
    schedule: str | None = None

    def make(
        self, model: nn.Module, alpha: float, beta2: float, eps: float = EPS
    ) -> torch.optim.Optimizer:
        """The optimizer of the model's parameters, with ε beside the corrected √v."""
        on_cpu = all(parameter.device.type == "cpu" for parameter in model.parameters())
        return self.optimizer(
            model.parameters(),
            lr=alpha,
            betas=(BETA1, beta2),
            eps=eps,
            optimized_update=False,
            bias_correction=self.bias_correction,
            # Not every order has a kernel on accelerators.
            fused=True if on_cpu else None,
        )


ALGORITHMS = {
    "adam": Algorithm("Adam", Adam, True),
    "adam-none": Algorithm("Adam, uncorrected", Adam, False),
    "amsgrad-none": Algorithm("AMSGrad (paper)", AMSGrad, "none"),
    "amsgrad-after-max": Algorithm("AMSGrad (PyTorch)", AMSGrad, "after_max"),
    "amsgrad-before-max": Algorithm("AMSGrad (optax)", AMSGrad, "before_max"),
    "adam-inverse-sqrt": Algorithm("Adam, α/√t", Adam, True, "inverse-sqrt"),
}

#: The Adam that each AMSGrad is compared with: it corrects its bias, or not, as that one does.
RIVALS = {
    "amsgrad-none": "adam-none",
    "amsgrad-after-max": "adam",
    "amsgrad-before-max": "adam",
}


#: Adam with smaller and smaller steps, and the Adam that it is compared with: where it does what
#: AMSGrad does, that is no merit of the maximum.
CONTROL = ("adam-inverse-sqrt", "adam")


class Exponents(NamedTuple):
    """The least and the greatest α of a grid, as powers of 10."""

    least: float
    greatest: float

    def alphas(self, per_decade: int) -> list[float]:
        """The grid, from the least up.

        >>> Exponents(-2, -1).alphas(2)
        [0.01, 0.0316, 0.1]
        """
        count = round((self.greatest - self.least) * per_decade)
        # Three digits: they are what one would type, and a round power stays one.
        return [float(f"{10 ** (self.least + i / per_decade):.3g}") for i in range(count + 1)]


class Experiment(NamedTuple):
    """A panel of Figure 2.

    Args:
        title: for people.
        data: the set that it is trained on.
        model: makes it anew.
        schedule: of the step size.
        grids: where to look for α, by schedule.
        algorithms: what is compared.
        accelerator: whether to use a GPU where there is one, and to lay channels out last.
    """

    title: str
    data: str
    model: Callable[[], nn.Module]
    schedule: str
    grids: Mapping[str, Exponents]
    algorithms: tuple[str, ...]
    accelerator: bool = False

    def schedule_of(self, algorithm: str) -> str:
        """The schedule of the algorithm's step size."""
        return ALGORITHMS[algorithm].schedule or self.schedule

    def alphas(self, algorithm: str, per_decade: int) -> list[float]:
        """The grid in which the algorithm's α is looked for."""
        return self.grids[self.schedule_of(algorithm)].alphas(per_decade)


_ALL = tuple(ALGORITHMS)
_WITHOUT_CONTROL = tuple(name for name in ALGORITHMS if name != CONTROL[0])

EXPERIMENTS = {
    "logistic": Experiment(
        "logistic regression, MNIST",
        "mnist",
        LogisticRegression,
        "inverse-sqrt",
        {"inverse-sqrt": Exponents(-2.5, 0.5)},
        _WITHOUT_CONTROL,
    ),
    "network": Experiment(
        "one hidden layer, MNIST",
        "mnist",
        OneHiddenLayer,
        "constant",
        {"constant": Exponents(-3.5, -1.5), "inverse-sqrt": Exponents(-2.5, -0.5)},
        _ALL,
    ),
    "cifarnet": Experiment(
        "CIFARNET, CIFAR-10",
        "cifar10",
        CifarNet,
        "constant",
        {"constant": Exponents(-4, -2), "inverse-sqrt": Exponents(-2.5, -0.5)},
        _ALL,
        accelerator=True,
    ),
}
