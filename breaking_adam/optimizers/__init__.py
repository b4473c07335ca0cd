"""The paper's algorithms as torch optimizers, and the way from any rule to one."""

from breaking_adam.optimizers.adam import Adam
from breaking_adam.optimizers.adam_eps_inside import AdamEpsInside
from breaking_adam.optimizers.adamnc import AdamNC
from breaking_adam.optimizers.amsgrad import AMSGrad
from breaking_adam.optimizers.base import RuleOptimizer
from breaking_adam.optimizers.weight_decay import WeightDecay

__all__ = ["AMSGrad", "Adam", "AdamEpsInside", "AdamNC", "RuleOptimizer", "WeightDecay"]
