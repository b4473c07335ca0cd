"""Update rules: how an optimizer turns a gradient and its state into a move. A file per family."""

from breaking_adam.rules.adagrad import ADAGRAD
from breaking_adam.rules.adam import ADAM, ADAM_EPS_INSIDE, ADAM_PAPER, ADAMNC
from breaking_adam.rules.amsgrad import AMSGRAD_CORRECT_FIRST, AMSGRAD_CORRECT_LAST, AMSGRAD_PAPER
from breaking_adam.rules.marked import compilable
from breaking_adam.rules.rmsprop import RMSPROP
from breaking_adam.rules.rule import Numbers, Rule, plain_at
from breaking_adam.rules.sgd import NESTEROV, SGD

__all__ = [
    "ADAGRAD",
    "ADAM",
    "ADAMNC",
    "ADAM_EPS_INSIDE",
    "ADAM_PAPER",
    "AMSGRAD_CORRECT_FIRST",
    "AMSGRAD_CORRECT_LAST",
    "AMSGRAD_PAPER",
    "NESTEROV",
    "RMSPROP",
    "SGD",
    "Numbers",
    "Rule",
    "compilable",
    "plain_at",
]
