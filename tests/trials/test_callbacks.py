"""What callbacks keep and show, on states made by hand."""

import io
import sys

import numpy as np
import pytest
import torch
import torchbearer as tb
from tensorboard.compat.proto.event_pb2 import Event

from breaking_adam import Online
from breaking_adam.rules.schedules import inverse_sqrt
from breaking_adam.trials.callbacks import event_file
from breaking_adam.trials.callbacks.clock import PLAYED, due, step_number
from breaking_adam.trials.callbacks.curves import Curves
from breaking_adam.trials.callbacks.event_file import EventFile
from breaking_adam.trials.callbacks.progress import Progress
from breaking_adam.trials.callbacks.step_size import StepSize


def state_at(batch, steps=-1, **metrics):
    state = tb.State()
    state[tb.MODEL] = Online()
    state[tb.MODEL].score.steps = batch + 1
    state[tb.EPOCH], state[tb.BATCH], state[tb.STEPS] = 0, batch, steps
    state[tb.METRICS] = metrics
    return state


def test_a_point_is_due_at_the_end_of_every_stretch_and_of_the_pass():
    assert [b for b in range(10) if due(state_at(b, steps=10), 4)] == [3, 7, 9]


def test_a_run_that_carries_on_has_its_stretches_where_they_were():
    states = [state_at(b, steps=10) for b in range(10)]
    for state in states:
        state[PLAYED] = 3
    assert [b for b, state in enumerate(states) if due(state, 4)] == [0, 4, 8, 9]


def test_t_is_the_problems_own_or_the_batches_of_any_other_model():
    state = state_at(4)
    assert step_number(state) == 5
    state[tb.MODEL], state[tb.EPOCH], state[tb.STEPS] = tb.trial.MockModel(), 2, 10
    assert step_number(state) == 25


def test_curves_keep_every_point_while_they_are_few():
    curves = Curves(every=2)
    for batch in range(7):
        curves.on_step_training(state_at(batch, steps=7, est=batch / 8))
    np.testing.assert_array_equal(curves.t, [2, 4, 6, 7])
    np.testing.assert_array_equal(curves["est"], [1 / 8, 3 / 8, 5 / 8, 6 / 8])
    assert "est" in curves
    assert "est_q25" not in curves


@pytest.mark.parametrize("limit", [1, 2, 7, 8])
def test_curves_stay_bounded_evenly_spaced_and_up_to_date(limit):
    curves = Curves(limit=limit)
    for batch in range(1000):
        curves.on_step_training(state_at(batch, est=float(batch)))
        assert min(batch + 1, (limit + 1) // 2) <= len(curves.t) <= limit + limit % 2
        assert curves.t[-1] == batch + 1
        assert set(np.diff(curves.t[:-1])) <= {curves.t[0]}  # from the run's beginning on


def test_curves_carry_on_from_their_state():
    whole, first, second = Curves(limit=8), Curves(limit=8), Curves(limit=8)
    for batch in range(100):
        whole.on_step_training(state_at(batch, est=float(batch)))
        if batch < 43:
            first.on_step_training(state_at(batch, est=float(batch)))
    second.load_state_dict(first.state_dict())
    for batch in range(43, 100):
        second.on_step_training(state_at(batch, est=float(batch)))
    assert list(second.t) == list(whole.t)
    assert list(second["est"]) == list(whole["est"])


def test_the_step_size_follows_the_schedule_from_the_learning_rate_it_found():
    state = state_at(0)
    state[tb.MODEL] = Online(first_step=50)
    state[tb.MODEL].score.steps = 8  # eight played: the next is the ninth, whatever its t
    state[tb.OPTIMIZER] = torch.optim.SGD([state[tb.MODEL].x], lr=0.3)
    callback = StepSize(inverse_sqrt)
    callback.on_start(state)
    callback.on_sample(state)
    (group,) = state[tb.OPTIMIZER].param_groups
    assert group["lr"] == 0.3 / 3
    assert group["initial_lr"] == 0.3
    callback.on_start(state)  # once more: α is what it was, and not what it has fallen to
    assert group["initial_lr"] == 0.3


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_on_a_terminal_is_at_the_steps_of_the_problem(monkeypatch):
    """From those that a resumed run begins with."""
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    progress = Progress("adam", 10)
    progress.on_start(state_at(2, est=0.5))
    assert (progress._bar.n, progress._bar.total) == (3, 10)
    progress.on_step_training(state_at(6, est=-0.25))
    assert (progress._bar.n, progress._bar.postfix) == (7, "x = -0.2500")
    progress.on_end(state_at(6))
    assert shown.getvalue().startswith("\radam:")


def test_a_log_that_was_removed_is_noticed(tmp_path):
    """A file that is open takes in what is written to it, though it has no name any more."""
    file = EventFile(tmp_path)
    file.flush()
    (path,) = tmp_path.iterdir()
    path.unlink()
    with pytest.raises(FileNotFoundError, match="the log has been removed") as told:
        file.flush()
    assert told.value.filename == str(path)
    with pytest.raises(FileNotFoundError):
        file.close()


def test_progress_is_silent_where_there_is_no_terminal(capsys):
    progress, state = Progress("adam", 10), state_at(4, est=0.5)
    for hook in (progress.on_start, progress.on_step_training, progress.on_end):
        hook(state)
    assert capsys.readouterr() == ("", "")


def test_an_event_waits_for_a_second_at_most(tmp_path, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(event_file.time, "time", lambda: now[0])
    file = EventFile(tmp_path)
    (path,) = tmp_path.iterdir()
    sizes = [path.stat().st_size]
    for now[0] in (100.5, 101.5):
        file.add(Event(step=1))
        sizes.append(path.stat().st_size)
    file.close()
    assert sizes[0] == sizes[1] < sizes[2] == path.stat().st_size
