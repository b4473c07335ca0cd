"""Batches depend on the seed and the step alone."""

import numpy as np
import pytest
import torch
from sets import images

from breaking_adam.networks.batches import Batches, Labelled
from breaking_adam.networks.sources import HELD_OUT, Source, load, read, split


def numbered(count=50):
    """Images that are told apart by their first pixel."""
    made = images(count)
    made.pixels[:, 0, 0, 0] = np.arange(count)
    return Labelled(made)


def drawn(batches):
    return [(x[:, 0, 0, 0] * 255).round().int().tolist() for x, _ in batches]


def test_each_epoch_takes_each_image_once_at_most():
    rows = drawn(Batches(numbered(), 0, 16, last=6))
    first, second = rows[0] + rows[1] + rows[2], rows[3] + rows[4] + rows[5]
    assert len(set(first)) == len(set(second)) == 48
    assert first != second


def test_the_seed_alone_decides():
    rows = drawn(Batches(numbered(), 7, 16, last=10))
    assert rows == drawn(Batches(numbered(), 7, 16, last=10))
    assert rows != drawn(Batches(numbered(), 8, 16, last=10))


@pytest.mark.parametrize("first", [1, 2, 3, 4, 9])
def test_begun_anywhere_they_are_the_same(first):
    rows = drawn(Batches(numbered(), 7, 16, last=10))
    later = Batches(numbered(), 7, 16, first=first, last=10)
    assert drawn(later) == rows[first - 1 :]
    assert len(later) == 11 - first


def test_labels_go_with_their_images():
    for x, y in Batches(numbered(), 0, 16, last=3):
        assert ((x[:, 0, 0, 0] * 255).round().long() % 10).tolist() == y.tolist()


def test_pixels_are_scaled_and_laid_out():
    made = images(20, (3, 32, 32))
    for channels_last in (False, True):
        labelled = Labelled(made, channels_last=channels_last)
        assert labelled.x.is_contiguous(
            memory_format=torch.channels_last if channels_last else torch.contiguous_format
        )
        np.testing.assert_allclose(labelled.x.numpy(), made.pixels / 255, rtol=1e-6)


def test_too_few_images():
    with pytest.raises(ValueError, match="a batch takes 128 images, and there are 50"):
        Batches(numbered(), 0, last=1)


def test_a_search_holds_out_what_it_does_not_train_on():
    made = images(60)
    kept, held = split(made)
    assert len(held) == 60 // HELD_OUT
    assert np.array_equal(held.pixels, made.pixels[HELD_OUT - 1 :: HELD_OUT])
    assert len(kept) + len(held) == 60


def test_a_search_is_tested_on_what_it_holds_out_and_never_on_the_test_set():
    """α is chosen without a look at that."""
    data = read("demonstration", None)
    for search in (False, True):
        train, test = load(Source("demonstration", search=search))
        wanted = split(data.train) if search else (data.train, data.test)
        for part, images_ in zip((train, test), wanted, strict=True):
            assert torch.equal(part.x, Labelled(images_).x)
            assert part.y.tolist() == images_.labels.tolist()
