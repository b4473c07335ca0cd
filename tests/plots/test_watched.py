"""Pictures of runs on problems without a price: how far x is, and where."""

import numpy as np
import pytest

from breaking_adam.plots.watched import picture
from breaking_adam.problems import Online
from breaking_adam.problems.parabolas import Parabolas
from breaking_adam.problems.power import Power
from breaking_adam.problems.zero_slopes import ZeroSlopes
from breaking_adam.trials.series import Series

T = np.arange(100, 5001, 100)


def run(x, distance=None, name="adam"):
    """A run at x, of which the average regret is of no use here."""
    x = np.broadcast_to(x, T.shape).astype(float)
    distance = np.abs(x) if distance is None else np.broadcast_to(distance, T.shape)
    return Series(name, T, x, np.full(T.shape, np.nan), distance=distance)


def texts(axes):
    return {text.get_text() for text in axes.texts}


def test_distances_are_on_a_logarithmic_axis_with_that_of_x_1():
    series = [run(2 * 0.99 ** (T / 20)), run(np.full(T.shape, 0.5), name="sgd")]
    left, right = picture(Power(x0=2.0), series, "title").axes
    assert (left.get_yscale(), right.get_yscale()) == ("log", "linear")
    np.testing.assert_allclose(left.get_lines()[0].get_ydata(), np.abs(series[0].x))
    low, high = left.get_ylim()
    assert low < np.abs(series[0].x).min()
    assert high > 2
    assert {"2", "adam", "sgd"} <= texts(left)
    assert {"$x^* = 0$", "adam", "sgd"} <= texts(right)


def test_best_points_are_a_region():
    figure = picture(ZeroSlopes(), [run(-0.5, distance=0.0)], "title")
    left, right = figure.axes
    (region,) = right.patches
    assert (region.get_y(), region.get_y() + region.get_height()) == (-2, 0)
    assert "best points: below" in texts(right)
    # A distance of 0 is below what a logarithmic axis has, and takes it no lower than it should go.
    low, high = left.get_ylim()
    assert low >= high * 1e-18


def test_who_runs_off_is_followed_for_a_while_and_nan_is_left_out():
    x = np.array([*10.0 ** np.linspace(0, 30, len(T) - 1), np.nan])
    left, right = picture(Power(), [run(x)], "title").axes
    assert right.get_ylim()[1] == pytest.approx(1.12e3, rel=0.01)
    assert np.isfinite(left.get_ylim()).all()


def test_who_began_at_the_best_point_has_no_distance_to_compare_with():
    problem = Parabolas(10, 10.0, -1.0, 100.0, 1000 / 9, order="cyclic", x0=0.0)
    left, _ = picture(problem, [run(-0.4)], "title").axes
    assert texts(left) == {"adam"}


def test_a_linear_problem_has_figure_1():
    series = [run(0.5)._replace(average_regret=np.full(T.shape, 0.1))]
    left, _ = picture(Online(), series, "title").axes
    assert left.get_yscale() == "linear"
    assert "20/101: staying at +1" in texts(left)
