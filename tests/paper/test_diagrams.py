"""The published diagrams: played, they agree with the theory where it is exact."""

from itertools import combinations
from pathlib import Path
from statistics import stdev

import numpy as np
import pytest
import xarray

from breaking_adam.paper.agreement import agreement, agreement_of_biases
from breaking_adam.paper.diagrams.axes import axis
from breaking_adam.paper.diagrams.biases import Biases, standard_error
from breaking_adam.paper.diagrams.diagram import Measured
from breaking_adam.paper.diagrams.names import DIAGRAMS
from breaking_adam.paper.measured import measure, store_of
from breaking_adam.plots.diagram import Axis, Plane
from breaking_adam.plots.picture import PAPER
from breaking_adam.problems.parabolas import Parabolas
from breaking_adam.problems.power import Power
from breaking_adam.problems.pulled_apart import PulledApart


def test_agreement_by_hand():
    x, y = Axis("x", "", np.array([1.0, 2.0, 3.0])), axis("b", 0.9, 0.9999, 4, "log1m")
    field = np.array([[1.0, -1, -1, -1], [1, 1, -1, -1], [-1, -1, -1, -1]])
    assert agreement(field > 0, field, x, y) == pytest.approx((1.0, 0.0, np.nan), nan_ok=True)
    wrong = field > 0
    wrong[0, 3] = wrong[2, 0] = True
    # The zero of the first column is half a cell above y[0]; the last one has none.
    found = agreement(wrong, field, x, y)
    assert found == pytest.approx((10 / 12, 2.5, 1.0))


def test_sizes_that_the_noise_drowns_are_not_compared():
    x, noise = Axis("beta2", "β2", np.array([0.9, 0.99])), np.full(2, 0.01)
    # What is predicted for the second is a tenth of the noise: that it is 100 times as far off says
    # nothing of the theory.
    found = agreement_of_biases(np.array([-1.0, -0.1]), noise, np.array([-1.0, -0.001]), x)
    assert found == (1.0, 0.0, 0.9)


def test_axes_are_even_on_their_scale():
    assert axis("C", 2, 5, 4).values.tolist() == [2, 3, 4, 5]
    assert axis("C", 2, 5, 4).values.dtype.kind == "i"
    assert axis("a", 0.0, 0.5, 3).values.tolist() == [0, 0.25, 0.5]
    assert axis("lr", 0.01, 1.0, 3, "log").values == pytest.approx([0.01, 0.1, 1])
    assert axis("beta2", 0.9, 0.999, 3, "log1m").values == pytest.approx([0.9, 0.99, 0.999])
    assert axis("beta2", 0.9, 0.999, 3, "log1m").label == "β2"


@pytest.mark.parametrize(
    ("name", "panel", "steps", "share"),
    [
        ("shi", 0, 40_000, 0.97),
        ("shi", 1, 40_000, 0.97),  # by the theory of β1 = 0 it would be 0.85
        ("zhang", 3, 20_000, 0.97),
        ("quartic", 0, 20_000, 0.97),
        ("quartic", 1, 20_000, 0.96),
        ("random-order", 0, 1_000_000, 0.96),  # with p = (1+δ)/C it would be 0.91
        ("random-order", 1, 1_000_000, 0.95),  # and 0.90
    ],
)
def test_a_diagram_agrees_with_its_edge(name, panel, steps, share):
    diagram = DIAGRAMS[name](12)
    diagram = diagram._replace(x=diagram.x._replace(values=diagram.x.values[:9]))
    found = measure(diagram, diagram.panels[panel], steps)
    assert found.agreement.share >= share
    assert 0.1 < found.share < 0.9
    assert found.shown.values.shape == (len(diagram.x.values), len(diagram.y.values))
    # A theory of the opposite sign does not agree.
    upside_down = diagram.panels[panel]._replace(
        predicted=lambda x, y: -diagram.panels[panel].predicted(x, y)
    )
    assert measure(diagram, upside_down, steps).agreement.share <= 0.15


