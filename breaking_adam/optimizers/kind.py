"""Parameters alike, which one rule read from their optimizer may step."""

from __future__ import annotations

import copy
import warnings
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numba
import torch
from torch import Tensor
from torch.optim import Optimizer

from breaking_adam.engine.step import Specialisation
from breaking_adam.optimizers.binding import Group
from breaking_adam.optimizers.fused import one_pass
from breaking_adam.rules import Rule
from breaking_adam.tracing import Course, Read, Reader, UnreadableError, UnsettledError
from breaking_adam.tracing.places import LR, STATE, Place, facts, first, leaves, numbers, put, twin
from breaking_adam.tracing.reader import SETTLED
from breaking_adam.tracing.trust import COPIES, TOLERANCE, gaussian

#: The most steps of a lockstep on tensors, the fewest, and the coordinates that it steps in all.
MOST, FEWEST, COORDINATES = 100, 3, 10**7

#: Gaussian slopes, and those around a minimum: a walk takes both.
COURSE = Course(lambda t, x: x + gaussian(t, x))


def alone(optimizer: Optimizer, group: Group, p: Tensor) -> Optimizer:
    """An optimizer of that parameter and nothing else, which shares all that is kept of it."""
    view = object.__new__(getattr(optimizer, "unfused", type(optimizer)))
    _share(view, optimizer, group, p)
    return view


def _share(view: Any, optimizer: Optimizer, group: Group, p: Tensor) -> None:
    vars(view).update(vars(optimizer))
    for hooks in ("_optimizer_step_pre_hooks", "_optimizer_step_post_hooks"):
        setattr(view, hooks, OrderedDict())  # they are called around the whole step
    view.param_groups = [{**group, "params": [p]}]
    view.state = defaultdict(dict, {p: optimizer.state[p]} if p in optimizer.state else {})


class Job(NamedTuple):
    """A parameter's next step by a rule.

    Args:
        read: the rule.
        p: the parameter.
        g: its gradient.
        kept: its state.
        tensors: of that, those that the rule keeps for each coordinate.
        alpha: the step size.
        hyper: the rule's hyperparameters.
    """

    read: Read
    p: Tensor
    g: Tensor
    kept: dict[Any, Any]
    tensors: tuple[Tensor, ...]
    alpha: float
    hyper: tuple[float, ...]


