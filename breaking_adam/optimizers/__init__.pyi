from .adam import Adam as Adam
from .adam_eps_inside import AdamEpsInside as AdamEpsInside
from .adamnc import AdamNC as AdamNC
from .amsgrad import AMSGrad as AMSGrad
from .base import RuleOptimizer as RuleOptimizer
from .weight_decay import WeightDecay as WeightDecay
