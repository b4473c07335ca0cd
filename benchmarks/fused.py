"""The fused pass beside torch's and beside the best C pass over the same memory.

python -m benchmarks.fused

A rule holds its bound if it takes at most 1.05 times torch's fused step where torch has one, or
at most 1.1 times the C of pass.c. Each is measured at rest and right after a backward pass,
which leaves torch's threads spinning.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, NamedTuple

import numpy as np
import torch

from benchmarks import c
from benchmarks.results import Ratio, ratio, table
from benchmarks.timing import by_round
from benchmarks.workloads import ONE_TENSOR, RESNET50, SMALL_TENSORS, WORKLOADS, parameters
from breaking_adam.optimizers import Adam, AdamNC, AMSGrad, RuleOptimizer
from breaking_adam.rules import SGD, Rule, compilable


class Momentum(RuleOptimizer):
    """SGD with momentum."""

    rule = SGD
    hyper: ClassVar = {"momentum": 0.9, "dampening": 0.0}


@compilable
def sign_at(t, alpha, hyper):
    (beta,) = hyper
    return alpha, beta, 1 - beta


@compilable
def sign_move(state, g, c):
    alpha, beta, w = c
    (m,) = state
    m = beta * m + w * g
    return (m,), -alpha * np.sign(m)


class SignMomentum(RuleOptimizer):
    """The README's rule of one's own."""

    rule = Rule(sign_at, sign_move, ("exp_avg",))
    hyper: ClassVar = {"beta": 0.9}


class Contest(NamedTuple):
    """A rule of ours, torch's fused optimizer that takes the same steps, and the C."""

    ours: Callable[[Any], torch.optim.Optimizer]
    torchs: Callable[[Any], torch.optim.Optimizer] | None
    in_c: str
    states: int
    numbers: tuple[float, ...]


MOMENTS = (0.9, 0.1, 0.999, 0.001, 1e-3, 1e-8)
_adam = partial(torch.optim.Adam, fused=True)
CONTESTS = {
    "AMSGrad": Contest(
        partial(AMSGrad, fused=True), partial(_adam, amsgrad=True), "amsgrad", 3, MOMENTS
    ),
    "Adam": Contest(partial(Adam, fused=True), _adam, "adam", 2, MOMENTS),
    "AdamNC": Contest(partial(AdamNC, fused=True), _adam, "adam", 2, MOMENTS),
    "SGD with momentum": Contest(
        Momentum,
        partial(torch.optim.SGD, lr=1e-3, momentum=0.9, fused=True),
        *("momentum", 1, (1e-3, 0.9, 0, 0, 0, 0)),
    ),
    "a rule of one's own": Contest(SignMomentum, None, "sign", 1, (1e-3, 0.9, 0, 0, 0, 0)),
}
DTYPES = torch.float32, torch.float64, torch.bfloat16


def floor(contest: Contest, params: list[torch.nn.Parameter]) -> Callable[[], None]:
    """The C pass over the parameters, with states of its own."""
    states = [[torch.zeros_like(p) for _ in range(contest.states)] for p in params]
    rows = [(*own, p, p.grad) for own, p in zip(states, params, strict=True)]
    addresses = np.array([[tensor.data_ptr() for tensor in row] for row in rows])
    sizes, numbers = np.array([p.numel() for p in params]), np.array(contest.numbers, float)
    name = f"{contest.in_c}_{str(params[0].dtype).removeprefix('torch.')}"

    def run(_: object = rows) -> None:  # whose memory it is
        c.one_pass(name, addresses, sizes, numbers)

    return run


def backward() -> Callable[[], None]:
    """A backward pass whose last operation is one of torch's threads all together."""
    weight, batch = torch.randn(1 << 21, requires_grad=True), torch.randn(1 << 21)

    def run() -> None:
        weight.grad = None
        (weight * batch).square().sum().backward()

    return run


def measure(rounds: int = 15) -> list[Ratio]:
    """Every rule, dtype and workload, at rest and after a backward pass."""
    found = []
    for workload in (ONE_TENSOR, RESNET50):
        for dtype in DTYPES:
            for name, contest in CONTESTS.items():
                params = parameters(WORKLOADS[workload], dtype=dtype)
                contestants = {"ours": contest.ours(params).step}
                if contest.torchs:
                    contestants["torch"] = contest.torchs(params).step
                if c.library("pass.c"):
                    contestants["C"] = floor(contest, params)
                for when, before in (("at rest", lambda: None), ("after backward", backward())):
                    seconds = by_round(contestants, rounds, before)
                    what = f"{name}, {workload}, {str(dtype)[6:]}, {when}"
                    found += bounded(what, seconds)
    return found + small(rounds)


def bounded(what: str, seconds: dict[str, list[float]]) -> list[Ratio]:
    """Ours to torch's and to the C; the bound that it holds, or both where it holds none."""
    others = [(who, bound) for who, bound in (("torch", 1.05), ("C", 1.1)) if who in seconds]
    made = [
        ratio("fused", f"{what}, / {who}", seconds["ours"], seconds[who], bound)
        for who, bound in others
    ]
    held = [r for r in made if r.at_most is not None and r.ratio <= r.at_most]
    return [r if not held or r in held else r._replace(at_most=None) for r in made]


def small(rounds: int) -> list[Ratio]:
    """Many small tensors, where what Python does counts."""
    params = parameters(WORKLOADS[SMALL_TENSORS])
    contest = CONTESTS["AMSGrad"]
    assert contest.torchs
    contestants = {"ours": contest.ours(params).step, "torch": contest.torchs(params).step}
    seconds = by_round(contestants, 10 * rounds)
    what = f"AMSGrad, {SMALL_TENSORS}, float32, / torch"
    return [ratio("fused", what, seconds["ours"], seconds["torch"], 1.2)]


def main() -> list[Ratio]:
    """Print the table."""
    found = measure()
    print("a fused step of ours / one of torch's, / the C of benchmarks/pass.c")
    print(table(found))
    return found


if __name__ == "__main__":
    main()
