"""Optimizers of the paper, as torch optimizers."""

from functools import partial

import torch

AMSGrad = partial(torch.optim.Adam, amsgrad=True)
