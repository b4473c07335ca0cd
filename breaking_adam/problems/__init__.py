"""The paper's problems: which cost step t shows, on which domain, with which best point x*."""

from breaking_adam.problems.cost import Cost
from breaking_adam.problems.linear import LinearProblem
from breaking_adam.problems.online import Online
from breaking_adam.problems.problem import Problem, loss
from breaking_adam.problems.stochastic import Stochastic

__all__ = ["Cost", "LinearProblem", "Online", "Problem", "Stochastic", "loss"]