def test_the_least_slope_that_breaks_adam_is_where_the_drift_turns():
    diagram = DIAGRAMS["critical"](5)
    through = diagram.through._replace(values=np.array([2, 4, 8, 12, 16, 24, 32]))
    diagram = diagram._replace(through=through)
    found = measure(diagram, diagram.panels[0], 100_000)
    assert found.agreement.share >= 0.98
    assert 0 <= found.agreement.distance < 0.1
    assert found.agreement.at in diagram.x.values or found.agreement.distance == 0
    # β1 = 0: √(4/(1−β2)) is 2.8, 6.1, 13.4, 29.1 and 63.2, and the next of C breaks it.
    assert 10 ** found.shown.values[0] == pytest.approx([4, 8, 16, 32, np.inf])
    assert found.dataset.x.dims == ("beta1", "beta2", "C")
    # Momentum lets it stand larger ones.
    assert (found.shown.values[1:, :-1] >= found.shown.values[:-1, :-1]).all()
    # A theory of the opposite sign does not agree.
    panel = diagram.panels[0]
    upside_down = panel._replace(predicted=lambda *axes: -panel.predicted(*axes))
    assert measure(diagram, upside_down, 20_000).agreement.share <= 0.1


def test_the_standard_error_of_a_mean_by_hand():
    # Of 1, 2, 3, 4: s² = (2.25 + 0.25 + 0.25 + 2.25)/3, over n = 4.
    found = standard_error(np.array([[1.0, 2, 3, 4], [5, 5, 5, 5]]))
    assert found == pytest.approx([np.sqrt(5 / 12), 0])
    assert standard_error(np.array([[1.0], [2.0]])).tolist() == [0, 0]


def test_the_standard_error_is_that_of_means_of_independent_draws():
    draws = np.random.default_rng(0).normal(size=(20_000, 4))
    error = draws.mean(axis=1).var()
    assert (standard_error(draws) ** 2).mean() == pytest.approx(error, rel=0.03)


@pytest.mark.slow
@pytest.mark.parametrize("panel", [0, 1, 2, 3])
def test_adam_comes_to_rest_beside_the_best_point_as_predicted(panel):
    diagram = DIAGRAMS["bias"](32)
    beta2 = diagram.x._replace(values=np.array([0.98, 0.99, 0.995]))
    diagram = diagram._replace(x=beta2)
    found = measure(diagram, diagram.panels[panel], diagram.steps)
    assert found.agreement.share == 1
    assert found.agreement.distance < 0.05
    assert found.share == 1
    assert (found.shown.values < 0).all()
    # Noise has sixteen runs, and their mean a standard error; the parabolas draw nothing: one run.
    assert found.dataset.sizes["seed"] == (16 if panel < 2 else 1)
    expected = [stdev(row) / 4 if panel < 2 else 0 for row in found.dataset.x_mean.values]
    np.testing.assert_allclose(found.shown.noise, expected, rtol=1e-9)
    # 4(1−β2)κ by hand, and momentum leaves less than half of two parabolas' error.
    if panel == 0:
        np.testing.assert_allclose(found.shown.predicted, [-0.08, -0.04, -0.02], rtol=1e-12)
    if panel == 3:
        other = measure(diagram, diagram.panels[2], diagram.steps)
        assert (np.abs(found.shown.values) < np.abs(other.shown.values) / 2).all()


def test_amsgrad_has_no_edge():
    diagram = DIAGRAMS["shi"](6)
    diagram = diagram._replace(x=diagram.x._replace(values=np.array([2, 8, 20])))
    found = measure(diagram, diagram.panels[2], 40_000)
    assert found.share == 0
    assert found.agreement is None


@pytest.mark.parametrize("name", DIAGRAMS)
def test_a_predicted_field_has_the_planes_shape_and_an_edge_on_it(name):
    diagram = DIAGRAMS[name](24)
    for panel in diagram.panels:
        if isinstance(diagram, Biases):
            predicted = panel.predicted(diagram.x.values)
            assert predicted.shape == diagram.x.values.shape
            assert (predicted < 0).all()
        elif panel.predicted:
            axes = list(diagram.axes(panel).values())
            field = panel.predicted(*axes)
            assert field.shape == tuple(map(len, axes))
            assert (field > 0).any()
            assert (field < 0).any()


