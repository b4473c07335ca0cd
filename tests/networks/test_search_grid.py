"""The grid of Figure 2: its plan, the choice of α, its store, and its results, on made numbers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from breaking_adam.networks import names
from breaking_adam.networks.experiments import ALGORITHMS, CONTROL, EXPERIMENTS, RIVALS
from breaking_adam.networks.learning_curve import CURVES
from breaking_adam.networks.results import controls, pairs, rows
from breaking_adam.networks.search import SEARCH_SEEDS, SPLITS, Choice, Plan, choose, end
from breaking_adam.networks.store import DONE, Store

ALPHAS = 0.0001, 0.001, 0.01, 0.1
PLAN = Plan("network", iterations=20, seeds=3, search_seeds=2, alphas=ALPHAS)


def filled(store, curves):
    for training in store.missing():
        store.write(training, curves(training))
    return store.dataset()


#: How often the value is in each curve, in the order of CURVES; curve i is higher by i, too.
TIMES = np.array([1.0, 2.0, 1.0, 2.0])


def flat(value):
    """Curves that say which training they are of, each otherwise."""
    return lambda training: np.tile(
        (TIMES * value(training) + np.arange(4))[:, None], training.points
    )


def bowl(best):
    """A loss with its least at that α, the same for both splits and every seed."""
    return flat(lambda training: np.log(training.alpha / best(training)) ** 2)


def test_the_names_are_those_of_what_there_is():
    assert tuple(EXPERIMENTS) == names.EXPERIMENTS
    assert tuple(ALGORITHMS) == names.ALGORITHMS
    assert set(names.USUAL) < set(EXPERIMENTS)


def test_every_experiment_compares_all_orders_and_both_adams():
    for name, experiment in EXPERIMENTS.items():
        assert {"adam", *RIVALS, *RIVALS.values()} <= set(experiment.algorithms)
        assert set(CONTROL) - {"adam"} <= set(experiment.algorithms) or name == "logistic"
        assert all(each in ALGORITHMS for each in experiment.algorithms)
        shrinking = [a for a in experiment.algorithms if "sqrt" in experiment.schedule_of(a)]
        if name == "logistic":
            assert shrinking == list(experiment.algorithms)
        else:
            assert shrinking == ["adam-inverse-sqrt"]


def test_each_amsgrad_has_the_adam_that_corrects_its_bias_as_it_does():
    for ours, rival in RIVALS.items():
        assert rival.startswith("adam")
        assert ALGORITHMS[rival].bias_correction is (ALGORITHMS[ours].bias_correction != "none")


def test_the_plan_asks_for_every_cell_once_and_reports_other_seeds():
    search = PLAN.search()
    assert len(set(search)) == len(search)
    assert len(search) == sum(len(PLAN.grid(a)) * 2 * 2 for a in PLAN.compared)
    report = PLAN.report(
        [Choice(a, 0.99, split, 0.01, False) for a in ("adam", "adam-none") for split in "ab"]
    )
    assert len(report) == 2 * 3  # the same α for both splits is one training
    assert {each.seed for each in report} == {0, 1, 2}
    assert {each.seed for each in search} == {SEARCH_SEEDS, SEARCH_SEEDS + 1}
    assert not PLAN.report([])
    assert Plan("network", alphas=(0.1,)).search() == []


def test_points_divide_what_there_is():
    plan = Plan("network", iterations=120, points=7, seeds=1)
    assert (plan.report_points, plan.search_points) == (6, 6)
    assert {each.points for each in plan.search()} == {6}
    long = Plan("network", iterations=5000)
    assert (long.report_points, long.search_points) == (50, 10)
    (training,) = long.report([Choice("adam", 0.99, "train", 0.1, False)])[:1]
    assert training.points == 50


def test_the_grid_is_a_quarter_decade():
    grid = Plan("network").grid("adam")
    assert np.allclose(np.diff(np.log10(grid)), 0.25, atol=0.002)


@pytest.mark.slow
def test_the_least_loss_is_chosen_and_edges_are_told(tmp_path):
    best = {"adam": 0.01, "adam-none": 1e-9, "amsgrad-none": 1e9}
    plan = replace(PLAN, algorithms=tuple(best))
    store = Store(tmp_path / "s.zarr", "network/search", plan.search())
    found = filled(store, bowl(lambda training: best[training.algorithm]))
    choices = choose(plan, found)
    grid = plan.grid("adam")
    expected = {
        "adam": (0.01, False),
        "adam-none": (grid[0], True),
        "amsgrad-none": (grid[-1], True),
    }
    assert len(choices) == 3 * 2 * 2
    assert all((c.alpha, c.at_edge) == expected[c.algorithm] for c in choices)


def test_a_training_that_diverged_is_never_the_best(tmp_path):
    plan = replace(PLAN, algorithms=("adam",))
    store = Store(tmp_path / "s.zarr", "network/search", plan.search())
    found = filled(
        store,
        flat(
            lambda t: np.nan if t.alpha == 0.01 and t.seed == SEARCH_SEEDS else abs(t.alpha - 0.01)
        ),
    )
    assert {each.alpha for each in choose(plan, found)} == {0.001}


def test_each_split_has_its_own_best(tmp_path):
    plan = replace(PLAN, algorithms=("adam",))
    store = Store(tmp_path / "s.zarr", "network/search", plan.search())

    def curves(training):
        made = np.zeros((4, training.points))
        made[0], made[2] = abs(training.alpha - 0.01), abs(training.alpha - 0.001)
        return made

    chosen = {(c.split): c.alpha for c in choose(plan, filled(store, curves))}
    assert chosen == {"train": 0.01, "test": 0.001}


def test_one_alpha_is_no_search():
    plan = replace(PLAN, alphas=(0.5,))
    choices = choose(plan, None)
    assert {(c.alpha, c.at_edge) for c in choices} == {(0.5, False)}


def test_an_end_is_the_last_tenth():
    curve = xr.DataArray(np.arange(50.0), dims="iteration")
    assert end(curve) == np.mean([45, 46, 47, 48, 49])
    assert end(curve[:7]) == 6


def test_the_store_keeps_what_is_done(tmp_path):
    plan = replace(PLAN, algorithms=("adam", "amsgrad-none"), beta2=(0.99,))
    trainings = plan.search()
    path = tmp_path / "s.zarr"
    store = Store(path, "network/search", trainings)
    value = {each: float(i) for i, each in enumerate(trainings)}
    assert store.missing() == trainings
    for each in trainings[5:]:
        store.write(each, flat(value.get)(each))
    again = Store(path, "network/search", trainings)
    assert again.missing() == trainings[:5]
    found = again.dataset()
    for each in trainings:
        cell = found.sel(
            algorithm=each.algorithm, beta2=each.beta2, alpha=each.alpha, seed=each.seed
        )
        assert bool(cell[DONE]) == (each in trainings[5:])
        for i, name in enumerate(CURVES):
            expected = TIMES[i] * value[each] + i if cell[DONE] else np.nan
            assert np.array_equal(cell[name], np.full(each.points, expected), equal_nan=True)
    assert found.sizes["iteration"] == 10
    assert found.iteration.values.tolist() == list(range(2, 21, 2))


@pytest.mark.slow
def test_a_store_of_other_trainings_is_refused(tmp_path):
    Store(tmp_path / "s.zarr", "network/search", PLAN.search())
    for other in (replace(PLAN, seeds=3, search_seeds=1), replace(PLAN, iterations=40)):
        with pytest.raises(ValueError, match="network/search holds other trainings"):
            Store(tmp_path / "s.zarr", "network/search", other.search())


@pytest.mark.slow
def test_a_store_that_was_cut_off_as_it_was_made_is_made_anew(tmp_path, monkeypatch):
    def cut(*_, **__):
        raise KeyboardInterrupt

    path = tmp_path / "s.zarr"
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", cut)
        with pytest.raises(KeyboardInterrupt):
            Store(path, "network/search", PLAN.search())
    assert Store(path, "network/search", PLAN.search()).missing() == PLAN.search()
    assert [each.name for each in (path / "network").iterdir() if each.is_dir()] == ["search"]


def test_results_by_hand(tmp_path):
    plan = replace(PLAN, algorithms=("adam-none", "amsgrad-none"), beta2=(0.99,))
    choices = [
        Choice("adam-none", 0.99, "train", 0.01, False),
        Choice("adam-none", 0.99, "test", 0.001, False),
        Choice("amsgrad-none", 0.99, "train", 0.1, True),
        Choice("amsgrad-none", 0.99, "test", 0.001, False),
    ]
    ends = {  # training loss for seeds 0, 1 and 2; the test loss is 2 more
        ("adam-none", 0.01): [1.0, 2.0, 3.0],
        ("adam-none", 0.001): [5.0, 5.0, 8.0],
        ("amsgrad-none", 0.1): [0.5, 1.0, 3.5],
        ("amsgrad-none", 0.001): [4.0, 4.0, 7.0],
    }
    store = Store(tmp_path / "s.zarr", "network/report", plan.report(choices))
    report = filled(store, flat(lambda t: ends[t.algorithm, t.alpha][t.seed]))
    train, test = pairs(plan, choices, report)
    assert (train.adam, train.amsgrad) == ([1.0, 2.0, 3.0], [0.5, 1.0, 3.5])
    assert train.difference == pytest.approx((-0.5 - 1 + 0.5) / 3)
    assert train.sd == pytest.approx(np.std([-0.5, -1, 0.5], ddof=1))
    assert (train.seeds, train.seeds_agreeing) == (3, 2)
    assert (train.alpha_adam, train.alpha_amsgrad, train.at_edge) == (0.01, 0.1, True)
    assert (test.order, test.split, test.beta2) == ("none", "test", 0.99)
    assert (test.difference, test.sd, test.seeds_agreeing) == (-1.0, 0.0, 3)
    assert (test.adam, test.at_edge) == ([7.0, 7.0, 10.0], False)
    first = rows(plan, choices, report)[0]
    assert (first.loss, first.loss_sd, first.accuracy, first.accuracy_sd) == (2.0, 1.0, 5.0, 2.0)
    assert first.seeds == 3
    assert controls(plan, choices, report) == []


def test_the_control_is_compared_with_adam(tmp_path):
    plan = replace(PLAN, algorithms=("adam", "adam-inverse-sqrt"), beta2=(0.99,), seeds=3)
    alphas = {"adam": 0.001, "adam-inverse-sqrt": 0.03}
    choices = [Choice(a, 0.99, split, alphas[a], False) for a in alphas for split in SPLITS]
    store = Store(tmp_path / "s.zarr", "network/report", plan.report(choices))
    ends = {"adam": [1.0, 2.0, 3.0], "adam-inverse-sqrt": [4.0, 1.0, 4.0]}
    report = filled(store, flat(lambda t: ends[t.algorithm][t.seed]))
    train, test = controls(plan, choices, report)
    assert (train.adam, train.control) == ([1.0, 2.0, 3.0], [4.0, 1.0, 4.0])
    assert (train.difference, train.sd) == (1.0, 2.0)
    assert (train.seeds_agreeing, train.seeds) == (2, 3)
    assert (train.alpha_adam, train.alpha_control, train.at_edge) == (0.001, 0.03, False)
    assert (test.split, test.adam, test.control) == ("test", [3.0, 4.0, 5.0], [6.0, 3.0, 6.0])
    assert pairs(plan, choices, report) == []
