"""Batches depend on the seed and the step alone."""

import numpy as np
import pytest
import torch
from sets import images, sets

from breaking_adam.networks.augmentation import shift_and_mirror
from breaking_adam.networks.batches import Batches, Labelled
from breaking_adam.networks.sources import HELD_OUT, Source, load, read, split
from breaking_adam.networks.training import Run, Training


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


class Fixed:
    """In place of a generator: these shifts down and across, and these mirrored."""

    def __init__(self, *drawn):
        self.drawn = [np.array(each)[:, None] for each in drawn]

    def integers(self, *_):
        return self.drawn.pop(0)

    def random(self, *_):
        return np.where(self.drawn.pop(0), 0.4, 0.6)


@pytest.mark.parametrize("channels_last", [True, False])
def test_shifts_and_mirrors_by_hand(channels_last):
    layout = torch.channels_last if channels_last else torch.contiguous_format
    x = torch.arange(3 * 2 * 2 * 3.0).view(3, 2, 2, 3).contiguous(memory_format=layout) + 1
    # Out of 4 the first stays where it is, the second comes from 1 below, the third from 1 right.
    out = shift_and_mirror(x, Fixed([4, 5, 4], [4, 4, 5], [False, False, True]))
    assert torch.equal(out[0], x[0])
    assert torch.equal(out[1, :, 0], x[1, :, 1])
    assert not out[1, :, 1].any()
    assert torch.equal(out[2, :, :, 1:], x[2, :, :, 1:].flip(2))
    assert not out[2, :, :, 0].any()


def test_what_is_drawn_is_every_shift_and_half_of_the_mirrors():
    x = torch.zeros(2000, 1, 9, 9)
    x[:, 0, 4, 4] = 1
    x[:, 0, 4, 5] = 2
    _, _, rows, columns = torch.where(shift_and_mirror(x, np.random.default_rng(0)) == 1)
    assert set(rows.tolist()) == set(range(9))
    assert set(columns.tolist()) == set(range(9))
    out = shift_and_mirror(x, np.random.default_rng(0), pixels=0)
    assert 900 < (out[:, 0, 4, 3] == 2).sum() < 1100


def test_augmented_batches_depend_on_the_seed_and_the_step_alone():
    def images_of(seed, first=1):
        batches = Batches(numbered(), seed, 16, first=first, last=7, augment=shift_and_mirror)
        return [x for x, _ in batches]

    one, plain = images_of(3), [x for x, _ in Batches(numbered(), 3, 16, last=7)]
    assert all(torch.equal(*both) for both in zip(one, images_of(3), strict=True))
    assert all(torch.equal(*both) for both in zip(one[4:], images_of(3, first=5), strict=True))
    assert not any(torch.equal(*both) for both in zip(one, plain, strict=True))
    assert not torch.equal(one[0], images_of(4)[0])


def test_every_step_draws_anew():
    drawn_first = []

    def note(x, random):
        drawn_first.append(random.random())
        return x

    assert len(list(Batches(numbered(), 3, 16, last=7, augment=note))) == 7
    assert len(set(drawn_first)) == 7


def test_a_run_takes_an_augmentation_and_none_is_usual():
    training = Training("network", "adam", 0.99, 0.01, 0, 2, points=1, batch=16)
    plain, augmented = (
        [x for x, _ in Run(training, sets(40, 10), augment=augment).batches]
        for augment in (None, lambda x, _: 0 * x)
    )
    assert all(x.any() for x in plain)
    assert not any(x.any() for x in augmented)


def test_too_few_images():
    with pytest.raises(ValueError, match="a batch takes 128 images, and there are 50"):
        Batches(numbered(), 0, last=1)


def test_a_search_holds_out_what_it_does_not_train_on():
    made = images(60)
    out = np.arange(60) % HELD_OUT == HELD_OUT - 1
    for part, own in zip(split(made), (~out, out), strict=True):
        assert np.array_equal(part.pixels, made.pixels[own])
        assert np.array_equal(part.labels, made.labels[own])


def test_a_search_is_tested_on_what_it_holds_out_and_never_on_the_test_set():
    """α is chosen without a look at that."""
    data = read("demonstration", None)
    for search in (False, True):
        train, test = load(Source("demonstration", search=search))
        wanted = split(data.train) if search else (data.train, data.test)
        for part, images_ in zip((train, test), wanted, strict=True):
            assert torch.equal(part.x, Labelled(images_).x)
            assert part.y.tolist() == images_.labels.tolist()
