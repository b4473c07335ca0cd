"""Many logistic regressions in one: they share their batches, and so one matrix product.

A lane is one training. Side by side the weights of all lanes are those of one wide linear layer,
and every lane's gradient comes out of one backward pass. An optimizer's move is in proportion to
α: the lanes that differ in α alone share an optimizer with α = 1 on a tensor that is kept at 0,
which shows the direction, and each takes it with an α of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as torch has it

from breaking_adam.networks.batches import Batches, Labelled
from breaking_adam.networks.experiments import ALGORITHMS, EXPERIMENTS
from breaking_adam.networks.learning_curve import CURVES
from breaking_adam.networks.metrics import CHUNK
from breaking_adam.networks.models import LogisticRegression
from breaking_adam.networks.training import Sets, Training
from breaking_adam.rules.schedules import SCHEDULES


class Group(NamedTuple):
    """Lanes that differ in α alone.

    Args:
        lanes: where they are.
        directions: zeros, with the lanes' gradients; a weight and a bias.
        optimizer: of the directions, with α = 1.
        alphas: shape (lanes,).
        schedule: of the step size.
    """

    lanes: slice
    directions: nn.ParameterList
    optimizer: torch.optim.Optimizer
    alphas: Tensor
    schedule: str

    def step(self, t: int, weight: Tensor, bias: Tensor) -> None:
        """Step t of the lanes, from the gradients of all."""
        for direction, whole in zip(self.directions, (weight, bias), strict=True):
            assert whole.grad is not None
            direction.grad = whole.grad[self.lanes]
        self.optimizer.step()
        alphas = self.alphas * SCHEDULES[self.schedule](t)
        with torch.no_grad():
            for direction, whole in zip(self.directions, (weight, bias), strict=True):
                shape = (-1, *[1] * (whole.ndim - 1))
                whole[self.lanes].addcmul_(alphas.view(shape), direction)
                direction.zero_()


def can_share(trainings: Sequence[Training]) -> bool:
    """Whether the trainings are logistic regressions that differ in their optimizers alone."""
    alike = {replace(each, algorithm="", beta2=0.0, alpha=0.0) for each in trainings}
    models = {EXPERIMENTS[each.experiment].model for each in trainings}
    return len(alike) == 1 and models == {LogisticRegression}


def train_lanes(
    trainings: Sequence[Training], sets: Sets, dtype: torch.dtype = torch.float32
) -> np.ndarray:
    """The learning curves of the trainings, of shape (trainings, 4, points).

    They agree with those of :class:`breaking_adam.networks.training.Run` but for rounding, which
    the steps magnify where α is so large that the loss leaps.

    Raises:
        ValueError: unless :func:`can_share`.
    """
    if not can_share(trainings):
        raise ValueError("lanes are logistic regressions that differ in their optimizers alone")
    order = sorted(range(len(trainings)), key=lambda i: _kind(trainings[i]))
    lanes = [trainings[i] for i in order]
    one = lanes[0]
    model = EXPERIMENTS[one.experiment].model().to(dtype)
    weight, bias = (
        nn.Parameter(parameter.detach().repeat(len(lanes), *[1] * parameter.ndim))
        for parameter in model.parameters()
    )
    groups = _groups(lanes, weight, bias)
    points, losses, right = [], [], torch.zeros(len(lanes), dtype=torch.int64)
    for t, (x, y) in enumerate(Batches(sets.train, one.seed, one.batch, last=one.iterations), 1):
        weight.grad = bias.grad = None
        score = _score(x.to(dtype), y, weight, bias)
        (score.losses.sum() / len(y)).backward()
        for group in groups:
            group.step(t, weight, bias)
        losses.append(score.losses.detach() / len(y))
        right += score.right
        if t % one.every == 0:
            train = (
                torch.stack(losses).mean(0, dtype=torch.float64),
                right.double() / (len(y) * one.every),
            )
            points.append(torch.stack([*train, *_test(sets.test, weight, bias)]))
            losses, right = [], torch.zeros_like(right)
    curves = np.empty((len(lanes), len(CURVES), len(points)))
    curves[order] = torch.stack(points).permute(2, 1, 0).numpy()
    return curves


def _kind(training: Training) -> tuple[str, float]:
    return training.algorithm, training.beta2


def _groups(lanes: Sequence[Training], weight: Tensor, bias: Tensor) -> list[Group]:
    groups, begin = [], 0
    for (name, beta2), each in groupby(lanes, _kind):
        alphas = torch.tensor([training.alpha for training in each], dtype=weight.dtype)
        at = slice(begin, begin + len(alphas))
        directions = nn.ParameterList(torch.zeros_like(whole[at]) for whole in (weight, bias))
        optimizer = ALGORITHMS[name].make(directions, alpha=1.0, beta2=beta2)
        schedule = EXPERIMENTS[lanes[begin].experiment].schedule_of(name)
        groups.append(Group(at, directions, optimizer, alphas, schedule))
        begin = at.stop
    return groups


class _Sums(NamedTuple):
    """Over the images, for each lane: the losses' sum, and how many are right."""

    losses: Tensor
    right: Tensor


def _score(x: Tensor, y: Tensor, weight: Tensor, bias: Tensor) -> _Sums:
    logits = F.linear(x.flatten(1), weight.flatten(0, 1), bias.flatten())
    each = logits.view(len(y), *bias.shape)
    losses = F.cross_entropy(
        each.flatten(0, 1), y.repeat_interleave(len(bias)), reduction="none"
    ).view(len(y), -1)
    right = (each.detach().argmax(2) == y[:, None]).sum(0)
    return _Sums(losses.sum(0), right)


def _test(test: Labelled, weight: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
    """Mean loss and accuracy of each lane, float64."""
    with torch.no_grad():
        parts = [
            _score(x.to(weight.dtype), y, weight, bias)
            for x, y in zip(test.x.split(CHUNK), test.y.split(CHUNK), strict=True)
        ]
    losses, right = (
        torch.stack(column).sum(0, dtype=torch.float64) for column in zip(*parts, strict=True)
    )
    return losses / len(test), right / len(test)
