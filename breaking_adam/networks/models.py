"""The three models of the paper's Section 5, in its sizes; what it leaves open is an argument."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from breaking_adam.networks.response_norm import ResponseNorm

#: Sets the parameters of one module, as ``nn.Module.apply`` calls it with each.
Initialise = Callable[[nn.Module], None]


def zeros(module: nn.Module) -> None:
    """Start every weight and bias at 0."""
    for parameter in module.parameters(recurse=False):
        nn.init.zeros_(parameter)


class LogisticRegression(nn.Module):
    """Multiclass logistic regression: 784 pixels to 10 classes.

    Args:
        init: how parameters start. The paper does not say; from 0 the problem, which is convex, is
            the same for every seed, and pixels that are dark in every training image add nothing.

    >>> LogisticRegression()(torch.ones(2, 1, 28, 28)).tolist() == [[0.0] * 10] * 2
    True
    """

    def __init__(self, init: Initialise | None = zeros) -> None:
        super().__init__()
        self.linear = nn.Linear(784, 10)
        start(self, init)

    def forward(self, x: Tensor, state: object = None) -> Tensor:
        """Logits of shape (images, 10) for pixels in [0, 1] of shape (images, 1, 28, 28)."""
        return self.linear(x.flatten(1))


class OneHiddenLayer(nn.Module):
    """A network with one hidden layer of 100 ReLU: 784 pixels to 10 classes.

    Args:
        init: how parameters start. The paper does not say; None is torch's own way for a linear
            layer, uniform within ±1/√inputs.
    """

    def __init__(self, init: Initialise | None = None) -> None:
        super().__init__()
        self.hidden = nn.Linear(784, 100)
        self.output = nn.Linear(100, 10)
        start(self, init)

    def forward(self, x: Tensor, state: object = None) -> Tensor:
        """Logits of shape (images, 10) for pixels in [0, 1] of shape (images, 1, 28, 28)."""
        return self.output(self.hidden(x.flatten(1)).relu())


class CifarNet(nn.Module):
    """CIFARNET: two convolutions of 64 channels, then 384, 192 and 10 units.

    The kernels are 6 by 6. Between the convolutions are 2 by 2 max pooling and local response
    normalisation, which follow the second one in the other order, as in TensorFlow's network of
    that name. Between 384 and 192 is dropout.

    Args:
        padding: pixels of 0 left, right, above and below each convolution's input. The paper does
            not say; these keep 32 and 16 pixels across, as in TensorFlow's network. Without them
            the network is three times as fast.
        dropout: the probability to drop a unit; 0.5 in the paper.
        init: how parameters start. The paper does not say; None is torch's own way.
    """

    def __init__(
        self,
        padding: tuple[int, int, int, int] = (2, 3, 2, 3),
        dropout: float = 0.5,
        init: Initialise | None = None,
    ) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.ZeroPad2d(padding),
            nn.Conv2d(3, 64, 6),
            # The largest of four is the same before ReLU and after it, and here takes less time.
            nn.MaxPool2d(2),
            nn.ReLU(),
            ResponseNorm(64),
            nn.ZeroPad2d(padding),
            nn.Conv2d(64, 64, 6),
            nn.ReLU(),
            ResponseNorm(64),
            nn.MaxPool2d(2),
            nn.Flatten(),
        )
        with torch.no_grad():
            (units,) = self.features(torch.zeros(1, 3, 32, 32))[0].shape
        self.classifier = nn.Sequential(
            nn.Linear(units, 384),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(384, 192),
            nn.ReLU(),
            nn.Linear(192, 10),
        )
        start(self, init)

    def forward(self, x: Tensor, state: object = None) -> Tensor:
        """Logits of shape (images, 10) for pixels in [0, 1] of shape (images, 3, 32, 32)."""
        return self.classifier(self.features(x))


def start(model: nn.Module, init: Initialise | None) -> None:
    """Have the parameters start as ``init`` says, or stay as torch made them."""
    if init is not None:
        model.apply(init)
