"""Diagrams: axes in their own values, the colours of cells, and edges where they belong."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from breaking_adam.plots import biases
from breaking_adam.plots.biases import Bias
from breaking_adam.plots.diagram import SHADES, Axis, Edge, Plane, Shade, Zero, figure
from breaking_adam.plots.labels import covered
from breaking_adam.plots.style import COLOURS

X = Axis("C", "C", np.array([2, 4, 8, 16]), "log")
Y = Axis("beta2", "β2", np.array([0.5, 0.9, 0.99, 0.999]), "log1m")
SHADE = Shade("x", -1.0, 0.0, 1.0)


def test_an_axis_and_back():
    for axis in X, Y, Axis("a", "", np.array([0.1, 0.4, 0.9])):
        np.testing.assert_allclose(axis.value(axis.place(axis.values)), axis.values, rtol=1e-13)
        ends = axis.ends
        assert (ends[:-1] < axis.place(axis.values)).all()
        assert (axis.place(axis.values) < ends[1:]).all()
    assert X.finer().values is X.values
    finer = Y.finer(3).values
    assert finer.size == 10
    np.testing.assert_allclose(finer[::3], Y.values, rtol=1e-13)


def draw(edges=(), values=None):
    values = np.linspace(-1, 1, 16).reshape(4, 4) if values is None else values
    return figure([Plane("one", values, edges)] * 2, X, Y, SHADE, "title")


def test_cells_have_the_colours_of_their_values():
    values = np.zeros((4, 4))
    values[1, 2], values[3, 0], values[0, 0] = -1, 5, np.nan
    drawn = draw(values=values)
    drawn.draw_without_rendering()
    mesh = drawn.axes[0].collections[0]
    # A row of the picture is a y.
    colours = mesh.get_facecolors().reshape(4, 4, 4)[..., :3]
    assert colours[2, 1] == pytest.approx(to_rgb(COLOURS[1]))
    assert colours[0, 3] == pytest.approx(to_rgb(COLOURS[0]))
    assert colours[0, 0] == pytest.approx((0, 0, 0))
    assert colours[3, 3] == pytest.approx(SHADES(0.5)[:3], abs=0.01)


def test_logarithmic_axes_are_labelled_in_their_own_values():
    drawn = draw()
    drawn.draw_without_rendering()
    axes = drawn.axes[2]  # the other panel's are shared
    labels = [label.get_text() for label in drawn.axes[0].get_yticklabels()]
    assert labels == ["0.5", "0.9", "0.99", "0.999"]
    assert [label.get_text() for label in drawn.axes[0].get_xticklabels()] == ["2", "5", "10"]
    assert axes.get_ylabel() == "x"


def test_edges_are_where_their_formula_is_0_and_are_named():
    x, y = X.place(X.values), Y.place(Y.values)
    field = y[None, :] - 2 * x[:, None] - 0.1
    line = Edge("a line", np.array([2.0, 16.0]), np.array([0.9, 0.99]))
    drawn = draw([Zero("a zero", X, Y, field), line])
    axes = drawn.axes[0]
    assert [text.get_text() for text in axes.texts] == ["a zero", "a line"]
    across, up = axes.lines[0].get_data()
    np.testing.assert_allclose(across, np.log10([2, 16]))
    np.testing.assert_allclose(up, [1, 2])
    segments = np.concatenate(axes.collections[1].get_paths()[0].to_polygons(closed_only=False))
    np.testing.assert_allclose(segments[:, 1], 2 * segments[:, 0] + 0.1, atol=1e-12)


def boxes(axes):
    return [text.get_window_extent() for text in axes.texts]


def test_formulas_lie_within_the_plane_and_none_on_another():
    x, y = np.array([2.0, 16.0]), np.array([0.9985, 0.9984])
    edges = [Edge("a short one", x, y), Edge("a formula that is twice as long", x, y)]
    axes = draw(edges).axes[0]
    one, other = boxes(axes)
    assert not one.overlaps(other)
    frame = axes.get_window_extent()
    for box in one, other:
        assert frame.x0 <= box.x0 < box.x1 <= frame.x1
        assert frame.y0 <= box.y0 < box.y1 <= frame.y1


def test_a_formula_is_nearer_to_its_own_edge_than_to_another():
    """Where two run side by side, and then are one."""
    x = np.array([2.0, 4.0, 8.0, 16.0])
    edges = [
        Edge("upper", x, np.array([0.95, 0.97, 0.99, 0.995])),
        Edge("lower", x, np.array([0.6, 0.8, 0.99, 0.995])),
    ]
    axes = draw(edges).axes[0]
    lines = [axes.transData.transform(line.get_xydata()) for line in axes.lines]
    for box, own, other in zip(boxes(axes), lines, lines[::-1], strict=True):
        assert apart(box, own) + 5 < apart(box, other)


@pytest.mark.parametrize("ends", [(0.998, 0.6), (0.6, 0.998)])
def test_a_formula_covers_no_edge_where_it_need_not(ends):
    """Whether it runs up or down, not every side is free."""
    axes = draw([Edge("a formula", np.array([2.0, 16.0]), np.array(ends))]).axes[0]
    (box,), (line,) = boxes(axes), axes.lines
    along = np.linspace(*axes.transData.transform(line.get_xydata()), 1000)
    assert covered(box, along) == 0


def apart(box, line):
    """How many pixels there are from a line to the middle of a box."""
    t = np.linspace(0, len(line) - 1, 1000)
    places = [np.interp(t, np.arange(len(line)), each) for each in line.T]
    middle = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return np.hypot(*(each - at for each, at in zip(places, middle, strict=True))).min()


def test_an_edge_outside_the_plane_has_no_name():
    beyond = Edge("beyond", np.array([100.0, 200.0]), np.array([0.9, 0.99]))
    nowhere = Zero("nowhere", X, Y, np.ones((4, 4)))
    assert not draw([beyond, nowhere]).axes[0].texts


def test_a_scale_may_run_down():
    values = np.zeros((4, 4))
    values[0, 0], values[1, 1], values[2, 2] = 1, -1, np.inf
    shade = Shade("x", 1.0, 0.0, -1.0)
    drawn = figure([Plane("one", values, ())], X, Y, shade, "title")
    drawn.draw_without_rendering()
    colours = drawn.axes[0].collections[0].get_facecolors().reshape(4, 4, 4)[..., :3]
    assert colours[0, 0] == pytest.approx(to_rgb(COLOURS[1]))
    assert colours[1, 1] == pytest.approx(to_rgb(COLOURS[0]))
    assert colours[2, 2] == pytest.approx(to_rgb(COLOURS[1]))


def test_biases_are_sizes_over_the_rest_to_1():
    beta2 = np.array([0.9, 0.99, 0.999])
    values, predicted = np.array([-0.4, -0.04, 0.004]), np.array([np.nan, -0.05, -0.005])
    noisy = Bias("noisy", values, np.full(3, 1e-3), predicted, "a formula")
    drawn = biases.figure([noisy, noisy._replace(noise=np.zeros(3))], beta2, "title")
    drawn.draw_without_rendering()
    left, right = drawn.axes
    line, points, noise = left.lines
    np.testing.assert_allclose(points.get_xdata(), [0.1, 0.01, 0.001])
    np.testing.assert_allclose(points.get_ydata(), [0.4, 0.04, 0.004])
    np.testing.assert_allclose(line.get_ydata()[1:], [0.05, 0.005])
    np.testing.assert_allclose(noise.get_ydata(), 1e-3)
    assert len(right.lines) == 2  # nothing is drawn of what is not there
    assert [text.get_text() for text in left.texts] == ["a formula", "noise of the mean"]
    assert left.get_xscale() == left.get_yscale() == "log"
