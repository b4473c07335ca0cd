"""What is recorded of a run: x and R_t/t at each of the points, and their quartiles."""

import numpy as np
import pytest
import torch
from my_optimizers import IgnoresClosure, NeedsGradient

from breaking_adam import Online, Stochastic, build, inverse_sqrt, record
from breaking_adam.rules.schedules import constant


@pytest.mark.parametrize("engine", ["eager", "compiled"])
@pytest.mark.parametrize("schedule", [constant, inverse_sqrt, lambda t: 1 / t])
@pytest.mark.parametrize("lr", [0.1, 0.9])  # between the ends, and from end to end
def test_a_run_is_recorded_as_played_by_hand(engine, schedule, lr):
    """Plain gradient descent on slopes 3, −1, −1, in Python."""
    x, regret, expected = 0.5, 0.0, []
    for t in range(1, 13):
        g = 3.0 if t % 3 == 1 else -1.0
        regret += g * (x + 1)
        x = min(1.0, max(-1.0, x - lr * schedule(t) * g))
        expected.append((t, x, regret / t, regret))
    problem = Online(3, -1, period=3, x0=0.5, dtype=torch.float64)
    sgd = torch.optim.SGD(problem.parameters(), lr=lr)
    every = 4 if engine == "compiled" else 1
    run = record("sgd", problem, sgd, engine=engine, steps=12, every=every, schedule=schedule)
    assert run.name == "sgd"
    assert run.x_band is run.average_regret_band is None
    wanted = np.array(expected[every - 1 :: every]).T
    recorded = [run.t, run.x, run.average_regret, run.regret]
    np.testing.assert_allclose(recorded, wanted, rtol=1e-13, atol=1e-15)  # an x is 0 but for 1e-17


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"engine": "complied"}, ValueError, "engine must be one of auto, compiled, read, eager"),
        ({"steps": 1e4}, TypeError, "steps must be an integer"),
        ({"steps": -1}, ValueError, "steps"),
    ],
)
def test_wrong_arguments_are_named(changes, error, message):
    problem = Online()
    sgd = torch.optim.SGD(problem.parameters())
    with pytest.raises(error, match=message):
        record("sgd", problem, sgd, **{"steps": 10, **changes})


def test_an_optimizer_that_takes_no_step_is_told():
    problem = Online()
    optimizer = IgnoresClosure(problem.parameters(), lr=0.1)
    with pytest.raises(TypeError, match="IgnoresClosure has a step that calls no closure"):
        record("nothing", problem, optimizer, steps=10)


def test_a_schedule_without_a_step_size_to_set_is_refused():
    problem = Online()
    optimizer = NeedsGradient(problem.parameters())
    with pytest.raises(ValueError, match="NeedsGradient has no lr that a schedule could set"):
        build(problem, optimizer, steps=10, schedule=inverse_sqrt)


def test_replicas_are_recorded_as_their_median_and_quartiles():
    def make():
        return Stochastic(probability=0.3, seed=1, replicas=7, dtype=torch.float64)

    problem = make()
    run = record("sgd", problem, torch.optim.SGD(problem.parameters(), lr=1e-5), steps=30, every=10)
    again = make()
    record("sgd", again, torch.optim.SGD(again.parameters(), lr=1e-5), steps=20, every=10)
    x = np.sort(again.x.detach().numpy())
    regret = np.sort(again.regret / 20)
    assert len(set(x[[1, 2, 4, 5]])) == 4  # or the quartiles would say nothing
    # Of seven in order, the median is the fourth; the quartiles lie half way beside 2 and 6.
    assert run.x[1] == x[3]
    np.testing.assert_allclose(run.x_band[:, 1], [(x[1] + x[2]) / 2, (x[4] + x[5]) / 2])
    assert run.average_regret[1] == regret[3]
    np.testing.assert_allclose(
        run.average_regret_band[:, 1], [(regret[1] + regret[2]) / 2, (regret[4] + regret[5]) / 2]
    )
    assert run.x_band.shape == run.average_regret_band.shape == (2, 3)
