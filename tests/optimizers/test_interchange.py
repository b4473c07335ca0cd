"""A run of torch.optim.Adam carried on by ours, and back, in mid-training."""

import io

import pytest
import torch
from lockstep import WAYS

from breaking_adam.optimizers import Adam, AMSGrad

OPTIONS = {
    "plain": {},
    "maximize": {"maximize": True},
    "L2": {"weight_decay": 0.1},
    "decoupled": {"weight_decay": 0.1, "decoupled_weight_decay": True},
    "tuned": {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-2},
}


def through_a_file(state):
    """The state as an untrusted file would give it back."""
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


def train(optimizer, params, first, last):
    for t in range(first, last):
        draws = torch.Generator().manual_seed(t)
        for p in params:
            p.grad = torch.randn(p.shape, generator=draws, dtype=p.dtype)
        optimizer.step()


def parameters(dtype):
    draws = torch.Generator().manual_seed(0)
    return [
        torch.nn.Parameter(torch.randn(shape, generator=draws, dtype=dtype))
        for shape in [(3, 4), (5,), ()]
    ]


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("amsgrad", [False, True])
@pytest.mark.parametrize("name", OPTIONS)
def test_torch_to_ours_and_back(name, amsgrad, way, dtype):
    options = {**OPTIONS[name], **WAYS[way]}

    def theirs(params):
        return torch.optim.Adam(params, amsgrad=amsgrad, **options)

    expected, params = parameters(dtype), parameters(dtype)
    uninterrupted = theirs(expected)
    train(uninterrupted, expected, 0, 60)

    first = theirs(params)
    train(first, params, 0, 20)
    # Hyperparameters, all those of the algorithm too, come with the state.
    second = AMSGrad(params, lr=0.9, bias_correction="none")
    second.load_state_dict(through_a_file(first.state_dict()))
    train(second, params, 20, 40)
    third = torch.optim.Adam(params, lr=0.9, amsgrad=amsgrad)
    third.load_state_dict(through_a_file(second.state_dict()))
    train(third, params, 40, 60)

    tolerance = 1e-13 if dtype == torch.float64 else 1e-5
    for p, q in zip(params, expected, strict=True):
        torch.testing.assert_close(p, q, rtol=tolerance, atol=tolerance)
        kept, their = third.state[p], uninterrupted.state[q]
        assert kept.keys() == their.keys()
        for key in kept:
            torch.testing.assert_close(kept[key], their[key], rtol=tolerance, atol=tolerance)


def test_adam_does_not_take_an_amsgrad_run_for_its_own():
    params = parameters(torch.float32)
    state = torch.optim.Adam(params, amsgrad=True).state_dict()
    with pytest.raises(ValueError, match="use AMSGrad"):
        Adam(params).load_state_dict(state)


@pytest.mark.parametrize("way", WAYS)
def test_a_plain_run_becomes_amsgrad(way):
    params = parameters(torch.float64)
    first = torch.optim.Adam(params)
    train(first, params, 0, 3)
    second = AMSGrad(params, **WAYS[way])
    state = first.state_dict()
    state["param_groups"][0]["amsgrad"] = True
    second.load_state_dict(state)
    train(second, params, 3, 4)
    for p in params:
        kept = second.state[p]
        torch.testing.assert_close(kept["max_exp_avg_sq"], kept["exp_avg_sq"])
