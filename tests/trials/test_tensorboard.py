"""The TensorBoard callback, read back by TensorBoard itself."""

import json
import urllib.request

import pytest
import torch
import torchbearer as tb
from server import get, runs, scalars, serving
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from breaking_adam import Online, TensorBoard, average_regret, est, greedy_update, loss, online
from breaking_adam.support.files import new_directory


def trial_with(board, problem=None, steps=10):
    problem = problem or Online()
    optimizer = torch.optim.Adam(problem.parameters())
    trial = tb.Trial(
        problem, optimizer, loss, [est(), average_regret()], [greedy_update, board], verbose=0
    )
    return trial.for_train_steps(steps)


def points(directory, tag):
    events = EventAccumulator(str(directory), size_guidance={"scalars": 0})
    events.Reload()
    return [(e.step, e.value) for e in events.Scalars(tag)]


def test_points_are_at_their_t_and_the_last_is_there(tmp_path):
    board = TensorBoard(tmp_path, batch_step_size=4, comment="a")
    history = trial_with(board).run()
    x = points(tmp_path / "Online_a", "batch/est")
    assert [step for step, _ in x] == [4, 8, 10]
    assert x[-1][1] == pytest.approx(history[0]["est"], rel=1e-6)
    assert [step for step, _ in points(tmp_path / "Online_a", "batch/average_regret")] == [4, 8, 10]


def test_first_step_0_is_on_the_axis_too(tmp_path):
    trial_with(TensorBoard(tmp_path, batch_step_size=5), Online(first_step=0)).run()
    assert [s for s, _ in points(tmp_path / "Online_torchbearer", "batch/est")] == [4, 9]


def test_epochs_have_their_own_curves_and_batches_stay_in_one_run(tmp_path):
    board = TensorBoard(tmp_path, batch_step_size=10, write_epoch_metrics=True)
    trial_with(board).run(3)
    assert [s for s, _ in points(board.run_dir, "batch/est")] == [10, 20, 30]
    assert [s for s, _ in points(board.run_dir, "epoch/est")] == [0, 1, 2]
    assert [p.name for p in tmp_path.iterdir()] == ["Online_torchbearer"]


def test_a_second_run_neither_mixes_with_the_first_nor_removes_it(tmp_path):
    boards = [TensorBoard(tmp_path, batch_step_size=1, comment="a") for _ in range(3)]
    for steps, board in enumerate(boards, start=1):
        trial_with(board, steps=steps).run()
    assert [b.run_dir.name for b in boards] == ["Online_a", "Online_a_2", "Online_a_3"]
    assert [len(points(b.run_dir, "batch/est")) for b in boards] == [1, 2, 3]


def test_a_new_directory_is_always_new(tmp_path):
    made = {new_directory(tmp_path / "logs", "run").name for _ in range(3)}
    assert made == {"run", "run_2", "run_3"}
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        new_directory(tmp_path / "file", "run")


# torch's own graph writer traces with a part of torch that torch has deprecated.
@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
def test_the_graph_of_a_model_with_an_input_can_be_written(tmp_path):
    board = TensorBoard(tmp_path, write_graph=True, comment="graph")
    model = torch.nn.Linear(2, 1)
    data = torch.utils.data.TensorDataset(torch.rand(4, 2), torch.rand(4, 1))
    trial = tb.Trial(
        model,
        torch.optim.SGD(model.parameters(), lr=0.1),
        torch.nn.functional.mse_loss,
        ["loss"],
        [board],
        verbose=0,
    )
    trial.with_train_generator(torch.utils.data.DataLoader(data, batch_size=2)).run()
    events = EventAccumulator(str(tmp_path / "Linear_graph"))
    events.Reload()
    assert events.Graph().node
    assert [e.step for e in events.Scalars("batch/running_loss")] == [2]


def test_visdom_is_refused():
    with pytest.raises(ValueError, match="visdom is not supported"):
        TensorBoard(visdom=True)


@pytest.fixture
def server(tmp_path):
    """The real server over two commands' logs."""
    for _ in range(2):
        assert online.main(["--steps", "5000", "--logdir", str(tmp_path), "--json"]) == 0
    with serving(tmp_path) as url:
        yield url


@pytest.mark.slow
def test_the_real_server_shows_both_optimizers_under_one_tag(server, tmp_path):
    assert set(runs(server, 4)) == {
        f"{command}/Online_{name}"
        for command in ("online", "online_2")
        for name in ("adam", "amsgrad")
    }
    x = scalars(server, "online/Online_amsgrad")
    r = scalars(server, "online/Online_amsgrad", "batch/average_regret")
    assert (
        [step for _, step, _ in x] == [step for _, step, _ in r] == [1000, 2000, 3000, 4000, 5000]
    )
    end = json.loads((tmp_path / "online/summary.json").read_text())["runs"][1]
    assert x[-1][2] == pytest.approx(end["x"], rel=1e-6)
    assert r[-1][2] == pytest.approx(end["average_regret"], rel=1e-6)
    assert "optimizer/text_summary" in get(server + "data/plugin/text/tags")["online/Online_adam"]
    request = urllib.request.Request(
        server + "data/plugin/hparams/experiment",
        data=json.dumps({"experimentName": ""}).encode(),
        headers={"Content-Type": "application/json"},
    )
    names = {info["name"] for info in get(request)["hparamInfos"]}
    assert {"lr", "schedule", "steps", "seed"} <= names


def test_a_model_that_is_no_problem_can_run_again(tmp_path):
    model = torch.nn.Linear(1, 1)
    data = torch.utils.data.TensorDataset(torch.ones(3, 1), torch.ones(3, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    board = TensorBoard(tmp_path, batch_step_size=1, comment="twice")
    trial = tb.Trial(
        model, optimizer, torch.nn.functional.mse_loss, ["loss"], [board], verbose=0
    ).with_train_generator(torch.utils.data.DataLoader(data))
    trial.run(1)
    trial.run(2)
    steps = [step for step, _ in points(board.run_dir, "batch/running_loss")]
    assert steps == [1, 2, 3, 4, 5, 6]


def test_without_batch_metrics_there_are_none(tmp_path):
    board = TensorBoard(tmp_path, write_batch_metrics=False, write_epoch_metrics=True)
    trial_with(board).run()
    tags = EventAccumulator(str(board.run_dir)).Reload().Tags()["scalars"]
    assert tags
    assert all(tag.startswith("epoch/") for tag in tags)
