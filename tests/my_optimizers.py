"""Optimizers that a user may have written, in the ways in which they are written."""

import torch

from breaking_adam import RuleOptimizer, rules


@rules.compilable
def sign_at(t, alpha, hyper):
    beta1, beta2 = hyper
    return alpha, beta1, beta2


@rules.compilable
def sign_move(state, g, c):
    (m,) = state
    alpha, beta1, _ = c
    m = beta1 * m + (1 - beta1) * g
    return (m,), -alpha * (1.0 if m > 0 else -1.0)


class SignMomentum(RuleOptimizer):
    """A rule of one's own, as the README has it."""

    rule = rules.Rule(sign_at, sign_move, state=("exp_avg",))
    hyper = {"beta1": 0.5, "beta2": 0.25}  # noqa: RUF012 - as a user writes it


class Keywords(torch.optim.SGD):
    """A class that hands its keywords on."""

    def __init__(self, params, **kwargs):
        super().__init__(params, **kwargs)


class Anything(torch.optim.Optimizer):
    """A class that takes any keyword as a default of its groups."""

    def __init__(self, params, **hyper):
        super().__init__(params, {"lr": 0.5, **hyper})

    def step(self, closure=None):
        loss = closure() if closure else None
        for group in self.param_groups:
            for p in group["params"]:
                p.data.sub_(group["lr"] * p.grad)
        return loss


class NoNumbers(torch.optim.SGD):
    """Hyperparameters that are no numbers."""

    def __init__(self, params):
        super().__init__(params, lr=0.5)
        self.param_groups[0] |= {"lr": None, "betas": None}

    def step(self, closure=None):
        loss = closure() if closure else None
        for p in self.param_groups[0]["params"]:
            p.data.sub_(0.5 * p.grad)
        return loss


class Three(torch.optim.SGD):
    """Three betas, as Adan has them."""

    def __init__(self, params, lr=0.5, betas=(0.98, 0.92, 0.99)):
        super().__init__(params, lr)
        self.param_groups[0]["betas"] = betas


class ByName(torch.optim.SGD):
    """Betas by their names."""

    def __init__(self, params, lr=0.5, beta1=0.1, beta2=0.2, eps=(1.0, 2.0)):
        super().__init__(params, lr)
        self.param_groups[0] |= {"beta1": beta1, "beta2": beta2, "eps": eps}


class NeedsGradient(torch.optim.Optimizer):
    """A step that does not ask whether there is a gradient, and a step size by another name."""

    def __init__(self, params, eta=0.01):
        super().__init__(params, {"eta": eta})

    def step(self, closure=None):
        loss = closure() if closure else None
        for group in self.param_groups:
            for p in group["params"]:
                p.data.sub_(group["eta"] * p.grad.sign())
        return loss


class IgnoresClosure(torch.optim.SGD):
    """A step that takes a closure and leaves it at that."""

    def step(self, closure=None):
        pass


class NoClosure(torch.optim.SGD):
    """A step as no Trial can call it."""

    def step(self):
        pass


class Prints(torch.optim.SGD):
    """It talks on standard output."""

    def step(self, closure=None):
        print("stepping")
        return super().step(closure)


def made(params, lr=0.5):
    """A function that makes an optimizer."""
    return torch.optim.SGD(params, lr)
