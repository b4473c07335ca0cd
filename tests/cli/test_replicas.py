"""Many runs at once: the same runs, whatever their number, engine or company."""

import json

import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from breaking_adam import Stochastic, stochastic
from breaking_adam.optimizers import Adam, AMSGrad
from breaking_adam.trials.build import build


def run(replicas, engine, cls, steps=1500):
    problem = Stochastic(seed=7, replicas=replicas, dtype=torch.float64)
    optimizer = cls([problem.x], lr=0.01, betas=(0.9, 0.99))
    build(problem, optimizer, engine=engine, steps=steps, every=700)[0].run()
    return problem.x.detach().numpy(), problem.regret


@pytest.mark.slow
@pytest.mark.parametrize("cls", [Adam, AMSGrad])
def test_replica_k_of_any_number_is_the_same_run_on_both_engines(cls):
    x, regret = run(200, "compiled", cls)
    assert len(set(x.tolist())) > 100  # each with its own draws
    for fewer in 1, 2, 65:
        x_fewer, regret_fewer = run(fewer, "compiled", cls)
        np.testing.assert_array_equal(x_fewer, x[:fewer])
        np.testing.assert_array_equal(regret_fewer, regret[:fewer])
    eager_1, eager_3 = run(1, "eager", cls), run(3, "eager", cls)
    np.testing.assert_allclose(eager_1[0], x[:1], rtol=1e-12)
    np.testing.assert_allclose(eager_3[0], x[:3], rtol=1e-12)
    np.testing.assert_allclose(eager_3[1], regret[:3], rtol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["eager", "compiled"])
def test_the_command_reports_median_quartiles_and_a_band(engine, tmp_path, capsys):
    arguments = ["--replicas", "1000", "--steps", "400", "--log-every", "100", "--json"]
    picture = tmp_path / "band.svg"
    arguments += ["--engine", engine, "--logdir", str(tmp_path), "--figure", str(picture)]
    assert stochastic.main([*arguments, "--optimizer", "adam"]) == 0
    (result,) = json.loads(capsys.readouterr().out)["runs"]
    problem = Stochastic(replicas=1000, dtype=torch.float64)
    adam = torch.optim.Adam([problem.x], lr=0.001, betas=(0.9, 0.99))
    build(problem, adam, steps=400)[0].run()
    low, median, high = np.percentile(problem.x.detach().numpy(), (25, 50, 75))
    assert result["engine"] == engine
    assert result["x"] == pytest.approx(median, rel=1e-12)
    events = EventAccumulator(result["logdir"]).Reload()
    for tag, value in ("", median), ("_q25", low), ("_q75", high):
        points = events.Scalars(f"batch/est{tag}")
        assert [point.step for point in points] == [100, 200, 300, 400]
        assert points[-1].value == pytest.approx(value, rel=1e-6)
    assert "FillBetween" in picture.read_text(encoding="utf-8")
