"""Lists of parameters to step."""

from __future__ import annotations

import torch

Shapes = list[tuple[int, ...]]


def resnet50() -> Shapes:
    """The shapes of a ResNet-50's 161 parameters (He et al. 2016, Table 1), 25,557,032 in all.

    >>> import math
    >>> len(resnet50()), sum(map(math.prod, resnet50()))
    (161, 25557032)
    """
    shapes: Shapes = []

    def convolution(out: int, into: int, size: int) -> None:
        # With the scale and shift of the batch normalization behind it.
        shapes.extend([(out, into, size, size), (out,), (out,)])

    convolution(64, 3, 7)
    into = 64
    for width, blocks in (64, 3), (128, 4), (256, 6), (512, 3):
        for block in range(blocks):
            convolution(width, into, 1)
            convolution(width, width, 3)
            convolution(4 * width, width, 1)
            if block == 0:
                convolution(4 * width, into, 1)
            into = 4 * width
    return [*shapes, (1000, into), (1000,)]


ONE_TENSOR, RESNET50, SMALL_TENSORS = "25,000,000 at once", "ResNet-50", "500 of 1,000"

WORKLOADS: dict[str, Shapes] = {
    ONE_TENSOR: [(25_000_000,)],
    RESNET50: resnet50(),
    SMALL_TENSORS: [(1000,)] * 500,
}


def parameters(
    shapes: Shapes, device: str = "cpu", dtype: torch.dtype = torch.float32
) -> list[torch.nn.Parameter]:
    """Parameters of the shapes, each with a gradient."""
    params = [torch.nn.Parameter(torch.randn(s, device=device, dtype=dtype)) for s in shapes]
    for p in params:
        p.grad = torch.randn_like(p)
    return params
