"""Images changed at random before they are trained on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - as torch has it

#: Gives a batch of images, of the same shape, by what it draws.
Augment = Callable[[Tensor, np.random.Generator], Tensor]


def shift_and_mirror(x: Tensor, random: np.random.Generator, pixels: int = 4) -> Tensor:
    """Each image shifted by up to so many pixels either way, and half of them mirrored.

    It is what is usual for CIFAR-10 (He et al., 2016, Section 4.2), and wrong for digits.

    Args:
        x: shape (images, channels, height, width).
        random: where shifts and mirrors are drawn.
        pixels: the longest shift; what comes in from outside is 0.
    """
    count, _, height, width = x.shape
    rows = random.integers(0, 2 * pixels + 1, (count, 1)) + np.arange(height)
    columns = random.integers(0, 2 * pixels + 1, (count, 1)) + np.arange(width)
    mirrored = random.random((count, 1)) < 0.5
    columns = np.where(mirrored, columns[:, ::-1], columns)
    image, row, column = (
        torch.from_numpy(places).to(x.device)
        for places in (np.arange(count)[:, None, None], rows[:, :, None], columns[:, None, :])
    )
    # Channels last: a pixel is taken with all of its channels.
    padded = F.pad(x, [pixels] * 4).permute(0, 2, 3, 1)
    return padded[image, row, column].permute(0, 3, 1, 2)
