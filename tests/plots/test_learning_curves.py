"""The learning curves of Figure 2: all of them to be seen, and their names apart."""

import itertools

import numpy as np
import pytest

from breaking_adam import Picture
from breaking_adam.plots.figure2 import Row, figure_2
from breaking_adam.plots.lines import Line
from breaking_adam.plots.panels import Panel
from breaking_adam.plots.picture import STYLES

T = 100.0 * np.arange(1, 51)


def curve(i, end, spread=0.1):
    """A loss that comes down from 100 to that end, with a band about it."""
    y = end + (100 - end) * np.exp(-T / 150)
    return Line(f"optimizer {i}", T, y, i, band=np.stack([y * (1 - spread), y * (1 + spread)]))


def panel(*ends):
    return Panel("loss", [curve(i, end) for i, end in enumerate(ends)], log=(False, True))


ROWS = [
    Row("a narrow range", [panel(0.25, 0.26, 0.26), panel(0.3)]),
    Row("a wide one", [panel(0.001, 0.01, 0.02, 0.02, 0.02, 0.4), panel(0.1, 0.1)]),
    Row("a wide band", [Panel("loss", [curve(0, 0.25, spread=0.7)], log=(False, True))]),
]


def drawn(rows, *rest):
    figure = figure_2(rows, *rest)
    figure.draw_without_rendering()
    return figure, [axes for part in figure.subfigs for axes in part.axes]


def test_every_curve_is_to_be_seen_from_its_first_tenth_to_the_end_of_its_band():
    _, every = drawn(ROWS)
    panels = [each for row in ROWS for each in row.panels]
    for axes, shown in zip(every, panels, strict=True):
        low, high = axes.get_ylim()
        for line in shown.lines:
            assert low < min(line.y[5:].min(), line.band[0, -1])
            assert max(line.y[5:].max(), line.band[1, -1]) < high
        least = min(line.band[0, -1] for line in shown.lines)
        greatest = max(line.y[5] for line in shown.lines)
        # Little room is left over, in the panel's own measure.
        assert np.log(high / low) < 1.2 * np.log(greatest / least)


def test_names_are_apart_and_scales_have_numbers():
    figure, every = drawn(ROWS, "a title")
    for axes, shown in zip(every, [p for row in ROWS for p in row.panels], strict=True):
        assert {text.get_text() for text in axes.texts} == {line.label for line in shown.lines}
        boxes = [text.get_window_extent() for text in axes.texts]
        assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
        assert all(box.x1 <= figure.bbox.x1 + 1 for box in boxes)
        low, high = axes.get_ylim()
        assert 2 <= sum(low <= y <= high for y in axes.get_yticks()) <= 12
    assert all(axes.get_ylabel() == "loss" for axes in every)
    assert figure.get_supxlabel() == "iteration"
    assert figure.get_suptitle() == "a title"


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_a_whole_figure_2_has_rows_of_one_height_and_names_in_the_type_of_its_style(style):
    row = Row("one hidden layer, MNIST, $β_2$ = 0.999", [panel(*[0.1] * 6)] * 2)
    _, every = drawn([row] * 4, "", Picture(style=style))
    heights = [axes.get_window_extent().height for axes in every]
    np.testing.assert_allclose(heights, heights[0], rtol=1e-3)
    assert {text.get_fontsize() for axes in every for text in axes.texts} == {STYLES[style].type}


@pytest.mark.parametrize("y", [np.full(50, np.nan), np.full(50, 0.3), np.zeros(50)])
def test_curves_that_have_nothing_to_show_break_nothing(y):
    line = Line("gone", T, y, 0)
    drawn([Row("", [Panel("loss", [line], log=(False, True))])])
