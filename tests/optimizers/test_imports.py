"""The optimizers are for any network: what importing them loads, and what not."""

import json
import sys

import pytest
from processes import done

#: What an optimizer does without, all the same whether it is installed: it cannot be imported.
WITHOUT = (
    *("torchbearer", "tensorboard", "matplotlib", "tabulate"),
    *("xarray", "zarr", "dask", "pandas", "IPython"),
)

STEPS = """
import json, sys
for name in {without}: sys.modules[name] = None
import torch
before = set(sys.modules)
from breaking_adam.optimizers import AMSGrad
imported = set(sys.modules)
x = torch.nn.Parameter(torch.tensor([1.0, -2.0]))
for how in {hows}:
    optimizer = AMSGrad([x], lr=0.1, **how)
    (x**2).sum().backward()
    optimizer.step()
print(json.dumps(list(map(sorted, (before, imported - before, set(sys.modules) - imported)))))
"""


def printed(code):
    """What the code prints in a process of its own."""
    ended = done([sys.executable, "-c", code], None, text=True)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def loaded(*hows, without=()):
    """The modules before the optimizers are imported, those that they add, and their steps."""
    code = STEPS.format(without=(*WITHOUT, *without), hows=hows)
    return json.loads(printed(code))


def tops(modules):
    return {name.partition(".")[0] for name in modules}


def ours(modules):
    return [name for name in modules if name.startswith("breaking_adam.")]


@pytest.mark.slow
def test_an_optimizer_takes_torch_and_numpy_and_twenty_small_modules_of_its_own():
    hows = {}, {"foreach": True}
    before, added, later = loaded(*hows, without=["numba", "llvmlite", "scipy"])
    assert {"torch", "numpy"} <= tops(before)
    assert tops(added) - sys.stdlib_module_names == {"breaking_adam", "lazy_loader"}
    assert len(ours(added)) <= 20
    assert {name.split(".")[1] for name in ours(added)} == {"optimizers", "rules", "support"}
    assert ours(later) == []  # whatever torch itself imports with its first optimizer


@pytest.mark.slow
def test_a_fused_one_takes_numba_and_the_engine():
    _, added, later = loaded({"fused": True})
    assert "numba" not in tops(added)
    assert "numba" in tops(later)
    wings = {name.split(".")[1] for name in ours(added + later)}
    assert wings == {"engine", "optimizers", "rules", "support"}


def test_the_names_of_the_optimizers_are_known_without_torch():
    code = "import breaking_adam.optimizers.names, sys; print('torch' in sys.modules)"
    assert printed(code) == "False"


RULES_FIRST = """
from breaking_adam.rules import ADAM, compilable
import numba
{between}
adam = ADAM.move
@numba.njit
def move(g):
    return adam((0.0, 0.0), g, (0.5, 0.5, 0.5, 0.5, 1.0, 0.0))
print(move(2.0)[1])
"""


@pytest.mark.slow
@pytest.mark.parametrize("between", ["import breaking_adam.engine", "compilable(lambda x: x)"])
def test_a_rule_from_before_numba_can_be_compiled(between):
    """By hand: m = ½ · 2 = 1, v = ½ · 4 = 2, and a step of −1/√2."""
    code = RULES_FIRST.format(between=between)
    assert float(printed(code)) == pytest.approx(-(0.5**0.5))
