"""Mini-batches that depend on the seed and the step alone: the same for every optimizer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from breaking_adam.data import Images
from breaking_adam.networks.augmentation import Augment


class Labelled:
    """Images as a network takes them, with their classes.

    Args:
        images: pixels in [0, 255] and labels.
        device: where to keep them.
        channels_last: whether to lay channels out last in memory, as convolutions like it.

    Attributes:
        x: float32 in [0, 1], shape (images, channels, height, width). The paper does not say how
            pixels are scaled.
        y: int64, shape (images,).
    """

    def __init__(self, images: Images, device: str = "cpu", channels_last: bool = False) -> None:
        pixels = torch.from_numpy(images.pixels.copy()).to(device)
        x = pixels.to(torch.float32).div_(255)
        self.x = x.contiguous(memory_format=torch.channels_last) if channels_last else x
        self.y = torch.from_numpy(images.labels.astype(np.int64)).to(device)

    def __len__(self) -> int:
        return len(self.y)


class Batches:
    """The batches of the steps ``first`` to ``last``, to be iterated over, as often as one likes.

    Each epoch takes the images in an order of its own and leaves out the last ones that would not
    fill a batch.

    Args:
        labelled: images and classes.
        seed: of the orders.
        size: the images of a batch; 128 in the paper.
        first: the step of the first batch; steps count from 1.
        last: the step of the last batch.
        augment: changes each batch's images, by draws that depend on the seed and the step alone,
            as :func:`breaking_adam.networks.augmentation.shift_and_mirror` does. The paper does not
            say whether it did so; None leaves the images as they are, so that the training loss is
            that of the images there are.

    Raises:
        ValueError: if there are fewer images than a batch takes.
    """

    def __init__(
        self,
        labelled: Labelled,
        seed: int,
        size: int = 128,
        *,
        first: int = 1,
        last: int,
        augment: Augment | None = None,
    ) -> None:
        if len(labelled) < size:
            raise ValueError(f"a batch takes {size} images, and there are {len(labelled)}")
        self.labelled, self.seed, self.size = labelled, seed, size
        self.first, self.last, self.augment = first, last, augment

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        x, y = self.labelled.x, self.labelled.y
        per_epoch = len(y) // self.size
        order: Tensor | None = None
        for t in range(self.first, self.last + 1):
            epoch, batch = divmod(t - 1, per_epoch)
            if order is None or batch == 0:
                order = self.order(epoch)
            chosen = order[batch * self.size : (batch + 1) * self.size]
            images = x.index_select(0, chosen)
            if self.augment is not None:
                # The 1 tells these draws from those of an order.
                images = self.augment(images, np.random.default_rng([self.seed, t, 1]))
            yield images, y.index_select(0, chosen)

    def order(self, epoch: int) -> Tensor:
        """The order of the images in an epoch, which counts from 0."""
        permutation = np.random.default_rng([self.seed, epoch]).permutation(len(self.labelled))
        return torch.from_numpy(permutation).to(self.labelled.y.device)
