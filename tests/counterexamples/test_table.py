"""The counterexamples as the literature has them, and what the theory says of them, by hand."""

from functools import partial

import numpy as np
import pytest
import torch
from trial_lockstep import Recorder, assert_same

from breaking_adam.counterexamples.counterexample import unknown
from breaking_adam.counterexamples.names import TITLES
from breaking_adam.counterexamples.table import COUNTEREXAMPLES
from breaking_adam.rules.schedules import SCHEDULES
from breaking_adam.trials.build import build

INF = float("inf")

#: The standard set as it was written down: the box, x*, x_1, α at t = 1 and t = 10⁴, steps, seeds.
STANDARD = {
    "three_steps": ((-1, 1), -1, 1, 0.5, 0.5 / 100, 100_000, 1),
    "reddi_cycle": ((-1, 1), -1, 0, 1.0, 1 / 100, 1_000_000, 1),
    "reddi_random": ((-1, 1), -1, 0, 0.5, 0.5 / 100, 3_000_000, 10),
    "adopt_toy": ((-1, 1), -1, 0, 0.01, 0.01 / np.sqrt(100.99), 2_000_000, 10),
    "zero_slopes": ((-2, 2), (-2, 0), 0.5, 0.1, 0.1 / 100, 200_000, 1),
    "pulled_apart": ((-INF, INF), -2, 1, 0.1, 0.1 / 100, 50_000, 10),
    "pulled_apart_from_below": ((-INF, INF), -2, -3, 0.1, 0.1 / 100, 50_000, 10),
    "eleven_cyclic": ((-INF, INF), 0, 1, 0.1, 0.1 / 100, 200_000, 1),
    "eleven_random": ((-INF, INF), 0, 1, 0.1, 0.1 / 100, 200_000, 10),
    "lopsided": ((-INF, INF), 1, 0.5, 0.3, 0.3 / 100, 4_000_000, 10),
    "lopsided_from_zero": ((-INF, INF), 1, 0, 0.3, 0.3 / 100, 4_000_000, 10),
    "symmetric": ((-INF, INF), 0, 0.5, 0.3, 0.3 / 100, 4_000_000, 10),
    "giant_first": ((-INF, INF), 0, 2, 0.1, 0.1 / 100, 1_000_000, 1),
    "bowl": ((-INF, INF), 0, 1, 0.01, 0.01, 400_000, 1),
    "bowl_steep": ((-INF, INF), 0, 1, 0.01, 0.01, 400_000, 1),
    "quartic": ((-INF, INF), 0, 1, 0.001, 0.001, 100_000, 1),
    "heavy": ((-INF, INF), 0, 10, 0.5, 0.5 / 100, 1_000_000, 20),
    "shifted_pair": ((-INF, INF), 0, 0, 0.1, 0.1 / 100, 1_000_000, 1),
    "scale_tiny": ((-INF, INF), 0, 2, 0.1, 0.1 / 100, 20_000, 1),
    "scale_one": ((-INF, INF), 0, 2, 0.1, 0.1 / 100, 20_000, 1),
    "scale_large": ((-INF, INF), 0, 2, 0.1, 0.1 / 100, 20_000, 1),
}

