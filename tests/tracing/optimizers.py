"""Optimizers with one habit each, to be read."""

import math
from math import sqrt

import numpy as np
import torch


class Plain(torch.optim.Optimizer):
    """Gradient descent, from which the others differ by a line."""

    def __init__(self, params, lr=0.1, **options):
        super().__init__(params, {"lr": lr, "step": 0, **options})

    @torch.no_grad()
    def step(self, closure=None):
        if closure is not None:
            with torch.enable_grad():
                closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    group["step"] += 1
                    self.move(p, p.grad, group)

    def move(self, p, g, group):
        p.add_(g, alpha=-group["lr"])


class WarmUp(Plain):
    """Half the step size until step LATE."""

    LATE = 5000

    def move(self, p, g, group):
        p.add_(g, alpha=-group["lr"] * (0.5 if group["step"] <= self.LATE else 1.0))


class Mean(Plain):
    """Keeps a mean of the gradients in its param group, as a tuple of a number and a tensor."""

    def move(self, p, g, group):
        weight, mean = group.get("mean", (0.0, torch.zeros_like(p)))
        mean = mean + (g - mean) / (weight + 1.0)
        group["mean"] = (weight + 1.0, mean)
        p.sub_(group["lr"] * mean)


class Beta(Plain):
    """Has a number that somebody may change."""

    def __init__(self, params, lr=0.1):
        super().__init__(params, lr, betas=(0.5, 0.25))

    def move(self, p, g, group):
        state = self.state[p]
        state["m"] = group["betas"][0] * state.get("m", torch.zeros_like(p)) + g
        p.add_(state["m"], alpha=-group["lr"])


class Root(Plain):
    def move(self, p, g, group):
        p.add_(g, alpha=-group["lr"] / math.sqrt(group["step"]))


class ImportedRoot(Plain):
    """Has the function under a name of its own."""

    def move(self, p, g, group):
        p.add_(g, alpha=-group["lr"] / sqrt(group["step"]))


class NumpyRoot(Plain):
    """Takes its count to where nobody can follow it."""

    def move(self, p, g, group):
        p.add_(g, alpha=-group["lr"] / float(np.sqrt(group["step"])))


class Closure(Plain):
    """Counts where nobody sees it."""

    def __init__(self, params, lr=0.1):
        super().__init__(params, lr)
        count = iter(range(1, 10**9))
        self.next = lambda: next(count)

    def move(self, p, g, group):
        p.add_(g, alpha=-group["lr"] / self.next())


class Parity(Plain):
    """Another way through every step: each count is asked for by itself."""

    def move(self, p, g, group):
        p.add_(g, alpha=-group["lr"] * [1.0, 2.0][int(group["step"]) % 2])


class Norm(Plain):
    def move(self, p, g, group):
        p.add_(g / (1.0 + g.norm()), alpha=-group["lr"])


class FirstForAll(Plain):
    """Joins coordinates by no operation that reduces."""

    def move(self, p, g, group):
        p.add_(g[0].expand_as(p) if p.numel() > 1 else g, alpha=-group["lr"])


class Clipped(Plain):
    """Asks about the coordinate itself."""

    def move(self, p, g, group):
        p.add_(g if abs(g.flatten()[0].item()) < 5.0 else 0.1 * g, alpha=-group["lr"])


class Noisy(Plain):
    def move(self, p, g, group):
        p.add_(g + torch.randn_like(g), alpha=-group["lr"])


class Dice(Plain):
    """Draws by itself, from nothing that it is given."""

    def move(self, p, g, group):
        p.add_(g + torch.randn(p.shape, dtype=p.dtype), alpha=-group["lr"])


class FromTwo(Plain):
    """Divides by 2 − βᵗ, which is no bias correction, and less one."""

    def move(self, p, g, group):
        p.add_(g, alpha=-group["lr"] / (2.0 - 0.5 ** group["step"]) - 1e-3 * (3.0 / group["step"]))


class Arrives(Plain):
    """Goes all the way from far away to the gradient."""

    def move(self, p, g, group):
        p.add_(torch.full_like(p, 1e17).lerp_(g, 1.0), alpha=-group["lr"])


class Interrupted(Plain):
    def move(self, p, g, group):
        if group["step"] > 2:
            raise KeyboardInterrupt
        super().move(p, g, group)
