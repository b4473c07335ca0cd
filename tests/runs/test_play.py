"""``play`` does from Python what a command does."""

import json
import signal

import pytest
from tensorboard.backend.event_processing import plugin_event_accumulator
from tensorboard.plugins.hparams import plugin_data_pb2

from breaking_adam import Output, Settings, StochasticSettings, online, play, stochastic
from breaking_adam.optimizers.find import make_optimizer
from breaking_adam.runs.attempt import Attempt
from breaking_adam.runs.picture import title
from breaking_adam.runs.played import StoppedError, summary
from breaking_adam.runs.rehearsal import make_problem

CALLS = ["adam", 'amsgrad(bias_correction="none")', "torch.optim.SGD(lr=0.1, momentum=0.9)"]


def timeless(result):
    """A summary without its seconds and places."""
    result = json.loads(json.dumps(result))
    for run in result["runs"]:
        for key in ("seconds", "steps_per_second", "logdir"):
            del run[key]
    return {k: v for k, v in result.items() if k not in ("logdir", "directory", "figure")}


@pytest.mark.slow
def test_a_command_and_play_come_to_the_same(tmp_path, capsys):
    words = "--steps 5000 --replicas 3 --probability 0.02 --seed 4 --schedule inverse-sqrt --json"
    assert stochastic.main([*words.split(), "--logdir", str(tmp_path), "--optimizer", *CALLS]) == 0
    told = json.loads(capsys.readouterr().out)
    played = play(
        Settings(
            problem=StochasticSettings(replicas=3, probability=0.02, seed=4),
            steps=5000,
            schedule="inverse-sqrt",
            optimizer=CALLS,
        ),
        Output(logdir=tmp_path),
    )
    assert timeless(summary(played)) == timeless(told)
    assert played.complete
    assert played.figure.stat().st_size > 10_000
    assert json.loads((played.directory / "summary.json").read_text()) == summary(played)
    assert capsys.readouterr().out == ""
    again = play(resume=played.directory)
    assert timeless(summary(again)) == timeless(told)


def test_each_runs_with_its_own_and_all_that_shows_it_agrees(tmp_path, capsys):
    words = ["--steps", "3000", "--lr", "0.25", "--schedule", "inverse-sqrt", "--json"]
    assert online.main([*words, "--logdir", str(tmp_path), "--optimizer", *CALLS]) == 0
    runs = json.loads(capsys.readouterr().out)["runs"]
    assert [run["optimizer"] for run in runs] == [
        "adam",
        "amsgrad(bias_correction='none')",
        "torch.optim.SGD(lr=0.1, momentum=0.9)",
    ]
    assert [run["hyperparameters"]["lr"] for run in runs] == [0.25, 0.25, 0.1]
    assert runs[1]["hyperparameters"]["bias_correction"] == "none"
    assert runs[0]["hyperparameters"]["betas"] == [0.9, 0.99]
    assert "betas" not in runs[2]["hyperparameters"]
    shown = [hparams(run["logdir"]) for run in runs]
    first = ["optimizer", "lr", "beta1", "beta2", "schedule", "engine"]
    assert list(shown[0])[: len(first)] == first
    assert [each["lr"] for each in shown] == [0.25, 0.25, 0.1]
    assert (shown[0]["beta1"], shown[0]["beta2"]) == (0.9, 0.99)
    assert "beta1" not in shown[2]
    assert [each["engine"] for each in shown] == ["compiled"] * 3
    for each in shown:
        assert each["schedule"] == "inverse-sqrt"
        assert not {"json", "figure", "logdir", "resume", "size", "dpi", "name"} & set(each)


def hparams(directory):
    """What the HParams tab shows of the run, in its order."""
    events = plugin_event_accumulator.EventAccumulator(directory)
    events.Reload()
    metadata = events.SummaryMetadata("_hparams_/session_start_info")
    data = plugin_data_pb2.HParamsPluginData.FromString(metadata.plugin_data.content)
    values = data.session_start_info.hparams
    order = events.SummaryMetadata("_hparams_/experiment").plugin_data.content
    infos = plugin_data_pb2.HParamsPluginData.FromString(order).experiment.hparam_infos
    return {
        info.name: getattr(values[info.name], values[info.name].WhichOneof("kind"))
        for info in infos
    }