@pytest.mark.slow
def test_the_formulas_of_all_slopes_have_room_in_one_plane():
    diagram = DIAGRAMS["critical"](24)
    (panel,) = diagram.panels
    plane = Plane(panel.title, np.zeros((24, 24)), panel.edges)
    drawn = diagram.draw([Measured(panel.title, plane, None, 0.0, None)], PAPER)
    boxes = [text.get_window_extent() for text in drawn.axes[0].texts]
    assert len(boxes) == 6  # five slopes, and a closed form
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))


def test_a_run_that_diverged_went_wrong():
    diagram = DIAGRAMS["quartic"](2)
    ends = xarray.Dataset({"distance": (("beta1", "beta2"), [[1e-9, np.nan], [0.5, np.inf]])})
    assert diagram.compare(diagram.panels[0], ends).share == 3 / 4


def test_each_panel_has_a_store_of_its_own():
    diagram = DIAGRAMS["bias"](2)
    stores = {store_of(Path("runs"), diagram, panel) for panel in diagram.panels}
    assert len(stores) == len(diagram.panels)


def test_the_pieces_of_pulled_apart_sum_to_what_the_paper_says():
    for n, a in (3, 1.0), (10, 1 / 81):
        problem = PulledApart(n, a, order="cyclic")
        for x, slope in (5.0, 1.0), (-1.0, 1.0), (-1.5, 0.5), (-2.0, 0.0), (-3.0, -1.0):
            problem.x.data.fill_(x)
            total = 0.0
            for t in range(1, n + 1):
                problem.zero_grad()
                problem.evaluate(t).sum().backward()
                total += problem.x.grad.item()
            assert total == pytest.approx(slope, abs=1e-5)
        # Continuous at −1, where the pieces change their form.
        ends = []
        for x in (-1.0, -1.0 - 1e-6):
            problem.x.data.fill_(x)
            ends.append(problem.evaluate(1).item())
        assert ends[0] == pytest.approx(ends[1], abs=1e-4)


def test_random_pieces_come_equally_often():
    problem = PulledApart(5, 1.0, seed=3)
    rare = sum(problem.evaluate(t).item() > 0 for t in range(1, 5001))
    assert rare == pytest.approx(1000, abs=5 * np.sqrt(5000 * 0.2 * 0.8))


def test_power_is_what_its_name_says():
    problem = Power(6, x0=-2.0)
    problem().backward()
    assert problem.x.grad.item() == -32
    assert problem().item() == pytest.approx(64 / 6)
    with pytest.raises(ValueError, match="k must be even"):
        Power(5)


def test_a_lopsided_problem_pulls_adam_off_its_mean():
    """The bias is −(1−β2)κ μ3/(2σ²) to first order (LITERATURE: Dereich and Jentzen 2024)."""
    import torch

    from breaking_adam import Adam, grid, inverse_sqrt

    ds = grid(
        lambda seed: Parabolas(10, 1.0, 1.0, large_at=10.0, seed=seed, x0=0.5),
        lambda params, beta2: Adam(params, 0.3, (0.0, beta2), eps=0.0, bias_correction=False),
        {"seed": range(64), "beta2": [0.98]},
        steps=200_000,
        schedule=inverse_sqrt,
        dtype=torch.float64,
    )
    # X = 10 with probability 0.1: σ² = 9, μ3 = 0.1·9³ − 0.9 = 72.
    ends = ds.x_mean.values.ravel() - 1.0
    error = ends.std(ddof=1) / np.sqrt(ends.size)
    expected = -0.02 * 72 / 18
    assert abs(ends.mean() - expected) < 4 * error + 0.25 * abs(expected)
    assert ends.mean() < -4 * error


def test_every_diagram_is_a_command():
    from breaking_adam.cli.diagram import NAMES

    assert NAMES.keys() == DIAGRAMS.keys()
