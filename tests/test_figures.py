"""Pictures: what they show, and that every format can be written."""

import numpy as np
import pytest

from breaking_adam.figures import Curve, Theory, figure_1

THEORY = Theory(-1.0, 1.0, 20 / 101, "20/101: staying at +1")
T = np.arange(1, 11) * 1000
BAND = np.stack([np.full(10, 0.8), np.full(10, 1.0)])


def curves(n=2):
    return [Curve(f"opt{i}", T, np.full(10, 1.0), np.full(10, 0.2 + i / 100)) for i in range(n)]


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_every_curve_is_named_at_its_end_and_theory_is_written_on_its_lines():
    figure = figure_1(curves(), THEORY, "title")
    for axes in figure.axes:
        shown = [text.get_text() for text in axes.texts]
        assert {"opt0", "opt1"} <= set(shown)
        assert axes.get_xlabel()
        assert axes.get_ylabel()
    assert "20/101: staying at +1" in texts(figure)
    assert "$x^* = -1$" in texts(figure)


@pytest.mark.parametrize("n", [1, 2, 7])
def test_names_do_not_overlap(n):
    figure = figure_1(curves(n), THEORY, "title")
    figure.canvas.draw()
    for axes in figure.axes:
        names = [text for text in axes.texts if text.get_text().startswith("opt")]
        boxes = [text.get_window_extent() for text in names]
        assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_formats(tmp_path, suffix):
    path = tmp_path / f"figure.{suffix}"
    banded = [c._replace(x_band=BAND, average_regret_band=BAND) for c in curves()]
    figure_1(banded, THEORY, "title").savefig(path)
    assert path.stat().st_size > 5000


def test_a_run_that_diverged_is_drawn_as_far_as_it_went():
    broken = curves(1)[0]._replace(x=np.array([0.0] * 9 + [np.nan]))
    figure = figure_1([broken._replace(average_regret=broken.x)], THEORY, "title")
    figure.canvas.draw()