#: Gradients by the step, at a place; where pieces come at random, all that there may be there.
ROOT_5, PULL = np.sqrt(5), 1000 / 9 - 1
SHOWN = {
    "three_steps": (0.3, {1: 4, 2: -1, 3: -1, 4: 4}),
    "reddi_cycle": (0.3, {1: 1010, 2: -10, 101: -10, 102: 1010}),
    "reddi_random": (0.3, {1010, -10}),
    "adopt_toy": (0.3, {2500, -50}),
    "zero_slopes": (0.3, {1: -1, 2: 2, 3: 0, 50: 0, 51: -1, 52: 2}),
    "pulled_apart": (4.0, {1 + 1 / 19, -1 / 361}),
    "pulled_apart_from_below": (-4.0, {-2 - 2 / 19, 2 / 361}),
    "eleven_cyclic": (3.0, {1: 33, 2: -3, 11: -3, 12: 33}),
    "eleven_random": (3.0, {33, -3}),
    "lopsided": (0.25, {-9.75, 0.25}),
    "lopsided_from_zero": (0.0, {-10, 0}),
    "symmetric": (0.25, {-2.75, 3.25}),
    "giant_first": (2.0, {1: 2e4 / ROOT_5, 2: 2 / ROOT_5, 9999: 2 / ROOT_5}),
    "bowl": (3.0, {1: 3, 7: 3}),
    "bowl_steep": (3.0, {1: 300, 7: 300}),
    "quartic": (-2.0, {1: -8, 7: -8}),
    # The first step is t = 2: the large one comes where t ≡ 1, at the 10th, 20th, … step.
    "shifted_pair": (
        1.0,
        {2: 1000 / 9 - 1, 10: 1000 / 9 - 1, 11: -990, 12: 1000 / 9 - 1, 21: -990},
    ),
    "scale_tiny": (2.0, {1: 2e-10 / ROOT_5, 7: 2e-10 / ROOT_5}),
    "scale_one": (-2.0, {1: -2 / ROOT_5, 7: -2 / ROOT_5}),
    "scale_large": (2.0, {1: 2e3 / ROOT_5, 7: 2e3 / ROOT_5}),
}


@pytest.fixture(params=COUNTEREXAMPLES)
def one(request):
    return COUNTEREXAMPLES[request.param]


def test_the_table_is_the_standard_set_in_the_order_of_its_titles():
    assert list(COUNTEREXAMPLES) == list(TITLES) == list(STANDARD)
    assert SHOWN.keys() == STANDARD.keys() - {"heavy"}


def test_each_is_played_as_the_literature_has_it(one):
    problem = one.problem(dtype=torch.float64)
    domain, best, x_1, first, later, steps, seeds = STANDARD[one.name]
    assert problem.domain == domain
    assert problem.best == (best if isinstance(best, tuple) else (best, best))
    assert problem.x.item() == x_1
    assert one.alpha * one.schedule(1) == pytest.approx(first, rel=1e-14)
    assert one.alpha * one.schedule(10_000) == pytest.approx(later, rel=1e-14)
    assert (one.steps, one.seeds) == (steps, seeds)


@pytest.mark.parametrize("name", SHOWN)
def test_each_shows_the_gradients_of_the_literature(name):
    problem = COUNTEREXAMPLES[name].problem(dtype=torch.float64)
    place, expected = SHOWN[name]
    problem.x.data.fill_(place)
    steps = expected if isinstance(expected, dict) else range(1, 400)
    seen = {}
    for t in steps:
        (g,) = torch.autograd.grad(problem.evaluate(t).sum(), problem.x)
        seen[t] = g.item()
    if isinstance(expected, dict):
        assert seen == pytest.approx(expected, rel=1e-13, abs=0)
    else:
        assert sorted(set(seen.values())) == pytest.approx(sorted(expected), rel=1e-13, abs=0)


def test_the_steep_parabola_comes_last_in_its_period():
    problem = COUNTEREXAMPLES["shifted_pair"].problem(dtype=torch.float64)
    shown = [torch.autograd.grad(problem(), problem.x)[0].item() for _ in range(20)]
    assert [k for k, g in enumerate(shown, start=1) if g < 0] == [10, 20]


def test_the_tail_is_1_2_and_the_slope_of_a_huber_bowl():
    problem = COUNTEREXAMPLES["heavy"].problem(dtype=torch.float64)
    assert problem.tail == 1.2
    noise = {}
    for x in (0.0, 10.0, -0.5):
        problem.x.data.fill_(x)
        (g,) = torch.autograd.grad(problem.evaluate(3).sum(), problem.x)
        noise[x] = g.item()
    assert noise[10.0] - noise[0.0] == pytest.approx(1)
    assert noise[-0.5] - noise[0.0] == pytest.approx(-0.5)


def test_near_is_a_twentieth_of_the_way_or_what_its_file_says(one):
    own = {"bowl": 1e-3, "bowl_steep": 1e-3, "quartic": 1e-4, "heavy": 1.0, "shifted_pair": 0.1}
    own["lopsided_from_zero"] = COUNTEREXAMPLES["lopsided"].near
    assert one.near == pytest.approx(own.get(one.name, 0.05 * one.problem().width))


