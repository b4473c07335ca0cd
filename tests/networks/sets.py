"""Small sets of images for trainings."""

import numpy as np

from breaking_adam.data import Images
from breaking_adam.networks.batches import Labelled
from breaking_adam.networks.training import Sets


def images(count, shape=(1, 28, 28), seed=0):
    """Noise in which the height of a bright row tells the class; every class in turn."""
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 100, (count, *shape), np.uint8)
    labels = np.arange(count, dtype=np.uint8) % 10
    pixels[np.arange(count), :, 5 + 2 * labels] += 100
    return Images(pixels, labels)


def sets(train=200, test=50, shape=(1, 28, 28), channels_last=False):
    parts = images(train, shape), images(test, shape, seed=1)
    return Sets(*(Labelled(part, channels_last=channels_last) for part in parts))
