"""The "Breaking ADAM" notebook's code, as torchbearer 0.5.5 takes it, on this project's names."""

import pytest
import torch
import torchbearer

from breaking_adam import Online, Stochastic, TensorBoard, est, greedy_update
from breaking_adam import loss as our_loss


def notebook_loss(y_pred, _):
    return y_pred


@pytest.mark.parametrize("criterion", [notebook_loss, our_loss])
@pytest.mark.parametrize("problem", [Online, Stochastic])
def test_it_runs_unchanged(problem, criterion, tmp_path):
    training_steps = 300

    model = problem()
    optim = torch.optim.Adam(model.parameters(), lr=0.001, betas=[0.9, 0.99])
    tbtrial = torchbearer.Trial(
        model,
        optim,
        criterion,
        [est()],
        callbacks=[
            greedy_update,
            TensorBoard(
                str(tmp_path),
                comment="adam",
                write_graph=False,
                write_batch_metrics=True,
                write_epoch_metrics=False,
            ),
        ],
        verbose=0,
    )
    history = tbtrial.for_train_steps(training_steps).run()

    assert history[0]["est"] == model.x.item() != 0
    assert (tmp_path / f"{problem.__name__}_adam").is_dir()


def test_both_criteria_give_the_same_run():
    ends = []
    for criterion in (notebook_loss, our_loss):
        model = Online()
        optim = torch.optim.Adam(model.parameters(), lr=0.001, betas=[0.9, 0.99], amsgrad=True)
        trial = torchbearer.Trial(model, optim, criterion, [est()], [greedy_update], verbose=0)
        trial.for_train_steps(250).run()
        ends.append(model.x.item())
    assert ends[0] == ends[1]


def test_the_clamp_is_to_the_models_domain_or_to_the_papers():
    state = torchbearer.State()
    for model, expected in [(Online(domain=(-3, 2)), 2.0), (torch.nn.Module(), 1.0)]:
        model.x = torch.nn.Parameter(torch.tensor([5.0]))
        state[torchbearer.MODEL] = model
        greedy_update.on_step_training(state)
        assert model.x.item() == expected