class Kind:
    """Parameters of one group and dtype with as many dimensions: they share a rule.

    Args:
        optimizer: whose step is read.
        group: of its param groups.
        p: one of the parameters.
    """

    def __init__(self, optimizer: Optimizer, group: Group, p: Tensor) -> None:
        self.view = alone(optimizer, group, p)
        self.reader = Reader(self.view, COURSE, apart=True)
        self._trusted: dict[torch.Size, bool] = {}
        try:
            self._check(self.reader.trusted(), len(optimizer.param_groups) == 1)
        except UnreadableError as error:
            self.reader.refusal = str(error)

    @property
    def refusal(self) -> str:
        """Why the parameters take the optimizer's own step; empty where they need not."""
        return self.reader.refusal

    def _check(self, read: Read, only_group: bool) -> None:
        if any(place[:2] != STATE for place in read.state):
            raise UnreadableError("it keeps tensors of a parameter where all share them")
        if not only_group and any(place[0] not in (STATE[0], LR[0]) for place in read.hyper):
            raise UnreadableError("its param groups share numbers")
        if _parameters_see_each_other(self.view):
            raise UnreadableError("parameters would see each other")

    def jobs(self, optimizer: Optimizer, group: Group, params: Sequence[Tensor]) -> list[Job]:
        """The next steps of those of the parameters that the rule can step."""
        if self.refusal:
            return []
        trusted = [p for p in params if self._trusts(optimizer, group, p)]
        return self._jobs(optimizer, group, trusted)

    def _jobs(self, optimizer: Optimizer, group: Group, params: Sequence[Tensor]) -> list[Job]:
        """Likewise, without asking for trust."""
        if not params:
            return []
        _share(self.view, optimizer, group, params[0])
        try:
            read = self.reader.now()
            places = [place for place in read.hyper if place[:2] != STATE]
            shared = dict(zip(places, numbers(self.view, places), strict=True))
            alpha = float(group["lr"]) if read.uses_alpha else 0.0
            found = [self._job(read, p, optimizer.state.get(p, {}), shared, alpha) for p in params]
            jobs = [job for job in found if job is not None]
            # One of each sort: what the rule asks of the sort is the same for all.
            for job in {(job.alpha, job.hyper): job for job in jobs}.values():
                if not _uniform(read.rule)(*_sample(job))[0]:
                    _share(self.view, optimizer, group, job.p)
                    self.reader.learn()
                    return self._jobs(optimizer, group, params)
        except (UnreadableError, UnsettledError):
            return []
        return jobs

    def _job(
        self,
        read: Read,
        p: Tensor,
        kept: dict[Any, Any],
        shared: dict[Place, float],
        alpha: float,
    ) -> Job | None:
        """The parameter's step, if its state is one for the rule."""
        g, found = p.grad, dict(leaves(kept, STATE))
        assert g is not None
        if not self.reader.fits(found):
            return None
        tensors = tuple(found[place] for place in read.state)
        if not all(_plain(each) and each.dtype == p.dtype for each in (p, g, *tensors)):
            return None
        hyper = tuple(float(found[h] if h in found else shared[h]) for h in read.hyper)
        return Job(read, p, g, kept, tensors, alpha, hyper)

    def _trusts(self, optimizer: Optimizer, group: Group, p: Tensor) -> bool:
        """Whether tensors of this shape have walked in lockstep; they do once there is a state."""
        if p.shape not in self._trusted and p in optimizer.state and _plain(p):
            self._trusted[p.shape] = self._walk(alone(optimizer, group, p))
            if not self._trusted[p.shape]:
                warnings.warn(
                    f"{type(optimizer).__name__}: parameters of shape {tuple(p.shape)} take steps "
                    "of their own, as a pass over them went astray",
                    stacklevel=2,
                )
        return self._trusted.get(p.shape, False)

    def _walk(self, optimizer: Optimizer) -> bool:
        """Whether a pass takes a parameter where the optimizer's own step does."""
        (ours, x), (theirs, y) = twin(optimizer), twin(optimizer)
        random, largest = torch.Generator().manual_seed(0), dict[Place, float]()
        steps = max(FEWEST, min(MOST, COORDINATES // max(1, x.numel())))
        for _ in range(steps + SETTLED):
            x.grad = torch.randn(x.shape, dtype=x.dtype, generator=random)
            y.grad = x.grad.clone()
            theirs.step()
            if not (jobs := self._jobs(ours, ours.param_groups[0], [x])):
                ours.step()  # such as the first one, which makes the state
                continue
            take_steps(ours, 0, jobs)
            state = zip(leaves(ours.state[x]), leaves(theirs.state[y]), strict=True)
            pairs = [(((), x), ((), y)), *state]
            if not all(_close(*pair, largest) for pair in pairs):
                return False
            if x.dtype in COPIES:  # what ATen's vectors leave over is rounded otherwise
                _follow(pairs)
            if (steps := steps - 1) == 0:
                return True
        return False


@torch.no_grad()
def take_steps(optimizer: Optimizer, index: int, jobs: Sequence[Job]) -> None:
    """Take the steps of parameters of a group, in as few passes as there are kinds of them."""
    alike: dict[Any, list[Job]] = {}
    for job in jobs:
        alike.setdefault((job.read.rule, job.alpha, job.hyper), []).append(job)
    for some in alike.values():
        read, first = some[0].read, some[0]
        step = Specialisation(read.rule, False, False, False, False, read.dtype, read.coefficients)
        columns = [list(column) for column in zip(*(job.tensors for job in some), strict=True)]
        xs, gs = [job.p for job in some], [job.g for job in some]
        one_pass(1, (*columns, xs, gs), step, (first.alpha, 0.0, 0.0, *first.hyper))
        _, after = _uniform(read.rule)(*_sample(first))
        for place, value in zip(read.hyper, after, strict=True):
            if place[0] == STATE[0]:
                for job in some:
                    put(job.kept, place[2:], value)
            elif place[0] == LR[0]:
                put(optimizer.param_groups[index], place[2:], value)
            else:
                put(optimizer, place, value)


Pair = tuple[tuple[Place, Any], tuple[Place, Any]]


def _close(ours: tuple[Place, Any], theirs: tuple[Place, Any], largest: dict[Place, float]) -> bool:
    """Whether two leaves are the same, relative to the largest that they have been so far."""
    (place, mine), (_, its) = ours, theirs
    if not (isinstance(its, Tensor) and its.is_floating_point()):
        return bool(torch.equal(mine, its) if isinstance(its, Tensor) else mine == its)
    now = float(its.detach().nan_to_num(0.0, 0.0, 0.0).abs().amax())
    largest[place] = max(largest.get(place, 0.0), now)
    within = TOLERANCE.get(its.dtype, 0.0) * largest[place]
    return torch.allclose(mine, its, rtol=0.0, atol=within, equal_nan=True)


@torch.no_grad()
def _follow(pairs: Sequence[Pair]) -> None:
    """Have our leaves be theirs."""
    for (_, mine), (_, its) in pairs:
        if isinstance(mine, Tensor):
            mine.copy_(its)


def _sample(job: Job) -> tuple[Any, ...]:
    """Arguments of the job's rule for any coordinate: of that it asks nothing."""
    zero = job.read.dtype.type(0)
    return (zero,) * (len(job.read.state) + 1), zero, job.alpha, job.hyper


@cache
def _uniform(rule: Rule) -> Any:
    """(state, g, alpha, hyper) -> whether the rule holds, and hyper after the step."""
    at, after, holds = rule.at, rule.after, rule.holds

    @numba.njit(error_model="numpy")
    def uniform(state: Any, g: Any, alpha: Any, hyper: Any) -> Any:
        return holds(state, g, at(1, alpha, hyper)), after(1, alpha, hyper)

    return uniform


def _plain(tensor: Tensor) -> bool:
    """Whether the tensor is one that a pass may take."""
    return (
        tensor.layout == torch.strided
        and tensor.device.type == "cpu"
        and tensor.dtype in TOLERANCE
        and tensor.numel() > 0
    )


def _parameters_see_each_other(view: Optimizer) -> bool:
    """Whether one of two parameters moves, or what they share changes, otherwise than alone."""
    (one, x), (two, y) = twin(view, first), twin(view, first)
    z = torch.nn.Parameter(y.detach().clone())
    two.param_groups[0]["params"].append(z)
    if y in two.state:
        two.state[z] = copy.deepcopy(two.state[y])
    for t in range(FEWEST):
        x.grad, y.grad, z.grad = (torch.full_like(x, gaussian(t + k, 0.0)) for k in (0, 0, 1))
        one.step()
        two.step()
        shared = [
            {place: fact for place, fact in facts(each).items() if place[0] != STATE[0]}
            for each in (one, two)
        ]
        if not torch.equal(x, y) or shared[0] != shared[1]:
            return True
    return False
