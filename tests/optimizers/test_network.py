"""A real network, trained by each implementation from the same weights."""

import pytest
import torch
from lockstep import WAYS
from torch import nn

from breaking_adam.optimizers import AMSGrad

pytestmark = pytest.mark.slow


def losses(make, channels_last=False):
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(16, 4),
    )
    # Which quarter of a noisy image is bright.
    labels = torch.arange(64) % 4
    images = 0.3 * torch.randn(64, 1, 12, 12)
    for image, label in zip(images, labels.tolist(), strict=True):
        image[0, 6 * (label // 2) :][:6, 6 * (label % 2) :][:, :6] += 1
    net, images = net.double(), images.double()
    if channels_last:
        net, images = (item.to(memory_format=torch.channels_last) for item in (net, images))
    optimizer, seen = make(net.parameters()), []
    for _ in range(40):
        optimizer.zero_grad()
        error = nn.functional.cross_entropy(net(images), labels)
        error.backward()
        optimizer.step()
        seen.append(error.item())
    return torch.tensor(seen)


@pytest.fixture(scope="module")
def torchs():
    return losses(lambda params: torch.optim.Adam(params, lr=0.01, amsgrad=True))


@pytest.mark.parametrize("channels_last", [False, True])
@pytest.mark.parametrize("way", WAYS)
def test_same_losses(way, channels_last, torchs):
    got = losses(
        lambda params: AMSGrad(params, lr=0.01, eps=1e-8, optimized_update=False, **WAYS[way]),
        channels_last,
    )
    torch.testing.assert_close(got, torchs, rtol=1e-8, atol=0)
    assert got[-1] < got[0] / 2


@pytest.mark.parametrize("order", ["none", "after_max", "before_max"])
def test_each_order_has_the_same_losses_each_way(order):
    loop, *others = (
        losses(lambda params, way=way: AMSGrad(params, lr=0.01, bias_correction=order, **way))
        for way in WAYS.values()
    )
    for other in others:
        torch.testing.assert_close(other, loop, rtol=1e-8, atol=0)