def test_signals_are_treated_afterwards_as_they_were_before(tmp_path):
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    play(Settings(steps=1000, optimizer="adam"), Output(logdir=tmp_path))
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (Settings(), "Online problem, $α_t$ = 0.001, $β_1$ = 0.9, $β_2$ = 0.99"),
        (
            Settings(problem=StochasticSettings(large=5, probability=0.5), optimizer="sgd"),
            "Stochastic problem (large 5, probability 0.5), $α_t$ = 0.001",
        ),
        # What only some have is not said of all; who has none of it does not count.
        (
            Settings(optimizer=["adam", "adam(lr=0.5)", "sgd"], schedule="inverse-sqrt"),
            "Online problem, $β_1$ = 0.9, $β_2$ = 0.99",
        ),
        (
            Settings(optimizer=["sgd", "sgd(lr=0.5)"], schedule="inverse-sqrt"),
            "Online problem, $α_t$ = α/√t",
        ),
        (Settings(optimizer="sgd", schedule="inverse-sqrt"), "Online problem, $α_t$ = 0.001/√t"),
    ],
)
def test_a_title_says_what_all_attempts_share(settings, words, tmp_path):
    problem = make_problem(settings.problem)
    attempts = [
        Attempt(str(call), problem, make_optimizer(call, problem), settings, tmp_path)
        for call in settings.calls
    ]
    assert title(settings, attempts) == words


def test_refusals_are_value_errors_that_leave_nothing(tmp_path):
    output = Output(logdir=tmp_path / "logs")
    for settings, field in [
        (Settings(optimizer=["adman", "sgd(speed=1)"]), "optimizer"),
        (Settings(optimizer="torch.optim.NAdam", engine="compiled"), "engine"),
    ]:
        with pytest.raises(ValueError, match=rf"^{field}: "):
            play(settings, output)
    with pytest.raises(ValueError, match=r"^figure: "):
        play(Settings(), Output(logdir=tmp_path / "logs", figure="x.doc"))
    with pytest.raises(ValueError, match=r"^resume: 'nowhere' is no run"):
        play(resume="nowhere")
    with pytest.raises(ValueError, match=r"^resume: "):
        play(Settings(), resume=tmp_path)
    with pytest.raises(ValueError, match=r"^resume: a resumed run keeps its own"):
        play(output=Output(), resume=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_run_that_fails_says_what_it_had_come_to(tmp_path):
    settings = Settings(optimizer=["adam", "odd_optimizers.RaisesLate"], steps=2000, log_every=100)
    with pytest.raises(StoppedError, match="RaisesLate failed in step") as stopped:
        play(settings, Output(logdir=tmp_path), tell=lambda line: None)
    played = stopped.value.played
    assert not played.complete
    assert played.runs[0].steps == 2000
    assert "--resume" in played.resume


def test_the_same_optimizer_twice_is_two_runs_in_two_directories(tmp_path):
    played = play(
        Settings(optimizer=["adam", "adam(lr=0.01)", "adam(lr=0.01, eps=0)"], steps=2000),
        Output(logdir=tmp_path),
    )
    assert [run.optimizer for run in played.runs] == [
        "adam",
        "adam(lr=0.01)",
        "adam(lr=0.01, eps=0)",
    ]
    assert len({run.logdir for run in played.runs}) == 3
    assert len({run.x for run in played.runs}) == 3


def test_a_large_log_is_told_beforehand(tmp_path, monkeypatch):
    settings, said = Settings(steps=1000, log_every=10, optimizer=["sgd", "adam"]), []
    play(settings, Output(logdir=tmp_path), tell=said.append)
    assert said == []
    monkeypatch.setattr("breaking_adam.runs.play.LARGE_LOG", 1000)
    play(settings, Output(logdir=tmp_path), tell=said.append)
    (line,) = said
    assert line.startswith("the log will be ")
    assert ": 200 points (" in line
