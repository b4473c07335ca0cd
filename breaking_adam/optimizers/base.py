"""What every optimizer here shares: torch.optim's manners around an update rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, ClassVar

import torch
from torch import Tensor

from breaking_adam.optimizers.binding import Binding, Group
from breaking_adam.optimizers.entries import columns, entry, in_lists
from breaking_adam.optimizers.tensors import FOREACH, LOOP, Operations
from breaking_adam.optimizers.weight_decay import WeightDecay, decay_options
from breaking_adam.rules import Numbers, Rule
from breaking_adam.support import checks

GRADIENT_LAYOUT = attrgetter("grad.layout")


class RuleOptimizer(torch.optim.Optimizer):
    """A torch optimizer from an update rule.

    A subclass names its ``rule``, and its hyperparameters with their defaults in the order in
    which the rule's ``at`` takes them. That is all: parameters on the CPU are stepped by the
    rule compiled into one pass over their memory, on as many threads as torch uses, and a
    Trial on a problem can run it compiled too.

    The steps that a subclass may override, from the outermost in: ``binding`` (the rule that
    a param group follows), ``init_state``, ``step_param`` and ``update`` (the rule once more
    as tensor operations, for the loop and foreach; without it there is the fused pass alone).
    A subclass that overrides one of the last two says by ``follows_rule`` whether they still do
    what its rule does. Where they do not, nothing is compiled: the tensor steps are all there is.

    Args:
        params: parameters, named parameters or param groups, as any ``torch.optim.Optimizer``.
        lr: the step size α, at least 0.
        weight_decay: a :class:`WeightDecay`, or a number for an L2 penalty.
        maximize: follow the gradient uphill.
        foreach: step lists of parameters at once; None for torch's default, which is to do so
            where all are on CUDA.
        fused: step in one pass over memory.
        defaults: further options of the param groups, with their defaults.
        hyper: the hyperparameters, where they are not to have their defaults.

    Raises:
        ValueError, TypeError: for a hyperparameter out of its range, with its name and value.
        TypeError: for ``foreach=True`` or ``fused=False`` without an ``update`` of its own.
        RuntimeError: for sparse gradients, or both ``foreach`` and ``fused``.

    >>> from breaking_adam import Rule, compilable, plain_at
    >>> @compilable
    ... def sign_move(state, g, c):
    ...     return state, -c[0] * (1.0 if g > 0 else -1.0)
    >>> class Sign(RuleOptimizer):
    ...     rule = Rule(plain_at, sign_move, state=())
    >>> x = torch.nn.Parameter(torch.tensor([1.0, -1.0]))
    >>> optimizer = Sign([x], lr=0.25)
    >>> (x**2).sum().backward()
    >>> optimizer.step()
    >>> x.tolist()
    [0.75, -0.75]
    """

    rule: ClassVar[Rule]
    hyper: ClassVar[Mapping[str, float]] = {}

    #: The methods that step by tensor operations.
    tensor_steps: ClassVar[tuple[str, ...]] = ("step_param", "update")

    #: Whether those take the steps of the rule, so that the rule compiled may take their place.
    follows_rule: ClassVar[bool] = True

    #: The value of an option that a saved param group lacks, as torch.optim's groups do.
    absent_options: ClassVar[Mapping[str, Any]] = {
        "decoupled_weight_decay": False,
        "absolute_weight_decay": False,
        "maximize": False,
        "foreach": None,
        "fused": None,
    }

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        parents = [parent for parent in cls.__bases__ if issubclass(parent, RuleOptimizer)]
        steps = {name: getattr(cls, name) for name in cls.tensor_steps}
        own = [
            name
            for name, step in steps.items()
            if any(step is not getattr(parent, name, None) for parent in parents)
        ]
        if own and "follows_rule" not in vars(cls):
            raise TypeError(
                f"{cls.__name__} overrides {' and '.join(own)}: set follows_rule = True in it if "
                "they take the steps of its rule, False if they do not"
            )

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        weight_decay: WeightDecay | float = WeightDecay(),  # noqa: B008 - it is frozen
        maximize: bool = False,
        foreach: bool | None = None,
        fused: bool | None = None,
        defaults: Mapping[str, Any] | None = None,
        **hyper: float,
    ) -> None:
        if unknown := set(hyper) - set(self.hyper):
            raise TypeError(f"{type(self).__name__} has no hyperparameter {min(unknown)!r}")
        options = {
            **(defaults or {}),
            **self.hyper,
            **hyper,
            **decay_options(weight_decay),
            "lr": lr,
            "maximize": maximize,
            "foreach": foreach,
            "fused": fused,
        }
        super().__init__(params, options)

    # --- What a subclass may override -----------------------------------------------------------

    def binding(self, group: Group) -> Binding:
        """The rule that the group follows, with its hyperparameters as they are now."""
        hyper = tuple(float(group[name]) for name in self.hyper)
        return self.bind(group, self.rule, hyper)

    def check(self, group: Group) -> None:
        """Raise unless the group's options are within their ranges."""
        checks.real("lr", group["lr"], at_least=0)
        checks.real("weight_decay", group["weight_decay"], at_least=0)
        for name in self.hyper:
            checks.real(name, group[name])

    def init_state(self, state: dict[str, Any], binding: Binding, param: Tensor) -> None:
        """Give a parameter what it lacks of its state: ``step`` and the rule's states."""
        if "step" not in state:
            state["step"] = torch.tensor(0.0, dtype=torch.float32)
        for name in binding.rule.state:
            if name not in state:
                state[name] = torch.full_like(param, binding.initial, requires_grad=False)

    def step_param(
        self,
        ops: Operations,
        x: Any,
        g: Any,
        states: Any,
        c: Numbers,
        binding: Binding,
        alpha: float,
    ) -> None:
        """Step parameters by tensor operations: ``x``, ``g`` and states are all a tensor or lists.

        ``c`` is what the rule's ``at`` gives for this step.
        """
        if binding.maximize:
            g = ops.neg(g)
        if binding.l2 != 0:
            g = ops.add(g, x, alpha=binding.l2)
        if binding.decay != 0:
            ops.mul_(x, 1.0 - (binding.decay if binding.decay_absolute else alpha * binding.decay))
        self.update(ops, x, g, states, c, binding.rule)

    def update(self, ops: Operations, x: Any, g: Any, states: Any, c: Numbers, rule: Rule) -> None:
        """The rule's ``move`` as tensor operations, in place."""
        raise NotImplementedError

    # --- torch.optim's manners ------------------------------------------------------------------

    @staticmethod
    def bind(group: Group, rule: Rule, hyper: Numbers) -> Binding:
        """A rule with what the group says about weight decay and direction."""
        strength, decoupled = float(group["weight_decay"]), group["decoupled_weight_decay"]
        return Binding(
            rule,
            hyper,
            rule.state,
            l2=0.0 if decoupled else strength,
            decay=strength if decoupled else 0.0,
            decay_absolute=group["absolute_weight_decay"],
            maximize=group["maximize"],
        )

    def compiled_rule(self, group: Group) -> Binding | None:
        """The group's rule for compiled code; None where the tensor steps are not the rule's."""
        return self.binding(group) if self.follows_rule else None

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group; ``weight_decay`` may be a :class:`WeightDecay` there too."""
        if "weight_decay" in param_group and "decoupled_weight_decay" not in param_group:
            param_group.update(decay_options(param_group["weight_decay"]))
        self._check({**self.defaults, **param_group})
        super().add_param_group(param_group)

    def _check(self, group: Group) -> None:
        self.check(group)
        if group["fused"] and group["foreach"]:
            raise RuntimeError("fused=True and foreach=True exclude each other")
        if group["fused"] and self.compiled_rule(group) is None:
            raise TypeError(f"{type(self).__name__} has steps of its own and no rule to fuse")
        if self._is_fused_only and (group["foreach"] or group["fused"] is False):
            raise TypeError(f"{type(self).__name__} has no update but its fused one")

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Be where the optimizer was of which this is the state; as it was if that cannot be.

        Raises:
            ValueError: if the state is of an optimizer without this one's hyperparameters, or
                has other groups.
        """
        before = self.param_groups, self.state
        try:
            super().load_state_dict(state_dict)
        except Exception as error:
            self.param_groups, self.state = before
            if isinstance(error, KeyError):
                raise ValueError(
                    f"the state is not one that {type(self).__name__} can take: it has no {error}"
                ) from error
            raise

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        for group in self.param_groups:
            for name, value in self.absent_options.items():
                group.setdefault(name, value)
            self._check(group)
        for kept in self.state.values():
            if "step" in kept:
                # Coefficients are worked out on the host. A float32 counts to 2²⁴; from there on
                # a compiled Trial has left a double, which stays one.
                step = torch.as_tensor(kept["step"], device="cpu")
                kept["step"] = step if step.dtype == torch.float64 else step.float()

    @property
    def _is_fused_only(self) -> bool:
        """Whether there is nothing but the rule: no tensor operations that say the same."""
        cls = type(self)
        return cls.update is RuleOptimizer.update and cls.step_param is RuleOptimizer.step_param

    @property
    def _step_supports_amp_scaling(self) -> bool:
        """Whether a GradScaler is to leave unscaling to the step, as with torch's fused ones."""
        return bool(self.defaults["fused"])

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Step every parameter that has a gradient.

        Args:
            closure: evaluates the model again and returns the loss, which is then returned.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        # A GradScaler sets these for the time of the step.
        found_inf, scale = getattr(self, "found_inf", None), getattr(self, "grad_scale", None)
        if found_inf is not None and found_inf.item():
            return loss
        for group in self.param_groups:
            params = [p for p in group["params"] if p.grad is not None]
            if not params:
                continue
            if scale is not None:
                torch._foreach_div_([p.grad for p in params], scale.item())
            self._step_group(group, params)
        return loss

    def _step_group(self, group: Group, params: list[Tensor]) -> None:
        binding, alpha = self.binding(group), group["lr"]
        if isinstance(alpha, (int, Tensor)):  # and not a number that is recorded
            alpha = float(alpha)
        kept, names = self._begun(params, binding), binding.rule.state
        steps = [state["step"] for state in kept]
        if group["fused"] or self._is_fused_only:
            from breaking_adam.engine.counts import count  # and with it Numba
            from breaking_adam.optimizers import fused as one_pass

            for t, xs, gs, states in columns(params, kept, names, count(steps)):
                one_pass.step(t, xs, gs, states, binding, alpha)
            return
        torch._foreach_add_(steps, torch.tensor(1.0))
        if in_lists(group, params):
            for t, xs, gs, states in columns(params, kept, names):
                c = binding.rule.at(t, alpha, binding.hyper)
                self.step_param(FOREACH, xs, gs, states, c, binding, alpha)
        else:
            for param, state in zip(params, kept, strict=True):
                t, x, g, tensors = entry(param, state, names)
                c = binding.rule.at(t, alpha, binding.hyper)
                self.step_param(LOOP, x, g, tensors, c, binding, alpha)

    def _begun(self, params: list[Tensor], binding: Binding) -> list[dict[str, Any]]:
        """The parameters' states, with all that the rule needs in them."""
        for layout in {*map(GRADIENT_LAYOUT, params)} - {torch.strided}:
            raise RuntimeError(
                f"{type(self).__name__} needs dense gradients, got {layout}: "
                "use torch.optim.SparseAdam"
            )
        kept, needed = [self.state[p] for p in params], {"step", *binding.rule.state}
        for p, state in zip(params, kept, strict=True):
            if not needed <= state.keys():
                self.init_state(state, binding, p)
        return kept