def test_what_is_said_of_each_fits_a_line(one):
    assert one.name == one.name.lower()
    for words in one.title, one.paper, one.mechanism:
        assert 3 < len(words) <= 90
    assert one.predicted is not unknown


def test_seeds_are_other_draws_and_where_none_are_needed_there_is_no_seed(one):
    if one.seeds == 1:
        assert "seed" not in one.problem().settings or one.problem().order == "cyclic"
        return
    shown = []
    for seed in (0, 1):
        problem = one.problem(seed=seed, x0=0.7, dtype=torch.float64)
        shown.append([problem().item() for _ in range(200)])
    assert shown[0] != shown[1]


ADAM = partial(torch.optim.Adam, betas=(0.9, 0.99))


@pytest.mark.slow
def test_each_is_an_ordinary_module_and_compiled_it_is_the_same_run(one):
    def run(engine, every):
        recorder = Recorder()
        problem = one.problem(dtype=torch.float64)
        trial, used = build(
            problem,
            ADAM([problem.x], lr=one.alpha),
            engine=engine,
            steps=2000,
            every=every,
            schedule=one.schedule,
            callbacks=[recorder],
        )
        trial.run()
        assert used == engine
        return recorder.points

    assert_same(run("eager", 1), run("compiled", 37))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["heavy", "eleven_random", "pulled_apart"])
def test_replicas_are_played_together_as_alone(name):
    one = COUNTEREXAMPLES[name]

    def run(engine, replicas):
        recorder = Recorder()
        problem = one.problem(replicas=replicas, dtype=torch.float64)
        optimizer = ADAM([problem.x], lr=one.alpha)
        how = {"engine": engine, "every": 50, "schedule": one.schedule, "callbacks": [recorder]}
        build(problem, optimizer, steps=300, **how)[0].run()
        return recorder.points

    assert_same(run("eager", 3), run("compiled", 3))
    assert run("compiled", 3)[300]["x"][0] == run("compiled", 1)[300]["x"][0]


