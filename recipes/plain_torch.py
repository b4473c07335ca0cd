"""The paper's problem in a loop of your own, with torch and nothing else.

    python recipes/plain_torch.py

A problem is a module that takes no input and gives its cost f_t(x); in training mode each call
begins the next step. The projection onto its domain is one line after the optimizer's step.
"""

import torch

from breaking_adam import Online

STEPS = 10_000

for name, amsgrad in (("Adam", False), ("AMSGrad", True)):
    problem = Online(dtype=torch.float64)
    optimizer = torch.optim.Adam(
        problem.parameters(), lr=0.05, betas=(0.9, 0.99), amsgrad=amsgrad, foreach=False
    )
    for _ in range(STEPS):
        optimizer.zero_grad()
        problem().sum().backward()
        optimizer.step()
        problem.x.data.clamp_(*problem.domain)
    regret = float(problem.regret) / STEPS
    print(f"{name}: x = {problem.x.item():+.4f}, average regret {regret:.4f}")
