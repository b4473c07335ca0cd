"""torch's compiler is left alone until something asks for it, and is whole then."""

import sys

import pytest
import torch
from processes import apart

from breaking_adam import Online
from breaking_adam.cli import compiler
from breaking_adam.engine.loops import one_lane
from breaking_adam.trials.build import build

pytestmark = pytest.mark.slow


def loaded():
    return "torch._dynamo.utils" in sys.modules


def optimizer_steps():
    compiler.do_without()
    x = torch.nn.Parameter(torch.zeros(3))
    optimizer = torch.optim.NAdam([x], lr=0.1)
    optimizer.add_param_group({"params": [torch.nn.Parameter(torch.ones(1))]})
    optimizer.zero_grad()
    for _ in range(3):
        x.grad = torch.ones(3)
        optimizer.step()
    optimizer.load_state_dict(optimizer.state_dict())
    assert (x < 0).all()
    assert not loaded()


def machine_code_is_made_and_found():
    compiler.do_without()
    for block in (100, 101):  # the second finds what the first has made
        problem = Online(dtype=torch.float64)
        optimizer = torch.optim.SGD(problem.parameters(), lr=0.1)
        build(problem, optimizer, engine="compiled", steps=1000, every=block)[0].run()
        one_lane.cache_clear()
    assert not loaded()


def something_compiles():
    optimizer_steps()
    double = torch.compile(lambda x: 2 * x, backend="eager")
    assert double(torch.ones(2)).tolist() == [2, 2]
    assert loaded()
    assert sys.modules["torch._dynamo"] is torch._dynamo
    assert torch._dynamo.disable.__module__.startswith("torch._dynamo")
    x = torch.nn.Parameter(torch.zeros(3))
    torch.optim.NAdam([x])  # whose making asks the compiler itself from now on
    answer = torch.optim.Optimizer.add_param_group.__wrapped__.__dynamo_disable
    assert answer._torchdynamo_disable


def all_modules_are_looked_over():
    """As ``inspect`` does while torch.distributed.tensor is imported, which comes first here."""
    optimizer_steps()
    assert not any(name.startswith("torch.distributed.tensor") for name in sys.modules)
    torch.testing.assert_close(torch.ones(2), torch.ones(2))
    assert "torch.distributed.tensor" in sys.modules


def a_part_is_imported():
    optimizer_steps()
    import torch._dynamo.config

    assert loaded()
    assert torch._dynamo.config.verbose is False


def it_is_there_already():
    import torch._dynamo

    before = torch._dynamo
    compiler.do_without()
    assert sys.modules["torch._dynamo"] is before


def test_optimizers_are_made_and_step_without_it():
    apart(optimizer_steps)


def test_machine_code_is_made_and_found_without_it():
    apart(machine_code_is_made_and_found)


def test_what_compiles_has_it_whole():
    apart(something_compiles)


def test_all_modules_can_be_looked_over_in_the_midst_of_an_import():
    apart(all_modules_are_looked_over)


def test_a_part_of_it_can_be_imported():
    apart(a_part_is_imported)


def test_where_it_is_loaded_nothing_changes():
    apart(it_is_there_already)