@pytest.mark.parametrize(
    ("name", "betas", "eps", "verdict", "value"),
    [
        # Theorem 1: β1 = 0 and β2 = 1/(1+C²). Adam's defaults solve it.
        ("three_steps", (0.0, 1 / 17), 0.0, "wrong point", None),
        ("three_steps", (0.9, 0.999), 0.0, "solves", None),
        # 1 − β2* is near 4/(C(C−2τ)) = 0.00048 for β1 = 0.9, and near 0.0004 without momentum.
        ("reddi_cycle", (0.9, 0.999), 1e-8, "wrong point", None),
        ("reddi_cycle", (0.9, 0.9996), 1e-8, "solves", None),
        ("reddi_cycle", (0.0, 0.9995), 1e-8, "wrong point", None),
        # (1−β2)κ against 2δ/C = 0.000396: momentum is no help.
        ("reddi_random", (0.9, 0.9995), 1e-8, "wrong point", 0.0005),
        ("reddi_random", (0.9, 0.9997), 1e-8, "solves", 0.0003),
        ("reddi_random", (0.0, 0.9997), 1e-8, "solves", 0.0003),
        ("reddi_random", (0.9, 0.99), 1e-8, "wrong point", 0.01 * 0.1 / 0.109),
        # 1 − β2* = 2/k² = 0.0008.
        ("adopt_toy", (0.0, 0.999), 1e-8, "wrong point", 0.001),
        ("adopt_toy", (0.0, 0.9993), 1e-8, "solves", 0.0007),
        # β1 = 0: 1/√v_1 − 2/√v_2 with v_2 = (0.4 + 0.09)/(1 − 0.9⁵⁰) and v_1 = 0.1 + 0.9⁴⁹ v_2.
        ("zero_slopes", (0.0, 0.9), 1e-8, "wrong point", 0.10282**-0.5 - 2 * 0.49254**-0.5),
        ("zero_slopes", (0.0, 0.99), 1e-8, "solves", None),
        # 2μV/Cov = 0.0997, and (1−β2)κ = 0.1, 0.09.
        ("pulled_apart", (0.0, 0.9), 1e-8, "diverges", 0.1),
        ("pulled_apart", (0.0, 0.91), 1e-8, "solves", 0.09),
        ("pulled_apart_from_below", (0.0, 0.8), 1e-8, "diverges", 0.2),
        # 4/C² = 0.033 is the closed form of the exact edge.
        ("eleven_cyclic", (0.0, 0.95), 1e-8, "diverges", None),
        ("eleven_cyclic", (0.0, 0.98), 1e-8, "solves", None),
        ("eleven_random", (0.0, 0.98), 1e-8, "diverges", 0.02),
        ("eleven_random", (0.0, 0.983), 1e-8, "solves", 0.017),
        # −(1−β2)κ 72/18.
        ("lopsided", (0.0, 0.99), 1e-8, "wrong point", -0.04),
        ("lopsided", (0.9, 0.999), 1e-8, "solves", -0.004 * 0.1 / 0.1009),
        ("symmetric", (0.0, 0.5), 1e-8, "solves", 0.0),
        # (1−β2) β2^t 10⁸ = 1.
        ("giant_first", (0.9, 0.999), 1e-8, "solves", np.log(1e5) / 0.0010005),
        ("giant_first", (0.9, 1 - 1e-6), 1e-8, "undecided", 1e6),
        ("giant_first", (0.9, 0.0), 1e-8, "solves", 0.0),
        ("bowl", (0.0, 0.9), 1e-8, "stuck", 0.005),
        ("bowl", (0.1, 0.999), 1e-8, "stuck", 0.009 / 2.2),
        ("bowl_steep", (0.0, 0.999), 1e-8, "solves", 0.0),
        # √(ε/(2αT)); without ε the regimes of β1 against β2 and β2^(3/4).
        ("quartic", (0.9, 0.999), 1e-8, "solves", np.sqrt(1e-8 / 200)),
        ("quartic", (0.9, 0.999), 1e-3, "undecided", np.sqrt(1e-3 / 200)),
        ("quartic", (0.9, 0.91), 0.0, "solves", 0.91**0.25),
        ("quartic", (0.9, 0.8), 0.0, "stuck", 0.0005),
        # An ε below (α/2)³ = 1.25e-10 is none.
        ("quartic", (0.9, 0.8), 1e-12, "stuck", 0.0005),
        ("heavy", (0.9, 0.999), 1e-8, "solves", 0.0),
        # Σ 0.1/√t is 0.2 √T; 0.894e-10 against 1e-8.
        ("scale_tiny", (0.9, 0.999), 1e-8, "undecided", 0.2 * 20_000**0.5 * 0.894 / 100.894),
        ("scale_tiny", (0.9, 0.999), 0.0, "solves", 0.2 * 20_000**0.5),
        ("scale_large", (0.9, 0.999), 1e-8, "solves", 0.2 * 20_000**0.5),
        ("shifted_pair", (0.9, 0.999), 1e-8, "wrong point", None),
        ("shifted_pair", (0.9, 0.9999), 1e-8, "solves", None),
    ],
)
def test_what_the_theory_says_is_what_it_says_by_hand(name, betas, eps, verdict, value):
    said = COUNTEREXAMPLES[name].predicted(*betas, eps)
    assert said.verdict == verdict
    if value is not None:
        assert said.value == pytest.approx(value, rel=0.01, abs=1e-12)


def test_where_there_is_no_theory_nothing_is_said():
    assert COUNTEREXAMPLES["quartic"].predicted(0.9, 0.895, 0.0) is None  # spikes
    assert COUNTEREXAMPLES["bowl"].predicted(0.9, 0.999, 1e-8) is None
    assert COUNTEREXAMPLES["shifted_pair"].predicted(0.0, 0.9, 0.0) is None  # no rest
    assert unknown(0.9, 0.99, 0.0) is None


def test_schedules_have_names_for_commands(one):
    assert one.schedule in SCHEDULES.values()
